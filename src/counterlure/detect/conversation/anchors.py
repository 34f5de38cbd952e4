"""The anchors of phrases in one automaton: what `Matcher` and `Prefilter` both search for.

One pass of Aho-Corasick (1975) finds all of them; its time does not grow with the number of phrases.
"""

from __future__ import annotations

import functools
from operator import itemgetter, or_
from typing import NamedTuple

import ahocorasick_rs

from counterlure.detect.conversation.phrases import Phrase
from counterlure.detect.conversation.rules import Book

Found = tuple[int, int, int]
"""(number of the literal, start, end) in the text searched."""


class User(NamedTuple):
    """A phrase that a literal is an anchor of; the anchor stands at start:end inside the literal.

    mask : the fragments that hold the phrase.
    whole : whether finding the literal is finding the phrase.
    """

    phrase: Phrase
    mask: int
    start: int
    end: int
    whole: bool


class Anchors:
    """The literals of all phrases of the wanted fragments (a bit mask).

    users : the phrases of each literal. masks : the fragments of each literal.
    find : (text between spaces, overlapping=True) -> every literal in it, by its end.
    """

    def __init__(self, rules: Book, wanted: int) -> None:
        users: dict[bytes, list[User]] = {}
        for phrase, mask in zip(rules.phrases, rules.masks, strict=True):
            if mask & wanted:
                whole = phrase.whole
                for literal, start, end in phrase.literals:
                    users.setdefault(literal, []).append(User(phrase, mask, start, end, whole))
        literals = sorted(users)
        self.users = [users[literal] for literal in literals]
        self.masks = [functools.reduce(or_, map(itemgetter(1), own)) for own in self.users]
        self.find = ahocorasick_rs.BytesAhoCorasick(
            literals,
            matchkind=ahocorasick_rs.MatchKind.Standard,
            implementation=ahocorasick_rs.Implementation.ContiguousNFA,
        ).find_matches_as_indexes
