from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.errors import FormatError, LimitError
from counterlure.ingest import table as table_module
from counterlure.ingest.headers import Layout
from counterlure.ingest.limits import DEFAULT, Limits
from counterlure.ingest.table import MAX_SKIPS, Table, open_table
from tests.ingest.archives import member

LAYOUT = Layout(frozenset({"one", "two", "three"}), (frozenset({"one", "two"}),), {"un": ("French", "one")})


def read(data: str | bytes, limits: Limits = DEFAULT) -> tuple[list[tuple[int, list[str]]], Table]:
    with open_table(member(data, "x.csv"), LAYOUT, limits) as table:
        return [(line, row[:-1]) for line, row in table.rows()], table


def skips(table: Table) -> list[tuple[int, str]]:
    return [(skip.line, skip.reason) for skip in table.take_skips()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_header_row_decides_the_delimiter(delimiter: str) -> None:
    data = 'one,two\n1,"a;b\tc,d"\n'.replace("one,two", f"one{delimiter}two").replace("1,", f"1{delimiter}")
    assert read(data)[0] == [(2, ["1", "a;b\tc,d"])]


def test_columns_are_found_by_name_whatever_their_order_and_case() -> None:
    with open_table(member("Two,ONE\nb,a\n"), LAYOUT) as table:
        assert table.columns("one", "two", "three") == (1, 0, 2)
        assert [row for _, row in table.rows()] == [["b", "a", ""]]


def test_unknown_columns_are_named_once() -> None:
    table = read("one,two,Extra\n1,2,3\n")[1]
    assert table.take_warnings() == ['unknown columns not read: "Extra"']
    assert table.take_warnings() == []


def test_a_header_in_another_language_is_read_with_a_loud_warning() -> None:
    rows, table = read("UN,two\n1,2\n")
    assert rows == [(2, ["1", "2"])]
    assert "HEADERS ARE NOT IN ENGLISH (French)" in table.take_warnings()[0]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(FormatError, match='lacks "two"'):
        read("one,three\n1,3\n")


def test_a_file_without_any_header_is_refused() -> None:
    with pytest.raises(FormatError, match="no header row"):
        read("No conversations found\n")


def test_a_known_column_twice_is_refused() -> None:
    with pytest.raises(FormatError, match="twice"):
        read("one,two,One\n1,2,3\n")


def test_a_preamble_is_passed_over_and_lines_are_physical() -> None:
    data = 'Notes:\n"A paragraph, with ""quotes"" in it."\n\none,two\n1,"two\nlines"\n3,4\n'
    assert read(data)[0] == [(5, ["1", "two\nlines"]), (7, ["3", "4"])]


def test_line_ends_may_be_mixed() -> None:
    assert read("one,two\r\n1,2\n3,4\r5,6")[0] == [(2, ["1", "2"]), (3, ["3", "4"]), (4, ["5", "6"])]


def test_a_row_of_another_width_is_named_and_the_file_goes_on() -> None:
    rows, table = read("one,two\n1\n\n1,2,3\n5,6\n")
    assert rows == [(5, ["5", "6"])]
    assert skips(table) == [(2, "has 1 cells where the header has 2"), (4, "has 3 cells where the header has 2")]


def test_an_unclosed_quote_costs_one_row() -> None:
    rows, table = read('one,two\n1,"never closed\n3,4\n5,6\n7,"fine"\n')
    assert rows == [(3, ["3", "4"]), (4, ["5", "6"]), (5, ["7", "fine"])]
    assert [line for line, _ in skips(table)] == [2]


def test_an_unclosed_quote_at_the_end_costs_one_row() -> None:
    rows, table = read('one,two\n1,"never closed\n3,4\n')
    assert rows == [(3, ["3", "4"])]
    assert [line for line, _ in skips(table)] == [2]


def test_a_stray_quote_costs_one_row() -> None:
    rows, table = read('one,two\n1,"a"b\n3,4\n')
    assert rows == [(3, ["3", "4"])]
    assert [line for line, _ in skips(table)] == [2]


def test_a_cell_past_its_limit_costs_its_row_and_is_not_kept() -> None:
    limits = replace(DEFAULT, field_chars=100)
    rows, table = read("one,two\n1," + "x" * 101 + "\n3,4\n", limits)
    assert rows == [(3, ["3", "4"])]
    assert [line for line, _ in skips(table)] == [2]


def test_a_row_past_its_limit_is_dropped_to_its_line_end() -> None:
    limits = replace(DEFAULT, row_chars=100)
    rows, table = read("one,two\n1," + "x," * 500 + "\n3,4\n", limits)
    assert rows == [(3, ["3", "4"])]
    assert skips(table) == [(2, "row exceeds 100 characters")]


def test_a_quoted_row_over_many_lines_ends_at_its_limit() -> None:
    limits = replace(DEFAULT, row_chars=50)
    rows, table = read('one,two\n1,"' + "y\n" * 60 + "3,4\n", limits)
    assert rows == [(62, ["3", "4"])]
    assert skips(table)[0] == (2, "row exceeds 50 characters")


def test_rows_past_the_limit_end_the_file_with_a_word() -> None:
    rows, table = read("one,two\n" + "1,2\n" * 5, replace(DEFAULT, rows=3))
    assert len(rows) == 3
    assert skips(table) == [(5, "not read from here on: more than 3 rows")]


def test_too_many_columns_are_refused() -> None:
    header = "one,two," + ",".join(f"c{n}" for n in range(511))
    with pytest.raises(LimitError, match="512 columns"):
        read(header + "\n")


def test_a_header_line_past_the_row_limit_is_refused() -> None:
    with pytest.raises(LimitError, match="exceeds"):
        read("one,two" + "," * 5_000_000)


def test_only_so_many_faulty_rows_are_listed() -> None:
    _, table = read("one,two\n" + "1\n" * (MAX_SKIPS + 50))
    found = skips(table)
    assert len(found) == MAX_SKIPS + 1
    assert "no longer listed" in found[-1][1]


def test_a_header_that_comes_again_is_recognised() -> None:
    with open_table(member("One,two\n1,2\n\ufeffone,TWO\n"), LAYOUT) as table:
        assert [table.is_header(row) for _, rows in table.blocks() for row in rows] == [False, True]


def test_bytes_that_break_in_the_middle_end_the_file_with_a_word() -> None:
    data = ("one\ttwo\r\n" + "1\t2\r\n" * 5_000).encode("utf-16") + b"\x00\xd8\x41\x00" * 2
    rows, table = read(data)
    assert len(rows) > 1_000
    [(line, reason)] = skips(table)
    assert line == len(rows) + 2
    assert "not read from here on" in reason


def test_bytes_that_break_near_the_start_refuse_the_file() -> None:
    with pytest.raises(FormatError, match="utf-16"):
        read("one\ttwo\r\n".encode("utf-16") + b"\x00\xd8\x41\x00")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_unicode_encodings_are_told_by_their_mark(encoding: str) -> None:
    data = "one\ttwo\r\né\t😀\r\n".encode(encoding)
    if encoding == "utf-16-be":
        data = b"\xfe\xff" + data
    rows, table = read(data)
    assert rows == [(2, ["é", "😀"])]
    assert table.take_warnings() == []


def test_western_bytes_are_read_with_a_warning() -> None:
    rows, table = read("one,two\nJérôme,créée à l’été – œuvre\n".encode("cp1252"))
    assert rows == [(2, ["Jérôme", "créée à l’été – œuvre"])]
    assert "Windows-1252" in table.take_warnings()[0]


def test_a_few_broken_sequences_do_not_cost_a_file_of_sound_ones() -> None:
    text = "one,two\n" + "名字,消息内容\n" * 50
    data = text.encode() + b"\xe5\x90,\xe5\x90\n" * 12
    rows, table = read(data)
    assert len(rows) == 62
    assert len(table.take_warnings()) == 1


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("王小明,你好世界", "gb18030"),
        ("Привет,как дела", "cp1251"),
        ("こんにちは,世界", "shift_jis"),
        ("안녕하세요,세계", "euc_kr"),
    ],
)
def test_other_code_pages_are_refused_with_advice(words: str, encoding: str) -> None:
    with pytest.raises(FormatError, match="CSV UTF-8"):
        read(("one,two\n" + f"{words}\n" * 20).encode(encoding))


