"""Processes that read a large case side by side, each through a connection of its own."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from counterlure.case.read import CaseReader, Columns

PARALLEL_FROM = 40_000
GC_THRESHOLD = 200_000

_cases: list[CaseReader] = []


@contextmanager
def side_by_side(case: CaseReader, workers: int) -> Iterator[Executor | None]:
    """A pool of processes that have the case open (`case_here`); None where it is too small to be worth their start."""
    messages = next(case.rows("SELECT count(*) FROM message"))[0]
    if workers < 2 or messages < PARALLEL_FROM:
        yield None
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, _open, (case.file, case.columns))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _open(file: Path, columns: Columns) -> None:
    gc.set_threshold(GC_THRESHOLD)
    _cases.append(CaseReader(file, columns))


def case_here() -> CaseReader:
    """The case as a process of the pool reads it."""
    return _cases[0]
