"""Conversations ranked by the rules and by a second opinion that is given."""

from __future__ import annotations

import pytest

from counterlure.bench import ranker, scorer
from counterlure.bench.talks import pairs
from counterlure.detect.opinion.answers import shipped_answers
from counterlure.detect.opinion.model import shipped
from counterlure.detect.opinion.verdict import Models
from tests.bench import corpora
from tests.bench.corpora import DULL, opinion_on, talk

SHIPPED = Models(shipped(), answers=shipped_answers())


@pytest.fixture
def talks(tmp_path):
    corpora.pairs(tmp_path)
    return [*pairs(tmp_path, "dev"), talk("dull", *DULL), talk("short", DULL[0])]


def test_with_the_shipped_opinion_it_is_the_shipped_judgement_after_the_last_message(talks):
    last = [scored.likelihood[-1] for scored in scorer.by_judgement(talks)]
    assert ranker.Rules().with_opinion(SHIPPED)(talks) == pytest.approx(last)


def test_another_opinion_moves_what_it_knows_the_words_of_and_nothing_else(talks):
    rules = ranker.Rules()
    hostile, honest = (rules.with_opinion(Models(opinion_on(weight, *DULL)))(talks) for weight in (3.0, -3.0))
    assert [one > other for one, other in zip(hostile, honest, strict=True)] == [False, False, True, False]


def test_the_rules_read_each_conversation_once(talks, monkeypatch):
    asked = []
    monkeypatch.setattr(ranker, "judge", lambda new: asked.extend(new) or scorer.judge(new))
    rules = ranker.Rules()
    first = rules.with_opinion(SHIPPED)([*talks, talks[0]])
    assert first[0] == first[-1]
    assert rules.with_opinion(SHIPPED)(talks[::-1]) == first[-2::-1]
    assert asked == talks


def test_a_shortened_conversation_is_another_one(talks):
    whole, cut = ranker.Rules().with_opinion(SHIPPED)([talks[0], talks[0].until_words(1)])
    assert whole > cut


def test_nothing_to_rank_is_no_error():
    assert ranker.Rules().with_opinion(SHIPPED)([]) == []
