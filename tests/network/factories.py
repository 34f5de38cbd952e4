"""Small tables and graphs, one maker each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from counterlure.network.graph import Graph
from counterlure.network.model import ABSENT, Accounts, Contacts, Layer, Tables, Targets
from counterlure.simulate.worlds import Shape, World, WorldSpec, world

SMALL = {"accounts": 4_000, "targets": 20_000, "contacts": 160_000, "sectors": 100}


def small_world(**changes: object) -> World:
    """A world of 4,000 accounts; an operation of 80 personas on 500 targets unless told otherwise."""
    spec = {"personas": 80, "operation_targets": 500, "list_contacts": 16} | SMALL | changes
    if spec.get("operation") is Shape.NONE:
        spec |= {"personas": None, "operation_targets": None, "list_contacts": None}
    return world(WorldSpec(**spec))  # type: ignore[arg-type]


def personas(made: World) -> NDArray[np.bool_]:
    """Which accounts belong to the operation."""
    return np.asarray(made.truth.operation != ABSENT)


def random_layer(seed: int, accounts: int = 2_000, values: int = 5_000, held: int = 40_000) -> Layer:
    """Holdings drawn by two skewed popularities and nothing else: the null itself."""
    rng = np.random.default_rng(seed)
    account = rng.choice(accounts, held, p=_skewed(accounts))
    value = rng.choice(values, held, p=_skewed(values))
    key = np.unique(account.astype(np.int64) * values + value)
    return Layer("contacts", (key // values).astype(np.int32), (key % values).astype(np.int32), values)


def random_graph(seed: int, **size: int) -> Graph:
    """The graph of `random_layer`."""
    return Graph(random_layer(seed, **size), size.get("accounts", 2_000))


def tables_of(layer: Layer, accounts: int, at: NDArray[np.int64] | None = None) -> Tables:
    """Contacts of a layer and nothing told of anybody."""
    none, nothing = np.full(accounts, ABSENT, dtype=np.int32), np.empty(0, dtype=object)
    keys = np.array([f"a{i:06d}" for i in range(accounts)], dtype=object)
    untold = np.full(layer.values, ABSENT, dtype=np.int32)
    targets = np.array([f"t{i:06d}" for i in range(layer.values)], dtype=object)
    first_at = np.full(layer.account.size, ABSENT, dtype=np.int64) if at is None else at
    return Tables(
        Contacts(layer.account, layer.value, first_at),
        Accounts(keys, none.astype(np.int64), none, none, nothing, nothing),
        Targets(targets, untold, untold, nothing, nothing),
    )


def _skewed(count: int) -> NDArray[np.float64]:
    weight = 1.0 / np.arange(1, count + 1) ** 0.6
    return np.asarray(weight / weight.sum())
