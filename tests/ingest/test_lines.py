from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.errors import LimitError
from counterlure.ingest import lines as lines_module
from counterlure.ingest.lines import Lines, TooLong

TEXT = st.text(alphabet="ab\n\r\x0b\x0c\x1c\x85\u2028é😀", max_size=60)


def pieces(text: str, size: int) -> Iterator[str]:
    """The text in pieces, none of which ends between a carriage return and its line feed."""
    at = 0
    while at < len(text):
        end = at + size
        while text[end - 1 : end + 1] == "\r\n":
            end += 1
        yield text[at:end]
        at = end


@given(TEXT, st.integers(1, 9), st.integers(1, 20))
@settings(max_examples=200)
def test_the_lines_are_those_of_a_file(text: str, size: int, ahead: int) -> None:
    before, lines_module._AHEAD_CHARS = lines_module._AHEAD_CHARS, ahead
    try:
        lines = Lines(pieces(text, size), limit=1_000)
        found = []
        for line in lines:
            found.append(line)
            lines.begin()
    finally:
        lines_module._AHEAD_CHARS = before
    assert found == list(io.StringIO(text, newline=""))
    assert lines.number == len(found)


@given(TEXT, st.integers(1, 9), st.integers(1, 4))
@settings(max_examples=200)
def test_lines_looked_at_ahead_are_the_lines_that_come(text: str, size: int, count: int) -> None:
    lines = Lines(pieces(text, size), limit=1_000)
    found = []
    while block := lines.ahead(count):
        assert lines.ahead(count) == block
        found += block
        lines.pass_over(len(block))
    assert found == list(io.StringIO(text, newline=""))
    assert lines.number == len(found)


def test_nothing_is_looked_at_ahead_where_it_might_pass_the_limit() -> None:
    lines = Lines(iter(["12345\n", "12345\n"]), limit=10)
    assert lines.ahead(1) == ["12345\n"]
    assert lines.ahead(2) == []


def test_a_line_past_the_limit_is_dropped_up_to_its_end() -> None:
    lines = Lines(pieces("x" * 95 + "\nafter\n", 10), limit=20)
    with pytest.raises(TooLong, match="20 characters"):
        next(lines)
    lines.begin()
    assert (next(lines), lines.number) == ("after\n", 2)


def test_the_lines_of_a_broken_row_come_again_but_the_first() -> None:
    lines = Lines(iter(["one\ntwo\nthree\nfour\n"]), limit=100)
    assert [next(lines), next(lines), next(lines)] == ["one\n", "two\n", "three\n"]
    lines.again()
    lines.begin()
    assert lines.number == 1
    assert list(lines) == ["two\n", "three\n", "four\n"]


def test_a_dropped_line_that_comes_again_does_not_drop_the_next() -> None:
    lines = Lines(pieces("start\n" + "x" * 95 + "\nafter\n", 10), limit=20)
    assert next(lines) == "start\n"
    for number in (1, 2):
        with pytest.raises(TooLong):
            next(lines)
        lines.again()
        lines.begin()
        assert lines.number == number
    assert (next(lines), lines.number) == ("after\n", 3)


def test_what_cannot_be_read_comes_after_the_whole_lines_before_it() -> None:
    def broken() -> Iterator[str]:
        yield "one\ntwo\nhalf"
        raise LimitError("a.csv", "too much")

    lines = Lines(broken(), limit=100)
    assert [next(lines), next(lines)] == ["one\n", "two\n"]
    for _ in range(2):
        with pytest.raises(LimitError):
            next(lines)
