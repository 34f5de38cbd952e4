"""Verdicts, notes and tags: what counts, what is kept, who may undo, and what is refused."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.case import audit, doctor, review, view
from counterlure.case.database import connect
from counterlure.case.store import Case
from counterlure.errors import CaseError
from tests.factories import Clock, new_case, talk

HUGE = 1 << 80
ANN, EVIL, BEA, MALLORY = 1, 2, 3, 4


@pytest.fixture
def case(tmp_path, clock):
    with new_case(tmp_path, clock) as made:
        talk(made, "evil", "ann", ("in", "hello"))
        talk(made, "mallory", "bea", ("in", "hello"))
        yield made


def verdict_of(case: Case, account: int) -> str | None:
    found = review.verdicts(case.db).get(account)
    return found.verdict if found else None


def counts(case: Case) -> list[int]:
    tables = ("act", "verdict", "note", "tag", "audit")
    return [case.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]


def entry(case: Case) -> tuple[str, ...]:
    return case.db.execute("SELECT actor, action, object, result FROM audit ORDER BY id DESC").fetchone()


def test_the_newest_verdict_counts_and_says_whose_it_is(case, clock):
    review.decide(case, "ana", [EVIL], "unclear")
    clock.now += 60
    act = review.decide(case, "ben", [EVIL], "confirmed")
    assert review.verdicts(case.db) == {EVIL: review.Verdict(act, EVIL, "confirmed", "ben", clock.now)}


def test_accounts_decided_together_are_undone_together(case):
    review.decide(case, "ana", [EVIL], "unclear")
    act = review.decide(case, "ana", [EVIL, MALLORY, EVIL], "benign")
    assert entry(case) == ("ana", "verdict", "account:2, account:4", "benign")
    review.undo(case, "ana", act)
    assert (verdict_of(case, EVIL), verdict_of(case, MALLORY)) == ("unclear", None)
    assert entry(case) == ("ana", "undo", f"act:{act}", "verdict of ana")
    assert audit.verify(case.db) is None


@pytest.mark.parametrize(
    ("accounts", "verdict", "said"),
    [
        ([EVIL, 99, 98], "benign", "no account 99, 98 in the case"),
        ([EVIL, HUGE], "benign", "no account 1208925819614629174"),
        ([-1, 0], "benign", "no account -1, 0"),
        ([], "benign", "no account was chosen"),
        ([EVIL], "hostile", "give one of confirmed, likely, unclear, benign, insufficient"),
        ([EVIL], "benign\x1b[2J" + "x" * 10_000, "give one of"),
    ],
)
def test_a_decision_that_cannot_be_taken_changes_nothing(case, accounts, verdict, said):
    before = counts(case)
    with pytest.raises(CaseError) as error:
        review.decide(case, "ana", accounts, verdict)
    assert said in str(error.value)
    assert len(str(error.value)) < 300
    assert "\x1b" not in str(error.value)
    assert counts(case) == before


def test_a_message_about_very_many_unknown_accounts_stays_short(case):
    with pytest.raises(CaseError, match="no account 100, 101, 102, 103, 104 and more"):
        review.decide(case, "ana", range(100, 1000), "benign")


def test_only_the_author_undoes_an_act_unless_any_may(case):
    act = review.decide(case, "ana", [EVIL], "benign")
    with pytest.raises(CaseError, match="ana's; only ana or a lead"):
        review.undo(case, "ben", act)
    assert verdict_of(case, EVIL) == "benign"
    review.undo(case, "lea", act, any_author=True)
    assert verdict_of(case, EVIL) is None
    assert review.history(case.db, EVIL)[0].undone_by == "lea"


@pytest.mark.parametrize("any_author", [False, True])
def test_an_act_is_undone_once(case, any_author):
    act = review.annotate(case, "ana", EVIL, "seen before")
    review.undo(case, "ana", act)
    before = counts(case)
    with pytest.raises(CaseError, match="undone by ana already"):
        review.undo(case, "ana", act, any_author)
    assert counts(case) == before


@pytest.mark.parametrize("act", [0, -1, 7, HUGE])
def test_an_act_that_is_not_there_cannot_be_undone(case, act):
    with pytest.raises(CaseError, match="no act"):
        review.undo(case, "ana", act, any_author=True)


def test_the_last_act_is_the_authors_newest_that_counts(case):
    assert review.last_act(case.db, "ana") is None
    first = review.decide(case, "ana", [EVIL], "benign")
    second = review.label(case, "ana", EVIL, "seen")
    review.annotate(case, "ben", EVIL, "mine")
    assert review.last_act(case.db, "ana") == second
    review.undo(case, "ana", second)
    assert review.last_act(case.db, "ana") == first
    review.undo(case, "ana", first)
    assert review.last_act(case.db, "ana") is None


def test_a_note_is_plain_text_and_the_audit_does_not_repeat_it(case):
    act = review.annotate(case, "ana", EVIL, "  Called\r\nagain\x00\u202e; <b>fee</b>\ttwice \ud800 ")
    text = "Called\nagain; <b>fee</b> twice"
    assert review.notes(case.db, EVIL) == [review.Note(act, EVIL, text, "ana", case.clock())]
    assert entry(case) == ("ana", "note", "account:2", f"{len(text)} characters")
    assert "Called" not in str(case.db.execute("SELECT * FROM audit").fetchall())


@pytest.mark.parametrize("text", ["", " \n\t ", "\x00\u200b\u202e\ud800", "x" * 4_001, "x" * 1_000_000])
def test_a_note_without_words_or_with_too_many_is_refused(case, text):
    before = counts(case)
    with pytest.raises(CaseError, match=r"the note (is empty|has [0-9,]+ characters)"):
        review.annotate(case, "ana", EVIL, text)
    assert counts(case) == before
    review.annotate(case, "ana", EVIL, "x" * 4_000)


def test_notes_are_told_newest_first_without_those_undone(case):
    acts = [review.annotate(case, "ana", EVIL, text) for text in ("one", "two", "three")]
    review.annotate(case, "ana", MALLORY, "of another")
    review.undo(case, "ana", acts[1])
    assert [note.text for note in review.notes(case.db, EVIL)] == ["three", "one"]


def test_a_word_put_on_and_taken_off_in_any_spelling_is_one_tag(case):
    review.label(case, "ana", EVIL, "  Straße \n 7 ")
    review.label(case, "ben", EVIL, "zebra")
    assert review.tags(case.db) == {EVIL: ("strasse 7", "zebra")}
    off = review.label(case, "ben", EVIL, "STRASSE 7", present=False)
    assert entry(case) == ("ben", "tag", "account:2", "taken off: strasse 7")
    assert review.tags(case.db) == {EVIL: ("zebra",)}
    review.undo(case, "ben", off)
    assert review.tags(case.db) == {EVIL: ("strasse 7", "zebra")}


@pytest.mark.parametrize("tag", ["", "\u200b", "x" * 41, "ß" * 21])
def test_a_tag_without_letters_or_with_too_many_is_refused(case, tag):
    with pytest.raises(CaseError, match="the tag"):
        review.label(case, "ana", EVIL, tag)
    assert review.tags(case.db) == {}


@settings(max_examples=40, deadline=None)
@given(word=st.text(max_size=20))
def test_the_same_word_in_capitals_is_the_same_tag(word):
    with tempfile.TemporaryDirectory() as folder, new_case(Path(folder)) as made:
        talk(made, "evil", "ann", ("in", "hello"))
        try:
            review.label(made, "ana", EVIL, word)
        except CaseError:
            return
        ((kept,),) = review.tags(made.db).values()
        assert 1 <= len(kept) <= 40
        assert kept == kept.strip() and "\n" not in kept
        review.label(made, "ana", EVIL, kept, present=False)
        assert review.tags(made.db) == {}


def test_the_history_tells_everything_newest_first_with_what_was_undone(case, clock):
    together = review.decide(case, "ana", [EVIL, MALLORY], "likely")
    note = review.annotate(case, "ben", EVIL, "met in May")
    clock.now += 5
    off = review.label(case, "ana", EVIL, "lead", present=False)
    review.undo(case, "ana", together)
    at = clock.now
    assert review.history(case.db, EVIL) == [
        review.Deed(off, "tag", "ana", at, "lead", False, None, None),
        review.Deed(note, "note", "ben", at - 5, "met in May", True, None, None),
        review.Deed(together, "verdict", "ana", at - 5, "likely", True, at, "ana"),
    ]
    assert [deed.act for deed in review.history(case.db, MALLORY)] == [together]
    assert review.history(case.db, HUGE) == review.notes(case.db, HUGE) == review.history(case.db, BEA) == []


def test_what_was_decided_is_read_over_a_connection_that_cannot_write(case):
    review.decide(case, "ana", [EVIL], "likely")
    reading = connect(case.file, read_only=True)
    assert review.verdicts(reading)[EVIL].verdict == "likely"
    assert review.last_act(reading, "ana") == 1
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reading.execute("DELETE FROM act")
    reading.close()


_DEEDS = st.one_of(
    st.tuples(
        st.just("decide"), st.lists(st.sampled_from([ANN, EVIL, BEA]), min_size=1), st.sampled_from(review.VERDICTS)
    ),
    st.tuples(st.just("label"), st.sampled_from([ANN, EVIL]), st.sampled_from("ab"), st.booleans()),
    st.tuples(st.just("undo"), st.integers(1, 12)),
)


@settings(max_examples=25, deadline=None)
@given(deeds=st.lists(_DEEDS, max_size=12))
def test_what_counts_is_what_replaying_the_acts_not_undone_gives(deeds):
    acts: dict[int, tuple] = {}
    with tempfile.TemporaryDirectory() as folder, new_case(Path(folder), Clock()) as made:
        talk(made, "evil", "ann", ("in", "hello"))
        talk(made, "mallory", "bea", ("in", "hello"))
        for kind, *what in deeds:
            if kind == "undo":
                if what[0] in acts:
                    review.undo(made, "ana", what[0])
                    del acts[what[0]]
                continue
            acts[getattr(review, kind)(made, "ana", *what)] = (kind, *what)
        verdicts: dict[int, str] = {}
        tags: dict[tuple[int, str], bool] = {}
        for _, (kind, *what) in sorted(acts.items()):
            if kind == "decide":
                verdicts |= dict.fromkeys(what[0], what[1])
            else:
                tags[what[0], what[1]] = what[2]
        assert {i: v.verdict for i, v in review.verdicts(made.db).items()} == verdicts
        assert {(i, word) for i, words in review.tags(made.db).items() for word in words} == {
            key for key, on in tags.items() if on
        }
        assert review.last_act(made.db, "ana") == max(acts, default=None)
        assert audit.verify(made.db) is None


def test_fifty_thousand_verdicts_are_read_in_one_quick_query(case):
    number = 25_000
    case.db.execute("BEGIN")
    case.db.executemany("INSERT INTO account(local, removed) VALUES (0, 0)", [()] * number)
    case.db.executemany(
        "INSERT INTO act(kind, author, at) VALUES ('verdict', 'ana', ?)", [(i,) for i in range(2 * number)]
    )
    case.db.executemany(
        "INSERT INTO verdict VALUES (?, ?, ?)", [(i + 1, 5 + i % number, "benign") for i in range(2 * number)]
    )
    case.db.execute("COMMIT")
    asked: list[str] = []
    case.db.set_trace_callback(asked.append)
    start = time.perf_counter()
    found = review.verdicts(case.db)
    taken = time.perf_counter() - start
    assert len(asked) == 1
    assert len(found) == number
    assert all(v.act > number for v in found.values())
    assert taken < 2  # a tenth of a second; with a search per account it is minutes


def test_facts_about_a_target_are_shown_and_can_be_emptied(case):
    review.describe(case, "ana", 1, " Works\x00 Ltd ", "Test\nteam", None)
    person = view.targets(case)["T-0001"]
    assert (person.organisation, person.department, person.role) == ("Works Ltd", "Test team", None)
    assert entry(case) == ("ana", "describe", "T-0001", "holds organisation, department")
    review.describe(case, "ana", 1, None, " \u200b", "engineer")
    person = view.targets(case)["T-0001"]
    assert (person.organisation, person.department, person.role) == (None, None, "engineer")
    assert "Works" not in str(case.db.execute("SELECT * FROM audit").fetchall())
    assert view.targets(case)["T-0002"].organisation == "Works"


def test_facts_about_nobody_or_without_end_are_refused(case):
    with pytest.raises(CaseError, match="no target 7"):
        review.describe(case, "ana", 7, "Works", None, None)
    with pytest.raises(CaseError, match="the department has 201 characters"):
        review.describe(case, "ana", 1, None, "x" * 201, None)
    assert view.targets(case)["T-0001"].organisation == "Works"


def test_two_analysts_at_once_each_have_their_act_and_the_chain_holds(case):
    with Case.open(case.path, clock=case.clock) as other:
        acts = [
            review.decide(case, "ana", [EVIL], "likely"),
            review.decide(other, "ben", [EVIL], "benign"),
            review.annotate(case, "ana", EVIL, "I disagree"),
        ]
        assert acts == [1, 2, 3]
        assert review.verdicts(other.db) == review.verdicts(case.db)
        with pytest.raises(CaseError, match="ben's"):
            review.undo(case, "ana", 2)
    assert audit.verify(case.db) is None
    assert all(check.ok for check in doctor.examine(case) if check.name in ("references", "audit chain"))
