"""Letters as files: whatever stands in the text, nothing in the file is active, fetched or linked."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from email import policy
from email.parser import BytesParser
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.case.letters import FORMS
from counterlure.errors import MissingExtra
from counterlure.text import clean_text
from counterlure.workbench.paper import MEDIA, paper, preview, title_of
from tests.workbench.conftest import A
from tests.workbench.served import contents, rows_of

HOSTILE = (
    "[click](http://evil.example/a) ![beacon](http://evil.example/b.png)", "<http://evil.example> <a@evil.example>",
    "<script>alert(1)</script><img src=x onerror=alert(1)>", "http://evil.example www.evil.example mailto:a@evil.example",
    "[ref]: http://evil.example 'title'", "[ref]", "```\n<b>code</b>\n```", "    indented <b>code</b>", "`<i>`", "---",
    "| a | b |\n|---|---|\n| <b> | x |", "&lt;script&gt; &#60;b&#62; &nbsp;", "</main></body></html>", "<!-- -->",
    "# <img src=x> [t](http://evil.example)", "> <blink>quote</blink>", "- <u>item</u>\n  - nested [x](javascript:1)",
    "![x](file:///etc/passwd)", "<link rel=stylesheet href=file:///etc/passwd>", "<style>@import 'http://evil.example'</style>",
    "{{ 7*7 }} {% raw %}", "\\# \\[x\\](y)", "**bold** _it_ ~~gone~~", "Bcc: all@evil.example", "\nFrom somebody", ".",
    "[[x]]<svg/onload=alert(1)>", "\u202eevil\u2066", "a" + "\u0301" * 50, "W" * 3_000,
)  # fmt: skip
ALLOWED = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote"}
FRAME = {"html", "head", "meta", "title", "style", "body", "main"}
bodies = (
    st.lists(st.sampled_from(HOSTILE) | st.text(max_size=30), min_size=1, max_size=6).map("\n\n".join).filter(str.strip)
)


def _cleaned(body):
    """As the case keeps a text."""
    return clean_text(body).strip() or "x"


class Made(HTMLParser):
    """The elements and attributes of a text, and what it says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.said = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag in ALLOWED:
            self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.said += data


@given(bodies)
@settings(deadline=None)
def test_a_text_makes_headings_items_and_quotations_and_nothing_else(body):
    made = Made(str(preview(body)))
    assert made.tags <= ALLOWED
    assert made.attributes <= {"start"}


@given(bodies)
@settings(deadline=None)
def test_the_page_of_a_letter_adds_nothing_to_its_frame(body):
    text = paper(_cleaned(body), "en", "html").decode()
    made = Made(text)
    assert made.tags <= ALLOWED | FRAME
    assert not re.search(r"<[^>]*\s(?:href|src|on\w+)\s*=", text)
    assert re.search(r'http-equiv="Content-Security-Policy" content="default-src (?:\'|&#39;)none', text)


@pytest.mark.parametrize("body", HOSTILE)
def test_what_was_written_stands_there_as_it_was_written(body):
    said = "".join(Made(paper(f"x {body}", "en", "html").decode()).said.split())
    for word in re.findall(r"[a-z]{4,}", body.replace("\n", " ")):
        assert word in said


@given(bodies.map(_cleaned))
@settings(deadline=None, max_examples=60)
def test_a_mail_is_a_draft_to_nobody_with_the_text_twice_and_the_same_each_time(body):
    made = paper(body, "fr", "eml")
    assert made == paper(body, "fr", "eml")
    mail = BytesParser(policy=policy.default).parsebytes(made)
    assert set(mail.keys()) == {"Subject", "X-Unsent", "MIME-Version", "Content-Type"}
    assert mail["X-Unsent"] == "1"
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    plain, page = mail.iter_parts()
    assert _lines(plain.get_content()) == _lines(body)
    assert Made(page.get_content()).tags <= ALLOWED | FRAME
    assert not mail.defects
    assert not any(part.defects for part in mail.walk())


@given(bodies)
def test_a_title_is_one_line_of_bounded_length(body):
    assert len(title_of(body)) <= 150
    assert "\n" not in title_of(body)


def test_the_text_by_itself_is_the_text():
    assert paper("# a\n\n- b é", "en", "txt") == "# a\n\n- b é".encode()


def test_every_form_has_its_kind():
    assert set(MEDIA) == set(FORMS)


def test_an_empty_text_breaks_nothing():
    for form in ("html", "txt", "eml"):
        assert isinstance(paper("", "en", form), bytes)


def pdf(body):
    try:
        return paper(body, "en", "pdf")
    except MissingExtra as error:
        pytest.skip(f"no PDF can be made here: {error}")


def test_a_pdf_links_and_fetches_nothing(monkeypatch):
    asked = []
    monkeypatch.setattr("socket.socket.connect", lambda *_: asked.append(1))
    made = pdf("# A letter\n\n" + "\n\n".join(HOSTILE[:22]))
    assert made.startswith(b"%PDF-")
    assert asked == []
    inside = made + b"".join(_streams(made))
    assert b"/StructTreeRoot" in inside
    for mark in (b"/URI", b"/Annots", b"/Launch", b"/JavaScript", b"/JS", b"/EmbeddedFile", b"/GoToR", b"/SubmitForm"):
        assert mark not in inside, mark


def test_a_pdf_without_weasyprint_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    with pytest.raises(MissingExtra, match=r"counterlure\[pdf\]"):
        paper("# x", "en", "pdf")


@pytest.mark.parametrize("form", FORMS)
def test_an_approved_letter_is_saved_in_every_form_and_each_time_recorded(desk, form):
    lead, letter = desk.client("lead"), desk.facts[A].approved
    answer = lead.post(f"/c/{A}/letters/{letter}/file", data={"form": form, "csrf": lead.csrf})
    if form == "pdf" and answer.status_code == 409:
        pytest.skip(f"no PDF can be made here: {answer.text}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MEDIA[form]
    assert answer.headers["content-disposition"] == f'attachment; filename="T-0002-{letter}.{form}"'
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    sql = "SELECT kind, author, detail FROM letter_deed ORDER BY id DESC LIMIT 1"
    assert rows_of(desk.path(A), sql) == [("exported", "lead-a", form)]


@pytest.mark.parametrize("form", ["", "exe", "HTML", "../x", 'txt"\r\nX: y', "txt\x00"])
def test_an_unknown_form_makes_no_file_and_no_entry(desk, form):
    lead, before = desk.client("lead"), contents(desk.path(A))
    answer = lead.post(f"/c/{A}/letters/{desk.facts[A].approved}/file", data={"form": form, "csrf": lead.csrf})
    assert answer.status_code == 409
    assert contents(desk.path(A)) == before


def test_a_file_that_cannot_be_made_was_not_exported(desk, monkeypatch):
    lead, before = desk.client("lead"), contents(desk.path(A))

    def fails(*_):
        raise MissingExtra("no PDF here")

    monkeypatch.setattr("counterlure.workbench.paper._pdf", fails)
    answer = lead.post(f"/c/{A}/letters/{desk.facts[A].approved}/file", data={"form": "pdf", "csrf": lead.csrf})
    assert answer.status_code == 409
    assert contents(desk.path(A)) == before


def _streams(made):
    """What is packed inside a PDF."""
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL):
        with suppress(zlib.error):
            yield zlib.decompress(packed)


def _lines(text):
    return text.replace("\r\n", "\n").rstrip("\n").split("\n")
