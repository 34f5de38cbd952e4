"""Reads every thread of a case from both sides and reports where each approach stands and what it adds up to."""

from __future__ import annotations

import gc
import itertools
import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from counterlure.case.read import CaseReader, Columns
from counterlure.case.rows import FLAG_ARCHIVED, FLAG_ATTACHMENT, FLAG_DRAFT, FLAG_SPAM
from counterlure.detect.base import Detected, Talk, merged, target_accounts
from counterlure.detect.conversation.languages import unassessed_language
from counterlure.detect.conversation.matcher import matcher
from counterlure.detect.conversation.prefilter import prefilter
from counterlure.detect.conversation.thread import Mark, Turn, evidence, in_time, marks
from counterlure.detect.conversation.tracker import combinations, seen, stages_of, steps, terminal
from counterlure.detect.places import Places
from counterlure.model import Evidence, Family, Finding, Progress, target_id

PARALLEL_FROM = 40_000
CHUNKS_PER_WORKER = 8
BATCH_TURNS = 4000
GC_THRESHOLD = 200_000
SAMPLE_CHARACTERS = 600
Range = tuple[int, int]

NO_THREAD = 0
_CONTACTS = """
SELECT account, target, at, source, line, text FROM contact WHERE incoming AND text IS NOT NULL
ORDER BY account, target, at NULLS LAST, id
"""
_MESSAGES = (
    "SELECT conversation, sender, sent_at, source, line, flags, text FROM message"
    f" WHERE conversation BETWEEN ? AND ? AND NOT flags & {FLAG_DRAFT} ORDER BY conversation, sent_at, id"
)


def find(case: CaseReader, _before: Detected, workers: int = 2) -> Detected:
    """Stages, tactics and directions shown by what an account wrote and what it was answered.

    Parameters
    ----------
    case : reads message, message_also, contact, conversation_delivery, target, account(removed), source, delivery.
    workers : processes to use on a large case; the result does not depend on it.

    Returns
    -------
    Findings (family conversation), one Progress per account, target and thread that shows a stage, and one Talk per
    account, target and thread, all in the order of threads.
    """
    count, low, high = next(case.rows("SELECT count(*), min(conversation), max(conversation) FROM message"))
    if not count:
        return _Reader(case).contacts()
    if workers < 2 or count < PARALLEL_FROM:
        return merged([_Reader(case).contacts(), _Reader(case).read((low, high))])
    step = (high - low) // (workers * CHUNKS_PER_WORKER) + 1
    ranges = [(start, min(start + step - 1, high)) for start in range(low, high + 1, step)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _start, (case.file, case.columns)) as pool:
        return merged([_Reader(case).contacts(), *pool.map(_read, ranges)])


_readers: list[_Reader] = []


def _start(file: Path, columns: Columns) -> None:
    gc.set_threshold(GC_THRESHOLD)
    _readers.append(_Reader(CaseReader(file, columns)))


def _read(part: Range) -> Detected:
    return _readers[0].read(part)


class _Thread(NamedTuple):
    """One thread: its turns in order of time, the undated last, and the targets in whose deliveries it stands."""

    id: int
    turns: list[Turn]
    targets: list[str]
    talk: bool  # whether it counts as messages exchanged; notes and reports do not


