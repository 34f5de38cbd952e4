"""Seeds from layers: what shares values too often is found, honest accounts and popular values are not."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.network.layers import all_layers, contacts_layer
from counterlure.network.layers.calibration import sharing
from counterlure.network.layers.holdings import built
from counterlure.network.layers.seeds import MEMBERS_MAX, MEMBERS_MIN, seeds, surprise
from counterlure.network.model import ABSENT, Layer, Tables
from counterlure.simulate.worlds import Background, Shape, WorldSpec, world
from counterlure.simulate.worlds.fields import SENSITIVE

HONEST = WorldSpec(
    accounts=20_000,
    targets=100_000,
    contacts=500_000,
    sectors=600,
    background=Background.COMMUNITIES,
    operation=Shape.NONE,
)
PLANTED = replace(HONEST, operation=Shape.DISJOINT, personas=200, list_contacts=8)


def layers_of(tables: Tables) -> list[Layer]:
    words = tables.targets.sectors
    sensitive = {code for code, word in enumerate(words) if str(word).rpartition(" ")[0] in SENSITIVE}
    return all_layers(tables, sensitive=sensitive)


def layer(name: str, *groups: range, accounts: int = 3_000, own: range | None = None) -> Layer:
    """Each group of accounts holds a value; everybody in `own` holds one that nobody shares."""
    account = np.concatenate([np.zeros(0, np.int64), *(np.array(group) for group in groups)])
    value = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    return built(name, account, value, len(groups), np.array(range(accounts) if own is None else own))


@pytest.mark.parametrize(
    ("shown", "changes"),
    [
        (("created", "employer"), {}),
        (("created", "target_mix"), {}),
        (("employer", "target_mix"), {}),
        (("burst",), {"personas": 100, "list_contacts": 20}),
    ],
)
def test_an_operation_on_disjoint_lists_is_found_by_what_else_it_shares(
    shown: tuple[str, ...], changes: dict[str, int]
) -> None:
    w = world(replace(PLANTED, layers=shown, **changes))
    found = seeds(layers_of(w.tables), w.tables.accounts.key.size)
    planted = set(w.truth.personas.tolist())
    best = max(found, key=lambda group: len(planted & set(group.tolist())))
    true = len(planted & set(best.tolist()))
    assert true >= 30 and true >= 0.9 * best.size


@pytest.mark.parametrize("background", list(Background))
@pytest.mark.parametrize("seed", range(2))
def test_an_honest_world_has_next_to_no_seeds(seed: int, background: Background) -> None:
    tables = world(replace(HONEST, background=background, seed=seed)).tables
    found = seeds(layers_of(tables), tables.accounts.key.size)
    assert len(found) <= 3 and sum(group.size for group in found) <= 30


def test_values_held_together_are_a_seed_and_each_alone_is_not() -> None:
    employed = [range(n, n + 10) for n in range(0, 3_000, 10)]
    weeks = [range(n, 3_000, 60) for n in range(60)]
    honest = [layer("employer", *employed, own=range(0)), layer("created", *weeks, own=range(0))]
    assert seeds(honest, 3_000) == []
    weeks[0] = range(0, 3_000, 60)
    together = [layer("employer", *employed, own=range(0)), layer("created", range(40, 50), *weeks[1:], own=range(0))]
    assert [group.tolist() for group in seeds(together, 3_000)] == [list(range(40, 50))]


def test_pairs_that_hang_together_by_their_values_are_one_group_too() -> None:
    one = layer("employer", range(0, 10), range(10, 20))
    other = layer("created", range(0, 5), range(5, 15), range(15, 20))
    assert list(range(20)) in [group.tolist() for group in seeds([one, other], 3_000)]


def test_one_text_used_by_many_is_a_seed_by_itself_but_one_employer_is_not() -> None:
    pairs = [range(n, n + 2) for n in range(100, 200, 2)]
    for name, expected in (("text", [list(range(12))]), ("employer", [])):
        assert [group.tolist() for group in seeds([layer(name, range(12), *pairs)], 3_000)] == expected


def test_contacts_give_no_seeds_here() -> None:
    tables = world(replace(HONEST, accounts=1_000, targets=4_000, contacts=20_000)).tables
    assert seeds([contacts_layer(tables)], 1_000) == []


def test_values_held_at_random_have_next_to_no_seeds_however_many_each_account_holds() -> None:
    rng = np.random.default_rng(0)
    for name in ("text", "burst", "employer"):
        held = built(name, rng.integers(0, 5_000, 15_000), rng.integers(0, 300, 15_000), 300, np.arange(5_000))
        assert len(seeds([held], 5_000)) <= 1


def test_nothing_gives_nothing() -> None:
    assert seeds([], 0) == [] and seeds([layer("text")], 3_000) == []


def test_an_account_that_holds_very_many_values_joins_no_seed() -> None:
    clusters = [range(100 + 3 * n, 103 + 3 * n) for n in range(100)]
    held = layer("text", *clusters)
    account, value = np.r_[held.account, np.zeros(100, np.int32)], np.r_[held.value, np.arange(100, dtype=np.int32)]
    assert not any(0 in group for group in seeds([Layer("text", account, value, held.values)], 3_000))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 39), st.integers(0, 5), st.integers(0, 5)), max_size=80), st.randoms())
def test_seeds_are_groups_of_the_stated_size_each_once_in_whatever_order_layers_come(rows, random) -> None:
    both = []
    for name, column in (("burst", 1), ("created", 2)):
        pairs = np.array(sorted({(row[0], row[column]) for row in rows}), np.int64).reshape(-1, 2)
        both.append(built(name, pairs[:, 0], pairs[:, 1], 6, np.arange(40)))
    found = seeds(both, 40)
    members = [tuple(group.tolist()) for group in found]
    assert len(set(members)) == len(members)
    for group in members:
        assert MEMBERS_MIN <= len(group) <= MEMBERS_MAX and list(group) == sorted(set(group))
    random.shuffle(both)
    assert [tuple(group.tolist()) for group in seeds(both, 40)] == members


def test_the_most_surprising_come_first_and_no_more_than_asked() -> None:
    one = layer("text", range(30), range(100, 112), range(200, 208), *(range(n, n + 2) for n in range(300, 400, 2)))
    found = seeds([one], 3_000)
    assert [group.size for group in found] == [50, 30, 12, 8][: len(found)]
    assert [group.tolist() for group in seeds([one], 3_000, most=1)] == [found[0].tolist()]


def test_surprise_is_a_bound_of_the_poisson_tail_and_nothing_below_the_mean() -> None:
    from scipy.stats import poisson

    count, expected = np.arange(0, 60), np.full(60, 9.5)
    found = surprise(count, expected)
    assert (np.exp(-found) >= poisson.sf(count - 1, expected) - 1e-12).all()
    assert (found[:10] == 0).all() and (np.diff(found[10:]) > 0).all()


def test_two_hundred_thousand_accounts_take_less_than_two_seconds_of_processor_time() -> None:
    rng = np.random.default_rng(0)
    accounts = np.arange(200_000)
    layers = [
        built("created", accounts, rng.integers(0, 780, 200_000), 780, accounts[:0]),
        built("employer", accounts, (10_000 * rng.random(200_000) ** 3).astype(np.int64), 10_000, accounts[:0]),
        built("burst", rng.integers(0, 200_000, 100_000), rng.integers(0, 8_760, 100_000), 8_760, accounts),
        built("target_mix", accounts[:10_000], rng.integers(0, 4, 10_000), 4, accounts[10_000:]),
    ]
    begun = time.process_time()
    seeds(layers, 200_000)
    assert time.process_time() - begun < 2


def test_sharing_counts_pairs_and_what_the_null_expects_of_them() -> None:
    both = layer("employer", range(4), accounts=8, own=range(4, 8))
    found = sharing(both, np.zeros(8, np.int32))
    assert found.observed == 6 and found.expected == pytest.approx(6) and found.ratio == pytest.approx(1)
    halves = np.array([0, 0, 0, 0, 1, 1, 1, ABSENT], np.int32)
    assert sharing(both, halves).observed == 6 and sharing(both, halves).expected < 2
