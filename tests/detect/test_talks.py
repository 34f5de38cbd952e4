"""Counting over whole columns gives what reading one thread after the other gives."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.case.rows import FLAG_ARCHIVED, FLAG_ATTACHMENT, FLAG_SPAM
from counterlure.detect.base import TALK
from counterlure.detect.conversation.languages import surely_assessed, unassessed_language
from counterlure.detect.conversation.talks import SAMPLE_CHARACTERS, Messages, count_talks

TARGETS = {1, 2}
GERMAN = (
    "Guten Tag, ich habe Ihren Vortrag über die Kühlung von Rechenzentren gehört und würde mich gern einmal mit Ihnen"
    " darüber unterhalten, wenn Sie in der nächsten Woche Zeit finden. Mit freundlichen Grüßen aus Hannover"
)
TEXTS = st.sampled_from(["", "Hello there", "Thank you for the note,\nsee you soon", "Bonjour à vous", GERMAN])
FLAGS = st.sampled_from([0, FLAG_SPAM, FLAG_ARCHIVED, FLAG_ATTACHMENT, FLAG_SPAM | FLAG_ATTACHMENT])
MESSAGES = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 5), st.none() | st.integers(1, 9), FLAGS, TEXTS), max_size=25
)
HELD = st.sets(st.tuples(st.integers(1, 4), st.integers(1, 2)))
READ = st.sets(st.tuples(st.integers(1, 4), st.integers(3, 5)))


def columns(rows):
    rows = sorted(rows, key=lambda row: (row[0], row[2] is not None, row[2] or 0))
    return Messages.of([(thread, sender, at is None, flags, text) for thread, sender, at, flags, text in rows]), rows


def counted(rows, held, read):
    messages, _ = columns(rows)
    outside = ~np.isin(messages.sender, list(TARGETS))
    return count_talks(messages, outside, np.array(sorted(held), dtype=np.int64).reshape(-1, 2), read)


def plainly(rows, held, read):
    """The same, thread by thread and message by message."""
    for thread, group in itertools.groupby(columns(rows)[1], key=lambda row: row[0]):
        turns = sorted(group, key=lambda row: row[2] is None)
        outsiders = sorted({row[1] for row in turns} - TARGETS)
        for account in outsiders:
            own = [row for row in turns if row[1] == account]
            sample = " ".join(row[4] for row in own)[:SAMPLE_CHARACTERS]
            told = None if (thread, account) in read else unassessed_language(sample)
            rest = (
                len(own),
                sum(row[4].count(" ") + 1 for row in own if row[4]),
                len(turns) - len(own) if len(outsiders) == 1 else 0,
                sum(row[2] is None for row in own),
                sum(bool(row[3] & FLAG_ATTACHMENT) for row in own),
                any(row[3] & (FLAG_SPAM | FLAG_ARCHIVED) for row in turns),
                (told or "").encode(),
            )
            yield from ((account, target, *rest) for there, target in sorted(held) if there == thread)


@settings(deadline=None)  # the first text of an unknown language loads what tells languages
@given(MESSAGES, HELD, READ)
def test_columns_count_as_a_reader_of_threads_does(rows, held, read):
    assert counted(rows, held, read).tolist() == list(plainly(rows, held, read))


def test_nobody_wrote_nothing_is_counted():
    assert counted([], set(), set()).tolist() == []
    assert counted([(1, 1, 5, 0, "only a target wrote")], {(1, 1)}, set()).dtype == TALK


def test_a_language_without_rules_is_told_unless_the_rules_read_the_thread():
    rows, held = [(1, 3, 5, 0, GERMAN)], {(1, 1)}
    assert counted(rows, held, set())["language"].tolist() == [b"de"]
    assert counted(rows, held, {(1, 3)})["language"].tolist() == [b""]


@given(st.lists(st.sampled_from(["the", "You", "vous", "und", "Kühlung", "wenn", "nächsten,", "\n", "Σ"]), max_size=60))
def test_a_beginning_settles_only_what_the_whole_text_would(words):
    text = " ".join(words)
    assert not (surely_assessed(text) and unassessed_language(text))
