"""Accounts created together: each account holds the week in which it was created."""

from __future__ import annotations

import numpy as np

from counterlure.network.layers.holdings import common, partition
from counterlure.network.model import ABSENT, Layer, Tables

DAY = 86_400
MONDAY = 3
"""1 January 1970 was a Thursday, the fourth day of its week."""
SHARE_MAX = 0.05
"""A week in which more of all accounts were created, by an import or a campaign, is no evidence."""


def layer(tables: Tables, *, days: int = 7, share_max: float = SHARE_MAX) -> Layer | None:
    """Which period each account was created in; None where no account tells.

    Null: an account was created in a period with the probability that the period has among all accounts that tell,
    so growth, seasons and sign-up campaigns are expected. Periods do not overlap: sharing one is counted once.

    Parameters
    ----------
    days : length of a period; 7 starts on Mondays, UTC.
    share_max : periods that more of all accounts share are no evidence.
    """
    created = tables.accounts.created_at
    told = np.flatnonzero(created != ABSENT).astype(np.int32)
    if told.size == 0:
        return None
    period, code, holders = np.unique((created[told] // DAY + MONDAY) // days, return_inverse=True, return_counts=True)
    begins = (period * days - MONDAY).astype("datetime64[D]")
    words = np.datetime_as_string(begins).astype(object)
    return partition("created", told, code.astype(np.int32), words, common(holders, told.size, share_max))
