"""Honest careers, as messy as real ones: gaps, overlaps, promotions, side roles, missing months and slips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

from counterlure.simulate.careers.draws import honest, load
from counterlure.simulate.careers.organisations import House, Houses
from counterlure.simulate.careers.roles import NOW, YEAR, Role, january, pick, swapped

RANKS = ("plain", "senior", "manager", "head", "top")
SMALL_PACE = 1 / 3
SHORT = 6
_FIELDS = {"civil_servant": "public", "military": "forces", "academic": "research", "freelancer": "freelance"}


@dataclass(frozen=True, slots=True)
class Life:
    """What a working life is made of before anything is shown.

    reached : months in which each rank is. tidy : whether no month is left open, or shown to be.
    """

    path: str
    trade: str
    begin: int
    reached: tuple[int, ...]
    tidy: bool

    def rank(self, month: int) -> str:
        """The highest rank reached by a month."""
        return RANKS[max(n for n, at in enumerate(self.reached) if at <= month)]


def career(path: str, rng: Random, houses: Houses) -> list[Role]:
    """The true roles and studies of one person, oldest first, as they would show them."""
    draws = honest()
    life = _life(path, rng)
    roles = [*_internship(life, rng, houses), *_work(life, rng, houses)]
    roles += _beside(roles, life, rng, houses)
    roles += _studies(life, rng)
    if path == "trimmed":
        work = sorted((r for r in roles if r.house), key=lambda role: role.began)
        roles = [*work[-max(1, len(work) // 2) :], *(r for r in roles if r.house is None)]
    roles = [_linked(role, rng) for role in roles]
    return _dated(roles, draws.one("date_style", rng), rng)


def _life(path: str, rng: Random) -> Life:
    draws = honest()
    trade = _FIELDS.get(path, rng.choice(("technology", "business")))
    months = rng.randint(0, 30) if path == "student" else draws.number("experience", rng)
    if path in ("trimmed", "one_employer"):
        months = max(months, 120)
    begin = NOW - months
    pace = SMALL_PACE if path == "young_firm" or draws.happens("small_firm_pace", rng) else 1.0
    reaches = RANKS.index(draws.one("reaches", rng))
    waits = [round(pace * draws.number(f"to_{rank}", rng)) for rank in RANKS[1:]]
    at, reached = begin, [begin]
    for n, wait in enumerate(waits, 1):
        at = max(at + 6, begin + wait) if n <= reaches else 10**6
        reached.append(at)
    return Life(path, trade, begin, tuple(reached), draws.happens("tidy", rng) and path != "returner")


def _work(life: Life, rng: Random, houses: Houses) -> Iterator[Role]:
    """One employer after the other until now, each with the roles held there."""
    draws, at, broken = honest(), life.begin, life.path != "returner"
    changed = life.begin + rng.randint(36, 240)
    own_from = life.begin + rng.randint(0, 160) if life.path == "founder" else None
    while at < NOW:
        if life.path == "career_changer" and at > changed and life.trade in ("technology", "business"):
            life = replace(life, trade="public" if rng.random() < 0.5 else "freelance")
        own = (own_from is not None and at >= own_from) or life.trade == "freelance"
        house = _house(life, rng, houses, own)
        length = 10**4 if life.path == "one_employer" else draws.number("stint", rng)
        end = at + length
        left_out = length < SHORT and draws.happens("short_left_out", rng) and at + length < NOW
        if not left_out:
            yield from _stint(life, rng, house, at, end, own)
        if life.tidy:
            at = at if left_out else end + 1
            continue
        at = max(at + 1, _next(end, rng))
        if not broken and at > life.begin + 48 and at < NOW:
            at, broken = at + draws.number("break", rng), True


def _house(life: Life, rng: Random, houses: Houses, own: bool) -> House:
    if own:
        return houses.new(rng.choice((0, 1, 1, 1, 2, 3, 8)))
    return houses.small(rng) if life.path == "young_firm" else houses.any(rng)


def _stint(life: Life, rng: Random, house: House, at: int, end: int, own: bool) -> Iterator[Role]:
    """The roles held at one employer, to the last one alone where steps are not shown."""
    titles = load("titles.yml")[life.trade]
    last = min(end, NOW)
    ended = None if end >= NOW or (honest().happens("never_ended", rng) and not life.tidy) else end
    if own and life.trade != "freelance":
        yield Role(house, honest().one("own_title", rng), at, ended)
        return
    steps = [at, *(month for month in life.reached if at < month < last)]
    if len(steps) == 1 or not honest().happens("promotion_shown", rng):
        yield Role(house, pick(titles[life.rank(last)], rng), at, ended)
        return
    for begin, until in pairwise([*steps, None]):
        stop = ended if until is None else until - rng.randint(0, 1)
        yield Role(house, pick(titles[life.rank(begin or at)], rng), begin or at, stop)


def _next(end: int, rng: Random) -> int:
    match honest().one("change", rng):
        case "same_month":
            return end
        case "next_month":
            return end + 1
        case "gap":
            return end + honest().number("gap", rng)
        case _:
            return end - honest().number("overlap", rng)


def _internship(life: Life, rng: Random, houses: Houses) -> Iterator[Role]:
    if life.path == "student" or honest().happens("first_internship", rng):
        length, before = rng.randint(2, 12), rng.randint(0, 14)
        title = pick(load("titles.yml")[life.trade]["entry"], rng)
        yield Role(houses.any(rng), title, life.begin - before - length, life.begin - before)


def _beside(work: Sequence[Role], life: Life, rng: Random, houses: Houses) -> Iterator[Role]:
    draws = honest()
    if draws.happens("side_role", rng) and NOW - life.begin > 12:
        at = rng.randint(life.begin, NOW - 6)
        end = at + rng.randint(6, 90)
        yield Role(houses.any(rng), pick(load("titles.yml")["side"], rng), at, end if end < NOW else None)
    if draws.happens("announced_start", rng):
        title = work[-1].title if work else "Analyst"
        title = f"Incoming {title}" if rng.random() < 0.5 else title
        yield Role(houses.any(rng), title, NOW + rng.randint(2, 6), None, announced=True)


def _studies(life: Life, rng: Random) -> Iterator[Role]:
    draws, end = honest(), life.begin - rng.choice((0, 1, 2, 3, 6, 12))
    for _ in range(draws.number("education", rng)):
        begin = end - draws.number("education_length", rng)
        years = rng.random() < 0.6
        until = end + (rng.randint(0, 30) if life.path == "student" else 0)
        yield Role(None, "", begin, until, years=years, undated=draws.happens("education_undated", rng))
        end = begin - rng.choice((0, 1, 2, 3))
    if draws.happens("late_study", rng) and NOW - life.begin > 60:
        begin = rng.randint(life.begin + 24, NOW - 24)
        yield Role(None, "", begin, begin + rng.choice((9, 12, 24, 36)), years=rng.random() < 0.6)


def _linked(role: Role, rng: Random) -> Role:
    if role.house is None or not honest().happens("identifier_shown", rng):
        return role
    unit = role.house.staff >= 100 and honest().happens("other_unit", rng)
    return replace(role, identifier=role.house.unit(rng.randint(1, 3)) if unit else role.house.identifier)


def _dated(roles: Sequence[Role], style: str, rng: Random) -> list[Role]:
    """Dates as this person writes them, slips among them."""
    draws = honest()
    work = [replace(r, undated=draws.happens("undated_role", rng)) if r.house else r for r in roles]
    work = [swapped(r) if draws.happens("swapped_dates", rng) else r for r in work]
    if style == "january":
        return january(work)
    if style == "year":
        return [replace(r, years=True) for r in work]
    if style == "mixed":
        old = NOW - rng.randint(4, 15) * YEAR
        return [replace(r, years=r.years or r.began < old or rng.random() < 0.15) for r in work]
    return work
