"""Rows as numbers: TF-IDF of masked content words, and counts of the profile's structure; all learned from training.

A template weighs as one row however many share it, in the rarity of words as in the model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterlure.bench.profiles.dataset import NUMBERS, Profile
from counterlure.bench.strategy_features import sklearn
from counterlure.bench.train import left_out

SEEN_IN = 5.0
"""Templates that a word must stand in, written without a capital; in fewer it may be a name."""
NUMBERS_WEIGHT = 0.3
NUMBERS_FAR = 3.0
"""Standard deviations beyond which a number counts no more."""
DONORS_MIN = 10
"""Known values from which a missing number is drawn; with fewer the number is left out."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Table(NamedTuple):
    """What the rows hold before anything is learned.

    small, first, named : sparse counts (rows, words) of words without a capital, at the start of a sentence, and with
    one inside. numbers : (rows, numbers kept), NaN where missing. drawn : same shape, in [0, 1), fixed by the content
    of the row, by which a missing number is drawn.
    """

    small: Any
    first: Any
    named: Any
    numbers: Floats
    drawn: Floats


def table(profiles: Sequence[Profile], left_out_numbers: Iterable[str]) -> Table:
    """The rows without the numbers that are constants of a class, and without words that are never learned."""
    never = left_out() | sklearn("feature_extraction.text").ENGLISH_STOP_WORDS
    words = sorted({word for own in profiles for word in own.written.small} - never)
    column = {word: place for place, word in enumerate(words)}
    kept = [place for place, name in enumerate(NUMBERS) if name not in set(left_out_numbers)]
    numbers = np.array([[own.numbers[place] for place in kept] for own in profiles], float)
    drawn = np.array([[_fraction(own.content, NUMBERS[place]) for place in kept] for own in profiles], float)
    return Table(
        _counts([own.written.small for own in profiles], column),
        _counts([own.written.first for own in profiles], column),
        _counts([sorted(own.written.names) for own in profiles], column),
        numbers.reshape(len(profiles), len(kept)),
        drawn.reshape(len(profiles), len(kept)),
    )


def matrices(rows: Table, train: Ints, test: Ints, weight: Floats, *, text: bool) -> tuple[Any, Any]:
    """(train, test) as sparse matrices; words, rarity, known values and scale come from `train` alone.

    weight : of each training row, one over the training rows of its template. text : whether words count.
    """
    from scipy import sparse

    blocks = [_numbers(rows, train, test)]
    if text:
        blocks.append(_words(rows, train, test, weight))
    return tuple(sparse.hstack([sparse.csr_matrix(block[side]) for block in blocks]).tocsr() for side in (0, 1))


def _words(rows: Table, train: Ints, test: Ints, weight: Floats) -> tuple[Any, Any]:
    small, named = (weight @ (part[train] > 0) for part in (rows.small, rows.named))
    kept = np.flatnonzero((small >= SEEN_IN - 1e-9) & (named <= small))
    rarity = np.log((1 + weight.sum()) / (1 + small[kept])) + 1
    return _tfidf(rows, train, kept, rarity), _tfidf(rows, test, kept, rarity)


def _tfidf(rows: Table, chosen: Ints, kept: Ints, rarity: Floats) -> Any:
    """Rows of length one, of 1 + log(count) times rarity; all zero where no word is known."""
    from scipy import sparse

    counts = (rows.small[chosen] + rows.first[chosen])[:, kept].astype(float)
    counts.data = 1 + np.log(counts.data)
    counts = counts @ sparse.diags(rarity)
    length = np.sqrt(counts.multiply(counts).sum(axis=1)).A1 if counts.nnz else np.ones(len(chosen))
    return sparse.diags(1 / np.maximum(length, 1e-9)) @ counts


def _numbers(rows: Table, train: Ints, test: Ints) -> tuple[Floats, Floats]:
    """Logarithms of the numbers in standard deviations; what is missing is drawn from what training knows."""
    values = np.log1p(np.maximum(rows.numbers, 0))
    sides = [values[chosen].copy() for chosen in (train, test)]
    for place in range(values.shape[1]):
        donors = np.sort(sides[0][:, place][~np.isnan(sides[0][:, place])])
        for side, chosen in zip(sides, (train, test), strict=True):
            missing = np.isnan(side[:, place])
            if donors.size < DONORS_MIN:
                side[:, place] = 0.0
            else:
                side[missing, place] = donors[(rows.drawn[chosen, place][missing] * donors.size).astype(int)]
    mean, spread = sides[0].mean(axis=0), np.maximum(sides[0].std(axis=0), 1e-9)
    scaled = [NUMBERS_WEIGHT * np.clip((side - mean) / spread, -NUMBERS_FAR, NUMBERS_FAR) for side in sides]
    return scaled[0], scaled[1]


def _counts(texts: Sequence[Sequence[str]], column: dict[str, int]) -> Any:
    from scipy.sparse import csr_matrix

    cells = [(row, column[word]) for row, words in enumerate(texts) for word in words if word in column]
    places = np.array(cells, np.int64).reshape(-1, 2)
    return csr_matrix((np.ones(len(places)), places.T), (len(texts), len(column)))


def _fraction(content: str, name: str) -> float:
    digest = hashlib.blake2b(f"{content} {name}".encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48
