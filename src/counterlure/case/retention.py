"""Forgetting: deliveries leave the case when their time is up, and everything read only from them goes along."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from counterlure.case import audit
from counterlure.case.database import errors, explain, transaction
from counterlure.case.store import Case
from counterlure.errors import CaseError

_TABLES = r"report\.html|assessment\.json|(?:accounts|exposure|findings)\.(?:csv|json)"
_LETTERS = r"T-\d+\.(?:txt|html)"


@dataclass(frozen=True)
class Purged:
    """What a purge removed."""

    deliveries: tuple[str, ...]
    messages: int
    accounts: int


def due(case: Case) -> list[tuple[int, str]]:
    """(id, name) of the deliveries whose retention has ended, oldest first."""
    sql = "SELECT id, name FROM delivery WHERE expires_at <= ? ORDER BY expires_at, id"
    return [(int(i), str(name)) for i, name in case.db.execute(sql, (case.clock(),))]


def purge(case: Case, deliveries: Iterable[int]) -> Purged:
    """Removes deliveries and all that stands in no other one, then the freed pages.

    A row that another delivery holds too stays, under that delivery's file and line. Scorings and the files of the
    report in CASE/report are dropped whole, since they quote what was removed, and letters to its owner lose their
    text; a link there is not followed. The audit chain stays. Reports written elsewhere are for the person who wrote
    them there to remove.

    Raises
    ------
    CaseError where a delivery is not in the case, or something cannot be removed; then no row was. Also where all was
    removed, but the database could not be made smaller.
    """
    numbers = sorted(set(deliveries))
    if not numbers:
        return Purged((), 0, 0)
    # Looking up every reference to every removed row takes minutes; all are checked once, before the commit.
    case.db.execute("PRAGMA foreign_keys = OFF")
    try:
        with transaction(case.db, case.file):
            purged = _purge(case, numbers)
    finally:
        case.db.execute("PRAGMA foreign_keys = ON")
    _shrink(case)
    return purged


def _purge(case: Case, numbers: list[int]) -> Purged:
    db = case.db
    names = _names(case, numbers)
    for statement in _PREPARE:
        db.execute(statement)
    db.executemany("INSERT INTO gone VALUES (?)", [(i,) for i in numbers])
    db.execute("INSERT INTO gone_source SELECT id FROM source WHERE delivery IN (SELECT id FROM gone)")
    before = _counts(db)
    for table, key, place in _HELD:
        _release(db, table, key, place)
    for statement in _REMOVE:
        db.execute(statement)
    forget_unheld(db)
    after = _counts(db)
    purged = Purged(names, before[0] - after[0], before[1] - after[1])
    result = f"{len(names)} deliveries, {purged.messages} messages, {purged.accounts} accounts"
    audit.append(db, case.clock(), case.actor, "purge", ", ".join(str(i) for i in numbers), result)
    if db.execute("PRAGMA foreign_key_check").fetchone():
        raise CaseError(f"{case.file}: rows would point nowhere; nothing was removed: run counterlure doctor")
    # Before the commit: a crash may cost the report, which a scan writes again, but leaves no quote of what is gone.
    _remove_report(case.path / "report")
    return purged


def forget_unheld(db: sqlite3.Connection) -> None:
    """Removes targets and accounts that no delivery holds any more, and what people said of them or wrote to them."""
    for statement in _FORGET_UNHELD:
        db.execute(statement)


def _names(case: Case, numbers: list[int]) -> tuple[str, ...]:
    found = dict(case.db.execute("SELECT id, name FROM delivery"))
    unknown = ", ".join(str(i) for i in numbers if i not in found)
    if unknown:
        raise CaseError(f"{case.path}: no delivery {unknown}; nothing was removed: `counterlure purge` lists them")
    return tuple(str(found[i]) for i in numbers)


def _counts(db: sqlite3.Connection) -> tuple[int, int]:
    sql = "SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM account)"
    messages, accounts = db.execute(sql).fetchone()
    return int(messages), int(accounts)


def _release(db: sqlite3.Connection, table: str, key: str, place: str) -> None:
    """Removes the rows of what is gone; those that stand in a further delivery too are handed over to it.

    key : what names a row, in `<table>` = in `<table>_also`; place : the columns saying where it stands, first the one
    by which it goes.
    """
    by = place.partition(",")[0]
    gone = f"IN (SELECT id FROM {'gone_source' if by == 'source' else 'gone'})"
    also = f"{table}_also AS a WHERE {key}"
    db.execute(f"DELETE FROM {table}_also WHERE {by} {gone}")
    db.execute(
        f"UPDATE {table} AS t SET ({place}) = (SELECT {place} FROM {also} ORDER BY {by} LIMIT 1)"
        f" WHERE {by} {gone} AND EXISTS (SELECT 1 FROM {also})"
    )
    db.execute(
        f"DELETE FROM {table}_also AS a WHERE EXISTS (SELECT 1 FROM {table} AS t WHERE {key} AND t.{by} = a.{by})"
    )
    db.execute(f"DELETE FROM {table} WHERE {by} {gone}")


def _remove_report(folder: Path) -> None:
    """Removes the files that a report consists of, also half-written ones; no other file, and nothing behind a link."""
    try:
        _remove_files(folder / "letters", _LETTERS)
        _remove_files(folder, _TABLES)
    except OSError as error:
        raise CaseError(f"{error.filename}: cannot be removed ({error.strerror}); nothing was purged") from error


def _remove_files(folder: Path, names: str) -> None:
    if folder.parent.is_symlink() or folder.is_symlink() or not folder.is_dir():
        return
    ours = re.compile(rf"(?:{names})|\.(?:{names})\.\w+")
    for path in folder.iterdir():
        if ours.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            path.unlink()
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _shrink(case: Case) -> None:
    """Gives the freed pages back. Needs as much room again for a moment, which in memory could be too much."""
    try:
        case.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        # Beside the case, not where everybody's temporary files are.
        folder = str(case.path.absolute()).replace("'", "''")
        case.db.execute("PRAGMA temp_store = FILE")
        case.db.execute(f"PRAGMA temp_store_directory = '{folder}'")
        case.db.execute("VACUUM")
        case.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except errors() as error:
        raise CaseError(f"{case.file}: all was removed, but its file keeps its size: {explain(error)}") from error
    finally:
        case.db.execute("PRAGMA temp_store_directory = ''")
        case.db.execute("PRAGMA temp_store = MEMORY")


_HELD = (
    ("message", "a.message = t.id", "source, line"),
    ("contact", "a.contact = t.id", "source, line"),
    ("participant", "a.conversation = t.conversation AND a.account = t.account", "delivery"),
    ("conversation_delivery", "a.conversation = t.conversation AND a.target = t.target", "delivery"),
)
_PREPARE = (
    "CREATE TEMP TABLE IF NOT EXISTS gone (id INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE IF NOT EXISTS gone_source (id INTEGER PRIMARY KEY)",
    "DELETE FROM gone",
    "DELETE FROM gone_source",
)
_REMOVE = (
    "DELETE FROM assessment_run",
    "DELETE FROM position WHERE profile IN (SELECT id FROM profile WHERE source IN (SELECT id FROM gone_source))",
    "DELETE FROM profile WHERE source IN (SELECT id FROM gone_source)",
    "DELETE FROM portrait WHERE source IN (SELECT id FROM gone_source)",
    "DELETE FROM page WHERE source IN (SELECT id FROM gone_source)",
    "DELETE FROM connection WHERE delivery IN (SELECT id FROM gone)",
    "DELETE FROM connection_plain WHERE delivery IN (SELECT id FROM gone)",
    "DELETE FROM skipped WHERE delivery IN (SELECT id FROM gone)",
    "DELETE FROM source WHERE id IN (SELECT id FROM gone_source)",
    # A letter quotes what its reader handed in. That there was one, its digest and who signed it stay in the register.
    "UPDATE letter_version SET body = '' WHERE letter IN (SELECT l.id FROM letter AS l JOIN delivery AS d"
    " ON d.target = l.target WHERE d.id IN (SELECT id FROM gone))",
    "DELETE FROM delivery WHERE id IN (SELECT id FROM gone)",
    "DELETE FROM skipped WHERE delivery IS NULL AND NOT EXISTS (SELECT 1 FROM delivery)",
    "DELETE FROM conversation WHERE id NOT IN (SELECT conversation FROM conversation_delivery)",
)
_FORGET_UNHELD = (
    "CREATE TEMP TABLE IF NOT EXISTS needed (id INTEGER PRIMARY KEY)",
    "DELETE FROM needed",
    "INSERT OR IGNORE INTO needed SELECT target FROM delivery WHERE target IS NOT NULL"
    " UNION SELECT target FROM contact UNION SELECT target FROM conversation_delivery"
    " UNION SELECT target FROM connection UNION SELECT target FROM connection_plain",
    "DELETE FROM letter_deed WHERE letter IN (SELECT id FROM letter WHERE target NOT IN (SELECT id FROM needed))",
    "DELETE FROM letter_version WHERE letter IN (SELECT id FROM letter WHERE target NOT IN (SELECT id FROM needed))",
    "DELETE FROM letter WHERE target NOT IN (SELECT id FROM needed)",
    "DELETE FROM target WHERE id NOT IN (SELECT id FROM needed)",
    "DELETE FROM needed",
    "INSERT INTO needed SELECT sender FROM message UNION SELECT account FROM participant"
    " UNION SELECT account FROM contact UNION SELECT account FROM profile"
    " UNION SELECT account FROM target WHERE account IS NOT NULL",
    "DELETE FROM verdict WHERE account NOT IN (SELECT id FROM needed)",
    "DELETE FROM note WHERE account NOT IN (SELECT id FROM needed)",
    "DELETE FROM tag WHERE account NOT IN (SELECT id FROM needed)",
    "DELETE FROM act WHERE id NOT IN (SELECT act FROM verdict UNION SELECT act FROM note UNION SELECT act FROM tag)",
    "DELETE FROM account_key WHERE account NOT IN (SELECT id FROM needed)",
    "DELETE FROM account WHERE id NOT IN (SELECT id FROM needed)",
)
