"""Sorts out, thousands at a time, the messages in which no rule can be complete: nearly all of them.

One Aho-Corasick pass over all texts together finds the anchors of all phrases; what remains is arithmetic on whole
columns: a message is possible when every group of a rule may stand in it. It may let a message through that `Matcher`
then clears, never the other way round.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from itertools import chain

import ahocorasick_rs
import numpy as np
import numpy.typing as npt

from counterlure.detect.conversation.matcher import CHARACTERS_MAX, bits_of, compiled
from counterlure.detect.conversation.phrases import fold
from counterlure.detect.conversation.rules import Book, book

_SEPARATOR = b" \x01 "
Bools = npt.NDArray[np.bool_]


class Prefilter:
    """The prefilter for some rules of a book; build once, use for every batch of messages.

    tags : only the rules that show one of these; None for all.
    """

    def __init__(self, rules: Book, tags: frozenset[str] | None = None) -> None:
        wanted = {tuple(sorted(set(rule.groups))) for rule in compiled(rules, tags)}
        groups = sorted({group for rule in wanted for group in rule})
        rows = {bit: row for row, bit in enumerate(sorted({bit for group in groups for bit in bits_of(group)}))}
        place = {group: i for i, group in enumerate(groups)}
        self._groups = [[rows[bit] for bit in bits_of(group)] for group in groups]
        self._rules = sorted(tuple(place[group] for group in rule) for rule in wanted)
        users: dict[bytes, set[int]] = {}
        for phrase, mask in zip(rules.phrases, rules.masks, strict=True):
            found = [rows[bit] for bit in bits_of(mask) if bit in rows]
            for literal, _, _ in phrase.literals if found else ():
                users.setdefault(literal, set()).update(found)
        literals = sorted(users)
        # Each literal's fragments, laid end to end.
        self._sizes = np.array([len(users[text]) for text in literals])
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._fragments = np.array([row for text in literals for row in sorted(users[text])])
        self._rows = len(rows)
        self._find = ahocorasick_rs.BytesAhoCorasick(
            literals,
            matchkind=ahocorasick_rs.MatchKind.Standard,
            implementation=ahocorasick_rs.Implementation.ContiguousNFA,
        ).find_matches_as_indexes

    def possible(self, texts: Sequence[str]) -> list[int]:
        """Indexes of the texts in which a rule may be complete, ascending."""
        if not texts:
            return []
        folded = [fold(text[:CHARACTERS_MAX]) for text in texts]
        hits = self._find(b"".join((b" ", _SEPARATOR.join(folded), b" ")), overlapping=True)
        if not hits:
            return []
        table = np.fromiter(chain.from_iterable(hits), dtype=np.int64, count=3 * len(hits)).reshape(-1, 3)
        lengths = np.array([len(text) + len(_SEPARATOR) for text in folded])
        message = np.searchsorted(np.cumsum(lengths), table[:, 1], side="right")
        return [int(i) for i in np.flatnonzero(self._complete(self._present(table[:, 0], message, len(texts))))]

    def _present(self, literal: npt.NDArray[np.int64], message: npt.NDArray[np.int64], count: int) -> Bools:
        """Which fragment may stand in which text: one row per fragment."""
        sizes = self._sizes[literal]
        ends = np.cumsum(sizes)
        within = np.arange(ends[-1]) - np.repeat(ends - sizes, sizes)
        fragments = self._fragments[np.repeat(self._starts[literal], sizes) + within]
        present = np.zeros((self._rows, count), dtype=bool)
        present[fragments, np.repeat(message, sizes)] = True
        return present

    def _complete(self, present: Bools) -> Bools:
        groups = [present[rows[0]] if len(rows) == 1 else present[rows].any(axis=0) for rows in self._groups]
        found = np.zeros(present.shape[1], dtype=bool)
        for rule in self._rules:
            found |= functools.reduce(np.logical_and, [groups[i] for i in rule])
        return found


@functools.cache
def prefilter(tags: frozenset[str] | None = None) -> Prefilter:
    """The prefilter over the shipped rules that show one of the tags (all, by default); made once."""
    return Prefilter(book(), tags)
