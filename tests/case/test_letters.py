"""A letter goes out only with the approval of somebody who wrote none of it, and of exactly what they read."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.case import audit, letters
from counterlure.case.database import connect
from counterlure.case.store import Case
from counterlure.errors import CaseError
from tests.factories import new_case, talk

BODY = "# Dear colleague\n\nAn account wrote to you."
HUGE = 1 << 80


@pytest.fixture
def case(tmp_path, clock):
    with new_case(tmp_path, clock) as made:
        talk(made, "evil", "ann", ("in", "hello"))
        talk(made, "evil", "bea", ("in", "hello"))
        yield made


def load(case: Case, letter: int) -> letters.Letter:
    found = letters.get(case.db, letter)
    assert found is not None
    return found


def approved(case: Case, body: str = BODY) -> int:
    letter = letters.draft(case, "ana", 1, "en", body)
    letters.approve(case, "lea", letter, load(case, letter).digest)
    return letter


def rows(case: Case) -> list[int]:
    tables = ("letter", "letter_version", "letter_deed", "audit")
    return [case.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]


def test_a_draft_is_kept_with_author_and_digest(case):
    letter = letters.draft(case, "ana", 1, "fr", f"\n{BODY}\r\nEnd\u202e ")
    body = f"{BODY}\nEnd"
    digest = hashlib.sha256(body.encode()).hexdigest()
    assert load(case, letter) == letters.Letter(
        id=1, target="T-0001", lang="fr", body=body, version=1, digest=digest, authors=("ana",), state="draft",
        approved_by=None, approved_at=None, created_at=case.clock(), changed_at=case.clock(), deeds=(),
    )  # fmt: skip
    entry = case.db.execute("SELECT actor, action, object, result FROM audit ORDER BY id DESC").fetchone()
    assert entry == ("ana", "letter", "letter:1 T-0001", f"drafted: version 1 sha256:{digest}")


@pytest.mark.parametrize(
    ("target", "lang", "body", "said"),
    [
        (9, "en", BODY, "no target 9"),
        (HUGE, "en", BODY, "no target"),
        (1, "de", BODY, "give one of en, fr"),
        (1, "en", " \n\u200b", "the letter is empty"),
        (1, "en", "x" * 40_001, "at most 40,000"),
    ],
)
def test_a_draft_that_cannot_be_is_refused(case, target, lang, body, said):
    before = rows(case)
    with pytest.raises(CaseError, match=said):
        letters.draft(case, "ana", target, lang, body)
    assert rows(case) == before


def test_the_whole_way_from_draft_to_register(case, clock):
    letter = letters.draft(case, "ana", 1, "en", BODY)
    clock.now += 10
    assert letters.edit(case, "ben", letter, f"{BODY} Twice.", 1) == 2
    clock.now += 10
    letters.approve(case, "lea", letter, load(case, letter).digest)
    assert letters.export(case, "ana", letter, "pdf") == f"{BODY} Twice."
    letters.hand_over(case, "ben", letter, "in person,\n at the desk")
    found = load(case, letter)
    assert (found.state, found.version, found.authors) == ("handed_over", 2, ("ana", "ben"))
    assert (found.approved_by, found.approved_at) == ("lea", clock.now)
    assert (found.created_at, found.changed_at) == (clock.now - 20, clock.now - 10)
    assert found.deeds == (
        ("approved", "lea", clock.now, ""),
        ("exported", "ana", clock.now, "pdf"),
        ("handed_over", "ben", clock.now, "in person, at the desk"),
    )
    assert letters.export(case, "ana", letter, "txt") == found.body
    assert audit.verify(case.db) is None


def test_of_two_editors_the_second_is_told_and_loses_nothing(case):
    letter = letters.draft(case, "ana", 1, "en", BODY)
    with Case.open(case.path, clock=case.clock) as other:
        assert letters.edit(other, "ben", letter, "by ben", 1) == 2
        with pytest.raises(CaseError, match="ben has changed the letter since") as error:
            letters.edit(case, "ana", letter, "by ana", 1)
    assert "keep it aside" in str(error.value)
    assert load(case, letter).body == "by ben"
    assert letters.edit(case, "ana", letter, "by ben and ana", 2) == 3
    bodies = case.db.execute("SELECT body FROM letter_version ORDER BY number").fetchall()
    assert bodies == [(BODY,), ("by ben",), ("by ben and ana",)]


@pytest.mark.parametrize("base", [0, -1, 2, HUGE])
def test_an_edit_of_a_version_that_is_not_the_newest_is_refused(case, base):
    letter = letters.draft(case, "ana", 1, "en", BODY)
    with pytest.raises(CaseError, match="version 1, you edited"):
        letters.edit(case, "ana", letter, "new", base)
    assert load(case, letter).version == 1


def test_saving_what_is_there_already_adds_no_version(case):
    letter = approved(case)
    before = rows(case)
    assert letters.edit(case, "lea", letter, f" {BODY}\r\n", 1) == 1
    assert rows(case) == before
    assert load(case, letter).state == "approved"


def test_what_was_changed_after_reading_is_not_approved(case):
    letter = letters.draft(case, "ana", 1, "en", BODY)
    read = load(case, letter).digest
    letters.edit(case, "ana", letter, "something else", 1)
    for digest in (read, "", "\ud800", load(case, letter).digest.upper()):
        with pytest.raises(CaseError, match="changed after you read it"):
            letters.approve(case, "lea", letter, digest)
    assert load(case, letter).state == "draft"


def test_nobody_approves_a_letter_of_which_they_wrote_any_version(case):
    letter = letters.draft(case, "ana", 1, "en", BODY)
    letters.edit(case, "ben", letter, "by ben", 1)
    letters.edit(case, "cem", letter, "by cem", 2)
    for author in ("ana", "ben", "cem"):
        with pytest.raises(CaseError, match="you wrote on this letter yourself"):
            letters.approve(case, author, letter, load(case, letter).digest)
    letters.approve(case, "lea", letter, load(case, letter).digest)
    assert load(case, letter).state == letters.state(case.db, letter) == "approved"


def test_an_edit_ends_the_approval_and_the_old_text_written_by_a_third_brings_it_back(case):
    letter = approved(case)
    assert letters.edit(case, "ben", letter, "other words", 1) == 2
    assert (load(case, letter).state, load(case, letter).approved_by) == ("draft", None)
    for leave in (
        lambda: letters.export(case, "ana", letter, "txt"),
        lambda: letters.hand_over(case, "ana", letter, "x"),
    ):
        with pytest.raises(CaseError, match="changed since it was approved"):
            leave()
    letters.edit(case, "ben", letter, BODY, 2)
    assert (load(case, letter).state, load(case, letter).approved_by) == ("approved", "lea")


def test_an_approval_does_not_hold_once_its_signer_wrote_on_the_letter(case):
    letter = approved(case)
    letters.edit(case, "lea", letter, "other words", 1)
    letters.edit(case, "lea", letter, BODY, 2)
    assert load(case, letter).state == "draft"
    letters.approve(case, "max", letter, load(case, letter).digest)
    assert load(case, letter).approved_by == "max"


def test_a_letter_is_approved_and_handed_over_once(case):
    letter = approved(case)
    with pytest.raises(CaseError, match="lea has approved the letter already"):
        letters.approve(case, "max", letter, load(case, letter).digest)
    letters.hand_over(case, "ana", letter, "by post")
    for again in (
        lambda: letters.hand_over(case, "ana", letter, "by post"),
        lambda: letters.approve(case, "max", letter, load(case, letter).digest),
        lambda: letters.edit(case, "ana", letter, "new", 1),
    ):
        with pytest.raises(CaseError, match="handed over and stays as it is"):
            again()


@pytest.mark.parametrize("way", ["draft", "approved", "handed_over"])
def test_a_withdrawn_letter_is_over(case, way):
    letter = letters.draft(case, "ana", 1, "en", BODY) if way == "draft" else approved(case)
    if way == "handed_over":
        letters.hand_over(case, "ana", letter, "by post")
    letters.withdraw(case, "ana", letter)
    assert load(case, letter).state == "withdrawn"
    before = rows(case)
    for deed in (
        lambda: letters.edit(case, "ana", letter, "new", 1),
        lambda: letters.approve(case, "lea", letter, load(case, letter).digest),
        lambda: letters.export(case, "ana", letter, "txt"),
        lambda: letters.hand_over(case, "ana", letter, "by post"),
        lambda: letters.withdraw(case, "ana", letter),
    ):
        with pytest.raises(CaseError, match="withdrawn"):
            deed()
    assert rows(case) == before


@pytest.mark.parametrize("form", ["", "exe", "HTML", "../txt", "pdf\x00"])
def test_a_letter_leaves_in_known_forms_only(case, form):
    letter = approved(case)
    with pytest.raises(CaseError, match="give one of html, pdf, eml, txt"):
        letters.export(case, "ana", letter, form)
    assert [done.kind for done in load(case, letter).deeds] == ["approved"]


@pytest.mark.parametrize("how", ["", " \x00 ", "x" * 201])
def test_how_a_letter_was_handed_over_is_said_in_a_line(case, how):
    letter = approved(case)
    with pytest.raises(CaseError, match="how it was handed over"):
        letters.hand_over(case, "ana", letter, how)
    assert load(case, letter).state == "approved"


@pytest.mark.parametrize("letter", [0, 7, -3, HUGE])
def test_a_letter_that_is_not_there_is_named(case, letter):
    assert letters.get(case.db, letter) is None
    for deed in (
        lambda: letters.edit(case, "ana", letter, "x", 1),
        lambda: letters.approve(case, "ana", letter, ""),
        lambda: letters.export(case, "ana", letter, "txt"),
        lambda: letters.hand_over(case, "ana", letter, "x"),
        lambda: letters.withdraw(case, "ana", letter),
        lambda: letters.state(case.db, letter),
    ):
        with pytest.raises(CaseError, match="no letter"):
            deed()


def test_letters_are_listed_newest_first_over_a_connection_that_cannot_write(case):
    approved(case)
    letters.draft(case, "ana", 2, "fr", "second")
    reading = connect(case.file, read_only=True)
    assert [(one.id, one.target, one.state) for one in letters.of_case(reading)] == [
        (2, "T-0002", "draft"),
        (1, "T-0001", "approved"),
    ]
    reading.close()


_WHO = st.sampled_from(["ana", "ben", "lea"])
_DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), _WHO, st.sampled_from(["x", "y", "z"]), st.integers(0, 1)),
        st.tuples(st.just("approve"), _WHO, st.sampled_from(["x", "y", "z"])),
        st.tuples(st.just("hand_over"), _WHO, st.just("by post")),
    ),
    max_size=12,
)


@settings(max_examples=50, deadline=None)
@given(deeds=_DEEDS)
def test_whatever_people_do_what_is_approved_was_read_by_somebody_who_wrote_none_of_it(deeds):
    with tempfile.TemporaryDirectory() as folder, new_case(Path(folder)) as made:
        talk(made, "evil", "ann", ("in", "hello"))
        letter = letters.draft(made, "ana", 1, "en", "x")
        signed: set[tuple[str, str]] = set()
        for kind, who, what, *back in deeds:
            before = load(made, letter)
            try:
                if kind == "edit":
                    letters.edit(made, who, letter, what, before.version - back[0])
                elif kind == "approve":
                    letters.approve(made, who, letter, hashlib.sha256(what.encode()).hexdigest())
                    signed.add((who, what))
                else:
                    letters.hand_over(made, who, letter, what)
                    assert before.state == "approved"
            except CaseError:
                assert load(made, letter) == before
            after = load(made, letter)
            if after.state in ("approved", "handed_over"):
                assert (after.approved_by, after.body) in signed
                assert after.approved_by not in after.authors
            if before.state == "handed_over":
                assert (after.body, after.state) == (before.body, "handed_over")
        assert audit.verify(made.db) is None
