"""What the second opinion says of one account's messages to one person, as a finding would have it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterlure.detect.opinion.answers import Answers, shipped_answers
from counterlure.detect.opinion.model import Floats, Opinion, shipped
from counterlure.detect.opinion.stages import Stages, shipped_stages

HARD_SHARE = 0.4
"""Honest contacts as hard as those it was calibrated on, of all honest ones; the rest hardly ever look hostile, so
against all of them the odds are higher by 1/0.4. One in seven would be nearer the truth; this leaves room for what a
model of authored conversations does not know of real ones (`docs/model.md`)."""
FULL_HOSTILE, FULL_HONEST = 3.0, 1.0  # log10 at which the score is 1; the ratios of assess/likelihoods.yml
LEANS = 0.3  # log10; a factor of two either way is no lean
ENOUGH = 2  # readable messages; one alone does not tell a turn from a hard honest request
NOBODY = "zqx"  # a word that stands nowhere
# No alternative can run past where the next one may begin, so the time grows with the text and not with its square.
_QUOTED = re.compile(r"^[ \t]*>.*$|«[^«»]{20,}»|“[^“”]{20,}”|\"[^\"]{20,}\"", re.MULTILINE)
STANDS_ALONE = 3.5  # log10 odds against hard honest ones from which it is worth telling what no rule has seen
WORTH_READING = 1.2  # the same, where a message shows a stage besides; below that nothing could come to an alert
NEAR_STAGES = 0.4
"""Share of neighbouring words that must be known before a stage is heard: more than for the opinion itself, since far
from what was learned the words of an appeal for donations sound like a task."""
STEPS = 20  # scores in steps of 0.05: finer is noise
MOST_QUOTES = 3


class Models(NamedTuple):
    """The second opinion, and what stands on its words: stages and answers, None where they are not asked."""

    opinion: Opinion
    stages: Stages | None = None
    answers: Answers | None = None


class Answer(NamedTuple):
    """What the person approached wrote, and how many messages of the account it follows."""

    after: int
    text: str


class Quote(NamedTuple):
    """A sentence that spoke for hostile: place of its message, and its start and end in it."""

    place: int
    start: int
    end: int


class Verdict(NamedTuple):
    """kind : a finding kind; score : 0 to 1, how far it goes; odds : log10 against hard honest conversations.

    stages : kinds of `stages.py` that messages show, each with the sentence; only of what leans to hostile.
    """

    kind: str
    score: float
    odds: float
    quotes: tuple[Quote, ...]
    stages: tuple[tuple[str, Quote], ...] = ()

    @property
    def worth_telling(self) -> bool:
        """Whether it says enough where no rule has seen anything."""
        return self.odds >= (WORTH_READING if self.stages else STANDS_ALONE)


def stand_alone(texts: Sequence[str], starts: NDArray[np.intp]) -> list[int]:
    """Which accounts are worth reading whatever the rules say: two messages at least, and odds of `WORTH_READING`.

    texts, starts : messages of one account after the other, and where each account's begin.
    """
    sizes = np.diff(starts, append=len(texts))
    many = np.flatnonzero(sizes >= ENOUGH)
    if not len(many):
        return []
    chosen = [texts[i] for i in np.flatnonzero(np.repeat(sizes >= ENOUGH, sizes)).tolist()]
    model = shipped()
    odds = model.conversations(model.read(chosen), np.cumsum(sizes[many]) - sizes[many]) / math.log(10)
    found: list[int] = many[np.nan_to_num(odds, nan=-9.0) >= WORTH_READING].tolist()
    return found


def verdict(
    texts: Sequence[str], names: Iterable[str] = (), answers: Sequence[Answer] = (), models: Models | None = None
) -> Verdict | None:
    """The second opinion on what an account wrote to a person; None where it holds too little to say.

    It is the opinion after the message that made it most hostile: what was asked is not unsaid by small talk after it.

    names : of the people in the thread and their employers, which are left out of what is judged.
    answers : of the person, in order of time. models : the shipped ones where None.
    """
    opinion, stages, heard = models or _shipped()
    own = _own_words(texts, names)
    read = opinion.read(own)
    told = np.flatnonzero(~np.isnan(read.step))
    if len(told) < ENOUGH:
        return None
    begun = opinion.beginnings(read)
    if heard is not None:
        said = _own_words([one.text for one in answers], names)
        begun = heard.beside(begun, heard.said(said, [one.after for one in answers], len(texts)))
    begun = begun[told[ENOUGH - 1] :]
    if np.isnan(begun).all():
        return None
    odds = float(np.nanmax(begun)) / math.log(10)
    ratio = odds - math.log10(HARD_SHARE)
    if ratio >= LEANS:
        return Verdict(
            "words_of_a_hostile_approach", _score(ratio / FULL_HOSTILE), odds, _quotes(texts, read.step, opinion),
            _stages(texts, own, stages) if stages and read.known.sum() >= NEAR_STAGES * read.pairs.sum() else (),
        )  # fmt: skip
    if ratio <= -LEANS:
        return Verdict("words_of_honest_dealing", _score(-ratio / FULL_HONEST), odds, ())
    return Verdict("words_undecided", 0.0, odds, ())


def _shipped() -> Models:
    return Models(shipped(), shipped_stages(), shipped_answers())


def _own_words(texts: Sequence[str], names: Iterable[str]) -> list[str]:
    """Messages without quoted lines and quoted sentences, and with a word that stands nowhere in place of each name."""
    own = [_QUOTED.sub(" ", text) for text in texts]
    words = sorted({word for name in names for word in name.split() if len(word) > 1 and word[0].isupper()})
    if not words:
        return own
    named = re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b")
    return [named.sub(NOBODY, text) for text in own]


def _score(part: float) -> float:
    return round(min(1.0, part) * STEPS) / STEPS


def _quotes(texts: Sequence[str], steps: Floats, model: Opinion) -> tuple[Quote, ...]:
    loud = sorted(np.flatnonzero(np.nan_to_num(steps, nan=-1.0) > 0).tolist(), key=lambda i: (-steps[i], i))
    return tuple(Quote(i, *model.sentence(texts[i])) for i in sorted(loud[:MOST_QUOTES]))


def _stages(texts: Sequence[str], own: Sequence[str], stages: Stages) -> tuple[tuple[str, Quote], ...]:
    return tuple(
        (kind, Quote(place, *stages.sentence(texts[place], kind))) for kind, place in stages.shown(own).items()
    )
