"""What was missing, and what would change the level."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.assess import load_weights
from counterlure.assess.ids import MISSING_IDS, WOULD_CHANGE_IDS
from counterlure.model import Level

KINDS = sorted(load_weights().kinds)


@pytest.mark.parametrize(
    ("gap", "of"),
    [
        ("no_text", {"has_text": False, "words": 0}),
        ("few_words", {"words": 3}),
        ("not_assessed_language", {"languages": ("de", "en")}),
        ("no_reply_from_target", {"messages_out": 0}),
        ("only_one_side", {"messages_in": 0}),
        ("undated", {"undated": 1}),
        ("attachments_not_examined", {"attachments": 2}),
        ("spam_folder_missing", {"spam_seen": False}),
        ("name_only_account", {"name_only": True}),
    ],
)
def test_each_gap_is_named_when_it_is_there_and_only_then(make, gap, of):
    assert gap in make.one(of=make.stats(**of)).missing
    assert gap not in make.one(of=make.stats()).missing


def test_a_profile_and_a_register_are_missing_until_there_is_one(make):
    assert make.one().missing == ("no_profile_capture", "no_register")
    assert make.one(of=make.stats(has_profile=True)).missing == ("no_register",)
    assert "no_register" not in make.one(make.findings("employer_in_register")).missing
    assert "no_register" in make.one(make.findings("employer_register_unknown")).missing


def test_an_alert_says_what_would_lower_it(make):
    found = make.findings("sensitive_request_for_pay", "paid_trip", "tasking")
    assert make.one(found).would_change == (
        "answer_from_employer_on_known_number",
        "written_contract",
        "named_client",
        "public_material_only_in_writing",
        "invitation_confirmed_by_organiser",
        "colleague_knows_the_account",
    )


def test_what_was_already_seen_would_change_nothing(make):
    found = make.findings("coercion", "leverage_built", "paid_work", "contract_before_work", "client_named_when_asked")
    judgement = make.one(found)
    assert judgement.level is Level.ALERT
    assert not {"written_contract", "named_client"} & set(judgement.would_change)


def test_a_file_is_checked_and_a_refusal_watched(make):
    found = make.findings("payload_pushed", "login_or_credentials_asked", "insists_after_refusal")
    assert {"file_checked_by_security", "refusal_respected"} <= set(make.one(found).would_change)


def test_a_watch_also_says_what_would_raise_it(make):
    judgement = make.one(make.findings("sensitive_request"))
    assert judgement.level is Level.WATCH
    assert {"colleague_same_text", "request_to_keep_secret", "pressure_after_refusal"} <= set(judgement.would_change)
    assert "request_for_internal_matter" not in judgement.would_change


def test_a_clear_account_says_what_would_raise_it(make):
    assert make.one().would_change == ("colleague_same_text", "request_for_internal_matter", "request_to_keep_secret")
    assert "pay_before_contract" in make.one(make.findings("paid_work")).would_change


def test_too_little_to_judge_on_asks_for_more(make):
    judgement = make.one(of=make.stats(words=30, languages=("de",)))
    assert judgement.would_change == (
        "full_conversation",
        "archive_of_a_colleague",
        "profile_capture",
        "reading_by_someone_who_knows_the_language",
    )
    assert make.one(of=make.stats(words=3, has_profile=True)).would_change == (
        "full_conversation",
        "archive_of_a_colleague",
    )


@given(kinds=st.lists(st.sampled_from(KINDS), max_size=6, unique=True), words=st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_only_listed_ids_are_handed_on_in_their_order_and_never_none_to_change(make, kinds, words):
    judgement = make.one(make.findings(*kinds), of=make.stats(words=words, has_text=words > 0))
    for handed, listed in ((judgement.missing, MISSING_IDS), (judgement.would_change, WOULD_CHANGE_IDS)):
        assert list(handed) == [name for name in listed if name in handed]
        assert len(set(handed)) == len(handed)
    assert judgement.would_change


def test_every_id_can_be_handed_on(make):
    seen_missing, seen_change = set(), set()
    for kind in KINDS:
        for of in (make.stats(), make.stats(words=3), make.stats(languages=("de",))):
            for found in ([], make.findings(kind), make.findings(kind, "sensitive_request_for_pay")):
                judgement = make.one(found, of=of)
                seen_missing.update(judgement.missing)
                seen_change.update(judgement.would_change)
    assert seen_change == set(WOULD_CHANGE_IDS)
    assert seen_missing <= set(MISSING_IDS)
