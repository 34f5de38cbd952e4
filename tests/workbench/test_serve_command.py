"""`serve` and `users` at the command line: what is refused before anything listens, and who becomes a member."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from counterlure.case import members
from counterlure.case.store import Case
from counterlure.cli.app import app
from counterlure.errors import CaseError
from counterlure.workbench import serving

PASSWORD = "correct horse battery"


def said(*arguments, **environment):
    """(exit code, everything printed) of a command."""
    done = CliRunner().invoke(app, [str(one) for one in arguments], env={"COLUMNS": "300", **environment})
    return done.exit_code, done.output + str(done.exception or "")


@pytest.fixture
def case(tmp_path):
    Case.create(tmp_path / "case", purpose="test").close()
    return tmp_path / "case"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "workbench.example"])
def test_an_address_that_others_can_reach_is_refused_without_tls(case, host):
    code, told = said("serve", case, "--host", host)
    assert code == 2
    assert "needs --tls-cert and --tls-key" in told


def test_half_of_tls_is_a_usage_error(case, tmp_path):
    code, told = said("serve", case, "--tls-cert", tmp_path / "c.pem")
    assert code == 2
    assert "TLS needs both" in told


def test_a_directory_without_a_case_is_named(tmp_path):
    assert "no case here" in said("serve", tmp_path)[1]


def test_a_port_that_is_taken_is_named_with_a_remedy(case):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "counterlure", "serve", str(case), "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be listened on; choose another --port" in done.stderr


def test_the_same_case_twice_is_refused(case):
    with pytest.raises(CaseError, match="serve one of them"):
        serving.run([case, case], host="127.0.0.1", port=0, tls=None, names=[], lang="en", clock=int, tell=print)


def test_members_are_added_listed_changed_and_removed(case):
    assert said("users", "add", "ana", "--case", case, "--role", "analyst", COUNTERLURE_PASSWORD=PASSWORD)[0] == 0
    assert said("users", "change", "ana", "--case", case, "--role", "lead")[0] == 0
    code, told = said("users", "list", "--case", case)
    assert (code, told.split()) == (0, ["ana", "lead"])
    with Case.open(case) as opened:
        assert members.check(opened.db, "ana", PASSWORD) == "lead"
    assert said("users", "change", "ana", "--case", case)[0] == 2
    assert said("users", "remove", "ana", "--case", case)[0] == 0
    assert said("users", "list", "--case", case) == (0, "")


def test_a_password_is_never_printed_and_a_short_one_is_refused(case):
    code, told = said("users", "add", "ana", "--case", case, "--role", "lead", COUNTERLURE_PASSWORD="zebra")
    assert code != 0
    assert "use 12 to" in told
    assert "zebra" not in told
