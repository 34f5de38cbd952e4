"""What the second opinion and the stages are learned from: labelled conversations and single messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from counterlure.bench.talks import Talk, pairs, text_of
from counterlure.detect.opinion.verdict import Answer
from counterlure.errors import FormatError, InputError

FOLDS = 5
TOGETHER = 4
ORDINARY = 5.0
"""An ordinary message counts as so many: an inbox is full of them, and the corpus of hard ones."""
HARD = frozenset({"probing", "tasking", "sensitive_request", "compromise", "coercion", "channel_shift"})


class Sample(NamedTuple):
    """What one account wrote to one person.

    texts : its messages; steps : per message whether it is a hostile step, None where that was not said; hostile :
    whether the whole is; group : samples of one group share an opening and are never parted between folds; labels : the
    stages that each message was labelled with; source : the set that it comes from, empty for single messages; weight :
    for how many it counts; answers : what the person approached wrote.
    """

    texts: list[str]
    steps: list[bool | None]
    hostile: bool
    group: str
    labels: list[frozenset[str]]
    source: str = ""
    weight: float = 1.0
    answers: tuple[Answer, ...] = ()


def of_talk(talk: Talk) -> Sample:
    """One conversation; in a turning one that has stages only messages that show a hard one are called steps."""
    texts = [message.text for message in talk.others]
    steps = [_step(talk.hostile, message.stages) for message in talk.others]
    labels = [frozenset(message.stages or ()) for message in talk.others]
    group = talk.pair or talk.id
    return Sample(texts, steps, talk.hostile, group, labels, talk.source, answers=tuple(talk.answers()))


def _step(hostile: bool, stages: tuple[str, ...] | None) -> bool | None:
    return None if hostile and stages is not None and HARD.isdisjoint(stages) else hostile


def single_messages(corpus: Path) -> list[Sample]:
    """Contrast messages (corpus/turns) and ordinary ones (corpus/ordinary), in file order; then the ordinary ones once
    more, `TOGETHER` at a time, as conversations in which no message counts by itself.

    Raises
    ------
    FormatError : a line is not as the schema beside it says; names file, line, value and remedy.
    """
    files = [file for kind in ("turns", "ordinary") for file in sorted(corpus.glob(f"{kind}.*.jsonl"))]
    lines = [(file, number, line) for file in files for number, line in enumerate(text_of(file).splitlines(), 1)]
    singles = [one for file, number, line in lines if line for one in _of_line(file, number, line)]
    ordinary = [one for one in singles if one.weight == ORDINARY]
    return singles + [_together(ordinary[i : i + TOGETHER]) for i in range(0, len(ordinary), TOGETHER)]


def _together(singles: Sequence[Sample]) -> Sample:
    texts = [text for one in singles for text in one.texts]
    nothing = [frozenset[str]() for _ in texts]
    return Sample(texts, [None for _ in texts], False, singles[0].group, nothing)


def _of_line(file: Path, number: int, line: str) -> list[Sample]:
    try:
        read = msgspec.json.decode(line, type=_Line)
    except msgspec.MsgspecError as error:
        schema = f"corpus/{file.name.split('.')[0]}.schema.json"
        raise FormatError(f"{file}:{number}", f"{line[:60]!r} is no message ({error}); see {schema}") from error
    sides = [(read.hostile, True, [frozenset({read.stage})]), (read.honest, False, [frozenset[str]()])]
    weight = ORDINARY if read.hostile is None else 1.0
    return [
        Sample([text], [side], side, read.id, labels, weight=weight) for text, side, labels in sides if text is not None
    ]


class _Line(msgspec.Struct):
    id: str
    honest: str
    hostile: str | None = None
    stage: str = ""


def samples(corpus: Path, sets: Iterable[str]) -> list[Sample]:
    """All samples of the named sets of conversations, then single messages."""
    return [*(of_talk(talk) for name in sets for talk in pairs(corpus, name)), *single_messages(corpus)]


def folds(given: Sequence[Sample]) -> list[tuple[list[Sample], list[Sample]]]:
    """(rest, part) for each of `FOLDS` parts, parted by group."""
    place = {group: i % FOLDS for i, group in enumerate(sorted({one.group for one in given}))}
    return [
        ([one for one in given if place[one.group] != fold], [one for one in given if place[one.group] == fold])
        for fold in range(FOLDS)
    ]


def both_sides(hostile: Sequence[bool]) -> None:
    """`InputError` where one side is missing."""
    if len(set(hostile)) < 2:
        held = f"{sum(hostile)} hostile and {len(hostile) - sum(hostile)} honest ones can be read in some part of them"
        raise InputError("samples to learn from", f"too few: {held}; give a larger corpus")


def matrix(counts: Sequence[Counter[str]], rarity: dict[str, float]) -> Any:
    """One row a text, of length one where no word repeats."""
    from scipy.sparse import csr_matrix, diags

    place = {gram: i for i, gram in enumerate(rarity)}
    cells = [(i, gram, n) for i, count in enumerate(counts) for gram, n in count.items() if gram in place]
    rows = [i for i, _, _ in cells]
    length = np.bincount(rows, [n * rarity[gram] ** 2 for _, gram, n in cells], len(counts))
    values = [n * rarity[gram] for _, gram, n in cells]
    matrix = csr_matrix((values, (rows, [place[gram] for _, gram, _ in cells])), (len(counts), len(place)))
    return diags(1 / np.sqrt(np.maximum(length, 1e-9))) @ matrix
