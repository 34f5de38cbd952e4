"""Directions past the edge of noise."""

from __future__ import annotations

import numpy as np
import pytest
from tests.network.factories import personas, random_graph, small_world

from counterlure.network.find import PAST_EDGE
from counterlure.network.graph import Graph
from counterlure.network.layers import contacts_layer
from counterlure.network.scan import directions
from counterlure.simulate.worlds import Shape


def test_the_first_direction_past_the_edge_is_the_operation() -> None:
    made = small_world(list_contacts=20)
    truth = personas(made)
    graph = Graph(contacts_layer(made.tables), truth.size)
    seen = directions(graph, np.ones(graph.held, dtype=np.bool_), seed=0)
    assert seen.values[0] > PAST_EDGE * seen.edge
    first = seen.vectors[:, 0] * np.sign((seen.vectors[:, 0] ** 3).sum())
    assert truth[np.argsort(-first)[:40]].mean() > 0.9


@pytest.mark.parametrize("seed", range(3))
def test_no_direction_of_a_world_without_an_operation_lies_far_past_the_edge(seed: int) -> None:
    made = small_world(operation=Shape.NONE, seed=seed)
    graph = Graph(contacts_layer(made.tables), made.truth.operation.size)
    seen = directions(graph, np.ones(graph.held, dtype=np.bool_), seed=seed)
    assert seen.values[0] < 1.03 * seen.edge


def test_the_same_seed_gives_the_same_directions() -> None:
    graph = random_graph(3)
    kept = np.ones(graph.held, dtype=np.bool_)
    one, two = directions(graph, kept, seed=5), directions(graph, kept, seed=5)
    assert np.array_equal(one.vectors, two.vectors)
    assert one.edge == two.edge
