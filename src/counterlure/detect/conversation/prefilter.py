"""Sorts out, thousands at a time, the messages in which no rule can be complete: nearly all of them.

One Aho-Corasick pass over all texts together finds the anchors of all phrases. Arithmetic on whole columns then tells
in which messages an anchor stands for every group of a rule; only there the phrases themselves are compared. It may
let a message through that `Matcher` then clears, never the other way round.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from counterlure.detect.conversation.anchors import Anchors, Found, User
from counterlure.detect.conversation.matcher import CHARACTERS_MAX, bits_of, compiled, group_shares, matcher
from counterlure.detect.conversation.phrases import fold, match_at
from counterlure.detect.conversation.rules import Book, book
from counterlure.detect.conversation.tracker import combinations

_MARK = 1
_SEPARATOR = f" {chr(_MARK)} "
BATCH_TEXTS = 4000
BATCH_CHARACTERS = 1_000_000
# Twenty times what an ordinary message holds. Beyond, comparing rule by rule would cost more than `Matcher`.
HITS_MAX = 200
Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


class Prefilter:
    """The prefilter for some rules of a book; build once, use for every batch of messages.

    tags : only the rules that show one of these; None for all.
    """

    def __init__(self, rules: Book, tags: frozenset[str] | None = None) -> None:
        share = group_shares(rules)
        # The rarest group first: where it is not, the others need no look.
        self._rules = sorted({tuple(sorted(set(rule.groups), key=share)) for rule in compiled(rules, tags)})
        groups = sorted({group for rule in self._rules for group in rule})
        rows = {bit: row for row, bit in enumerate(sorted({bit for group in groups for bit in bits_of(group)}))}
        self._groups = {group: [rows[bit] for bit in bits_of(group)] for group in groups}
        self._rows = len(rows)
        self._anchors = Anchors(rules, sum(rows))
        fragments = {m: [rows[bit] for bit in bits_of(m) if bit in rows] for m in set(self._anchors.masks)}
        own = [fragments[mask] for mask in self._anchors.masks]
        # The fragments of each literal, laid end to end.
        self._sizes = np.array(list(map(len, own)), dtype=np.int64)
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._fragments = np.array(list(chain.from_iterable(own)), dtype=np.int64)

    def possible(self, texts: Sequence[str]) -> list[int]:
        """Indexes of the texts in which a rule may be complete, ascending."""
        if not texts:
            return []
        low = _folded(texts)
        hits: list[Found] = self._anchors.find(low, overlapping=True)
        if not hits:
            return []
        table = np.fromiter(chain.from_iterable(hits), dtype=np.int64, count=3 * len(hits)).reshape(-1, 3)
        ends = np.flatnonzero(np.frombuffer(low, dtype=np.uint8) == _MARK)
        message = np.searchsorted(ends, table[:, 1])
        borders = np.searchsorted(message, np.arange(len(texts) + 1)).tolist()
        found: set[int] = set()
        for rule, where in self._candidates(self._present(table[:, 0], message, len(texts))):
            found |= {i for i in where if i not in found and self._holds(rule, low, hits[borders[i] : borders[i + 1]])}
        return sorted(found)

    def _present(self, literal: Numbers, message: Numbers, count: int) -> Bools:
        """Which fragment may stand in which text: one row per fragment."""
        sizes = self._sizes[literal]
        ends = np.cumsum(sizes)
        within = np.arange(ends[-1]) - np.repeat(ends - sizes, sizes)
        fragments = self._fragments[np.repeat(self._starts[literal], sizes) + within]
        present = np.zeros((self._rows, count), dtype=bool)
        present[fragments, np.repeat(message, sizes)] = True
        return present

    def _candidates(self, present: Bools) -> Iterator[tuple[tuple[int, ...], list[int]]]:
        """Each rule with the texts that hold an anchor for every group."""
        groups = {
            group: present[rows[0]] if len(rows) == 1 else present[rows].any(axis=0)
            for group, rows in self._groups.items()
        }
        for rule in self._rules:
            where = np.flatnonzero(functools.reduce(np.logical_and, [groups[group] for group in rule]))
            if len(where):
                yield rule, where.tolist()

    def _holds(self, rule: tuple[int, ...], low: bytes, hits: list[Found]) -> bool:
        """Whether a phrase of every group stands at one of the hits, or there are too many hits to look."""
        if len(hits) > HITS_MAX:
            return True
        masks, users = self._anchors.masks, self._anchors.users
        for group in rule:
            for literal, at, _ in hits:
                if masks[literal] & group and _stands(users[literal], group, low, at):
                    break
            else:
                return False
        return True


def _stands(users: list[User], group: int, low: bytes, at: int) -> bool:
    for phrase, mask, start, end, whole in users:
        if mask & group and (whole or match_at(phrase, low, at + start, at + end)):
            return True
    return False


def _folded(texts: Sequence[str]) -> bytes:
    """All texts folded, each between two spaces, with a mark between neighbours."""
    joined = _SEPARATOR.join([text[:CHARACTERS_MAX] for text in texts])
    if joined.count(chr(_MARK)) >= len(texts):
        return _folded([text.replace(chr(_MARK), " ") for text in texts])
    return b"".join((b" ", fold(joined), b" "))


@functools.cache
def prefilter(tags: frozenset[str] | None = None) -> Prefilter:
    """The prefilter over the shipped rules that show one of the tags (all, by default); made once."""
    return Prefilter(book(), tags)


def decisive(texts: Sequence[str]) -> list[int]:
    """Indexes of the texts that show a decisive tag of `combinations.yml`, ascending."""
    tags = frozenset(combinations().decisive)
    return [
        first + i
        for first, part in _batches(texts)
        for i in prefilter(tags).possible(part)
        if matcher().hits(part[i], tags=tags)
    ]


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Neighbouring texts with the place of the first, bounded in number and in length."""
    first = size = 0
    for i, text in enumerate(texts):
        if i > first and (i - first == BATCH_TEXTS or size + len(text) > BATCH_CHARACTERS):
            yield first, texts[first:i]
            first, size = i, 0
        size += len(text)
    yield first, texts[first:]
