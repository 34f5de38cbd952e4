"""Sets of hashes that are nearly the same, without comparing every two: MinHash, bands, then the sets themselves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from counterlure.alike.shingles import Hashes, Numbers, mixed

BANDS, ROWS = 12, 5
"""Two sets of Jaccard index j meet in a band with probability 1 - (1 - j^5)^12: 0.99 at 0.8, 0.10 at 0.4 (Leskovec,
Rajaraman and Ullman 2014, section 3.4)."""
JACCARD_MIN = 0.8
PAIRS = 200_000
"""Pairs compared at once."""

Bands = NDArray[np.uint32]


def bands(hashes: Hashes, starts: Numbers) -> Bands:
    """Shape (sets, BANDS): equal numbers mark sets that may be near. starts : where each set begins, none is empty."""
    return sketches(hashes, starts, BANDS)[0]


def sketches(hashes: Hashes, starts: Numbers, count: int) -> tuple[Bands, NDArray[np.uint8]]:
    """(`count` bands of each set; of each of their orders the last byte of the smallest, by which likeness is guessed).

    Each of the orders, five a band, is by an odd multiple modulo 2^32 of the hash's upper half; the smallest counts
    (Broder 1997). Two sets of Jaccard index j have the same byte with probability j + (1 - j) / 256 (Li and Koenig
    2010). starts : where each set begins, none is empty.
    """
    found = np.empty((count, starts.size), np.uint32)
    last = np.empty((count * ROWS, starts.size), np.uint8)
    if starts.size == 0:
        return found.T, last.T
    upper = (hashes >> np.uint64(32)).astype(np.uint32)
    factors = (mixed(np.arange(1, count * ROWS + 1, dtype=np.uint64)) >> np.uint64(32)).astype(np.uint32) | np.uint32(1)
    for band in range(count):
        met = np.zeros(starts.size, np.uint64)
        for order in range(band * ROWS, (band + 1) * ROWS):
            smallest = np.minimum.reduceat(upper * factors[order], starts)
            last[order] = mixed(smallest.astype(np.uint64)) & np.uint64(0xFF)
            met = mixed(met + smallest)
        found[band] = met >> np.uint64(32)
    return np.ascontiguousarray(found.T), np.ascontiguousarray(last.T)


def candidates(marks: Bands) -> tuple[Numbers, Numbers]:
    """Pairs of sets, lower number first, that share a band: each set with the first and with the one before in it."""
    sets = max(marks.shape[0], 1)
    pairs = [np.zeros(0, np.int64)]
    for mark in marks.T:
        order = np.argsort(mark, kind="stable")
        same = mark[order[1:]] == mark[order[:-1]]
        run = np.maximum.accumulate(np.where(np.append(False, same), 0, np.arange(order.size)))
        later = np.flatnonzero(same) + 1
        pairs += [order[earlier] * sets + order[later] for earlier in (run[later], later - 1)]
    low, high = np.divmod(np.unique(np.concatenate(pairs)), sets)
    return low, high


def together(mark: NDArray[np.uint32], window: int) -> Iterator[tuple[Numbers, Numbers]]:
    """Pairs of sets, lower number first, of one mark: each set with the next `window` of its mark, nearest first."""
    order = np.argsort(mark, kind="stable")
    at = np.arange(order.size)
    for lag in range(1, window + 1):
        at = at[at + lag < order.size]
        at = at[mark[order[at]] == mark[order[at + lag]]]
        if at.size == 0:
            return
        yield order[at], order[at + lag]


def jaccard(hashes: Hashes, owner: Numbers, low: Numbers, high: Numbers) -> NDArray[np.float64]:
    """|A and B| / |A or B| of each pair of sets. hashes, owner : which set holds which hash, in any order."""
    if low.size == 0:
        return np.zeros(0)
    _, number = np.unique(hashes, return_inverse=True)
    width = np.int64(number.max() + 1)
    held = np.unique(owner * width + number)
    member, number = np.divmod(held, width)
    begins = np.searchsorted(member, np.arange(member[-1] + 2))
    found = np.empty(low.size)
    for at in range(0, low.size, PAIRS):
        one, other = low[at : at + PAIRS], high[at : at + PAIRS]
        size = begins[one + 1] - begins[one]
        row = np.repeat(np.arange(one.size), size)
        place = np.arange(row.size) - np.repeat(np.cumsum(size) - size, size) + begins[one][row]
        sought = other[row] * width + number[place]
        met = held[np.minimum(np.searchsorted(held, sought), held.size - 1)] == sought
        both = np.bincount(row, weights=met, minlength=one.size)
        found[at : at + PAIRS] = both / (size + begins[other + 1] - begins[other] - both)
    return found
