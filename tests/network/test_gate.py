"""What the log ratio of a group is worth: it exceeds x by chance with probability at most 1/x."""

from __future__ import annotations

from math import comb, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.network.factories import random_graph, random_layer

from counterlure.network.gate import Sets, false_discovery, group_ratio, layer_ratios, likelier, naming_cost
from counterlure.network.graph import Graph
from counterlure.network.model import Layer


def random_sets(graph: Graph, size: int, count: int, seed: int) -> Sets:
    """Sets of accounts chosen by volume, as a search that looks at busy accounts would."""
    rng = np.random.default_rng(seed)
    weight = graph.account_degree / graph.account_degree.sum()
    drawn = [np.sort(rng.choice(graph.accounts, size, replace=False, p=weight)) for _ in range(count)]
    return Sets(np.concatenate(drawn).astype(np.int32), np.full(count, size, dtype=np.int32))


@pytest.mark.parametrize("size", [3, 20, 100])
def test_under_the_null_the_ratio_is_an_e_value(size: int) -> None:
    graph = random_graph(size)
    ratios = layer_ratios(graph, random_sets(graph, size, 400, seed=1))
    assert np.exp(np.minimum(ratios, 50)).mean() <= 1.1
    assert (ratios >= log(20)).mean() <= 1 / 20


def test_many_sets_at_once_are_the_same_as_each_alone() -> None:
    graph = random_graph(5)
    sets = random_sets(graph, 7, 12, seed=2)
    alone = [layer_ratios(graph, Sets(part, np.array([7])))[0] for part in sets.split()]
    assert np.allclose(layer_ratios(graph, sets), alone)


def test_a_shared_list_outweighs_the_cost_of_naming_the_group() -> None:
    layer = random_layer(3)
    extra = [(a, 4_000 + (7 * a + i) % 60) for a in range(900, 915) for i in range(25)]
    pairs = np.unique(np.concatenate([np.c_[layer.account, layer.value], extra]), axis=0).astype(np.int32)
    graph = Graph(Layer("contacts", pairs[:, 0], pairs[:, 1], layer.values), 2_000)
    ratio, layers = group_ratio([graph], np.arange(900, 915, dtype=np.int32))
    assert ratio > 50
    assert layers["contacts"] == pytest.approx(ratio + naming_cost(2_000, 15))
    assert group_ratio([graph], np.arange(100, 115, dtype=np.int32))[0] < 0


def test_a_layer_without_a_word_costs_no_more_than_the_choice_to_ask_it() -> None:
    contacts, other = random_graph(1), random_graph(2)
    members = np.arange(40, 60, dtype=np.int32)
    alone, _ = group_ratio([contacts], members)
    both, layers = group_ratio([contacts, other], members)
    assert both >= alone - log(2) - 1e-9
    assert min(layers.values()) >= -log(2) - 1e-9


@given(st.integers(10, 400), st.integers(1, 9))
def test_naming_costs_the_number_of_groups_and_of_sizes(accounts: int, size: int) -> None:
    assert naming_cost(accounts, size) == pytest.approx(log(comb(accounts, size)) + log(accounts))


def test_nobody_is_named_where_e_values_are_ordinary() -> None:
    assert false_discovery(np.log([1.0, 5.0, 19.0]), accounts=1_000, rate=0.02).size == 0


def test_more_strong_accounts_lower_the_bar_for_each() -> None:
    bar = log(1_000 / 0.02)
    assert false_discovery(np.array([bar - 0.5]), 1_000, 0.02).size == 0
    assert false_discovery(np.full(4, bar - 0.5), 1_000, 0.02).tolist() == [0, 1, 2, 3]
    assert false_discovery(np.array([0.0, bar + 1]), 1_000, 0.02).tolist() == [1]


def test_members_by_their_chance_are_likelier_than_not_and_mostly_right() -> None:
    chance = np.array([0.2, 0.99, 0.6, 1.0, 0.98])
    assert sorted(likelier(chance, 0.05).tolist()) == [1, 3, 4]  # with 0.6 a tenth of the four would be others
    assert sorted(likelier(chance, 0.2).tolist()) == [1, 2, 3, 4]  # 0.2 is rather none
    assert likelier(np.array([0.4, 0.3]), 0.9).size == 0
