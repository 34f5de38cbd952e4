"""The search: seeds from pairs, from directions, from windows of time and from other layers; each refined and gated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from math import log
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from counterlure.engine.sql import Engine
from counterlure.network.colleagues import colleague_seeds
from counterlure.network.graph import Graph, places_of
from counterlure.network.groups import SIGNIFICANCE, group_of, network_of
from counterlure.network.layers import contacts_layer
from counterlure.network.layers.seeds import seeds as layer_seeds
from counterlure.network.model import ABSENT, Contacts, Group, Ints, Layer, Network, Tables
from counterlure.network.pairs import DEGREE_MAX, pair_seeds
from counterlure.network.refine import Refined, refine, strongest
from counterlure.network.scan import directions

Tell = Callable[[str, int, int], None]
DAY = 86_400
WINDOW_DAYS, STEP_DAYS = 90, 60
TOPS = (160, 640)
"""How many accounts at the end of a direction make a seed."""
MISSES_MAX, MISSES_AMONG_COLLEAGUES, MISSES_WITHIN = 60, 20, 15
"""Tight seeds come in order of promise; after so many in a row without a group the rest is left."""
EXPLAINED = 0.7
SETTLED_MAX = 3
SHORT, BARELY = 20.0, 10.0
"""Log ratio below and above what is needed within which a group is sought once more among twice as many accounts."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Tells nobody."""


Found = list[tuple[Group, Refined]]
Period = tuple[int, int]


def find(
    tables: Tables,
    layers: Sequence[Layer],
    *,
    engine: Engine,
    seed: int = 0,
    tell: Tell = silent,
    contacts: Graph | None = None,
) -> Network:
    """Groups of accounts that act together beyond chance, most significant first.

    tables : what was read. layers : evidence besides contacts. engine : counts pairs, one search at a time. seed : of
    the search's draws. contacts : as `contacts_graph` makes it, where it is made already. Periods are searched beside
    the whole time, on a second core.
    """
    periods, alone = windows(tables.contacts), Lock()

    def within_period(period: Period) -> Found:
        return _within(tables, period, len(periods), engine, alone, seed)

    with ThreadPoolExecutor(1) as beside:
        later = [beside.submit(within_period, period) for period in periods]
        try:
            graphs, found = _whole(tables, layers, contacts, engine, alone, seed, tell)
            tell("windows of time", 0, 0)
            mine = _not_begun(later, periods, within_period)
            found += [one for i, other in enumerate(later) for one in (mine[i] if i in mine else other.result())]
        except BaseException:
            beside.shutdown(cancel_futures=True)
            raise
    tell("groups", 0, 0)
    return network_of(graphs, found, tables)


def _not_begun(
    later: Sequence[Future[Found]], periods: Sequence[Period], search: Callable[[Period], Found]
) -> dict[int, Found]:
    """Searches the periods that the other core has not begun, from the last on; by place."""
    mine: dict[int, Found] = {}
    for i in reversed(range(len(later))):
        if not later[i].cancel():
            break
        mine[i] = search(periods[i])
    return mine


def _whole(
    tables: Tables,
    layers: Sequence[Layer],
    contacts: Graph | None,
    engine: Engine,
    alone: Lock,
    seed: int,
    tell: Tell,
) -> tuple[list[Graph], Found]:
    """All layers over the whole time: their graphs, and what was found."""
    accounts = tables.accounts.key.size
    tell("fields and habits", 0, 0)
    others = [Graph(layer, accounts) for layer in layers]
    contacts = contacts or contacts_graph(tables)
    search = Search([contacts, *others], seed, np.zeros(accounts, dtype=np.bool_))
    tell("colleagues who share targets", 0, 0)
    colleagues = [seed for graph in others if graph.name == "employer" for seed in colleague_seeds(contacts, graph)]
    search.tight(colleagues, MISSES_AMONG_COLLEAGUES)
    tell("accounts that share targets two by two", 0, 0)
    with alone:
        seeds = pair_seeds(engine, contacts, search.kept)
    search.tight(seeds)
    tell("directions in which many reach the same targets", 0, 0)
    search.diffuse()
    tell("accounts that share what they say and do", 0, 0)
    search.alike(layer_seeds(layers, accounts))
    return search.graphs, search.found


