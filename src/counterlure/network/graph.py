"""A layer as two index lists: the values of each account, and the accounts of each value."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from counterlure.network.model import Floats, Ints, Layer

Starts = NDArray[np.int64]
Shares = NDArray[np.float32]
DENSE = 16
"""A table of all codes costs less than sorting once a sixteenth of them is asked for."""
PULL = 5.0
"""Contacts that an account must have in fields of its own before its habits are trusted by half."""


class Graph:
    """The bipartite graph of one layer, with the null that it is held against.

    Without strata an account that holds d values holds a value of frequency f with expectation d * f: the
    configuration model of Chung and Lu (2002). With strata (the field of each value: a target's sector, say) an
    account that returns to a field is expected to return there, in proportion to what it holds in it, so that a
    common field explains nothing but itself.

    Attributes
    ----------
    account_degree : shape (accounts,), how many values each account holds. value_degree : shape (values,), by how
    many accounts each is held. held : their sum. active : values held by anyone. exclusive : each account
    holds one value at most. free : shape (accounts,), holdings
    expected anywhere; returning : shape (held,), holdings expected in the same stratum. habit : shape (held,), in the
    order of `by_value`: how much likelier everybody is to hold a value of this stratum than this account, at most 1.
    """

    def __init__(self, layer: Layer, accounts: int, stratum: Ints | None = None) -> None:
        self.name = layer.name
        self.accounts, self.values = accounts, layer.values
        self.account, self.by_account = layer.account, layer.value
        self.account_degree = np.bincount(layer.account, minlength=accounts).astype(np.float64)
        self.value_degree = np.bincount(layer.value, minlength=layer.values).astype(np.float64)
        self.held = int(layer.account.size)
        self.exclusive = self.held > 0 and float(self.account_degree.max()) <= 1.0
        self.active = int(np.count_nonzero(self.value_degree))
        self.account_start = _starts(self.account_degree)
        self.value_start = _starts(self.value_degree)
        self.stratum = np.zeros(layer.values, dtype=np.int32) if stratum is None else stratum
        self.stratum_held = np.bincount(self.stratum, weights=self.value_degree)
        self.free, self.returning, self.own = self._habits() if stratum is not None else self._no_habits()
        shape = (accounts, layer.values)
        columns = sp.csr_matrix((self.own, layer.value, self.account_start), shape=shape).tocsc()
        self.by_value, self.habit = columns.indices, columns.data

    @cached_property
    def frequency(self) -> Floats:
        """Share of all holdings that each value has, shape (values,)."""
        return self.value_degree / max(self.held, 1)

    def values_of(self, accounts: Ints) -> tuple[Ints, Ints]:
        """All values of some accounts, one after the other, and how many each holds."""
        places, counts = places_of(self.account_start, accounts)
        return self.by_account[places], counts

    def holders_of(self, values: Ints) -> tuple[Ints, Shares, Ints]:
        """All accounts of some values, one after the other, the habit of each holding, and how many hold each value."""
        places, counts = places_of(self.value_start, values)
        return self.by_value[places], self.habit[places], counts

    def hits(self, accounts: Ints, weights: Floats) -> tuple[Ints, Floats, Floats]:
        """The values that weighted accounts hold, ascending, the weight on each, and what the null expects there."""
        places, counts = places_of(self.account_start, accounts)
        weight = np.repeat(weights, counts)
        held = self.by_account[places]
        values, place = distinct(held, self.values)
        hits: Floats = np.bincount(place, weights=weight, minlength=values.size).astype(np.float64)
        anywhere = float(self.free[accounts] @ weights) / max(self.held, 1)
        inside = np.bincount(
            self.stratum[held], weights=weight * self.returning[places], minlength=self.stratum_held.size
        )
        there = (inside / np.maximum(self.stratum_held, 1))[self.stratum[values]]
        return values, hits, np.maximum(self.value_degree[values] * (anywhere + there), 1e-12)

    def _no_habits(self) -> tuple[Floats, Shares, Shares]:
        nothing = np.zeros(self.held, dtype=np.float32)
        return self.account_degree, nothing, nothing + 1

    def _habits(self) -> tuple[Floats, Shares, Shares]:
        """(free, returning, own) from how often each account holds values of one stratum.

        An account returns to a stratum when it holds two values or more of it. Returns beyond those that chance brings
        are trusted in so far as they outnumber `PULL`, and a holding is left out of the habit that it is judged by.
        """
        strata = self.stratum_held.size
        field = self.stratum[self.by_account]
        _, place, count = np.unique(
            self.account.astype(np.int64) * strata + field, return_inverse=True, return_counts=True
        )
        same = count[place]
        again = same >= 2
        returns = np.bincount(self.account, weights=again, minlength=self.accounts)
        trust = np.maximum(returns - self._chance_returns(), 0.0) / (self.account_degree + PULL)
        kept = np.where(again, (same - 1) / np.maximum(returns[self.account] - 1, 1), 0.0)
        everybody = (self.stratum_held / max(self.held, 1))[field]
        trusted = trust[self.account]
        own = everybody / ((1 - trusted) * everybody + trusted * kept)
        returning = trusted * self.account_degree[self.account] * kept / same
        return (1 - trust) * self.account_degree, returning.astype(np.float32), np.minimum(own, 1).astype(np.float32)

    def _chance_returns(self) -> Floats:
        """Holdings that share a stratum with another one of the account, were they drawn from everybody's, by account."""
        shares = np.minimum(self.stratum_held / max(self.held, 1), 1 - 1e-12)
        degrees, place = np.unique(self.account_degree, return_inverse=True)
        expected = [
            float(d * (shares * -np.expm1((d - 1) * np.log1p(-shares))).sum()) if d > 1 else 0.0 for d in degrees
        ]
        return np.array(expected)[place]


def places_of(starts: Starts, rows: Ints) -> tuple[NDArray[np.int64], Ints]:
    """Where the entries of some rows stand in an index list, row after row, and how many each has."""
    begin = starts[rows]
    counts = starts[rows + 1] - begin
    ends = np.cumsum(counts)
    total = int(ends[-1]) if ends.size else 0
    return np.arange(total) + np.repeat(begin - (ends - counts), counts), counts.astype(np.int32)


def distinct(codes: Ints, count: int) -> tuple[Ints, NDArray[np.int64]]:
    """The different codes, ascending, and where each of the given ones stands among them; `count` codes there are."""
    if codes.size * DENSE < count:
        found, place = np.unique(codes, return_inverse=True)
        return found.astype(np.int32), place
    held = np.zeros(count, dtype=np.bool_)
    held[codes] = True
    return np.flatnonzero(held).astype(np.int32), (np.cumsum(held) - 1)[codes]


def _starts(degree: Floats) -> Starts:
    return np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
