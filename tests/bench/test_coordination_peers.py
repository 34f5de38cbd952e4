"""The adapters, on stand-ins for the peers: what goes in, and what is made of what comes out."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from types import ModuleType

import numpy as np
import pytest

from counterlure.bench.coordination.peers import PEERS, SOURCES, bicm, cosine, degree, fraudar, toolkit, ugfraud
from counterlure.bench.coordination.run import methods
from counterlure.bench.coordination.sample import Graph
from counterlure.errors import MissingExtra
from counterlure.network.model import ABSENT, Contacts

# Accounts 0 to 2 reach targets 0 and 1 together; account 3 reaches another, account 4 nobody.
PAIRS = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1), (3, 2)]


@pytest.fixture
def graph():
    account, target = np.array(PAIRS, np.int32).T
    return Graph(Contacts(account, target, np.array([5, 6, 7, 8, 9, 10, ABSENT])), 5, 3)


def stand_in(monkeypatch, name, **functions):
    """A module of that name, and its parents, that hold these functions only."""
    parts = name.split(".")
    for i in range(1, len(parts) + 1):
        monkeypatch.setitem(sys.modules, ".".join(parts[:i]), ModuleType(parts[i - 1]))
    for function, body in functions.items():
        setattr(sys.modules[name], function, body)


def test_degree_ranks_by_targets_and_flags_nobody(graph):
    answer = degree.rank(graph)
    assert answer.ranking.tolist() == [2, 2, 2, 1, 0]
    assert answer.flagged is None


def test_the_accounts_of_the_densest_block_are_flagged(graph, monkeypatch):
    pytest.importorskip("scipy")
    seen = []

    def weighted(matrix):
        seen.append(matrix.toarray().tolist())
        return ({0, 2}, {0}), 1.5

    stand_in(monkeypatch, "fraudar.export.greedy", logWeightedAveDegree=weighted)
    answer = fraudar.rank(graph)
    assert seen == [[[1, 1, 0], [1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 0]]]
    assert answer.ranking.tolist() == [1.5, 0, 1.5, 0, 0]
    assert answer.flagged.tolist() == [True, False, True, False, False]


def test_an_account_has_the_density_of_its_densest_block(graph, monkeypatch):
    pytest.importorskip("scipy")
    blocks = [(({0}, {0}), 2.0), (({0, 1}, {1}), 1.0)]
    stand_in(monkeypatch, "UGFraud.Detector.Fraudar", detect_blocks=lambda _m, _how: blocks, logWeightedAveDegree=None)
    answer = ugfraud.rank(graph)
    assert answer.ranking.tolist() == [2.0, 1.0, 0, 0, 0]
    assert answer.flagged is None


def test_validated_pairs_flag_both_accounts_under_their_own_numbers(graph, monkeypatch):
    pytest.importorskip("scipy")

    class Model:
        rows_pvals = {0: {2: 1e-4}, 1: {2: 1e-2}, 3: {}}  # noqa: RUF012

        def set_biadjacency_matrix(self, matrix):
            assert matrix.shape == (4, 3), "account 4 contacts nobody and is not in the model"

        def solve_tool(self, **_how):
            print("solved")

        def get_rows_projection(self, **_how):
            return {0: [2]}

    stand_in(monkeypatch, "bicm", BipartiteGraph=Model)
    answer = bicm.rank(graph)
    assert answer.ranking.tolist() == pytest.approx([4, 2, 4, 0, 0])
    assert answer.flagged.tolist() == [True, False, True, False, False]


def test_contacts_reach_the_toolkit_as_reposts_and_its_pairs_are_summed(graph, monkeypatch):
    seen = []

    def preprocess(_database, messages):
        seen.extend(messages)

    def compute(database, window, n_threads, min_edge_weight):
        assert (window, min_edge_weight) == (12, 2)
        with contextlib.closing(sqlite3.connect(database)) as db, db:
            db.execute("CREATE TABLE co_retweet_network(user_1, user_2, weight)")
            db.executemany(
                "INSERT INTO co_retweet_network VALUES (?, ?, ?)", [(0, 0, 9), (0, 1, 2), (0, 2, 2), (1, 0, 2)]
            )

    stand_in(monkeypatch, "coordination_network_toolkit.preprocess", preprocess_data=preprocess)
    networks = ModuleType("compute_networks")
    networks.compute_co_retweet_parallel = compute
    monkeypatch.setitem(sys.modules, "coordination_network_toolkit.compute_networks", networks)
    answer = toolkit.rank(graph)
    assert seen[1] == (1, 0, "0", 1, None, "", 6, ())
    assert seen[6][6] == 0, "an untold time is the first second"
    assert answer.ranking.tolist() == [4, 2, 0, 0, 0]
    assert answer.flagged.tolist() == [True, True, False, False, False]


def test_the_most_similar_accounts_are_the_most_central(graph):
    pytest.importorskip("sklearn")
    answer = cosine.rank(graph)
    assert answer.ranking[:3].min() > 0
    assert answer.ranking[3:].tolist() == [0, 0]
    assert not answer.flagged[3:].any()


@pytest.mark.parametrize(
    ("module", "blocked"),
    [
        (fraudar, "fraudar"),
        (ugfraud, "UGFraud"),
        (bicm, "bicm"),
        (toolkit, "coordination_network_toolkit"),
        (cosine, "sklearn"),
    ],
)
def test_a_peer_that_is_not_there_says_how_to_provide_it(graph, monkeypatch, module, blocked):
    for name in [name for name in sys.modules if name.split(".")[0] == blocked]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, blocked, None)
    with pytest.raises(MissingExtra, match=r"pip install|put the sources"):
        module.rank(graph)


def test_every_peer_can_be_chosen_and_only_peers_use_the_other_interpreter(tmp_path):
    chosen = {method.name: method for method in methods("/other/python", tmp_path)}
    assert tuple(chosen) == ("ours", *PEERS)
    assert chosen["ours"].python == sys.executable
    assert {chosen[name].python for name in PEERS} == {"/other/python"}
    assert {name: chosen[name].sources for name in SOURCES} == {
        name: (str(tmp_path / folder),) for name, folder in SOURCES.items()
    }
    assert [method.name for method in methods(names="cosine, ours")] == ["cosine", "ours"]
