"""A spreadsheet that opens our tables computes nothing, and the JSON twin loses nothing."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.model import Judgement
from counterlure.report.tables import Table, csv_text, guarded, tables

TRIGGERS = "=+-@\t\r\x00＝＋－＠"
texts = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(TRIGGERS + ';", \n')), max_size=30)


@given(texts)
@settings(max_examples=100)
def test_no_cell_opens_with_a_formula(text: str) -> None:
    cell = guarded(text)
    assert not cell or cell[0] not in TRIGGERS
    if text and text[0] in TRIGGERS:
        assert cell.startswith("'")


@given(texts)
@settings(max_examples=100)
def test_no_cell_opens_with_a_formula_where_semicolons_separate(text: str) -> None:
    line = csv_text(Table("t", ("a", "b"), (("x", text),))).split("\r\n", 1)[1]
    for delimiter in (";", "\t"):
        for piece in line.replace("\n", delimiter).replace("\r", delimiter).split(delimiter):
            assert piece.strip(' "')[:1] not in set("=+-@＝＋－＠") - {""} or piece.startswith(("x", '"x'))


@given(texts)
@settings(max_examples=100)
def test_plain_cells_are_left_as_they_are(text: str) -> None:
    plain = "a" + text.translate({ord(c): None for c in ";\t\r\n"})
    assert guarded(plain) == plain


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    assert [guarded(cell) for cell in (0.25, 3, -1, None)] == ["0.25", "3", "-1", ""]


def test_every_table_reads_back_with_its_columns(nasty: Judgement) -> None:
    for table in tables(nasty):
        read = list(csv.reader(io.StringIO(csv_text(table), newline="")))
        assert tuple(read[0]) == table.columns
        assert len(read) == len(table.rows) + 1
        assert {len(row) for row in read} == {len(table.columns)}


def test_lines_end_as_rfc_4180_says(story: Judgement) -> None:
    assert all(csv_text(table).endswith("\r\n") for table in tables(story))


def test_findings_keep_their_place_to_check(story: Judgement) -> None:
    findings = next(t for t in tables(story) if t.name == "findings")
    source = findings.columns.index("source")
    assert {row[source] for row in findings.rows} >= {"archive.zip/messages.csv:31", "register.csv:0"}
