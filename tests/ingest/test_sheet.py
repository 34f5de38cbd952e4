from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest

from counterlure.errors import FormatError, LimitError
from counterlure.ingest import sheet
from counterlure.ingest.connections import read as read_connections
from counterlure.ingest.limits import DEFAULT, Limits
from counterlure.ingest.sheet import sheet_rows
from tests.ingest.archives import CONNECTIONS_2023, PARTNER, context, member


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(data: bytes, name: str, text: bytes) -> bytes:
    """The workbook with one of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, text if part == name else old.read(part))
    return out.getvalue()


def rows(data: bytes, limits: Limits = DEFAULT) -> list[tuple[int, list[str]]]:
    return list(sheet_rows(member(data, "Connections.csv"), limits))


def test_cells_become_the_text_a_csv_file_would_hold() -> None:
    data = workbook(
        ("a", None, 1, 1.5, 2.0, True), (datetime(2026, 6, 27, 8, 30), date(2026, 6, 27), "=1+1", None, None, "é")
    )
    assert rows(data)[0] == (1, ["a", "", "1", "1.5", "2", "True"])
    assert rows(data)[1][1][:2] == ["2026-06-27 08:30:00", "2026-06-27 00:00:00"]


def test_a_workbook_named_connections_csv_is_read_with_a_warning() -> None:
    header = tuple(CONNECTIONS_2023.split(","))
    data = workbook(
        ("Notes:",),
        ("When exporting…",),
        (),
        header,
        ("Bo", "Example", PARTNER, None, "Works", "Boss", datetime(2026, 6, 27)),
    )
    [batch] = read_connections(member(data, "Connections.csv"), context())
    assert [(row.slug, row.connected_on, row.line) for row in batch.connections] == [("in:bo-example", 1782518400, 5)]
    assert "Excel workbook" in batch.warnings[0]


def test_a_workbook_with_entities_is_refused() -> None:
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        b'<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
    )
    with pytest.raises(FormatError, match="entities"):
        rows(changed(workbook(("a",)), "xl/worksheets/sheet1.xml", bomb))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_that_names_an_outside_file_is_refused(encoding: str) -> None:
    xxe = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&a;</t></si></sst>'
    )
    data = changed(workbook(("a",)), "xl/theme/theme1.xml", xxe.encode(encoding))
    with pytest.raises(FormatError, match="entities"):
        rows(data)


def test_entities_would_not_be_expanded_even_if_they_came_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "_check_archive", lambda *_: None)
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol">]><styleSheet>&a;</styleSheet>'
    with pytest.raises(FormatError, match="workbook"):
        rows(changed(workbook(("a",)), "xl/styles.xml", bomb))


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml", "xl/styles.xml"]
)
def test_a_damaged_part_refuses_the_workbook(part: str) -> None:
    with pytest.raises(FormatError, match="damaged"):
        rows(changed(workbook(("a", "b")), part, b"<a><b"))


def test_a_workbook_that_unpacks_too_far_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "UNPACKED_BYTES", 1_000)
    with pytest.raises(LimitError, match="unpacked"):
        rows(workbook(("a",)))


def test_a_dense_part_refuses_the_workbook() -> None:
    with pytest.raises(FormatError, match="cannot be trusted"):
        rows(changed(workbook(("a",)), "xl/styles.xml", b" " * 200_000), replace(DEFAULT, ratio_floor=100_000))


def test_a_workbook_past_its_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "FILE_BYTES", 100)
    with pytest.raises(LimitError, match="exceeds"):
        rows(workbook(("a",)))


def test_no_more_columns_than_allowed_are_looked_at() -> None:
    data = workbook(tuple(f"c{n}" for n in range(50)))
    assert len(rows(data, replace(DEFAULT, columns=10))[0][1]) == 11
