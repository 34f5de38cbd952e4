"""Methods for the tests of the benchmark: one that behaves, and every way in which one may not."""

from __future__ import annotations

import os
import sys
import time

import numpy as np

from counterlure.bench.coordination.sample import Answer, Graph
from counterlure.errors import MissingExtra
from counterlure.network.model import ABSENT


def together(graph: Graph) -> Answer:
    """A stand-in for the search: accounts that contacted target 0 are one group."""
    group = np.full(graph.accounts, ABSENT, np.int32)
    group[graph.contacts.account[graph.contacts.target == 0]] = 0
    return Answer((group == 0).astype(np.float64), group == 0, group)


def everybody(graph: Graph) -> Answer:
    return Answer(flagged=np.ones(graph.accounts, bool))


def crash(_graph: Graph) -> Answer:
    raise RuntimeError("it does not converge")


def die(_graph: Graph) -> Answer:
    os.kill(os.getpid(), 9)
    raise AssertionError


def sleep(_graph: Graph) -> Answer:
    time.sleep(60)
    raise AssertionError


def eat(_graph: Graph) -> Answer:
    held = [np.ones(10_000_000)]
    while True:
        held.append(np.ones(10_000_000))


def breed(_graph: Graph) -> Answer:
    """Leaves a process behind that would outlive it, and tells its number."""
    left = os.fork()
    if left == 0:
        time.sleep(60)
    sys.exit(str(left))


def missing(_graph: Graph) -> Answer:
    raise MissingExtra("no module named peer: install it")


def no_memory(_graph: Graph) -> Answer:
    raise MemoryError
