"""From a rough set of accounts to the group, and what the scores of accounts are worth."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from tests.network.factories import personas, random_graph, random_layer, small_world

from counterlure.network.gate import false_discovery
from counterlure.network.graph import Graph
from counterlure.network.layers import contacts_layer
from counterlure.network.model import Layer
from counterlure.network.refine import DRAWN, refine, score_accounts

EVEN = np.full((1, DRAWN.size), 1 / DRAWN.size)


@pytest.mark.parametrize("seed", range(4))
def test_scores_of_accounts_outside_are_e_values_under_the_null(seed: int) -> None:
    graph = random_graph(seed)
    members = np.sort(np.random.default_rng(seed).choice(2_000, 60, replace=False)).astype(np.int32)
    scored = score_accounts([graph], members, np.full(60, 0.75), EVEN, strict=True)
    outside = ~np.isin(scored.touched, members)
    assert (scored.scores[outside] >= log(20)).mean() <= 1 / 20
    assert false_discovery(scored.scores, 2_000, 0.01).size <= 1


@pytest.mark.parametrize("seed", range(4))
def test_members_do_not_confirm_themselves(seed: int) -> None:
    graph = random_graph(seed + 50)
    members = np.arange(100, 120, dtype=np.int32)
    scored = score_accounts([graph], members, np.ones(20), EVEN, strict=True)
    inside = np.isin(scored.touched, members)
    assert (scored.scores[inside] >= log(20)).mean() <= 1 / 10


def test_a_random_seed_dissolves() -> None:
    graph = random_graph(9)
    seed = np.sort(np.random.default_rng(1).choice(2_000, 100, replace=False)).astype(np.int32)
    refined = refine([graph], seed, patience=0.1)
    assert refined is None or refined.log_ratio < 0


def test_a_third_of_an_operation_and_as_many_strangers_become_the_operation() -> None:
    made = small_world(list_contacts=20)
    truth = personas(made)
    graph = Graph(contacts_layer(made.tables), truth.size)
    strangers = np.flatnonzero(~truth)[:26]
    seed = np.sort(np.concatenate([np.flatnonzero(truth)[:26], strangers])).astype(np.int32)
    refined = refine([graph], seed)
    assert refined is not None
    named = refined.touched[false_discovery(refined.scores, truth.size, 0.01)]
    assert truth[named].mean() >= 0.97
    assert truth[named].sum() >= 0.9 * truth.sum()
    assert refined.log_ratio > 100


def test_layers_add_up_and_one_without_evidence_takes_nobody_away() -> None:
    made = small_world(list_contacts=20)
    truth = personas(made)
    contacts = Graph(contacts_layer(made.tables), truth.size)
    rng = np.random.default_rng(0)
    week = rng.integers(0, 500, truth.size)
    week[truth & (rng.random(truth.size) < 0.8)] = 250
    told = Layer("created", np.arange(truth.size, dtype=np.int32), week.astype(np.int32), 500)
    silent = random_layer(4, accounts=truth.size, values=900, held=6_000)
    seed = np.flatnonzero(truth)[:30].astype(np.int32)
    alone, with_week, with_noise = (
        refine(graphs, seed)
        for graphs in (
            [contacts],
            [contacts, Graph(told, truth.size)],
            [contacts, Graph(Layer("text", silent.account, silent.value, 900), truth.size)],
        )
    )
    assert alone and with_week and with_noise
    assert with_week.layers["created"] > 50
    assert with_week.log_ratio > alone.log_ratio
    assert with_noise.layers["text"] < 3
    named = [false_discovery(r.scores, truth.size, 0.01).size for r in (alone, with_week, with_noise)]
    assert named[1] >= named[0]
    assert named[2] >= 0.9 * named[0]
