"""Captures of one career: at several times, with counters, and with the edits that honest people make in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from counterlure.case.rows import ProfileRow
from counterlure.simulate.careers.draws import Draws, honest, load
from counterlure.simulate.careers.organisations import House, Houses
from counterlure.simulate.careers.roles import NOW, YEAR, Role, pick, rows, shown

CAP = 500
Counters = tuple[int | None, int | None, int | None]
"""Connections, followers, recommendations; None where they are not shown."""


def at(month: int) -> int:
    """UTC epoch seconds of the fifteenth of a month."""
    return int(datetime(month // YEAR, month % YEAR + 1, 15, tzinfo=UTC).timestamp())


def capture(roles: Sequence[Role], month: int, counters: Counters) -> ProfileRow:
    """What is shown in a month; the account is filled in by whoever makes the batch."""
    connections, followers, recommendations = counters
    shown_rows = rows(shown(roles, month))
    return ProfileRow(0, at(month), None, None, 1, shown_rows, connections, followers, recommendations)


def counted(draws: Draws, rng: Random) -> Counters:
    """Counters as the platform shows them."""
    connections = draws.number("connections", rng)
    followers = connections + round(connections * rng.random())
    recommendations = min(draws.number("recommendations", rng), connections)
    return (
        min(CAP, connections) if draws.happens("connections_shown", rng) else None,
        followers,
        recommendations if draws.happens("recommendations_shown", rng) else None,
    )


def of_honest(roles: Sequence[Role], rng: Random, houses: Houses) -> list[ProfileRow]:
    """One to three captures, the newest last; between them an honest person edits what is shown."""
    draws = honest()
    months = [NOW]
    for _ in range(draws.number("captures", rng) - 1):
        months.append(months[-1] - draws.number("between_captures", rng))
    told, found = list(roles), []
    for month in reversed(months):
        if month != months[-1]:
            told = _edited(told, month, rng, houses)
        if any(role.began <= month for role in told):
            counters = counted(draws, rng)
            if draws.happens("wrong_counter", rng):
                counters = counters[0], counters[1], 1_000
            found.append(capture(told, month, counters))
    return found


def _edited(roles: Sequence[Role], month: int, rng: Random, houses: Houses) -> list[Role]:
    draws, told = honest(), list(roles)
    work = [n for n, role in enumerate(told) if role.house and role.began < month - 1]
    if work and draws.happens("reworded", rng):
        n = rng.choice(work)
        told[n] = replace(told[n], title=_other_words(told[n].title, rng))
    if work and draws.happens("corrected", rng):
        n = rng.choice(work)
        shift = rng.randint(-24, 0)
        told[n] = replace(told[n], began=told[n].began + shift)
    if work and draws.happens("renamed_house", rng):
        old = told[rng.choice(work)].house
        told = [replace(role, house=_renamed(old, houses)) if role.house == old else role for role in told]
    if draws.happens("other_language", rng):
        told = [replace(role, title=_other_words(role.title, rng)) if role.house else role for role in told]
    if len(work) > 2 and draws.happens("trimmed_later", rng):
        told.remove(min((told[n] for n in work), key=lambda role: role.began))
    if draws.happens("added_later", rng):
        first = min((role.began for role in told), default=month)
        end = first - rng.randint(0, 12)
        told.append(Role(houses.any(rng), "Assistant", end - rng.randint(6, 40), end))
    return told


def _renamed(house: House | None, houses: Houses) -> House | None:
    return None if house is None else replace(houses.new(house.staff), identifier=house.identifier)


def _other_words(title: str, rng: Random) -> str:
    """A title of the same rank in words of any language of the list, or the same with a word more."""
    for ranks in load("titles.yml").values():
        for titles in ranks.values() if isinstance(ranks, dict) else ():
            if title in titles:
                return pick(titles, rng)
    return f"{title}, Europe"
