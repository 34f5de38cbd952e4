"""What tells the strategy of one sentence: its words and letters, the sentences around it, and where it stands."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from counterlure.bench.persuasionforgood import Sentence
from counterlure.errors import MissingExtra

WORD = r"(?u)\b\w+\b|[?$!]"
CONTEXT_WEIGHT = 0.5
LONG_WORDS, LATE_TURN = 40, 10
LEXICON_WEIGHT, LEXICON_MOST = 0.3, 3
LEXICON = (
    r"\b(i|i'm|i've|i'd|my|me|mine|myself)\b",
    r"\b(you|your|you're|yours)\b",
    r"\b(we|our|us|we're)\b",
    r"\b(they|their|them|children|kids|child)\b",
    r"\bi('m| am| will|'ll| plan| intend|'d| would| want)\b",
    r"\bi('ve| have|'ve been)?\s*(been|already|always|personally|usually|just)?\s*\w+ed\b",
    r"\b(was|were|had|did|went|grew|when i|years? ago|once|last (year|week|month))\b",
    r"\bmy (son|daughter|mother|father|mom|dad|wife|husband|sister|brother|friend|family|kids?|child|children"
    r"|nephew|niece|grand\w+|cousin|parents)\b",
    r"\b(even|just|only|small|little|few|any|every|bit|cents?|penny|dollars?|\d*\.\d+)\b",
    r"\b(if|because|so that|would|could|can|imagine|think about)\b",
    r"\b(syria|war|poverty|hungry|starv\w+|dying|die|suffer\w*|violence|conflict|sick)\b",
    r"\b(website|www|http|org|\.com|international|non-governmental|organi[sz]ation|founded|percent|million|rights)\b",
    r"\b(have you|do you|did you|are you)\b",
    r"\b(heard|know|familiar|aware)\b",
    r"\b(donat\w+|give|giving|contribut\w+)\b",
    r"\b(task|payment|hit|research|deduct\w*|directly|transferred|end of (this|the))\b",
)
"""Signs counted in a sentence: who is spoken of, own past and plans, family, smallness, need, sources, questions."""
_LEXICON = tuple(re.compile(pattern, re.IGNORECASE) for pattern in LEXICON)


class Place(NamedTuple):
    """One sentence of the persuader, the one before and after by the same person, and the last reply."""

    sentence: Sentence
    before: str
    reply: str
    after: str
    numbers: tuple[float, ...]

    @property
    def text(self) -> str:
        """The sentence itself."""
        return self.sentence.text


VIEWS: tuple[tuple[str, float, dict[str, Any]], ...] = (
    ("text", 1.0, {"ngram_range": (1, 3), "token_pattern": WORD}),
    ("text", 1.0, {"ngram_range": (2, 6), "analyzer": "char_wb"}),
    ("before", CONTEXT_WEIGHT, {"ngram_range": (1, 2)}),
    ("reply", CONTEXT_WEIGHT, {"ngram_range": (1, 2)}),
    ("after", CONTEXT_WEIGHT, {"ngram_range": (1, 2)}),
)
"""Field, weight and terms of each block of TF-IDF."""


def sklearn(part: str) -> Any:
    """A module of scikit-learn; `MissingExtra` where it is not installed."""
    try:
        return importlib.import_module(f"sklearn.{part}")
    except ModuleNotFoundError as error:
        raise MissingExtra("this needs scikit-learn: install counterlure[bench]") from error


def places(sentences: Sequence[Sentence]) -> list[Place]:
    """The persuader's sentences in order, each with what stands around it in its dialogue."""
    return [place for _, own in groupby(sentences, key=lambda s: s.dialogue) for place in _dialogue(list(own))]


def _dialogue(whole: Sequence[Sentence]) -> Iterator[Place]:
    mine = [i for i, sentence in enumerate(whole) if sentence.persuader]
    for n, i in enumerate(mine):
        before = whole[mine[n - 1]] if n else None
        after = whole[mine[n + 1]] if n + 1 < len(mine) else None
        numbers = _numbers(whole[i], n / len(mine), before, after)
        yield Place(whole[i], before.text if before else "", _reply(whole[:i]), after.text if after else "", numbers)


def _reply(past: Sequence[Sentence]) -> str:
    """What the other one said last, as many sentences as that took."""
    said: list[str] = []
    for sentence in reversed(past):
        if sentence.persuader and said:
            break
        if not sentence.persuader:
            said.append(sentence.text)
    return " ".join(reversed(said))


def _numbers(own: Sentence, place: float, before: Sentence | None, after: Sentence | None) -> tuple[float, ...]:
    text = own.text.strip()
    return (
        min(own.turn, LATE_TURN) / LATE_TURN, *(float(own.turn == turn) for turn in range(3)), place, 1 - place,
        min(len(text.split()), LONG_WORDS) / LONG_WORDS, float(text.endswith("?")), float("$" in text),
        float(any(character.isdigit() for character in text)),
        float(before is not None and before.turn == own.turn), float(after is not None and after.turn == own.turn),
    )  # fmt: skip


def signs(text: str) -> tuple[float, ...]:
    """How often each sign of the lexicon stands in a text, as a share of three; more count no more."""
    return tuple(min(len(sign.findall(text)), LEXICON_MOST) / LEXICON_MOST for sign in _LEXICON)


def matrices(train: Sequence[Place], test: Sequence[Place]) -> tuple[Any, Any]:
    """(train, test) as sparse matrices; everything is learned from train."""
    from scipy import sparse

    blocks = [_block(train, test, *view) for view in VIEWS]
    both = (train, test)
    blocks.append(tuple(sparse.csr_matrix([p.numbers for p in part]) * CONTEXT_WEIGHT for part in both))
    blocks.append(tuple(sparse.csr_matrix([signs(p.text) for p in part]) * LEXICON_WEIGHT for part in both))
    return tuple(sparse.hstack([block[side] for block in blocks]).tocsr() for side in (0, 1))


def _block(train: Sequence[Place], test: Sequence[Place], field: str, weight: float, terms: dict[str, Any]) -> Any:
    vectorizer = sklearn("feature_extraction.text").TfidfVectorizer(min_df=2, sublinear_tf=True, **terms)
    first = vectorizer.fit_transform([getattr(p, field) for p in train])
    return first * weight, vectorizer.transform([getattr(p, field) for p in test]) * weight
