from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.errors import FormatError, InputError, LimitError, RowError
from counterlure.ingest import json_limits
from counterlure.ingest.json_limits import Located, parse, read_document, read_lines, text_of
from counterlure.ingest.limits import DEFAULT
from counterlure.ingest.member import Member


def member(data: bytes, name: str = "a.json") -> Member:
    return Member(name, name, len(data), lambda: io.BytesIO(data))


def read(text: str) -> object:
    return parse(text, "a.json", DEFAULT)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_a_hundred_thousand_levels_are_refused_before_they_are_parsed(opening: str) -> None:
    with pytest.raises(LimitError, match="deeper than 64"):
        read(opening * 100_000)


def test_sixty_four_levels_are_read_and_sixty_five_are_not() -> None:
    read("[" * 64 + "]" * 64)
    with pytest.raises(LimitError):
        read("[" * 65 + "]" * 65)


def test_brackets_inside_texts_do_not_count_as_levels() -> None:
    assert read(json.dumps("[" * 1000 + '"' + "{" * 1000)) == "[" * 1000 + '"' + "{" * 1000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": 1, "\\u0061": 2}', "twice"),
        ('{"b": {"a": 1, "a": 1}}', "twice"),
        ("NaN", "NaN"),
        ('{"a": -Infinity}', "Infinity"),
        ("[1e999]", "too large"),
        ("[-1e999]", "too large"),
        ("9" * 5000, "5000 digits"),
        ("", "not valid JSON"),
        ("{'a': 1}", "not valid JSON"),
        ('{"a": 1,}', "not valid JSON"),
        ('{"a": 1} {"b": 2}', "not valid JSON"),
        ("[1}", "closes nothing"),
        ("}", "closes nothing"),
        ('{"a": "never closed', "not closed"),
        ('"a\nb"', "not valid JSON"),
    ],
)
def test_what_two_readers_could_understand_differently_is_refused(text: str, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        read(text)


def test_a_text_of_escaped_quotes_that_never_closes_takes_linear_time() -> None:
    with pytest.raises(FormatError):
        read('["' + '\\"' * 1_000_000)


def test_every_object_knows_the_line_on_which_it_opens() -> None:
    found = read('[\n {"a":\n  {"b": "\\n{"}\n },\n {}\n]')
    assert isinstance(found, list)
    first, second = found
    assert (first.line, first["a"].line, second.line) == (2, 3, 5)


def test_a_duplicate_is_reported_with_its_line() -> None:
    with pytest.raises(FormatError, match=r"a\.json:3"):
        read('[\n{"b": 1},\n{"a": 1, "a": 1}]')


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(json_values, st.sampled_from([None, 1]))
@settings(max_examples=100, deadline=None)
def test_what_is_allowed_reads_as_the_standard_reader_reads_it(value: object, indent: int | None) -> None:
    assert read(json.dumps(value, indent=indent)) == value


@given(st.text(alphabet='[]{}",:\\1n \n', max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_or_refused_in_our_own_words(text: str) -> None:
    try:
        found = read(text)
    except InputError:
        return
    assert found == json.loads(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_document_is_read_in_the_encodings_that_json_allows(encoding: str) -> None:
    assert read_document(member('{"é": "ü"}'.encode(encoding)), DEFAULT) == {"é": "ü"}


def test_bytes_that_are_no_text_are_refused_with_their_place() -> None:
    with pytest.raises(FormatError, match="byte 2"):
        read_document(member(b'["\xff"]'), DEFAULT)


def test_a_document_beyond_the_limit_is_refused_by_counting_not_by_its_declared_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_limits, "DOCUMENT_BYTES", 10)
    liar = Member("a.json", "a.json", 3, lambda: io.BytesIO(b"[" + b" " * 20 + b"]"))
    with pytest.raises(LimitError, match="larger"):
        read_document(liar, DEFAULT)
    with pytest.raises(LimitError, match="larger"):
        read_document(member(b" " * 11), DEFAULT)


def test_more_objects_than_allowed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_limits, "OBJECTS", 3)
    assert read("[{}, {}]") == [{}, {}]
    with pytest.raises(LimitError, match="more than 3 objects"):
        read("[{}, {}, {}, {}]")


def test_lines_are_counted_through_empty_ones() -> None:
    assert list(read_lines(member(b'{"a":1}\n\n  \n{"b":2}'), DEFAULT)) == [(1, '{"a":1}'), (4, '{"b":2}')]


def test_a_line_without_end_is_refused_before_it_is_whole() -> None:
    small = replace(DEFAULT, row_chars=100)
    with pytest.raises(LimitError, match=r"a\.json:2"):
        list(read_lines(member(b"{}\n" + b" " * 1000), small))


def test_more_lines_than_allowed_are_refused() -> None:
    with pytest.raises(LimitError, match="more than 3 lines"):
        list(read_lines(member(b"\n" * 4), replace(DEFAULT, rows=3)))


def test_a_line_that_is_not_utf8_is_refused_with_its_number() -> None:
    with pytest.raises(FormatError, match=r"a\.json:2"):
        list(read_lines(member(b"{}\n\xff\n"), DEFAULT))


def test_texts_come_clean_and_other_kinds_are_named() -> None:
    item = Located(a=" x\u202ey\ud800 ", b=None, c=3, d="  ")
    assert (text_of(item, "a"), text_of(item, "b"), text_of(item, "z"), text_of(item, "d")) == ("xy", None, None, None)
    with pytest.raises(RowError, match="a number; expected a text"):
        text_of(item, "c")
