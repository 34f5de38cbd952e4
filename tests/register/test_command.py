"""`counterlure register` as people use it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.factories import NOW, Delivery, new_case, talk

from counterlure import cli, pipeline
from counterlure.case.rows import AccountRow, Batch, PositionRow, ProfileRow
from counterlure.case.store import Case
from counterlure.case.write import DeliveryWriter

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch, capsys) -> Run:
    """One command in this process: exit code, standard output, standard error."""

    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setattr("sys.argv", ["counterlure", "register", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return command


def names(folder: Path) -> Path:
    file = folder / "names.csv"
    file.write_text("name,country\nBrevane Energy,FR\n[red]Torvane[/red],FR\n", encoding="utf-8")
    return file


def alarming(folder: Path) -> Case:
    """A case with one account at alert that says it works for a front firm and for a real one."""
    case = new_case(folder)
    talk(
        case, "front", "tess",
        ("in", "We pay 900 euros for a short report on your projects."), ("out", "Which client is it for?"),
        ("in", "I cannot name the client. For internal documents the fee goes up to 3,000 euros. Do not tell your employer."),
        ("out", "No, I am not interested."), ("in", "Send me the confidential slides and the money is in your account today."),
    )  # fmt: skip
    roles = [
        PositionRow("work", employer, "Adviser", "2022-01", None, 2)
        for employer in ("Velmora Advisory", "Brevane Energy")
    ]
    profile = ProfileRow(0, NOW, None, None, 1, roles)
    shown = Batch("front.json", "capture", "0" * 64, accounts=[AccountRow(["in:front"])], profiles=[profile])
    DeliveryWriter(case).write(Delivery("front.json", "f", None, [shown]))
    return case


def test_an_index_is_built_and_asked(run, tmp_path):
    into = tmp_path / "a.register"
    code, shown, _ = run("build", names(tmp_path), "--into", into, "--complete", "fr")
    assert (code, "2 names" in shown, "complete for FR" in shown) == (0, True, True)
    code, shown, _ = run("look", "BREVANE energy", "Brevane Logistics", "Torvane", "--in", into)
    lines = shown.splitlines()
    assert lines[0] == "BREVANE energy: Brevane Energy (FR), 100 of 100"
    assert lines[1] == "Brevane Logistics: not found"


@pytest.mark.parametrize("complete", ["France", "F", "12"])
def test_a_country_is_two_letters(run, tmp_path, complete):
    code, _, told = run("build", names(tmp_path), "--into", tmp_path / "a.register", "--complete", complete)
    assert code == 2
    assert "two letters" in told


def test_a_case_is_noted_without_what_a_register_knows_and_an_organisation_is_forgotten(run, tmp_path):
    index = tmp_path / "known.sqlite"
    with alarming(tmp_path) as case:
        judgement = pipeline.judge(case, register=names(tmp_path), workers=0)
        assert any(a.level == "alert" for a in judgement.assessments)
        path = case.path
    assert run("note", path, "--in", index)[:2] == (0, f"1 organisation noted in {index}\n")
    assert b"brevane" not in index.read_bytes()
    assert b"front" not in index.read_bytes()
    assert run("forget", "Velmora Advisory Ltd", "--in", index)[1].endswith("taken out of 1 case\n")


def test_a_case_that_was_not_judged_is_named(run, tmp_path):
    with new_case(tmp_path) as case:
        path = case.path
    code, _, told = run("note", path, "--in", tmp_path / "known.sqlite")
    assert code == 1
    assert "not judged yet" in told
