"""Connections to `case.sqlite`: plain SQLite, or SQLCipher when a passphrase is set."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from counterlure.errors import CaseBusy, CaseError, MissingExtra

PASSPHRASE = "COUNTERLURE_PASSPHRASE"  # noqa: S105 -- the name of the variable, not a secret
BUSY_SECONDS = 10
CACHE_KIB = 65536
ROWS_AT_ONCE = 50

_REASONS = {  # a part of what SQLite says -> what to do about it
    "locked": f"in use by another program for more than {BUSY_SECONDS} s; try again",
    "disk is full": "the disk is full; free space and try again",
    "disk I/O error": "the disk is full or fails; free space and look at its health, then try again",
    "readonly": "may not be written: it, its directory or the disk is read-only",
    "unable to open": "may not be opened: check the permissions of it and of its directory",
    "malformed": "damaged; restore the case from a copy",
}


def connect(file: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection in autocommit mode; writers get WAL, full synchronisation and foreign keys.

    Raises
    ------
    CaseError where the file is damaged, locked, not to be written, or encrypted with another passphrase.
    MissingExtra where a passphrase is set and sqlcipher3 is not installed.
    """
    passphrase = os.environ.get(PASSPHRASE)
    driver: Any = _cipher() if passphrase else sqlite3
    mode = "ro" if read_only else "rwc"
    if not read_only and file.exists() and not os.access(file, os.W_OK):
        raise CaseError(f"{file}: {_REASONS['readonly']}")  # SQLite would open it and fail later
    db: sqlite3.Connection | None = None
    try:
        db = driver.connect(
            f"{file.absolute().as_uri()}?mode={mode}",
            uri=True, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False,
        )  # fmt: skip
        _prepare(db, passphrase, read_only=read_only)
    except driver.Error as error:
        if db is not None:
            db.close()
        raise CaseError(f"{file}: {explain(error)}") from error
    return db


@contextmanager
def transaction(db: sqlite3.Connection, file: Path) -> Iterator[None]:
    """One write transaction: committed whole, or undone.

    Raises
    ------
    CaseBusy where another program kept writing; CaseError in place of every other error, with what to do about it.
    """
    try:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:  # a full disk has undone it already
                db.execute("ROLLBACK")
            raise
    except errors() as error:
        kind = CaseBusy if "locked" in str(error) else CaseError
        raise kind(f"{file}: {explain(error)}") from error


def insert(db: sqlite3.Connection, into: str, rows: Sequence[Sequence[object]]) -> None:
    """Adds rows of one width, many with each statement, which takes half the time of one by one.

    into : the statement up to its values, "INSERT INTO target(id, account)".
    """
    whole = len(rows) // ROWS_AT_ONCE * ROWS_AT_ONCE
    if rows:
        marks = f"({', '.join('?' * len(rows[0]))})"
        many = f"{into} VALUES {', '.join([marks] * ROWS_AT_ONCE)}"
        for at in range(0, whole, ROWS_AT_ONCE):
            db.execute(many, tuple(chain.from_iterable(rows[at : at + ROWS_AT_ONCE])))
        db.executemany(f"{into} VALUES {marks}", rows[whole:])


def errors() -> tuple[type[Exception], ...]:
    """The database errors of the driver in use."""
    return (sqlite3.Error, _cipher().Error) if os.environ.get(PASSPHRASE) else (sqlite3.Error,)


def explain(error: Exception) -> str:
    """What an error of the database means to the person at the keyboard."""
    text = str(error)
    for words, meaning in _REASONS.items():
        if words in text:
            return f"{meaning} ({text})"
    if "not a database" not in text:
        return f"cannot be used: {text}"
    if os.environ.get(PASSPHRASE):
        return f"cannot be read with the passphrase in {PASSPHRASE}: another passphrase, or damaged ({text})"
    return f"cannot be read: damaged, or encrypted (set {PASSPHRASE} to open an encrypted case) ({text})"


def _prepare(db: sqlite3.Connection, passphrase: str | None, *, read_only: bool) -> None:
    if passphrase:
        db.execute("PRAGMA cipher_log_level = NONE")  # a wrong passphrase is told once, by us
        db.execute("PRAGMA key = '{}'".format(passphrase.replace("'", "''")))
    db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    db.execute("PRAGMA temp_store = MEMORY")
    if not read_only:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA wal_autocheckpoint = 16384")
    db.execute("SELECT count(*) FROM sqlite_schema").fetchone()


def _cipher() -> Any:
    try:
        from sqlcipher3 import dbapi2
    except ImportError as error:
        raise MissingExtra("an encrypted case needs sqlcipher3: install counterlure[encrypt]") from error
    return dbapi2
