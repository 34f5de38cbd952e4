"""Phrase patterns as data: short phrases with alternatives, matched without regular expressions.

Syntax: `(a|b)` alternatives, one of which may be empty; `[word]` optional; `*` at the end, or at the end of one of the
last alternatives, lets the word go on. Of several alternatives the longest that stands in the text is taken.
Matching ignores case; accents may be missing in the text; punctuation, hyphens, apostrophes and line breaks count as a
space, and a phrase starts and ends at a word's edge. A phrase is found through its rarest part, its anchor, and
compared outwards from there; nothing is searched twice, so time stays linear in the text whatever it holds.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
import unicodedata
from typing import NamedTuple

from counterlure.detect.conversation.commonness import commonness, together
from counterlure.errors import RuleError

_PART = re.compile(r"\((?P<alt>[^()\[\]]*)\)|\[(?P<opt>[^()\[\]]+)\]|(?P<text>[^()\[\]]+)")
ALTERNATIVES_MAX = 200
ANCHOR_SPELLINGS_MAX = 64


class Phrase(NamedTuple):
    """One phrase: slots in order, each with its alternatives, longest first.

    anchor : first and last index of the neighbouring slots by which the phrase is found.
    open_ended : alternatives of the last slot whose word may go on.
    share : roughly the share of messages that hold the anchor.
    literals : what to search for: (literal, start, end) for each spelling of the anchor. The literal holds the spaces
        that must stand beside the spelling, at literal[start:end]; texts are searched between two spaces.
    """

    slots: tuple[tuple[bytes, ...], ...]
    anchor: tuple[int, int]
    open_ended: frozenset[bytes]
    share: float
    literals: tuple[tuple[bytes, int, int], ...]

    @property
    def whole(self) -> bool:
        """Whether the anchor is the whole phrase, so that finding it is enough."""
        return self.anchor == (0, len(self.slots) - 1)


def parse(phrase: str) -> Phrase:
    """The phrase a pattern describes.

    Raises
    ------
    RuleError where brackets do not close, `*` is not at the end, or every part may be left out.
    """
    parts = list(_PART.finditer(phrase))
    if "".join(part.group() for part in parts) != phrase:
        raise RuleError(f"phrase {phrase!r}: a bracket is not closed, or stands inside another")
    texts = _slots(parts)
    if phrase.count("*") and _star_inside(texts):
        raise RuleError(f"phrase {phrase!r}: `*` may only end the phrase")
    fixed = [i for i, slot in enumerate(texts) if "" not in slot and any(text.strip(" *") for text in slot)]
    if not fixed or any(len(slot) > ALTERNATIVES_MAX for slot in texts):
        raise RuleError(
            f"phrase {phrase!r}: every part may be left out, or one has over {ALTERNATIVES_MAX} alternatives"
        )
    open_ended = frozenset(_folded(text[:-1]) for text in texts[-1] if text.endswith("*"))
    slots = tuple(_folded_slot(slot) for slot in texts)
    anchor, share = _anchor(texts, fixed)
    return Phrase(slots, anchor, open_ended, share, _literals(slots, anchor, open_ended))


def _star_inside(slots: tuple[tuple[str, ...], ...]) -> bool:
    return any("*" in text[:-1] for slot in slots for text in slot) or any(
        "*" in t for slot in slots[:-1] for t in slot
    )


def _anchor(slots: tuple[tuple[str, ...], ...], fixed: list[int]) -> tuple[tuple[int, int], float]:
    """The neighbouring slots that stand together in fewest messages, among those with few spellings."""
    shares = [_slot_share(slot) for slot in slots]
    best, rarest = (fixed[0], fixed[0]), math.inf
    for first in fixed:
        spellings = 1
        for last in range(first, len(slots)):
            spellings *= len(slots[last])
            if last > first and spellings > ANCHOR_SPELLINGS_MAX:
                break
            share = together(shares[first : last + 1])
            if share < rarest:
                best, rarest = (first, last), share
    return best, rarest


@functools.cache
def _slot_share(slot: tuple[str, ...]) -> float:
    return sum(commonness(text) for text in slot)


def _slots(parts: list[re.Match[str]]) -> tuple[tuple[str, ...], ...]:
    """Slots with their alternatives; the space beside a part that may be empty belongs to that part."""
    raw: list[list[str]] = []
    for part in parts:
        if part["text"] is not None:
            raw.append([part["text"]])
        else:
            optional = part["opt"] is not None
            raw.append([*(part["opt"] if optional else part["alt"]).split("|"), *([""] if optional else [])])
    if len(raw) > 1 and raw[-1] == ["*"]:
        raw[-2:] = [[f"{text}*" for text in raw[-2]]]
    for i, slot in enumerate(raw):
        if "" not in slot:
            continue
        after = raw[i + 1] if i + 1 < len(raw) else None
        if after and len(after) == 1 and after[0].startswith(" "):
            raw[i] = [f"{text} " if text and not text.endswith(" ") else text for text in slot]
            after[0] = after[0][1:]
        elif after is None and i and len(raw[i - 1]) == 1 and raw[i - 1][0].endswith(" "):
            raw[i] = [f" {text}" if text else text for text in slot]
            raw[i - 1][0] = raw[i - 1][0][:-1]
    if raw:
        raw[0] = [text.lstrip() for text in raw[0]]
        raw[-1] = [text.rstrip() for text in raw[-1]]
    return tuple(_spellings(tuple(slot)) for slot in raw if slot != [""])


@functools.cache
def _spellings(alternatives: tuple[str, ...]) -> tuple[str, ...]:
    plain = {" ".join(text.lower().replace("-", " ").split(" ")) for text in alternatives}
    plain |= {strip_accents(text) for text in plain if not text.isascii()}
    return tuple(sorted(plain, key=lambda text: (-len(text), text)))


def _literals(
    slots: tuple[tuple[bytes, ...], ...], anchor: tuple[int, int], open_ended: frozenset[bytes]
) -> tuple[tuple[bytes, int, int], ...]:
    first, last = anchor
    left, right = _ends_word(slots[:first][::-1], -1), _ends_word(slots[last + 1 :], 0)
    found = []
    for choice in itertools.product(*slots[first : last + 1]):
        text = b"".join(choice)
        may_go_on = last == len(slots) - 1 and choice[-1] in open_ended
        before = b" " if left and _letter(text[0]) else b""
        after = b" " if right and _letter(text[-1]) and not may_go_on else b""
        found.append((before + text + after, len(before), len(before) + len(text)))
    return tuple(found)


def _letter(byte: int) -> bool:
    """Whether a byte belongs to a word: ASCII letters and digits, and all beyond ASCII."""
    return byte >= 128 or 48 <= byte <= 57 or 97 <= byte <= 122


def _ends_word(neighbours: tuple[tuple[bytes, ...], ...], edge: int) -> bool:
    """Whether a space, or the end of the phrase, always follows on this side."""
    for slot in neighbours:
        if any(text and text[edge] != 32 for text in slot):
            return False
        if b"" not in slot:
            return True
    return True


def match_at(phrase: Phrase, low: bytes, start: int, end: int) -> tuple[int, int] | None:
    """Where the phrase stands when a spelling of its anchor stands at low[start:end]; None where it does not."""
    slots, (first, last), open_ended, _, _ = phrase
    for i in range(first - 1, -1, -1):
        for text in slots[i]:
            if low.endswith(text, 0, start) and (i or _edge(low, start - len(text))):
                start -= len(text)
                break
        else:
            return None
    for i in range(last + 1, len(slots)):
        for text in slots[i]:
            if low.startswith(text, end) and (i < len(slots) - 1 or text in open_ended or _edge(low, end + len(text))):
                end += len(text)
                break
        else:
            return None
    # A phrase must not start or end inside a longer word.
    if not _edge(low, start) or not (_edge(low, end) or any(low.endswith(text, 0, end) for text in open_ended)):
        return None
    return start, end


def _edge(low: bytes, at: int) -> bool:
    """Whether no word runs on across this place."""
    return not (0 < at < len(low) and _letter(low[at - 1]) and _letter(low[at]))


def expand(phrase: str) -> list[str]:
    """Every literal spelling of a phrase; what `match_at` is checked against."""
    slots = parse(phrase).slots
    return sorted({b"".join(choice).decode() for choice in itertools.product(*slots)})


_MARKS = b".,;:!?'\"()[]{}<>*_/\\|`~-\n\t\r"
_TYPOGRAPHIC = "–—‑…«»“”‘’ʼ\u00a0\u202f"
_LONGER_IN_LOWER_CASE = "\u0130"  # the only character that is; it stays as it is
_PLAIN = bytes(32 if byte in _MARKS else byte for byte in range(256))


def fold(text: str) -> bytes:
    """Lower case with a space for every mark, in UTF-8; holds exactly as many characters as the text."""
    low = text.lower()
    if not low.isascii():
        if len(low) != len(text):
            low = _LONGER_IN_LOWER_CASE.join(map(str.lower, text.split(_LONGER_IN_LOWER_CASE)))
        for mark in _TYPOGRAPHIC:
            low = low.replace(mark, " ")
    return low.encode("utf-8", "replace").translate(_PLAIN)


@functools.cache
def _folded_slot(slot: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(_folded(text.removesuffix("*")) for text in slot)


@functools.cache
def _folded(piece: str) -> bytes:
    """`fold` for the pieces of phrases, which repeat."""
    return fold(piece)


def strip_accents(text: str) -> str:
    """The text without combining marks: "rémunérée" becomes "remuneree"."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
