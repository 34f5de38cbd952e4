"""Where a row comes from: delivery, file, line, digest."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

_ROWS = {
    "message": "SELECT sender, sent_at, text, conversation FROM message WHERE source = ?1 AND line = ?2",
    "contact": "SELECT account, at, text, NULL FROM contact WHERE source = ?1 AND line = ?2",
    "profile": "SELECT account, captured_at, NULL, NULL FROM profile WHERE source = ?1 AND line = ?2",
    "position": (
        "SELECT p.account, p.captured_at, w.title, NULL FROM position AS w JOIN profile AS p ON p.id = w.profile"
        " WHERE p.source = ?1 AND w.line = ?2"
    ),
}
_SOURCES = """
SELECT s.id, s.name, s.kind, s.digest, d.id, d.name, d.read_at, d.expires_at, d.target FROM source AS s
JOIN delivery AS d ON d.id = s.delivery WHERE s.name = ? ORDER BY s.id
"""


class Origin(NamedTuple):
    """One row of a file; times are UTC epoch seconds, expires_at None where it is kept until purged by hand.

    target : number of the target whose delivery it is, or None. account : who wrote or displays it. thread : the
    conversation of a message, else None.
    """

    name: str
    line: int
    kind: str
    digest: str
    delivery: int
    delivery_name: str
    read_at: int
    expires_at: int | None
    target: int | None
    table: str
    account: int
    at: int | None
    text: str | None
    thread: int | None


def taking_part(db: sqlite3.Connection, found: Origin) -> list[int]:
    """Who wrote or displays it, and everybody else in its conversation."""
    sql = "SELECT account FROM participant WHERE conversation = ? ORDER BY account"
    return [found.account, *(account for (account,) in db.execute(sql, (found.thread,)) if account != found.account)]


def find(db: sqlite3.Connection, at: str) -> Origin | None:
    """The row that "file:line" names, or None."""
    name, _, line = at.rpartition(":")
    if not line.isdecimal() or len(line) > 15:
        return None
    for source, shown, kind, digest, *delivery in db.execute(_SOURCES, (name,)).fetchall():
        for table, sql in _ROWS.items():
            row = db.execute(f"{sql} LIMIT 1", (source, int(line))).fetchone()
            if row is not None:
                return Origin._make((shown, int(line), kind, digest, *delivery, table, *row))
    return None
