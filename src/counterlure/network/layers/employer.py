"""Shared claimed employer: each account holds the employer that it claims."""

from __future__ import annotations

import numpy as np

from counterlure.network.layers.holdings import common, partition
from counterlure.network.model import ABSENT, Layer, Tables

SHARE_MAX = 0.01
"""An employer that more of all accounts claim is no evidence: most people at large firms do not know each other."""


def layer(tables: Tables, *, share_max: float = SHARE_MAX) -> Layer | None:
    """Which employer each account claims; None where no account tells.

    Null: an account claims an employer with the probability that the employer has among all accounts that claim one.
    Colleagues of one real small firm share it honestly: the layer says that a group claims one employer, not why.

    Parameters
    ----------
    share_max : employers that more of all accounts claim are no evidence.
    """
    claimed = tables.accounts.employer
    told = np.flatnonzero(claimed != ABSENT).astype(np.int32)
    if told.size == 0:
        return None
    words = tables.accounts.employers
    holders = np.bincount(claimed[told], minlength=words.size)
    return partition("employer", told, claimed[told], words, common(holders, told.size, share_max))
