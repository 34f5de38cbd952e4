"""What the captures of a profile allow to check: read for the assessment, not for a detector."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from counterlure.case.store import Case

_BATCH = 500
_CAPTURED = """
SELECT p.account, count(DISTINCT p.id),
    max(EXISTS (SELECT 1 FROM position AS w WHERE w.profile = p.id AND w.kind = 'work' AND length(w.started) = 7)),
    max(p.picture IS NOT NULL AND EXISTS (
        SELECT 1 FROM portrait AS t JOIN source AS of ON of.id = t.source JOIN source AS own ON own.id = p.source
        WHERE t.stem = p.picture AND of.delivery = own.delivery)),
    max(p.connections IS NOT NULL OR p.followers IS NOT NULL),
    max(p.summary IS NOT NULL OR EXISTS (
        SELECT 1 FROM position AS w WHERE w.profile = p.id AND w.kind = 'work' AND w.description IS NOT NULL))
FROM profile AS p WHERE p.account IN ({}) GROUP BY p.account
"""


class Captured(NamedTuple):
    """Of one account: how many captures there are, and whether any of them shows work dated to the month, a portrait
    that was handed in, counters, and texts."""

    captures: int
    to_month: bool
    portrait: bool
    counters: bool
    texts: bool


def captured(case: Case, accounts: Iterable[int]) -> dict[int, Captured]:
    """For those of the given accounts that have a capture."""
    shown = {int(account) for (account,) in case.db.execute("SELECT DISTINCT account FROM profile")}
    wanted = sorted(shown.intersection(accounts))
    found = {}
    for start in range(0, len(wanted), _BATCH):
        part = wanted[start : start + _BATCH]
        rows = case.db.execute(_CAPTURED.format(",".join("?" * len(part))), part)
        found.update({int(account): Captured(int(count), *map(bool, flags)) for account, count, *flags in rows})
    return found
