"""Roles as they were held, in months of the calendar, and as a capture shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from counterlure.case.rows import PositionRow
from counterlure.simulate.careers.organisations import House

YEAR = 12
NOW = YEAR * 2026 + 2
"""March 2026, the month of the last capture of everybody."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role or a study. began, ended : months of the calendar; ended None: it lasts; undated : shown without dates.

    house : None for a study. years : only years are shown. identifier : as shown. announced : shown before it began.
    """

    house: House | None
    title: str
    began: int
    ended: int | None
    identifier: str | None = None
    years: bool = False
    undated: bool = False
    announced: bool = False

    def lasts(self, month: int) -> bool:
        """Whether it has begun and not ended by then."""
        return self.began <= month and (self.ended is None or self.ended >= month)

    def moved(self, months: int) -> Role:
        """The same, earlier or later."""
        return replace(self, began=self.began + months, ended=None if self.ended is None else self.ended + months)


def shown(roles: Sequence[Role], month: int) -> list[Role]:
    """What is true of them in a month: what begins later is not there, what ends later lasts."""
    return [
        replace(role, ended=None if role.ended is not None and role.ended > month and role.house else role.ended)
        for role in roles
        if role.began <= month or (role.announced and month == NOW)
    ]


def rows(roles: Sequence[Role]) -> list[PositionRow]:
    """As a capture lists them, the newest first, studies after work; lines count from 2."""
    order = sorted(roles, key=lambda role: (role.house is None, -role.began, role.title))
    return [_row(role, 2 + at) for at, role in enumerate(order)]


def january(roles: Sequence[Role]) -> list[Role]:
    """As a program writes them that knows years alone: every date the January of its year."""
    return [
        replace(role, began=_year(role.began), ended=None if role.ended is None else _year(role.ended))
        for role in roles
    ]  # fmt: skip


def swapped(role: Role) -> Role:
    """Begin and end exchanged by a slip."""
    return role if role.ended is None else replace(role, began=role.ended, ended=role.began)


def pick(titles: Sequence[str], rng: Random) -> str:
    """One of them."""
    return titles[rng.randrange(len(titles))]


def _year(month: int) -> int:
    return month // YEAR * YEAR


def _row(role: Role, line: int) -> PositionRow:
    began, ended = (None, None) if role.undated else (_date(role.began, role.years), _end(role))
    if role.house is None:
        return PositionRow("education", f"School {role.began % 40}", "Degree", began, ended, line)
    return PositionRow("work", role.house.name, role.title, began, ended, line, None, role.identifier)


def _end(role: Role) -> str | None:
    return None if role.ended is None else _date(role.ended, role.years)


def _date(month: int, years: bool) -> str:
    year = f"{month // YEAR:04}"
    return year if years else f"{year}-{month % YEAR + 1:02}"
