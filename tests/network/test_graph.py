"""The graph of a layer, and what its null expects."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.network.factories import random_graph, random_layer

from counterlure.network.graph import Graph, counted, places_of, tallied
from counterlure.network.model import Layer


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


def test_rows_of_an_index_list_come_one_after_the_other() -> None:
    places, counts = places_of(np.array([0, 2, 2, 5]), ints(2, 0, 1))
    assert places.tolist() == [2, 3, 4, 0, 1]
    assert counts.tolist() == [3, 2, 0]


def test_holders_and_values_are_each_other_seen_from_the_other_side() -> None:
    graph = random_graph(1)
    values, counts = graph.values_of(ints(3))
    assert counts.tolist() == [graph.account_degree[3]]
    holders, habit, _ = graph.holders_of(values)
    assert (holders == 3).sum() == values.size
    assert (habit == 1).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.integers(0, 199), min_size=1, max_size=20, unique=True))
def test_hits_are_counted_and_the_null_expects_as_many_in_all(seed: int, chosen: list[int]) -> None:
    layer = random_layer(seed, accounts=200, values=300, held=2_000)
    graph = Graph(layer, 200)
    members = np.array(sorted(chosen), dtype=np.int32)
    weights = np.linspace(0.1, 1.0, members.size)
    values, hits, _ = graph.hits(members, weights)
    by_hand = np.zeros(300)
    for member, weight in zip(members, weights, strict=True):
        by_hand[layer.value[layer.account == member]] += weight
    assert np.allclose(by_hand[values], hits)
    assert np.isclose(hits.sum(), float(graph.account_degree[members] @ weights))
    everything, _, expected = graph.hits(np.arange(200, dtype=np.int32), np.ones(200))
    assert np.allclose(expected, graph.value_degree[everything])


def test_an_account_that_keeps_to_a_field_is_expected_there() -> None:
    # Account 0 holds eight values of field 0 and two of field 1; accounts 1 to 9 hold one value of each of ten fields.
    account = np.concatenate([np.zeros(10, int), np.repeat(np.arange(1, 10), 10)])
    value = np.concatenate([[0, 1, 2, 3, 4, 5, 6, 7, 10, 20], *[np.arange(10) * 10 + i for i in range(1, 10)]])
    stratum = (np.arange(100) // 10).astype(np.int32)
    layer = Layer("contacts", account.astype(np.int32), value.astype(np.int32), 100)
    told, untold = Graph(layer, 10, stratum), Graph(layer, 10)
    assert told.own[:8].max() < 0.5, "eight of ten in one field explain themselves"
    assert told.own[10:].min() == 1.0, "one of each field is no habit"
    one = ints(0), np.ones(1)
    assert told.hits(*one)[2][:8].mean() > 2 * untold.hits(*one)[2][:8].mean()


def test_a_layer_that_nobody_holds_is_a_graph_too() -> None:
    graph = Graph(Layer("text", ints(), ints(), 4), 3)
    values, hits, _ = graph.hits(ints(0, 1), np.ones(2))
    assert values.size == 0
    assert hits.size == 0


@pytest.mark.parametrize("seed", range(3))
def test_order_of_values_changes_nothing(seed: int) -> None:
    layer = random_layer(seed, accounts=300, values=400, held=3_000)
    turned = np.random.default_rng(seed).permutation(400).astype(np.int32)
    order = np.lexsort((turned[layer.value], layer.account))
    other = Layer("contacts", layer.account[order], turned[layer.value][order], 400)
    _, hits, expected = Graph(layer, 300).hits(ints(1, 5, 9), np.ones(3))
    _, hits2, expected2 = Graph(other, 300).hits(ints(1, 5, 9), np.ones(3))
    assert np.allclose(np.sort(hits), np.sort(hits2))
    assert np.allclose(np.sort(expected), np.sort(expected2))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 6)), max_size=60))
def test_pairs_of_codes_are_counted_as_numpy_counts_them(pairs: list[tuple[int, int]]) -> None:
    one, other = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    place, found, count = tallied(one, other, 7)
    expected = np.unique(one * 7 + other, return_inverse=True, return_counts=True)
    for got, wanted in zip((found, place, count), expected, strict=True):
        assert got.tolist() == wanted.tolist()
    assert [part.tolist() for part in counted(one, other, 7)] == [found.tolist(), count.tolist()]


@pytest.mark.parametrize("at_once", [1, 7, 100, 10_000])
@pytest.mark.parametrize("dense", [0, 16])
def test_habits_do_not_depend_on_how_they_are_counted(
    at_once: int, dense: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = random_layer(4, accounts=300, values=400, held=3_000)
    stratum = (np.arange(400) % 7).astype(np.int32)
    usual = Graph(layer, 300, stratum)
    monkeypatch.setattr("counterlure.network.graph.AT_ONCE", at_once)
    monkeypatch.setattr("counterlure.network.graph.DENSE", dense)
    parted = Graph(layer, 300, stratum)
    assert np.array_equal(usual.own, parted.own)
    assert np.array_equal(usual.returning, parted.returning)
    assert np.array_equal(usual.free, parted.free)


def test_fields_of_a_layer_that_nobody_holds_explain_nothing() -> None:
    graph = Graph(Layer("contacts", ints(), ints(), 4), 3, ints(0, 0, 1, 1))
    assert graph.own.size == 0
    assert graph.free.tolist() == [0.0, 0.0, 0.0]
