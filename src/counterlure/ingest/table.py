"""Rows of a CSV file as LinkedIn writes it, or as a spreadsheet program saved it again.

The delimiter is decided by the header row only. A row that cannot be read is named and left out, and the file goes
on; a quote that is never closed costs the row in which it stands, not the rows behind it.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from counterlure.case.rows import Skip
from counterlure.errors import FormatError, InputError, LimitError
from counterlure.ingest.encoding import decoded
from counterlure.ingest.headers import (
    Header,
    Layout,
    cells_of,
    delimiter_of,
    known_count,
    missing,
    normal,
    read_header,
)
from counterlure.ingest.limits import DEFAULT, Limits
from counterlure.ingest.member import Member

PREAMBLE_LINES = 32
HEAD_BYTES = 4096
MAX_SKIPS = 10_000
_REREAD_CHARS = 64 << 20
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Table:
    """One table: its header, then its rows with the physical line on which each starts."""

    def __init__(self, source: str, header: Header, cells: list[str], warnings: list[str]) -> None:
        self.source = source
        self.header = header
        self._header_row = [normal(cell) for cell in cells]
        self._rows: Iterator[tuple[int, list[str]]] = iter(())
        self._warnings = warnings
        self._skips: list[Skip] = []
        self._skip_count = 0
        warnings.extend(header.warnings)

    def columns(self, *names: str) -> tuple[int, ...]:
        """Where the named columns stand in each row of `rows`; a column that the file lacks is always empty."""
        return tuple(self.header.position.get(name, self.header.width) for name in names)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(line, cells) of each readable row, with one empty cell added at the end.

        What cannot be read is left in `take_skips`. An input that breaks in the middle, by its bytes or by a limit,
        ends here with a skip that says so; what was read before stays.
        """
        return self._rows

    def is_header(self, row: list[str]) -> bool:
        """Whether a row of `rows` repeats the header, as in files that were glued together."""
        return [normal(cell) for cell in row[:-1]] == self._header_row

    def skip(self, line: int, reason: str) -> None:
        """Notes a row that is not read, or read with a loss; at most `MAX_SKIPS` are listed."""
        self._skip_count += 1
        if self._skip_count <= MAX_SKIPS:
            self._skips.append(Skip(line, reason))
        elif self._skip_count == MAX_SKIPS + 1:
            self._skips.append(Skip(line, "this and further rows of the file are faulty and no longer listed"))

    def take_skips(self) -> list[Skip]:
        """The skips since the last call."""
        taken, self._skips = self._skips, []
        return taken

    def take_warnings(self) -> list[str]:
        """What is to be said about the file as a whole, since the last call."""
        taken = list(self._warnings)
        self._warnings.clear()
        return taken

    def feed(self, rows: Iterator[tuple[int, list[str]]]) -> None:
        """Gives the rows that `rows` hands out."""
        self._rows = rows

    def mismatch(self, line: int, cells: int) -> None:
        """Notes a row of another width than the header."""
        self.skip(line, f"has {cells} cells where the header has {self.header.width}")

    def broken(self, line: int, error: InputError | UnicodeDecodeError) -> None:
        """Notes that the file cannot be read from this line on."""
        reason = error.reason if isinstance(error, InputError) else f"bytes that are not {error.encoding}"
        self.skip(line, f"not read from here on: {reason}")


@contextmanager
def open_table(member: Member, layout: Layout, limits: Limits = DEFAULT) -> Iterator[Table]:
    """The table in a member; `FormatError` or `LimitError` where there is none that we know.

    Sets the process-wide field limit of the `csv` module to `limits.field_chars`.
    """
    with member.open() as stream:
        head = stream.read(HEAD_BYTES)
    if head.startswith(_OLD_EXCEL):
        raise FormatError(member.source, "is an old Excel workbook; save it as 'CSV UTF-8'")
    if head.startswith(_ZIP):
        # Loaded here because openpyxl takes longer to start than most archives take to read.
        from counterlure.ingest.sheet import sheet_rows

        yield _sheet_table(member, sheet_rows(member, limits), layout, limits)
        return
    csv.field_size_limit(limits.field_chars)
    warnings: list[str] = []
    with member.open() as stream, decoded(member, stream, head, warnings) as text:
        yield _text_table(member, text, warnings, layout, limits)


