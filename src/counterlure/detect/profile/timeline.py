"""Careers as accounts show them, each entry with the months in which it may have begun and ended, and no calendar.

A date that names only the year may lie in any of its twelve months. A career whose every date is a January was written
by a program that knows years alone, so it is read as such.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from counterlure.case.read import CaseReader
from counterlure.detect.base import source_names
from counterlure.model import Evidence
from counterlure.text import quote

YEAR = 12
JANUARIES_MIN = 3
"""Dates to the month, all of them Januaries, from which on they are held to be years: judgement."""

_PROFILES = """
SELECT id, account, captured_at, connections, followers, recommendations, source, line, month - min(month) OVER ()
FROM (SELECT *, 12 * CAST(strftime('%Y', captured_at, 'unixepoch') AS INTEGER)
    + CAST(strftime('%m', captured_at, 'unixepoch') AS INTEGER) AS month
    FROM (SELECT id, account, captured_at, connections, followers, recommendations, source, line FROM profile))
"""
_ENTRIES = """
SELECT profile, line, kind, organisation, identifier, title, began, finished, captured, began_to_month,
    finished_to_month, calendar_month FROM career
"""


class Months(NamedTuple):
    """Months in which something may have happened, counted from the first date of the profile, both ends included."""

    first: int
    last: int

    @property
    def exact(self) -> bool:
        """Whether the month is known."""
        return self.first == self.last


class Entry(NamedTuple):
    """A role, or an education without school and degree.

    began, finished : None where no date is shown. A role that began and shows no end is running.
    january : whether it is known to have begun in one.
    """

    line: int
    work: bool
    organisation: str | None
    identifier: str | None
    title: str | None
    began: Months | None
    finished: Months | None
    january: bool

    @property
    def running(self) -> bool:
        """Whether it is shown without an end."""
        return self.began is not None and self.finished is None


class Capture(NamedTuple):
    """What an account displayed at one time.

    at, captured : UTC epoch seconds, and months since the first date of the profile; None: nobody knows.
    month : of the capture, counted from the earliest capture of the case; None likewise.
    connections, followers, recommendations : as shown; None where they are not.
    source, line : where the capture stands. entries : by line, as shown.
    """

    account: int
    at: int | None
    captured: int | None
    month: int | None
    connections: int | None
    followers: int | None
    recommendations: int | None
    source: str
    line: int
    entries: tuple[Entry, ...]

    @property
    def roles(self) -> list[Entry]:
        """Work alone."""
        return [entry for entry in self.entries if entry.work]

    @property
    def age(self) -> tuple[bool, int, int, str, int]:
        """Sorts the newest capture last, one of unknown date first; of two at one time the richer is the later."""
        return self.at is not None, self.at or 0, len(self.entries), self.source, self.line

    def cite(self, entry: Entry | None = None, *, titled: bool = False) -> Evidence:
        """The line of an entry, or of the capture; `titled`: with the title as words."""
        words = quote(entry.title, 0, len(entry.title)) if titled and entry is not None and entry.title else None
        return Evidence(f"{self.source}:{self.line if entry is None else entry.line}", words, self.at)

    def end(self, entry: Entry) -> Months | None:
        """When an entry ended; a running one lasted at least until the capture. None: nobody knows."""
        if entry.running and self.captured is not None:
            return Months(self.captured, self.captured)
        return entry.finished


def captures(case: CaseReader) -> dict[int, list[Capture]]:
    """Every account's captures by their age, accounts ascending, targets' own among them.

    Reads profile, career and source. What order the rows stand in plays no part.
    """
    profiles = list(case.rows(_PROFILES))
    if not profiles:
        return {}
    rows: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in case.rows(_ENTRIES):
        rows[row[0]].append(row[1:])
    names = source_names(case)
    found: dict[int, list[Capture]] = defaultdict(list)
    for profile, account, at, connections, followers, recommendations, source, line, month in profiles:
        own = sorted(rows[profile], key=repr)
        captured = next((row[7] for row in own if row[7] is not None), None)
        counters = (connections, followers, recommendations)
        entries = tuple(sorted(_entries(own), key=lambda entry: (entry.line, repr(entry))))
        found[account].append(Capture(account, at, captured, month, *counters, names[source], line, entries))
    return {account: sorted(found[account], key=lambda capture: capture.age) for account in sorted(found)}


def shown_now(own: Sequence[Capture]) -> Capture | None:
    """The newest capture that shows a career; None where none does."""
    return next((capture for capture in reversed(own) if capture.roles), None)


def by_begin(roles: Iterable[Entry]) -> list[Entry]:
    """Roles with a begin in their order."""
    dated = [role for role in roles if role.began is not None]
    return sorted(dated, key=lambda role: (role.began, role.finished or Months(10**6, 10**6), role.line))


def least_overlap(one: tuple[Months, Months], other: tuple[Months, Months]) -> int:
    """Months that two (begin, end) certainly have in common; negative for months between them."""
    return min(one[1].first, other[1].first) - max(one[0].last, other[0].last)


def _entries(rows: Sequence[tuple[Any, ...]]) -> Iterable[Entry]:
    years = _years_alone(rows)
    for line, kind, organisation, identifier, title, began, finished, _, to_month, end_to_month, calendar in rows:
        yield Entry(
            line, kind == "work", organisation, identifier, title, _months(began, bool(to_month) and not years),
            _months(finished, bool(end_to_month) and not years), calendar == 1 and not years,
        )  # fmt: skip


def _months(month: int | None, exact: bool) -> Months | None:
    return None if month is None else Months(month, month if exact else month + YEAR - 1)


def _years_alone(rows: Sequence[tuple[Any, ...]]) -> bool:
    """Whether every date that seems known to the month is a January."""
    first = next((row for row in rows if row[10] is not None and row[5] is not None), None)
    if first is None:
        return False
    zero = first[10] - 1 - first[5]
    dates = [row[5] for row in rows if row[8] and row[5] is not None]
    dates += [row[6] for row in rows if row[9] and row[6] is not None]
    return len(dates) >= JANUARIES_MIN and all((zero + date) % YEAR == 0 for date in dates)
