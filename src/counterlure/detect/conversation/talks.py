"""How much accounts and targets wrote to each other, counted over whole columns of messages at a time."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from counterlure.case.rows import FLAG_ARCHIVED, FLAG_ATTACHMENT, FLAG_SPAM
from counterlure.detect.base import TALK, Talks
from counterlure.detect.conversation.languages import surely_assessed, unassessed_language

SAMPLE_CHARACTERS = 600
Numbers = npt.NDArray[np.int64]


class Messages(NamedTuple):
    """Messages of whole threads, in order of threads, then of time; where undated ones stand does not matter."""

    thread: Numbers
    sender: Numbers
    undated: Numbers
    flags: Numbers
    text: tuple[str, ...]

    @classmethod
    def of(cls, rows: Iterable[tuple[Any, ...]]) -> Messages:
        """Messages from rows of (thread, sender, is undated, flags, text)."""
        columns = list(zip(*rows, strict=True)) or [()] * 5
        thread, sender, undated, flags = (np.array(column, dtype=np.int64) for column in columns[:4])
        return cls(thread, sender, undated, flags, columns[4])


def count_talks(
    messages: Messages, outside: npt.NDArray[np.bool_], held: Numbers, read: Collection[tuple[int, int]]
) -> Talks:
    """One row for each thread, account that wrote in it, and target in whose deliveries it stands, in this order.

    outside : which messages are not by a target.
    held : two columns, thread and target, ascending.
    read : (thread, account) in which the rules found something, so that the language needs no telling.
    """
    if not outside.any():
        return np.zeros(0, TALK)
    found = np.flatnonzero(outside)
    order = found[np.lexsort((messages.undated[found], messages.sender[found], messages.thread[found]))]
    thread, account = messages.thread[order], messages.sender[order]
    first = starts(thread, account)
    counts = np.zeros(len(first), TALK)
    counts["account"] = account[first]
    counts["messages_in"] = np.diff(first, append=len(order))
    texts = [messages.text[i] for i in order.tolist()]
    words = np.array([text.count(" ") + 1 if text else 0 for text in texts], dtype=np.int64)
    counts["words_in"] = np.add.reduceat(words, first)
    counts["undated"] = np.add.reduceat(messages.undated[order], first)
    counts["attachments"] = np.add.reduceat((messages.flags[order] & FLAG_ATTACHMENT) > 0, first, dtype=np.int64)
    pairs = zip(thread[first].tolist(), account[first].tolist(), strict=True)
    spans = itertools.pairwise([*first.tolist(), len(texts)])
    counts["language"] = [
        b"" if surely_assessed(texts[start]) or pair in read else _language(texts[start:end])
        for pair, (start, end) in zip(pairs, spans, strict=True)
    ]
    _of_thread(messages, thread[first], counts)
    return _for_each_target(thread[first], counts, held)


def starts(*columns: Numbers) -> npt.NDArray[np.intp]:
    """Where a new combination of values begins."""
    new = np.ones(len(columns[0]), dtype=bool)
    new[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return np.flatnonzero(new)


def _of_thread(messages: Messages, thread: Numbers, counts: Talks) -> None:
    """What the others wrote, where everybody else in the thread is a target, and what the whole thread shows."""
    first = starts(messages.thread)
    place = np.searchsorted(messages.thread[first], thread)
    size = np.diff(first, append=len(messages.thread))[place]
    alone = np.bincount(place, minlength=len(first))[place] == 1
    counts["messages_out"] = np.where(alone, size - counts["messages_in"], 0)
    flags = np.bitwise_or.reduceat(messages.flags, first)[place]
    counts["filtered"] = flags & (FLAG_SPAM | FLAG_ARCHIVED) > 0


def _for_each_target(thread: Numbers, counts: Talks, held: Numbers) -> Talks:
    first = np.searchsorted(held[:, 0], thread, side="left")
    times = np.searchsorted(held[:, 0], thread, side="right") - first
    rows = np.repeat(counts, times)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(times) - times, times)
    rows["target"] = held[np.repeat(first, times) + within, 1]
    return rows


def _language(texts: list[str]) -> bytes:
    return (unassessed_language(" ".join(texts)[:SAMPLE_CHARACTERS]) or "").encode()
