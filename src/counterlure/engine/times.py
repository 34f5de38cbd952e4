"""Times of a column as epoch seconds, whatever type the file gives them.

- A timestamp or date is taken as it is; without a zone it is UTC.
- A text is read as ISO 8601, without an offset as UTC; a text of digits only is a number.
- A number counts seconds from 10^8 up to 10^10 (1973 to 2286) and milliseconds from 10^11 up to 10^13 (the same years).
  A column keeps to one of the two: both in one column, or numbers and none of either, are an error.
- Anything else, and a time before 1970 or after 2286, is unreadable.
"""

from __future__ import annotations

from counterlure.engine.duckdb_engine import DuckEngine
from counterlure.errors import FormatError

UNTOLD = -1
"""The row tells no time."""
UNREADABLE = -2
"""The row tells one that cannot be read."""
_END = 10_000_000_000
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
            "FLOAT", "DOUBLE")  # fmt: skip


def seconds(reader: DuckEngine, relation: str, column: str, kind: str, name: str, source: str) -> str:
    """SQL for the column's times: BIGINT epoch seconds, `UNTOLD` or `UNREADABLE`.

    relation : SQL that can stand after FROM. column : as SQL. kind : its type in DuckDB. name, source : for messages.

    Raises
    ------
    FormatError naming the column where its type holds no time, or its numbers are ambiguous.
    """
    if kind.startswith("TIMESTAMP") or kind == "DATE":
        stamp = column if kind.endswith("TIME ZONE") else f"{column}::TIMESTAMP"
        return _bounded(f"CASE WHEN isfinite({column}) THEN epoch_us({stamp}) // 1000000 END", f"{column} IS NULL")
    if kind in _NUMBERS or kind.startswith("DECIMAL"):
        number = f"try_cast(floor({column}) AS BIGINT)"
        per = _unit(reader, relation, name, number, f"{column} IS NOT NULL", source)
        return _bounded(f"{number} // {per}", f"{column} IS NULL")
    if kind == "VARCHAR":
        return _of_text(reader, relation, column, name, source)
    raise FormatError(source, f"column {name} is {kind}: a time is a timestamp, a date, ISO text or an epoch number")


def _of_text(reader: DuckEngine, relation: str, column: str, name: str, source: str) -> str:
    text = f"trim({column})"
    number = f"CASE WHEN regexp_full_match({text}, '[0-9]{{1,18}}') THEN {text}::BIGINT END"
    per = _unit(reader, relation, name, number, f"{text} <> ''", source)
    stamp = f"epoch_us(try_cast({text} AS TIMESTAMPTZ)) // 1000000"
    return _bounded(f"coalesce({number} // {per}, {stamp})", f"coalesce({text}, '') = ''")


def _unit(reader: DuckEngine, relation: str, name: str, number: str, told: str, source: str) -> int:
    """How many of the column's numbers make a second: 1 or 1000."""
    second = f"n >= {_END // 100} AND n < {_END}"
    milli = f"n >= {_END * 10} AND n < {_END * 1000}"
    seen = reader.arrays(
        f"SELECT count(*) FILTER (WHERE {second}) AS s, count(*) FILTER (WHERE {milli}) AS m, count(n) AS n,"
        f" count(*) FILTER (WHERE told) AS told FROM (SELECT {number} AS n, {told} AS told FROM {relation})"
    )
    in_seconds, in_milli, numbers, all_told = (int(seen[which][0]) for which in ("s", "m", "n", "told"))
    if in_seconds and in_milli:
        raise FormatError(source, f"column {name} mixes epoch seconds and milliseconds; write one of them")
    if numbers and numbers == all_told and not in_seconds and not in_milli:
        raise FormatError(
            source, f"column {name} holds neither epoch seconds nor milliseconds of 1973 to 2286; write ISO 8601 text"
        )
    return 1000 if in_milli else 1


def _bounded(value: str, untold: str) -> str:
    inside = f"({value}) BETWEEN 0 AND {_END - 1}"
    return f"(CASE WHEN {untold} THEN {UNTOLD} WHEN {inside} THEN {value} ELSE {UNREADABLE} END)::BIGINT"
