"""Reads every thread of a case from both sides and reports where each approach stands and what it adds up to."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from counterlure.case.read import CaseReader
from counterlure.case.rows import FLAG_DRAFT
from counterlure.detect.base import Detected, merged, target_accounts
from counterlure.detect.conversation.matcher import matcher
from counterlure.detect.conversation.prefilter import decisive
from counterlure.detect.conversation.talks import Messages, Numbers, count_talks, starts
from counterlure.detect.conversation.thread import Mark, Turn, evidence, in_time, marks
from counterlure.detect.conversation.tracker import seen, stages_of, steps, terminal
from counterlure.detect.opinion.verdict import Answer, Quote, Verdict, stand_alone, verdict
from counterlure.detect.places import Places
from counterlure.detect.processes import case_here
from counterlure.model import Evidence, Family, Finding, Progress, target_id

# Many enough for arithmetic on whole columns, and few enough that the longest messages fit into memory.
MESSAGES_PER_RANGE = 8000
Range = tuple[int, int]

NO_THREAD = 0
UNREAD = Verdict("words_too_few", 0.0, 0.0, ())
_CONTACTS = """
SELECT account, target, at, source, line, text FROM contact WHERE incoming AND text IS NOT NULL
ORDER BY account, target, at NULLS LAST, id
"""
_MESSAGES = (
    "SELECT conversation, sender, sent_at IS NULL, flags, text FROM message"
    f" WHERE conversation BETWEEN ? AND ? AND NOT flags & {FLAG_DRAFT} ORDER BY conversation, sent_at, id"
)
_TURNS = (
    "SELECT sender, sent_at, source, line, flags, text FROM message"
    f" WHERE conversation = ? AND NOT flags & {FLAG_DRAFT} ORDER BY sent_at, id"
)
_HELD = "SELECT conversation, target FROM conversation_delivery WHERE conversation BETWEEN ? AND ? ORDER BY 1, 2"


def find(case: CaseReader, _before: Detected, pool: Executor | None = None) -> Detected:
    """Stages, tactics and directions shown by what an account wrote and what it was answered.

    Parameters
    ----------
    case : reads message, message_also, contact, conversation_delivery, target, account(removed), source, delivery.
    pool : processes that have the case open (`side_by_side`); the result does not depend on it.

    Returns
    -------
    Findings (family conversation), one Progress per account, target and thread that shows a stage, and one talk per
    account, target and thread, all in the order of threads.
    """
    parts = [None, *_ranges(case)]
    return merged(pool.map(_read_here, parts) if pool else map(_Reader(case).read, parts))


def _ranges(case: CaseReader) -> list[Range]:
    """Threads in pieces of about equal size."""
    count, low, high = next(case.rows("SELECT count(*), min(conversation), max(conversation) FROM message"))
    if not count:
        return []
    step = (high - low) * MESSAGES_PER_RANGE // count + 1
    return [(start, min(start + step - 1, high)) for start in range(low, high + 1, step)]


@functools.cache
def _reader_here() -> _Reader:
    return _Reader(case_here())


def _read_here(part: Range | None) -> Detected:
    return _reader_here().read(part)


class _Thread(NamedTuple):
    """One thread: its turns in order of time, the undated last, and the targets in whose deliveries it stands."""

    id: int
    turns: list[Turn]
    targets: list[str]


class _Reader:
    """Reads threads of one case; holds the small tables every thread needs."""

    def __init__(self, case: CaseReader) -> None:
        self._case = case
        self._places = Places(case)
        self._targets = target_accounts(case)
        self._removed = {int(i) for (i,) in case.rows("SELECT id FROM account WHERE removed")}

    def read(self, part: Range | None) -> Detected:
        """A range of threads, or the contacts."""
        return self._messages(part) if part else self._contacts()

    def _messages(self, part: Range) -> Detected:
        """Only threads in which somebody shows a decisive tag, or the second opinion is sure, are read in full."""
        found = Detected()
        messages = Messages.of(self._case.rows(_MESSAGES, part))
        held = np.array(list(self._case.rows(_HELD, part)), dtype=np.int64).reshape(-1, 2)
        outside = ~np.isin(messages.sender, list(self._targets))
        places = np.flatnonzero(outside).tolist()
        telling = [places[i] for i in decisive([messages.text[i] for i in places])]
        suspects = {(int(messages.thread[i]), int(messages.sender[i])) for i in telling}
        suspects |= _second_look(messages, outside)
        read = set()
        for number in sorted({thread for thread, _ in suspects}):
            thread = self._thread(number, held)
            for account in dict.fromkeys(turn.sender for turn in thread.turns):
                if (number, account) in suspects and self._judge(thread, account, found):
                    read.add((number, account))
        found.talks.append(count_talks(messages, outside, held, read))
        return found

    def _contacts(self) -> Detected:
        """Notes of invitations, mails, reported calls and meetings: one thread per account and target."""
        found = Detected()
        rows = [row for row in self._case.rows(_CONTACTS) if row[0] not in self._targets]
        suspects = {rows[i][:2] for i in decisive([row[-1] for row in rows])}
        for (account, target), group in itertools.groupby(rows, key=itemgetter(0, 1)):
            if (account, target) in suspects:
                turns = [Turn(account, at, source, line, 0, text) for _, _, at, source, line, text in group]
                self._judge(_Thread(NO_THREAD, turns, [target_id(target)]), account, found)
        return found

    def _thread(self, number: int, held: Numbers) -> _Thread:
        turns = in_time([Turn._make(row) for row in self._case.rows(_TURNS, (number,))])
        return _Thread(number, turns, [target_id(int(target)) for target in held[held[:, 0] == number, 1]])

    def _judge(self, thread: _Thread, account: int, found: Detected) -> bool:
        """Adds what the account shows in the thread; whether that is anything."""
        shown = marks(thread.turns, account, self._targets, matcher(), lambda: self._case.names_in(thread.id))
        told = self._second_opinion(thread, account, shown)
        if not shown and not (told and told.worth_telling):
            return False
        found.progress += [
            progress for target in thread.targets if (progress := self._progress(thread, account, target, shown))
        ]
        found.findings += self._findings(thread, account, shown)
        found.findings += self._opinion(thread, account, told or UNREAD)
        # Undated turns come last, and any of them may have been the first in truth.
        if thread.turns[0].sender in self._targets and thread.turns[-1].at is not None:
            found.findings.append(self._began(thread, account))
        return True

    def _progress(self, thread: _Thread, account: int, target: str, shown: list[Mark]) -> Progress | None:
        """What passed between the account and one target; what another target of the thread answered is not theirs."""
        turns = thread.turns
        mine = [m for m in shown if turns[m.turn].sender == account or self._speaks(turns[m.turn], target)]
        way = steps(turns, mine, lambda turn: self._places.cite(thread.id, turn.source, turn.line, target))
        if not way:
            return None
        times = [turn.at for turn in turns if turn.at is not None]
        return Progress(
            account=account, target=target, conversation=thread.id, steps=way,
            terminal=terminal(mine, account in self._removed),
            messages_in=sum(turn.sender == account for turn in turns),
            messages_out=sum(self._speaks(turn, target) for turn in turns),
            first_at=min(times, default=None), last_at=max(times, default=None),
        )  # fmt: skip

    def _speaks(self, turn: Turn, target: str) -> bool:
        return self._targets.get(turn.sender) == target

    def _began(self, thread: _Thread, account: int) -> Finding:
        """An approach comes from the stranger; whoever answers a colleague's own message has approached nobody."""
        first = thread.turns[0]
        cited = [self._places.cite(thread.id, first.source, first.line, target) for target in thread.targets]
        return Finding(
            account=account, detector="conversation", family=Family.CONVERSATION, kind="target_began", score=0.0,
            detail="the colleague wrote first",
            evidence=tuple(Evidence(c.source, None, first.at, None, c.target) for c in dict.fromkeys(cited)),
            targets=tuple(thread.targets),
        )  # fmt: skip

    def _findings(self, thread: _Thread, account: int, shown: list[Mark]) -> Iterator[Finding]:
        targets: list[str | None] = [*thread.targets] or [None]
        for kind, score, proof in seen(shown):
            yield Finding(
                account=account, detector="conversation", family=Family.CONVERSATION, kind=kind, score=score,
                detail=kind.replace("_", " "),
                evidence=tuple(dict.fromkeys(self._evidence(thread, m, target) for target in targets for m in proof)),
                targets=tuple(thread.targets),
            )  # fmt: skip

    def _second_opinion(self, thread: _Thread, account: int, shown: list[Mark]) -> Verdict | None:
        """On what the account wrote itself: no warning it passed on, and no call that a colleague reports."""
        if thread.id == NO_THREAD:
            return None
        warns = {mark.turn for mark in shown if mark.tag == "quotes_warning"}
        own = ["" if i in warns else turn.text for i, turn in enumerate(thread.turns) if turn.sender == account]
        return verdict(own, self._case.names_in(thread.id), list(self._answers(thread, account)))

    def _answers(self, thread: _Thread, account: int) -> Iterator[Answer]:
        """What colleagues wrote in the thread, each with how many messages of the account came before."""
        before = 0
        for turn in thread.turns:
            before += turn.sender == account
            if turn.sender in self._targets:
                yield Answer(before, turn.text)

    def _opinion(self, thread: _Thread, account: int, told: Verdict) -> Iterator[Finding]:
        """The verdict, and every stage that a message shows by its words."""
        yield self._told(thread, account, told.kind, told.score, told.quotes or (Quote(0, 0, 0),))
        for kind, quote in told.stages:
            yield self._told(thread, account, kind, 1.0, (quote,))

    def _told(self, thread: _Thread, account: int, kind: str, score: float, quotes: Sequence[Quote]) -> Finding:
        mine = [turn for turn in thread.turns if turn.sender == account]
        marked = [(mine[q.place], Mark(0, kind, q.start, q.end)) for q in quotes]
        targets: list[str | None] = [*thread.targets] or [None]
        return Finding(
            account=account, detector="conversation", family=Family.CONVERSATION, kind=kind, score=score,
            detail=kind.replace("_", " "),
            evidence=tuple(dict.fromkeys(
                evidence(turn, mark, self._places.cite(thread.id, turn.source, turn.line, target), None)
                for target in targets for turn, mark in marked
            )),
            targets=tuple(thread.targets),
        )  # fmt: skip

    def _evidence(self, thread: _Thread, mark: Mark, target: str | None) -> Evidence:
        turn = thread.turns[mark.turn]
        cited = self._places.cite(thread.id, turn.source, turn.line, target)
        return evidence(turn, mark, cited, stages_of(mark.tag) or mark.tag)


def _second_look(messages: Messages, outside: npt.NDArray[np.bool_]) -> set[tuple[int, int]]:
    """(thread, account) whose words alone make the second opinion sure."""
    places = np.flatnonzero(outside)
    order = places[np.lexsort((messages.sender[places], messages.thread[places]))]
    thread, sender = messages.thread[order], messages.sender[order]
    first = starts(thread, sender)
    alone = stand_alone([messages.text[i] for i in order.tolist()], first)
    return {(int(thread[first[i]]), int(sender[first[i]])) for i in alone}
