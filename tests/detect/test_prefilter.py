"""The prefilter never loses a message that a rule matches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from counterlure.detect.conversation import prefilter as module
from counterlure.detect.conversation.matcher import matcher
from counterlure.detect.conversation.prefilter import Prefilter, decisive, prefilter
from counterlure.detect.conversation.rules import Rule, book, compile_book, known_tags
from counterlure.detect.conversation.tracker import combinations

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
HOSTILE = "We would pay you in cash for a confidential report."
DECISIVE = frozenset(combinations().decisive)


def messages() -> list[str]:
    """Every example of every rule, and every authored message."""
    found = [text for rule in book().rules for text in (*rule.match, *rule.no_match)]
    for file in sorted(CORPUS.glob("pairs.*.jsonl")):
        talks = map(json.loads, file.read_text(encoding="utf-8").splitlines())
        found += [message["text"] for talk in talks for message in talk["messages"]]
    return found


@pytest.mark.parametrize("tags", [None, DECISIVE], ids=["all rules", "decisive rules"])
def test_what_a_rule_matches_is_possible(tags):
    texts = messages()
    possible = set(Prefilter(book(), tags).possible(texts))
    matched = {i for i, text in enumerate(texts) if matcher().hits(text, tags=tags)}
    assert len(matched) > 1000
    assert matched <= possible


def test_ordinary_thanks_are_sorted_out():
    assert prefilter(DECISIVE).possible(["Thanks a lot!", "", "Merci beaucoup, à bientôt."]) == []
    assert prefilter(DECISIVE).possible([]) == []


def test_the_place_in_the_batch_does_not_matter():
    texts = ["Thanks!"] * 50
    for place in (0, 7, 50):
        batch = [*texts[:place], HOSTILE, *texts[place:]]
        assert prefilter(DECISIVE).possible(batch) == [place]


def test_both_sieves_together_find_what_the_matcher_finds_in_batches_of_any_size(monkeypatch):
    texts = messages()
    shown = [i for i, text in enumerate(texts) if matcher().hits(text, tags=DECISIVE)]
    assert decisive(texts) == shown
    monkeypatch.setattr(module, "BATCH_TEXTS", 7)
    monkeypatch.setattr(module, "BATCH_CHARACTERS", 500)
    assert decisive(texts) == shown


@pytest.mark.parametrize("odd", ["\x01", " \x01 ", "\u0130", "\ud800", "\x00", "é" * 50, "x" * 60_000])
def test_odd_neighbours_neither_hide_nor_move_a_message(odd):
    texts = [odd, "Thanks!", f"{odd} {HOSTILE}"[-60_000:], HOSTILE, odd]
    expected = [i for i, text in enumerate(texts) if matcher().hits(text, tags=DECISIVE)]
    assert 3 in expected
    assert decisive(texts) == expected


def test_phrases_that_run_from_one_message_into_the_next_are_none():
    for cut in range(1, len(HOSTILE)):
        pieces = [HOSTILE[:cut], HOSTILE[cut:]]
        assert decisive(pieces) == [i for i, text in enumerate(pieces) if matcher().hits(text, tags=DECISIVE)]


@pytest.fixture
def one_rule():
    who, what = ("|".join(f"{word}{i}" for i in range(10)) for word in ("zorg", "quux"))
    rule = Rule("en.secrecy.x", "secrecy", ["x"], ["x"], "judgement", phrases=[f"({who}) hides ({what})"])
    return Prefilter(compile_book([rule], {"en.negation": ["not"]}, known_tags()))


def test_an_anchor_without_its_phrase_is_no_reason_to_read(one_rule):
    texts = ["zorg1 hides quux2", "zorg1 and quux2", "quux1 hides zorg2", "zorg1 hides", "quux2"]
    assert one_rule.possible(texts) == [0]


def test_a_message_full_of_anchors_is_left_to_the_matcher_at_once(one_rule, monkeypatch):
    full = "zorg1 hides zorg2 and quux3 hides quux1 " * 8
    assert one_rule.possible([full, "zorg1"]) == []
    monkeypatch.setattr(module, "HITS_MAX", 5)
    assert one_rule.possible([full, "zorg1"]) == [0]


def test_no_weighty_finding_can_arise_without_a_decisive_tag():
    light = {"personal_bond", "channel_shift", "tasking", "probing_access", "client_withheld_after_asking"}
    for entry in combinations().findings:
        if entry.score == 0 or entry.kind in light:
            continue
        groups = [set(group.split("|")) for group in (entry.all or entry.then)]
        assert any(group & DECISIVE for group in groups), entry.kind
    assert set(known_tags()) >= DECISIVE
