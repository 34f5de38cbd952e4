"""Layers besides contacts hold what they say, and say nothing of honest accounts that their null does not expect."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tests.network.layer_tables import group_of, holders, honest, named, sensitive_of, tables, words

from counterlure.network.layers import NAMES, all_layers, burst, contacts_layer, created, employer, target_mix
from counterlure.network.layers.calibration import sharing
from counterlure.network.layers.holdings import COMMON_MIN, built
from counterlure.network.model import ABSENT, Accounts, Contacts, Layer, Tables, Targets
from counterlure.simulate.worlds import World

HOUR, DAY, WEEK = 3_600, 86_400, 7 * 86_400
START = 1_735_689_600
SINGLE: dict[str, Callable[[Tables], Layer | None]] = {
    "created": created.layer,
    "employer": employer.layer,
    "burst": burst.layer,
    "target_mix": lambda tables: target_mix.layer(tables, sensitive_of(tables)),
}


# ---- every layer


@pytest.mark.parametrize("name", SINGLE)
def test_a_layer_is_sorted_holds_each_pair_once_and_names_each_value(name: str) -> None:
    layer = SINGLE[name](honest(1).tables)
    assert layer is not None and layer.name == name and layer.words is not None
    pair = layer.account.astype(np.int64) * layer.values + layer.value
    assert (np.diff(pair) > 0).all()
    assert layer.value.max() < layer.values == layer.words.size
    assert (np.bincount(layer.value, minlength=layer.values) >= 1).all() or name == "target_mix"


@pytest.mark.parametrize("name", SINGLE)
def test_honest_accounts_of_one_field_or_industry_share_values_as_often_as_the_null_says(name: str) -> None:
    seen = {"field": [0.0, 0.0], "industry": [0.0, 0.0]}
    for seed in range(3):
        w = honest(seed)
        layer = SINGLE[name](w.tables)
        assert layer is not None
        for stratum, codes in (("field", field_of(w)), ("industry", w.tables.accounts.industry)):
            found = sharing(layer, codes)
            seen[stratum][0] += found.observed
            seen[stratum][1] += found.expected
    for observed, expected in seen.values():
        # Pairs that share one value come together, so the count spreads more than a Poisson count does.
        assert abs(observed - expected) <= 0.1 * expected + 8 * np.sqrt(expected)


def field_of(w: World) -> np.ndarray:
    """The sector to which an account returns most often: where it is at home."""
    sector = w.tables.targets.sector[w.tables.contacts.target].astype(np.int64)
    count = np.zeros((w.tables.accounts.key.size, w.tables.targets.sectors.size), np.int32)
    np.add.at(count, (w.tables.contacts.account, sector), 1)
    return (count.argmax(axis=1) % 30).astype(np.int32)


@pytest.mark.parametrize("name", SINGLE)
def test_renaming_everything_changes_nothing_but_the_order_of_codes(name: str) -> None:
    told = honest(2).tables
    new, account = renamed(told, np.random.default_rng(5))
    before, after = SINGLE[name](told), SINGLE[name](new)
    assert before is not None and after is not None and before.values == after.values
    assert {frozenset(account[list(group)].tolist()) for group in holders(before)} == holders(after)


def renamed(told: Tables, rng: np.random.Generator) -> tuple[Tables, np.ndarray]:
    """The same tables under other keys and words, so in another order; the new number of each account."""
    a, t, c = told.accounts, told.targets, told.contacts
    account, target = rng.permutation(a.key.size), rng.permutation(t.key.size)
    employed, trade, sector = (rng.permutation(x.size) for x in (a.employers, a.industries, t.sectors))

    def coded(codes: np.ndarray, new: np.ndarray) -> np.ndarray:
        return np.where(codes == ABSENT, ABSENT, new[codes]).astype(np.int32)

    def placed(values: np.ndarray, new: np.ndarray) -> np.ndarray:
        moved = np.empty_like(values)
        moved[new] = values
        return moved

    order = np.lexsort((target[c.target], account[c.account]))
    contacts = Contacts(
        account[c.account][order].astype(np.int32), target[c.target][order].astype(np.int32), c.first_at[order]
    )
    accounts = Accounts(
        words("x", a.key.size),
        placed(a.created_at, account),
        placed(coded(a.employer, employed), account),
        placed(coded(a.industry, trade), account),
        words("f", a.employers.size),
        words("j", a.industries.size),
    )
    targets = Targets(
        words("u", t.key.size), placed(t.organisation, target), placed(coded(t.sector, sector), target),
        t.organisations, placed(t.sectors, sector),
    )  # fmt: skip
    return Tables(contacts, accounts, targets), account


@pytest.mark.parametrize("name", SINGLE)
def test_what_the_input_does_not_tell_is_no_layer(name: str) -> None:
    assert SINGLE[name](tables(4, [(0, 0, ABSENT), (1, 0, ABSENT)])) is None
    assert SINGLE[name](tables(0)) is None


def test_layers_come_in_their_fixed_order_and_contacts_apart() -> None:
    told = honest(1).tables
    assert [layer.name for layer in all_layers(told, sensitive=sensitive_of(told))] == list(NAMES[:4])
    assert all_layers(tables(3)) == []
    layer = contacts_layer(told)
    assert layer.name == "contacts" and layer.values == told.targets.key.size
    assert (layer.account == told.contacts.account).all() and (layer.value == told.contacts.target).all()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), max_size=30),
    st.lists(st.integers(0, 9), max_size=10),
)
def test_a_value_of_ones_own_is_held_by_nobody_else(pairs: list[tuple[int, int]], own: list[int]) -> None:
    account, value = np.array(pairs, np.int64).reshape(-1, 2).T
    layer = built("burst", account, value, words("v", 5), np.array(own, np.int64))
    found = set(zip(layer.account.tolist(), layer.value.tolist(), strict=True))
    assert {pair for pair in found if pair[1] < 5} == set(pairs)
    assert sorted(a for a, v in found if v >= 5) == sorted(set(own))
    assert len({v for _, v in found if v >= 5}) == len(set(own))


# ---- created


def test_accounts_created_in_one_week_share_it_and_weeks_do_not_overlap() -> None:
    monday = START + 5 * DAY  # 6 January 2025
    layer = created.layer(tables(4, created_at=[monday, monday + WEEK - 1, monday - 1, ABSENT]))
    assert layer is not None and layer.words is not None
    assert named(layer, "2025-01-06") == [0, 1] and named(layer, "2024-12-30") == [2]
    assert 3 not in layer.account


def test_a_sign_up_day_of_the_whole_platform_is_no_evidence() -> None:
    rng = np.random.default_rng(0)
    moments = START - rng.integers(0, 500 * WEEK, 5_000)
    moments[:500] = START - 7 * DAY
    layer = created.layer(tables(5_000, created_at=moments))
    assert layer is not None
    assert group_of(layer, 0) == set()
    assert group_of(layer, 600) != set()


@settings(max_examples=40, deadline=None)
@given(hnp.arrays(np.int64, st.integers(1, 30), elements=st.integers(-(2**62), 2**62)))
def test_every_account_that_tells_when_holds_one_week_whatever_the_moment(moments: np.ndarray) -> None:
    layer = created.layer(tables(moments.size, created_at=moments))
    told = np.flatnonzero(moments != ABSENT)
    assert (layer is None) == (told.size == 0)
    assert layer is None or layer.account.tolist() == told.tolist()


# ---- employer


def test_a_small_employer_is_shared_and_one_with_many_accounts_is_not() -> None:
    claimed = [0] * 10 + [1] * (COMMON_MIN + 80) + [2 + n for n in range(2_000)]
    layer = employer.layer(tables(len(claimed), employers=claimed))
    assert layer is not None
    assert holders(layer) == {frozenset(range(10))}
    assert np.unique(layer.account).size == len(claimed)  # colleagues at the large one hold a value of their own


# ---- burst


def calm(rng: np.random.Generator, accounts: int, each: int, days: int = 60) -> list[tuple[int, int, int]]:
    """Contacts at everybody's own pace, nine in ten of them in three hours of the day."""
    hour = rng.choice(24, (accounts, each), p=np.r_[np.full(21, 0.1 / 21), np.full(3, 0.3)])
    at = START + rng.integers(0, days, (accounts, each)) * DAY + hour * HOUR + rng.integers(0, HOUR, (accounts, each))
    return [(a, n, int(at[a, n])) for a in range(accounts) for n in range(each)]


