"""The coordination network toolkit: who reposts the same within a window, counted by SQLite, with contacts as reposts.

References
----------
Graham and others, QUT Digital Observatory, coordination-network-toolkit 1.5
(`pip install coordination-network-toolkit`).
"""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from counterlure.bench.coordination.peers import need
from counterlure.bench.coordination.sample import Answer, Graph
from counterlure.network.model import ABSENT

SHARED = 2
"""Least number of shared targets of a pair; at one, nearly every account of a large graph is in a pair."""
PROCESSES = 2


def rank(graph: Graph) -> Answer:
    """Score: shared targets summed over the account's pairs of two and more, at any distance in time.

    Flagged: accounts of such a pair. The toolkit counts and does not judge; sum and flag are how its network is read.
    """
    how = "pip install coordination-network-toolkit, into the environment given as --python"
    preprocess = need("coordination_network_toolkit.preprocess", how)
    networks = need("coordination_network_toolkit.compute_networks", how)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        database = str(Path(folder) / "network.db")
        preprocess.preprocess_data(database, _messages(graph))
        networks.compute_co_retweet_parallel(database, _window(graph), n_threads=PROCESSES, min_edge_weight=SHARED)
        return _read(database, graph.accounts)


def _messages(graph: Graph) -> Iterator[tuple[Any, ...]]:
    """One repost per contact, in the order of columns of the toolkit; an untold time is the first second."""
    contacts = graph.contacts
    at = np.where(contacts.first_at == ABSENT, 0, contacts.first_at)
    rows = zip(contacts.account.tolist(), contacts.target.tolist(), at.tolist(), strict=True)
    for i, (a, t, second) in enumerate(rows):
        yield i, a, str(a), t, None, "", second, ()


def _window(graph: Graph) -> int:
    at = graph.contacts.first_at
    return int(at.max() - at.min()) + 1 if at.size else 1


def _read(database: str, accounts: int) -> Answer:
    ranking = np.zeros(accounts)
    with contextlib.closing(sqlite3.connect(database)) as db:
        sql = "SELECT user_1, sum(weight) FROM co_retweet_network WHERE user_1 <> user_2 GROUP BY user_1"
        for account, weight in db.execute(sql):
            ranking[int(account)] = weight
    return Answer(ranking, ranking > 0)
