"""What people read along: every message of an account's threads, and what stands in the margin beside it."""

from __future__ import annotations

import pytest

from counterlure.case.rows import FLAG_DRAFT, AccountRow, Batch, ConversationRow, Owner
from counterlure.case.write import DeliveryWriter
from counterlure.detect import allowed_columns
from counterlure.detect.conversation.margin import ANSWERS, NOTED, margin
from counterlure.detect.conversation.rules import known_tags
from tests.factories import DAY, NOW, Delivery, new_case, talk

HELLO = "Hello, I came across your profile and read your paper on pumps."
ASKS = "Could you send me the unpublished draft?"
REFUSES = "No, I cannot share internal documents."
PLAIN = "The weather is fine here."
ANN, STRANGER, OTHER = range(3)


@pytest.fixture
def case(tmp_path):
    with new_case(tmp_path) as made:
        yield made


def thread(case, *rows, owner="ann", key="t"):
    """One thread of a target, the stranger and another outsider; rows are (sender, days or None, flags, text)."""
    accounts = [AccountRow([f"in:{owner}"], owner.title()), AccountRow(["in:stranger"]), AccountRow(["in:other"])]
    messages = [
        (0, None if days is None else NOW + days * DAY, sender, line, flags, text, None)
        for line, (sender, days, flags, text) in enumerate(rows, start=2)
    ]
    batch = Batch(
        f"{owner}.zip/messages.csv", "messages", "0", accounts=accounts,
        conversations=[ConversationRow(key, None, [0, 1, 2])], messages=messages,
    )  # fmt: skip
    DeliveryWriter(case).write(Delivery(f"{owner}.zip", f"{owner} {key}", Owner([f"in:{owner}"], None, None), [batch]))


def read(case, name="stranger"):
    account = case.db.execute("SELECT account FROM account_key WHERE key = ?", (f"in:{name}",)).fetchone()[0]
    with case.reader(allowed_columns()) as reader:
        return list(margin(reader, account))


def tags(line):
    return {tag for tag, _, _ in line.shows}


def test_every_message_stands_with_its_place_its_author_and_its_whole_text(case):
    talk(case, "stranger", "ann", ("in", HELLO), ("out", PLAIN), ("in", ASKS))
    lines = read(case)
    assert [(n.at, n.source, n.mine, n.target, n.text) for n in lines] == [
        (NOW, "ann.zip/messages.csv:2", True, None, HELLO),
        (NOW + DAY, "ann.zip/messages.csv:3", False, "T-0001", PLAIN),
        (NOW + 2 * DAY, "ann.zip/messages.csv:4", True, None, ASKS),
    ]
    assert len({n.thread for n in lines}) == 1


def test_stages_and_tactics_are_noted_where_they_stand(case):
    talk(case, "stranger", "ann", ("in", HELLO), ("in", PLAIN), ("in", ASKS))
    first, plain, asked = read(case)
    assert "approach" in tags(first)
    assert plain.shows == ()
    assert "sensitive_request" in tags(asked)
    assert "unpublished" in " ".join(asked.text[start:end] for tag, start, end in asked.shows)
    assert len(set(asked.shows)) == len(asked.shows)


def test_of_what_a_target_answers_only_the_answer_is_noted(case):
    talk(case, "stranger", "ann", ("in", ASKS), ("out", REFUSES), ("out", ASKS))
    _, refused, quoted = read(case)
    assert tags(refused) == {"refuses"}
    assert tags(quoted) <= ANSWERS, "a target who asks the same shows no stage of an approach"


def test_signs_do_not_stand_in_the_margin(case):
    talk(case, "stranger", "ann", ("in", "We use public sources only, and you will have a written contract first."))
    (line,) = read(case)
    assert all(known_tags()[tag] in NOTED for tag in tags(line))
    assert "contract_first" not in tags(line)


def test_another_outsider_in_the_thread_is_shown_and_nothing_is_noted(case):
    thread(case, (STRANGER, 0, 0, HELLO), (OTHER, 1, 0, ASKS), (ANN, 2, 0, REFUSES))
    mine, theirs, answer = read(case)
    assert (theirs.mine, theirs.target, theirs.shows) == (False, None, ())
    assert (mine.mine, answer.target) == (True, "T-0001")
    theirs = read(case, "other")[1]
    assert theirs.mine and "sensitive_request" in tags(theirs)


def test_drafts_are_left_out(case):
    thread(case, (STRANGER, 0, 0, HELLO), (ANN, 1, FLAG_DRAFT, "never sent"), (ANN, 2, 0, PLAIN))
    assert [n.text for n in read(case)] == [HELLO, PLAIN]


def test_messages_stand_in_order_of_time_and_undated_ones_last(case):
    thread(case, (STRANGER, None, 0, "undated"), (ANN, 5, 0, "late"), (STRANGER, 1, 0, "early"))
    assert [(n.text, n.at) for n in read(case)] == [
        ("early", NOW + DAY), ("late", NOW + 5 * DAY), ("undated", None),
    ]  # fmt: skip


def test_marks_stay_with_their_message_when_the_order_changes(case):
    thread(case, (STRANGER, None, 0, PLAIN), (STRANGER, 3, 0, ASKS), (STRANGER, 1, 0, PLAIN))
    assert ["sensitive_request" in tags(n) for n in read(case)] == [False, True, False]


def test_threads_with_each_target_follow_one_another_and_those_of_others_are_left_out(case):
    talk(case, "stranger", "ann", ("in", HELLO), ("out", "from ann"))
    talk(case, "stranger", "bea", ("in", HELLO), ("out", "from bea"))
    talk(case, "somebody", "ann", ("in", "another thread"))
    lines = read(case)
    assert [n.target for n in lines] == [None, "T-0001", None, "T-0002"]
    assert [n.source for n in lines if n.mine] == ["ann.zip/messages.csv:2", "bea.zip/messages.csv:2"]
    assert lines[0].thread == lines[1].thread != lines[2].thread == lines[3].thread
    assert "another thread" not in {n.text for n in lines}


def test_an_account_that_wrote_nothing_has_no_conversation(case):
    talk(case, "stranger", "ann", ("out", "hello?"))
    assert read(case) == []
