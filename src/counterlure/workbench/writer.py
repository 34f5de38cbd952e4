"""One writer for each served case: deeds wait in a queue, are done one after another, and are answered when they stand.

The command line may be writing to the same case; a deed then waits for it, at most `PATIENCE_SECONDS`.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from counterlure.case.store import Case
from counterlure.case.store import Clock as CaseClock
from counterlure.errors import CaseBusy, CaseError

PATIENCE_SECONDS = 60.0
T = TypeVar("T")


class Writer:
    """The only thread of this program that writes to a case."""

    def __init__(self, path: Path, clock: CaseClock) -> None:
        self._waiting: queue.Queue[tuple[Callable[[Case], Any], Future[Any]] | None] = queue.Queue()
        self._lock, self._closed = threading.Lock(), False
        self._case = Case.open(path, clock=clock)
        self._thread = threading.Thread(target=self._work, name=f"writer {path.name}", daemon=True)
        self._thread.start()

    def do(self, deed: Callable[[Case], T]) -> T:
        """The result of a deed, once it is in the case.

        Raises
        ------
        CaseError as the deed raises it; also where the case stayed in use by another program.
        """
        answer: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise CaseError("the workbench has stopped; nothing was changed")
            self._waiting.put((deed, answer))
        return answer.result()

    def close(self) -> None:
        """Does what still waits, then closes the case."""
        with self._lock:
            self._closed = True
            self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        with self._case:
            while (waiting := self._waiting.get()) is not None:
                deed, answer = waiting
                try:
                    answer.set_result(self._patiently(deed))
                except Exception as error:
                    answer.set_exception(error)  # raised where the answer is awaited

    def _patiently(self, deed: Callable[[Case], T]) -> T:
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return deed(self._case)
            except CaseBusy as error:
                if time.monotonic() > until:
                    raise CaseError(
                        f"{error}; nothing was changed, try again once the other program has ended"
                    ) from error
