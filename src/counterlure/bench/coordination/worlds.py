"""The worlds of the benchmark: what is in each, at which scale, and what we aim at in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from counterlure.bench.coordination.sample import Sample
from counterlure.network.model import ABSENT
from counterlure.simulate.worlds import FULL_SCALE, Background, Shape, WorldSpec, world

SHARES = {"tenth": 0.1, "quarter": 0.25, "full": 1.0}
"""Name of a scale -> the largest share of the background of 2018 (200,000 accounts, 10^7 contacts) that is drawn."""

LADDER = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0)
"""Shares of that background on which each method climbs until it runs out of time or memory."""

SMALLEST_OPERATION = 20
PER_PERSONA = 8
"""The 500 accounts of 2018 reached 4,000 people: eight each."""


class Aim(NamedTuple):
    """A figure to reach: a measure of `measures.quality`, at least or at most so much, in every seed."""

    measure: str
    sense: str
    wanted: float

    def met(self, got: float | None) -> bool | None:
        """Whether a figure reaches it; None where there is no figure."""
        if got is None:
            return None
        return got >= self.wanted if self.sense == ">=" else got <= self.wanted


@dataclass(frozen=True, slots=True)
class Named:
    """A world of the benchmark. share : of the full background, 0 to 1. seeds : how many are drawn by default."""

    title: str
    spec: WorldSpec
    share: float
    aims: tuple[Aim, ...] = ()
    seeds: int = 1

    def at(self, scale: str, seed: int) -> WorldSpec:
        """What to draw at a scale of `SHARES`; the operation keeps its size down to a tenth."""
        return shrunk(replace(self.spec, seed=seed), min(self.share, SHARES[scale]))


def shrunk(spec: WorldSpec, share: float) -> WorldSpec:
    """The same world on a share of the full background."""
    accounts, targets, contacts = (round(share * FULL_SCALE[name]) for name in ("accounts", "targets", "contacts"))
    return replace(spec, accounts=accounts, targets=targets, contacts=contacts)


def ladder(share: float, seed: int) -> WorldSpec:
    """One rung: one block at 20 list contacts; below a quarter the operation shrinks with the background."""
    personas = max(SMALLEST_OPERATION, round(500 * min(1.0, 4 * share)))
    spec = replace(_block(20), personas=personas, operation_targets=PER_PERSONA * personas, seed=seed)
    return shrunk(spec, share)


def sample(name: str, title: str, spec: WorldSpec, draw: Callable[[WorldSpec], Any] = world) -> Sample:
    """One world as a sample; the accounts of the operation are hostile, in whatever group of it."""
    drawn = draw(spec)
    team = drawn.truth.team if drawn.truth.team_kinds else None
    return Sample(name, title, drawn.tables, drawn.truth.operation != ABSENT, team=team)


def chosen(names: str) -> Iterator[tuple[str, Named]]:
    """The worlds of a list of names separated by commas; all of them where it is "all", none where it is empty.

    Raises
    ------
    KeyError : no world has such a name.
    """
    wanted = list(WORLDS) if names == "all" else [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted:
        yield name, WORLDS[name]


def _block(list_contacts: int, **more: Any) -> WorldSpec:
    return WorldSpec(operation=Shape.SEED, list_contacts=list_contacts, **more)


def _disjoint(*layers: str, share: float = 0.8) -> WorldSpec:
    return WorldSpec(operation=Shape.DISJOINT, layers=layers, layer_share=share)


_COMMUNITIES: dict[str, Any] = {"background": Background.COMMUNITIES}
_NOBODY = (Aim("groups", "<=", 0),)

WORLDS = {
    "plain20": Named("one block, 20 list contacts", _block(20), 1.0, (Aim("f1", ">=", 0.98),)),
    "plain12": Named("one block, 12 list contacts", _block(12), 1.0, (Aim("f1", ">=", 0.98),)),
    "groups10": Named("groups of 20, 10 list contacts", _block(10, group_size=20), 0.25, (Aim("f1", ">=", 0.97),)),
    "groups8": Named("groups of 20, 8 list contacts", _block(8, group_size=20), 0.25, (Aim("f1", ">=", 0.85),)),
    "communities": Named(
        "communities, one block, 20 list contacts", _block(20, **_COMMUNITIES), 0.25, (Aim("f1", ">=", 0.90),)
    ),
    "teams": Named(
        "communities with 300 honest teams, one block, 20 list contacts",
        _block(20, teams=300, **_COMMUNITIES),
        0.25,
        (Aim("recall", ">=", 0.90), Aim("groups_mixed", "<=", 0), Aim("others_in_groups", "<=", 0.02)),
    ),
    "nobody": Named("no operation, no team", WorldSpec(operation=Shape.NONE), 0.25, _NOBODY, 5),
    "nobody_communities": Named(
        "communities, no operation, no team", WorldSpec(operation=Shape.NONE, **_COMMUNITIES), 0.25, _NOBODY, 5
    ),
    "window": Named(
        "one block, 10 list contacts within 60 days", _block(10, window_days=60), 1.0,
        (Aim("recall", ">=", 0.40), Aim("precision", ">=", 0.98)),
    ),
    "disjoint": Named(
        "no shared target; created together, one employer", _disjoint("created", "employer"), 0.25,
        (Aim("recall", ">=", 0.80), Aim("precision", ">=", 0.95)),
    ),
    "disjoint90": Named(
        "the same, signs on 90 % of the personas instead of 80 %", _disjoint("created", "employer", share=0.9), 0.25,
        (Aim("recall", ">=", 0.80), Aim("precision", ">=", 0.95)),
    ),
    "disjoint_mix": Named(
        "no shared target; created together, sensitive targets", _disjoint("created", "target_mix"), 0.25,
        (Aim("recall", ">=", 0.80), Aim("precision", ">=", 0.95)),
    ),
}  # fmt: skip
"""In the order in which they run. Where the figure says no scale, a quarter of the background is drawn."""
