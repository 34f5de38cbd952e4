"""What a person enters at the workbench, made plain and held against its bounds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from counterlure.errors import CaseError
from counterlure.text import clean_text

_LARGEST = (1 << 63) - 1
_NAMED_MAX = 5


def prose(raw: str, what: str, limit: int) -> str:
    """Plain text of any number of lines, stripped.

    what : how the text is called in a message, "the note".

    Raises
    ------
    CaseError where nothing is left of it, or more than `limit` characters.
    """
    text = clean_text(raw).strip()
    if not text:
        raise CaseError(f"{what} is empty; write something")
    if len(text) > limit:
        raise CaseError(f"{what} has {len(text):,} characters, at most {limit:,} are kept; shorten it")
    return text


def line(raw: str, what: str, limit: int) -> str:
    """The same on one line, with single spaces."""
    return prose(" ".join(clean_text(raw).split()), what, limit)


def choice(raw: str, what: str, among: Iterable[str]) -> str:
    """The word given, which must be one of those; `CaseError` names them."""
    allowed = tuple(among)
    if raw not in allowed:
        raise CaseError(f"{what} is {raw!r:.60}; give one of {', '.join(allowed)}")
    return raw


def number(given: int) -> int:
    """The id given, or 0, which no row has, where the database could not hold it."""
    return given if 0 < given <= _LARGEST else 0


def require(db: sqlite3.Connection, table: str, ids: Iterable[int]) -> None:
    """Every id must stand in the table; `CaseError` names the first few that do not."""
    known = f"SELECT 1 FROM {table} WHERE id = ?"
    missing = [str(i) for i in ids if db.execute(known, (number(i),)).fetchone() is None]
    if missing:
        more = " and more" if len(missing) > _NAMED_MAX else ""
        named = ", ".join(word[:20] for word in missing[:_NAMED_MAX])
        raise CaseError(
            f"no {table} {named}{more} in the case, nothing was changed; it may have been purged or merged: look again"
        )
