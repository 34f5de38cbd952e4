"""Bipartite configuration model with a validated projection: pairs that share more targets than their degrees explain.

References
----------
Saracco et al. (2017), Inferring monopartite projections of bipartite networks: an entropy-based approach. Package:
bicm 3 (`pip install bicm`), also part of NEMtropy.
"""

from __future__ import annotations

import contextlib
import sys

import numpy as np

from counterlure.bench.coordination.peers import need
from counterlure.bench.coordination.peers.blocks import matrix
from counterlure.bench.coordination.sample import Answer, Graph
from counterlure.network.model import Contacts

RATE = 0.05
"""False-discovery rate of the validated pairs, as in the paper."""
THREADS = 2
SMALLEST = 1e-300


def rank(graph: Graph) -> Answer:
    """Score: -log10 of the p-value of the account's best pair (Poisson). Flagged: accounts of a validated pair."""
    bicm = need("bicm", "pip install bicm, into the environment given as --python")
    accounts, row = np.unique(graph.contacts.account, return_inverse=True)
    targets, column = np.unique(graph.contacts.target, return_inverse=True)
    contacts = Contacts(row.astype(np.int32), column.astype(np.int32), graph.contacts.first_at)
    model = bicm.BipartiteGraph()
    with contextlib.redirect_stdout(sys.stderr):
        model.set_biadjacency_matrix(matrix(Graph(contacts, accounts.size, targets.size)))
        model.solve_tool(light_mode=True, print_error=False)
        pairs = model.get_rows_projection(alpha=RATE, threads_num=THREADS, progress_bar=False)
    ranking, flagged = np.zeros(graph.accounts), np.zeros(graph.accounts, bool)
    for one, others in model.rows_pvals.items():
        for other, p_value in others.items():
            score = -np.log10(max(p_value, SMALLEST))
            for account in (accounts[one], accounts[other]):
                ranking[account] = max(ranking[account], score)
    for one, others in pairs.items():
        flagged[accounts[[one, *others]]] = True
    return Answer(ranking, flagged)
