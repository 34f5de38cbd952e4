"""The shipped scorer: prefixes judged on what was written, each on its own."""

from __future__ import annotations

import pytest

from counterlure.bench import scorer
from counterlure.bench.talks import pairs
from counterlure.detect.opinion import verdict as verdict_module
from counterlure.model import Finding, Stage
from tests.bench import corpora
from tests.bench.corpora import DULL, opinion_on, talk

HONEST = talk("h", "Hello, the description of the post is on our site.", "<Thanks.", "You are welcome.", hostile=False)


def test_there_is_one_score_for_each_message_of_the_other_side(tmp_path):
    corpora.pairs(tmp_path)
    talks = [*pairs(tmp_path, "dev"), HONEST]
    scored = scorer.by_judgement(talks)
    assert [len(s.likelihood) for s in scored] == [len(s.alert) for s in scored] == [3, 2, 2]
    assert all(0 <= p <= 1 for s in scored for p in s.likelihood)


def test_the_hostile_one_of_a_pair_is_likelier_and_twins_score_alike_while_they_are_alike(tmp_path):
    corpora.pairs(tmp_path)
    hostile, honest = scorer.by_judgement(pairs(tmp_path, "dev"))
    assert hostile.likelihood[0] == honest.likelihood[0]
    assert hostile.likelihood[-1] > honest.likelihood[-1]


def test_neither_company_nor_order_nor_pieces_change_a_score(tmp_path, monkeypatch):
    corpora.pairs(tmp_path)
    talks = [*pairs(tmp_path, "dev"), HONEST]
    together = scorer.by_judgement(talks)
    assert scorer.by_judgement(talks[::-1])[::-1] == together
    assert [scorer.by_judgement([one])[0] for one in talks] == together
    monkeypatch.setattr(scorer, "MESSAGES_PER_CASE", 4)
    assert scorer.by_judgement(talks) == together


def test_a_stage_is_dated_by_the_place_in_the_source():
    one = talk("x", "Hello.", "<Hi.", "Please send me the internal test report, we pay 900 euros.")
    gapped = one._replace(messages=tuple(m._replace(place=m.place + 10) for m in one.messages))
    (judged,) = scorer.judge([gapped])
    assert judged.stages[Stage.SENSITIVE_REQUEST] == 12


def told_of(monkeypatch, weight: float, *texts: str) -> tuple[Finding, ...]:
    """Findings of a conversation judged with a second opinion that knows the words of `DULL`."""
    monkeypatch.setattr(verdict_module, "shipped", lambda: opinion_on(weight, *DULL))
    (judged,) = scorer.judge([talk("d", *texts)])
    return judged.assessment.findings


def test_the_second_opinion_is_always_asked_whatever_the_rules_saw(monkeypatch):
    assert [f.kind for f in told_of(monkeypatch, 3.0, *DULL)] == ["words_of_a_hostile_approach"]
    assert [f.kind for f in told_of(monkeypatch, -3.0, *DULL)] == ["words_of_honest_dealing"]
    assert [f.kind for f in told_of(monkeypatch, 0.1, *DULL)] == ["words_of_a_hostile_approach"]
    assert [f.kind for f in told_of(monkeypatch, 3.0, DULL[0])] == ["words_too_few"]


def test_it_is_heard_once_where_a_scan_asks_for_it_too(tmp_path):
    corpora.pairs(tmp_path)
    (judged, _) = scorer.judge(pairs(tmp_path, "dev"))
    kinds = [finding.kind for finding in judged.assessment.findings]
    assert len([kind for kind in kinds if kind.startswith("words_")]) == 1
    assert len(kinds) > 1, "the rules saw something, so a scan asks"


def test_what_the_second_opinion_says_cites_the_words_of_the_conversation(monkeypatch):
    (finding,) = told_of(monkeypatch, 3.0, *DULL)
    assert {(proof.source, proof.quote) for proof in finding.evidence} == {("d", text) for text in DULL}


def test_the_second_opinion_moves_a_likelihood_from_the_second_message_on(monkeypatch):
    monkeypatch.setattr(verdict_module, "shipped", lambda: opinion_on(3.0, *DULL))
    (scored,) = scorer.by_judgement([talk("d", *DULL)])
    assert scored.likelihood[1] > scored.likelihood[0]


def test_nothing_to_judge_is_no_error():
    assert scorer.by_judgement([]) == []


def test_the_alarm_is_the_first_alert():
    assert scorer.Scored([0.1, 0.9, 0.9], [False, True, True]).alarm == 2
    assert scorer.Scored([0.1], [False]).alarm is None


def test_progress_is_told():
    told = []
    scorer.judge([HONEST], lambda *what: told.append(what))
    assert told == [("judge conversations", 1, 1)]


def test_the_base_rate_is_that_of_the_shipped_prior():
    assert scorer.base_rate() == pytest.approx(0.008)
