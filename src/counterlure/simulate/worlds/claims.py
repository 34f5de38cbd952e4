"""What accounts say of themselves: since when they exist, for whom they work, in which industry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterlure.network.model import ABSENT
from counterlure.simulate.worlds.background import Ground
from counterlure.simulate.worlds.draw import DAY, START, by_weight, generator, power_law
from counterlure.simulate.worlds.fields import FIELDS, SENSITIVE_CODES
from counterlure.simulate.worlds.honest import Numbers, Team
from counterlure.simulate.worlds.spec import WorldSpec

_WEEKS = 15 * 52  # honest accounts are up to 15 years old
_RECENT_WEEKS = 52  # an operation creates its accounts in the last of them
_PER_EMPLOYER = 20  # accounts per employer, in the mean
_NO_EMPLOYER, _NO_INDUSTRY = 0.08, 0.12  # accounts that leave it out
_AT_HOME = 0.6  # accounts whose industry is the field of their home sector


@dataclass(frozen=True, slots=True)
class Claims:
    """Honest accounts first, then personas. created_at : UTC epoch seconds. industry : code of `FIELDS` or `ABSENT`.

    employer : 0..honest_employers-1, from there on invented ones, or `ABSENT`.
    """

    created_at: Numbers
    employer: Numbers
    industry: Numbers
    honest_employers: int
    invented_employers: int


def claims(spec: WorldSpec, ground: Ground, teams: Sequence[Team], group: Numbers) -> Claims:
    """The claims of every account; personas claim what honest accounts do, unless a layer says more."""
    base = generator(spec.seed, "claims")
    market = _Market(spec, base)
    created, employer = market.created(base, spec.accounts), market.employer(base, spec.accounts)
    industry = _industry(base, ground.home)
    _one_employer(generator(spec.seed, "team employers"), market, teams, employer)
    rng = generator(spec.seed, "claims of personas")
    persona_created = market.created(rng, group.size)
    persona_employer = market.employer(rng, group.size)
    persona_industry = rng.choice(industry, group.size)
    invented = 0
    if "created" in spec.layers:
        _created_together(generator(spec.seed, "created"), spec, group, persona_created)
    if "employer" in spec.layers:
        invented = _invented(generator(spec.seed, "employer"), spec, group, market.employers, persona_employer)
    if "target_mix" in spec.layers:
        harmless = industry[~np.isin(industry, SENSITIVE_CODES)]
        persona_industry = generator(spec.seed, "target_mix").choice(harmless, group.size)
    return Claims(
        created_at=np.concatenate([created, persona_created]),
        employer=np.concatenate([employer, persona_employer]),
        industry=np.concatenate([industry, persona_industry]),
        honest_employers=market.employers,
        invented_employers=invented,
    )


class _Market:
    """From which weeks and employers anybody is drawn."""

    def __init__(self, spec: WorldSpec, rng: np.random.Generator) -> None:
        self.employers = max(1, spec.accounts // _PER_EMPLOYER)
        self.size = power_law(rng, self.employers, 2.0, 1, 2000)
        # More people join every year, and some weeks see a campaign.
        self.joined = np.arange(1, _WEEKS + 1) * np.exp(rng.normal(0, 0.25, _WEEKS))

    def created(self, rng: np.random.Generator, n: int) -> Numbers:
        week = by_weight(rng, self.joined, n)
        return START + (week - _WEEKS) * 7 * DAY + rng.integers(0, 7 * DAY, n)

    def employer(self, rng: np.random.Generator, n: int) -> Numbers:
        return np.where(rng.random(n) < _NO_EMPLOYER, ABSENT, by_weight(rng, self.size, n))


def _industry(rng: np.random.Generator, home: NDArray[np.int32]) -> Numbers:
    """The field of the home sector for most, that of somebody else's for others, untold for some."""
    field = (home % len(FIELDS)).astype(np.int64)
    elsewhere = rng.choice(field, field.size)
    told = np.where(rng.random(field.size) < _AT_HOME, field, elsewhere)
    return np.where(rng.random(field.size) < _NO_INDUSTRY, ABSENT, told)


def _one_employer(rng: np.random.Generator, market: _Market, teams: Sequence[Team], employer: Numbers) -> None:
    """Every team of one firm claims one of the employers, any as likely as any other: most are small."""
    for team in teams:
        if team.one_employer:
            employer[team.members] = rng.integers(market.employers)


def _created_together(rng: np.random.Generator, spec: WorldSpec, group: Numbers, created: Numbers) -> None:
    """Most personas of a group were created in the same `created_days`, within the last year."""
    latest = START - spec.created_days * DAY
    opens = rng.integers(latest - _RECENT_WEEKS * 7 * DAY, latest + 1, int(group.max()) + 1)
    together = rng.random(group.size) < spec.layer_share
    moment = opens[group] + rng.integers(0, spec.created_days * DAY, group.size)
    created[together] = moment[together]


def _invented(rng: np.random.Generator, spec: WorldSpec, group: Numbers, first: int, employer: Numbers) -> int:
    """Most personas claim one of the few invented employers of their group; returns how many were invented."""
    each = np.maximum(1, np.bincount(group) // spec.personas_per_employer)
    offset = np.concatenate([[0], np.cumsum(each)])
    claimed = first + offset[group] + rng.integers(0, each[group])
    together = rng.random(group.size) < spec.layer_share
    employer[together] = claimed[together]
    return int(offset[-1])
