"""The published curve: conventions on a synthetic fixture worked out by hand; the real one where the files are given."""

from __future__ import annotations

import pytest

from counterlure.bench import reproduction
from counterlure.bench.neal_logan import PROMPTS, Call
from counterlure.bench.published import published, same


def call(*scores: float, hostile: bool = True, leak: int | None = None) -> Call:
    return Call(hostile, {prompt: list(scores) for prompt in PROMPTS}, leak, None if leak is None else 2 * leak)


CALLS = [
    call(0.1, 0.6, 0.2, leak=2),
    call(0.5, 0.1, 0.1, leak=1),
    call(0.1, 0.2, 0.3, leak=2),
    call(0.2, 0.2, 0.9),
    call(0.1, 0.4, 0.4, hostile=False),
    call(0.6, 0.0, 0.0, hostile=False),
]


def test_the_curve_follows_the_stated_conventions():
    row = reproduction.curve(CALLS, "balanced", 3)
    # Running maxima after 1: .1 .5 .1 .2 | .1 .6 -- of eight pairs, .5 and .2 beat .1, and two ties with it.
    assert row["auc"][0] == pytest.approx(3 / 8)
    # After 3: .6 .5 .3 .9 | .4 .6 -- .6 beats one and ties one, .5 beats one, .9 beats both.
    assert row["auc"][2] == pytest.approx(4.5 / 8)
    # After 1: alarms on the second and the last: 1 of 4 right, 1 of 2 false.
    assert row["macro_f1"][1] == pytest.approx((2 / 6 + 2 / 6) / 2)
    assert (row["recall"], row["false_rate"], row["delay"]) == (0.75, 0.5, 2)


def test_a_leak_after_the_last_message_that_alarms_comes_second():
    # Leaks in three of four; alarms after 2 of 2, 1 of 1, and none.
    found = reproduction.leaks(CALLS, "balanced")
    assert found == {"share": 75.0, "median_turn": 4, "alarm_before": pytest.approx(200 / 3)}


def test_without_leaks_there_is_no_share_before():
    assert reproduction.leaks([call(0.9)], "balanced")["alarm_before"] is None


def test_a_short_call_keeps_its_last_score():
    row = reproduction.curve([call(0.9), call(0.1, 0.1, 0.1, hostile=False)], "balanced", 3)
    assert row["auc"] == [1, 1, 1]


def test_other_scores_are_not_called_reproduced():
    assert reproduction.reproduce(CALLS)["reproduced"] is False


def test_figures_agree_to_the_printed_decimals_only():
    assert same([0.5765, 0.9449], [0.577, 0.945], 3)
    assert not same([0.5764], [0.577], 3)
    assert same({1: 0.1, 2: 0.2}, {1: 0.1}, 3)
    assert not same({}, {1: 0.1}, 3)
    assert not same([0.1], [0.1, 0.2], 3)
    assert not same(None, 0.1, 3)


def test_the_printed_figures_are_complete():
    printed = published()["neal_logan"]
    assert set(printed["prompts"]) == set(PROMPTS)
    for row in printed["prompts"].values():
        assert len(row["auc"]) == printed["k_max"]
        assert set(row["macro_f1"]) == {1, 2, 3, 5, 7}
