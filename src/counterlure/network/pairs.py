"""Tight groups: accounts that share more targets two by two than their volume explains, and who else shares these.

In a small group of which every account spends a few contacts on one list, two members share hardly more than two
strangers may. Their companions tell such pairs apart: several further accounts reached what one or both reached.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from counterlure.engine.sql import Engine
from counterlure.network.gate import Sets, promise
from counterlure.network.graph import Graph
from counterlure.network.model import Floats, Ints
from counterlure.network.steps import Pairs, pairs

DEGREE_MAX = 20
"""Targets that more accounts reach join too many pairs by chance; docs/scale.md says what the cap costs."""
MOST = 8
"""Companions that stand beside a pair in a seed."""
SHARED_MIN = 2
GAIN_MIN = 6.0
"""Surprise, in natural logarithms, from which an account is a companion."""
WORK = 5_000_000
"""Contacts looked through: pairs of accounts that reach much are left out first."""
AT_ONCE = 500_000
SEEDS = 1_000
"""Pairs, those with the most surprising companions, that become seeds."""


def pair_seeds(engine: Engine, graph: Graph, kept: NDArray[np.bool_], cap: int = DEGREE_MAX) -> list[Ints]:
    """Pairs with their companions, most promising first.

    kept : shape (held,), the contacts that no habit explains. cap : accounts that may reach a target that joins them.
    """
    reached = np.bincount(graph.by_account[kept], minlength=graph.values)
    joining = kept & ((reached >= 2) & (reached <= cap))[graph.by_account]
    engine.put("edge_kept", {"account": graph.account[joining], "target": graph.by_account[joining]})
    sets = companion_sets(graph, joining, pairs(engine, table="edge_kept", cap=cap))
    parts = sets.split()
    return [parts[i] for i in promise(graph, sets)] if parts else []


@dataclass(frozen=True, slots=True)
class _Found:
    """Companions of each pair, shape (pairs, MOST), -1 where there are fewer, and how surprising they are together."""

    accounts: Ints
    strength: Floats


def companion_sets(graph: Graph, joining: NDArray[np.bool_], found: Pairs) -> Sets:
    """Pairs with their companions, at least three accounts, the `SEEDS` most surprising ones, each set once.

    joining : shape (held,), the contacts that may join two accounts.
    """
    held = _held(graph, joining)
    reach = np.asarray(held @ (np.asarray(held.sum(axis=0)).ravel() - 1)).ravel()
    pairs = _cheapest(found, reach)
    seen = _companions(held, reach, pairs)
    best = np.argsort(-seen.strength, kind="stable")[:SEEDS]
    sets: dict[bytes, Ints] = {}
    for i in best[seen.strength[best] > 0]:
        beside = seen.accounts[i]
        members = np.unique(np.concatenate([pairs[:, i], beside[beside >= 0]])).astype(np.int32)
        sets.setdefault(members.tobytes(), members)
    if not sets:
        return Sets(np.empty(0, np.int32), np.empty(0, np.int32))
    return Sets(np.concatenate([*sets.values()]), np.array([members.size for members in sets.values()], dtype=np.int32))


def _held(graph: Graph, joining: NDArray[np.bool_]) -> sp.csr_matrix:
    """Shape (accounts, targets that join anybody), 1 for each such contact."""
    target = graph.by_account[joining]
    used = np.bincount(target, minlength=graph.values) > 0
    place = np.cumsum(used) - 1
    start = np.concatenate([[0], np.cumsum(joining)])[graph.account_start].astype(np.int32)
    ones = np.ones(target.size, dtype=np.float32)
    return sp.csr_matrix((ones, place[target].astype(np.int32), start), shape=(graph.accounts, int(used.sum())))


def _cheapest(found: Pairs, reach: Floats) -> Ints:
    """Pairs, shape (2, pairs), as many of those that reach least as `WORK` allows, in their order."""
    cost = reach[found.one] + reach[found.other]
    order = np.argsort(cost, kind="stable")
    kept = np.sort(order[: int(np.searchsorted(np.cumsum(cost[order]), WORK))])
    return np.stack([found.one[kept], found.other[kept]])


def _companions(held: sp.csr_matrix, reach: Floats, pairs: Ints) -> _Found:
    """Who shares more targets with a pair than its own volume and the pair's reach explain.

    Expected are volume * reach / all contacts; a target that both of the pair reached counts twice. Surprise is the
    Chernoff bound of the Poisson tail.
    """
    holders, volume = held.T.tocsr(), np.asarray(held.sum(axis=1)).ravel()
    count = pairs.shape[1]
    accounts, strength = np.full((count, MOST), -1, dtype=np.int32), np.zeros(count)
    cost = np.cumsum(reach[pairs[0]] + reach[pairs[1]])
    for part in np.split(np.arange(count), np.flatnonzero(np.diff(cost // AT_ONCE)) + 1):
        one, other = pairs[:, part]
        shared = ((held[one] + held[other]) @ holders).tocsr()
        row = np.repeat(np.arange(part.size), np.diff(shared.indptr))
        several = (shared.data >= SHARED_MIN) & (shared.indices != one[row]) & (shared.indices != other[row])
        row, account, hits = row[several], shared.indices[several], shared.data[several].astype(np.float64)
        expected = (reach[one] + reach[other])[row] * volume[account] / max(float(volume.sum()), 1.0)
        gain = np.where(hits > expected, hits * np.log(hits / expected) - hits + expected, 0.0)
        order = np.lexsort((account, -gain, row))
        order = order[gain[order] > GAIN_MIN]
        row, account, gain = row[order], account[order], gain[order]
        rank = np.arange(row.size) - np.searchsorted(row, np.arange(part.size))[row]
        top = rank < MOST
        accounts[part[row[top]], rank[top]] = account[top]
        strength[part] = np.bincount(row[top], weights=gain[top], minlength=part.size)
    return _Found(accounts, strength)
