"""Whether a profile is what it says: grouped, capped, and never a reason to call a contact hostile."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterlure.assess import assess, load_prior, load_weights
from counterlure.assess.authenticity import FILE, GROUPS, authenticity, load_table, parse_table
from counterlure.assess.ids import FINDING_KINDS
from counterlure.assess.kinds import Sign
from counterlure.assess.stats import AccountStats
from counterlure.assess.tables import own_text
from counterlure.case.captures import Captured
from counterlure.detect.profile.commonness import shares
from counterlure.errors import RuleError
from counterlure.model import HOSTILE, Evidence, Family, Finding, Level, Reading

TABLE = load_table()
PROFILE = sorted(kind for kind, family in FINDING_KINDS.items() if family is Family.PROFILE)
ABOUT_PROFILES = sorted(TABLE.signs)
FULL = Captured(2, True, True, True, True)


def finding(kind: str, score: float = 1.0) -> Finding:
    return Finding(1, "test", FINDING_KINDS[kind], kind, score, "seen", (Evidence("a:1"),))


def test_every_kind_of_the_profile_family_is_weighed_and_has_its_group():
    assert set(PROFILE) <= set(TABLE.signs)
    assert {entry.group for entry in TABLE.signs.values()} == set(GROUPS)


def test_the_honest_share_of_a_sign_is_told_in_one_place():
    for kind, share in shares().items():
        assert TABLE.signs[kind].per_cent["authentic"] == share.honest


def test_a_sign_says_as_much_about_hostility_as_hostile_profiles_are_invented_more_often():
    kinds = load_weights().kinds
    for name in PROFILE:
        own, by_reading = TABLE.signs[name].per_cent, kinds[name].per_cent
        for reading, share in TABLE.inauthentic_per_cent.items():
            mixed = (share * own["inauthentic"] + (100 - share) * own["authentic"]) / 100
            assert by_reading[reading] == pytest.approx(mixed)
        strongest = max(by_reading[r] for r in HOSTILE) / max(
            by_reading[Reading.ORDINARY], by_reading[Reading.COMMERCIAL]
        )
        assert strongest <= max(1.0, own["inauthentic"] / own["authentic"])


def test_correlated_signs_of_one_group_do_not_multiply():
    alone = authenticity(1, [finding("seamless_career")], FULL)
    more = [finding(kind) for kind in ("seamless_career", "seniority_too_fast", "impossible_dates")]
    several = authenticity(1, more, FULL)
    assert several.ratio == max(round(TABLE.weight(f.kind), 4) for f in more)
    assert alone.ratio <= several.ratio < alone.ratio + TABLE.weight("seniority_too_fast")
    assert [sign.group for sign in several.signs] == ["timeline"]


def test_signs_of_several_groups_add_up_at_a_discount_and_no_further_than_the_cap():
    two = authenticity(1, [finding("portrait_reused"), finding("profile_text_copied")], FULL)
    first, second = sorted((TABLE.weight("portrait_reused"), TABLE.weight("profile_text_copied")), reverse=True)
    assert two.ratio == pytest.approx(first + TABLE.discount * second, abs=1e-3)
    everything = [finding(kind) for kind in ABOUT_PROFILES if TABLE.signs[kind].sign is Sign.HOSTILE]
    assert authenticity(1, everything, FULL).ratio == TABLE.cap


def test_a_seamless_career_alone_is_no_more_than_nothing_to_speak_of():
    told = authenticity(1, [finding("seamless_career")], FULL)
    assert told.band == "none"
    assert told.share[1] < 0.05


def test_an_honest_sign_lowers_the_share_and_an_unchecked_profile_is_unknown():
    held = authenticity(1, [finding("story_held", 0.0)], FULL)
    assert held.ratio < 0
    assert held.share[1] < TABLE.prior.mid
    nothing = authenticity(1, [], None)
    assert (nothing.band, nothing.unchecked) == ("unknown", ("no_capture", "no_register"))
    assert nothing.share == (TABLE.prior.low, TABLE.prior.mid, TABLE.prior.high)


def test_what_could_not_be_checked_is_said():
    told = authenticity(1, [finding("employer_register_unknown")], Captured(1, False, False, False, False))
    assert told.unchecked == (
        "no_month_dates", "one_capture", "no_portrait", "register_not_covering", "no_counters", "no_texts"
    )  # fmt: skip
    assert authenticity(1, [finding("employer_in_register")], FULL).unchecked == ()


def stats() -> AccountStats:
    return AccountStats(1, has_text=True, words=500, messages_in=5, messages_out=5, undated=0, attachments=0,
                        spam_seen=True, name_only=False, has_profile=True, languages=frozenset(), targets=())  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(ABOUT_PROFILES), st.floats(0, 1)), max_size=25))
def test_profile_and_employer_findings_alone_never_pass_watch(seen):
    found = [finding(kind, round(score, 3)) for kind, score in seen]
    (judged,) = assess(found, (), (), priors=load_prior(), weights=load_weights(), stats={1: stats()})
    assert judged.level is not Level.ALERT


def test_not_even_all_of_them_together_pass_watch():
    found = [finding(kind) for kind in ABOUT_PROFILES if TABLE.signs[kind].sign is Sign.HOSTILE]
    (judged,) = assess(found, (), (), priors=load_prior(), weights=load_weights(), stats={1: stats()})
    assert judged.level is Level.WATCH
    only = [f for f in found if f.family is Family.PROFILE]
    (judged,) = assess(only, (), (), priors=load_prior(), weights=load_weights(), stats={1: stats()})
    assert judged.level in (Level.WATCH, Level.CLEAR)


def test_the_order_of_findings_changes_nothing():
    some = [finding(kind, 0.7) for kind in ("story_changed", "aligned_eyes", "portrait_reused", "ragged_career")]
    told = {authenticity(1, order, FULL) for order in itertools.permutations(some)}
    assert len(told) == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("group: portrait", "group: looks", "no group 'looks'"),
        ("  portrait_reused:", "  portrait_seen:", "no finding is called so|missing"),
        ("per_cent: {inauthentic: 45}", "per_cent: {inauthentic: 45, authentic: 1}", "each told in one place"),
        ("per_cent: {inauthentic: 45}", "per_cent: {inauthentic: 5}", "say the contrary"),
        ("discount: 0.5", "discount: 1.0", "discount"),
        ("ordinary: 1, ", "", "all five readings"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(old, new, message):
    text = own_text(FILE)
    assert old in text
    with pytest.raises(RuleError, match=message):
        parse_table(text.replace(old, new, 1))


def test_the_shares_are_probabilities_in_order():
    for kind in ABOUT_PROFILES:
        low, mid, high = authenticity(1, [finding(kind)], FULL).share
        assert 0 < low < mid < high < 1
        assert math.isfinite(TABLE.weight(kind))
