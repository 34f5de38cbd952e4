"""A target mix is unusual among peers of the claimed trade, and never for who the targets are otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import betabinom
from tests.network.layer_tables import honest, named, sensitive_of, tables

from counterlure.network.layers import target_mix
from counterlure.network.layers.sensitive import plain, sensitive_sectors
from counterlure.network.layers.target_mix import LEVELS, beta_binomial_tail, p_values
from counterlure.network.model import ABSENT, Tables


def test_beta_binomial_tails_agree_with_scipy() -> None:
    rng = np.random.default_rng(0)
    n = rng.integers(5, 300, 400)
    x = rng.integers(0, n + 1)
    mean, spread = rng.uniform(0.01, 0.9, 400), rng.uniform(1e-4, 0.9, 400)
    strength = 1 / spread - 1
    expected = betabinom.sf(x - 1, n, mean * strength, (1 - mean) * strength)
    assert np.allclose(beta_binomial_tail(x, n, mean, spread), expected, atol=1e-9)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("shape", [(2.0, 8.0), (0.3, 1.2), "specialists"])
def test_no_level_is_held_by_more_honest_accounts_than_it_says(shape: tuple[float, float] | str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    contacts = 5 + (20 * rng.pareto(1.5, 20_000)).astype(np.int64).clip(0, 2_000)
    specialists = np.where(rng.random(20_000) < 1 / 12, 0.7, 0.1)  # at home in a sensitive field, whatever they claim
    rate = specialists if isinstance(shape, str) else rng.beta(*shape, 20_000)
    trade = rng.integers(-1, 30, 20_000).astype(np.int32)
    p = p_values(contacts, rng.binomial(contacts, rate), trade)
    assert ((p[:, None] <= LEVELS).mean(axis=0) <= LEVELS).all()


def test_levels_are_reached_nearly_as_often_as_allowed_when_peers_are_as_modelled() -> None:
    rng = np.random.default_rng(0)
    contacts = np.full(50_000, 200)
    p = p_values(contacts, rng.binomial(contacts, rng.beta(4, 16, 50_000)), np.zeros(50_000, np.int32))
    held = (p[:, None] <= LEVELS[:3]).mean(axis=0)
    assert (held >= 0.5 * LEVELS[:3]).all()


def mix(trades: Iterable[int], sought: Iterable[int], each: int = 40) -> Tables:
    """Each account contacts `each` people, every one in a sector of its own row; `sought` of them in sectors 0 to 9."""
    rng = np.random.default_rng(3)
    rows, trades = [], list(trades)
    for account, inside in enumerate(sought):
        chosen = np.concatenate([rng.integers(0, 10, inside), rng.integers(10, 100, each - inside)])
        rows += [(account, int(sector) * 1_000 + n, ABSENT) for n, sector in enumerate(chosen)]
    return tables(len(trades), rows, industries=trades, sectors=np.repeat(np.arange(100), 1_000))


def test_a_defence_recruiter_is_not_unusual_among_defence_recruiters_but_is_among_bakers() -> None:
    rng = np.random.default_rng(1)
    trades = [0] * 400 + [1] * 400
    sought = [*rng.binomial(40, 0.7, 400), *rng.binomial(40, 0.05, 399), 28]
    layer = target_mix.layer(mix(trades, sought), range(10))
    assert layer is not None
    assert named(layer, "p <= 0.01")[-1:] == [799]
    assert sum(account < 400 for account in named(layer, "p <= 0.01")) <= 4


def test_an_account_of_unknown_industry_is_held_against_all_of_unknown_industry() -> None:
    rng = np.random.default_rng(2)
    sought = [*rng.binomial(40, 0.05, 400), *rng.binomial(40, 0.7, 400)]
    layer = target_mix.layer(mix([0] * 400 + [ABSENT] * 400, sought), range(10))
    assert layer is not None
    assert sum(account >= 400 for account in named(layer, "p <= 0.05")) <= 0.05 * 400


def test_who_keeps_to_one_sensitive_sector_is_a_specialist_and_not_unusual() -> None:
    rng = np.random.default_rng(4)
    rows = [(a, int(rng.integers(10, 100)) * 1_000 + n, ABSENT) for a in range(400) for n in range(40)]
    rows += [(400, n, ABSENT) for n in range(30)] + [(400, 50_000 + 900 * n, ABSENT) for n in range(10)]
    rows += [(401, sector * 1_000 + n, ABSENT) for sector in range(10) for n in range(4)]
    layer = target_mix.layer(
        tables(402, rows, industries=[0] * 402, sectors=np.repeat(np.arange(100), 1_000)), range(10)
    )
    assert layer is not None and layer.words is not None
    called = {a: layer.words[v] for a, v in zip(layer.account.tolist(), layer.value.tolist(), strict=True)}
    assert called[400] == "" and called[401] != ""


def test_too_few_contacts_hold_nothing() -> None:
    layer = target_mix.layer(mix([0] * 50, [0] * 49 + [4], each=4), range(10))
    assert layer is None


def test_only_sectors_and_the_claimed_industry_are_read() -> None:
    told = honest(0).tables
    blind = replace(
        told,
        accounts=replace(told.accounts, created_at=told.accounts.created_at * 0, employer=told.accounts.employer * 0),
        targets=replace(told.targets, organisation=told.targets.organisation * 0),
    )
    before, after = (target_mix.layer(t, sensitive_of(told)) for t in (told, blind))
    assert before is not None and after is not None
    assert (before.account == after.account).all() and (before.value == after.value).all()


def test_sensitive_sectors_are_matched_whole_without_case_punctuation_and_numbers() -> None:
    sectors = np.array(
        ["Defence & Space (336)", "  AÉROSPATIALE", "defence 0036", "home defence", "bakery", "", "x" * 9_000],
        dtype=object,
    )
    assert sensitive_sectors(sectors) == {0, 1, 2}
    assert plain("Semi-conducteurs, 26.11") == "semi conducteurs"


def test_no_sensitive_sector_at_all_is_no_layer() -> None:
    assert target_mix.layer(honest(0).tables, set()) is None
