"""Candidate groups from layers besides contacts: accounts that hold the same values, or pairs of values, too often.

A seed is where refinement starts, never a result: it may hold honest accounts, and the gate counts all groups that one
could have named. Where an operation's lists are disjoint, seeds from here are the only ones that can find it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import log

import numpy as np
from numpy.typing import NDArray

from counterlure.network.model import Floats, Ints, Layer

MEMBERS_MIN, MEMBERS_MAX = 3, 2_000
MOST = 300
"""Seeds returned at most."""
SIGNIFICANCE = 0.05
ODD = 0.01
"""A pair of values is odd when so many accounts share it with at most this probability, before counting pairs."""
HELD_MAX = 64
"""Accounts that hold more values of a layer share some with everybody, and are left out there."""
ALONE = ("burst", "text")
"""Layers in which honest values are held by few, so that one value held by many says something without a second."""
NEAR = 12
"""Values on either side that a value alone is held against: in hours, half a day."""

Numbers = NDArray[np.int64]


def seeds(layers: Sequence[Layer], accounts: int, *, most: int = MOST) -> list[Ints]:
    """Groups of 3 to 2,000 accounts, ascending members, most surprising group first, none twice.

    Pairs of values, of two layers or of one, are held against what independence expects: of values held by n and m
    accounts, n m sum(d d') / (sum d sum d') accounts hold both, d and d' being the values that an account holds in
    either layer. Surprise is the Chernoff bound of the Poisson tail, less the logarithm of the number of pairs that
    could have been named. Groups are the holders of one such pair; of all pairs that hang together by their values
    (an operation with several employers and weeks); and, per value, of all pairs with it that are odd, where these
    are more than for other values of its layer. A value alone is surprising only in `ALONE`.

    Parameters
    ----------
    layers : those named "contacts" are left out; their pairs are counted elsewhere. accounts : of the platform.
    """
    held = [_Held(layer, accounts) for layer in layers if layer.name != "contacts"]
    found: list[tuple[float, Numbers]] = []
    meetings = [_meet(one, other) for one, other in combinations_with_replacement(held, 2)]
    for one in held:
        found += _alone(one)
    for meeting in meetings:
        found += _cells(meeting)
        found += _pooled(meeting, meeting.first)
        found += _pooled(meeting, meeting.second)
    found += _hanging_together(meetings, held)
    return _best(found, most)


class _Held:
    """A layer's holdings that others share, and how many values of any kind each account holds.

    account, value : holdings of values that at least `MEMBERS_MIN` hold; holders : accounts per value among these,
    shared : the values. degree : shape (accounts,). all_holders : shape (values,), whatever the account holds besides.
    """

    def __init__(self, layer: Layer, accounts: int) -> None:
        self.name, self.values = layer.name, layer.values
        holders = np.bincount(layer.value, minlength=layer.values)
        self.degree = np.bincount(layer.account, minlength=accounts).astype(np.float64)
        kept = (holders[layer.value] >= MEMBERS_MIN) & (self.degree[layer.account] <= HELD_MAX)
        self.account, self.value = layer.account[kept].astype(np.int64), layer.value[kept].astype(np.int64)
        self.holders = np.bincount(self.value, minlength=layer.values)
        self.all_holders = holders
        self.shared = np.flatnonzero(self.holders >= MEMBERS_MIN)


@dataclass(frozen=True, slots=True)
class _Meeting:
    """Accounts at the pairs of values that they hold.

    account, cell : one entry per account and pair. first, second : the two values of each cell. size, surprise : its
    accounts, and -log of the Poisson bound of having as many. named : pairs that could have been named.
    layers : the two layers.
    """

    account: Numbers
    cell: Numbers
    first: Numbers
    second: Numbers
    size: Numbers
    surprise: Floats
    named: float
    layers: tuple[_Held, _Held]


def _meet(one: _Held, other: _Held) -> _Meeting:
    """Every pair of a value of one layer and a value of the other, or of two different values of the same layer."""
    degree = np.bincount(other.account, minlength=other.degree.size)
    begin = np.cumsum(degree) - degree
    times = degree[one.account]
    account, first = np.repeat(one.account, times), np.repeat(one.value, times)
    within = np.arange(account.size) - np.repeat(np.cumsum(times) - times, times)
    second = other.value[begin[account] + within]
    named, both = float(one.shared.size * other.shared.size), float(one.degree @ other.degree)
    if one is other:
        kept = first < second
        account, first, second = account[kept], first[kept], second[kept]
        named, both = named / 2, float(one.degree @ (one.degree - 1))
    pairs, cell, size = np.unique(first * max(other.values, 1) + second, return_inverse=True, return_counts=True)
    first, second = np.divmod(pairs, max(other.values, 1))
    rate = both / max(one.degree.sum() * other.degree.sum(), 1.0)
    expected = one.holders[first] * other.holders[second] * rate
    return _Meeting(account, cell, first, second, size, surprise(size, expected), max(named, 1.0), (one, other))


def surprise(count: NDArray[np.int64], expected: Floats | float) -> Floats:
    """-log of the Chernoff bound of P(Poisson(expected) >= count), natural; 0 where count is not above expected."""
    held, safe = count.astype(np.float64), np.maximum(expected, 1e-12)
    found = held * np.log(np.maximum(held, 1e-12) / safe) - held + safe
    return np.where(held > safe, found, 0.0)


def _alone(held: _Held) -> Iterator[tuple[float, Numbers]]:
    """Holders of one value where values are held by few, against the median of the values next to it.

    Hours next to each other are about as busy; other values stand in no order that means anything. All surprising
    values of a layer are one more group: an operation that worked in several hours.
    """
    if held.name not in ALONE or held.shared.size == 0:
        return
    near = (held.shared[:, None] + np.arange(-NEAR, NEAR + 1)) % held.values
    strength = np.full(held.values, -np.inf)
    strength[held.shared] = surprise(held.holders[held.shared], np.median(held.all_holders[near], axis=1))
    strength -= log(held.shared.size / SIGNIFICANCE)
    chosen = _strongest(strength, held.holders)
    rank = np.full(held.values, -1)
    rank[chosen] = np.arange(chosen.size)
    yield from _grouped(held.account, rank[held.value], strength[chosen])
    yield float(strength[chosen].sum()), held.account[rank[held.value] >= 0]


def _cells(meeting: _Meeting) -> Iterator[tuple[float, Numbers]]:
    """Holders of one pair of values."""
    strength = meeting.surprise - log(meeting.named / SIGNIFICANCE)
    chosen = _strongest(strength, meeting.size)
    rank = np.full(strength.size, -1)
    rank[chosen] = np.arange(chosen.size)
    yield from _grouped(meeting.account, rank[meeting.cell], strength[chosen])


def _strongest(strength: Floats, size: Numbers) -> Numbers:
    """The `MOST` strongest places above 0 whose size a group may have."""
    fit = np.flatnonzero((strength > 0) & (size >= MEMBERS_MIN) & (size <= MEMBERS_MAX))
    return np.asarray(fit[np.argsort(-strength[fit], kind="stable")][:MOST])


def _pooled(meeting: _Meeting, values: Numbers) -> Iterator[tuple[float, Numbers]]:
    """Holders of a value that hold an odd pair with it, where these are more than the layer's rate of odd pairs.

    Odd pairs come several accounts at a time, so the count is divided by their mean size.
    """
    odd = (meeting.surprise >= -log(ODD)) & (meeting.size >= 2)
    if not odd.any():
        return
    accounts: Floats = np.bincount(values, weights=meeting.size).astype(np.float64)
    inside: Floats = np.bincount(values, weights=meeting.size * odd).astype(np.float64)
    clump = float(np.mean(meeting.size[odd]))
    rate = float(np.sum(inside)) / float(np.sum(accounts))
    counted = np.floor(inside / clump).astype(np.int64)
    strength = surprise(counted, accounts * (rate / clump))
    strength -= log(int(np.count_nonzero(accounts)) / SIGNIFICANCE)
    chosen = _strongest(strength, inside.astype(np.int64))
    rank = np.full(accounts.size, -1)
    rank[chosen] = np.arange(chosen.size)
    group = np.where(odd, rank[values], -1)[meeting.cell]
    yield from _grouped(meeting.account, group, strength[chosen])


def _hanging_together(meetings: Sequence[_Meeting], held: Sequence[_Held]) -> Iterator[tuple[float, Numbers]]:
    """Holders of significant pairs that have values in common, directly or through others."""
    import scipy.sparse as sp
    from scipy.sparse.csgraph import connected_components

    start = dict(zip(map(id, held), np.cumsum([0, *(one.values for one in held)]).tolist(), strict=False))
    total = sum(one.values for one in held)
    strong = [meeting.surprise > log(meeting.named / SIGNIFICANCE) for meeting in meetings]
    ends = [
        (m.first[s] + start[id(m.layers[0])], m.second[s] + start[id(m.layers[1])])
        for m, s in zip(meetings, strong, strict=True)
    ]
    if not any(s.any() for s in strong):
        return
    one, other = (np.concatenate(side) for side in zip(*ends, strict=True))
    graph = sp.coo_matrix((np.ones(one.size, bool), (one, other)), shape=(total, total))
    component = connected_components(graph, directed=False)[1]
    account, group, strength = [], [], np.zeros(int(component.max()) + 1)
    for meeting, s, (first, _) in zip(meetings, strong, ends, strict=True):
        of_cell = np.full(meeting.size.size, -1)
        of_cell[s] = component[first]
        surplus = meeting.surprise[s] - log(meeting.named / SIGNIFICANCE)
        strength += np.bincount(component[first], weights=surplus, minlength=strength.size)
        account.append(meeting.account)
        group.append(of_cell[meeting.cell])
    yield from _grouped(np.concatenate(account), np.concatenate(group), strength)


def _grouped(account: Numbers, group: Numbers, strength: Floats) -> Iterator[tuple[float, Numbers]]:
    """(strength, accounts) of each group named; -1 is none."""
    inside = group >= 0
    account, group = account[inside], group[inside]
    order = np.argsort(group, kind="stable")
    numbers, begins = np.unique(group[order], return_index=True)
    if numbers.size == 0:
        return
    for number, members in zip(numbers, np.split(account[order], begins[1:]), strict=True):
        yield float(strength[number]), members


def _best(found: list[tuple[float, Numbers]], most: int) -> list[Ints]:
    """Groups of a size that groups may have, each once, strongest first; equal ones by their members."""
    groups: dict[bytes, tuple[float, Ints]] = {}
    for strength, accounts in found:
        members = np.unique(accounts).astype(np.int32)
        key = members.astype(">i4").tobytes()
        if MEMBERS_MIN <= members.size <= MEMBERS_MAX and strength > groups.get(key, (-np.inf, members))[0]:
            groups[key] = strength, members
    ranked = sorted(groups.items(), key=lambda entry: (-entry[1][0], entry[0]))
    return [members for _, (_, members) in ranked[:most]]
