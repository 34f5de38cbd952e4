"""Opening, closing and examining a case when the disk, the passphrase or the permissions are not as they should be."""

from __future__ import annotations

import os
import sqlite3

import pytest

from counterlure.case import database, doctor, store
from counterlure.case.store import Case
from counterlure.case.write import DeliveryWriter
from counterlure.errors import CaseError
from tests.factories import Delivery

from .conftest import OWNER


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("database is locked", "another program"),
        ("database or disk is full", "free space"),
        ("disk I/O error", "fails"),
        ("attempt to write a readonly database", "read-only"),
        ("unable to open database file", "permissions"),
        ("database disk image is malformed", "restore"),
        ("file is not a database", "COUNTERLURE_PASSPHRASE"),
        ("no such table: x", "no such table: x"),
    ],
)
def test_every_error_of_the_database_says_what_to_do(monkeypatch, said, meant):
    monkeypatch.delenv("COUNTERLURE_PASSPHRASE", raising=False)
    told = database.explain(sqlite3.OperationalError(said))
    assert meant in told
    assert ("encrypted" in told) == ("not a database" in said)


def test_a_case_that_may_not_be_written_is_not_called_damaged(case, monkeypatch):
    case.close()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(CaseError, match="read-only"):
        Case.open(case.path)


def test_a_wrong_passphrase_is_told_once_and_by_us(tmp_path, monkeypatch, capfd):
    pytest.importorskip("sqlcipher3", reason="the extra `encrypt` is not installed")
    monkeypatch.setenv("COUNTERLURE_PASSPHRASE", "right")
    Case.create(tmp_path / "c").close()
    monkeypatch.setenv("COUNTERLURE_PASSPHRASE", "wrong")
    with pytest.raises(CaseError, match="another passphrase"):
        Case.open(tmp_path / "c")
    assert capfd.readouterr() == ("", "")


def test_closing_does_not_fail_where_the_log_cannot_be_folded_back(case):
    class Full:
        closed = False

        def execute(self, sql: str) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        def close(self) -> None:
            self.closed = True

    opened = Case(case.path, Full(), case.clock, "local")  # type: ignore[arg-type]
    opened.close()
    assert opened.db.closed  # type: ignore[attr-defined]


@pytest.mark.parametrize("fixed", ["abc", "-1", "1e9", "9" * 30, "١٢"])
def test_a_clock_that_is_no_number_is_refused(monkeypatch, fixed):
    monkeypatch.setenv("COUNTERLURE_NOW", fixed)
    with pytest.raises(CaseError, match="COUNTERLURE_NOW"):
        store.now()


def test_a_fixed_clock_is_used(monkeypatch):
    monkeypatch.setenv("COUNTERLURE_NOW", "1790000000")
    assert store.now() == 1_790_000_000


@pytest.mark.parametrize(
    "sql", ["UPDATE meta SET value = 'two' WHERE key = 'schema_version'", "DELETE FROM meta", "DROP TABLE meta"]
)
def test_a_case_without_a_version_of_ours_is_refused(case, sql):
    case.db.execute(sql)
    case.close()
    with pytest.raises(CaseError, match=r"schema version (two|none)"):
        Case.open(case.path)


@pytest.mark.parametrize(
    "count", [0, 1, database.ROWS_AT_ONCE - 1, database.ROWS_AT_ONCE, 2 * database.ROWS_AT_ONCE + 3]
)
def test_rows_added_many_at_once_are_the_rows_given_in_their_order(count):
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, number INTEGER, word TEXT)")
    rows = [(n * n, None if n % 7 == 0 else f"'{n}', (?)") for n in range(count)]
    database.insert(db, "INSERT INTO kept(number, word)", rows)
    assert db.execute("SELECT number, word FROM kept ORDER BY id").fetchall() == rows
    db.close()


def test_the_doctor_says_which_checks_a_damaged_case_fails(case, batch):
    DeliveryWriter(case).write(Delivery("a.zip", "1", OWNER, [batch()]))
    (page,) = case.db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'message'").fetchone()
    case.close()
    with case.file.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    with Case.open(case.path) as opened:
        checks = doctor.examine(opened)
    assert [check.name for check in checks][:3] == ["database", "references", "audit chain"]
    assert not any(check.ok for check in checks[:2])
    assert all("restore" in check.detail for check in checks[:2])


def test_a_case_is_private_from_its_first_byte(tmp_path, monkeypatch):
    before = os.umask(0)
    try:
        modes = []
        real = store._build

        def watched(db, draft, facts):
            real(db, draft, facts)
            modes.extend(path.stat().st_mode & 0o777 for path in draft.parent.iterdir())

        monkeypatch.setattr(store, "_build", watched)
        with Case.create(tmp_path / "c", purpose="p") as made:
            modes.extend(path.stat().st_mode & 0o777 for path in made.path.iterdir())
            assert made.path.stat().st_mode & 0o777 == 0o700
        assert set(modes) == {0o600}
        assert os.umask(0) == 0
    finally:
        os.umask(before)


def test_a_directory_that_was_there_keeps_its_mode(tmp_path):
    (tmp_path / "c").mkdir()
    (tmp_path / "c").chmod(0o750)
    Case.create(tmp_path / "c").close()
    assert (tmp_path / "c").stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize("name", [".", "case.sqlite", "case.sqlite-wal", "report", "report/accounts.csv"])
def test_the_doctor_names_whatever_others_can_reach(case, batch, name):
    DeliveryWriter(case).write(Delivery("a.zip", "1", OWNER, [batch()]))
    (case.path / "report").mkdir(mode=0o700)
    (case.path / "report" / "accounts.csv").touch(0o600)
    checks = {check.name: check for check in doctor.examine(case)}
    assert checks["permissions"].ok
    (case.path / name).chmod(0o755)
    found = {check.name: check for check in doctor.examine(case)}["permissions"]
    assert not found.ok
    assert str((case.path / name).resolve()) in found.detail
