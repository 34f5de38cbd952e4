"""Organisations that nobody has founded, some large and named by many, some a person's own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import exp
from random import Random

from counterlure.case.rows import PageRow
from counterlure.simulate.careers.draws import fabricated, honest
from counterlure.simulate.names import fold, full_book

HOUSES = 600
TRADES = ("Systems", "Partners", "Works", "Laboratories", "Services", "Networks", "Institute", "Logistics", "Group")
ELSEWHERE = 12
"""Well-known houses of which nobody honest in the case is."""
HEAVY = 0.9
"""Exponent by which the n-th organisation is named less often than the first; Zipf's law has 1."""


@dataclass(frozen=True, slots=True)
class House:
    """An organisation. staff : members; identifier : "company:<slug>"."""

    name: str
    identifier: str
    staff: int

    def unit(self, number: int) -> str:
        """The identifier of another unit, or of an old page."""
        return f"{self.identifier}-{number}"


class Houses:
    """All organisations of one case; further ones are made on demand, each with a name of its own."""

    def __init__(self, seed: int) -> None:
        rng = Random(f"careers {seed} houses")  # noqa: S311
        names = [f"{word} {trade}" for word, trade in product(full_book().companies, TRADES)]
        rng.shuffle(names)
        self._names = iter(names)
        self.large = [self._house(max(3, round(exp(rng.gauss(7.5 - 0.006 * n, 1.2))))) for n in range(HOUSES)]
        self._weights = [(n + 1) ** -HEAVY for n in range(HOUSES)]
        self.elsewhere = [self._house(20_000) for _ in range(ELSEWHERE)]
        self.own: list[House] = []
        self._total = 0

    def _house(self, staff: int) -> House:
        name = next(self._names)
        return House(name, "company:" + fold(name).replace(" ", "-"), staff)

    def any(self, rng: Random) -> House:
        """One of the large ones, a well-known one more often."""
        return rng.choices(self.large, self._weights)[0]

    def small(self, rng: Random) -> House:
        """One of the large list with the fewest staff, as young firms have."""
        return rng.choice(sorted(self.large, key=lambda house: house.staff)[: HOUSES // 5])

    def new(self, staff: int) -> House:
        """A firm of somebody's own; names are used again with a number once all are taken."""
        self._total += 1
        name = f"Firm {self._total} of {full_book().companies[self._total % len(full_book().companies)]}"
        house = House(name, "company:" + fold(name).replace(" ", "-"), staff)
        self.own.append(house)
        return house

    def pages(self, seed: int, at: int) -> list[PageRow]:
        """What captures of some of the organisations' own pages show; one-person brands have followers, too."""
        rng, rows = Random(f"careers {seed} pages"), []  # noqa: S311
        for house in [*self.large, *self.own]:
            if honest().happens("page_captured", rng):
                hollow = honest().happens("hollow_page", rng)
                staff = rng.randint(0, 1) if hollow else house.staff
                followers = rng.randint(1_000, 8_000) if hollow else round(house.staff * rng.uniform(1, 12))
                rows.append(PageRow(house.name, 0, at, house.identifier, followers, staff))
        return rows

    def front_page(self, house: House, rng: Random, at: int) -> PageRow:
        """What the page of a front firm shows."""
        followers = fabricated().number("front_followers", rng)
        return PageRow(house.name, 0, at, house.identifier, followers, house.staff)
