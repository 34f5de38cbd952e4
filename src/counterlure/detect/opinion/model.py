"""The learned weights, and what they say about messages and about a conversation.

Two linear models share one table. One was shown single messages and says whether a message is a step of a hostile
approach; the other was shown all that an account wrote and says whether the whole is one. Each gives log odds: the sum
of weight times rarity over words and pairs, divided by the length of that vector, plus a constant (logistic regression
over TF-IDF, Salton and Buckley 1988; a repeated word counts each time). Words outside the table count for nothing.
Stacked (Wolpert 1992), the two give the calibrated log odds of a conversation, hostile and honest ones counted alike.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from counterlure.detect.opinion.words import Hashes, grams, hash_of, readable
from counterlure.errors import RuleError

Floats = NDArray[np.float64]

TELLING = 4
"""Messages of a conversation that count as steps; many dull ones never add up to an alarm."""
SLOT_BITS = 20
MIN_WORDS, MIN_KNOWN = 4, 0.6
MIN_NEAR = 0.36
"""Share of neighbouring words that must be known: below it a conversation is too unlike what was learned from. Of
authored conversations never seen 2 to 5 in 100 fall below it, of chats about donations about half."""
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
        self._constants = constants
        self._keys = np.append(hash_of([row.gram for row in weights]), np.uint64(0))
        self._square = rarity**2
        self._step = rarity * [*(row.step for row in weights), 0.0]
        self._whole = rarity * [*(row.whole for row in weights), 0.0]
        self._slots = np.full(1 << SLOT_BITS, len(weights), np.int32)
        by_weight = np.argsort(np.abs(self._step[:-1]), kind="stable").astype(np.int32)
        self._slots[_slot(self._keys[by_weight])] = by_weight  # of two in one slot the heavier stays

    def read(self, texts: Sequence[str]) -> Reading:
        """Both models on a batch of texts; an entry does not depend on the rest of the batch."""
        found = grams(texts)
        row = self._rows(found.hashes)
        step, pull, length = (
            np.bincount(found.message, value[row], len(texts)) for value in (self._step, self._whole, self._square)
        )
        known = (row < len(self._keys) - 1).astype(np.float64)
        words, pairs = (np.bincount(part, minlength=len(texts)) for part in _split(found.message, found.words))
        known_words, known_pairs = (
            np.bincount(part, told, len(texts))
            for part, told in zip(_split(found.message, found.words), _split(known, found.words), strict=True)
        )
        told = (words >= MIN_WORDS) & (known_words >= MIN_KNOWN * words)
        odds = self._constants.step + step / np.sqrt(np.maximum(length, 1e-9))
        return Reading(
            np.where(told, odds, np.nan), np.where(told, pull, 0.0), np.where(told, length, 0.0),
            pairs.astype(np.float64), known_pairs.astype(np.float64),
        )  # fmt: skip

    def conversations(self, read: Reading, starts: Sequence[int] | NDArray[np.intp]) -> Floats:
        """Calibrated log odds that what each account wrote is a hostile approach; nan where nothing could be read.

        starts : where the messages of each account begin in the batch, ascending from 0; their order does not matter.
        """
        parts, c = self.parts(read, starts), self._constants
        return c.base + c.by_steps * parts.steps + c.by_whole * parts.whole + c.by_count * parts.counted

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
        whole = self._constants.whole + np.bincount(group, read.pull, len(sizes)) / np.sqrt(np.maximum(length, 1e-9))
        count = np.bincount(group, told, len(sizes))
        near = np.bincount(group, read.known, len(sizes)) >= MIN_NEAR * np.bincount(group, read.pairs, len(sizes))
        told_any, counted = (count > 0) & near, np.minimum(count, TELLING).astype(np.float64)
        return Parts(np.where(told_any, steps, np.nan), np.where(told_any, whole, np.nan), counted)

    def telling(self, text: str, most: int = 5) -> list[tuple[str, float]]:
        """The words and pairs that moved a message most towards hostile, with what each added to its log odds."""
        row = self._rows(grams([text]).hashes)
        length = float(np.sqrt(max(1e-9, self._square[row].sum())))
        pulls: dict[str, float] = {}
        for gram, pull in zip(readable(text), (self._step[row] / length).tolist(), strict=True):
            pulls[gram] = pulls.get(gram, 0.0) + pull
        return sorted(((g, p) for g, p in pulls.items() if p > 0), key=lambda pair: (-pair[1], pair[0]))[:most]

    def sentence(self, text: str) -> tuple[int, int]:
        """Start and end of the sentence that speaks loudest for hostile; the whole text where none can be read."""
        spans = [match.span() for match in _SENTENCE.finditer(text)]
        odds = self.read([text[start:end] for start, end in spans]).step if spans else np.empty(0)
        if not len(odds) or np.isnan(odds).all():
            return 0, len(text)
        return spans[int(np.nanargmax(odds))]

    def _rows(self, hashes: Hashes) -> NDArray[np.int32]:
        """Row of each gram in the table; the row after the last for those outside it."""
        row: NDArray[np.int32] = self._slots[_slot(hashes)]
        row[self._keys[row] != hashes] = len(self._keys) - 1
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


def _split(values: NDArray[Any], words: int) -> tuple[NDArray[Any], NDArray[Any]]:
    return values[:words], values[words:]


def _slot(hashes: Hashes) -> NDArray[np.int64]:
    return (hashes >> np.uint64(64 - SLOT_BITS)).astype(np.int64)
