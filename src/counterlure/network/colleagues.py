"""Open groups: accounts that claim one employer and share targets, such as a recruiting team with a candidate list."""

from __future__ import annotations

import numpy as np

from counterlure.network.gate import Sets, promise
from counterlure.network.graph import Graph
from counterlure.network.layers.seeds import surprise
from counterlure.network.model import Ints

SIZE_MIN, SIZE_MAX = 3, 200
MOST = 500


def colleague_seeds(contacts: Graph, employer: Graph) -> list[Ints]:
    """Accounts of one employer, most promising first: at most `MOST` that share targets beyond their volume.

    Employers that more than `SIZE_MAX` accounts claim are left out: a team is not named by a whole firm.
    """
    held = employer.value_degree[employer.by_account]
    fit = (held >= SIZE_MIN) & (held <= SIZE_MAX)
    of_account = np.full(contacts.accounts, -1, dtype=np.int64)
    of_account[employer.account[fit]] = employer.by_account[fit]
    chosen = of_account[contacts.account] >= 0
    owner, target = of_account[contacts.account[chosen]], contacts.by_account[chosen].astype(np.int64)
    key = np.sort(owner * contacts.values + target)
    again = np.bincount(key[1:][key[1:] == key[:-1]] // contacts.values, minlength=employer.values)
    volume = np.bincount(owner, minlength=employer.values) / max(contacts.held, 1)
    expected = 0.5 * volume**2 * float(contacts.value_degree @ contacts.value_degree)
    strength = surprise(again, expected)
    top = np.argsort(-strength, kind="stable")[:MOST].astype(np.int32)
    members, _, sizes = employer.holders_of(top[strength[top] > 0])
    sets = Sets(members, sizes)
    parts = sets.split()
    return [np.sort(parts[i]) for i in promise(contacts, sets)] if parts else []
