"""Diffuse operations: directions in which accounts reach targets together more than their degrees explain."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from copy import copy

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as sl
from numpy.typing import NDArray

from counterlure.network.graph import Graph, Starts
from counterlure.network.model import Floats, Ints

DEGREE_MAX = 100
"""Targets that more accounts reach than this are popular, and say little."""
VECTORS = 6
TOLERANCE = 0.03
"""Relative residual at which a direction is settled; its value is then right to a part in ten thousand or so."""
LANCZOS = 20
PAST_EDGE = 1.004
"""A direction counts when its value exceeds that of the rewired graph by this factor; what it starts is gated too."""
ACCOUNTS_MIN = 50


class Deflated:
    """D_a^-1/2 (A - E[A]) D_t^-1/2, with degrees regularised by about half their mean and targets of degree 2 to 100.

    Regularised spectral clustering after Qin and Rohe (2013), less the expectation of the degree-corrected null.
    """

    def __init__(self, account_start: Starts, target: Ints, accounts: int, targets: int) -> None:
        degree = np.bincount(target, minlength=targets).astype(np.float64)
        kept = (degree >= 2) & (degree <= DEGREE_MAX)
        edge = kept[target]
        place = np.cumsum(kept) - 1
        ends = np.concatenate([[0], np.cumsum(edge)])[account_start]
        reached = np.diff(ends).astype(np.float64)
        column = degree[kept]
        held = max(float(column.sum()), 1.0)
        mean_account = target.size / max(1, int(np.count_nonzero(np.diff(account_start))))
        mean_target = target.size / max(1, int(np.count_nonzero(degree)))
        self.a = np.where(reached > 0, 1 / np.sqrt(reached + 0.4 * mean_account), 0.0).astype(np.float32)
        self.t = (1 / np.sqrt(column + 0.5 * mean_target)).astype(np.float32)
        self.expect_a = (reached * self.a / np.sqrt(held)).astype(np.float32)
        self.expect_t = (column * self.t / np.sqrt(held)).astype(np.float32)
        ones = np.ones(int(edge.sum()), dtype=np.float32)
        shape = (accounts, int(kept.sum()))
        self.forward = sp.csr_matrix((ones, place[target[edge]].astype(np.int32), ends.astype(np.int32)), shape=shape)
        self.backward = self.forward.T.tocsr()

    def rewired(self, seed: int) -> Deflated:
        """The same degrees with the contacts drawn anew."""
        drawn = copy(self)
        column = np.random.default_rng(seed).permutation(self.forward.indices)
        drawn.forward = sp.csr_matrix((self.forward.data, column, self.forward.indptr), shape=self.forward.shape)
        drawn.backward = drawn.forward.T.tocsr()
        return drawn

    def square(self, x: Floats) -> Floats:
        """M M' x."""
        x = x.ravel().astype(np.float32)
        y = self.t * (self.backward @ (self.a * x)) - self.expect_t * np.float32(self.expect_a @ x)
        z: Floats = self.a * (self.forward @ (self.t * y)) - self.expect_a * np.float32(self.expect_t @ y)
        return z

    def strongest(self, seed: int) -> float:
        """The largest singular value, 0 where there is none."""
        return float(self.top(seed, 1)[0].max(initial=0.0))

    def top(self, seed: int, most: int = VECTORS) -> tuple[Floats, Floats]:
        """(singular values, left vectors), largest first, by Lanczos."""
        size = self.forward.shape[0]
        if self.forward.nnz == 0:
            return np.empty(0), np.empty((size, 0))
        start = np.random.default_rng(seed).standard_normal(size).astype(np.float32)
        operator = sl.LinearOperator((size, size), matvec=self.square, dtype=np.float32)
        values, vectors = sl.eigsh(operator, k=most, ncv=LANCZOS, which="LA", tol=TOLERANCE, maxiter=200, v0=start)
        order = np.argsort(-values)
        return np.sqrt(np.maximum(values[order], 0.0)), vectors[:, order]


def directions(graph: Graph, kept: NDArray[np.bool_], seed: int) -> Floats:
    """Directions past the edge of noise, as vectors over accounts, shape (accounts, vectors), strongest first.

    kept : shape (held,), the contacts that nothing explains yet. The edge is the largest direction of one
    degree-preserving rewiring. Fewer than `ACCOUNTS_MIN` accounts with such contacts have no directions worth the name.
    """
    target = graph.by_account[kept]
    start = np.concatenate([[0], np.cumsum(kept)])[graph.account_start]
    if np.count_nonzero(np.diff(start)) < ACCOUNTS_MIN:
        return np.empty((graph.accounts, 0))
    told = Deflated(start, target, graph.accounts, graph.values)
    with ThreadPoolExecutor(1) as threads:
        beside = threads.submit(lambda: told.rewired(seed + 1).strongest(seed))
        first, edge = told.strongest(seed), beside.result()
    if first <= PAST_EDGE * edge:
        return np.empty((graph.accounts, 0))
    values, vectors = told.top(seed)
    return vectors[:, values > PAST_EDGE * edge]
