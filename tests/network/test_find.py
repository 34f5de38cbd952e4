"""The whole search: what is found, what is left alone, and that the same input gives the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from tests.network.factories import personas, random_graph, random_layer, small_world, tables_of

from counterlure.engine.sql import Engine, open_engine
from counterlure.network.find import WINDOW_DAYS, Search, find, strata, windows, within
from counterlure.network.graph import Graph
from counterlure.network.groups import merged
from counterlure.network.layers import all_layers, contacts_layer
from counterlure.network.model import ABSENT, Contacts, Group, Kind, Layer, Network
from counterlure.network.pairs import pair_seeds
from counterlure.simulate.worlds import Background, Shape, World

DAY = 86_400


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One engine for all tests of this file."""
    opened = open_engine()
    yield opened
    opened.close()


def searched(made: World, engine: Engine, seed: int = 0) -> Network:
    return find(made.tables, all_layers(made.tables), engine=engine, seed=seed)


def quality(network: Network, made: World) -> tuple[float, float]:
    """(precision, recall) of the accounts that stand in a group."""
    truth, flagged = personas(made), network.group != ABSENT
    right = int((truth & flagged).sum())
    return right / max(1, int(flagged.sum())), right / max(1, int(truth.sum()))


def test_one_list_worked_by_eighty_personas_is_found(engine: Engine) -> None:
    made = small_world(list_contacts=20, window_days=250)
    network = searched(made, engine)
    precision, recall = quality(network, made)
    assert precision >= 0.97
    assert recall >= 0.85
    first = network.groups[0]
    assert first.p_value < 1e-20
    assert first.layers["contacts"] > 100
    assert np.isin(first.targets, made.tables.contacts.target[made.truth.list_contact]).mean() > 0.9


def test_small_groups_on_private_lists_are_found_apart(engine: Engine) -> None:
    made = small_world(personas=60, group_size=20, operation_targets=360, list_contacts=14)
    network = searched(made, engine)
    precision, recall = quality(network, made)
    assert len(network.groups) == 3
    assert precision >= 0.97
    assert recall >= 0.85


@pytest.mark.parametrize("background", list(Background))
@pytest.mark.parametrize("seed", range(2))
def test_a_world_without_an_operation_has_no_group(engine: Engine, background: Background, seed: int) -> None:
    made = small_world(operation=Shape.NONE, background=background, seed=seed)
    network = searched(made, engine)
    assert network.groups == ()
    assert (network.group == ABSENT).all()


def test_teams_that_share_a_candidate_list_are_open_or_nothing(engine: Engine) -> None:
    made = small_world(operation=Shape.NONE, teams=25)
    network = searched(made, engine)
    assert network.groups
    for group in network.groups:
        assert group.kind is Kind.COMMERCIAL
        assert (made.truth.team[group.accounts] != ABSENT).all()


def test_a_group_of_a_window_says_so_and_pays_for_the_choice_among_windows(engine: Engine) -> None:
    made = small_world(personas=20, group_size=20, operation_targets=100, list_contacts=14, window_days=30)
    count, cost = made.truth.operation.size, 2.5
    period = windows(made.tables.contacts)[1]
    part = Graph(within(made.tables, period), count, strata(made.tables))
    found = []
    for price in (0.0, cost):
        search = Search([part], 0, np.zeros(count, dtype=np.bool_), price, period)
        search.tight(pair_seeds(engine, part, search.kept))
        found.append(search.found[0][0])
    assert found[0].window == period
    assert found[1].log_ratio == pytest.approx(found[0].log_ratio - cost)
    assert personas(made)[found[0].accounts].all()


def test_the_same_tables_and_seed_give_the_same_network(engine: Engine) -> None:
    made = small_world(background=Background.COMMUNITIES, teams=5)
    one, two = searched(made, engine, seed=3), searched(made, engine, seed=3)
    assert [g.accounts.tolist() for g in one.groups] == [g.accounts.tolist() for g in two.groups]
    assert np.array_equal(one.score, two.score)


