"""Judging a case again after something was entered by hand, in a process of its own so that the pages stay quick."""

from __future__ import annotations

import threading
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from counterlure import pipeline
from counterlure.case.store import Case
from counterlure.errors import CounterlureError


class Again:
    """At most one judging at a time; what is asked for meanwhile is done once more afterwards.

    running : whether one is on its way. failed : why the last one failed, or None.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._wanted = False
        self._closed = False
        self.running = False
        self.failed: str | None = None

    def ask(self) -> None:
        """Starts one, or has another follow the one that is on its way; once closed, none."""
        with self._lock:
            if self.running or self._closed:
                self._wanted = self.running
                return
            future = self._submitted()
            self.running, self._wanted = True, False
        future.add_done_callback(self._ended)

    def close(self) -> None:
        """Waits for the one on its way; no other begins."""
        with self._lock:
            pool, self._pool, self._wanted, self._closed = self._pool, None, False, True
        if pool is not None:
            pool.shutdown()

    def _ended(self, future: Future[None]) -> None:
        error = future.exception()
        with self._lock:
            self.running = False
            self.failed = None if error is None else _said(error)
            follows = self._wanted
            if error is not None and not isinstance(error, CounterlureError):
                self._give_up()
        if follows:
            self.ask()

    def _submitted(self) -> Future[None]:
        try:
            return self._open().submit(_judge, str(self._path))
        except BrokenExecutor:  # the process was killed while it had nothing to do
            self._give_up()
            return self._open().submit(_judge, str(self._path))

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        return self._pool

    def _give_up(self) -> None:
        """A process that was killed takes its pool along; another one is not left behind."""
        if self._pool is not None:
            self._pool.shutdown(wait=False)
        self._pool = None


def _said(error: BaseException) -> str:
    return str(error) if isinstance(error, CounterlureError) else "the process that judges has ended; try again"


def _judge(path: str) -> None:
    with Case.open(Path(path), actor="workbench") as case:
        pipeline.judge_again(case, workers=1)
