"""Two accounts turn out to be one: everything of the later is the earlier's, and so it is with targets."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

_OWNED = (
    ("account_key", "account"), ("message", "sender"), ("contact", "account"), ("profile", "account"),
    ("target", "account"),
)  # fmt: skip
_SAID = ("verdict", "note", "tag")
_FILL_ACCOUNT = """
UPDATE account SET
    (name, url, headline, employer, local, removed) = (
        SELECT coalesce(account.name, g.name), coalesce(account.url, g.url), coalesce(account.headline, g.headline),
            coalesce(account.employer, g.employer), min(account.local, g.local), max(account.removed, g.removed)
        FROM account AS g WHERE g.id = :gone)
WHERE id = :keep
"""
_FILL_TARGET = """
UPDATE target SET
    (name, organisation, role, department) = (
        SELECT coalesce(target.name, g.name), coalesce(target.organisation, g.organisation),
            coalesce(target.role, g.role), coalesce(target.department, g.department)
        FROM target AS g WHERE g.id = :gone)
WHERE id = :keep
"""


def merge_accounts(db: sqlite3.Connection, merges: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Applies merges inside the caller's transaction, all with one pass over each table.

    merges : (keep, gone) in the order in which they were found out; what is gone is kept in no later one.

    Returns the targets that were folded into an earlier one: gone -> keep.
    """
    db.executemany(_FILL_ACCOUNT, [{"keep": keep, "gone": gone} for keep, gone in merges])
    final: dict[int, int] = {}
    for keep, gone in reversed(merges):
        final[gone] = final.get(keep, keep)
    db.execute("CREATE TEMP TABLE IF NOT EXISTS moved (gone INTEGER PRIMARY KEY, keep INTEGER NOT NULL)")
    db.executemany("INSERT INTO moved VALUES (?, ?)", final.items())
    for table, column in _OWNED:
        db.execute(_move(table, column))
    for table in _SAID:
        _move_once(db, table)
    _move_seats(db)
    folded = _fold_targets(db)
    db.execute("DELETE FROM account WHERE id IN (SELECT gone FROM moved)")
    db.execute("DELETE FROM moved")
    return folded


def _move(table: str, column: str, otherwise: str = "") -> str:
    return (
        f"UPDATE {otherwise} {table} SET {column} = (SELECT keep FROM moved WHERE gone = {column})"
        f" WHERE {column} IN (SELECT gone FROM moved)"
    )


def _move_once(db: sqlite3.Connection, table: str) -> None:
    """Rows of which both accounts may have the same one, as where one act was on both."""
    db.execute(_move(table, "account", "OR IGNORE"))
    db.execute(f"DELETE FROM {table} WHERE account IN (SELECT gone FROM moved)")


def _move_seats(db: sqlite3.Connection) -> None:
    """Seats in threads; where both accounts have one, the further delivery is remembered beside it."""
    db.execute(
        "INSERT OR IGNORE INTO participant_also SELECT p.conversation, m.keep, p.delivery"
        " FROM moved AS m JOIN participant AS p ON p.account = m.gone"
    )
    for table in ("participant", "participant_also"):
        _move_once(db, table)


def _fold_targets(db: sqlite3.Connection) -> dict[int, int]:
    first: dict[int, int] = {}
    folded: dict[int, int] = {}
    sql = "SELECT account, id FROM target WHERE account IN (SELECT keep FROM moved) ORDER BY id"
    for account, target in db.execute(sql).fetchall():
        if account in first:
            folded[target] = first[account]
            _fold_target(db, first[account], target)
        else:
            first[account] = target
    return folded


def _fold_target(db: sqlite3.Connection, keep: int, gone: int) -> None:
    values = {"keep": keep, "gone": gone}
    db.execute(_FILL_TARGET, values)
    for table in ("contact", "delivery", "letter"):
        db.execute(f"UPDATE {table} SET target = :keep WHERE target = :gone", values)
    db.execute(
        "INSERT OR IGNORE INTO conversation_delivery_also"
        " SELECT conversation, :keep, delivery FROM conversation_delivery WHERE target = :gone",
        values,
    )
    for table in ("conversation_delivery", "conversation_delivery_also", "connection", "connection_plain"):
        db.execute(f"UPDATE OR IGNORE {table} SET target = :keep WHERE target = :gone", values)
        db.execute(f"DELETE FROM {table} WHERE target = :gone", values)
    db.execute("DELETE FROM target WHERE id = :gone", values)