def test_other_keys_in_another_order_give_the_same_groups(engine: Engine) -> None:
    """No name carries weight: accounts and targets are renumbered at random, and nothing else."""
    made = small_world(list_contacts=20)
    rng = np.random.default_rng(7)
    contacts, count = made.tables.contacts, made.truth.operation.size
    new_account = rng.permutation(count).astype(np.int32)
    new_target = rng.permutation(made.tables.targets.key.size).astype(np.int32)
    account, target = new_account[contacts.account], new_target[contacts.target]
    order = np.lexsort((target, account))
    layer = Layer("contacts", account[order], target[order], new_target.size)
    renamed = find(tables_of(layer, count), [], engine=engine)
    plain = find(tables_of(contacts_layer(made.tables), count), [], engine=engine)
    before = {frozenset(new_account[g.accounts].tolist()) for g in plain.groups}
    after = {frozenset(g.accounts.tolist()) for g in renamed.groups}
    assert len(before) == len(after) == 1
    one, two = next(iter(before)), next(iter(after))
    assert len(one & two) >= 0.97 * max(len(one), len(two))


@pytest.mark.parametrize("accounts", [1, 2, 12, 60])
def test_hardly_any_accounts_are_no_network(engine: Engine, accounts: int) -> None:
    layer = random_layer(1, accounts=accounts, values=30, held=3 * accounts)
    assert find(tables_of(layer, accounts), [], engine=engine).groups == ()


def test_no_contacts_are_no_network(engine: Engine) -> None:
    none = np.empty(0, dtype=np.int32)
    network = find(tables_of(Layer("contacts", none, none, 0), 0), [], engine=engine)
    assert network.groups == ()
    assert network.score.size == 0


def test_windows_overlap_and_cover_everything() -> None:
    at = np.array([0, 100 * DAY, 200 * DAY], dtype=np.int64)
    none = np.zeros(3, dtype=np.int32)
    periods = windows(Contacts(none, none, at))
    assert periods[0][0] == 0
    assert periods[-1][1] >= 200 * DAY
    assert all(later[0] < earlier[1] for earlier, later in pairwise(periods))
    assert all(end - begin == WINDOW_DAYS * DAY - 1 for begin, end in periods)
    assert windows(Contacts(none, none, np.full(3, ABSENT))) == []
    assert windows(Contacts(none, none, np.array([0, 5, 9]))) == []


def test_fields_are_used_where_most_targets_tell_one() -> None:
    made = small_world(operation=Shape.NONE, background=Background.COMMUNITIES)
    assert strata(made.tables) is not None
    assert strata(tables_of(random_layer(2), 2_000)) is None


def group(accounts: list[int], log_ratio: float) -> Group:
    size = len(accounts)
    members, ones = np.array(accounts, dtype=np.int32), np.ones(size)
    nothing = np.empty(0, dtype=np.int32)
    return Group(members, ones, ones, nothing, nothing, log_ratio, 0.0, {"contacts": log_ratio}, chance=ones)


def test_a_group_that_several_better_ones_cover_is_left() -> None:
    graph = [random_graph(1)]
    kept = merged(graph, [group([1, 2, 3, 4], 90), group([5, 6, 7, 8], 80), group([3, 4, 5, 6], 10)])
    assert [g.accounts.tolist() for g in kept] == [[1, 2, 3, 4], [5, 6, 7, 8]]


def test_a_group_found_twice_is_one_with_both_finds_members() -> None:
    kept = merged([random_graph(1)], [group([1, 2, 3, 4], 90), group([2, 3, 4, 9], 80)])
    assert [g.accounts.tolist() for g in kept] == [[1, 2, 3, 4, 9]]
    assert kept[0].log_ratio == 90


def test_the_graph_of_a_window_holds_its_contacts_only() -> None:
    made = small_world(operation=Shape.NONE)
    layer = contacts_layer(made.tables)
    assert Graph(layer, made.truth.operation.size).held == layer.account.size
