"""The learned weights, and what they say about messages and about a conversation.

Two linear models share one table. One was shown single messages and says whether a message is a step of a hostile
approach; the other was shown all that an account wrote and says whether the whole is one. Each gives log odds: the sum
of weight times rarity over words and pairs, divided by the length of that vector, plus a constant (logistic regression
over TF-IDF, Salton and Buckley 1988; a repeated word counts each time). Words outside the table count for nothing.
Stacked (Wolpert 1992), the two give the calibrated log odds of a conversation, hostile and honest ones counted alike.
"""

from __future__ import annotations

import functools
import heapq
import re
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from counterlure.detect.opinion.words import Hashes, grams, hash_of
from counterlure.errors import RuleError

Floats = NDArray[np.float64]

TELLING = 4
"""Messages of a conversation that count as steps; many dull ones never add up to an alarm."""
CHARACTERS = 2_000_000
"""Read at a time; what a batch needs in memory is some 35 times as much."""
MIN_WORDS, MIN_KNOWN = 4, 0.6
MIN_NEAR = 0.30
"""Share of neighbouring words that must be known: below it a conversation is too unlike what was learned from. Of
authored conversations never seen 1 in 100 falls below it, of chats about donations 2."""
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*\s*")
_CELLS = 4
_HEAD = "# constants\t"


class Lines(Protocol):
    """A file of text: a path, or a file inside the package."""

    def read_text(self, encoding: str) -> str:
        """All of it."""


class Weight(NamedTuple):
    """One row of the table: a word or pair, how rare it is, and its two weights; positive is hostile."""

    gram: str
    rarity: float
    step: float
    whole: float


class Constants(NamedTuple):
    """Log odds of no words for each model, and how the two are stacked.

    base, by_steps, by_whole, by_count : of the log odds of a conversation, see `Parts`.
    """

    step: float
    whole: float
    base: float
    by_steps: float
    by_whole: float
    by_count: float


class Parts(NamedTuple):
    """What is stacked, one entry a conversation; nan where nothing could be read.

    steps : sum of log(1 + odds) of the most telling messages; whole : log odds of the whole; counted : how many
    messages could count as telling: one alone says little, and this is what keeps it from saying more.
    """

    steps: Floats
    whole: Floats
    counted: Floats


class Reading(NamedTuple):
    """What the model makes of each text of a batch, one entry a text.

    step : log odds that the text is a hostile step, nan where it holds too little to say; pull, length : its part of
    the whole: numerator, and squared length of the vector; pairs, known : neighbouring words, and how many of them the
    table holds.
    """

    step: Floats
    pull: Floats
    length: Floats
    pairs: Floats
    known: Floats


