"""Near-identical messages: each account holds the clusters of texts that it used. Only numbers leave this file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from counterlure.alike import near
from counterlure.alike.shingles import CHARS_MAX, WORDS_MIN, Hashes, Numbers, mixed, shingles
from counterlure.network.layers.holdings import built, common
from counterlure.network.model import Layer, Tables

if TYPE_CHECKING:
    from counterlure.engine.sql import Engine

PORTION = 50_000
"""Texts read at once; an account's texts are read together, however many they are."""
SLICE = 10_000
"""Texts hashed at once: what is worked on stays in the processor's cache."""
SHARE_MAX = 0.01
"""A text that more of all writing accounts use is everybody's: a default invitation, a popular template."""
TELLING_MIN = WORDS_MIN - 1
"""Pairs of words that not everybody writes, below which a text says nothing of its author."""
SAMPLE = 20_000
"""Distinct texts, those of the lowest fingerprints, from which it is learnt what everybody writes."""

_SIZES = (
    "SELECT account, CAST(count(*) AS BIGINT) AS texts FROM contact_text WHERE text IS NOT NULL"
    " GROUP BY account ORDER BY account"
)


def layer(tables: Tables, engine: Engine, *, share_max: float = SHARE_MAX) -> Layer | None:
    """Which accounts used the same words; None where `contact_text` holds no text of `WORDS_MIN` words.

    Two texts belong together when the Jaccard index of their words and pairs of neighbouring words is at least 0.8,
    or when a chain of such texts joins them. A value is a cluster that two accounts or more used. Null: an account
    uses a cluster with the probability that the cluster has among everything that accounts use, where all that only
    one account writes counts as one value. What half the platform sends is expected; above `share_max` it is left out,
    and so is a text with fewer than `TELLING_MIN` pairs of words besides such: a default invitation with another name.

    Parameters
    ----------
    engine : has the table contact_text(account INTEGER, target INTEGER, text VARCHAR); it is read twice, in portions.
    """
    accounts = tables.accounts.key.size
    bounds = _portions(engine)
    read = _Read(list(_hashed(engine, bounds)))
    if read.account.size == 0:
        return None
    cluster, telling = _clusters(engine, bounds, read, share_max)
    held = np.unique(cluster[read.text] * np.int64(accounts) + read.account)
    used, account = np.divmod(held, accounts)
    holders = np.bincount(used)
    shared = (holders >= 2) & telling & ~common(holders, np.unique(account).size, share_max)
    code = np.cumsum(shared) - 1
    kept = shared[used]
    return built("text", account[kept], code[used[kept]], int(shared.sum()), account[~kept])


class _Read:
    """What the first reading keeps.

    account, text : per use, who and which distinct text. portion, row : per distinct text, where to read it again;
    marks : its bands. Distinct texts are numbered by their fingerprints, so in no order of reading.
    """

    def __init__(self, portions: Sequence[tuple[Numbers, Hashes, Numbers, near.Bands]]) -> None:
        self.account = np.concatenate([np.zeros(0, np.int64), *(account for account, *_ in portions)])
        keys = np.concatenate([np.zeros(0, np.uint64), *(key for _, key, _, _ in portions)])
        first, self.text = np.unique(keys, return_index=True, return_inverse=True)[1:]
        sizes = [key.size for _, key, _, _ in portions]
        self.portion = np.repeat(np.arange(len(portions)), sizes)[first]
        self.row = np.concatenate([np.zeros(0, np.int64), *(row for _, _, row, _ in portions)])[first]
        self.marks = np.concatenate([np.zeros((0, near.BANDS), np.uint32), *(mark for *_, mark in portions)])[first]

    def users(self) -> Numbers:
        """Accounts that used each distinct text."""
        texts = self.portion.size
        return np.bincount(np.unique(self.account * np.int64(texts) + self.text) % texts, minlength=texts)


def _portions(engine: Engine) -> list[tuple[int, int]]:
    """Ranges of accounts, first and last, of about `PORTION` texts each."""
    sizes = engine.arrays(_SIZES)
    account, texts = sizes["account"], sizes["texts"]
    number = (np.cumsum(texts) - texts) // PORTION
    first = np.flatnonzero(np.diff(number, prepend=-1))
    last = np.append(first, account.size)[1:] - 1
    return list(zip(account[first].tolist(), account[last].tolist(), strict=True))


