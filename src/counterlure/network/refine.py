"""From a rough set of accounts to the group: whoever draws on the same list, each judged without its own vote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from math import log

import numpy as np
from numpy.typing import NDArray

from counterlure.network.gate import group_ratio, naming_cost
from counterlure.network.graph import Graph, distinct
from counterlure.network.model import Floats, Ints

# Share of an account's values that it draws from the list; the likelihood is the mean over these.
DRAWN = np.array([0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8])
# A member's weight is rounded to one of these, so that leaving it out needs one table each.
PRIOR_MEMBERS = 4.0
TELLING = 2.0
"""Log ratio from which a layer takes part in growing a group."""
WEIGHTS = np.array([0.0, 0.1, 0.25, 0.5, 0.75, 1.0])
LISTED = 0.001
"""Prior share of values on the list, for the posterior of each value."""
RATE_MIN = 0.3
ROUNDS = 10
HOPE = 0.5
"""Whatever became a group explained three quarters of its cost by the third round; what never did, less than half."""
MEMBERS_MIN = 3
MEMBERS_MAX = 20_000
SIZES = (0.25, 0.4, 0.55, 0.7, 0.85, 1.0, 1.15)


@dataclass(frozen=True, slots=True)
class Refined:
    """A group as refined.

    core : the cut through the accounts that is most significant as a group; log_ratio and layers are its own. touched :
    all accounts that hold anything of the lists; scores, share, chance : of each of those the log e-value, the share
    of its values drawn from the lists, and the chance that it belongs.
    """

    core: Ints
    log_ratio: float
    layers: dict[str, float]
    touched: Ints
    scores: Floats
    share: Floats
    chance: Floats


@dataclass(frozen=True)
class _Scored:
    """Accounts that hold a listed value of any layer; the log likelihood of each share drawn, per layer; its spread.

    tables : one per layer, shape (touched, drawn). spread : shape (layers, drawn), how members' shares are spread.
    """

    touched: Ints
    tables: list[Floats]
    spread: Floats

    @cached_property
    def likely(self) -> list[tuple[Floats, NDArray[np.float32]]]:
        """Per layer the log likelihood of the likeliest share, and that of every share relative to it."""
        return [_likely(table) for table in self.tables]

    @property
    def scores(self) -> Floats:
        """Log e-value of each account: the mean likelihood over the spread, all layers together."""
        total = np.zeros(self.touched.size)
        for (top, likely), spread in zip(self.likely, self.spread, strict=True):
            total += top + np.log(likely @ spread)
        return total

    @property
    def share(self) -> Floats:
        """The likeliest share of each account's contacts that it draws from the list."""
        likeliest: Floats = DRAWN[np.argmax(self.tables[0] + np.log(self.spread[0]), axis=1)]
        return likeliest

    def learned(self, chance: Floats) -> Floats:
        """The spread among accounts that belong with these chances, next to `PRIOR_MEMBERS` spread evenly."""
        counts = np.empty_like(self.spread)
        for i, (_, likely) in enumerate(self.likely):
            counts[i] = (chance / (likely @ self.spread[i])) @ likely * self.spread[i] + PRIOR_MEMBERS / DRAWN.size
        spread: Floats = counts / counts.sum(axis=1, keepdims=True)
        return spread


def _likely(table: Floats) -> tuple[Floats, NDArray[np.float32]]:
    """The likeliest share's logarithm, and likelihoods against it; seven digits are plenty, and four times as fast."""
    top = reduce(np.maximum, table.T)
    likely: NDArray[np.float32] = np.exp((table - top[:, None]).astype(np.float32))
    return top, likely


def refine(graphs: Sequence[Graph], seed: Ints, *, weight: float = 0.75, patience: float = 0.5) -> Refined | None:
    """Expectation-maximisation from a seed; None where it dissolves.

    Each round takes the members' values as a list, scores every account that holds any of them with its own values
    left out, and weighs it by the odds that it belongs. Contacts always count, another layer while it says something
    of the group. patience : a seed that explains less than this per member, or from the third round on less than `HOPE`
    of the cost of naming it, is given up. Growing is generous to members; the scores handed out are strict.
    """
    members, weights = seed, np.full(seed.size, weight)
    size = max(5.0, float(weights.sum()))
    spread = np.full((len(graphs), DRAWN.size), 1 / DRAWN.size)
    telling = _telling(graphs, group_ratio(graphs, seed)[1])
    for turn in range(ROUNDS):
        scored = score_accounts([graphs[i] for i in telling], members, weights, spread[telling])
        if scored.touched.size == 0:
            return None
        before, scores = size, scored.scores
        chance, size = _membership(scores, size, graphs[0].accounts)
        kept = chance > 0.05
        if not MEMBERS_MIN <= kept.sum() <= MEMBERS_MAX:
            return None
        members, weights, spread[telling] = scored.touched[kept], chance[kept], scored.learned(chance)
        if turn == 0:
            continue
        if abs(before - size) < 0.005 * size:
            break
        top = _most(scored.touched, scores, max(5, int(size)))
        ratio, layers = group_ratio(graphs, top)
        cost = naming_cost(graphs[0].accounts, top.size)
        if ratio + cost < max(patience * top.size, HOPE * cost if turn > 1 else 0.0):
            return None
        telling = _telling(graphs, layers)
    scored = score_accounts([graphs[i] for i in telling], members, weights, spread[telling], strict=True)
    chance, size = _membership(scored.scores, size, graphs[0].accounts)
    return _best(graphs, Refined(seed, 0.0, {}, scored.touched, scored.scores, scored.share, chance), size)


