"""Which of many texts say nearly the same: of a few thousand, all that do; of more, all but one pair in a thousand.

Two texts are near when the Jaccard index of their words and pairs of neighbouring words (`shingles.py`) is at least
0.8. That index always decides; what differs with the number of texts is only which pairs it is worked out for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterlure.alike.near import JACCARD_MIN, Bands, sketches, together
from counterlure.alike.shingles import Hashes, Numbers, mixed, shingles

CHARS_MAX = 10_000
"""Characters of a text that are read; platforms allow a quarter of it."""
WORDS_MIN = 25
"""Texts of fewer words are not compared: a sentence or two of stock phrases is everybody's."""
UNSPACED = 2.4
"""Characters that make a word in scripts written without spaces, where each is hashed as one."""
EXACT_MAX = 3_000
"""Texts up to which no near pair is missed."""
BANDS = 18
"""Of five rows: sets of Jaccard index j meet with probability 1 - (1 - j^5)^18: 0.9992 at 0.8, 0.06 at 0.32 (Leskovec,
Rajaraman and Ullman 2014, section 3.4)."""
WINDOW = 64
"""Sets that a set is compared with among those of one band, so that work grows with the number of texts."""
SLICE = 10_000
"""Texts hashed at once."""
BLOCK = 500
"""Texts compared with all others at once, where no pair may be missed."""
GUESS_MIN = 56
"""Of the 90 bytes of two sketches, equal ones from which on the sets themselves are compared: two sets of Jaccard index
0.8 have fewer once in 37,000 pairs, two of 0.5 as many once in 69 (binomial)."""
CROWD = 64
"""Near sets of a set, from which on two such sets are not compared with each other."""
PAIRS = 20_000
"""Proposed pairs compared at once."""
Bytes = NDArray[np.uint8]


class Near(NamedTuple):
    """Texts that say the same are one set, and sets may be near each other.

    of : for each text the number of its set, -1 where it is too short to be compared.
    low, high : pairs of near sets, the lower number first, ascending.
    """

    of: Numbers
    low: Numbers
    high: Numbers

    def neighbours(self) -> list[list[int]]:
        """For each set the sets near it, ascending, itself among them."""
        found = [[number] for number in range(int(self.of.max(initial=-1)) + 1)]
        for low, high in zip(self.low.tolist(), self.high.tolist(), strict=True):
            found[low].append(high)
            found[high].append(low)
        return [sorted(each) for each in found]


def near_texts(texts: Sequence[str], words_min: int = WORDS_MIN) -> Near:
    """Which texts of `words_min` words or more say nearly the same.

    Up to `EXACT_MAX` texts the answer is exact: neither their order nor another word put everywhere in a word's place
    changes it. Beyond that pairs are proposed by MinHash, and among more than `WINDOW` sets of one band not all pairs
    are looked at, so that a hundred thousand variants of one template cost no more than other texts; each set of such
    a crowd still meets `WINDOW` others.

    Parameters
    ----------
    texts : of any length; `CHARS_MAX` characters of each are read.
    """
    cut = [text[:CHARS_MAX] for text in texts]
    exact = len(cut) <= EXACT_MAX
    parts = [_read(cut[at : at + SLICE], words_min, 0 if exact else BANDS) for at in range(0, max(len(cut), 1), SLICE)]
    long, keys, marks, last = (np.concatenate(column) for column in zip(*parts, strict=True))
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    of = np.full(len(cut), -1, np.int64)
    of[long] = number
    kept = [cut[at] for at in np.flatnonzero(long)[first]]
    if len(kept) < 2:
        return Near(of, np.zeros(0, np.int64), np.zeros(0, np.int64))
    return Near(of, *(_all_pairs(kept) if exact else _banded(kept, marks[first], last[first])))


def _read(texts: Sequence[str], words_min: int, count: int) -> tuple[NDArray[np.bool_], Hashes, Bands, Bytes]:
    """(which texts are long enough; of each that is a fingerprint, `count` bands and their bytes)."""
    hashes, counts = shingles(texts, CHARS_MAX)
    words = (counts + 1) // 2
    parted = np.fromiter((len(text.split()) for text in texts), np.int64, len(texts))
    long = (words >= words_min) & ((parted >= words_min) | (words >= UNSPACED * words_min))
    hashes = hashes[np.repeat(long, counts)]
    starts = np.cumsum(counts[long]) - counts[long]
    keys = np.add.reduceat(mixed(hashes), starts) if starts.size else np.zeros(0, np.uint64)
    return long, keys, *sketches(hashes, starts, count)


