"""Whether a set of accounts shares values beyond chance, once all sets that one could have named are counted."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, logsumexp

from counterlure.network.graph import Graph, places_of, tallied
from counterlure.network.model import Floats, Ints

# A value on the group's list is held more often by `RATES` holdings than the null expects; a share `SHARES` of the
# values is on it. The likelihood is the mean over all of these, so none of them is fitted.
RATES = np.array([0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0, 256.0])
SHARES = np.array([1e-5, 1e-4, 1e-3, 1e-2])
# Where each account holds one value: the weight of the urn, and the share of members that draw from it.
URNS = np.array([1.0, 10.0])
DRAWN = np.array([0.2, 0.5, 0.8, 0.95])
SILENT = log(2.0)


class Sets(NamedTuple):
    """Sets of accounts: their members, one set after the other, and the size of each."""

    members: Ints
    sizes: NDArray[np.integer[Any]]

    def split(self) -> list[Ints]:
        """One array per set."""
        return np.split(self.members, np.cumsum(self.sizes)[:-1]) if self.sizes.size else []


def promise(graph: Graph, sets: Sets) -> NDArray[np.int64]:
    """Places of sets, most promising first: log ratio as they stand, less half the cost of naming them."""
    costs = {int(size): naming_cost(graph.accounts, int(size)) for size in np.unique(sets.sizes)}
    cost = np.array([costs[int(size)] for size in sets.sizes])
    return np.argsort(0.5 * cost - layer_ratios(graph, sets, RATES[1:4], SHARES[1:3]), kind="stable")


def naming_cost(accounts: int, size: int) -> float:
    """Logarithm of the number of groups of that size, and of the sizes, among all accounts."""
    return float(gammaln(accounts + 1) - gammaln(size + 1) - gammaln(accounts - size + 1)) + log(accounts)


def layer_ratios(graph: Graph, sets: Sets, rates: Floats = RATES, shares: Floats = SHARES) -> Floats:
    """Log-likelihood ratio of "these accounts draw some values from one list" against the null of a layer, per set.

    Mean over rates and shares of a product over values of 1 - s + s Poisson(h; e + r) / Poisson(h; e), with h members
    holding the value where e are expected. Its expectation under the null is 1, so it is an e-value (Vovk and Wang
    2021): it exceeds x by chance with probability at most 1/x. rates, shares : fewer of them serve to sort many sets.
    """
    count = sets.sizes.size
    owner = np.repeat(np.arange(count, dtype=np.int64), sets.sizes)
    places, lengths = places_of(graph.account_start, sets.members)
    place, key, hits = tallied(np.repeat(owner, lengths), graph.by_account[places], graph.values)
    who, value = key // graph.values, key % graph.values
    free = np.bincount(owner, weights=graph.free[sets.members], minlength=count) / max(graph.held, 1)
    field, _, _ = tallied(who, graph.stratum[value], graph.stratum_held.size)
    inside = np.bincount(field[place], weights=graph.returning[places])[field]
    there = inside / np.maximum(graph.stratum_held, 1)[graph.stratum[value]]
    expected = np.maximum(graph.value_degree[value] * (free[who] + there), 1e-12)
    untouched = graph.active - np.bincount(who, minlength=count)
    ratios = []
    for rate in rates:
        gain = np.exp(np.minimum(hits * np.log1p(rate / expected) - rate, 700.0)) - 1.0
        for share in shares:
            touched = np.bincount(who, weights=np.log1p(share * gain), minlength=count)
            ratios.append(touched + untouched * np.log1p(share * np.expm1(-rate)))
    return np.asarray(logsumexp(np.array(ratios), axis=0)) - log(len(ratios))


def urn_ratio(graph: Graph, members: Ints) -> float:
    """The same for a layer in which an account holds one value at most: each choice excludes the others.

    Member by member, the value is held against its frequency by how often the members before it held it: a Polya urn
    of weight `URNS` mixed with the frequency in shares `DRAWN`. Each step is an e-value given the steps before it
    (prequential, Dawid 1984), so the product is one.
    """
    value, _ = graph.values_of(members)
    if value.size == 0:
        return 0.0
    order = np.argsort(value, kind="stable")
    begins = np.flatnonzero(np.concatenate([[True], np.diff(value[order]) != 0]))
    rank = np.empty(value.size)
    rank[order] = np.arange(value.size) - np.repeat(begins, np.diff(np.append(begins, value.size)))
    before = np.arange(value.size)
    ratios = [
        np.log((1 - drawn) + drawn * (rank / graph.frequency[value] + urn) / (before + urn)).sum()
        for urn in URNS
        for drawn in DRAWN
    ]
    return float(logsumexp(ratios)) - log(len(ratios))


def group_ratio(graphs: Sequence[Graph], members: Ints) -> tuple[float, dict[str, float]]:
    """Log ratio of a group over all layers less the cost of naming it, and what each layer adds.

    A layer may say nothing of a group: each adds log((1 + ratio) / 2), at least -log 2.
    """
    one = Sets(members, np.array([members.size]))
    ratios = {g.name: urn_ratio(g, members) if g.exclusive else float(layer_ratios(g, one)[0]) for g in graphs}
    parts = {name: float(np.logaddexp(0.0, ratio)) - SILENT for name, ratio in ratios.items()}
    return sum(parts.values()) - naming_cost(graphs[0].accounts, members.size), parts


def false_discovery(scores: Floats, accounts: int, rate: float) -> Ints:
    """Places of the accounts named at a false-discovery rate: e-BH, Wang and Ramdas (2022), on log e-values."""
    order = np.argsort(-scores, kind="stable").astype(np.int32)
    enough = scores[order] >= np.log(accounts / (rate * np.arange(1, scores.size + 1)))
    return order[: int(np.flatnonzero(enough).max()) + 1] if enough.any() else order[:0]


def likelier(chance: Floats, rate: float) -> Ints:
    """Places of the accounts that are likelier members than not, as many as leave the expected share of others at most
    `rate`: Bayesian control of false discoveries, Newton et al. (2004)."""
    order = np.argsort(-chance, kind="stable").astype(np.int32)
    others = np.cumsum(1 - chance[order]) / np.arange(1, chance.size + 1)
    return order[: int(np.count_nonzero((others <= rate) & (chance[order] >= 0.5)))]
