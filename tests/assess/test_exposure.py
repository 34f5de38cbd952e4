"""Exposure: by target, deepest first, only accounts at watch or alert."""

from __future__ import annotations

import pytest

from counterlure.assess import assess, exposure, load_prior, load_weights
from counterlure.model import Exposure, Group, Level, Stage, TargetInfo

TARGETS = {
    "T-0001": TargetInfo("T-0001", None, "Institute", "engineer"),
    "T-0002": TargetInfo("T-0002", None, "Institute", "lawyer"),
    "T-0003": TargetInfo("T-0003", None, None, None),
}


@pytest.fixture(scope="module")
def case(make):
    """Account 1 alerts, account 2 is watched, account 3 is clear."""
    found = [*make.findings("coercion", account=1), *make.findings("sensitive_request", account=2)]
    gone = [
        make.progress("approach", "coercion", account=1, target="T-0001"),
        make.progress("approach", "inducement", account=1, target="T-0002"),
        make.progress("sensitive_request", account=2, target="T-0002"),
        make.progress("tasking", account=3, target="T-0003"),
        make.progress("coercion", account=3, target="T-0002"),
    ]
    groups = [Group("G-2", (1, 3), (), 0.01, ""), Group("G-1", (1,), (), None, ""), Group("G-3", (3,), (), 0.1, "")]
    stats = {i: make.stats(i, targets=()) for i in (1, 2, 3)}
    judged = assess(found, gone, groups, priors=load_prior(), weights=load_weights(), stats=stats)
    return judged, gone, groups


def test_the_accounts_stand_where_the_test_needs_them(case):
    assert {a.account: a.level for a in case[0]} == {1: Level.ALERT, 2: Level.WATCH, 3: Level.CLEAR}


def test_each_target_is_listed_with_its_accounts_deepest_first(case):
    judged, gone, groups = case
    assert exposure(judged, gone, TARGETS, groups) == (
        Exposure("T-0001", "Institute", "engineer", Stage.COERCION, (1, 2), ("G-1", "G-2")),
        Exposure("T-0002", "Institute", "lawyer", Stage.SENSITIVE_REQUEST, (1, 2), ("G-1", "G-2")),
    )


def test_a_target_reached_only_by_clear_accounts_is_not_exposed(case):
    judged, gone, groups = case
    assert "T-0003" not in {row.target for row in exposure(judged, gone, TARGETS, groups)}


def test_order_of_input_does_not_matter(case):
    judged, gone, groups = case
    again = exposure(tuple(reversed(judged)), gone[::-1], TARGETS, groups[::-1])
    assert again == exposure(judged, gone, TARGETS, groups)


def test_without_progress_the_stage_is_not_known(case):
    judged, _, groups = case
    assert [row.stage for row in exposure(judged, [], TARGETS, groups)] == [None, None]


def test_nothing_gives_nothing():
    assert exposure((), (), {}, ()) == ()


def test_a_target_nobody_described_is_an_error(case):
    judged, gone, groups = case
    with pytest.raises(ValueError, match="T-0002 is assessed but not described"):
        exposure(judged, gone, {"T-0001": TARGETS["T-0001"]}, groups)