class Opinion:
    """The model, ready to read. `weights` holds each gram once."""

    def __init__(self, weights: Sequence[Weight], constants: Constants) -> None:
        rarity = np.array([row.rarity for row in weights] + [0.0])
        self.constants = constants
        keys = hash_of([row.gram for row in weights])
        self._order = np.append(np.argsort(keys), len(keys)).astype(np.int32)
        self._keys = np.append(keys[self._order[:-1]], np.uint64(2**64 - 1))
        self._square = rarity**2
        self._step = rarity * [*(row.step for row in weights), 0.0]
        self._whole = rarity * [*(row.whole for row in weights), 0.0]

    def read(self, texts: Sequence[str]) -> Reading:
        """Both models on a batch of texts; an entry does not depend on the rest of the batch."""
        parts = [self._read(part) for part in _portions(texts)]
        return (
            parts[0] if len(parts) == 1 else Reading(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
        )

    def _read(self, texts: Sequence[str]) -> Reading:
        found = grams(texts)
        row = self._rows(found.hashes)
        step, pull, length = (
            np.bincount(found.message, value[row], len(texts)) for value in (self._step, self._whole, self._square)
        )
        known = (row < len(self._keys) - 1).astype(np.float64)
        single, near = slice(found.words), slice(found.words, found.words + found.pairs)
        words, pairs = (np.bincount(found.message[part], minlength=len(texts)) for part in (single, near))
        known_words, known_pairs = (
            np.bincount(found.message[part], known[part], len(texts)) for part in (single, near)
        )
        written = words + np.bincount(found.gaps, minlength=len(texts))
        told = (words >= MIN_WORDS) & (known_words >= MIN_KNOWN * written)
        odds = self.constants.step + step / np.sqrt(np.maximum(length, 1e-9))
        return Reading(
            np.where(told, odds, np.nan), np.where(told, pull, 0.0), np.where(told, length, 0.0),
            pairs.astype(np.float64), known_pairs.astype(np.float64),
        )  # fmt: skip

    def conversations(self, read: Reading, starts: Sequence[int] | NDArray[np.intp]) -> Floats:
        """Calibrated log odds that what each account wrote is a hostile approach; nan where nothing could be read.

        starts : where the messages of each account begin in the batch, ascending from 0; their order does not matter.
        """
        parts, c = self.parts(read, starts), self.constants
        return c.base + c.by_steps * parts.steps + c.by_whole * parts.whole + c.by_count * parts.counted

    def beginnings(self, read: Reading) -> Floats:
        """The same for one account, after each of its messages; nan where too little could be read by then."""
        told = ~np.isnan(read.step)
        count = np.cumsum(told)
        steps = _running_top(np.where(told, np.logaddexp(0.0, np.where(told, read.step, 0.0)), 0.0))
        pull, length, pairs, known = (np.cumsum(column) for column in read[1:])
        c = self.constants
        whole = c.whole + pull / np.sqrt(np.maximum(length, 1e-9))
        odds = c.base + c.by_steps * steps + c.by_whole * whole + c.by_count * np.minimum(count, TELLING)
        return np.where((count > 0) & (known >= MIN_NEAR * pairs), odds, np.nan)

    def parts(self, read: Reading, starts: Sequence[int] | NDArray[np.intp]) -> Parts:
        """What is stacked, for each account; see `conversations`."""
        sizes = np.diff(starts, append=len(read.step))
        group = np.repeat(np.arange(len(sizes)), sizes)
        told = ~np.isnan(read.step)
        odds = np.where(told, np.logaddexp(0.0, np.where(told, read.step, 0.0)), 0.0)
        loudest = np.lexsort((-odds, group))
        rank = np.arange(len(group)) - np.repeat(starts, sizes)
        steps = np.bincount(group, odds[loudest] * (rank < TELLING), len(sizes))
        length = np.bincount(group, read.length, len(sizes))
        whole = self.constants.whole + np.bincount(group, read.pull, len(sizes)) / np.sqrt(np.maximum(length, 1e-9))
        count = np.bincount(group, told, len(sizes))
        near = np.bincount(group, read.known, len(sizes)) >= MIN_NEAR * np.bincount(group, read.pairs, len(sizes))
        told_any, counted = (count > 0) & near, np.minimum(count, TELLING).astype(np.float64)
        return Parts(np.where(told_any, steps, np.nan), np.where(told_any, whole, np.nan), counted)

    def sentence(self, text: str) -> tuple[int, int]:
        """Start and end of the sentence that speaks loudest for hostile; the whole text where none can be read."""
        return self.loudest(text, lambda sentences: self.read(sentences).step)

    def loudest(self, text: str, odds_of: Callable[[Sequence[str]], Floats]) -> tuple[int, int]:
        """Start and end of the sentence to which a model gives the highest odds, as `sentence` says."""
        spans = [match.span() for match in _SENTENCE.finditer(text)]
        odds = odds_of([text[start:end] for start, end in spans]) if spans else np.empty(0)
        if not len(odds) or np.isnan(odds).all():
            return 0, len(text)
        return spans[int(np.nanargmax(odds))]

    def columns(self, keys: Hashes, weights: Floats) -> Floats:
        """Weights of further models over the words of this table, for `further`; one row a key, one column a model."""
        table = np.zeros((len(self._keys), weights.shape[1]))
        table[self._rows(keys)] = weights
        table[-1] = 0.0
        rated: Floats = table * np.sqrt(self._square)[:, None]
        return rated

    def further(self, texts: Sequence[str], columns: Floats) -> Floats:
        """Log odds, without constant, that further models give each text; nan where `read` says nothing."""
        sums, length = self.pulls(texts, columns)
        told = ~np.isnan(self.read(texts).step)
        return np.where(told[:, None], sums / np.sqrt(np.maximum(length, 1e-9))[:, None], np.nan)

    def pulls(self, texts: Sequence[str], columns: Floats) -> tuple[Floats, Floats]:
        """Sums of what further models give the words of each text, one column a model, and squared lengths."""
        found = grams(texts)
        rows = self._rows(found.hashes)
        sums = np.column_stack([np.bincount(found.message, pull, len(texts)) for pull in columns[rows].T])
        length = np.bincount(found.message, self._square[rows], len(texts)).astype(np.float64)
        return sums.astype(np.float64), length

    def _rows(self, hashes: Hashes) -> NDArray[np.int32]:
        """Row of each gram in the table; the row after the last for those outside it."""
        place = np.searchsorted(self._keys[:-1], hashes)
        row: NDArray[np.int32] = self._order[place]
        row[self._keys[place] != hashes] = len(self._keys) - 1
        return row


def parse(file: Path | Lines) -> Opinion:
    """The model of a table of weights.

    Raises
    ------
    RuleError : a line is not as the heading of the table explains.
    """
    lines = file.read_text("utf-8").splitlines()
    heads = [line.removeprefix(_HEAD).split("\t") for line in lines if line.startswith(_HEAD)]
    if len(heads) != 1 or len(heads[0]) != len(Constants._fields):
        raise RuleError(f"weights of the second opinion: one line must give {len(Constants._fields)} constants")
    rows = [_row(number, line) for number, line in enumerate(lines, 1) if not line.startswith("#")]
    return Opinion(rows, Constants(*(_number(cell, "constants") for cell in heads[0])))


def _row(number: int, line: str) -> Weight:
    gram, *cells = line.split("\t")
    if len(cells) != _CELLS - 1:
        said = f"line {number} has {len(cells) + 1} cells, not {_CELLS}: {line[:60]!r}"
        raise RuleError(f"weights of the second opinion: {said}")
    return Weight(gram, *(_number(cell, f"line {number}") for cell in cells))


def _number(cell: str, place: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise RuleError(f"weights of the second opinion: {place}: {cell[:60]!r} is no number") from None


def write(file: Path, about: Sequence[str], weights: Sequence[Weight], constants: Constants) -> None:
    """Writes a table that `parse` reads; `about` becomes its heading."""
    head = [f"# {line}" for line in about] + [_HEAD + "\t".join(f"{value:.4f}" for value in constants)]
    body = [f"{row.gram}\t{row.rarity:.3f}\t{row.step:.3f}\t{row.whole:.3f}" for row in weights]
    file.write_text("\n".join([*head, *body, ""]), encoding="utf-8")


@functools.cache
def shipped() -> Opinion:
    """The model of this version."""
    return parse(resources.files(__package__) / "weights.tsv")


def _running_top(values: Floats) -> Floats:
    """Sum of the `TELLING` largest values up to each place."""
    heap = [0.0] * TELLING
    sums = []
    for value in values.tolist():
        heapq.heappushpop(heap, value)
        sums.append(sum(sorted(heap)))
    return np.array(sums)


def _portions(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    start = size = 0
    for place, text in enumerate(texts):
        if size + len(text) > CHARACTERS and place > start:
            yield texts[start:place]
            start, size = place, 0
        size += len(text)
    yield texts[start:]
