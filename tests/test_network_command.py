"""`counterlure network` as people use it: tables and cases in, a table and files out, and words where input is wrong."""

from __future__ import annotations

import csv
import json
import re
import stat
from collections.abc import Callable
from pathlib import Path

import duckdb
import jsonschema
import pytest

from counterlure import cli
from counterlure.case.store import Case
from counterlure.network import find as search
from tests.factories import NOW, new_case, talk
from tests.network import story

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = json.loads((ROOT / "docs" / "network.schema.json").read_text(encoding="utf-8"))
Run = Callable[..., tuple[int, str, str]]


NO_FIELDS = (
    "warning targets tell no sector: people who work in one field show as groups; give TARGETS with a column `sector`\n"
)


@pytest.fixture
def inside(monkeypatch, capsys) -> Run:
    """One command in this process: exit code, standard output, standard error."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setattr("sys.argv", ["counterlure", "network", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return run


@pytest.fixture
def told(monkeypatch) -> None:
    """The search finds what the story holds; the search itself has tests of its own."""
    monkeypatch.setattr(search, "find", lambda tables, layers, **_: story.network())


def written(folder: Path, tables=None) -> list[Path]:
    """The tables of the story as CSV."""
    tables = tables or story.tables()
    contacts, accounts, targets = (folder / f"{name}.csv" for name in ("contacts", "accounts", "targets"))
    rows = [
        (tables.accounts.key[a], tables.targets.key[t], "" if at < 0 else at)
        for a, t, at in zip(
            tables.contacts.account.tolist(),
            tables.contacts.target.tolist(),
            tables.contacts.first_at.tolist(),
            strict=True,
        )
    ]
    save(contacts, ("account", "target", "at"), rows)
    claimed = [tables.accounts.employers[code] if code >= 0 else "" for code in tables.accounts.employer]
    save(accounts, ("account", "employer"), list(zip(tables.accounts.key, claimed, strict=True)))
    save(targets, ("target",), [(key,) for key in tables.targets.key])
    return [contacts, accounts, targets]


def save(path: Path, columns: tuple[str, ...], rows: list[tuple]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([columns, *rows])


def test_groups_are_printed_with_their_odds_and_reasons_and_nothing_is_written(inside, told, tmp_path, monkeypatch):
    paths = written(tmp_path)
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    code, out, err = inside(*paths)
    assert (code, err) == (0, NO_FIELDS)
    assert "N-01" in out and "less than 1 in 10^41" in out and "○ openly commercial" in out
    assert "These 8 accounts all contacted people on one list of 10" in out
    assert out.count("says nothing of the people") == 1
    assert sorted(tmp_path.iterdir()) == before


def test_json_is_alone_on_standard_output_keeps_the_schema_and_is_the_same_each_time(inside, told, tmp_path):
    paths = written(tmp_path)
    code, out, err = inside(*paths, "--json", "--seed", 3)
    assert (code, err) == (0, NO_FIELDS)
    document = json.loads(out)
    jsonschema.validate(document, SCHEMA)
    assert [group["id"] for group in document["groups"]] == ["N-01", "N-02"]
    assert inside(*paths, "--json", "--seed", 3)[1] == out


def test_into_writes_the_document_the_tables_and_a_picture_of_each_group(inside, told, tmp_path):
    into = tmp_path / "groups"
    into.mkdir()
    (into / "N-07.svg").write_text("of an earlier run")
    (into / "notes.txt").write_text("mine")
    code, out, _ = inside(*written(tmp_path), "--into", into, "--lang", "fr")
    assert code == 0
    names = {"network.json", "groups.csv", "members.csv", "targets.csv", "N-01.svg", "N-02.svg", "notes.txt"}
    assert {path.name for path in into.iterdir()} == names
    assert stat.S_IMODE((into / "network.json").stat().st_mode) == 0o600
    assert json.loads((into / "network.json").read_text())["lang"] == "fr"
    assert "écrit dans" in out and "N-01.svg … N-02.svg" in out
    with (into / "members.csv").open(newline="") as stream:
        assert len(list(csv.DictReader(stream))) == len(story.UNEXPLAINED) + len(story.COMMERCIAL)


def test_hostile_keys_stay_text_on_the_terminal_in_cells_and_in_pictures(inside, told, tmp_path):
    keys = ["=cmd()", "[bold]x[/bold]", "<script>x</script>", "\u202eevil"]
    tables = story.tables(lambda i: f"a{i:03}{keys[i % 4]}", lambda i: f"{keys[i % 4]}{i:03}")
    into = tmp_path / "groups"
    code, out, _ = inside(*written(tmp_path, tables), "--into", into)
    assert code == 0
    assert "\u202e" not in out
    assert "\u202e" not in (into / "network.json").read_text(encoding="utf-8")
    assert "<script" not in (into / "N-01.svg").read_text(encoding="utf-8")
    with (into / "targets.csv").open(newline="", encoding="utf-8") as stream:
        assert any(row["target"].startswith("'=cmd()") for row in csv.DictReader(stream))


def test_rows_left_out_are_named_and_end_with_three(inside, told, tmp_path):
    paths = written(tmp_path)
    with paths[0].open("a") as stream:
        stream.write("a001,,\n")
    code, out, err = inside(*paths, "--json")
    assert code == 3
    assert "contacts.csv:" in err and "no target" in err
    assert json.loads(out)["skipped"]


def test_a_search_that_finds_nothing_says_so_and_is_no_error(inside, tmp_path, monkeypatch):
    from counterlure.network.facts import nobody

    monkeypatch.setattr(search, "find", lambda tables, layers, **_: nobody(tables))
    code, out, _ = inside(*written(tmp_path))
    assert code == 0
    assert "No group of accounts acts together beyond chance" in out


def test_too_few_accounts_are_an_answer_not_an_error(inside, tmp_path):
    save(tmp_path / "few.csv", ("account", "target"), [("a", "t"), ("b", "t")])
    code, out, _ = inside(tmp_path / "few.csv")
    assert code == 0
    assert "Too few contacts to tell: a group needs 3 accounts or more" in out
    code, out, _ = inside(tmp_path / "few.csv", "--json")
    assert code == 0 and json.loads(out)["groups"] == []


@pytest.mark.parametrize("content", ["account,target\n", "account,target\n,\n"])
def test_a_table_without_contacts_is_an_error_that_names_it(inside, tmp_path, content):
    (tmp_path / "empty.csv").write_text(content)
    code, out, err = inside(tmp_path / "empty.csv")
    assert (code, out) == (1, "")
    assert "empty.csv" in err and "holds no contact" in err


def test_files_that_are_absent_damaged_or_of_other_columns_are_named(inside, tmp_path):
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no such thing")
    save(tmp_path / "other.csv", ("who", "whom"), [("a", "b")])
    for path, said in (
        (tmp_path / "absent.parquet", "no such file"),
        (tmp_path / "broken.parquet", ""),
        (tmp_path / "other.csv", "account"),
    ):
        code, out, err = inside(path)
        assert (code, out) == (1, ""), path
        assert path.name in err.replace("\n", "") and said in err
        assert "Traceback" not in err


def test_a_folder_that_cannot_be_written_is_named_with_a_remedy(inside, told, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = inside(*written(tmp_path), "--into", tmp_path / "file" / "below")
    assert code == 1
    assert "choose another --into" in err


def test_parquet_is_read_like_csv(inside, told, tmp_path):
    paths = written(tmp_path)
    with duckdb.connect() as db:
        for path in paths:
            db.execute(f"COPY (SELECT * FROM read_csv('{path}')) TO '{path.with_suffix('.parquet')}'")
    from_csv = inside(*paths, "--json")[1]
    from_parquet = inside(*(path.with_suffix(".parquet") for path in paths), "--json")[1]
    assert json.loads(from_csv)["groups"] == json.loads(from_parquet)["groups"]


def test_a_case_is_read_in_place_of_tables_and_the_look_is_recorded(inside, tmp_path, monkeypatch):
    from counterlure.network.facts import nobody

    monkeypatch.setattr(search, "find", lambda tables, layers, **_: nobody(tables))
    with new_case(tmp_path) as case:
        for account in ("ada", "bob", "cyd", "dan"):
            for target in ("pia", "ola"):
                talk(case, account, target, ("in", "hello"), start=NOW)
        path = case.path
    code, out, err = inside(path)
    assert code == 0, err
    assert "8 contacts of 4 accounts with 2 people" in out
    with Case.open(path) as case:
        actions = [action for (action,) in case.db.execute("SELECT action FROM audit ORDER BY id")]
    assert actions[-1] == "network"


def test_a_case_without_contacts_and_a_case_with_tables_are_explained(inside, tmp_path):
    with new_case(tmp_path) as case:
        path = case.path
    code, _, err = inside(path)
    assert code == 1
    assert "read deliveries in with scan first" in err
    code, _, err = inside(path, path)
    assert code == 2
    assert "give the case alone" in re.sub(r"[│\s]+", " ", err)


def test_help_shows_an_example(inside):
    code, out, _ = inside("--help")
    assert code == 0
    assert "counterlure simulate world" in out and "--into groups" in out


def test_an_interrupted_search_says_that_it_starts_anew(inside, tmp_path, monkeypatch):
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(search, "find", stopped)
    code, out, err = inside(*written(tmp_path))
    assert (code, out) == (130, "")
    assert "it starts anew" in err
