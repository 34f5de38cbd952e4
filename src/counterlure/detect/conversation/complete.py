"""Holds the rules whose parts all stand in a message against its sentences: order, distance, negation, quotation.

Everything here is linear in the text but for the logarithm of a look-up, whatever the text holds: a message is outside
data, and somebody may try to make it expensive.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter, or_

from counterlure.detect.conversation.phrases import fold
from counterlure.detect.conversation.rules import Rule

_SENTENCE_END = re.compile(r"[.!?…;]+(?=[\s\"»”)]|$)|\n+")
_QUOTED = re.compile(r"«[^«»]{3,2000}»|“[^“”]{3,2000}”|\"[^\"]{3,2000}\"|(?m:^>.*$)")
NEGATION_REACH = 4
# More than this in one sentence, or of one rule in one message, is a flood; the first ones tell as much.
PARTS_MAX = 300
HITS_MAX = 5
Part = tuple[int, int, int]
"""(start, end, fragments as a bit mask)."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule found in a message; `start` and `end` are offsets into its text.

    quoted : the words stand inside quotation marks or behind ">": somebody else's words.
    """

    rule: Rule
    start: int
    end: int
    quoted: bool


@dataclass(frozen=True)
class Compiled:
    """A rule with its groups, the fragments that void it, and the negations, as bit masks of fragments."""

    rule: Rule
    groups: tuple[int, ...]
    void: int
    negation: int

    @functools.cached_property
    def wanted(self) -> int:
        """Every fragment that decides on the rule."""
        return functools.reduce(or_, self.groups, self.void | self.negation)


@dataclass(frozen=True)
class _Sentence:
    start: int
    end: int
    question: bool
    parts: list[Part]
    seen: int


def complete(
    text: str, padded: bytes, rules: list[Compiled], parts: list[Part], ignore: Callable[[], Iterable[str]]
) -> list[Hit]:
    """Every place where a rule is complete, by position.

    padded : the folded text between two spaces; `parts` are phrases by their place in it.
    ignore : gives names; a part inside one does not count.
    """
    low = padded[1:-1].decode()
    parts = _outside(_in_text(padded, parts), low, ignore())
    sentences = _sentences(text, parts)
    words = [i for i, c in enumerate(low) if c == " "]
    quoted = [m.span() for m in _QUOTED.finditer(text)]
    found = []
    for compiled in rules:
        for count, (start, end) in enumerate(_spans(compiled, parts, sentences, words)):
            if count == HITS_MAX:
                break
            found.append(Hit(compiled.rule, start, end, _inside(start, end, quoted)))
    found.sort(key=lambda hit: (hit.start, hit.end, hit.rule.id))
    return found


def _in_text(padded: bytes, parts: list[Part]) -> list[Part]:
    """Parts by their place in the text instead of the padded bytes, in order."""
    place = {}
    at = characters = 0
    for offset in sorted({offset for part in parts for offset in part[:2]}):
        characters += len(padded[at:offset].decode())
        at = offset
        place[offset] = characters - 1
    return sorted((place[start], place[end], mask) for start, end, mask in parts)


def _outside(parts: list[Part], low: str, names: Iterable[str]) -> list[Part]:
    """Parts that do not stand inside one of the names."""
    for name in names:
        folded = fold(name).decode()
        if len(folded) < 2:
            continue
        starts = [m.start() for m in re.finditer(re.escape(folded), low)]
        if starts:
            parts = [part for part in parts if not _within(part, starts, len(folded))]
    return parts


def _within(part: Part, starts: list[int], length: int) -> bool:
    i = bisect_left(starts, part[0] + 1) - 1
    return i >= 0 and part[1] <= starts[i] + length


def _sentences(text: str, parts: list[Part]) -> list[_Sentence]:
    """The sentences that hold a part, with their parts."""
    found = []
    start = first = 0
    for end, question in _ends(text):
        own: list[Part] = []
        while first < len(parts) and parts[first][0] < end:
            if parts[first][1] <= end and len(own) < PARTS_MAX:
                own.append(parts[first])
            first += 1
        if own:
            found.append(_Sentence(start, end, question, own, functools.reduce(or_, map(itemgetter(2), own))))
        start = end
    return found


def _ends(text: str) -> Iterator[tuple[int, bool]]:
    """(end, is a question) of each sentence."""
    end = 0
    for mark in _SENTENCE_END.finditer(text):
        end = mark.end()
        yield end, "?" in mark.group()
    if end < len(text):
        yield len(text), text.rstrip().endswith("?")


def _spans(
    compiled: Compiled, parts: list[Part], sentences: list[_Sentence], words: list[int]
) -> Iterator[tuple[int, int]]:
    if compiled.rule.within == "message":
        yield from _match_message(compiled, parts)
        return
    for sentence in sentences:
        if all(sentence.seen & group for group in compiled.groups):
            yield from _match_sentence(compiled, sentence, words)


def _match_message(compiled: Compiled, parts: list[Part]) -> Iterator[tuple[int, int]]:
    if any(mask & compiled.void for _, _, mask in parts):
        return
    chosen = [next((p for p in parts if p[2] & group), None) for group in compiled.groups]
    held = [part for part in chosen if part]
    if len(held) == len(chosen):
        yield min(part[0] for part in held), max(part[1] for part in held)


def _match_sentence(compiled: Compiled, sentence: _Sentence, words: list[int]) -> Iterator[tuple[int, int]]:
    rule = compiled.rule
    asked = rule.question == "any" or (rule.question == "only") is sentence.question
    if not asked or sentence.seen & compiled.void:
        return
    span = _closest(compiled.groups, sentence.parts, words)
    if span is None or _words_between(words, *span) > rule.near:
        return
    if not (compiled.negation and sentence.seen & compiled.negation and _negated(span, sentence, compiled, words)):
        yield span


def _words_between(words: list[int], start: int, end: int) -> int:
    return bisect_left(words, end) - bisect_left(words, start)


def _closest(groups: tuple[int, ...], parts: list[Part], words: list[int]) -> tuple[int, int] | None:
    """The stretch of fewest words that holds one part of every group: one pass, with the newest part of each group."""
    newest: list[Part | None] = [None] * len(groups)
    best: tuple[int, int] | None = None
    fewest = 0
    for part in parts:
        touched = False
        for i, group in enumerate(groups):
            if part[2] & group:
                newest[i] = part
                touched = True
        held = [p for p in newest if p is not None]
        if not touched or len(held) < len(groups):
            continue
        span = min(p[0] for p in held), max(p[1] for p in held)
        length = _words_between(words, *span)
        if best is None or length < fewest:
            best, fewest = span, length
    return best


def _negated(span: tuple[int, int], sentence: _Sentence, compiled: Compiled, words: list[int]) -> bool:
    wanted = functools.reduce(or_, compiled.groups)
    for start, end, mask in sentence.parts:
        if not mask & compiled.negation or mask & wanted:
            continue
        if span[0] <= start < span[1]:
            return True
        if end <= span[0] and _words_between(words, end, span[0]) <= NEGATION_REACH:
            return True
    return False


def _inside(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    i = bisect_left(spans, (start + 1,)) - 1
    return i >= 0 and spans[i][0] <= start and end <= spans[i][1]
