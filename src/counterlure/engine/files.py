"""Platform tables as files: Parquet or CSV, one file, a folder or a pattern of parts, read by DuckDB as one relation.

Columns are matched by name, whatever their order and case. Every row keeps its file and its number: in Parquet the row
of the file, in CSV the row below the header among those that could be parsed, both counted from 1.
"""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from counterlure.engine.csv_files import header_of, load
from counterlure.engine.duckdb_engine import DuckEngine
from counterlure.engine.quoting import identifier, literal, named, plain
from counterlure.engine.sql import checked
from counterlure.engine.times import UNTOLD, seconds
from counterlure.errors import FormatError, InputError, LimitError
from counterlure.model import Skipped

PARTS_MAX = 10_000
CSV = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
PARQUET = (".parquet",)
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_TEXTS = ("VARCHAR", "UUID", *_WHOLE)


class Holds(StrEnum):
    """What a column holds: a text, where whole numbers are taken as their digits, or a time."""

    TEXT = "text"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Source:
    """A relation made of files: view `name(file, row, ...)` in the reader, every wanted column in it.

    columns : which of the wanted columns any file has; the others are NULL, times `UNTOLD`. skipped : what is left out.
    """

    name: str
    path: Path
    columns: frozenset[str]
    skipped: list[Skipped]
    tables: tuple[str, ...]
    """What CSV files were loaded into."""

    def close(self, reader: DuckEngine) -> None:
        """Gives back what it holds in memory."""
        reader.database.execute(f"DROP VIEW {self.name}")
        reader.drop(*self.tables)


@dataclass(frozen=True, slots=True)
class _Part:
    """Files of one layout. columns : wanted column -> (its name as SQL, its type)."""

    paths: tuple[Path, ...]
    relation: str
    file: str
    row: str
    columns: dict[str, tuple[str, str]]
    is_table: bool


