"""An index of organisations that outlives a case: employers claimed by accounts warned about, and how often.

One SQLite file that the user names. It holds no person, no message and no target: a name as it is compared,
identifiers, in how many cases (as salted hashes), when first and last, and by how many accounts at alert.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from counterlure.errors import CaseError
from counterlure.register.normal import is_nobody, normal_name

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS claim (       -- one organisation in one case
    name TEXT NOT NULL,                  -- as `normal_name` writes it
    in_case BLOB NOT NULL,               -- salted hash of the case's id
    at INTEGER NOT NULL,                 -- UTC epoch seconds of the judgement
    accounts INTEGER NOT NULL,           -- at alert, that claimed it
    PRIMARY KEY (name, in_case)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS identifier (
    name TEXT NOT NULL, identifier TEXT NOT NULL, PRIMARY KEY (identifier, name)
) STRICT;
"""


class Claimed(NamedTuple):
    """An organisation claimed in a case by accounts at alert."""

    name: str
    identifiers: frozenset[str]
    accounts: int


class Seen(NamedTuple):
    """What the index knows of an organisation, other cases only."""

    cases: int
    accounts: int
    first_at: int
    last_at: int


@contextmanager
def opened(file: Path, *, make: bool = False) -> Iterator[sqlite3.Connection]:
    """The index; made where it is to be written and absent. CaseError where it cannot be used."""
    if not make and not file.is_file():
        raise CaseError(f"{file}: no index of organisations here; `counterlure register note` makes one")
    try:
        db = sqlite3.connect(file, isolation_level=None)
        try:
            db.executescript(_SCHEMA)
            db.execute("INSERT OR IGNORE INTO meta VALUES ('salt', ?)", (secrets.token_hex(16),))
            yield db
        finally:
            db.close()
    except sqlite3.Error as error:
        raise CaseError(f"{file}: cannot be used as an index of organisations: {error}") from error


def note(file: Path, case_id: str, at: int, claimed: Iterable[Claimed]) -> int:
    """Writes what one case showed, in place of what the same case showed before; how many organisations.

    Raises
    ------
    CaseError where the file cannot be written.
    """
    with opened(file, make=True) as db:
        own = _hash(db, case_id)
        db.execute("BEGIN IMMEDIATE")
        db.execute("DELETE FROM claim WHERE in_case = ?", (own,))
        count = 0
        for one in claimed:
            name = normal_name(one.name)
            if name and not is_nobody(one.name):
                db.execute("INSERT OR REPLACE INTO claim VALUES (?, ?, ?, ?)", (name, own, at, one.accounts))
                rows = [(name, identifier) for identifier in sorted(one.identifiers)]
                db.executemany("INSERT OR IGNORE INTO identifier VALUES (?, ?)", rows)
                count += 1
        db.execute("COMMIT")
        return count


def forget(file: Path, name: str) -> int:
    """Takes an organisation out; in how many cases it had been noted."""
    with opened(file) as db:
        db.execute("DELETE FROM identifier WHERE name = ?", (normal_name(name),))
        return int(db.execute("DELETE FROM claim WHERE name = ?", (normal_name(name),)).rowcount)


def seen(file: Path, case_id: str, names: Iterable[str], identifiers: Iterable[str]) -> dict[str, Seen]:
    """What other cases showed of organisations, by normal name or identifier asked for."""
    with opened(file) as db:
        own = _hash(db, case_id)
        found = {}
        asked = [(name, name) for name in sorted(set(names))]
        sql = "SELECT name FROM identifier WHERE identifier = ?"
        asked += [(i, str(name)) for i in sorted(set(identifiers)) for (name,) in db.execute(sql, (i,))]
        for key, name in asked:
            row = db.execute(
                "SELECT count(*), sum(accounts), min(at), max(at) FROM claim WHERE name = ? AND in_case <> ?",
                (name, own),
            ).fetchone()
            if row[0]:
                found[key] = Seen(*map(int, row))
        return found


def _hash(db: sqlite3.Connection, case_id: str) -> bytes:
    salt = str(db.execute("SELECT value FROM meta WHERE key = 'salt'").fetchone()[0])
    return hashlib.sha256(f"{salt}/{case_id}".encode()).digest()
