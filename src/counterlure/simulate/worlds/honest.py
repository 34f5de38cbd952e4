"""Honest accounts that act together: recruiters, programme committees, alumni, sales teams."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterlure.network.model import ABSENT
from counterlure.simulate.worlds.background import Ground
from counterlure.simulate.worlds.draw import generator, seconds
from counterlure.simulate.worlds.fields import FIELDS
from counterlure.simulate.worlds.spec import DAYS, WorldSpec

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Added:
    """Contacts besides the background's, one entry each. listed : whether it serves a list, or is cover."""

    account: Numbers
    target: Numbers
    at: Numbers
    listed: NDArray[np.bool_]

    @staticmethod
    def join(parts: list[Added]) -> Added:
        """All of them, in order."""
        names = ("account", "target", "at", "listed")
        empty = np.zeros(0, np.int64)
        columns = {name: np.concatenate([empty, *(getattr(part, name) for part in parts)]) for name in names}
        return Added(**columns | {"listed": columns["listed"].astype(bool)})


@dataclass(frozen=True, slots=True)
class Team:
    """Honest accounts that act together. one_employer : whether they claim the same one."""

    kind: str
    members: Numbers
    one_employer: bool
    contacts: Added


def teams(spec: WorldSpec, ground: Ground) -> list[Team]:
    """Every honest team of the world; no account is in two."""
    wanted: tuple[tuple[str, int, Maker], ...] = (
        ("recruiters", spec.teams, _recruiters),
        ("conference", spec.conferences, _conference),
        ("alumni", spec.alumni_drives, _alumni),
        ("territory", spec.territories, _territory),
    )
    free = iter(generator(spec.seed, "members").permutation(spec.accounts))
    found = []
    for kind, count, make in wanted:
        rng = generator(spec.seed, kind)
        found += [make(rng, ground, free) for _ in range(count)]
    return found


Maker = Callable[[np.random.Generator, Ground, Iterator[Any]], Team]


def _recruiters(rng: np.random.Generator, ground: Ground, free: Iterator[Any]) -> Team:
    """5 to 29 recruiters of one firm, each contacting 8 to 29 of the 40 to 399 people on one list in one sector."""
    members = _members(rng, free, 5, 30)
    shared = _some(rng, _near(ground, members), int(rng.integers(40, 400)))
    parts = [_work(rng, m, _some(rng, shared, int(rng.integers(8, 30))), 0, DAYS) for m in members]
    return Team("recruiters", members, True, Added.join(parts))


def _conference(rng: np.random.Generator, ground: Ground, free: Iterator[Any]) -> Team:
    """8 to 19 people of many employers, each inviting 20 to 59 people of one field within three weeks."""
    members = _members(rng, free, 8, 20)
    field = ground.field_people(int(ground.home[members[0]]) % len(FIELDS))
    invited = _some(rng, field, int(rng.integers(300, 1500)))
    day = int(rng.integers(DAYS - 21))
    parts = [_work(rng, m, _some(rng, invited, int(rng.integers(20, 60))), day, 21) for m in members]
    return Team("conference", members, False, Added.join(parts))


def _alumni(rng: np.random.Generator, ground: Ground, free: Iterator[Any]) -> Team:
    """10 to 39 people of one employer, each writing to 5 to 14 people of one organisation within eight weeks."""
    members = _members(rng, free, 10, 40)
    people = _largest(ground, _near(ground, members))
    day = int(rng.integers(DAYS - 56))
    parts = [_work(rng, m, _some(rng, people, int(rng.integers(5, 15))), day, 56) for m in members]
    return Team("alumni", members, True, Added.join(parts))


def _territory(rng: np.random.Generator, ground: Ground, free: Iterator[Any]) -> Team:
    """5 to 29 sellers of one firm who divide a sector: 15 to 39 people each of their own, and a tenth of others'."""
    members = _members(rng, free, 5, 30)
    people = rng.permutation(_near(ground, members))
    each = int(rng.integers(15, 40))
    parts = []
    for index, member in enumerate(members):
        own = people[index * each : (index + 1) * each]
        other = _some(rng, people[: len(members) * each], each // 10)
        parts.append(_work(rng, member, np.unique(np.concatenate([own, other])), 0, DAYS))
    return Team("territory", members, True, Added.join(parts))


def _members(rng: np.random.Generator, free: Iterator[Any], low: int, high: int) -> Numbers:
    return np.array([next(free) for _ in range(int(rng.integers(low, high)))], np.int64)


def _near(ground: Ground, members: Numbers) -> Numbers:
    """The people of the first member's sector."""
    return ground.people(int(ground.home[members[0]]))


def _largest(ground: Ground, people: Numbers) -> Numbers:
    """Those of them who work for the largest organisation."""
    of = ground.organisation[people]
    told = np.bincount(of[of != ABSENT])
    return people[of == np.argmax(told)] if told.size else people


def _some(rng: np.random.Generator, people: Numbers, n: int) -> Numbers:
    """`n` of them, or all where there are fewer."""
    found: Numbers = rng.choice(people, min(n, people.size), replace=False)
    return found


def _work(rng: np.random.Generator, member: int, people: Numbers, day: int, days: int) -> Added:
    """One member contacts each of them inside a window."""
    n = people.size
    return Added(np.full(n, member), people, seconds(rng, n, day, days), np.zeros(n, bool))
