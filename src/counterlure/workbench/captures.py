"""What an account displayed over time: each capture, and what changed since the one before."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from counterlure.report.figures import day, number
from counterlure.report.outside import ADDRESS_LIMIT, visible
from counterlure.workbench.html import say_in

_CAPTURES = """
SELECT p.captured_at, p.connections, p.followers, s.name, p.line, p.headline, p.summary, p.picture, (
    SELECT group_concat(w.line_of, char(10)) FROM (
        SELECT coalesce(organisation, '') || '|' || coalesce(title, '') || '|' || coalesce(started, '') AS line_of
        FROM position WHERE profile = p.id ORDER BY 1) AS w)
FROM profile AS p JOIN source AS s ON s.id = p.source WHERE p.account = ? ORDER BY p.captured_at, p.id
"""
DISPLAYED = ("headline", "summary", "picture", "career")
"""What two captures are compared by, as the last columns of the query stand."""


class Capture(NamedTuple):
    """One capture: when, where it stands, what it shows, and in what it differs from the one before."""

    when: str
    source: str
    shows: str
    changed: list[str]


def captures(db: sqlite3.Connection, account: int, lang: str) -> list[Capture]:
    """The captures of an account, newest first."""
    made, before = [], None
    for row in db.execute(_CAPTURES, (account,)):
        made.append(_capture(row, before, lang))
        before = row
    return made[::-1]


def _capture(row: tuple[object, ...], before: tuple[object, ...] | None, lang: str) -> Capture:
    at, connections, followers, source, line, *_, roles = row
    counters = [
        say_in("capture", key, lang, n=number(value, lang))
        for key, value in (("connections", connections), ("followers", followers))
        if isinstance(value, int)
    ]
    roles_shown = len(str(roles).splitlines()) if roles else 0
    shown = [say_in("capture", "roles", lang, n=roles_shown), *counters]
    changed = [] if before is None else [say_in("capture", f"new_{name}", lang) for name in _differing(row, before)]
    when = day(at, lang) if isinstance(at, int) else say_in("capture", "undated", lang)
    return Capture(when, visible(f"{source}:{line}", ADDRESS_LIMIT), " · ".join(shown), changed)


def _differing(row: tuple[object, ...], before: tuple[object, ...]) -> list[str]:
    last = len(DISPLAYED)
    return [name for name, now, then in zip(DISPLAYED, row[-last:], before[-last:], strict=True) if now != then]
