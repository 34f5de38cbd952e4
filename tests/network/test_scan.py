"""Directions past the edge of noise."""

from __future__ import annotations

import numpy as np
import pytest
from tests.network.factories import personas, random_graph, small_world

from counterlure.network.graph import Graph
from counterlure.network.layers import contacts_layer
from counterlure.network.scan import Deflated, directions
from counterlure.simulate.worlds import Shape


def whole(graph: Graph) -> np.ndarray:
    return np.ones(graph.held, dtype=np.bool_)


def test_the_first_direction_past_the_edge_is_the_operation() -> None:
    made = small_world(list_contacts=20)
    truth = personas(made)
    graph = Graph(contacts_layer(made.tables), truth.size)
    seen = directions(graph, whole(graph), seed=0)
    first = seen[:, 0] * np.sign((seen[:, 0] ** 3).sum())
    assert truth[np.argsort(-first)[:40]].mean() > 0.9


@pytest.mark.parametrize("seed", range(3))
def test_no_direction_of_a_world_without_an_operation_lies_far_past_the_edge(seed: int) -> None:
    made = small_world(operation=Shape.NONE, seed=seed)
    graph = Graph(contacts_layer(made.tables), made.truth.operation.size)
    told = Deflated(graph.account_start, graph.by_account, graph.accounts, graph.values)
    assert told.strongest(seed) < 1.03 * told.rewired(seed + 1).strongest(seed)


def test_rewiring_keeps_the_degrees_on_both_sides() -> None:
    graph = random_graph(3)
    told = Deflated(graph.account_start, graph.by_account, graph.accounts, graph.values)
    drawn = told.rewired(1)
    for axis in (0, 1):
        assert np.array_equal(told.forward.sum(axis=axis), drawn.forward.sum(axis=axis))
    assert not np.array_equal(told.forward.indices, drawn.forward.indices)


def test_noise_has_no_direction_past_the_edge() -> None:
    graph = random_graph(3)
    assert directions(graph, whole(graph), seed=5).shape[1] <= 1


def test_the_same_seed_gives_the_same_directions() -> None:
    made = small_world(list_contacts=20)
    graph = Graph(contacts_layer(made.tables), personas(made).size)
    one, two = directions(graph, whole(graph), seed=5), directions(graph, whole(graph), seed=5)
    assert one.shape[1] > 0
    assert np.array_equal(one, two)
