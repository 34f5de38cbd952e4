"""Platform tables as files: what becomes of every row, and what is said of those that are left out."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterlure.engine.duckdb_engine import DuckEngine
from counterlure.engine.sql import open_engine
from counterlure.errors import FormatError, InputError
from counterlure.network.model import ABSENT, Tables
from counterlure.network.tables import read_tables

NEW_YEAR = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())


def read(contacts: Path, accounts: Path | None = None, targets: Path | None = None) -> Tables:
    with closing(open_engine(memory="500MB")) as engine:
        return read_tables(engine, contacts, accounts, targets)


def csv(folder: Path, text: str | bytes, name: str = "contacts.csv") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def parquet(folder: Path, select: str, name: str = "contacts.parquet") -> Path:
    with closing(DuckEngine(memory="500MB", ordered=True)) as engine:
        engine.database.execute(f"COPY ({select}) TO '{folder / name}' (FORMAT parquet)")
    return folder / name


def rows(tables: Tables) -> list[tuple[str, str, int]]:
    """The contacts by key."""
    contacts = tables.contacts
    return [
        (tables.accounts.key[a], tables.targets.key[t], at)
        for a, t, at in zip(contacts.account, contacts.target, contacts.first_at.tolist(), strict=True)
    ]


def reasons(tables: Tables, folder: Path) -> list[str]:
    return [f"{skip.source.removeprefix(str(folder) + '/')}: {skip.reason}" for skip in tables.skipped]


def test_accounts_and_targets_are_numbered_in_the_order_of_their_keys(tmp_path: Path) -> None:
    tables = read(csv(tmp_path, "target,kind,account\nz,message,b\nx,message,b\nz,invitation,Ä\nz,message,b\n"))
    assert tables.accounts.key.tolist() == ["b", "Ä"]
    assert tables.targets.key.tolist() == ["x", "z"]
    assert rows(tables) == [("b", "x", ABSENT), ("b", "z", ABSENT), ("Ä", "z", ABSENT)]
    assert [c.dtype for c in (tables.contacts.account, tables.contacts.first_at)] == [np.int32, np.int64]
    assert tables.skipped == ()


def test_side_tables_give_codes_for_those_who_occur_and_absent_for_the_rest(tmp_path: Path) -> None:
    contacts = csv(tmp_path, "account,target\na,x\nb,y\nc,x\n")
    accounts = csv(
        tmp_path,
        "Account;Created_At;Employer;industry\nb;2026-01-01;Zeta;\na;;Alpha;mining\nnobody;2020-01-01;Ghost;\n",
        "accounts.csv",
    )
    targets = csv(tmp_path, "target\torganisation\tsector\ny\tMinistry\tdefence\n", "targets.tsv")
    tables = read(contacts, accounts, targets)
    assert tables.accounts.created_at.tolist() == [ABSENT, NEW_YEAR, ABSENT]
    assert tables.accounts.employer.tolist() == [0, 1, ABSENT]
    assert tables.accounts.employers.tolist() == ["Alpha", "Zeta"]
    assert tables.accounts.industry.tolist() == [0, ABSENT, ABSENT]
    assert tables.accounts.industries.tolist() == ["mining"]
    assert tables.targets.sector.tolist() == [ABSENT, 0]
    assert tables.targets.sectors.tolist() == ["defence"]
    assert tables.targets.organisations.tolist() == ["Ministry"]
    assert tables.skipped == ()


def test_of_two_rows_for_one_account_the_first_counts_and_the_other_is_told(tmp_path: Path) -> None:
    contacts = csv(tmp_path, "account,target\na,x\n")
    accounts = csv(tmp_path, "account,employer\na,First\na,Second\n", "accounts.csv")
    tables = read(contacts, accounts)
    assert tables.accounts.employers.tolist() == ["First"]
    assert reasons(tables, tmp_path) == ["accounts.csv:2: a further row for one account: left out"]


@pytest.mark.parametrize(
    "at",
    [
        "TIMESTAMP '2026-01-01'",
        "TIMESTAMP_NS '2026-01-01'",
        "TIMESTAMPTZ '2026-01-01 02:00:00+02'",
        "DATE '2026-01-01'",
        "'2026-01-01T01:00:00+01:00'",
        "'2026-01-01'",
        f"{NEW_YEAR}",
        f"{NEW_YEAR}::BIGINT",
        f"{NEW_YEAR}.75",
        f"{NEW_YEAR}::DOUBLE",
        f"{NEW_YEAR}999",
        f"'{NEW_YEAR}'",
        f"' {NEW_YEAR}000 '",
    ],
)
def test_a_time_is_read_by_its_type_and_size(tmp_path: Path, at: str) -> None:
    tables = read(parquet(tmp_path, f'SELECT 1 AS account, 2 AS target, {at} AS "At"'))
    assert rows(tables) == [("1", "2", NEW_YEAR)]


@pytest.mark.parametrize(
    ("times", "why"),
    [
        (f"(VALUES ({NEW_YEAR}), ({NEW_YEAR}000))", "column at mixes epoch seconds and milliseconds"),
        ("(VALUES (20260101), (7))", "column at holds neither epoch seconds nor milliseconds"),
        ("(VALUES (TIME '10:00:00'))", "column at is TIME"),
    ],
)
def test_an_ambiguous_time_is_an_error_that_names_the_column(tmp_path: Path, times: str, why: str) -> None:
    file = parquet(tmp_path, f"SELECT 'a' AS account, 'x' AS target, t AS \"at\" FROM {times} AS v(t)")
    with pytest.raises(FormatError, match=why):
        read(file)


def test_rows_without_an_id_are_left_out_and_unreadable_times_kept_without(tmp_path: Path) -> None:
    tables = read(
        csv(tmp_path, "account,target,at\n,x,2026-01-01\na,,2026-01-01\na,x,soon\na,x,2026-01-01\nb,x,9999-12-31\n")
    )
    assert rows(tables) == [("a", "x", NEW_YEAR), ("b", "x", ABSENT)]
    assert reasons(tables, tmp_path) == [
        "contacts.csv:1: no account: left out",
        "contacts.csv:2: no target: left out",
        "contacts.csv:3: at cannot be read: kept without it",
        "contacts.csv:5: at cannot be read: kept without it",
    ]


def test_twenty_rows_are_listed_per_reason_and_then_a_total(tmp_path: Path) -> None:
    file = parquet(
        tmp_path, "SELECT CASE WHEN range > 9 THEN 'a' || range END AS account, 'x' AS target FROM range(50)"
    )
    assert len(read(file).skipped) == 10
    file = parquet(
        tmp_path, "SELECT CASE WHEN range < 9 THEN 'a' || range END AS account, 'x' AS target FROM range(50)"
    )
    tables = read(file)
    assert len(tables.contacts.account) == 9
    assert [skip.source.rpartition(":")[2] for skip in tables.skipped[:20]] == [str(row) for row in range(10, 30)]
    assert tables.skipped[20].reason == "no account: left out: 41 rows in all"


def test_lines_that_cannot_be_parsed_are_named(tmp_path: Path) -> None:
    text = b'account,target\r\na,x\r\nb,x,y\r\nc\r\n"d"e,x\r\n\xff,x\r\nf,x\r\n'
    tables = read(csv(tmp_path, text))
    assert [account for account, _, _ in rows(tables)] == ["a", "f"]
    assert [skip.source.removeprefix(f"{tmp_path}/") for skip in tables.skipped] == [
        f"contacts.csv:{line}" for line in (3, 4, 5, 6)
    ]
    assert all("left out" in skip.reason for skip in tables.skipped)


def test_parts_of_a_folder_are_one_table_whatever_their_layout(tmp_path: Path) -> None:
    parts = tmp_path / "day's [parts]*"
    parts.mkdir()
    parquet(tmp_path, "SELECT 1 AS account, 'x' AS target")
    (tmp_path / "contacts.parquet").rename(parts / "part-0[1].parquet")
    parquet(tmp_path, "SELECT 'y' AS target, DATE '2026-01-01' AS \"at\", '2' AS account")
    (tmp_path / "contacts.parquet").rename(parts / "part-1.parquet")
    (parts / "part-2.csv.gz").write_bytes(gzip.compress(b"account,target\n3,z\n"))
    (parts / "_SUCCESS").touch()
    (parts / "notes.txt").touch()
    tables = read(parts)
    assert rows(tables) == [("1", "x", ABSENT), ("2", "y", NEW_YEAR), ("3", "z", ABSENT)]
    assert [Path(skip.source).name for skip in tables.skipped] == ["notes.txt"]
    plain = tmp_path / "plain"
    plain.mkdir()
    for part in sorted(parts.glob("*.parquet")):
        part.rename(plain / part.name)
    assert len(read(plain / "*.parquet").contacts.account) == 2


@pytest.mark.parametrize(
    ("make", "error", "why"),
    [
        (lambda f: f / "none.parquet", InputError, "no such file"),
        (lambda f: csv(f, "a,b\n1,2\n"), FormatError, "has the columns a, b; needed are account, target"),
        (lambda f: csv(f, ""), FormatError, "is empty"),
        (lambda f: csv(f, "account,account,target\n"), FormatError, "twice"),
        (lambda f: csv(f, "account,ACCOUNT,target\n"), FormatError, "twice"),
        (lambda f: csv(f, b"\xff\xfea\x00c\x00"), FormatError, "not UTF-8"),
        (lambda f: csv(f, "x", "contacts.xlsx"), FormatError, "ending in .parquet, .csv"),
        (lambda f: csv(f, "no parquet", "c.parquet"), FormatError, "cannot be read"),
        (lambda f: csv(f, b"\x1f\x8bnothing", "c.csv.gz"), FormatError, "cannot be read"),
        (lambda f: csv(f, '"account,target\n1,2\n'), FormatError, "no header"),
        (lambda f: parquet(f, "SELECT [1] AS account, 2 AS target"), FormatError, "texts or whole numbers"),
        (lambda f: parquet(f, "SELECT 1.5 AS account, 2 AS target"), FormatError, "texts or whole numbers"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_one_error_with_its_reason(
    tmp_path: Path, make: Callable[[Path], Path], error: type[Exception], why: str
) -> None:
    with pytest.raises(error, match=why) as caught:
        read(make(tmp_path))
    assert str(tmp_path) in str(caught.value)


def test_messages_never_print_control_characters_from_a_file(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        read(csv(tmp_path, "acc\x1b[31mount,\u202etarget\n1,2\n"))
    assert "\x1b" not in str(caught.value)
    assert "\u202e" not in str(caught.value)
    tables = read(csv(tmp_path, "account,target\na\x1b[0m,x\na,x\n"))
    assert tables.accounts.key.tolist() == ["a", "a\x1b[0m"]


def test_a_damaged_parquet_file_is_an_error_and_never_half_a_table(tmp_path: Path) -> None:
    whole = parquet(
        tmp_path, "SELECT 'a' || range AS account, 'x' || range % 9 AS target FROM range(3000)"
    ).read_bytes()
    assert len(rows(read(csv(tmp_path, whole, "whole.parquet")))) == 3000
    outcomes = set()
    for place in range(100, len(whole), len(whole) // 12):
        damaged = bytearray(whole)
        damaged[place : place + 40] = b"\xff" * 40
        try:
            rows(read(csv(tmp_path, bytes(damaged), "damaged.parquet")))
            outcomes.add("read")
        except FormatError as error:
            outcomes.add(Path(error.source).name)
        with pytest.raises(FormatError):
            read(csv(tmp_path, whole[:place], "cut.parquet"))
    assert outcomes <= {"read", "damaged.parquet"} and "damaged.parquet" in outcomes


names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(names, names), max_size=30))
def test_any_ids_come_back_as_they_were_from_csv_and_parquet(tmp_path: Path, contacts: list[tuple[str, str]]) -> None:
    expected = sorted({(a, t) for a, t in contacts if a and t}, key=lambda row: tuple(cell.encode() for cell in row))
    lines = ["account,target", *(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in contacts)]
    with closing(DuckEngine(memory="500MB", ordered=True)) as engine:
        columns = np.array(contacts, dtype=object).reshape(-1, 2)
        engine.put("contacts", {"account": columns[:, 0].copy(), "target": columns[:, 1].copy()})
        engine.database.execute(f"COPY contacts TO '{tmp_path / 'c.parquet'}' (FORMAT parquet)")
    for file in (tmp_path / "c.parquet", csv(tmp_path, "\n".join(lines) + "\n")):
        tables = read(file)
        assert [row[:2] for row in rows(tables)] == expected
        assert len(tables.skipped) >= min(20, sum(not (a and t) for a, t in contacts))


def test_the_order_of_rows_and_parts_changes_nothing(tmp_path: Path) -> None:
    made = "SELECT (range * 7919) % 101 AS account, 'x' || (range * 31) % 57 AS target, 1700000000 + range AS \"at\""
    one = read(parquet(tmp_path, f"{made} FROM range(2000) ORDER BY range"))
    other = read(parquet(tmp_path, f"{made} FROM range(2000) ORDER BY hash(range)"))
    assert rows(one) == rows(other)


def test_messages_stay_in_the_engine(tmp_path: Path) -> None:
    file = csv(tmp_path, 'account,target,text\nb,x,"Hello,\nthere"\na,x,\nb,y,Hello\n')
    with closing(open_engine(memory="500MB")) as engine:
        read_tables(engine, file)
        found = engine.arrays("SELECT account, target, text FROM contact_text ORDER BY target")
    assert found["text"].tolist() == ["Hello,\nthere", "Hello"]
    assert found["account"].tolist() == [1, 1]