def _text_table(member: Member, text: io.TextIOWrapper, warnings: list[str], layout: Layout, limits: Limits) -> Table:
    lines = _Lines(text, limits.row_chars)
    seen: list[list[str]] = []
    try:
        for line in islice(lines, PREAMBLE_LINES):
            delimiter = delimiter_of(line, layout)
            cells = cells_of(line, delimiter)
            if not missing(cells, layout):
                table = Table(member.source, _header(cells, layout, member, limits), cells, warnings)
                table.feed(_csv_rows(lines, delimiter, table, limits.rows))
                return table
            seen.append(cells)
            lines.begin()
    except UnicodeDecodeError as error:
        raise FormatError(member.source, f"bytes that are not {error.encoding}") from None
    except _TooLong:
        raise LimitError(member.source, f"a line before the rows exceeds {limits.row_chars:,} characters") from None
    raise _no_header(member, seen, layout)


def _sheet_table(member: Member, rows: Iterator[tuple[int, list[str]]], layout: Layout, limits: Limits) -> Table:
    seen: list[list[str]] = []
    for _, cells in islice(rows, PREAMBLE_LINES):
        if not missing(cells, layout):
            warnings = ["is an Excel workbook under another name; dates and long numbers may have changed"]
            table = Table(member.source, _header(cells, layout, member, limits), cells, warnings)
            table.feed(_padded(rows, table))
            return table
        seen.append(cells)
    raise _no_header(member, seen, layout)


def _header(cells: list[str], layout: Layout, member: Member, limits: Limits) -> Header:
    if len(cells) > limits.columns:
        raise LimitError(member.source, f"more than {limits.columns} columns")
    return read_header(cells, layout, member.source)


def _no_header(member: Member, seen: Iterable[list[str]], layout: Layout) -> FormatError:
    best = max(seen, key=lambda cells: known_count(cells, layout), default=[])
    if known_count(best, layout) < 2:
        names = ", ".join(sorted(layout.needs[0]))
        return FormatError(member.source, f"no header row in the first {PREAMBLE_LINES} lines; expected {names}")
    lack = ", ".join(f'"{name}"' for name in sorted(missing(best, layout)))
    return FormatError(member.source, f"the header row lacks {lack}; hand in the file as it was downloaded")


def _padded(rows: Iterator[tuple[int, list[str]]], table: Table) -> Iterator[tuple[int, list[str]]]:
    # A sheet does not store empty cells at the end of a row, nor rows without content.
    width, line = table.header.width, 0
    try:
        for line, cells in rows:
            while len(cells) > width and not cells[-1]:
                cells.pop()
            if len(cells) > width:
                table.mismatch(line, len(cells))
            elif any(cells):
                yield line, cells + [""] * (width + 1 - len(cells))
    except InputError as error:
        table.broken(line + 1, error)


def _csv_rows(lines: _Lines, delimiter: str, table: Table, limit: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    width, left = table.header.width, limit
    while True:
        lines.begin()
        start = lines.number + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLong) as error:
            fault = "not a CSV row: " if isinstance(error, csv.Error) else ""
            table.skip(start, f"{fault}{error}")
            lines.again()
            continue
        except (InputError, UnicodeDecodeError) as error:
            table.broken(start, error)
            return
        if len(row) == width:
            left -= 1
            if left < 0:
                table.broken(start, LimitError(table.source, f"more than {limit:,} rows"))
                return
            row.append("")
            yield start, row
        elif row:
            table.mismatch(start, len(row))


class _TooLong(Exception):
    """A row grew past its limit."""


class _Lines:
    """Physical lines with their number, bounded, and able to give the lines of a broken row once more."""

    def __init__(self, text: io.TextIOWrapper, limit: int) -> None:
        self.number = 0
        self.limit = limit
        self._readline = text.readline
        self._chars = 0
        self._taken: list[str] = []
        self._pending: deque[str] = deque()
        self._reread = 0

    def begin(self) -> None:
        """A row starts with the next line."""
        self._taken.clear()
        self._chars = 0

    def again(self) -> None:
        """Every line of this row but the first is read again, as the start of rows of its own."""
        behind = self._taken[1:]
        self._reread += sum(map(len, behind))
        if self._reread <= _REREAD_CHARS:
            self._pending.extendleft(reversed(behind))
            self.number -= len(behind)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._pending.popleft() if self._pending else self._readline(self.limit + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self._chars += len(line)
        self._taken.append(line)
        if self._chars > self.limit:
            self._drop_rest(line)
            raise _TooLong(f"row exceeds {self.limit:,} characters")
        return line

    def _drop_rest(self, line: str) -> None:
        while len(line) > self.limit and not line.endswith(("\n", "\r")):
            line = self._readline(self.limit + 1)
