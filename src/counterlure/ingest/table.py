"""Rows of a CSV file as LinkedIn writes it, or as a spreadsheet program saved it again.

The delimiter is decided by the header row only. A row that cannot be read is named and left out, and the file goes
on; a quote that is never closed costs the row in which it stands, not the rows behind it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
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
from counterlure.ingest.lines import Lines, TooLong
from counterlure.ingest.member import Member

PREAMBLE_LINES = 32
HEAD_BYTES = 4096
MAX_SKIPS = 10_000
_BLOCK_LINES = 256
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Block = tuple[list[int], list[list[str]]]
"""The physical lines on which some rows start, and the cells of each of these rows."""


class Table:
    """One table: its header, then its rows with the physical line on which each starts."""

    def __init__(self, source: str, header: Header, cells: list[str], warnings: list[str]) -> None:
        self.source = source
        self.header = header
        self._header_row = [normal(cell) for cell in cells]
        self._blocks: Iterator[Block] = iter(())
        self._warnings = warnings
        self._skips: list[Skip] = []
        self._skip_count = 0
        warnings.extend(header.warnings)

    def columns(self, *names: str) -> tuple[int, ...]:
        """Where the named columns stand in each row of `rows`; a column that the file lacks is always empty."""
        return tuple(self.header.position.get(name, self.header.width) for name in names)

    def blocks(self) -> Iterator[Block]:
        """The readable rows, some hundred at a time; each has as many cells as the header.

        What cannot be read is left in `take_skips`. An input that breaks in the middle, by its bytes or by a limit,
        ends here with a skip that says so; what was read before stays.
        """
        return self._blocks

    def pick(self, rows: Sequence[list[str]], *names: str) -> list[tuple[str, ...]]:
        """The named columns of some rows of `blocks`; a column that the file lacks is always empty."""
        cells = [*zip(*rows, strict=True), ("",) * len(rows)]
        return [cells[at] for at in self.columns(*names)]

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(line, cells) of each row of `blocks`, with one empty cell added at the end."""
        for lines, rows in self._blocks:
            for line, row in zip(lines, rows, strict=True):
                row.append("")
                yield line, row

    def is_header(self, row: list[str]) -> bool:
        """Whether a row of `blocks` repeats the header, as in files that were glued together."""
        return [normal(cell) for cell in row] == self._header_row

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

    def feed(self, blocks: Iterator[Block]) -> None:
        """Gives the rows that `blocks` hands out."""
        self._blocks = blocks

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
    with member.open() as stream:
        yield _text_table(member, decoded(member, stream, head, warnings), warnings, layout, limits)


def _text_table(member: Member, pieces: Iterator[str], warnings: list[str], layout: Layout, limits: Limits) -> Table:
    lines = Lines(pieces, limits.row_chars)
    seen: list[list[str]] = []
    try:
        for line in islice(lines, PREAMBLE_LINES):
            delimiter = delimiter_of(line, layout)
            cells = cells_of(line, delimiter)
            if not missing(cells, layout):
                table = Table(member.source, _header(cells, layout, member, limits), cells, warnings)
                table.feed(_CsvRows(lines, delimiter, table, limits).blocks())
                return table
            seen.append(cells)
            lines.begin()
    except UnicodeDecodeError as error:
        raise FormatError(member.source, f"bytes that are not {error.encoding}") from None
    except TooLong:
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


def _padded(rows: Iterator[tuple[int, list[str]]], table: Table) -> Iterator[Block]:
    # A sheet does not store empty cells at the end of a row, nor rows without content.
    width, line = table.header.width, 0
    try:
        for line, cells in rows:
            while len(cells) > width and not cells[-1]:
                cells.pop()
            if len(cells) > width:
                table.mismatch(line, len(cells))
            elif any(cells):
                yield [line], [cells + [""] * (width - len(cells))]
    except InputError as error:
        table.broken(line + 1, error)


class _CsvRows:
    """Rows of a CSV text: some hundred at a time as long as they are sound, one by one where they are not."""

    def __init__(self, lines: Lines, delimiter: str, table: Table, limits: Limits) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._single = csv.reader(lines, delimiter=delimiter, strict=True)
        self._table = table
        self._limit = self._left = limits.rows
        self._ended = False

    def blocks(self) -> Iterator[Block]:
        """Every readable row; each block ends where something is to be noted, so that notes keep their order."""
        while not self._ended:
            lines = self._lines.ahead(min(_BLOCK_LINES, self._left))
            end = self._lines.number + max(1, len(lines))
            if block := self._sound(lines):
                yield block
            while self._lines.number < end and not self._ended:
                if one := self._next():
                    yield one

    def _sound(self, lines: list[str]) -> Block | None:
        """The rows before the first that is faulty or does not end within these lines."""
        rows: list[list[str]] = []
        first, ends = self._lines.number + 1, [0]
        reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
        width = self._table.header.width
        with suppress(csv.Error):
            for row in reader:
                if len(row) != width:
                    break
                rows.append(row)
                ends.append(reader.line_num)
        self._lines.pass_over(ends.pop())
        self._left -= len(rows)
        return ([first + before for before in ends], rows) if rows else None

    def _next(self) -> Block | None:
        """The next row, None where it is none."""
        lines, table = self._lines, self._table
        lines.begin()
        start = lines.number + 1
        try:
            row = next(self._single)
        except StopIteration:
            self._ended = True
            return None
        except (csv.Error, TooLong) as error:
            fault = "not a CSV row: " if isinstance(error, csv.Error) else ""
            table.skip(start, f"{fault}{error}")
            lines.again()
            return None
        except (InputError, UnicodeDecodeError) as error:
            self._break_off(start, error)
            return None
        if len(row) != table.header.width:
            if row:
                table.mismatch(start, len(row))
            return None
        if self._left == 0:
            self._break_off(start, LimitError(table.source, f"more than {self._limit:,} rows"))
            return None
        self._left -= 1
        return [start], [row]

    def _break_off(self, line: int, error: InputError | UnicodeDecodeError) -> None:
        self._table.broken(line, error)
        self._ended = True
