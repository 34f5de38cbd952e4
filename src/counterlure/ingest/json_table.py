"""JSON Lines read as a table: one object per line, its keys the columns."""

from __future__ import annotations

from collections.abc import Iterator

from counterlure.case.rows import Skip
from counterlure.errors import InputError, RowError
from counterlure.ingest.dates import shown
from counterlure.ingest.headers import normal
from counterlure.ingest.json_limits import Located, kind_of, parse, read_lines, text_of
from counterlure.ingest.limits import Limits
from counterlure.ingest.member import Member
from counterlure.ingest.table import MAX_SKIPS

LINES = (".jsonl", ".ndjson")
UNKNOWN = 8


class JsonTable:
    """Rows as lists of texts in the order of the columns; offers what `table.Table` offers to a reader."""

    def __init__(self, member: Member, columns: tuple[str, ...], limits: Limits) -> None:
        self._member = member
        self._columns = columns
        self._limits = limits
        self._skips: list[Skip] = []
        self._listed = 0
        self._unknown: dict[str, bool] = {}  # whether it was told

    def columns(self, *names: str) -> tuple[int, ...]:
        """Where the named columns stand in each row of `rows`."""
        return tuple(self._columns.index(name) for name in names)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(line, cells) of each line that holds an object of texts; what does not is left in `take_skips`."""
        line = 0
        try:
            for line, text in read_lines(self._member, self._limits):
                cells = self._cells(line, text)
                if cells is not None:
                    yield line, cells
        except InputError as error:
            self.skip(line + 1, f"not read from here on: {error.reason}")

    def skip(self, line: int, reason: str) -> None:
        """Notes a row that is not read; at most `MAX_SKIPS` are listed."""
        self._listed += 1
        if self._listed <= MAX_SKIPS:
            self._skips.append(Skip(line, reason))
        elif self._listed == MAX_SKIPS + 1:
            self._skips.append(Skip(line, "this and further rows of the file are faulty and no longer listed"))

    def take_skips(self) -> list[Skip]:
        """The skips since the last call."""
        taken, self._skips = self._skips, []
        return taken

    def take_warnings(self) -> list[str]:
        """What is to be said about the file as a whole, since the last call."""
        unknown = [name for name, told in self._unknown.items() if not told]
        self._unknown.update(dict.fromkeys(unknown, True))
        return [f"unknown columns not read: {', '.join(unknown)}"] if unknown else []

    def _cells(self, line: int, text: str) -> list[str] | None:
        try:
            found = parse(text, self._member.source, self._limits, line)
            if not isinstance(found, Located):
                raise RowError(f"the line holds {kind_of(found)}; expected an object")
            named = self._named(found)
            return [text_of(found, named[name]) or "" if name in named else "" for name in self._columns]
        except (InputError, RowError) as error:
            self.skip(line, error.reason)
            return None

    def _named(self, found: Located) -> dict[str, str]:
        """Column name -> key as written; unknown keys are noted."""
        named: dict[str, str] = {}
        for key in found:
            name = normal(key)
            if name in named:
                raise RowError(f"{shown(key)} is given twice; keep one")
            if name in self._columns:
                named[name] = key
            elif len(self._unknown) < UNKNOWN:
                self._unknown.setdefault(shown(key), False)
        return named
