"""A target mix that does not fit the claimed trade: contacts in sensitive sectors, against peers of that trade.

Only the sectors of targets count, and the industry that the account itself claims. Who a target is, how senior, from
where, is not read. The sector to which an account returns most is its field, whatever it claims, and is left out: a
recruiter for one defence sector is a specialist. What is unusual is reaching across sensitive sectors besides.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from counterlure.network.graph import counted
from counterlure.network.layers.holdings import built
from counterlure.network.layers.sensitive import sensitive_sectors
from counterlure.network.model import ABSENT, Floats, Ints, Layer, Tables

CONTACTS_MIN = 5
"""Contacts outside an account's own field, in known sectors, below which a mix says nothing."""
LEVELS = np.array([0.05, 0.01, 0.001, 0.0001])
PEERS = 20.0
"""Accounts like all others that are added to the peers of every account, so that a rare trade borrows from all."""
SPREAD_MIN, SPREAD_MAX = 1e-4, 0.95
TERMS = 4_000_000
"""Terms of tail sums held in memory at once."""

Numbers = NDArray[np.int64]


def layer(tables: Tables, sensitive: Collection[int] | None = None) -> Layer | None:
    """How far each account's share of sensitive targets outside its own field lies out among its claimed industry.

    Values are the levels of `LEVELS`, from p <= 0.05 to p <= 0.0001; an account holds the strictest that it reaches,
    or a value of its own. p is the larger of two numbers: the beta-binomial tail fitted to its peers, itself left out,
    for its number of contacts; and the share of all accounts whose tail is as small. So no level is reached by more
    than its share of accounts, however the trades are spread. Accounts without industry are peers of each other.

    Parameters
    ----------
    sensitive : codes of sensitive sectors; None for those of `sensitive_sectors.yml`. None is returned where no sector
    is sensitive or no account has `CONTACTS_MIN` contacts outside its field.
    """
    codes = sensitive_sectors(tables.targets.sectors) if sensitive is None else sensitive
    known, inside = _outside_own_field(tables, np.isin(np.arange(tables.targets.sectors.size), [*codes]))
    judged = np.flatnonzero(known >= CONTACTS_MIN)
    if not inside.any() or judged.size == 0:
        return None
    p = p_values(known[judged], inside[judged], tables.accounts.industry[judged])
    reached = (p[:, None] <= LEVELS).sum(axis=1)
    unfit = reached > 0
    words = np.array([f"p <= {level:g}" for level in LEVELS], dtype=object)
    return built("target_mix", judged[unfit], reached[unfit] - 1, words, judged[~unfit])


def _outside_own_field(tables: Tables, sensitive: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Per account: contacts outside its field, in known sectors, and how many of these are in sensitive ones.

    Its field is the sector that it contacts most, if twice or more; of sectors it contacts as often, a sensitive one.
    """
    accounts, sectors = tables.accounts.key.size, max(sensitive.size, 1)
    sector = tables.targets.sector[tables.contacts.target]
    told = sector != ABSENT
    held, count = counted(tables.contacts.account[told], sector[told], sectors)
    account, sector = np.divmod(held, sectors)
    inside = sensitive[sector]
    known = np.bincount(account, weights=count, minlength=accounts).astype(np.int64)
    sought = np.bincount(account, weights=count * inside, minlength=accounts).astype(np.int64)
    most = np.zeros(accounts, np.int64)
    np.maximum.at(most, account, 2 * count + inside)
    most[most < 4] = 0
    return known - most // 2, sought - most // 2 * (most % 2)


def p_values(contacts: Numbers, inside: Numbers, trade: Ints) -> Floats:
    """Of how many accounts the mix would be as unusual, at most: shape (accounts,), each in (0, 1].

    contacts, inside : of each account, at least one contact, and how many are sensitive. trade : code or `ABSENT`.
    """
    mean, spread = _peers(inside / contacts, 1 / contacts, trade)
    tail = np.ones(contacts.size)
    above = inside > mean * contacts  # nobody below the mean of its peers is unusual in the direction that counts
    tail[above] = beta_binomial_tail(inside[above], contacts[above], mean[above], spread[above])
    tail = np.round(tail, 12)  # equal tails stay equal in whatever order their terms were added
    as_small = np.searchsorted(np.sort(tail), tail, side="right") / tail.size
    return np.maximum(tail, as_small)


def _peers(share: Floats, grain: Floats, trade: Ints) -> tuple[Floats, Floats]:
    """Mean share among the peers of each account, itself left out, and how far peers spread: 0 binomial, 1 all or none.

    By moments, every peer counting alike (Kleinman 1973): the variance of shares between peers is
    mean (1 - mean) (spread + (1 - spread) E[1/contacts]). grain : 1/contacts.
    """
    _, place, size = np.unique(trade, return_inverse=True, return_counts=True)
    moments = np.stack([share, share**2, grain])
    others = (moments.sum(axis=1)[:, None] - moments) / max(share.size - 1, 1)
    same = np.stack([np.bincount(place, weights=row) for row in moments])[:, place] - moments
    peers = size[place] - 1 + PEERS
    mean, square, fine = (same + PEERS * others) / peers
    mean = np.clip(mean, 1e-6, 1 - 1e-6)
    between = np.maximum(square - mean**2, 0) * peers / (peers - 1) / (mean * (1 - mean))
    return mean, np.clip((between - fine) / (1 - fine), SPREAD_MIN, SPREAD_MAX)


def beta_binomial_tail(least: Numbers, draws: Numbers, mean: Floats, spread: Floats) -> Floats:
    """P(X >= least) of X beta-binomial with that many draws, mean share and spread 1 / (a + b + 1); elementwise."""
    tail = np.ones(least.size)
    some = np.flatnonzero(least > 0)
    ends = np.cumsum(draws[some] - least[some] + 1)
    for portion in np.split(some, np.flatnonzero(np.diff(ends // TERMS)) + 1):
        tail[portion] = _tail(least[portion], draws[portion], mean[portion], spread[portion])
    return np.minimum(tail, 1.0)


def _tail(least: Numbers, draws: Numbers, mean: Floats, spread: Floats) -> Floats:
    """The terms from `least` to `draws` one after the other: each is the one before it times a simple ratio."""
    from scipy.special import betaln

    if least.size == 0:
        return np.zeros(0)
    strength = 1 / spread - 1
    a, b = mean * strength, (1 - mean) * strength
    first = betaln(least + a, draws - least + b) - betaln(a, b) - betaln(least + 1, draws - least + 1) - np.log1p(draws)
    terms = draws - least + 1
    starts = np.cumsum(terms) - terms
    row = np.repeat(np.arange(least.size), terms)
    k = np.arange(row.size) - starts[row] + least[row] - 1  # the term before; meaningless in the first of each row
    n = draws[row]
    k[starts] = 0
    step = np.log((n - k) * (k + a[row])) - np.log((k + 1) * (n - k - 1 + b[row]))
    return np.asarray(np.add.reduceat(np.exp(_sums(step, starts, first)), starts))


def _sums(step: Floats, starts: Numbers, first: Floats) -> Floats:
    """Running sums of `step` that begin anew, with `first`, at each start."""
    step[starts] = 0.0
    running = np.cumsum(step)
    return running - np.repeat(running[starts] - first, np.diff(np.append(starts, step.size)))
