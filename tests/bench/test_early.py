"""Measures against values worked out by hand, and properties that hold for any input."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterlure.bench import early

SCORES = st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.5, 0.8]), st.booleans()), min_size=1, max_size=30)


def test_auc_counts_ties_half():
    assert early.auc([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == pytest.approx(3.5 / 4)
    assert early.auc([0.1, 0.9], [True, False]) == 0
    assert early.auc([0.3, 0.3], [True, True]) is None


@given(SCORES)
def test_auc_is_the_share_of_pairs_in_the_right_order(rows):
    scores, hostile = zip(*rows, strict=True)
    pairs = [(p > q) + (p == q) / 2 for p, own in rows if own for q, other in rows if not other]
    expected = sum(pairs) / len(pairs) if pairs else None
    found = early.auc(scores, hostile)
    assert found == (expected if expected is None else pytest.approx(expected))


def test_macro_f1_weighs_every_class_the_same():
    # Class a: precision 2/3, recall 1 -> 0.8; class b: precision 1, recall 1/2 -> 2/3.
    assert early.macro_f1(["a", "a", "a", "b"], ["a", "a", "b", "b"]) == pytest.approx((0.8 + 2 / 3) / 2)
    assert early.f1([True, False], [False, False], wanted=True) == 0
    assert early.f1([False], [False], wanted=True) == 0


def test_an_alarm_is_at_or_above_the_threshold_and_stays():
    assert early.first_alarm([0.1, 0.5, 0.2]) == 2
    assert early.first_alarm([0.1, 0.49]) is None
    assert early.running_max([0.1, 0.7, 0.3, 0.9]) == [0.1, 0.7, 0.7, 0.9]


def test_brier_is_the_mean_squared_distance():
    assert early.brier([0.8, 0.3], [True, False]) == pytest.approx((0.04 + 0.09) / 2)


def test_reliability_puts_one_into_the_last_range():
    low, high = early.reliability([0.05, 0.15, 1.0, 0.95], [False, True, True, True], bins=5)
    assert low == early.Bin(0.0, 0.2, 2, pytest.approx(0.1), 0.5)
    assert high == early.Bin(0.8, 1.0, 2, pytest.approx(0.975), 1.0)


def test_a_forecast_is_restated_by_its_odds():
    assert early.moved(0.5, 0.01, 0.5) == pytest.approx(0.99)
    assert early.moved(0.2, 0.3, 0.3) == pytest.approx(0.2)
    assert 0 <= early.moved(0.0, 0.01, 0.5) < early.moved(1.0, 0.01, 0.5) <= 1


def test_erde_costs_what_its_authors_say():
    # Right after 5 of 5: 1 - 1/2; missed: 1; false alarm: the share of hostile ones, 2 of 4; right silence: 0.
    assert early.erde([5, None, 3, None], [True, True, False, False], 5) == pytest.approx((0.5 + 1 + 0.5) / 4)
    assert early.erde([None, 3], [True, False], 5, false_alarm_cost=0.1) == pytest.approx(1.1 / 2)
    assert early.erde([2000], [True], 5) == pytest.approx(1)


def test_half_the_worth_of_an_alarm_is_gone_at_k_max():
    assert early.penalty(1, 7) == 0
    assert early.penalty(7, 7) == pytest.approx(0.5)


def test_f_latency_is_f1_times_what_the_median_alarm_is_worth():
    alarms, hostile = [1, 7, 7, None, 2], [True, True, True, True, False]
    # Three of four found, one false: precision 3/4, recall 3/4; the median penalty is one half.
    assert early.f_latency(alarms, hostile, 7) == pytest.approx(0.75 * 0.5)
    assert early.f_latency([None], [True], 7) == 0


def test_delay_and_rates_look_at_their_own_side():
    alarms, hostile = [1, 4, None, 9], [True, True, True, False]
    assert early.detection_delay(alarms, hostile) == 2.5
    assert early.rate(alarms, hostile, side=True) == pytest.approx(2 / 3)
    assert early.rate(alarms, hostile, side=False) == 1
    assert early.rate([None], [True], side=False) is None
    assert early.detection_delay([None], [True]) is None


def test_an_alarm_on_the_last_message_before_the_leak_comes_first():
    assert early.before([2, 3, None, 1], [2, 2, 2, None]) == pytest.approx(1 / 3)
    assert early.before([1], [None]) is None


def test_precision_falls_with_the_base_rate():
    assert early.precision_at(0.8, 0.01, 0.5) == pytest.approx(0.4 / 0.405)
    assert early.precision_at(0.8, 0.01, 0.01) == pytest.approx(0.008 / 0.0179)
    assert early.precision_at(0.0, 0.0, 0.01) is None


def test_the_bound_on_nothing_seen_is_the_closed_form():
    assert early.upper_bound(0, 60) == pytest.approx(1 - 0.05 ** (1 / 60))
    assert early.upper_bound(3, 3) == pytest.approx(1)


@given(st.lists(st.tuples(st.none() | st.integers(1, 40), st.booleans()), min_size=1, max_size=30), st.integers(1, 50))
def test_erde_lies_between_nothing_and_everything(rows, o):
    alarms, hostile = zip(*rows, strict=True)
    assert 0 <= early.erde(alarms, hostile, o) <= 1
    assert not math.isnan(early.f_latency(alarms, hostile, 7))
