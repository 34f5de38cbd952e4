"""Confidence speaks of how much evidence there is and how independent, never of what it says."""

from __future__ import annotations

import pytest

from counterlure.assess.confidence import count_quotes
from counterlure.model import Confidence

TWO_FAMILIES = ("sensitive_request", "tasking", "paid_work", "part_of_group")


def test_independent_families_quotes_and_both_sides_give_high_confidence(make):
    assert make.one(make.findings(*TWO_FAMILIES)).confidence is Confidence.HIGH


@pytest.mark.parametrize(
    ("kinds", "of"),
    [
        (("sensitive_request", "tasking", "paid_work", "coercion"), {}),
        (("sensitive_request", "part_of_group"), {}),
        (TWO_FAMILIES, {"messages_out": 0}),
        (TWO_FAMILIES, {"words": 40}),
    ],
    ids=["one family", "two quotes", "one side", "few words"],
)
def test_without_one_of_them_it_is_moderate(make, kinds, of):
    assert make.one(make.findings(*kinds), of=make.stats(**of)).confidence is Confidence.MODERATE


def test_one_quote_and_little_text_give_low_confidence(make):
    assert make.one(make.findings("coercion"), of=make.stats(words=60)).confidence is Confidence.LOW
    assert make.one(of=make.stats(words=60)).confidence is Confidence.LOW


def test_a_long_conversation_read_from_both_sides_is_moderately_known_to_be_clear(make):
    assert make.one(of=make.stats(words=150)).confidence is Confidence.MODERATE
    assert make.one(of=make.stats(words=150, messages_out=0)).confidence is Confidence.LOW
    assert make.one(of=make.stats(words=300, messages_out=0)).confidence is Confidence.MODERATE


def test_confidence_is_low_where_the_language_is_not_assessed_or_nothing_can_be_judged(make):
    german = [make.progress("approach", language="de")]
    assert make.one(make.findings(*TWO_FAMILIES), german).confidence is Confidence.LOW
    assert make.one(of=make.stats(words=0, has_text=False)).confidence is Confidence.LOW


def test_the_same_quote_counts_once(make):
    same = [make.finding(kind, source="a.csv:2") for kind in ("tasking", "paid_work")]
    assert count_quotes(same) == 1
    assert count_quotes([*same, make.finding("coercion", source="a.csv:3")]) == 2
    assert count_quotes([make.finding("tasking", quote=None), make.finding("coercion", quote=" ")]) == 0
