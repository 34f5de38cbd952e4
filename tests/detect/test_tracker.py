"""Tags of one conversation become stages that only move forward, and findings by their direction."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from counterlure.assess.ids import FINDING_KINDS
from counterlure.detect.conversation.rules import known_tags
from counterlure.detect.conversation.thread import Mark, Turn, in_time
from counterlure.detect.conversation.tracker import combinations, seen, stages_of, steps, terminal
from counterlure.detect.places import Cited
from counterlure.model import Stage, Terminal


def marked(*tags: str) -> list[Mark]:
    """One mark a turn."""
    return [Mark(i, tag, 0, 5) for i, tag in enumerate(tags)]


def kinds(*tags: str) -> set[str]:
    return {found.kind for found in seen(marked(*tags))}


def test_a_paid_paper_and_a_paid_trip_together_stand_out():
    assert "paid_work_and_trip" in kinds("paid_work", "paid_trip")
    assert "paid_work_and_trip" not in kinds("paid_work")
    assert "paid_work_and_trip" not in kinds("paid_work", "contract_first", "paid_trip")


def test_the_drift_from_public_to_internal_has_a_direction():
    assert "public_to_internal" in kinds("public_topic", "internal_topic")
    assert "public_to_internal" not in kinds("internal_topic", "public_topic")


def test_a_written_rule_against_confidential_matter_is_a_sign_of_its_own_and_erases_nothing():
    found = kinds("paid_work", "confidential_ruled_out", "internal_topic")
    assert {"confidentiality_ruled_out", "sensitive_request_for_pay"} <= found


def test_insistence_counts_only_after_a_refusal():
    assert "insists_after_refusal" in kinds("sensitive_request", "refuses", "insists")
    assert "insists_after_refusal" not in kinds("insists", "sensitive_request", "refuses")
    assert "insists_after_refusal" not in kinds("refuses", "refusal_accepted", "insists")


def test_a_client_withheld_is_told_from_a_client_named():
    assert "client_withheld_after_asking" in kinds("asks_client", "unnamed_client")
    assert kinds("asks_client", "client_named") == {"client_named_when_asked"}


def test_ordinary_recruiting_adds_up_to_nothing_hostile():
    found = seen(marked("approach", "rapport", "inducement", "liking", "urgency"))
    assert [entry for entry in found if entry.score > 0] == []


def test_stages_keep_their_first_date_and_never_move_back():
    turns = [Turn(1, 100 + i, 1, i, 0, "words here") for i in range(4)]
    tags = marked("approach", "paid_work", "approach", "sensitive_request")
    way = steps(turns, tags, lambda turn: Cited(f"a.csv:{turn.line}", "T-0001"))
    assert [(step.stage, step.at) for step in way] == [
        (Stage.APPROACH, 100), (Stage.INDUCEMENT, 101), (Stage.SENSITIVE_REQUEST, 103),
    ]  # fmt: skip
    assert way[1].evidence.source == "a.csv:1"


def test_how_a_conversation_ended():
    assert terminal(marked("refuses"), removed=False) is Terminal.REFUSED
    assert terminal(marked("refuses", "complies"), removed=False) is Terminal.COMPLIED
    assert terminal(marked("refuses"), removed=True) is Terminal.VANISHED
    assert terminal(marked("approach"), removed=False) is None


def test_a_vanished_account_does_not_hide_that_the_target_complied():
    assert terminal(marked("refuses", "complies"), removed=True) is Terminal.COMPLIED
    assert terminal(marked("approach"), removed=True) is Terminal.VANISHED


def test_undated_turns_come_after_the_dated_ones_in_their_own_order():
    turns = [Turn(1, at, 1, line, 0, "") for line, at in enumerate([None, None, 5, 7])]
    assert [turn.line for turn in in_time(turns)] == [2, 3, 0, 1]
    assert in_time(turns[2:]) == turns[2:]
    assert in_time([]) == []


def test_every_combination_is_weighed_and_every_implied_stage_exists():
    assert {entry.kind for entry in combinations().findings} <= set(FINDING_KINDS)
    assert all(isinstance(stages_of(tag), Stage) for tag in combinations().implies)


@given(st.lists(st.sampled_from(sorted(known_tags())), max_size=12))
def test_a_further_tag_of_the_same_kind_changes_nothing_found_before(tags):
    once = {found.kind for found in seen(marked(*tags))}
    twice = {found.kind for found in seen(marked(*itertools.chain(tags, tags[-1:])))}
    assert once <= twice
