"""Putting a layer together so that its frequencies mean what the null says they mean.

The null knows an account by how many values it holds, and a value by how many accounts hold it. So whoever could have
held a value holds at least one: where an account has nothing that others could share, a value of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterlure.network.model import Ints, Layer, Words

COMMON_MIN = 20
"""A value held by at most so many accounts is never too common, however small the platform."""


def common(holders: NDArray[np.int64], comparable: int, share: float, most: int = 2_000) -> NDArray[np.bool_]:
    """Which values are no evidence, shape of `holders`: held by more than a share of the comparable accounts.

    A value that more than `most` accounts hold is common on a platform of any size, and one held by at most
    `COMMON_MIN` is not.
    """
    return holders > max(COMMON_MIN, min(most, share * comparable))


def built(name: str, account: NDArray[Any], value: NDArray[Any], words: Words | int, own: NDArray[Any]) -> Layer:
    """The layer in which `account` holds `value`, and each account in `own` also a value that nobody shares.

    words : one per shared value, or how many there are; own values follow them, and are called "".
    """
    shared = words if isinstance(words, int) else words.size
    alone = np.unique(own)
    values = shared + alone.size
    pair = np.concatenate(
        [
            account.astype(np.int64) * values + value,
            alone.astype(np.int64) * values + np.arange(shared, values),
        ]
    )
    holder, held = np.divmod(np.unique(pair), max(values, 1))
    called = None if isinstance(words, int) else np.concatenate([words, np.full(alone.size, "", dtype=object)])
    return Layer(name, holder.astype(np.int32), held.astype(np.int32), values, called)


def partition(name: str, account: Ints, value: Ints, words: Words, too_common: NDArray[np.bool_]) -> Layer:
    """The layer of a claim that each account makes once: too common values give way to values of one's own."""
    rare = ~too_common[value]
    code = np.cumsum(~too_common) - 1
    return built(name, account[rare], code[value[rare]], words[~too_common], account[~rare])