def _within(tables: Tables, period: Period, periods: int, engine: Engine, alone: Lock, seed: int) -> Found:
    """What the contacts of one of so many periods show."""
    accounts = tables.accounts.key.size
    part = Graph(within(tables, period), accounts, strata(tables))
    search = Search([part], seed, np.zeros(accounts, dtype=np.bool_), log(periods), period)
    with alone:
        seeds = pair_seeds(engine, part, search.kept, DEGREE_MAX // 2)
    search.tight(seeds, MISSES_WITHIN)
    search.diffuse()
    return search.found


def contacts_graph(tables: Tables) -> Graph:
    """All contacts, under the null that knows everybody's fields."""
    return Graph(contacts_layer(tables), tables.accounts.key.size, strata(tables))


def strata(tables: Tables) -> Ints | None:
    """The field of each target: its sector where most targets have one; None where the input tells none.

    Targets without a sector share one field.
    """
    sector = tables.targets.sector
    if sector.size == 0 or (sector != ABSENT).mean() < 0.5:
        return None
    return np.where(sector == ABSENT, tables.targets.sectors.size, sector).astype(np.int32)


def windows(contacts: Contacts) -> list[Period]:
    """Periods of `WINDOW_DAYS`, one every `STEP_DAYS`, as first and last second; none where times are not told."""
    told = contacts.first_at[contacts.first_at != ABSENT]
    if told.size == 0 or int(told.max() - told.min()) < WINDOW_DAYS * DAY:
        return []
    begin, end = int(told.min()), int(told.max())
    starts = range(begin, max(begin + 1, end - STEP_DAYS * DAY), STEP_DAYS * DAY)
    return [(start, start + WINDOW_DAYS * DAY - 1) for start in starts]


def within(tables: Tables, period: Period) -> Layer:
    """The contacts of a period."""
    at = tables.contacts.first_at
    inside = (at >= period[0]) & (at <= period[1])
    return replace(
        contacts_layer(tables), account=tables.contacts.account[inside], value=tables.contacts.target[inside]
    )


@dataclass
class Search:
    """One search over the contacts of one period, with what was found.

    member : accounts that a group has already. cost : of having looked at several periods.
    """

    graphs: list[Graph]
    seed: int
    member: NDArray[np.bool_]
    cost: float = 0.0
    window: Period | None = None
    found: Found = field(default_factory=list)

    def __post_init__(self) -> None:
        self.contacts = self.graphs[0]
        draw = np.random.default_rng(self.seed).random(self.contacts.held)
        self.kept = draw < self.contacts.own

    def tight(self, seeds: Sequence[Ints], misses_max: int = MISSES_MAX) -> None:
        """Groups near seeds that come in order of promise, until `misses_max` in a row give none."""
        misses = 0
        for seed in seeds:
            if self.member[seed].any():
                continue
            refined = refine(self.graphs, seed, weight=1.0, patience=0.8)
            misses = 0 if refined and self._accept(refined) else misses + 1
            if misses > misses_max:
                return

    def diffuse(self) -> None:
        """Groups at the ends of directions past the edge of noise, contacts that a group explains left out."""
        for vector in directions(self.contacts, self.kept & ~self._explained(), self.seed).T:
            ends = np.argsort(-vector * np.sign((vector**3).sum()), kind="stable")
            seeds = [ends[:top].astype(np.int32) for top in TOPS]
            fresh = [np.sort(seed) for seed in seeds if self.member[seed].mean() <= EXPLAINED]
            tried = [refined for seed in fresh if (refined := refine(self.graphs, seed, patience=0.1))]
            if tried:
                self._accept(max(tried, key=lambda refined: refined.log_ratio))

    def alike(self, seeds: Sequence[Ints]) -> None:
        """Groups that other layers give away, contacts or none."""
        for seed in seeds:
            if self.member[seed].mean() <= EXPLAINED:
                refined = refine(self.graphs, seed, patience=0.1)
                if refined:
                    self._accept(refined)

    def _settled(self, refined: Refined) -> Refined:
        """Refined again from its own core, as long as that makes it more significant.

        A core that hardly convinces is often the half of a group that a seed happened to hold: such a one starts again
        from the strongest accounts, twice as many.
        """
        needed = self.cost - log(SIGNIFICANCE)
        if -SHORT < refined.log_ratio - needed < BARELY:
            wider = refine(self.graphs, strongest(refined, 2 * refined.core.size), weight=1.0, patience=0.1)
            refined = max(refined, wider or refined, key=lambda one: one.log_ratio)
        if refined.log_ratio < needed:
            return refined
        for _ in range(SETTLED_MAX):
            again = refine(self.graphs, refined.core, weight=1.0, patience=0.1)
            if again is None or again.log_ratio < refined.log_ratio + 1:
                break
            refined = again
        return refined

    def _accept(self, refined: Refined) -> bool:
        refined = self._settled(refined)
        group = group_of(self.graphs, refined, self.cost, self.window)
        if group is None:
            return False
        self.found.append((group, refined))
        self.member[group.accounts] = True
        return True

    def _explained(self) -> NDArray[np.bool_]:
        """Contacts of members to their group's list, shape (held,)."""
        explained = np.zeros(self.contacts.held, dtype=np.bool_)
        listed = np.zeros(self.contacts.values, dtype=np.bool_)
        for group, _ in self.found:
            places, _ = places_of(self.contacts.account_start, group.accounts)
            listed[group.targets] = True
            explained[places[listed[self.contacts.by_account[places]]]] = True
            listed[group.targets] = False
        return explained
