"""Which decisive stage the words of a message show: further models over the words of the second opinion.

Each was shown messages labelled with one stage beside honest messages, and gives log odds over the same words, lengths
and rarities as the second opinion (`model.py`). A message shows a stage where the odds pass the bar of that stage,
which few honest messages of conversations never seen pass. `verdict.py` asks only where the second opinion leans to
hostile, and `assess/level.py` counts what is heard here only beside that opinion.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np

from counterlure.detect.opinion.model import Floats, Lines, Opinion, shipped
from counterlure.detect.opinion.words import hash_of
from counterlure.errors import RuleError

STAGES = {
    "words_of_a_request": frozenset({"sensitive_request"}),
    "words_of_a_task": frozenset({"tasking"}),
    "words_of_secrecy": frozenset({"channel_shift"}),
}
"""Kind of finding -> the labels of the corpus that it was learned from; the order is that of the columns."""
KINDS = tuple(STAGES)
_HEADS = ("# constants\t", "# bars\t")


class StageWeight(NamedTuple):
    """One row of the table: a word or pair of the second opinion, and its weight for each kind."""

    gram: str
    pulls: tuple[float, ...]


class Stages:
    """The models, ready to read; `constants` and `bars` are log odds, one a kind."""

    def __init__(
        self, opinion: Opinion, weights: Sequence[StageWeight], constants: Sequence[float], bars: Sequence[float]
    ) -> None:
        self._opinion = opinion
        self._constants, self.bars = np.array(constants), np.array(bars)
        table = np.array([row.pulls for row in weights]).reshape(-1, len(KINDS))
        self._columns = opinion.columns(hash_of([row.gram for row in weights]), table)

    def odds(self, texts: Sequence[str]) -> Floats:
        """Log odds that a text shows each stage: one row a text, one column a kind; nan where too little is known."""
        return self._constants + self._opinion.further(texts, self._columns)

    def shown(self, texts: Sequence[str]) -> dict[str, int]:
        """The kinds that pass their bar, each with the place of the message that says it loudest."""
        if not texts:
            return {}
        odds = np.nan_to_num(self.odds(texts), nan=-np.inf)
        best = odds.argmax(axis=0)
        return {kind: int(best[i]) for i, kind in enumerate(KINDS) if odds[best[i], i] >= self.bars[i]}

    def sentence(self, text: str, kind: str) -> tuple[int, int]:
        """Start and end of the sentence that says it loudest; the whole text where none can be read."""
        column = KINDS.index(kind)
        return self._opinion.loudest(text, lambda sentences: self.odds(sentences)[:, column])


def parse(file: Path | Lines, opinion: Opinion) -> Stages:
    """The models of a table of weights.

    Raises
    ------
    RuleError : a line is not as the heading of the table explains.
    """
    lines = file.read_text("utf-8").splitlines()
    heads = [_head(lines, head) for head in _HEADS]
    rows = [_row(number, line) for number, line in enumerate(lines, 1) if not line.startswith("#")]
    return Stages(opinion, rows, *heads)


def _head(lines: Sequence[str], head: str) -> list[float]:
    found = [line.removeprefix(head).split("\t") for line in lines if line.startswith(head)]
    if len(found) != 1 or len(found[0]) != len(KINDS):
        raise RuleError(f"weights of the stages: one line {head.strip()!r} must give {len(KINDS)} numbers")
    return [_number(cell, head.strip()) for cell in found[0]]


def _row(number: int, line: str) -> StageWeight:
    gram, *cells = line.split("\t")
    if len(cells) != len(KINDS):
        raise RuleError(f"weights of the stages: line {number} has not {len(KINDS) + 1} cells: {line[:60]!r}")
    return StageWeight(gram, tuple(_number(cell or "0", f"line {number}") for cell in cells))


def _number(cell: str, place: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise RuleError(f"weights of the stages: {place}: {cell[:60]!r} is no number") from None


def write(
    file: Path,
    about: Sequence[str],
    weights: Sequence[StageWeight],
    constants: Sequence[float],
    bars: Sequence[float],
) -> None:
    """Writes a table that `parse` reads; `about` becomes its heading, and an empty cell is a weight of 0."""
    values = [constants, bars]
    head = [f"# {line}" for line in about] + [
        start + "\t".join(f"{value:.4f}" for value in row) for start, row in zip(_HEADS, values, strict=True)
    ]
    body = ["\t".join([row.gram, *(f"{pull:.2f}" if pull else "" for pull in row.pulls)]) for row in weights]
    file.write_text("\n".join([*head, *body, ""]), encoding="utf-8")


@functools.cache
def shipped_stages() -> Stages:
    """The models of this version, over the shipped second opinion."""
    return parse(resources.files(__package__) / "stages.tsv", shipped())