def _all_pairs(texts: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Every pair of near texts: how many hashes two texts have in common is a product of matrices."""
    import scipy.sparse as sp

    held = _held(texts)
    _, column = np.unique(held.indices, return_inverse=True)
    shape = (len(texts), int(column.max(initial=0)) + 1)
    held = sp.csr_array((held.data.astype(np.int32), column, held.indptr), shape=shape)
    size = np.diff(held.indptr)
    pairs = [np.zeros((2, 0), np.int64)]
    for at in range(0, len(texts), BLOCK):
        common = (held[at : at + BLOCK] @ held.T).tocoo()
        low, high = common.row.astype(np.int64) + at, common.col.astype(np.int64)
        same = (low < high) & _near(common.data, size[low], size[high])
        pairs.append(np.stack([low[same], high[same]]))
    low, high = np.concatenate(pairs, axis=1)
    order = np.lexsort((high, low))
    return low[order], high[order]


def _banded(texts: Sequence[str], marks: Bands, last: Bytes) -> tuple[Numbers, Numbers]:
    """Pairs of near texts that share a band, within the window.

    Two sets that have `CROWD` near ones each are a template's; how many more there are is of no interest.
    """
    held, sets = _held(texts), len(texts)
    seen, found = np.zeros(0, np.int64), np.zeros(0, np.int64)
    partners = np.zeros(sets, np.int64)
    for mark in marks.T:
        proposed = _new(seen, [np.zeros(0, np.int64), *_proposed(mark, last, partners)])
        seen = np.sort(np.append(seen, proposed), kind="stable")
        near = proposed[_checked(held, *np.divmod(proposed, sets))]
        partners += np.bincount(np.concatenate(np.divmod(near, sets)), minlength=sets)
        found = np.append(found, near)
    low, high = np.divmod(np.sort(found), max(sets, 1))
    return low, high


def _proposed(mark: NDArray[np.uint32], last: Bytes, partners: Numbers) -> Iterator[Numbers]:
    """Pairs of sets, as low * sets + high, of one band, that are near by their bytes and not both of a crowd."""
    for low, high in together(mark, WINDOW):
        alike = np.flatnonzero(np.minimum(partners[low], partners[high]) < CROWD)
        alike = alike[(last[low[alike]] == last[high[alike]]).sum(axis=1) >= GUESS_MIN]
        yield low[alike] * partners.size + high[alike]


def _new(seen: Numbers, numbers: Sequence[Numbers]) -> Numbers:
    """Numbers that are not among those seen before, both ascending, each once.

    `numpy.unique` would hash them, and these lie so that it takes minutes.
    """
    ordered = np.sort(np.concatenate(numbers))
    once: Numbers = ordered[np.append(True, np.diff(ordered) > 0)[: ordered.size]]
    if seen.size == 0:
        return once
    fresh: Numbers = once[seen[np.minimum(np.searchsorted(seen, once), seen.size - 1)] != once]
    return fresh


def _checked(held: Any, low: Numbers, high: Numbers) -> NDArray[np.bool_]:
    """Which of the pairs of rows are near."""
    size = np.diff(held.indptr)
    found = [np.zeros(0, bool)]
    for at in range(0, low.size, PAIRS):
        one, other = low[at : at + PAIRS], high[at : at + PAIRS]
        found.append(_near(held[one].multiply(held[other]).sum(axis=1), size[one], size[other]))
    return np.concatenate(found)


def _near(common: NDArray[Any], one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether sets of these sizes, with so many hashes in common, are near."""
    return np.asarray(common >= JACCARD_MIN * (one + other - common), bool)


def _held(texts: Sequence[str]) -> Any:
    """A sparse matrix of ones: the hashes of each text, one text a row."""
    import scipy.sparse as sp

    parts = [shingles(texts[at : at + SLICE], CHARS_MAX) for at in range(0, max(len(texts), 1), SLICE)]
    column = np.concatenate([(hashes >> np.uint64(1)).astype(np.int64) for hashes, _ in parts])
    starts = np.append(0, np.cumsum(np.concatenate([counts for _, counts in parts])))
    held = sp.csr_array((np.ones(column.size, np.int8), column, starts), shape=(len(texts), 2**63 - 1))
    held.sum_duplicates()
    held.data[:] = 1
    return held
