from __future__ import annotations

import contextlib
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.case.rows import PositionRow
from counterlure.errors import FormatError, InputError, LimitError
from counterlure.ingest import page_open
from counterlure.ingest.context import Context
from counterlure.ingest.frames import decode, receive, send
from counterlure.ingest.limits import DEFAULT
from counterlure.ingest.saved_page import accepts, read
from tests.ingest.pages import COMPANY, COPIED, MEMBER_PAGE, SAVED_AT, VISITOR_PAGE, mhtml, one, page_member

WORK = PositionRow(
    "work", "Invented Partners", "Research consultant", "2020-01", None, 14, "Paid papers on energy.", "company:101"
)


@pytest.mark.parametrize("kept_as", ["ada.html", "ada.mhtml"])
def test_a_page_is_read_with_its_address_and_the_time_it_was_kept(kept_as: str) -> None:
    batch = one(MEMBER_PAGE if kept_as == "ada.html" else mhtml(MEMBER_PAGE), kept_as)
    assert batch.kind == "capture"
    assert batch.warnings == []
    assert batch.accounts[0].keys == ["in:ada-synthetic-0"]
    assert (batch.accounts[0].name, batch.accounts[0].employer) == ("Ada Synthetic", "Invented Partners")
    profile = batch.profiles[0]
    assert (profile.captured_at, profile.picture) == (SAVED_AT, "ada")
    assert (profile.headline, profile.summary) == ("Research consultant at Invented Partners", "I read many papers.")
    assert (profile.connections, profile.followers, profile.recommendations) == (500, 1204, 3)


def test_roles_are_told_apart_by_the_list_items_they_stand_in() -> None:
    positions = one(MEMBER_PAGE).profiles[0].positions
    assert positions[0] == WORK
    assert [(p.organisation, p.title, p.started, p.ended, p.description, p.identifier) for p in positions[1:]] == [
        ("Old Invented", "Senior analyst", "2014-09", "2019-12", "Wrote notes.", "company:old-invented"),
        ("Old Invented", "Analyst", "2010-04", "2014-08", None, "company:old-invented"),
        ("Invented University", "MSc, Physics", "2005", "2008", None, "company:invented-university"),
        ("Invented School", None, None, None, None, None),
    ]


def test_lines_are_those_of_the_file() -> None:
    lines = MEMBER_PAGE.split("\n")
    for row in one(MEMBER_PAGE).profiles[0].positions:
        assert str(row.title if row.kind == "work" else row.organisation) in lines[row.line - 1]


def test_what_a_visitor_sees_is_completed_by_what_the_page_describes() -> None:
    batch = one(VISITOR_PAGE, "ada.htm")
    profile = batch.profiles[0]
    assert batch.accounts[0].keys == ["in:ada-synthetic-0"]
    assert profile.captured_at == 1767323045
    assert (profile.headline, profile.connections) == ("Research consultant at Invented Partners", 500)
    assert profile.followers == 1204  # "1K" is what the eye is shown
    [role] = profile.positions
    assert (role.organisation, role.title, role.started, role.ended) == (
        "Invented Partners",
        "Research consultant",
        "2020-01",
        None,
    )
    assert (role.description, role.identifier) == ("Paid papers", "company:invented-partners")


@pytest.mark.parametrize("language", COPIED)
def test_text_copied_from_the_screen_says_the_same_in_every_language(language: str) -> None:
    batch = one(COPIED[language], "2026-03-01-ada.txt")
    assert batch.warnings == []
    assert batch.accounts[0].keys == ["in:ada-synthetic-0"]
    profile = batch.profiles[0]
    assert (profile.headline, profile.summary) == ("Consultant", "I read.")
    assert (profile.connections, profile.followers, profile.captured_at) == (500, 1204, 1772323200)
    seen = [(p.kind, p.organisation, p.title, p.started, p.ended, p.description) for p in profile.positions]
    assert seen == [
        ("work", "Invented Partners", "Consultant", "2020-01", None, "Paid papers."),
        ("education", "Invented University", "Physics", "2005", "2008", None),
    ]


def roles(*lines: str) -> list[tuple[str | None, str | None, str | None]]:
    text = "\n".join(["Name: Ada Synthetic", "500+ connections", "Experience", *lines])
    return [(p.organisation, p.title, p.description) for p in one(text, "a.txt").profiles[0].positions]


