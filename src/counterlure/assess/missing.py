"""What was not available, and what observation would change the level: identifiers from `ids.py`, worded above."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache

from counterlure.assess.ids import MISSING_IDS, WOULD_CHANGE_IDS
from counterlure.assess.level import languages
from counterlure.assess.levels import Levels
from counterlure.assess.stats import AccountStats
from counterlure.model import Level, Progress

WORK_FOR_PAY = frozenset(
    {"paid_work", "paid_work_and_trip", "tasking", "tasking_before_contract", "third_party_contacts_paid"}
)
TRIP = frozenset({"paid_trip", "paid_work_and_trip"})
INTERNAL = frozenset(
    {
        "sensitive_request",
        "sensitive_request_for_pay",
        "pay_rises_with_confidentiality",
        "public_to_internal",
        "probing_access",
    }
)
TECHNICAL = frozenset({"payload_pushed", "login_or_credentials_asked"})
HIDDEN = frozenset({"secrecy", "secrecy_with_channel_change"})
MONEY = frozenset({"money_asked_from_target", "guaranteed_returns"})
SAME_TEXT = frozenset({"same_text_several_targets", "same_text_across_accounts"})
REGISTER = frozenset({"employer_in_register", "employer_not_in_register"})


def missing(
    kinds: Collection[str], progress: Sequence[Progress], stats: AccountStats, levels: Levels
) -> tuple[str, ...]:
    """What would have mattered and was not there, in the order of `MISSING_IDS`."""
    foreign = not languages(progress, stats).issubset(levels.languages)
    return _listed(
        not stats.has_text,
        stats.has_text and stats.words < levels.words.judged,
        foreign,
        stats.messages_in > 0 and stats.messages_out == 0,
        stats.messages_in == 0 and stats.messages_out > 0,
        stats.undated > 0,
        stats.attachments > 0,
        not stats.spam_seen,
        stats.name_only,
        not stats.has_profile,
        REGISTER.isdisjoint(kinds),
    )


@cache
def _listed(*gaps: bool) -> tuple[str, ...]:
    """The ids whose gap is there; cached, because most accounts of a large case share a few combinations."""
    return tuple(name for name, gap in zip(MISSING_IDS, gaps, strict=True) if gap)


def would_change(kinds: Collection[str], level: Level, gaps: Collection[str]) -> tuple[str, ...]:
    """What would lower or raise the level, in the order of `WOULD_CHANGE_IDS`."""
    if level is Level.INSUFFICIENT:
        return _insufficient("not_assessed_language" in gaps, "no_profile_capture" in gaps)
    if level is Level.CLEAR:
        return _clear(frozenset(kinds) & (WORK_FOR_PAY | TRIP), SAME_TEXT.isdisjoint(kinds))
    found = {"answer_from_employer_on_known_number", "colleague_knows_the_account"}
    found |= _would_lower(frozenset(kinds))
    if level is Level.WATCH:
        found |= _would_raise(frozenset(kinds))
    return _in_order(found)


@cache
def _insufficient(foreign: bool, faceless: bool) -> tuple[str, ...]:
    found = {"full_conversation", "archive_of_a_colleague"}
    if foreign:
        found.add("reading_by_someone_who_knows_the_language")
    if faceless:
        found.add("profile_capture")
    return _in_order(found)


@cache
def _clear(offers: frozenset[str], text_unique: bool) -> tuple[str, ...]:
    found = {"request_for_internal_matter", "request_to_keep_secret"}
    if offers:
        found.add("pay_before_contract")
    if text_unique:
        found.add("colleague_same_text")
    return _in_order(found)


def _would_lower(kinds: frozenset[str]) -> set[str]:
    """What an honest account could easily show."""
    rules = (
        (WORK_FOR_PAY, "contract_before_work", "written_contract"),
        (
            WORK_FOR_PAY | {"client_withheld_after_asking", "client_withheld_then_probing"},
            "client_named_when_asked",
            "named_client",
        ),
        (INTERNAL, "", "public_material_only_in_writing"),
        (TECHNICAL, "", "file_checked_by_security"),
        (TRIP, "verifiable_invitation", "invitation_confirmed_by_organiser"),
        (frozenset({"insists_after_refusal"}), "refusal_accepted", "refusal_respected"),
    )
    return {change for signs, already, change in rules if signs & kinds and already not in kinds}


def _would_raise(kinds: frozenset[str]) -> set[str]:
    """What a hostile account would show next."""
    rules = (
        (SAME_TEXT, "colleague_same_text"),
        (INTERNAL - {"probing_access"}, "request_for_internal_matter"),
        (frozenset({"tasking_before_contract"}), "pay_before_contract"),
        (HIDDEN, "request_to_keep_secret"),
        (frozenset({"insists_after_refusal", "coercion"}), "pressure_after_refusal"),
        (MONEY, "money_asked"),
    )
    return {change for signs, change in rules if not signs & kinds}


def _in_order(found: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in WOULD_CHANGE_IDS if name in found)
