"""Every message of one account's conversations with what it shows, for people who read along."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

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
        shown = marks(turns, account, targets, matcher(), partial(case.names_in, thread))
        for place, turn in enumerate(turns):
            target = targets.get(turn.sender)
            cited = places.cite(thread, turn.source, turn.line, target)
            here = tuple(dict.fromkeys(mark[1:] for mark in shown if mark.turn == place and _noted(mark.tag)))
            yield Noted(thread, turn.at, cited.source, turn.sender == account, target, turn.text, here)


def _noted(tag: str) -> bool:
    return known_tags()[tag] in NOTED or tag in ANSWERS