GROUP = (
    "Old Invented", "Full-time · 9 yrs 9 mos", "Paris, France",
    "Senior analyst", "Sep 2014 - Dec 2019 · 5 yrs 4 mos", "Wrote notes.",
    "Analyst", "Full-time", "Apr 2010 - Aug 2014 · 4 yrs 5 mos", "Helped.",
)  # fmt: skip


def test_several_roles_below_one_organisation_end_with_its_total_time() -> None:
    assert roles(*GROUP, "Trainee", "Small Invented", "Jan 2009 - Mar 2010 · 1 yr 3 mos") == [
        ("Old Invented", "Senior analyst", "Wrote notes."),
        ("Old Invented", "Analyst", "Helped."),
        ("Small Invented", "Trainee", None),
    ]


def test_a_kind_of_employment_or_a_logo_shows_where_the_organisation_changes() -> None:
    unfinished = [line.replace("9 yrs 9 mos", "20 yrs") for line in GROUP]
    expected = ("Small Invented", "Trainee", None)
    assert roles(*unfinished, "Trainee", "Small Invented · Internship", "Jan 2009 - Mar 2010")[-1] == expected
    assert roles(*unfinished, "Small Invented logo", "Trainee", "Small Invented", "2009 - 2010")[-1] == expected


def test_a_list_that_goes_on_elsewhere_is_named() -> None:
    text = COPIED["en"].replace("Education\n", "Show all 6 experiences\nEducation\n")
    assert "open the whole list" in one(text, "2026-03-01-a.txt").warnings[0]


def test_what_is_not_understood_is_named() -> None:
    text = COPIED["en"].replace("Jan 2020 - Present", "spring 2020 - now and then").replace("Jan 2020 to Present", "x")
    batch = one(text, "2026-03-01-a.txt")
    assert [row.kind for row in batch.profiles[0].positions] == ["education"]
    assert 'not understood: "role Consultant"' in batch.warnings


def test_pronouns_place_and_contact_details_are_not_kept() -> None:
    text = COPIED["en"].replace("Skills\n", "Contact\nada@example.org\n")
    assert not any(words in repr(one(text, "a.txt")) for words in ("She/Her", "Brussels", "example.org"))


def test_counters_in_the_words_of_the_account_count_nothing() -> None:
    text = COPIED["en"].replace("· 3rd\nConsultant\n", "· 3rd\nHelping teams to 90,000 followers\n")
    assert one(text, "a.txt").profiles[0].followers == 1204
    bare = text.replace("1,204 followers\n", "")
    assert one(bare, "a.txt").profiles[0].followers is None


def test_a_page_of_an_organisation_is_read() -> None:
    batch = one(COMPANY, "2026-03-01-page.txt")
    assert batch.accounts == batch.profiles == []
    [page] = batch.pages
    assert (page.organisation, page.identifier) == ("Invented Partners", "company:invented-partners")
    assert (page.followers, page.staff, page.founded, page.country) == (1204, 12, "2019", "FR")
    assert page.captured_at == 1772323200


def test_the_size_an_organisation_states_of_itself_is_no_staff() -> None:
    batch = one("\n".join(line for line in COMPANY.split("\n") if "associated" not in line), "2026-03-01-page.txt")
    assert batch.pages[0].staff is None
    assert "states of itself" in batch.warnings[0]


def test_a_state_is_not_taken_for_a_country() -> None:
    text = COMPANY.replace("12 rue Inventée, 75001 Paris, FR", "San Invento, CA").replace(
        "Paris, Île-de-France", "Ny, AL"
    )
    assert one(text, "a.txt").pages[0].country is None


@pytest.mark.parametrize(
    "text",
    [
        "<html><title>Sign Up | LinkedIn</title><body><h1>Join LinkedIn</h1><p>Agree</p></body></html>",
        "<html><title>A recipe</title><body><h1>Soup</h1><p>Water.</p></body></html>",
        "",
        "<html>",
    ],
)
def test_a_page_that_shows_nobody_is_refused_by_name(text: str) -> None:
    with pytest.raises(FormatError, match="neither a profile nor an organisation") as refused:
        one(text)
    assert refused.value.source == "in/2026-03-01-ada.html"


def test_a_sign_in_page_kept_under_the_address_of_a_profile_is_refused() -> None:
    page = '<link rel="canonical" href="https://www.linkedin.com/in/ada"><title>Sign Up | LinkedIn</title><p>Agree</p>'
    with pytest.raises(FormatError, match="sign in"):
        one(page)