@pytest.mark.parametrize("each", [12, 60])
def test_who_keeps_to_its_own_pace_has_no_more_busy_hours_than_stated(each: int) -> None:
    for seed in range(3):
        layer = burst.layer(tables(400, calm(np.random.default_rng(seed), 400, each)))
        assert layer is not None
        assert (layer.account.size - 400) / 400 <= burst.RATE


def test_accounts_busy_in_the_same_hour_share_it_and_others_do_not() -> None:
    rows = calm(np.random.default_rng(1), 300, 20)
    at = START + 30 * DAY + 3 * HOUR
    rows += [(a, 100 + n, at + 60 * n) for a in range(5) for n in range(4)]
    layer = burst.layer(tables(300, rows))
    assert layer is not None
    assert set(named(layer, "2025-01-31T03:00:00Z")) == set(range(5))


def test_a_rush_of_the_whole_platform_is_no_evidence() -> None:
    rows = calm(np.random.default_rng(1), 300, 20)
    at = START + 30 * DAY + 3 * HOUR
    rows += [(a, 100 + n, at + 60 * n) for a in range(300) for n in range(4)]
    layer = burst.layer(tables(300, rows))
    assert layer is not None
    assert named(layer, "2025-01-31T03:00:00Z") == []


def test_an_hour_in_which_many_were_busy_is_an_event_of_the_platform() -> None:
    at = START + 30 * DAY + 3 * HOUR
    for accounts, expected in ((12, 12), (40, 0)):
        rows = calm(np.random.default_rng(1), 300, 20)
        rows += [(a, 100 + n, at + 60 * n) for a in range(accounts) for n in range(15)]
        layer = burst.layer(tables(300, rows))
        assert layer is not None
        assert len(named(layer, "2025-01-31T03:00:00Z")) == expected


def test_a_steadily_busy_account_has_no_busy_hours() -> None:
    rows = calm(np.random.default_rng(2), 300, 20)
    rows += [(300, n, START + (n // 3 % 60) * DAY + (8 + n // 180) * HOUR + n) for n in range(1_500)]
    layer = burst.layer(tables(301, rows))
    assert layer is not None
    assert (layer.account == 300).sum() == 1  # its own value, and no hour


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 20), st.integers(-(2**62), 2**62)), max_size=40))
def test_no_moment_however_odd_stops_the_layer(rows: list[tuple[int, int, int]]) -> None:
    unique = {(a, t): at for a, t, at in rows}
    layer = burst.layer(tables(6, [(a, t, at) for (a, t), at in unique.items()]))
    assert layer is None or (layer.value < layer.values).all()
