"""Pictures that are one picture: any view of one near the whole, or the mirror, of the other.

Few pictures are compared each with each. Many are first sorted by samples of their bits: copies agree in all bits of a
sample often, strangers hardly ever (bit sampling; Indyk and Motwani 1998). What meets is then compared in full.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterlure.portrait.views import KEPT, MIRROR, WHOLE, WORDS

RADIUS = 20
"""Bits of 256 that may differ. At 34, with crops of up to a tenth, 465 of 5e9 pairs of different drawn pictures met, a
third as many for every two bits less; copies cropped by up to a twentieth are 18 apart at most (docs/portraits.md)."""
EXACT_MAX = 400
SAMPLES, SAMPLED = 48, 28
SEED = 20_181_022
AT_ONCE = 1 << 22

Views = NDArray[np.uint64]
"""Shape (pictures, views, WORDS)."""
Numbers = NDArray[np.int64]


class Match(NamedTuple):
    """Two pictures, `one` < `other`, that are one; `view` of one of them lies `bits` from the other."""

    one: int
    other: int
    bits: int
    view: int


def matches(pictures: Views) -> list[Match]:
    """Every pair within `RADIUS`, nearest views told, by place. Pictures whose hashes are zero match nothing.

    Up to `EXACT_MAX` pictures every pair is compared. Beyond that a pair at the radius is met with probability 0.98 by
    each of the views that are near.
    """
    told = np.flatnonzero(pictures.any(axis=(1, 2)))
    if told.size < 2:
        return []
    kept = pictures[told]
    pairs = _all_pairs(kept) if told.size <= EXACT_MAX else _met(kept)
    best: dict[tuple[int, int], tuple[int, int]] = {}
    for view_of, view, whole_of in pairs:
        for place, bits in _near(kept, view_of, view, whole_of):
            ends = int(told[view_of[place]]), int(told[whole_of[place]])
            seen = (bits, int(view[place]))
            key = (min(ends), max(ends))
            best[key] = min(best.get(key, (RADIUS + 1, 0)), seen)
    return [Match(one, other, *found) for (one, other), found in sorted(best.items())]


Candidates = tuple[Numbers, Numbers, Numbers]
"""(picture of which a view is taken, the view, picture whose whole or mirror it is held against)."""


def _all_pairs(pictures: Views) -> Iterator[Candidates]:
    count, views = pictures.shape[:2]
    view = np.arange(views)
    for one in range(count):
        others = np.delete(np.arange(count), one)
        yield np.full(others.size * views, one), np.tile(view, others.size), np.repeat(others, views)


def _met(pictures: Views) -> Iterator[Candidates]:
    """Candidates that agree in a sample of the low-frequency bits."""
    bits = np.unpackbits(pictures.view(np.uint8).reshape(*pictures.shape[:2], WORDS * 8), axis=2)
    count, views = pictures.shape[:2]
    ends = bits[:, (WHOLE, MIRROR)].reshape(2 * count, -1)
    low = np.flatnonzero((np.add.outer(np.arange(KEPT), np.arange(KEPT)) < KEPT).ravel())
    draw = np.random.default_rng(SEED)
    weights = (1 << np.arange(SAMPLED)).astype(np.int32)
    for _ in range(SAMPLES):
        chosen = np.sort(draw.choice(low, SAMPLED, replace=False))
        key_of_end = ends[:, chosen] @ weights
        order = np.argsort(key_of_end, kind="stable")
        sorted_keys = key_of_end[order]
        for first in range(0, count, max(1, AT_ONCE // views)):
            part = bits[first : first + max(1, AT_ONCE // views)]
            key = (part[:, :, chosen] @ weights).ravel()
            begin, end = np.searchsorted(sorted_keys, key), np.searchsorted(sorted_keys, key, side="right")
            yield from _paired(begin, end - begin, order, first, views)


def _paired(begin: Numbers, size: Numbers, order: Numbers, first: int, views: int) -> Iterator[Candidates]:
    row = np.repeat(np.arange(begin.size), size)
    place = np.arange(row.size) - np.repeat(np.cumsum(size) - size, size) + begin[row]
    view_of, view, whole_of = first + row // views, row % views, order[place] // 2
    differ = view_of != whole_of
    yield view_of[differ], view[differ], whole_of[differ]


def _near(pictures: Views, view_of: Numbers, view: Numbers, whole_of: Numbers) -> Iterator[tuple[int, int]]:
    """(place among the candidates, bits apart) of those within the radius."""
    for start in range(0, view_of.size, AT_ONCE):
        part = slice(start, start + AT_ONCE)
        seen = pictures[view_of[part], view[part]]
        apart = np.minimum(*(_bits(seen, pictures[whole_of[part], end]) for end in (WHOLE, MIRROR)))
        for place in np.flatnonzero(apart <= RADIUS).tolist():
            yield start + place, int(apart[place])


def _bits(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> NDArray[np.uint16]:
    apart: NDArray[np.uint16] = np.bitwise_count(one ^ other).sum(axis=1, dtype=np.uint16)
    return apart


def stacked(blobs: Sequence[bytes]) -> Views:
    """Hashes of several pictures, which must have as many views."""
    return np.stack([np.frombuffer(blob, dtype=np.uint64).reshape(-1, WORDS) for blob in blobs])
