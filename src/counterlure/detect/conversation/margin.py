"""Every message of one account's conversations with what it shows, for people who read along."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from functools import partial
from operator import attrgetter

from counterlure.case.read import CaseReader
from counterlure.case.rows import FLAG_DRAFT
from counterlure.detect.base import target_accounts
from counterlure.detect.conversation.matcher import matcher
from counterlure.detect.conversation.rules import known_tags
from counterlure.detect.conversation.thread import Turn, in_time, marks
from counterlure.detect.places import Places
from counterlure.model import Noted

NOTED = frozenset({"stage", "tactic"})
"""Kinds of tags that stand in the margin, beside what a target answers."""
ANSWERS = frozenset({"asks_client", "refuses", "complies", "discloses"})
_THREADS = "SELECT DISTINCT conversation FROM message WHERE sender = ? ORDER BY conversation"
_TURNS = (
    "SELECT sender, sent_at, source, line, flags, text FROM message"
    f" WHERE conversation = ? AND NOT flags & {FLAG_DRAFT} ORDER BY sent_at, id"
)


def margin(case: CaseReader, account: int) -> Iterator[Noted]:
    """The messages of every thread in which the account wrote, in order of time, undated ones last.

    case : reads message, conversation_delivery, target, source, delivery.
    """
    targets, places = target_accounts(case), Places(case)
    for (thread,) in list(case.rows(_THREADS, (account,))):
        turns = in_time([Turn._make(row) for row in case.rows(_TURNS, (thread,))])
        shown: dict[int, dict[tuple[str, int, int], None]] = {}
        for mark in marks(turns, account, targets, matcher(), partial(case.names_in, thread)):
            if _noted(mark.tag):
                shown.setdefault(mark.turn, {})[mark[1:]] = None
        for place, turn in enumerate(turns):
            target = targets.get(turn.sender)
            cited = places.cite(thread, turn.source, turn.line, target)
            here = tuple(shown.get(place, ()))
            yield Noted(thread, turn.at, cited.source, turn.sender == account, target, turn.text, here)


def telling_first(told: Iterable[Noted]) -> list[Noted]:
    """Whole conversations, those in which something is noted before the others."""
    threads = [list(group) for _, group in itertools.groupby(told, key=attrgetter("thread"))]
    threads.sort(key=lambda thread: not any(line.shows for line in thread))
    return [line for thread in threads for line in thread]


def _noted(tag: str) -> bool:
    return known_tags()[tag] in NOTED or tag in ANSWERS
