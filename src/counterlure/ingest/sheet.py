"""Excel workbooks under the name of a CSV file, as somebody saved them again.

A workbook is a ZIP of XML: its entries pass the same limits as any archive. No workbook declares a document type, so
one that does is refused before its XML is parsed, and defusedxml would not expand what it declares.
"""

from __future__ import annotations

import io
import warnings
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import openpyxl
import openpyxl.xml
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from counterlure.errors import FormatError, LimitError
from counterlure.ingest.archive import Archive
from counterlure.ingest.limits import MIB, Limits
from counterlure.ingest.member import Member

FILE_BYTES = 64 * MIB
UNPACKED_BYTES = 256 * MIB
# openpyxl raises whatever its innards raise; it has no error class of its own for a damaged file.
_DAMAGED = (
    InvalidFileException,
    BadZipFile,
    ParseError,
    AttributeError,
    IndexError,
    KeyError,
    OSError,
    OverflowError,
    TypeError,
    ValueError,
    zlib.error,
)


def sheet_rows(member: Member, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells as text) of the first sheet, in order; dates as "YYYY-MM-DD HH:MM:SS".

    `LimitError` for a workbook that is too large or dense, `FormatError` for one that is damaged or has entities.
    """
    if member.size > FILE_BYTES:
        raise LimitError(member.source, f"workbook exceeds {FILE_BYTES:,} bytes")
    data = member.read()
    _check_archive(data, member, limits)
    if openpyxl.xml.LXML or not openpyxl.xml.DEFUSEDXML:
        raise FormatError(member.source, "workbooks are read with defusedxml only; set OPENPYXL_LXML=False")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield from _cells(data, limits)
    except DefusedXmlException:
        raise FormatError(member.source, "the workbook declares XML entities; save it as 'CSV UTF-8'") from None
    except _DAMAGED as error:
        kind = type(error).__name__
        raise FormatError(member.source, f"the workbook is damaged ({kind}); save it as 'CSV UTF-8'") from None


def _cells(data: bytes, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [_text(value, limits.field_chars) for value in row[: limits.columns + 1]]
    finally:
        book.close()


def _text(value: object, limit: int) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:limit]


def _check_archive(data: bytes, member: Member, limits: Limits) -> None:
    archive = Archive(io.BytesIO(data), member.source, limits)
    if archive.skipped:
        raise FormatError(member.source, f"the workbook cannot be trusted: {archive.skipped[0].reason}")
    if sum(entry.unpacked for entry in archive.entries.values()) > min(UNPACKED_BYTES, limits.unpacked_bytes):
        raise LimitError(member.source, f"workbook exceeds {UNPACKED_BYTES:,} bytes unpacked")
    for path in archive.entries:
        with archive.open(path) as stream:
            before = b""
            while piece := stream.read(MIB):
                plain = before + piece.replace(b"\0", b"")  # UTF-16 too
                if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
                    raise FormatError(member.source, "the workbook declares XML entities; save it as 'CSV UTF-8'")
                before = plain[-10:]
