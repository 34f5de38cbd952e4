"""The command line as people use it, from archives to warnings, on good and on awkward input."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import typer

from counterlure import cli
from counterlure.case import view
from counterlure.case.store import Case
from counterlure.cli import demo, faults
from counterlure.errors import CaseError
from counterlure.simulate.organisation import write_organisation

ROOT = Path(__file__).resolve().parent.parent
COLLEAGUES = 8


def settings(extra: dict[str, str] | None = None) -> dict[str, str]:
    """The environment of a command, with a fixed clock."""
    return {**os.environ, "COUNTERLURE_NOW": "1790000000", "NO_COLOR": "1", "COLUMNS": "160", **(extra or {})}


def counterlure(*arguments: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """One command in a process of its own."""
    command = [sys.executable, "-m", "counterlure", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=settings(env), check=False, timeout=300)


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def inside(monkeypatch, capsys) -> Run:
    """One command in this process: exit code, standard output, standard error."""

    def run(*arguments: object) -> tuple[int, str, str]:
        for name, value in settings().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("sys.argv", ["counterlure", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return run


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "organisation"
    write_organisation(folder, seed=4, colleagues=COLLEAGUES)
    return folder


@pytest.fixture(scope="module")
def scanned(organisation: Path) -> subprocess.CompletedProcess[str]:
    return counterlure(
        "scan",
        organisation / "deliveries",
        organisation / "reported_contacts.csv",
        "--case",
        organisation / "case",
        "--purpose",
        "test",
    )


def test_a_scan_prints_a_table_and_says_where_the_report_lies(organisation, scanned):
    assert scanned.returncode in (0, 3), scanned.stderr
    assert "report.html" in scanned.stdout
    for name in ("report.html", "assessment.json", "accounts.csv", "exposure.csv"):
        assert (organisation / "case" / "report" / name).stat().st_size > 100


def test_scanning_again_adds_nothing_and_changes_no_judgement(organisation, scanned):
    first = (organisation / "case" / "report" / "accounts.csv").read_bytes()
    again = counterlure("scan", organisation / "deliveries", "--case", organisation / "case")
    assert again.returncode == scanned.returncode
    assert (organisation / "case" / "report" / "accounts.csv").read_bytes() == first


def test_the_json_document_is_alone_on_standard_output_and_an_alert_ends_with_ten(organisation, scanned):
    run = counterlure("scan", "--case", organisation / "case", "--json", "--fail-on", "alert")
    assert run.returncode == 10, run.stderr
    document = json.loads(run.stdout)
    jsonschema.validate(document, json.loads((ROOT / "docs" / "assessment.schema.json").read_text()))
    assert document["schema"] == "counterlure/assessment/1"
    assert {entry["level"] for entry in document["accounts"]} >= {"alert", "clear"}


def test_another_case_and_another_number_of_processes_give_the_same_judgement(organisation, scanned, tmp_path):
    paths = organisation / "deliveries", organisation / "reported_contacts.csv"
    counterlure("scan", *paths, "--case", tmp_path / "case", "--purpose", "x", "--workers", 0)
    mine, theirs = (
        json.loads((case / "report" / "assessment.json").read_text())
        for case in (tmp_path / "case", organisation / "case")
    )
    for part in ("accounts", "groups", "exposure"):
        assert json.dumps(mine[part]) == json.dumps(theirs[part])


def profiles(case: Path) -> list[str]:
    """The profile addresses of the accounts judged, the most alarming first."""
    document = json.loads((case / "report" / "assessment.json").read_text())
    return [entry["account"] for entry in document["accounts"] if "/in/" in entry["account"]]


def test_an_account_is_explained_with_quotes_and_sources_however_its_address_is_typed(organisation, scanned):
    address = profiles(organisation / "case")[0]
    run = counterlure("explain", address, "--case", organisation / "case", env={"COLUMNS": "60"})
    assert run.returncode == 0, run.stderr
    assert "messages.csv:" in run.stdout
    typed = address.removeprefix("https://www.").upper() + "/"
    again = counterlure("explain", typed, "--case", organisation / "case")
    assert again.stdout == run.stdout, "the width of a terminal cuts nothing where there is none"
    french = counterlure("explain", address, "--case", organisation / "case", "--lang", "fr")
    assert french.stdout not in ("", run.stdout)


TITLES = {"en": "The conversation", "fr": "La conversation"}
HEAD = re.compile(r"^.* · .* · .*messages\.csv:\d+$")
"""Above every message: who, when, and where it stands."""


@pytest.mark.parametrize("lang", TITLES)
def test_the_conversation_with_its_margin_stands_at_the_end(organisation, scanned, inside, lang):
    case = organisation / "case"
    code, shown, told = inside("explain", profiles(case)[0], "--case", case, "--lang", lang)
    assert code == 0, told
    judged, title, read = shown.partition(f"\n{TITLES[lang]}\n")
    assert title
    heads = [line for line in read.splitlines() if HEAD.match(line)]
    assert heads
    assert {"en": "the account · ", "fr": "le compte · "}[lang] in "".join(heads)
    quoted = re.search(r"messages\.csv:\d+", judged)
    assert quoted and quoted.group() in read, "what is cited above can be read below"


@pytest.mark.parametrize("lang", TITLES)
def test_a_long_conversation_is_cut_and_says_so(organisation, scanned, inside, monkeypatch, lang):
    case = organisation / "case"
    address = profiles(case)[0]
    read = inside("explain", address, "--case", case, "--lang", lang)[1].partition(f"\n{TITLES[lang]}\n")[2]
    whole = [line for line in read.splitlines() if HEAD.match(line)]
    for most in (len(whole) - 1, len(whole)):
        monkeypatch.setattr(sys.modules["counterlure.cli.explain"], "MESSAGES_SHOWN", most)
        shown = inside("explain", address, "--case", case, "--lang", lang)[1]
        assert [line for line in shown.splitlines() if HEAD.match(line)] == whole[:most]
        last = {"en": f"Only the first {most} messages are shown.", "fr": f"Seuls les {most} premiers messages"}[lang]
        assert shown.rstrip().splitlines()[-1].startswith(last) is (most < len(whole))


def test_without_messages_no_conversation_is_shown(organisation, scanned, inside, monkeypatch):
    monkeypatch.setattr(sys.modules["counterlure.cli.explain"], "margin", lambda *_: iter(()))
    case = organisation / "case"
    code, shown, _ = inside("explain", profiles(case)[0], "--case", case)
    assert code == 0
    assert TITLES["en"] not in shown.splitlines()


@pytest.fixture
def altered(organisation, scanned, tmp_path) -> Path:
    """A copy of the scanned case in which two accounts at alert share a name."""
    copy = tmp_path / "case"
    shutil.copytree(organisation / "case", copy)
    two = profiles(copy)[:2]
    with Case.open(copy) as case:
        case.db.executemany("UPDATE account SET name = 'Kim Twofold' WHERE url = ?", [(url,) for url in two])
    return copy


def explained(case: Path) -> int:
    """How many openings of an account the audit chain holds."""
    with Case.open(case) as opened:
        return opened.db.execute("SELECT count(*) FROM audit WHERE action = 'explain'").fetchone()[0]


def test_several_accounts_of_one_name_are_listed_and_none_is_opened(altered, inside):
    before = explained(altered)
    code, shown, told = inside("explain", "kim twofold", "--case", altered)
    assert (code, shown) == (1, "")
    listed = [line.split() for line in told.splitlines()[1:]]
    assert [(words[0][:3], words[1:3]) for words in listed] == [("in:", ["Kim", "Twofold"])] * 2
    assert {words[-1] for words in listed} <= {"alert", "watch"}
    assert explained(altered) == before


def test_an_account_without_judgement_gets_a_next_step_and_leaves_no_trace(altered, inside):
    before = explained(altered)
    with Case.open(altered) as case:
        target = "SELECT key FROM account_key JOIN target USING (account) WHERE key LIKE 'in:%'"
        key = case.db.execute(target).fetchone()[0]
    code, shown, told = inside("explain", key, "--case", altered)
    assert (code, shown) == (1, "")
    assert f"counterlure scan --case {altered}" in told
    assert explained(altered) == before


def test_a_kept_judgement_that_cannot_be_read_asks_for_a_scan(altered, inside):
    with Case.open(altered) as case:
        case.db.execute("UPDATE assessment_run SET document = x'c1'")
    code, shown, told = inside("explain", "x", "--case", altered)
    assert (code, shown) == (1, "")
    assert "run scan again" in told


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("https://www.linkedin.com/in/some-body/", [1]),
        ("LinkedIn.com/in/Some-Body?trk=x", [1]),
        ("in:Some-Body", [1]),
        ("some-body", [1]),
        ("some…", [1]),
        ("some", []),
        ("SOME body", [1]),
        ("Some.Body@Example.org", [2]),
        ("removed:2-ab", [3]),
        ("removed:2-a…", [3, 4]),
        ("account:5", [5]),
        ("account:x", []),
        ("élodie blanc", [5, 6]),
        (" ", []),
    ],
)
def test_an_account_is_found_however_it_is_named(tmp_path, wanted, found):
    keys = ("in:some-body", "mail:some.body@example.org", "removed:2-abc", "removed:2-add", "name:d/x", "in:elodie")
    names = ("Some Body", None, None, None, "Élodie Blanc", "ÉLODIE  BLANC")
    with Case.create(tmp_path / "case") as case:
        for number, (key, name) in enumerate(zip(keys, names, strict=True), start=1):
            case.db.execute("INSERT INTO account(id, name, local, removed) VALUES (?, ?, 0, 0)", (number, name))
            case.db.execute("INSERT INTO account_key(key, account) VALUES (?, ?)", (key, number))
        assert view.find_account(case, wanted) == found


def test_an_unknown_account_is_a_clear_error(organisation, scanned, inside):
    code, shown, told = inside("explain", "in:nobody", "--case", organisation / "case")
    assert (code, shown) == (1, "")
    assert "in:nobody" in told


def test_the_doctor_and_the_list_of_deliveries(organisation, scanned):
    assert counterlure("doctor", "--case", organisation / "case").returncode == 0
    assert counterlure("purge", "--case", organisation / "case").stdout.count("read 2026-") >= COLLEAGUES


def test_purge_asks_on_standard_error_and_counts_one_delivery_as_one(altered, inside, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    code, shown, told = inside("purge", "--case", altered, "--delivery", 1)
    assert (code, shown) == (1, "")
    assert "Remove 1 delivery for good?" in told
    code, _, told = inside("purge", "--case", altered, "--delivery", 999, "--yes")
    assert (code, "no delivery 999" in told) == (1, True)
    assert "removed 1 delivery, " in inside("purge", "--case", altered, "--delivery", 1, "--yes")[1]


@pytest.fixture(scope="module")
def awkward(organisation, tmp_path_factory) -> subprocess.CompletedProcess[str]:
    """A scan of a delivery, a file that cannot be read and one that is absent, with the wrong owner."""
    folder = tmp_path_factory.mktemp("awkward")
    bad = folder / "messages.csv"
    bad.write_text("FROM,TO,DATE\nx,y,z\n")
    paths = bad, folder / "absent.zip", organisation / "deliveries" / "01"
    options = ("--case", folder / "case", "--purpose", "x", "--owner", "in:not-the-owner")
    return counterlure("scan", *paths, *options, env={"COLUMNS": "60"})


def test_skipped_input_is_named_with_file_and_reason_and_ends_with_three(awkward):
    assert awkward.returncode == 3, awkward.stderr
    assert "skipped messages.csv" in awkward.stderr
    assert "absent.zip: no such file or folder" in awkward.stderr.splitlines()[0]


def test_an_owner_whom_the_files_contradict_is_told(awkward):
    assert "the owner given, in:not-the-owner, is not who the file suggests" in awkward.stderr


def test_a_narrow_terminal_keeps_every_address_whole(awkward, organisation):
    document = json.loads((Path(awkward.stdout.split("report: ")[1].strip()).parent / "assessment.json").read_text())
    shown = [e["account"].rpartition("/in/")[2] for e in document["accounts"] if e["level"] in ("alert", "watch")]
    lines = {line.strip() for line in awkward.stdout.splitlines()}
    assert shown
    assert set(shown) <= lines


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["scan", "absent.zip", "--case", "CASE", "--purpose", "x"], 2, "absent.zip"),
        (["scan", "--case", "CASE", "--purpose", "x", "--priors", "absent.yml"], 1, "absent.yml"),
        (["scan", "--case", "CASE", "--purpose", "x", "--register", "absent.csv"], 1, "absent.csv"),
        (["scan", "--case", "CASE", "--purpose", "x", "--owner", "a/b"], 1, "LinkedIn profile"),
        (["init", "CASE", "--purpose", " "], 2, "says nothing"),
        (["rules", "list", "--tag", "nope"], 2, "paid_work"),
        (["scan"], 2, "--case"),
        (["scan", "--case", "CASE", "--lang", "de"], 2, "de"),
        (["explain", "x", "--case", "CASE"], 1, "init"),
        (["doctor", "--case", "CASE"], 1, "no case here"),
        (["purge", "--case", "CASE", "--due"], 1, "no case here"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_mistakes_are_answered_with_what_to_do(tmp_path, inside, arguments, code, words):
    ended, _, told = inside(*[tmp_path / "case" if a == "CASE" else a for a in arguments])
    assert ended == code, told
    assert words in told
    assert not (tmp_path / "case").exists(), "what is wrong is found before a case is made"


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (sqlite3.OperationalError("database is locked"), 1, "in use by another program"),
        (sqlite3.OperationalError("database or disk is full"), 1, "nothing acknowledged is lost"),
        (sqlite3.DatabaseError("database disk image is malformed"), 1, "counterlure doctor"),
        (OSError(errno.ENOSPC, "No space left on device", "x.html"), 1, "x.html: no space left: free some"),
        (PermissionError(errno.EACCES, "Permission denied", "case"), 1, "case: this may not be done here"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 1, "run the same command again"),
        (CaseError("no case here"), 1, "no case here"),
        (KeyboardInterrupt(), 130, "interrupted; run the same command again, it goes on where it stopped"),
    ],
)
def test_a_fault_from_outside_is_one_line_that_says_what_to_do(monkeypatch, inside, fault, code, words):
    failing = typer.Typer(cls=faults.Commands, pretty_exceptions_enable=False)

    @failing.command()
    def fail() -> None:
        raise fault

    @failing.command()
    def other() -> None: ...

    monkeypatch.setattr("counterlure.cli.app.app", failing)
    ended, shown, told = inside("fail")
    assert (ended, shown, told.count("\n")) == (code, "", 1)
    assert words in told


def test_a_reader_that_has_seen_enough_is_no_error():
    command = [sys.executable, "-m", "counterlure", "rules", "list"]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=settings())
    assert run.stdout is not None and run.stderr is not None
    run.stdout.close()
    with run.stderr:
        assert (run.stderr.read(), run.wait(timeout=60)) == (b"", 0)


@pytest.fixture
def tiny_demo(monkeypatch):
    """`demo` with an organisation of one file and nothing to scan."""

    def write(into: Path, **_: object) -> object:
        (into / "deliveries").mkdir(parents=True)
        (into / "truth.json").write_text("{}")
        return type("Truth", (), {"personas": ()})

    monkeypatch.setattr("counterlure.simulate.organisation.write_organisation", write)
    monkeypatch.setattr(demo, "scan", lambda **_: None)
    return demo.demo


def test_a_demo_is_made_anew_where_an_earlier_one_stood(tiny_demo, tmp_path, capsys):
    tiny_demo(into=tmp_path / "demo")
    (tmp_path / "demo" / "deliveries" / "old").touch()
    tiny_demo(into=tmp_path / "demo")
    assert {p.name for p in (tmp_path / "demo").rglob("*")} == {".counterlure-demo", "deliveries", "truth.json"}
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("wrote a synthetic organisation")) == ("", 2)


@pytest.mark.parametrize("marked", [False, True])
def test_a_demo_removes_nothing_that_no_demo_wrote(tiny_demo, tmp_path, marked):
    held = ["truth.json", *([".counterlure-demo", "thesis.odt"] if marked else [])]
    for name in held:
        (tmp_path / name).touch()
    with pytest.raises(CaseError, match="thesis.odt" if marked else "truth.json"):
        tiny_demo(into=tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(held)


def test_a_demo_into_a_file_is_refused(tiny_demo, tmp_path):
    (tmp_path / "file").write_text("kept")
    with pytest.raises(CaseError, match="is a file"):
        tiny_demo(into=tmp_path / "file")
    assert (tmp_path / "file").read_text() == "kept"


def test_an_empty_case_gives_an_empty_report_and_is_not_made_without_a_word_on_the_purpose(tmp_path, inside):
    code, _, told = inside("scan", "--case", tmp_path / "case", "--workers", 0)
    assert code == 0, told
    assert (tmp_path / "case" / "report" / "report.html").exists()
    assert "purpose" in told


def test_the_rules_can_be_listed_tested_and_tried(inside):
    assert inside("rules", "test")[0] == 0
    assert "C2" in inside("rules", "list", "--tag", "paid_work")[1]
    assert "paid_work" in inside("rules", "try", "We would pay you 500 euros for a short report on your field.")[1]


def test_help_teaches(inside):
    text = inside("--help")[1]
    for command in ("scan", "explain", "demo", "init", "doctor", "purge", "rules"):
        assert command in text


def test_an_encrypted_case_works_from_end_to_end(organisation, tmp_path):
    pytest.importorskip("sqlcipher3", reason="the extra `encrypt` is not installed")
    secret = {"COUNTERLURE_PASSPHRASE": "correct horse"}
    delivery = organisation / "deliveries" / "01"
    run = counterlure("scan", delivery, "--case", tmp_path / "case", "--purpose", "x", env=secret)
    assert run.returncode in (0, 3), run.stderr
    assert "the report and the letters in" in run.stderr
    assert b"SQLite format" not in (tmp_path / "case" / "case.sqlite").read_bytes()[:16]
    refused = counterlure("doctor", "--case", tmp_path / "case")
    assert (refused.returncode, "COUNTERLURE_PASSPHRASE" in refused.stderr) == (1, True)
