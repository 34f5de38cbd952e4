"""Similarity network pruned by centrality, re-implemented here from the paper; not the authors' program.

References
----------
Luceri et al. (2024), Unmasking the web of deceit: uncovering coordinated activity to expose information operations on
Twitter: TF-IDF vectors, cosine, eigenvector centrality.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from counterlure.bench.coordination.peers import need
from counterlure.bench.coordination.peers.blocks import matrix
from counterlure.bench.coordination.sample import Answer, Graph

CAP = 100
"""Targets of more contacts are left out; the paper has no such cap, and without it no large graph fits in memory."""
SIMILAR = 0.995
"""Quantile of the similarities above zero from which two accounts are tied."""
CENTRAL = 0.995
"""Quantile of the accounts' centralities from which they are flagged, the paper's strictest."""
ROUNDS = 60


def rank(graph: Graph) -> Answer:
    """Score: eigenvector centrality in the network of the most similar pairs. Flagged: the most central accounts."""
    text = need("sklearn.feature_extraction.text", "pip install scikit-learn, into the environment given as --python")
    contacts = matrix(graph).astype(np.float64)
    per_target = np.asarray(contacts.sum(axis=0)).ravel()
    vectors = text.TfidfTransformer().fit_transform(contacts)[:, (per_target >= 2) & (per_target <= CAP)]
    ties = _ties(vectors @ vectors.T)
    centrality = np.ones(graph.accounts)
    for _ in range(ROUNDS):
        centrality = ties @ centrality
        length = np.linalg.norm(centrality)
        if length == 0:
            break
        centrality /= length
    return Answer(centrality, (centrality >= np.quantile(centrality, CENTRAL)) & (centrality > 0))


def _ties(similar: Any) -> Any:
    similar.setdiag(0)
    similar.eliminate_zeros()
    if similar.nnz:
        similar.data[similar.data < np.quantile(similar.data, SIMILAR)] = 0
        similar.eliminate_zeros()
    return similar
