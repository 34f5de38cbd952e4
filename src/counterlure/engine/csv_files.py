"""CSV as a table of texts: the header decides the delimiter, a row that cannot be parsed is named and left out."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from counterlure.engine.duckdb_engine import DuckEngine
from counterlure.engine.quoting import literal
from counterlure.errors import FormatError
from counterlure.model import Skipped

EXAMPLES = 20
"""Rows listed per reason; then comes how many there are."""
HEADER_BYTES = 65_536
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line tells: the columns as written, the delimiter, and how lines end, as DuckDB writes it."""

    columns: tuple[str, ...]
    delimiter: str
    line_end: str


def header_of(path: Path) -> Header:
    """The first line of a CSV file, gzipped or not. FormatError where it is no header."""
    try:
        with _opened(path) as file:
            head = file.read(HEADER_BYTES)
    except (OSError, EOFError) as error:
        raise FormatError(str(path), f"cannot be read: {type(error).__name__}") from error
    line, found, _ = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")
    if not line.strip():
        raise FormatError(str(path), "is empty or starts with an empty line; the first line names the columns")
    if not found and len(head) == HEADER_BYTES:
        raise FormatError(str(path), f"has a first line of more than {HEADER_BYTES} bytes; it should name the columns")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(str(path), "is not UTF-8; save it as UTF-8") from error
    delimiter = max(_DELIMITERS, key=text.count)
    return Header(_cells(path, text.rstrip("\r"), delimiter), delimiter, r"\r\n" if text.endswith("\r") else r"\n")


def _cells(path: Path, line: str, delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, strict=True)))
    except csv.Error as error:
        raise FormatError(str(path), f"has a first line that is no header: {error}") from error


def _opened(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if path.suffix.lower() == ".gz" else path.open("rb")


def load(reader: DuckEngine, table: str, path: Path, header: Header) -> list[Skipped]:
    """Makes `table` of the rows, columns c0, c1, ... as texts, in the order of the file; hands out what it left out."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(header.columns)))
    options = (
        f"columns = {{{columns}}}, auto_detect = false, header = false, skip = 1, delim = {literal(header.delimiter)},"
        f" quote = '\"', escape = '\"', new_line = {literal(header.line_end)},"
        f" store_rejects = true, rejects_limit = 0, rejects_table = '{table}_rejects', rejects_scan = '{table}_scan'"
    )
    reader.database.execute("SET preserve_insertion_order = true")
    try:
        reader.step(table, f"SELECT * FROM read_csv({literal(str(path))}, {options})")
    finally:
        reader.database.execute("SET preserve_insertion_order = false")
    return _left_out(reader, f"{table}_rejects", path)


def _left_out(reader: DuckEngine, rejects: str, path: Path) -> list[Skipped]:
    seen = reader.arrays(
        f"SELECT line::BIGINT AS line, min(error_type::VARCHAR) AS fault, count(*) OVER () AS lines"
        f" FROM {rejects} GROUP BY line ORDER BY line LIMIT {EXAMPLES}"
    )
    listed = [
        Skipped(f"{path}:{line}", f"cannot be parsed ({fault.lower()}); left out")
        for line, fault in zip(seen["line"].tolist(), seen["fault"].tolist(), strict=True)
    ]
    lines = int(seen["lines"][0]) if listed else 0
    return listed + ([Skipped(str(path), f"{lines} lines cannot be parsed; all left out")] if lines > EXAMPLES else [])
