"""A layer as two index lists: the values of each account, and the accounts of each value."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from counterlure.network.model import Floats, Ints, Layer

Starts = NDArray[np.int64]
Shares = NDArray[np.float32]
Counts = NDArray[np.int64]
Codes = NDArray[np.int32] | NDArray[np.int64]
DENSE = 16
"""A table of all codes costs less than sorting once a sixteenth of them is asked for."""
AT_ONCE = 500_000
PULL = 30.0
"""Pairs of contacts of the whole population that stand beside an account's own when its habits are estimated."""


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

        An account draws strata from shares of its own, which vary about everybody's as a Dirichlet distribution does:
        having held n of its d values there, it holds the next there with (n + a g) / (d + a), g being everybody's
        share. A holding is left out of the habit that it is judged by.
        """
        same = np.empty(self.held, dtype=np.int32)
        together = np.empty(self.accounts)
        for accounts, part in self._parts():
            owner, field = self.account[part] - accounts.start, self.stratum[self.by_account[part]]
            same[part] = _alike(owner, field, self.stratum_held.size)
            together[accounts] = np.bincount(owner, weights=same[part] - 1, minlength=accounts.stop - accounts.start)
        spread = self._spread(together)
        everybody = self.stratum_held / max(self.held, 1)
        free = self.account_degree.copy()
        returning, own = np.empty(self.held, dtype=np.float32), np.empty(self.held, dtype=np.float32)
        for accounts, part in self._parts():
            owner, others = self.account[part] - accounts.start, same[part] - 1.0
            degree, usual = self.account_degree[accounts][owner], everybody[self.stratum[self.by_account[part]]]
            pull = spread[accounts][owner]
            drawn = degree - 1 + pull
            back = degree * others / ((others + 1) * drawn)
            own[part] = np.minimum(usual * drawn / (others + pull * usual), 1)
            returning[part] = back
            free[accounts] -= np.bincount(owner, weights=back, minlength=accounts.stop - accounts.start)
        return free, returning, own

    def _parts(self) -> list[tuple[slice, slice]]:
        """Accounts and their holdings in parts of about `AT_ONCE` holdings: what a processor keeps at hand."""
        ends = np.searchsorted(self.account_start, np.arange(AT_ONCE, self.held, AT_ONCE))
        bounds = np.unique(np.concatenate([[0], ends, [self.accounts]])).tolist()
        starts = self.account_start[bounds].tolist()
        return [
            (slice(*accounts), slice(*held)) for accounts, held in zip(pairwise(bounds), pairwise(starts), strict=True)
        ]

    def _spread(self, together: Floats) -> Floats:
        """The concentration a of each account's shares: from its pairs of holdings that fall into one stratum.

        Such pairs are (1 + a G) / (1 + a) of all, G being their share were strata drawn from everybody's. Beside its
        own pairs an account has `PULL` of the population's, so that a few contacts are no habit.
        """
        pairs = self.account_degree * (self.account_degree - 1)
        usual = float(together.sum()) / max(float(pairs.sum()), 1.0)
        chance = float((self.stratum_held / max(self.held, 1)) ** 2 @ np.ones(self.stratum_held.size))
        share = (together + PULL * usual) / (pairs + PULL)
        return np.maximum(1 - share, 1e-9) / np.maximum(share - chance, 1e-9)


def _alike(one: Codes, other: Codes, others: int) -> Counts:
    """How often each pair of codes stands in the list; `one` ascends and starts near 0."""
    if one.size and (int(one[-1]) + 1) * others > DENSE * one.size:
        place, _, count = tallied(one, other, others)
        return count[place]
    key = one * np.int64(others) + other
    return np.bincount(key)[key]


def places_of(starts: Starts, rows: Ints) -> tuple[NDArray[np.int64], Ints]:
    """Where the entries of some rows stand in an index list, row after row, and how many each has."""
    begin = starts[rows]
    counts = starts[rows + 1] - begin
    ends = np.cumsum(counts)
    total = int(ends[-1]) if ends.size else 0
    return np.arange(total) + np.repeat(begin - (ends - counts), counts), counts.astype(np.int32)


def tallied(one: Codes, other: Codes, others: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Counts]:
    """(place of each pair of codes among the different ones, these as one * others + other ascending, how often each).

    As `np.unique` gives it; a stable sort is much faster where `one` is in order already.
    """
    key = one * np.int64(others) + other
    order = np.argsort(key, kind="stable")
    found, count = _runs(key[order])
    place = np.empty(key.size, dtype=np.int64)
    place[order] = np.repeat(np.arange(found.size), count)
    return place, found, count


def counted(one: Codes, other: Codes, others: int) -> tuple[NDArray[np.int64], Counts]:
    """The same without places."""
    key = one * np.int64(others) + other
    key.sort(kind="stable")
    return _runs(key)


def _runs(ordered: NDArray[np.int64]) -> tuple[NDArray[np.int64], Counts]:
    """The different numbers of an ascending list, and how often each stands in it."""
    begins = np.flatnonzero(np.concatenate([[ordered.size > 0], ordered[1:] != ordered[:-1]]))
    return ordered[begins], np.diff(np.append(begins, ordered.size))


def distinct(codes: Codes, count: int) -> tuple[Ints, NDArray[np.int64]]:
    """The different codes, ascending, and where each of the given ones stands among them; `count` codes there are."""
    if codes.size * DENSE < count:
        found, place = np.unique(codes, return_inverse=True)
        return found.astype(np.int32), place
    held = np.zeros(count, dtype=np.bool_)
    held[codes] = True
    return np.flatnonzero(held).astype(np.int32), (np.cumsum(held) - 1)[codes]


def _starts(degree: Floats) -> Starts:
    return np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
