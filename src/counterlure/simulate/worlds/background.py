"""Honest accounts and targets: who lives in which sector, who contacts whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from counterlure.network.model import ABSENT, Floats, Ints, Times
from counterlure.simulate.worlds.draw import by_weight, generator, power_law, seconds
from counterlure.simulate.worlds.fields import FIELDS, SENSITIVE_CODES
from counterlure.simulate.worlds.spec import DAYS, Background, WorldSpec

_DEGREE, _DEGREE_LOW, _DEGREE_HIGH = 2.2, 10.0, 5000.0
_POPULARITY, _POPULARITY_HIGH = 2.3, 5000 / 3
_ORGANISATION = 25  # targets per organisation, in the mean
_UNTOLD = 0.05  # targets without an organisation


@dataclass(frozen=True)
class Ground:
    """The honest world. Accounts are 0..accounts-1 and targets 0..targets-1, in no order that means anything.

    home : shape (accounts,), the sector each account belongs to. sector, organisation : shape (targets,);
    organisations number 0..organisations-1 or `ABSENT`. popularity : shape (targets,), relative.
    """

    home: Ints
    sector: Ints
    sectors: int
    organisation: Ints
    organisations: int
    popularity: Floats

    @cached_property
    def by_sector(self) -> NDArray[np.int64]:
        """Targets, sector by sector."""
        return np.argsort(self.sector, kind="stable")

    @cached_property
    def bounds(self) -> NDArray[np.int64]:
        """Where each sector starts in `by_sector`, shape (sectors + 1,)."""
        return np.searchsorted(self.sector[self.by_sector], np.arange(self.sectors + 1))

    def people(self, sector: int) -> NDArray[np.int64]:
        """The targets of one sector."""
        return self.by_sector[self.bounds[sector] : self.bounds[sector + 1]]

    def field_people(self, field: int) -> NDArray[np.int64]:
        """The targets of all sectors of one field, ascending."""
        return np.flatnonzero(self.sector % len(FIELDS) == field)

    @cached_property
    def sensitive(self) -> NDArray[np.bool_]:
        """Which targets work in a sensitive field."""
        return np.isin(self.sector % len(FIELDS), SENSITIVE_CODES)


def ground(spec: WorldSpec) -> Ground:
    """Sectors, organisations and popularity."""
    rng = generator(spec.seed, "ground")
    size = np.exp(rng.normal(0, 1, spec.sectors))
    size /= size.sum()
    home = rng.choice(spec.sectors, spec.accounts, p=size).astype(np.int32)
    sector = rng.choice(spec.sectors, spec.targets, p=size).astype(np.int32)
    organisation, organisations = _organisations(generator(spec.seed, "organisations"), sector, spec.sectors)
    popularity = power_law(rng, spec.targets, _POPULARITY, 1, _POPULARITY_HIGH)
    return Ground(home, sector, spec.sectors, organisation, organisations, popularity)


def _organisations(rng: np.random.Generator, sector: Ints, sectors: int) -> tuple[Ints, int]:
    """Organisations inside each sector, the first ones far larger than the last."""
    held = np.maximum(1, np.bincount(sector, minlength=sectors) // _ORGANISATION)
    first = np.concatenate([[0], np.cumsum(held)])
    within = (held[sector] * rng.random(sector.size) ** 2).astype(np.int64)
    untold = rng.random(sector.size) < _UNTOLD
    return np.where(untold, ABSENT, first[sector] + within).astype(np.int32), int(first[-1])


def honest_contacts(spec: WorldSpec, ground: Ground) -> tuple[Ints, Ints, Times]:
    """(account, target, moment) of every honest contact outside teams, each pair once, by account, then target."""
    rng = generator(spec.seed, "contacts")
    degree = power_law(rng, spec.accounts, _DEGREE, _DEGREE_LOW, _DEGREE_HIGH)
    degree = np.maximum(1, rng.poisson(degree * (spec.contacts / degree.sum())))
    account = np.repeat(np.arange(spec.accounts, dtype=np.int32), degree)
    pair = account * np.int64(spec.targets)
    if spec.background is Background.PLAIN:
        pair += by_weight(rng, ground.popularity, account.size)
    else:
        pair += _at_home(rng, spec, ground, account)
    pair.sort()
    pair = pair[np.concatenate([[True], pair[1:] != pair[:-1]])]
    chosen, target = np.divmod(pair, spec.targets)
    at = seconds(generator(spec.seed, "times"), pair.size, 0, DAYS)
    return chosen.astype(np.int32), target.astype(np.int32), at


def _at_home(rng: np.random.Generator, spec: WorldSpec, ground: Ground, account: Ints) -> NDArray[np.int64]:
    """A target for each contact: in the home sector for the share that stays, by popularity there; anywhere else."""
    reach = np.concatenate([[0.0], np.cumsum(ground.popularity[ground.by_sector])])
    home = ground.home[account]
    low, high = reach[ground.bounds[home]], reach[ground.bounds[home + 1]]
    stays = rng.random(account.size) < spec.home_share
    stays &= high > low  # a sector may have accounts and no targets
    at = rng.random(account.size)
    at = np.where(stays, low + at * (high - low), at * reach[-1])
    found = np.searchsorted(reach, at, side="right") - 1
    return np.asarray(ground.by_sector[np.minimum(found, spec.targets - 1)])
