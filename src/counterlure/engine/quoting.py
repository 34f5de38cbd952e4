"""What comes from outside, made fit to stand in SQL or in a message."""

from __future__ import annotations

from counterlure.text import clean_text

NAME_LIMIT = 60
REASON_LIMIT = 200
LISTED = 40


def identifier(name: str) -> str:
    """A column's name as SQL, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL; DuckDB knows no escape but the doubled quote."""
    return "'" + text.replace("'", "''") + "'"


def plain(text: str, limit: int = REASON_LIMIT) -> str:
    """The first line of a text from outside, without control characters, at most `limit` long."""
    first = clean_text(text[: limit * 4]).split("\n", 1)[0]
    return first if len(first) <= limit else first[: limit - 1] + "…"


def named(columns: list[str]) -> str:
    """Columns from outside, to be read in a message."""
    more = f" and {len(columns) - LISTED} more" if len(columns) > LISTED else ""
    return (", ".join(plain(column, NAME_LIMIT) for column in columns[:LISTED]) or "none") + more