class _Reader:
    """Reads threads of one case; holds the small tables every thread needs."""

    def __init__(self, case: CaseReader) -> None:
        decisive = frozenset(combinations().decisive)
        self._case = case
        self._possible = prefilter(decisive).possible
        self._decides = partial(matcher().hits, tags=decisive)
        self._places = Places(case)
        self._targets = target_accounts(case)
        self._removed = {int(i) for (i,) in case.rows("SELECT id FROM account WHERE removed")}

    def read(self, part: Range) -> Detected:
        """The messages of a range of threads."""
        found = Detected()
        for batch in _batches(self._threads(part)):
            self._batch(batch, found)
        return found

    def contacts(self) -> Detected:
        """Notes of invitations, mails, reported calls and meetings: one thread per account and target."""
        found = Detected()
        threads = []
        for (account, target), group in itertools.groupby(self._case.rows(_CONTACTS), key=itemgetter(0, 1)):
            turns = [Turn(account, at, source, line, 0, text) for _, _, at, source, line, text in group]
            threads.append(_Thread(NO_THREAD, turns, [target_id(target)], talk=False))
        for batch in _batches(threads):
            self._batch(batch, found)
        return found

    def _threads(self, part: Range) -> Iterator[_Thread]:
        sql = "SELECT conversation, target FROM conversation_delivery WHERE conversation BETWEEN ? AND ? ORDER BY 1, 2"
        owners: dict[int, list[str]] = {}
        for thread, target in self._case.rows(sql, part):
            owners.setdefault(thread, []).append(target_id(target))
        for thread, group in itertools.groupby(self._case.rows(_MESSAGES, part), key=itemgetter(0)):
            turns = in_time([Turn._make(row[1:]) for row in group])
            yield _Thread(thread, turns, owners.get(thread, []), talk=True)

    def _batch(self, threads: list[_Thread], found: Detected) -> None:
        """Reads in full only the threads in which an outsider shows a decisive tag: nearly none."""
        places = [
            (i, turn.sender, turn.text)
            for i, thread in enumerate(threads)
            for turn in thread.turns
            if turn.sender not in self._targets
        ]
        possible = [places[k] for k in self._possible([text for _, _, text in places])]
        decisive = {(i, sender) for i, sender, text in possible if self._decides(text)}
        for i, thread in enumerate(threads):
            senders = dict.fromkeys(turn.sender for turn in thread.turns)
            outsiders = [sender for sender in senders if sender not in self._targets]
            for outsider in outsiders:
                shown = self._marks(thread, outsider) if (i, outsider) in decisive else []
                if thread.talk:
                    found.talks += _talks(thread, outsider, alone=len(outsiders) == 1, read=bool(shown))
                if shown:
                    self._judge(thread, outsider, shown, found)

    def _marks(self, thread: _Thread, outsider: int) -> list[Mark]:
        return marks(thread.turns, outsider, self._targets, matcher(), lambda: self._case.names_in(thread.id))

    def _judge(self, thread: _Thread, account: int, shown: list[Mark], found: Detected) -> None:
        found.progress += [
            progress for target in thread.targets if (progress := self._progress(thread, account, target, shown))
        ]
        found.findings += self._findings(thread, account, shown)
        # Undated turns come last, and any of them may have been the first in truth.
        if thread.turns[0].sender in self._targets and thread.turns[-1].at is not None:
            found.findings.append(self._began(thread, account))

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

    def _evidence(self, thread: _Thread, mark: Mark, target: str | None) -> Evidence:
        turn = thread.turns[mark.turn]
        cited = self._places.cite(thread.id, turn.source, turn.line, target)
        return evidence(turn, mark, cited, stages_of(mark.tag) or mark.tag)


def _batches(threads: Iterable[_Thread]) -> Iterator[list[_Thread]]:
    batch: list[_Thread] = []
    size = 0
    for thread in threads:
        batch.append(thread)
        size += len(thread.turns)
        if size >= BATCH_TURNS:
            yield batch
            batch, size = [], 0
    yield batch


def _talks(thread: _Thread, account: int, *, alone: bool, read: bool) -> list[Talk]:
    """One entry per target; `alone` where everybody else is a colleague, `read` where the rules found something."""
    inward = words = undated = attachments = flags = 0
    for turn in thread.turns:
        flags |= turn.flags
        if turn.sender == account:
            inward += 1
            words += turn.text.count(" ") + 1 if turn.text else 0
            undated += turn.at is None
            attachments += bool(turn.flags & FLAG_ATTACHMENT)
    outward = len(thread.turns) - inward if alone else 0
    filtered = bool(flags & (FLAG_SPAM | FLAG_ARCHIVED))
    language = None if read else unassessed_language(_sample(thread, account))
    rest = (inward, words, outward, undated, attachments, filtered, language)
    return [Talk(account, target, *rest) for target in thread.targets]


def _sample(thread: _Thread, account: int) -> str:
    return " ".join(turn.text for turn in thread.turns if turn.sender == account)[:SAMPLE_CHARACTERS]
