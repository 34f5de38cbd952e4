"""Making, opening and checking a case directory.

`case.sqlite` is written in WAL mode with full synchronisation: a row is acknowledged once its transaction returns,
and survives a kill or a power cut from then on.
"""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path

from counterlure.case import audit
from counterlure.case.database import connect, errors, explain, transaction
from counterlure.case.read import CaseReader
from counterlure.errors import CaseError

SCHEMA_VERSION = 3
_OLDER = frozenset(str(version) for version in range(1, SCHEMA_VERSION))
DATABASE = "case.sqlite"
Clock = Callable[[], int]


def now() -> int:
    """UTC epoch seconds; `COUNTERLURE_NOW` overrides the clock, for reproducible runs.

    Raises
    ------
    CaseError where the variable holds anything but seconds.
    """
    fixed = os.environ.get("COUNTERLURE_NOW")
    if not fixed:
        return int(time.time())
    if not re.fullmatch("[0-9]{1,11}", fixed):
        raise CaseError(f"COUNTERLURE_NOW is {fixed!r}: give seconds since 1970-01-01 UTC, or unset it")
    return int(fixed)


class Case:
    """An open case. Use as a context manager; one writer at a time, readers unhindered."""

    def __init__(self, path: Path, db: sqlite3.Connection, clock: Clock, actor: str) -> None:
        self.path = path
        self.db = db
        self.clock = clock
        self.actor = actor

    @classmethod
    def create(
        cls, path: Path, *, purpose: str | None = None, controller: str | None = None, basis: str | None = None,
        retention_days: int | None = 90, clock: Clock = now, actor: str = "local", salt: bytes | None = None,
        case_id: str | None = None,
    ) -> Case:  # fmt: skip
        """A new case in a directory that does not hold one yet.

        purpose, controller, basis : recorded as given; the law asks for them before anything is read.
        retention_days : how long a delivery may stay, counted from the day it was read; None: until purged by hand.

        Raises
        ------
        CaseError where the directory already holds a case or cannot be written.
        """
        at = clock()
        try:
            if (path / DATABASE).exists():
                raise CaseError(f"{path}: there is a case here already; open it, or choose another directory")
            _make_directory(path)
            # Built aside and renamed: a kill during creation leaves no half-made case.
            draft = path / f"{DATABASE}.new"
            for leftover in path.glob(f"{DATABASE}.new*"):
                leftover.unlink()
        except OSError as error:
            raise CaseError(f"{path}: cannot be made: {error.strerror}") from error
        facts = {
            "schema_version": str(SCHEMA_VERSION), "case_id": case_id or secrets.token_hex(8), "created_at": str(at),
            "purpose": purpose, "controller": controller, "basis": basis,
            "retention_days": None if retention_days is None else str(retention_days),
            "salt": (salt or secrets.token_bytes(16)).hex(),
        }  # fmt: skip
        with _private():
            db = connect(draft, read_only=False)
            try:
                _build(db, draft, {key: value for key, value in facts.items() if value is not None})
                with transaction(db, draft):
                    audit.append(db, at, actor, "init", facts["case_id"] or "", f"purpose: {purpose or 'not declared'}")
            finally:
                db.close()
        draft.rename(path / DATABASE)
        return cls.open(path, clock=clock, actor=actor)

    @classmethod
    def open(cls, path: Path, *, clock: Clock = now, actor: str = "local") -> Case:
        """The case in a directory.

        Raises
        ------
        CaseError where there is none, it is damaged, or it was written by another version.
        """
        file = path / DATABASE
        try:
            found_here = file.is_file()
        except OSError as error:
            raise CaseError(f"{file}: cannot be reached: {error.strerror}") from error
        if not found_here:
            raise CaseError(f"{path}: no case here; make one with `counterlure init {path}` or `scan --case`")
        db = connect(file, read_only=False)
        try:
            found = _version(db)
        except errors() as error:
            db.close()
            raise CaseError(f"{file}: {explain(error)}") from error
        if found not in _OLDER and found != str(SCHEMA_VERSION):
            db.close()
            raise CaseError(
                f"{file}: schema version {found}, this program reads {SCHEMA_VERSION}; use a matching version"
            )
        case = cls(path, db, clock, actor)
        if found in _OLDER:
            case._migrate(int(found))
        return case

    def _migrate(self, found: int) -> None:
        """Brings an older case forward, one version after the other, whole or not at all."""
        with transaction(self.db, self.file):
            for version in range(found + 1, SCHEMA_VERSION + 1):
                script = resources.files(__package__).joinpath("migrations", f"{version}.sql")
                for statement in _statements(script.read_text(encoding="utf-8")):
                    self.db.execute(statement)
            self.db.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", (str(SCHEMA_VERSION),))
            audit.append(self.db, self.clock(), self.actor, "migrate", f"version {SCHEMA_VERSION}", f"from {found}")

    @property
    def meta(self) -> dict[str, str]:
        """Facts about the case: see table `meta`."""
        return dict(self.db.execute("SELECT key, value FROM meta"))

    @property
    def file(self) -> Path:
        """The database."""
        return self.path / DATABASE

    def record(self, action: str, obj: str, result: str, actor: str | None = None) -> str:
        """One audit entry in a transaction of its own, of `actor` or whoever opened the case; returns the new head."""
        with transaction(self.db, self.file):
            return audit.append(self.db, self.clock(), actor or self.actor, action, obj, result)

    def reader(self, columns: Mapping[str, frozenset[str]]) -> CaseReader:
        """A read-only view that knows only the given columns of each table: what a detector may see."""
        return CaseReader(self.file, columns)

    def close(self) -> None:
        """Folds the write-ahead log back and closes."""
        with suppress(*errors()):  # on a full disk the log stays beside the database, and the next opening folds it
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.db.close()

    def __enter__(self) -> Case:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _private() -> Iterator[None]:
    """Files made inside are readable by their owner only, from their first byte."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _make_directory(path: Path) -> None:
    made = not path.exists()
    path.mkdir(parents=True, exist_ok=True)
    if made:
        path.chmod(0o700)


def _build(db: sqlite3.Connection, draft: Path, facts: Mapping[str, str]) -> None:
    schema = resources.files(__package__).joinpath("schema.sql").read_text(encoding="utf-8")
    try:
        db.executescript(f"BEGIN;{schema}COMMIT;")
        db.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())
    except errors() as error:
        raise CaseError(f"{draft}: {explain(error)}") from error


def _statements(script: str) -> Iterator[str]:
    """The statements of a migration; `executescript` would commit in the middle of it."""
    held = ""
    for line in script.splitlines(keepends=True):
        held += line
        if sqlite3.complete_statement(held):
            yield held
            held = ""


def _version(db: sqlite3.Connection) -> str:
    if db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").fetchone() is None:
        return "none"
    row = db.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
    return str(row[0]) if row else "none"
