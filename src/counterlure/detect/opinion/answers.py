"""What the person approached answers: one more model over the words of the second opinion.

People notice when they are asked for too much; they ask back, hedge or refuse, and their words say so before any rule
does. The model was shown all that people answered in whole conversations, over the same words and rarities as the
second opinion (`model.py`), and is stacked with it. It serves to judge what was asked, and so the account that asked:
nothing is kept or told of the person who answers, neither mood nor manner.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np

from counterlure.detect.opinion.model import Floats, Lines, Opinion, shipped
from counterlure.detect.opinion.words import hash_of
from counterlure.errors import RuleError

LOWER_MOST = math.log(2.0)
"""Log odds by which answers speak for an account at most: who trusts a stranger and answers gladly clears nobody."""
_HEAD = "# stacking\t"


class AnswerWeight(NamedTuple):
    """One row of the table: a word or pair of the second opinion, and its weight; positive speaks for hostile."""

    gram: str
    pull: float


class Stacking(NamedTuple):
    """How the log odds of the account's own words and those of the answers make one."""

    base: float
    by_own: float
    by_answers: float


class Answers:
    """The model, ready to read."""

    def __init__(self, opinion: Opinion, weights: Sequence[AnswerWeight], stacking: Stacking) -> None:
        self._opinion, self.stacking = opinion, stacking
        table = np.array([row.pull for row in weights], dtype=np.float64).reshape(-1, 1)
        self._columns = opinion.columns(hash_of([row.gram for row in weights]), table)

    def said(self, texts: Sequence[str], after: Sequence[int], messages: int) -> Floats:
        """Log odds, without constant, of all that was answered by the time the account writes on.

        after : how many of the account's messages each text follows, ascending. messages : how many there are; one
        entry for each, nan where no known word had been said.
        """
        pull, length = (np.cumsum(column) for column in self._read(texts))
        odds = np.where(length > 0, pull / np.sqrt(np.maximum(length, 1e-9)), np.nan)
        return np.append(np.nan, odds)[np.searchsorted(after, np.arange(1, messages + 1), "right")]

    def beside(self, own: Floats, said: Floats) -> Floats:
        """Both as one, at most `LOWER_MOST` below `own`; `own` where nothing was answered yet."""
        c = self.stacking
        both = c.base + c.by_own * own + c.by_answers * said
        return np.where(np.isnan(said), own, np.maximum(both, own - LOWER_MOST))

    def _read(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        if not texts:
            return np.empty(0), np.empty(0)
        pulls, length = self._opinion.pulls(texts, self._columns)
        return pulls[:, 0], length


def parse(file: Path | Lines, opinion: Opinion) -> Answers:
    """The model of a table of weights.

    Raises
    ------
    RuleError : a line is not as the heading of the table explains.
    """
    lines = file.read_text("utf-8").splitlines()
    heads = [line.removeprefix(_HEAD).split("\t") for line in lines if line.startswith(_HEAD)]
    if len(heads) != 1 or len(heads[0]) != len(Stacking._fields):
        raise RuleError(f"weights of the answers: one line must give {len(Stacking._fields)} numbers of the stacking")
    rows = [_row(number, line) for number, line in enumerate(lines, 1) if not line.startswith("#")]
    return Answers(opinion, rows, Stacking(*(_number(cell, "stacking") for cell in heads[0])))


def _row(number: int, line: str) -> AnswerWeight:
    gram, *cells = line.split("\t")
    if len(cells) != 1:
        raise RuleError(f"weights of the answers: line {number} has not 2 cells: {line[:60]!r}")
    return AnswerWeight(gram, _number(cells[0], f"line {number}"))


def _number(cell: str, place: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise RuleError(f"weights of the answers: {place}: {cell[:60]!r} is no number") from None


def write(file: Path, about: Sequence[str], weights: Sequence[AnswerWeight], stacking: Stacking) -> None:
    """Writes a table that `parse` reads; `about` becomes its heading."""
    head = [f"# {line}" for line in about] + [_HEAD + "\t".join(f"{value:.4f}" for value in stacking)]
    file.write_text("\n".join([*head, *(f"{row.gram}\t{row.pull:.2f}" for row in weights), ""]), encoding="utf-8")


@functools.cache
def shipped_answers() -> Answers:
    """The model of this version, over the shipped second opinion."""
    return parse(resources.files(__package__) / "answers.tsv", shipped())
