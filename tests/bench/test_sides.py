"""What alerts and likelihoods come to."""

from __future__ import annotations

import pytest

from counterlure.bench import sides
from counterlure.bench.scorer import Scored
from tests.bench.corpora import talk

TALKS = [
    talk("p1-t", "hello", "<hi", "tell me", "<!secret", "more", pair="p1"),
    talk("p1-h", "hello", "<hi", "bye", hostile=False, pair="p1"),
    talk("p2-t", "hey", "<!secret", "thanks", pair="p2"),
    talk("p2-h", "hey", hostile=False, pair="p2"),
    talk("single", "good day", hostile=False),
]
SCORED = [
    Scored([0.1, 0.6, 0.9], [False, True, True]),
    Scored([0.1, 0.2], [False, False]),
    Scored([0.1, 0.3], [False, True]),
    Scored([0.3], [True]),
    Scored([0.0], [False]),
]


def measured():
    return sides.measured(TALKS, SCORED, base=0.01)


def test_the_hostile_one_of_a_pair_must_be_likelier_and_ties_count_half():
    assert measured()["pairs"] == {"pairs": 2, "right": 1, "tied": 1, "share": 0.75}


def test_alerts_are_counted_on_both_sides():
    found = measured()["alerts"]
    assert (found["found"], found["hostile"], found["recall"], found["messages_at_alert"]) == (2, 2, 1, 2)
    assert (found["false"], found["honest"], found["per_1000"]) == (1, 3, pytest.approx(1000 / 3))
    assert found["false_at_most"] == pytest.approx(0.8647, abs=1e-4)


def test_an_alert_after_the_disclosure_does_not_count_as_before():
    assert measured()["before_disclosure"] == {"disclosing": 2, "share": 0.5}


def test_early_measures_stand_beside_false_alarms_and_a_base_rate():
    found = measured()["early"]
    assert found["false_rate"] == pytest.approx(1 / 3)
    assert found["base_rate"] == 0.01
    assert found["precision_at_base_rate"] == pytest.approx(0.01 / (0.01 + 0.99 / 3))
    assert {"erde5", "erde50", "f_latency", "share_hostile"} <= found.keys()


def test_forecasts_are_held_to_the_truth_as_stated_and_restated():
    found = measured()["forecasts"]
    assert found["brier"] == pytest.approx((0.01 + 0.04 + 0.49 + 0.09 + 0) / 5)
    assert found["at_share_of_set"]["share"] == 0.4
    assert found["at_share_of_set"]["brier_of_share_alone"] == pytest.approx(0.24)
    assert sum(entry["n"] for entry in found["at_share_of_set"]["reliability"]) == 5


def test_one_side_alone_gives_what_it_can():
    found = sides.measured(TALKS[-1:], SCORED[-1:], base=0.01)
    assert found["auc"] is None
    assert found["pairs"]["share"] is None
    assert found["alerts"]["recall"] is None
    assert found["early"]["precision_at_base_rate"] is None
    assert found["forecasts"]["at_share_of_set"] is None
