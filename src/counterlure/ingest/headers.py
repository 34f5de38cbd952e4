"""Header rows: which columns a file is known to have, in which languages, and which it needs."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from counterlure.errors import FormatError
from counterlure.ingest.dates import shown
from counterlure.text import clean_text

DELIMITERS = (",", ";", "\t")
_LOOKED_AT = 600  # cells of a row that might be the header; more are no known file
_GAPS = re.compile(r"[\s_]+")


@dataclass(frozen=True)
class Layout:
    """The columns of one kind of file, by their normal names (`normal`).

    columns : every column ever seen in this file.
    needs : sets of columns; a file must have all columns of at least one set.
    aliases : header in another language -> (language, column). No archive with translated headers is known, so
        their use is always announced.
    """

    columns: frozenset[str]
    needs: tuple[frozenset[str], ...]
    aliases: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Header:
    """A header row that was understood: where each known column stands, how many there are, what to warn of."""

    position: dict[str, int]
    width: int
    warnings: tuple[str, ...]

    @property
    def columns(self) -> frozenset[str]:
        """The known columns of this file."""
        return frozenset(self.position)


def normal(name: str) -> str:
    """A column name for comparison: clean, case-folded, underscores and runs of white space as one space."""
    return _GAPS.sub(" ", clean_text(name)).strip().casefold()


def delimiter_of(line: str, layout: Layout) -> str:
    """The delimiter under which the line shows most known columns; a comma where none does."""
    return max(DELIMITERS, key=lambda delimiter: len(_known(cells_of(line, delimiter), layout)))


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of a single line, none where it is no row by itself."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


def missing(cells: list[str], layout: Layout) -> frozenset[str]:
    """The columns that a row lacks to be the header, by the set it comes nearest to."""
    known = set(_known(cells, layout))
    return min((need - known for need in layout.needs), key=len)


def known_count(cells: list[str], layout: Layout) -> int:
    """How many known columns a row names."""
    return len(set(_known(cells, layout)))


def read_header(cells: list[str], layout: Layout, source: str) -> Header:
    """The header behind a row that lacks nothing; `FormatError` where a known column stands twice."""
    position: dict[str, int] = {}
    unknown: list[str] = []
    languages: set[str] = set()
    for index, cell in enumerate(cells):
        name = normal(cell)
        language, column = layout.aliases.get(name, ("", name)) if name not in layout.columns else ("", name)
        if column not in layout.columns:
            if name:
                unknown.append(shown(cell))
            continue
        if column in position:
            raise FormatError(source, f"column {shown(cell)} stands twice in the header row")
        position[column] = index
        if language:
            languages.add(language)
    return Header(position, len(cells), tuple(_warnings(unknown, languages)))


def _known(cells: list[str], layout: Layout) -> list[str]:
    names = (normal(cell) for cell in cells[:_LOOKED_AT])
    columns = (name if name in layout.columns else layout.aliases.get(name, ("", ""))[1] for name in names)
    return [column for column in columns if column]


def _warnings(unknown: list[str], languages: set[str]) -> list[str]:
    found = []
    if languages:
        found.append(
            f"HEADERS ARE NOT IN ENGLISH ({', '.join(sorted(languages))}): columns were matched by a table that no "
            "real archive has confirmed; compare a few rows with the file"
        )
    if unknown:
        more = f" and {len(unknown) - 8} more" if len(unknown) > 8 else ""
        found.append(f"unknown columns not read: {', '.join(unknown[:8])}{more}")
    return found
