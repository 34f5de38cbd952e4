"""Finds rules in one message: one pass for all phrases outside Python, then rules only where they may be complete.

The pass is Aho-Corasick (1975) over the anchor of every phrase; its time does not grow with the number of rules. A rule
is looked at only when its rarest group was found, and the phrases that the pass did not settle are compared only for
the rules that are left.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from operator import or_

from counterlure.detect.conversation.anchors import Anchors, Found
from counterlure.detect.conversation.complete import Compiled, Hit, Part, complete
from counterlure.detect.conversation.phrases import fold, match_at
from counterlure.detect.conversation.rules import Book, Rule, book

# Six times what the platform allows in one message; what stands beyond is not read.
CHARACTERS_MAX = 50_000


class Matcher:
    """Runs one rule book; build once, use for every message."""

    def __init__(self, rules: Book) -> None:
        mine = compiled(rules)
        self._by_anchor = _by_anchor(rules, mine)
        self._rare = functools.reduce(or_, self._by_anchor, 0)
        wanted = functools.reduce(or_, (rule.wanted for rule in mine), 0)
        self._anchors = Anchors(rules, wanted)

    def hits(
        self, text: str, ignore: Callable[[], Iterable[str]] = tuple, tags: frozenset[str] | None = None
    ) -> list[Hit]:
        """Rules matched by one message, by position.

        tags : only the rules that show one of these; None for all.
        ignore : gives the names of the people and employers in the conversation, asked only when a rule may match;
            a part inside one of them does not count.
        """
        text = text[:CHARACTERS_MAX]
        padded = b" " + fold(text) + b" "
        anchors = self._anchors.find(padded, overlapping=True)
        masks = self._anchors.masks
        coarse = 0
        for index, _, _ in anchors:
            coarse |= masks[index]
        rare = coarse & self._rare
        if not rare:
            return []
        possible = _possible(
            (rule for bit in bits_of(rare) for rule in self._by_anchor[bit] if tags is None or rule.rule.tag in tags),
            coarse,
        )
        if not possible:
            return []
        parts = self._parts(padded, anchors, functools.reduce(or_, (rule.wanted for rule in possible)))
        possible = _possible(possible, functools.reduce(or_, (part[2] for part in parts), 0))
        return complete(text, padded, possible, parts, ignore) if possible else []

    def _parts(self, padded: bytes, anchors: list[Found], wanted: int) -> list[Part]:
        """Phrases of the wanted fragments, by their place in the padded text."""
        found = []
        masks, users = self._anchors.masks, self._anchors.users
        for literal, at, _ in anchors:
            if not masks[literal] & wanted:
                continue
            for phrase, mask, start, end, whole in users[literal]:
                if mask & wanted:
                    span = (at + start, at + end) if whole else match_at(phrase, padded, at + start, at + end)
                    if span:
                        found.append((*span, mask))
        return found


def _possible(rules: Iterable[Compiled], seen: int) -> list[Compiled]:
    """The rules whose every group has been seen, each once."""
    found = {}
    for compiled in rules:
        for group in compiled.groups:
            if not seen & group:
                break
        else:
            found[compiled.rule.id] = compiled
    return list(found.values())


def compiled(rules: Book, tags: frozenset[str] | None = None) -> list[Compiled]:
    """The rules that show one of the tags (all, by default), with their groups as bit masks of fragments."""
    return [_compile(rules, rule) for rule in rules.rules if tags is None or rule.tag in tags]


def _compile(rules: Book, rule: Rule) -> Compiled:
    groups = [_mask(rules, rule.language, group) for group in rule.all]
    if rule.phrases:
        groups.append(rules.bits[rule.id])
    negation = rules.bits.get(f"{rule.language}.negation", 0) if rule.negation == "void" else 0
    return Compiled(rule, tuple(groups), _mask(rules, rule.language, "|".join(rule.none)), negation)


def group_shares(rules: Book) -> Callable[[int], float]:
    """A function from a group of fragments to roughly the share of messages that hold one of them."""
    shares: dict[int, float] = {}
    for phrase, mask in zip(rules.phrases, rules.masks, strict=True):
        for bit in bits_of(mask):
            shares[bit] = shares.get(bit, 0.0) + phrase.share
    return lambda group: sum(shares.get(bit, 0.0) for bit in bits_of(group))


def _by_anchor(rules: Book, mine: Iterable[Compiled]) -> dict[int, list[Compiled]]:
    """Rules under each fragment of their rarest group: a message without any of these cannot match the rule."""
    share = group_shares(rules)
    table: dict[int, list[Compiled]] = {}
    for one in mine:
        for bit in bits_of(min(one.groups, key=share)):
            table.setdefault(bit, []).append(one)
    return table


def _mask(rules: Book, language: str, names: str) -> int:
    mask = 0
    for name in filter(None, names.split("|")):
        mask |= rules.bits[f"{language}.{name}"]
    return mask


def bits_of(mask: int) -> Iterable[int]:
    """The single bits of a mask, lowest first."""
    while mask:
        bit = mask & -mask
        yield bit
        mask ^= bit


@functools.cache
def matcher() -> Matcher:
    """The matcher over the shipped rules; made once."""
    return Matcher(book())
