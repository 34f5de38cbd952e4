"""Tight groups: accounts that share more targets two by two than their volume explains, and clusters of such pairs."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from counterlure.engine.sql import Engine
from counterlure.network.gate import Sets, promise
from counterlure.network.graph import Graph
from counterlure.network.model import Ints
from counterlure.network.steps import Pairs, pairs

# Clusters are read at several depths of the list of pairs, as shares of the number of accounts: a loose group shows
# deeper than a tight one, and deeper still everything runs together.
DEPTHS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4)
SIZE_MIN, SIZE_MAX = 3, 200
DEGREE_MAX = 20
"""Targets that more accounts reach join too many pairs by chance; docs/scale.md says what the cap costs."""


def pair_seeds(engine: Engine, graph: Graph, kept: NDArray[np.bool_]) -> list[Ints]:
    """Clusters of accounts that share targets, most promising first.

    kept : shape (held,), the contacts that no habit explains.
    """
    engine.put("edge_kept", {"account": graph.account[kept], "target": graph.by_account[kept]})
    sets = clusters(pairs(engine, table="edge_kept", cap=DEGREE_MAX), graph.accounts)
    parts = sets.split()
    return [parts[i] for i in promise(graph, sets)] if parts else []


def clusters(found: Pairs, accounts: int) -> Sets:
    """Connected components of the most surprising pairs at each of `DEPTHS`, each set of accounts once."""
    order = np.lexsort((found.other, found.one, -found.surprise))
    sets: dict[bytes, Ints] = {}
    for depth in DEPTHS:
        top = order[: int(depth * accounts)]
        links = sp.coo_matrix((np.ones(top.size, np.int8), (found.one[top], found.other[top])), (accounts, accounts))
        _, label = connected_components(links, directed=False)
        by_label = np.argsort(label, kind="stable").astype(np.int32)
        sizes = np.bincount(label)
        ends = np.cumsum(sizes)
        for i in np.flatnonzero((sizes >= SIZE_MIN) & (sizes <= SIZE_MAX)):
            members = by_label[ends[i] - sizes[i] : ends[i]]
            sets.setdefault(members.tobytes(), members)
    found_sets = [*sets.values()] or [np.empty(0, np.int32)]
    sizes = np.array([members.size for members in sets.values()], dtype=np.int32)
    return Sets(np.concatenate(found_sets), sizes)
