"""Writing what accounts and organisations display: profiles with their positions, portraits, pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

from counterlure.case.rows import Batch, PageRow, PortraitRow, ProfileRow

_PROFILE = """
INSERT INTO profile(
    account, captured_at, headline, summary, connections, followers, source, line, recommendations, picture
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
"""
_POSITION = """
INSERT INTO position(profile, kind, organisation, title, started, ended, description, line, identifier)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_PORTRAIT = "INSERT INTO portrait(stem, hashes, eyes, source, line) VALUES (?, ?, ?, ?, ?)"
_PAGE = """
INSERT INTO page(organisation, identifier, captured_at, followers, staff, founded, country, source, line)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def write(db: sqlite3.Connection, batch: Batch, accounts: Sequence[int], source: int, *, again: bool) -> int:
    """Adds what one file shows; how many profiles were new.

    accounts : id in the case of each account of the batch; again : the source was read before, and what it brought
    then stands already.
    """
    if not (again and _holds(db, "portrait", source)):
        db.executemany(_PORTRAIT, [_portrait(row, source) for row in batch.portraits])
    if not (again and _holds(db, "page", source)):
        db.executemany(_PAGE, [_page(row, source) for row in batch.pages])
    known = _profiles_of(db, source) if batch.profiles and again else set()
    new = [
        row
        for row in batch.profiles
        if (accounts[row.account], row.captured_at, row.headline, row.summary, row.line) not in known
    ]
    for row in new:
        _profile(db, row, accounts[row.account], source)
    return len(new)


def _holds(db: sqlite3.Connection, table: str, source: int) -> bool:
    return db.execute(f"SELECT 1 FROM {table} WHERE source = ?", (source,)).fetchone() is not None


def _profiles_of(db: sqlite3.Connection, source: int) -> set[tuple[int, int | None, str | None, str | None, int]]:
    return set(
        db.execute("SELECT account, captured_at, headline, summary, line FROM profile WHERE source = ?", (source,))
    )


def _profile(db: sqlite3.Connection, row: ProfileRow, account: int, source: int) -> None:
    counters = (row.connections, row.followers, source, row.line, row.recommendations, row.picture)
    shown = (account, row.captured_at, row.headline, row.summary, *counters)
    profile = db.execute(_PROFILE, shown).fetchone()[0]
    positions = [
        (profile, p.kind, p.organisation, p.title, p.started, p.ended, p.description, p.line, p.identifier)
        for p in row.positions
    ]
    db.executemany(_POSITION, positions)


def _portrait(row: PortraitRow, source: int) -> tuple[object, ...]:
    eyes = msgspec.json.encode(row.eyes).decode() if row.eyes else None
    return row.stem, row.hashes, eyes, source, row.line


def _page(row: PageRow, source: int) -> tuple[object, ...]:
    counters = (row.followers, row.staff, row.founded, row.country)
    return row.organisation, row.identifier, row.captured_at, *counters, source, row.line