def score_accounts(
    graphs: Sequence[Graph], members: Ints, weights: Floats, spread: Floats, *, strict: bool = False
) -> _Scored:
    """What the weighted members' values say of every account that holds one of them."""
    level = np.zeros(graphs[0].accounts, dtype=np.int8)
    level[members] = np.argmin(np.abs(weights[:, None] - WEIGHTS), axis=1)
    logs = [_drawn_logs(graph, members, level, strict) for graph in graphs]
    touched, _ = distinct(np.concatenate([held for held, _ in logs]), graphs[0].accounts)
    tables = []
    for graph, (held, gains) in zip(graphs, logs, strict=True):
        table = graph.account_degree[touched, None] * np.log1p(-DRAWN)
        table[np.searchsorted(touched, held)] += gains
        tables.append(table)
    return _Scored(touched, tables, spread)


def _telling(graphs: Sequence[Graph], layers: dict[str, float]) -> list[int]:
    """Places of the contacts and of the layers that say something of a group."""
    return [i for i, graph in enumerate(graphs) if i == 0 or layers[graph.name] > TELLING]


def strongest(refined: Refined, size: int) -> Ints:
    """So many accounts of the highest scores, ascending."""
    return _most(refined.touched, refined.scores, size)


def _most(touched: Ints, scores: Floats, size: int) -> Ints:
    if size >= touched.size:
        return touched
    return np.sort(touched[np.argpartition(-scores, size)[:size]])


def _drawn_logs(graph: Graph, members: Ints, level: NDArray[np.int8], strict: bool) -> tuple[Ints, Floats]:
    """Accounts that hold listed values, and the sum over those of log(1 - s + s R) - log(1 - s) for each drawn share s.

    R : how much likelier the list draws the value than everybody does.
    """
    weights = WEIGHTS[level[members]]
    values, hits, expected = graph.hits(members, weights)
    if values.size == 0:
        return values, np.empty((0, DRAWN.size))
    listed = listed_ratio(graph, values, hits, expected, strict=strict)
    used = listed.max(axis=1) > 0
    values, listed = values[used], listed[used]
    holders, habit, counts = graph.holders_of(values)
    row = np.repeat(np.arange(values.size), counts)
    ratio = listed[row, level[holders]] * habit
    known = ratio > 0
    holders, ratio = holders[known], ratio[known]
    held, place = distinct(holders, graph.accounts)
    gains = np.empty((held.size, DRAWN.size))
    ratio = ratio.astype(np.float32)
    for i, drawn in enumerate(DRAWN.astype(np.float32)):
        gains[:, i] = np.bincount(place, weights=np.log1p(drawn / (1 - drawn) * ratio), minlength=held.size)
    return held, gains


def listed_ratio(graph: Graph, values: Ints, hits: Floats, expected: Floats, *, strict: bool) -> Floats:
    """R of each value for each of `WEIGHTS` left out: shape (values, weights); 0 where the value is not on the list.

    How often everybody else holds a value is counted without the members: their holdings are the list's. strict : an
    account is left out of the values that it holds and not of the others, so R is a share of the whole list; else the
    list is that of a group in which every value lost one holder, which is generous to members.
    """
    rate = list_rate(hits, expected)
    degree = graph.value_degree[values]
    ratio = np.zeros((values.size, WEIGHTS.size))
    whole = 0.0
    for j, left in enumerate(WEIGHTS):
        rest = np.maximum(hits - left, 0.0)
        chance = np.where(rest > 0.05, listed_chance(rest, expected, rate), 0.0)
        frequency = np.maximum(degree - rest, 0.5) / graph.held
        total = _drawn_total(chance, frequency)
        whole = whole or total
        drawn = chance / (whole if strict else total) / frequency
        ratio[:, j] = np.where(drawn > 1, drawn, 0.0)
    return ratio


def _drawn_total(chance: Floats, frequency: Floats) -> float:
    """Sum of the chances of the values that the list draws more often than everybody does."""
    listed = np.ones(chance.size, dtype=np.bool_)
    for _ in range(3):
        total = max(float(chance[listed].sum()), 1e-12)
        listed = chance / total > frequency
    return max(float(chance[listed].sum()), 1e-12)


def list_rate(hits: Floats, expected: Floats) -> float:
    """How many members more than expected hold a listed value, in the mean over the values that several hold."""
    often = hits >= 1.5
    return max(RATE_MIN, float(np.maximum(hits - expected, 0.0)[often].mean())) if often.any() else 1.0


def listed_chance(hits: Floats, expected: Floats, rate: float) -> Floats:
    """The chance that each value is on the list: Poisson with and without `rate`, with prior `LISTED`."""
    odds = LISTED / (1 - LISTED) * np.exp(np.clip(hits * np.log1p(rate / expected) - rate, -50, 50))
    return odds / (1 + odds)


def _membership(scores: Floats, size: float, accounts: int) -> tuple[Floats, float]:
    """The chance that each account belongs, and the expected number that do, found together."""
    for _ in range(5):
        odds = log(size / (accounts - size))
        chance = 1 / (1 + np.exp(-np.clip(scores + odds, -40, 40)))
        new = max(3.0, float(chance.sum()))
        if abs(new - size) < 0.01 * size:
            break
        size = 0.5 * size + 0.5 * new
    return chance, max(3.0, float(chance.sum()))


def _best(graphs: Sequence[Graph], rough: Refined, size: float) -> Refined | None:
    """The most significant of several cuts through the accounts in the order of their scores."""
    order = np.argsort(-rough.scores, kind="stable")
    best: Refined | None = None
    for cut in sorted({round(size * part) for part in SIZES}):
        if not MEMBERS_MIN <= cut <= order.size:
            continue
        core = np.sort(rough.touched[order[:cut]])
        ratio, layers = group_ratio(graphs, core)
        if best is None or ratio > best.log_ratio:
            best = replace(rough, core=core, log_ratio=ratio, layers=layers)
    return best
