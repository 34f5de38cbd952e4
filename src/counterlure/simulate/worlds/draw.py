"""Random draws that several parts of a world share; every part has a generator of its own, named."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterlure.network.model import Floats, Ints, Times

DAY = 86_400
START = 1_735_689_600
"""First second in which a contact falls, 1 January 2025, UTC; every account is older."""


def generator(seed: int, part: str) -> np.random.Generator:
    """The generator of one part of the world: what another part draws never moves it."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=tuple(part.encode())))


def power_law(rng: np.random.Generator, n: int, exponent: float, low: float, high: float) -> Floats:
    """`n` draws between low and high whose density falls as x to the power -exponent."""
    a = exponent - 1
    return np.asarray(low * (1 - rng.random(n) * (1 - (high / low) ** -a)) ** (-1 / a))


def weighted(rng: np.random.Generator, weights: Floats, n: int) -> NDArray[np.int64]:
    """`n` different places, drawn one after the other in proportion to positive weights, in the order drawn.

    References
    ----------
    Efraimidis and Spirakis (2006), weighted random sampling with a reservoir.
    """
    waits = rng.exponential(size=weights.size) / weights
    first = np.argpartition(waits, max(n - 1, 0))[:n]
    return first[np.argsort(waits[first])]


def by_weight(rng: np.random.Generator, weights: NDArray[Any], n: int) -> NDArray[np.int64]:
    """`n` places, each drawn in proportion to the weights whatever the others are."""
    bounds = np.cumsum(weights)
    drawn = np.searchsorted(bounds, rng.random(n) * bounds[-1], side="right")
    return np.asarray(np.minimum(drawn, weights.size - 1))


def seconds(rng: np.random.Generator, n: int, first_day: float, days: float) -> Times:
    """`n` moments inside a window that opens `first_day` days after `START`."""
    return START + rng.integers(int(first_day * DAY), int((first_day + days) * DAY), n)


def places(rng: np.random.Generator, width: int, n: int, added: int) -> tuple[Ints, Ints]:
    """Different numbers below `width` for `n` things, ascending, and for `added` others.

    The first `n` do not depend on how many are added, and no number tells to which of the two it belongs.
    """
    drawn = rng.permutation(width).astype(np.int32)
    return np.sort(drawn[:n]), drawn[n : n + added]


def keys(letter: str, numbers: NDArray[Any]) -> NDArray[np.object_]:
    """Keys such as a0000012: seven digits, so that keys sort as their numbers do."""
    return np.array([f"{letter}{number:07d}" for number in numbers.tolist()], dtype=object)
