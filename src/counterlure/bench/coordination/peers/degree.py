"""Accounts by the number of people they contacted: what any method must beat."""

from __future__ import annotations

import numpy as np

from counterlure.bench.coordination.sample import Answer, Graph


def rank(graph: Graph) -> Answer:
    """Score: number of targets. Nothing is flagged."""
    return Answer(ranking=np.bincount(graph.contacts.account, minlength=graph.accounts).astype(np.float64))
