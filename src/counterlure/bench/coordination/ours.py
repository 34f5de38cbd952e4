"""The search of this package as one of the methods: from tables to an answer."""

from __future__ import annotations

from counterlure.bench.coordination.sample import Answer
from counterlure.network.model import ABSENT, Tables

WHOLE = True
"""It reads accounts and targets as well, for the layers besides contacts."""


def rank(tables: Tables) -> Answer:
    """Score, groups and members of groups as `counterlure network` reports them, layers included."""
    from counterlure.engine.sql import open_engine
    from counterlure.network.find import find
    from counterlure.network.layers import all_layers

    engine = open_engine()
    try:
        engine.put("edge", {name: getattr(tables.contacts, name) for name in ("account", "target", "first_at")})
        network = find(tables, all_layers(tables), engine=engine)
    finally:
        engine.close()
    return Answer(network.score, network.group != ABSENT, network.group)
