"""Seeds of tight groups: pairs, and who else shares what they share."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from tests.network.factories import personas, random_layer, small_world

from counterlure.engine.sql import Engine, open_engine
from counterlure.network.find import Search, contacts_graph
from counterlure.network.gate import promise
from counterlure.network.graph import Graph
from counterlure.network.pairs import DEGREE_MAX, companion_sets, pair_seeds
from counterlure.network.steps import Pairs


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = open_engine()
    yield opened
    opened.close()


def everything(graph: Graph) -> np.ndarray:
    return np.ones(graph.held, dtype=np.bool_)


def one_pair(graph: Graph, one: int, other: int) -> Pairs:
    single = [np.array([number], dtype=np.int32) for number in (one, other, 2)]
    return Pairs(*single, np.array([3.0]))


def test_the_most_promising_seeds_of_a_small_group_are_its_members(engine: Engine) -> None:
    made = small_world(personas=20, group_size=20, operation_targets=100, list_contacts=12)
    graph = contacts_graph(made.tables)
    unexplained = Search([graph], 0, np.zeros(graph.accounts, dtype=np.bool_)).kept
    first = pair_seeds(engine, graph, unexplained)[0]
    assert first.size >= 5
    assert personas(made)[first].mean() >= 0.8


def test_companions_reached_what_the_pair_reached_and_the_pair_stands_among_them() -> None:
    layer = random_layer(3)
    graph = Graph(layer, 2_000)
    reached = {n: set(layer.value[layer.account == n].tolist()) for n in range(2_000)}
    small = [n for n, values in reached.items() if len(values) >= 4]
    one, other = small[:2]
    sets = companion_sets(graph, everything(graph), one_pair(graph, one, other))
    for members in sets.split():
        assert {one, other} <= set(members.tolist())
        for account in set(members.tolist()) - {one, other}:
            twice = len(reached[account] & reached[one]) + len(reached[account] & reached[other])
            assert twice >= 2


def test_a_smaller_cap_joins_fewer_accounts(engine: Engine) -> None:
    made = small_world(personas=20, group_size=20, operation_targets=100, list_contacts=12)
    graph = contacts_graph(made.tables)
    wide, narrow = (pair_seeds(engine, graph, everything(graph), cap) for cap in (DEGREE_MAX, 2))
    assert len(narrow) < len(wide)


def test_no_pairs_give_no_seed() -> None:
    graph = Graph(random_layer(3), 2_000)
    none = np.empty(0, dtype=np.int32)
    sets = companion_sets(graph, everything(graph), Pairs(none, none, none, np.empty(0)))
    assert sets.sizes.size == 0
    assert promise(graph, sets).size == 0