def _texts(engine: Engine, bounds: tuple[int, int]) -> tuple[Numbers, list[str]]:
    """(account, text) of every message of some accounts, in an order that is the same each time."""
    rows = engine.arrays(
        f"SELECT account, substring(text, 1, {CHARS_MAX}) AS text FROM contact_text"
        f" WHERE account >= {int(bounds[0])} AND account <= {int(bounds[1])} AND text IS NOT NULL"
        " ORDER BY account, target, text"
    )
    return rows["account"].astype(np.int64), rows["text"].tolist()


def _hashed(
    engine: Engine, portions: Sequence[tuple[int, int]]
) -> Iterator[tuple[Numbers, Hashes, Numbers, near.Bands]]:
    """Per portion (account, fingerprint, row, bands) of each text that has shingles."""
    for bounds in portions:
        account, texts = _texts(engine, bounds)
        parts = [_marked(texts[at : at + SLICE]) for at in range(0, len(texts), SLICE)]
        counts, keys, marks = (np.concatenate(column) for column in zip(*parts, strict=True))
        row = np.flatnonzero(counts)
        yield account[row], keys, row, marks


def _marked(texts: Sequence[str]) -> tuple[Numbers, Hashes, near.Bands]:
    """(shingles of each text; fingerprint and bands of each text that has any)."""
    hashes, counts = shingles(texts)
    some = counts[counts > 0]
    starts = np.cumsum(some) - some
    if some.size == 0:
        return counts, np.zeros(0, np.uint64), np.zeros((0, near.BANDS), np.uint32)
    return counts, np.add.reduceat(mixed(hashes), starts), near.bands(hashes, starts)


def _clusters(
    engine: Engine, bounds: Sequence[tuple[int, int]], read: _Read, share_max: float
) -> tuple[Numbers, NDArray[np.bool_]]:
    """(the cluster of each distinct text, numbered in the order of their lowest fingerprints; which clusters tell)."""
    import scipy.sparse as sp
    from scipy.sparse.csgraph import connected_components

    low, high = near.candidates(read.marks)
    texts = read.portion.size
    twice = np.flatnonzero(read.users() >= 2)
    sought = np.unique(np.concatenate([low, high, twice, np.arange(min(SAMPLE, texts))]))
    hashes, owner = _again(engine, bounds, read, sought)
    telling = np.zeros(texts, bool)
    telling[sought] = _telling(read, hashes, owner, sought, share_max)
    near_enough = near.jaccard(hashes, owner, np.searchsorted(sought, low), np.searchsorted(sought, high))
    same = (near_enough >= near.JACCARD_MIN) & telling[low] & telling[high]
    joined = sp.coo_matrix((np.ones(int(same.sum()), bool), (low[same], high[same])), shape=(texts, texts))
    cluster = connected_components(joined, directed=False)[1]
    first = np.unique(cluster, return_index=True)[1]
    return np.argsort(np.argsort(first))[cluster], telling[np.sort(first)]


def _telling(read: _Read, hashes: Hashes, owner: Numbers, sought: Numbers, share_max: float) -> NDArray[np.bool_]:
    """Which of the texts hold `TELLING_MIN` different pairs of words that few accounts write, shape of `sought`.

    Each account that wrote any text of the sample counts once, shared out among its texts there.
    """
    place = np.arange(owner.size) - np.searchsorted(owner, owner)
    pair, text = np.unique(hashes[place % 2 == 1], return_inverse=True)[1], owner[place % 2 == 1]
    width = np.int64(pair.max(initial=0) + 1)
    text, pair = np.divmod(np.unique(text * width + pair), width)
    sampled = read.text < SAMPLE
    _, user, uses = np.unique(read.account[sampled], return_inverse=True, return_counts=True)
    weight = np.bincount(read.text[sampled], weights=1 / uses[user], minlength=read.portion.size)[sought]
    written = np.bincount(pair, weights=weight[text], minlength=int(width))
    rare = ~common(np.floor(written).astype(np.int64), uses.size, share_max)
    return np.bincount(text, weights=rare[pair], minlength=sought.size) >= TELLING_MIN


def _again(engine: Engine, bounds: Sequence[tuple[int, int]], read: _Read, sought: Numbers) -> tuple[Hashes, Numbers]:
    """(shingles, place in `sought`), by place, of some texts, read a second time."""
    found: list[tuple[Numbers, Hashes, Numbers]] = []
    for portion in np.unique(read.portion[sought]):
        texts = _texts(engine, bounds[portion])[1]
        here = np.flatnonzero(read.portion[sought] == portion)
        found.append((here, *shingles([texts[row] for row in read.row[sought[here]]])))
    hashes = np.concatenate([each for _, each, _ in found])
    owner = np.concatenate([np.repeat(here, counts) for here, _, counts in found])
    order = np.argsort(owner, kind="stable")
    return hashes[order], owner[order]
