from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from counterlure.text import clean_text, html_to_text, looks_like_html, quote


@given(st.text())
@settings(max_examples=100)
@example("\u0958\u200b\u0301")
@example("e" + "\u0301" * 30)
@example("a\u00adb\u202ec\ud800d")
def test_clean_text_is_idempotent_normal_and_without_unseen_characters(raw: str) -> None:
    text = clean_text(raw)
    assert clean_text(text) == text
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in text if char != "\n")
    assert not set(text) & set("\u200b\u200d\u2066\u202e\ufeff\u00ad\u3164\U000e0041\ufe0f")


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
@settings(max_examples=50)
def test_printable_ascii_stays_as_it_is(raw: str) -> None:
    assert clean_text(raw) is raw


def test_line_breaks_of_every_kind_become_line_feeds_and_tabs_become_spaces() -> None:
    assert clean_text("a\r\nb\rc\u2028d\u2029e\u0085f\tg") == "a\nb\nc\nd\ne\nf g"


def test_words_of_living_scripts_stay_whole() -> None:
    for text in ("société à Genève", "日本語のテキスト", "שלום", "مرحبا", "Привет", "naïve – “quoted” … ’"):
        assert clean_text(text) == text


def test_decomposed_letters_are_composed() -> None:
    assert clean_text("e\u0301") == "é"


def test_a_hundred_combining_marks_are_cut_to_eight() -> None:
    text = clean_text("z" + "\u0335" * 100 + "!")
    assert text == "z" + "\u0335" * 8 + "!"


@pytest.mark.parametrize(
    "text", ["I <3 this", "mail me <ada@example.org>", "a < b and c > d", "<tag without meaning>", "plain", "<<>>"]
)
def test_signs_in_plain_messages_are_not_taken_for_markup(text: str) -> None:
    assert not looks_like_html(text)


@pytest.mark.parametrize("text", ['<p class="x">a</p>', "one<br>two", "<STRONG>x</STRONG>", "<br/>", "<a href='x'>y"])
def test_known_tags_are_taken_for_markup(text: str) -> None:
    assert looks_like_html(text)


def test_an_inmail_reads_as_a_person_would_see_it() -> None:
    raw = (
        '<p class="spinmail-quill-editor__spin-break">Dear&nbsp;Dr Example &amp; colleagues,</p>'
        "<p>we <strong>pay</strong> well:</p><ul><li>one</li><li>two</li></ul>bye<br>now &rsquo;til &#233;&#x202e;"
    )
    assert html_to_text(raw) == "Dear Dr Example & colleagues,\nwe pay well:\none\ntwo\nbye\nnow ’til é"


def test_scripts_styles_drawings_comments_and_images_leave_nothing() -> None:
    raw = (
        "a<script>alert(1)</script>b<style>p{x:url(http://e.example)}</style>c<svg><text>no</text></svg>d"
        '<!-- hidden <b>words</b> -->e<img src="http://e.example/beacon" onerror="alert(1)">f<math><mi>x</mi></math>g'
        "<iframe src=javascript:alert(1)>no</iframe>h"
    )
    assert html_to_text(raw) == "abcdefgh"


def test_an_address_behind_other_words_is_shown_and_a_script_address_is_not() -> None:
    assert html_to_text('<a href="https://e.example/a?b=1&amp;c=2">click</a>') == "click (https://e.example/a?b=1&c=2)"
    assert html_to_text('<a href="https://e.example">https://e.example</a>') == "https://e.example"
    assert html_to_text('<a href="javascript:alert(1)">click</a>') == "click"


def test_an_unclosed_script_or_comment_hides_the_rest() -> None:
    assert html_to_text("a<script>b") == "a"
    assert html_to_text("a<!-- b") == "a"


@given(st.text(alphabet="<>/a&; \"'=!-hrefscipt\n", max_size=200))
@settings(max_examples=100)
def test_any_markup_gives_clean_text(raw: str) -> None:
    text = html_to_text(raw)
    assert clean_text(text) == text
    assert text == text.strip()


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a",
        "<a ",
        "<!--",
        "</",
        "<![CDATA[",
        '<a b="',
        "&#",
        "<?",
        "<script>",
        "<a href=",
        "<style",
        "<a href='x'>",
    ],
)
def test_no_markup_takes_longer_than_its_length_allows(piece: str) -> None:
    raw = piece * (400_000 // len(piece))
    start = time.process_time()
    html_to_text(raw)
    looks_like_html(raw)
    assert time.process_time() - start < 3


def test_a_quote_keeps_the_words_and_stays_within_its_limit() -> None:
    text = "word " * 50 + "the very words that matter" + " word" * 50
    start = text.index("the very")
    found = quote(text, start, start + 26, limit=80)
    assert "the very words that matter" in found
    assert len(found) <= 80
    assert found.startswith("…")
    assert found.endswith("…")


def test_a_short_text_is_quoted_whole_on_one_line() -> None:
    assert quote("one\ntwo", 0, 3) == "one two"


@given(st.text(max_size=500), st.integers(0, 600), st.integers(0, 600), st.integers(3, 300))
@settings(max_examples=100)
def test_no_quote_exceeds_its_limit_or_breaks_the_line(text: str, start: int, end: int, limit: int) -> None:
    found = quote(text, start, end, limit)
    assert len(found) <= limit
    assert "\n" not in found


def test_a_quote_of_less_than_three_characters_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="limit"):
        quote("text", 0, 1, 2)


def test_an_entity_with_thousands_of_digits_is_an_unreadable_character() -> None:
    assert html_to_text("a &#" + "1" * 5_000 + "; b &#233;") == "a \ufffd b é"
