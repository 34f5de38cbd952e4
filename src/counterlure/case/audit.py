"""The audit chain: what was done to the case, append-only, each entry sealed with the hash of the one before.

A chain alone cannot show that its end was cut off or that it was rewritten whole; therefore its head is printed in
every report, and `verify` takes a head that was noted elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3

GENESIS = "0" * 64


def _seal(previous: str, entry: tuple[int, str, str, str, str]) -> str:
    canonical = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}{canonical}".encode()).hexdigest()


def head(db: sqlite3.Connection) -> str:
    """Hash of the newest entry, or sixty-four zeros where there is none."""
    row = db.execute("SELECT hash FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    return str(row[0]) if row else GENESIS


def append(db: sqlite3.Connection, at: int, actor: str, action: str, obj: str, result: str) -> str:
    """Adds one entry inside the caller's transaction and returns the new head."""
    entry = (at, actor, action, obj, result)
    sealed = _seal(head(db), entry)
    db.execute(
        "INSERT INTO audit(at, actor, action, object, result, hash) VALUES (?, ?, ?, ?, ?, ?)",
        (*entry, sealed),
    )
    return sealed


def verify(db: sqlite3.Connection, known_head: str | None = None) -> str | None:
    """None where the chain is whole; else a sentence naming the first broken entry.

    known_head : a head printed in an earlier report; it must stand somewhere in the chain.
    """
    previous = GENESIS
    seen_head = known_head is None
    expected_id = 1
    for row_id, *entry, sealed in db.execute(
        "SELECT id, at, actor, action, object, result, hash FROM audit ORDER BY id"
    ):
        if row_id != expected_id:
            return f"audit entry {expected_id} is missing"
        if _seal(previous, tuple(entry)) != sealed:
            return f"audit entry {row_id} does not fit the one before it: it, or one before, was changed"
        previous, expected_id = sealed, expected_id + 1
        seen_head = seen_head or sealed == known_head
    return (
        None
        if seen_head
        else f"the head {known_head} noted elsewhere is not in the chain: its end was cut off or rewritten"
    )
