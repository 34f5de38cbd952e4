"""Text from outside can be read, and does nothing."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.report.outside import STACKED_MARKS, Mask, bare, defanged, visible


@given(st.text(max_size=600))
@settings(max_examples=100)
def test_what_is_shown_is_one_bounded_line_without_controls(text: str) -> None:
    shown = visible(text, 80)
    assert len(shown) <= 80
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b")


@given(st.text(max_size=40))
@settings(max_examples=50)
def test_showing_twice_changes_nothing_more(text: str) -> None:
    assert visible(visible(text)) == visible(text)


def test_a_direction_override_becomes_a_visible_mark() -> None:
    assert visible("safe\u202efdp.exe") == "safe\ufffdfdp.exe"


def test_marks_are_not_stacked_beyond_what_writing_needs() -> None:
    assert visible("a" + "\u0301" * 100) == "a" + "\u0301" * STACKED_MARKS
    assert visible("Nguyễn Thị, שָׁלוֹם, नमस्ते, 👩‍🔬") == "Nguyễn Thị, שָׁלוֹם, नमस्ते, 👩‍🔬"


def test_a_long_name_ends_in_an_ellipsis() -> None:
    assert visible("W" * 5000, 80) == "W" * 79 + "…"


def test_names_of_targets_are_masked_in_quotes_unless_asked_for() -> None:
    names = {"T-0001": "Camille Aubert", "T-0002": "Grant Hope", "T-0003": None}
    quote = "Dear Camille, dear AUBERT, dear camille aubert: the grant gives hope. Grant, agreed?"
    masked = Mask(names, reveal=False)
    assert (
        masked.quote(quote, ("T-0001",))
        == "Dear [T-0001], dear [T-0001], dear [T-0001]: the grant gives hope. Grant, agreed?"
    )
    assert masked.quote(quote, ("T-0002", "T-0003")).endswith("the grant gives hope. [T-0002], agreed?")
    assert Mask(names, reveal=True).quote(quote, ("T-0001", "T-0002")) == quote


def test_a_name_of_special_characters_masks_itself_only() -> None:
    assert Mask({"T-1": "A.* (B"}, reveal=False).quote("A.* (B or ABBA", ("T-1",)) == "[T-1] or ABBA"


def test_addresses_in_letters_do_not_turn_into_links() -> None:
    assert (
        defanged("see HTTPS://evil.example and www.evil.example") == "see hxxPS://evil.example and www[.]evil.example"
    )
    assert bare("https://www.linkedin.com/in/x") == "www.linkedin.com/in/x"
