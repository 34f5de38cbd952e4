"""What the two forms of FRAUDAR share: the graph as a matrix, and blocks as scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from counterlure.bench.coordination.sample import Answer, Graph

Block = tuple[tuple[set[int], set[int]], float]
"""((accounts, targets), density), as FRAUDAR's programs return it."""


def matrix(graph: Graph) -> Any:
    """Sparse matrix of ones, accounts by targets, of the integer type that the programs expect."""
    from scipy import sparse

    ones = np.ones(graph.contacts.account.size, np.int64)
    places = (graph.contacts.account, graph.contacts.target)
    return sparse.csr_matrix((ones, places), shape=(graph.accounts, graph.targets))


def scored(blocks: Sequence[Block], accounts: int) -> Answer:
    """Score: density of the densest block that holds the account, 0 in none. Flagged: in any block."""
    ranking = np.zeros(accounts)
    for (rows, _), density in blocks:
        members = np.fromiter(rows, np.int64, len(rows))
        ranking[members] = np.maximum(ranking[members], density)
    return Answer(ranking, ranking > 0)
