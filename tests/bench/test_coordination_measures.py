"""How answers are measured."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterlure.bench.coordination.measures import average_precision, of_set, quality
from counterlure.bench.coordination.sample import Answer, Sample
from counterlure.network.model import ABSENT
from tests.bench.coordination_graphs import tables

TABLES = tables([(str(i), "x", ABSENT) for i in range(6)])


def array(*values):
    return np.array(values)


def sample(hostile, **more):
    return Sample("s", "s", TABLES, hostile, **more)


def test_a_flagged_set_has_precision_recall_and_f1():
    measured = of_set(array(True, True, True, False), array(True, True, False, True))
    assert measured == {"precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3}


def test_flagging_nobody_is_precise_and_finds_nobody():
    assert of_set(array(False, False), array(True, False)) == {"precision": 1.0, "recall": 0.0, "f1": 0.0}


def test_average_precision_takes_equal_scores_together():
    assert average_precision(array(3.0, 2.0, 1.0), array(True, False, True)) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(array(1.0, 1.0, 1.0, 1.0), array(True, False, False, False)) == 0.25


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1).filter(lambda rows: any(h for _, h in rows)))
def test_average_precision_is_the_sum_over_thresholds(rows):
    score, hostile = np.array([float(s) for s, _ in rows]), np.array([h for _, h in rows])
    area, found = 0.0, 0
    for threshold in sorted(set(score), reverse=True):
        above = score >= threshold
        right = int((above & hostile).sum())
        area += (right - found) / hostile.sum() * right / above.sum()
        found = right
    assert average_precision(score, hostile) == pytest.approx(area)


def test_labels_that_are_not_known_do_not_count():
    hostile = array(True, False, False, False, False, False)
    known = array(True, True, False, True, True, True)
    answer = Answer(flagged=array(True, False, True, False, False, False))
    measured = quality(sample(hostile, known=known), answer)
    assert (measured["precision"], measured["recall"], measured["accounts_flagged"]) == (1.0, 1.0, 2)


def test_groups_are_told_by_what_is_in_them():
    hostile = array(True, True, False, False, False, False)
    team = array(ABSENT, ABSENT, 0, 0, ABSENT, ABSENT)
    group = array(0, 0, 0, 1, 1, ABSENT)
    measured = quality(sample(hostile, team=team), Answer(flagged=group != ABSENT, group=group))
    assert (measured["groups"], measured["groups_mixed"], measured["teams_found"]) == (2, 1, 1.0)
    assert measured["others_in_groups"] == pytest.approx(1 / 5)


def test_a_method_without_groups_has_no_figures_for_them():
    measured = quality(sample(array(*[False] * 6)), Answer(ranking=np.arange(6.0)))
    assert {measured[name] for name in ("groups", "precision", "average_precision", "accounts_flagged")} == {None}


def test_without_labels_only_what_was_flagged_is_counted():
    group = array(0, 0, ABSENT, ABSENT, ABSENT, ABSENT)
    measured = quality(sample(None), Answer(np.arange(6.0), group != ABSENT, group))
    assert (measured["accounts_flagged"], measured["groups"], measured["f1"]) == (2, 1, None)
    assert measured["others_in_groups"] is None
