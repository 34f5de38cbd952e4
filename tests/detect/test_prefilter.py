"""The prefilter never loses a message that a rule matches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from counterlure.detect.conversation.matcher import matcher
from counterlure.detect.conversation.prefilter import Prefilter, prefilter
from counterlure.detect.conversation.rules import book, known_tags
from counterlure.detect.conversation.tracker import combinations

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
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
    hostile = "We would pay you in cash for a confidential report."
    texts = ["Thanks!"] * 50
    for place in (0, 7, 50):
        batch = [*texts[:place], hostile, *texts[place:]]
        assert prefilter(DECISIVE).possible(batch) == [place]


def test_no_weighty_finding_can_arise_without_a_decisive_tag():
    light = {"personal_bond", "channel_shift", "tasking", "probing_access", "client_withheld_after_asking"}
    for entry in combinations().findings:
        if entry.score == 0 or entry.kind in light:
            continue
        groups = [set(group.split("|")) for group in (entry.all or entry.then)]
        assert any(group & DECISIVE for group in groups), entry.kind
    assert set(known_tags()) >= DECISIVE