def test_utf16_without_a_mark_is_refused() -> None:
    with pytest.raises(FormatError, match="byte order mark"):
        read("one,two\n1,2\n".encode("utf-16-le"))


def test_an_old_workbook_is_refused() -> None:
    with pytest.raises(FormatError, match="old Excel"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def test_two_tables_may_be_open_at_once() -> None:
    data = "one,two\né,1\n".encode("cp1252")
    with open_table(member(data), LAYOUT) as first, open_table(member(data), LAYOUT) as second:
        rows: Iterator[tuple[int, list[str]]] = first.rows()
        list(second.rows())
        list(rows)
        assert len(first.take_warnings()) == len(second.take_warnings()) == 1


CELL = st.text(alphabet="ab,;\"'\n\r é😀\t", max_size=8)


@given(st.lists(st.tuples(CELL, CELL), max_size=8))
@settings(max_examples=100)
def test_what_a_csv_writer_writes_is_read_back(rows: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["one", "two"])
    writer.writerows(rows)
    found, table = read(out.getvalue())
    assert [tuple(row) for _, row in found] == rows
    assert skips(table) == []


@given(st.binary(max_size=300))
@settings(max_examples=100)
def test_no_bytes_raise_anything_but_an_input_error(data: bytes) -> None:
    with contextlib.suppress(FormatError, LimitError):
        read(b"one,two\n" + data)


LOOSE = st.text(alphabet='ab,"\n\r\x0b\u2028é', max_size=120)


@given(LOOSE, st.sampled_from([1, 2, 3, 1_000]), st.sampled_from([3, 1_000]), st.sampled_from([12, 1_000]))
@settings(max_examples=400)
def test_rows_many_at_a_time_are_the_rows_one_by_one(text: str, block: int, rows: int, chars: int) -> None:
    limits = replace(DEFAULT, rows=rows, row_chars=max(chars, 12), field_chars=chars // 2)
    before = table_module._BLOCK_LINES
    found = []
    try:
        for count in (0, block):
            table_module._BLOCK_LINES = count
            many, table = read("one,two\n" + text, limits)
            found.append((many, skips(table)))
    finally:
        table_module._BLOCK_LINES = before
    assert found[0] == found[1]


def test_columns_are_picked_from_some_rows_at_a_time() -> None:
    with open_table(member("two,one\nb,a\nd,c\n"), LAYOUT) as table:
        [(lines, rows)] = table.blocks()
        assert lines == [2, 3]
        assert table.pick(rows, "one", "three", "two") == [("a", "c"), ("", ""), ("b", "d")]


def test_a_block_ends_before_what_is_noted() -> None:
    with open_table(member("one,two\n1,2\n3,4\nfaulty\n5,6\n"), LAYOUT) as table:
        noted = [(lines, len(table.take_skips())) for lines, _ in table.blocks()]
    assert noted == [([2, 3], 0), ([5], 1)]