def open_source(
    reader: DuckEngine, name: str, path: Path, wanted: Mapping[str, Holds], needed: Sequence[str]
) -> Source:
    """Makes view `name` of the files at `path` with the columns `wanted`, lower case; `needed` are those it must have.

    Raises
    ------
    InputError where there is no such file; FormatError where one is damaged, neither Parquet nor CSV, lacks a needed
    column, or holds something else in one; LimitError for more than 10,000 parts.
    """
    skipped: list[Skipped] = []
    parts: list[_Part] = []
    layouts: dict[tuple[tuple[str, tuple[str, str]], ...], list[Path]] = {}
    for number, file in enumerate(_files(path, skipped)):
        if file.suffix.lower() in PARQUET:
            columns = _parquet_columns(reader, file, wanted, needed)
            layouts.setdefault(tuple(sorted(columns.items())), []).append(file)
        else:
            parts.append(_csv_part(reader, f"{checked(name)}_{number}", file, wanted, needed, skipped))
    parts += [_parquet_part(tuple(files), dict(columns)) for columns, files in layouts.items()]
    selects = [_select(reader, part, wanted) for part in parts]
    reader.database.execute(f'CREATE OR REPLACE VIEW "{checked(name)}" AS {" UNION ALL ".join(selects)}')
    columns_read = frozenset(column for part in parts for column in part.columns)
    return Source(name, path, columns_read, skipped, tuple(part.relation for part in parts if part.is_table))


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turns what DuckDB says of a damaged file into a FormatError that names it."""
    import duckdb

    try:
        yield
    except (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException):
        raise  # our own mistake, no fault of the file
    except duckdb.Error as error:
        raise FormatError(str(path), f"cannot be read: {plain(str(error))}") from error


def _files(path: Path, skipped: list[Skipped]) -> list[Path]:
    if path.is_file():
        files = [path.resolve()]
    elif path.is_dir():
        files = [file.resolve() for file in sorted(path.rglob("*")) if file.is_file() and not _hidden(file, path)]
        skipped += [Skipped(str(file), "neither .parquet nor CSV; not read") for file in files if not _known(file)]
        files = [file for file in files if _known(file)]
    else:
        files = [Path(file).resolve() for file in sorted(glob.glob(str(path), recursive=True)) if Path(file).is_file()]
    if not files:
        raise InputError(str(path), "no such file, and no folder or pattern with .parquet or .csv files")
    if len(files) > PARTS_MAX:
        raise LimitError(str(path), f"more than {PARTS_MAX} files; write fewer, larger parts")
    for file in files:
        if not _known(file):
            raise FormatError(str(file), f"a table is a file ending in {', '.join((*PARQUET, *CSV))}")
    return files


def _hidden(file: Path, folder: Path) -> bool:
    """Whether it is what Spark and others leave beside the parts, as `_SUCCESS` and `.part-0.crc`."""
    return any(name[0] in "._" for name in file.relative_to(folder).parts)


def _known(file: Path) -> bool:
    return file.name.lower().endswith((*PARQUET, *CSV))


def _parquet_columns(
    reader: DuckEngine, file: Path, wanted: Mapping[str, Holds], needed: Sequence[str]
) -> dict[str, tuple[str, str]]:
    with reading(file):
        found = reader.database.execute(f"DESCRIBE SELECT * FROM {_parquet((file,), '')}").fetchall()
    names = {str(column): str(kind) for column, kind, *_ in found}
    return _matched(file, names, {column: identifier(column) for column in names}, wanted, needed)


def _parquet_part(files: tuple[Path, ...], columns: dict[str, tuple[str, str]]) -> _Part:
    return _Part(files, _parquet(files, ", filename = true, file_row_number = true"), "filename",
                 "file_row_number + 1", columns, False)  # fmt: skip


def _parquet(files: tuple[Path, ...], options: str) -> str:
    names = ", ".join(literal(glob.escape(str(file))) for file in files)
    return f"read_parquet([{names}], hive_partitioning = false{options})"


def _csv_part(
    reader: DuckEngine,
    table: str,
    file: Path,
    wanted: Mapping[str, Holds],
    needed: Sequence[str],
    skipped: list[Skipped],
) -> _Part:
    header = header_of(file)
    places = {column: f"c{i}" for i, column in enumerate(header.columns)}
    if len(places) < len(header.columns):
        raise FormatError(str(file), f"names a column twice: {named(list(header.columns))}")
    columns = _matched(file, dict.fromkeys(header.columns, "VARCHAR"), places, wanted, needed)
    with reading(file):
        skipped += load(reader, table, file, header)
    return _Part((file,), table, literal(str(file)), "rowid + 1", columns, True)


def _matched(
    file: Path, kinds: Mapping[str, str], as_sql: Mapping[str, str], wanted: Mapping[str, Holds], needed: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Wanted column -> (SQL, type) for those that the file has; FormatError where it cannot serve."""
    columns: dict[str, tuple[str, str]] = {}
    for column, kind in kinds.items():
        name = column.strip().lower()
        if name not in wanted:
            continue
        if name in columns:
            raise FormatError(str(file), f"has column {name} twice, in other spelling; keep one")
        if wanted[name] is Holds.TEXT and kind not in _TEXTS:
            raise FormatError(str(file), f"column {name} is {plain(kind)}; texts or whole numbers are needed")
        columns[name] = (as_sql[column], kind)
    if not columns.keys() >= set(needed):
        raise FormatError(str(file), f"has the columns {named(list(kinds))}; needed are {', '.join(needed)}")
    return columns


def _select(reader: DuckEngine, part: _Part, wanted: Mapping[str, Holds]) -> str:
    source = str(part.paths[0])
    columns = [f"{part.file} AS file", f"({part.row})::BIGINT AS row"]
    for name, holds in wanted.items():
        if name not in part.columns:
            value = str(UNTOLD) + "::BIGINT" if holds is Holds.TIME else "NULL::VARCHAR"
        elif holds is Holds.TIME:
            with reading(part.paths[0]):
                value = seconds(reader, part.relation, *part.columns[name], name, source)
        else:
            value = f"{part.columns[name][0]}::VARCHAR"
        columns.append(f"{value} AS {identifier(name)}")
    return f"SELECT {', '.join(columns)} FROM {part.relation}"