def test_without_a_name_the_remedy_is_told() -> None:
    with pytest.raises(FormatError, match="Name: Jane Doe"):
        one("Skip to main content\n500+ connections\nExperience\n", "a.txt")


def test_scripts_of_the_page_are_not_run_and_a_broken_one_is_named() -> None:
    page = VISITOR_PAGE.replace('{"@context"', '{"@context":,,')
    batch = one(page)
    assert "JSON-LD of line 2 was not read" in batch.warnings[0]
    assert batch.profiles[0].connections == 500


@pytest.mark.parametrize("name", ["big.html", "big.mhtml", "big.txt"])
def test_a_page_beyond_its_size_is_refused_by_counting(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(page_open, "PAGE_BYTES", 100)
    monkeypatch.setattr(page_open, "TEXT_BYTES", 100)
    with pytest.raises(LimitError, match="larger than"):
        one("x" * 101, name)


@pytest.mark.parametrize("data", [b"<html>\xff\xfe\xfa", "é".encode("cp1252") * 9])
def test_a_page_in_another_encoding_is_refused_with_the_remedy(data: bytes) -> None:
    with pytest.raises(FormatError, match="UTF-8"):
        one(data)


def test_utf16_text_from_an_editor_is_read() -> None:
    assert one(COPIED["fr"].encode("utf-16"), "a.txt").profiles[0].connections == 500


def test_pages_and_copied_text_are_known_by_name_and_content() -> None:
    assert accepts("Ada _ LinkedIn.HTML", b"")
    assert accepts("ada.mhtml", b"")
    assert all(accepts("ada.txt", text.encode()[:4096]) for text in COPIED.values())
    assert accepts("page.txt", COMPANY.encode())
    assert not accepts("notes.txt", b"Call Bo on Monday.\n")
    assert not accepts("page.svg", b"<svg>")


PIECES = st.sampled_from(
    [b"<", b">", b'"', b"<li>", b"</ul>", b"\xff", b"&#" + b"9" * 5000 + b";", b"Jan 2020 - Present\n", b"\0", b"{", b"]",
     b"<script type=application/ld+json>", b"</script>", b"<div hidden>", b"=3D", b"9 yrs\n", b"Experience\n", b"1e999",
     "٢٠٢٠".encode(), b"Education\n", b" logo\n", b"Full-time\n", b"500+ connections", b'"@id":"x",'],
)  # fmt: skip
FILES = {
    "a.html": MEMBER_PAGE,
    "b.html": VISITOR_PAGE,
    "c.mhtml": mhtml(VISITOR_PAGE),
    "d.txt": COPIED["en"] + "\n".join(GROUP),
    "e.txt": COMPANY,
}


@pytest.mark.parametrize("name", FILES)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), PIECES), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_a_changed_page_is_read_or_refused(name: str, changes: list[tuple[float, int, bytes]]) -> None:
    data = FILES[name].encode()
    for place, cut, piece in changes:
        at = int(place * len(data))
        data = data[:at] + piece + data[at + cut :]
    sound_or_refused(data, name)


@given(st.binary(max_size=300), st.sampled_from(["a.html", "a.txt", "a.mhtml"]))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    sound_or_refused(data, name)


def sound_or_refused(data: bytes, name: str) -> None:
    with contextlib.suppress(InputError):
        for batch in read(page_member(data, name), Context()):
            pipe = io.BytesIO()
            send(pipe, batch, DEFAULT.frame_bytes)
            pipe.seek(0)
            assert decode(receive(pipe, DEFAULT.frame_bytes) or b"") == batch


@pytest.mark.parametrize(
    "piece",
    ["<a ", "<", "<a class=", '<a class="hidden ', "<div hidden>", "&#", "<li>", "<ul>", '<a href="', "<!--", "<script>",
     "<a hidden class=hidden ", "<svg/>", "x ", "\n", "<p>a", "<title>", "<div hidden></div>", "500 ", "Jan 2020 - "],
)  # fmt: skip
def test_no_page_takes_long_to_read(piece: str) -> None:
    start = time.process_time()
    for name in ("a.html", "a.txt"):
        with contextlib.suppress(InputError):
            one(MEMBER_PAGE + piece * (400_000 // len(piece)), name)
    assert time.process_time() - start < 4
