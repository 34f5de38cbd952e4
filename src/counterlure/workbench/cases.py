"""The cases being served: reading connections, the newest judgement, and the queue of writes."""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from counterlure.case.database import connect
from counterlure.case.read import CaseReader
from counterlure.case.store import DATABASE, Case
from counterlure.case.store import Clock as CaseClock
from counterlure.detect import allowed_columns
from counterlure.detect.conversation.margin import margin, telling_first
from counterlure.errors import CaseError
from counterlure.model import Assessment, Judgement, Noted, Progress
from counterlure.pipeline import decoded
from counterlure.workbench.again import Again
from counterlure.workbench.clusters import Clusters, clusters
from counterlure.workbench.rows import rows
from counterlure.workbench.screen import Names
from counterlure.workbench.writer import Writer

T = TypeVar("T")
TOLD_KEPT = 8


class Judged:
    """One judgement as the pages need it.

    run : tells it from the next. rows : one per account, as the queue lists it. order : their accounts. names : of
    everybody.
    """

    def __init__(self, run: int, judgement: Judgement) -> None:
        self.run, self.judgement = run, judgement
        self.rows = rows(judgement)
        self.order = [row.account for row in self.rows]
        self.names = Names(judgement)
        self._place = {account: place for place, account in enumerate(self.order)}
        self._progress: dict[int, list[Progress]] = {}
        for p in judgement.progress:
            self._progress.setdefault(p.account, []).append(p)

    @cached_property
    def clusters(self) -> Clusters:
        """Who belongs together, for the picture and its table."""
        return clusters(self.judgement)

    def assessed(self, account: int) -> Assessment | None:
        """The assessment of an account, or None."""
        place = self._place.get(account)
        return None if place is None else self.judgement.assessments[place]

    def progress(self, account: int) -> tuple[Progress, ...]:
        """How far the account went with each target."""
        return tuple(self._progress.get(account, ()))

    def neighbours(self, account: int) -> tuple[int | None, int | None]:
        """The accounts before and after this one."""
        place = self._place[account]
        return self.order[place - 1] if place else None, self.order[place + 1] if place + 1 < len(self.order) else None


class Served:
    """One case being served; may be used from several threads."""

    def __init__(self, path: Path, clock: CaseClock) -> None:
        self._writer = Writer(path, clock)
        self.path, self.clock = path, clock
        self.file = path / DATABASE
        self.name = path.resolve().name
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._lock = threading.Lock()
        self._judged: Judged | None = None
        self._told: dict[tuple[int, int], tuple[Noted, ...]] = {}
        self.again = Again(path)
        with self.read() as db:
            self.meta = dict(db.execute("SELECT key, value FROM meta"))
        self.id = self.meta["case_id"]

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection that cannot write."""
        try:
            db = self._idle.get_nowait()
        except queue.Empty:
            db = connect(self.file, read_only=True)
        try:
            yield db
        finally:
            self._idle.put(db)

    def write(self, deed: Callable[[Case], T]) -> T:
        """The result of a deed once it is in the case; see `Writer.do`."""
        return self._writer.do(deed)

    def judged(self) -> Judged | None:
        """The newest judgement, read again only where there is a newer one; None before the first scan."""
        with self.read() as db:
            (newest,) = db.execute("SELECT max(id) FROM assessment_run").fetchone()
            if newest is None:
                return None
            with self._lock:
                if self._judged is None or self._judged.run != newest:
                    self._judged = self._load(db, newest)
                return self._judged

    def _load(self, db: sqlite3.Connection, run: int) -> Judged:
        row = db.execute("SELECT document FROM assessment_run WHERE id = ?", (run,)).fetchone()
        return Judged(run, decoded(row[0], self.path))

    def told(self, run: int, account: int) -> tuple[Noted, ...]:
        """Every message of the account's threads with what it shows, those in which something is noted first.

        Kept for the accounts read last, until the judgement changes.
        """
        with self._lock:
            kept = self._told.get((run, account))
        if kept is None:
            with CaseReader(self.file, allowed_columns()) as reader:
                kept = tuple(telling_first(margin(reader, account)))
            with self._lock:
                while len(self._told) >= TOLD_KEPT:
                    self._told.pop(next(iter(self._told)))
                self._told[run, account] = kept
        return kept

    def has_members(self) -> bool:
        """Whether people sign in by name; otherwise whoever started the server works alone."""
        with self.read() as db:
            return db.execute("SELECT 1 FROM member LIMIT 1").fetchone() is not None

    def seal(self, user: str) -> str | None:
        """What changes with the membership of `user`: its role, its password; "" where the case has no members."""
        with self.read() as db:
            row = db.execute("SELECT role || ' ' || password FROM member WHERE name = ?", (user,)).fetchone()
            if row is None:
                return None if db.execute("SELECT 1 FROM member LIMIT 1").fetchone() else ""
            return str(row[0])

    def close(self) -> None:
        """Does what waits to be written, then closes everything."""
        self.again.close()
        self._writer.close()
        while not self._idle.empty():
            self._idle.get_nowait().close()


class Cases:
    """All cases of one server, by id."""

    def __init__(self, paths: Sequence[Path], clock: CaseClock) -> None:
        self._served: dict[str, Served] = {}
        for path in paths:
            served = Served(path, clock)
            if served.id in self._served:
                raise CaseError(f"{path}: the same case as {self._served[served.id].path}; serve one of them")
            self._served[served.id] = served

    def __iter__(self) -> Iterator[Served]:
        return iter(self._served.values())

    def get(self, case: str) -> Served | None:
        """The case with this id, where it is served here."""
        return self._served.get(case)

    def close(self) -> None:
        """Closes every case."""
        for served in self:
            served.close()
