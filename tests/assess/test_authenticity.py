"""Whether a profile is what it says: grouped, capped, and never a reason to call a contact hostile."""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterlure.assess import assess, load_levels, load_prior, load_weights
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


def test_a_capture_that_allows_no_check_leaves_the_profile_unknown():
    bare = Captured(1, False, False, False, False)
    assert authenticity(1, [], bare).band == "unknown"
    assert authenticity(1, [], bare._replace(captures=2)).band == "none"
    assert authenticity(1, [], bare._replace(portrait=True)).band == "none"
    assert authenticity(1, [finding("aligned_eyes")], bare).band == "some"


def test_a_sign_that_does_not_count_beside_a_stronger_one_of_its_group_is_named_with_it():
    found = [finding("seamless_career", 0.6), finding("seniority_too_fast"), finding("ragged_career", 0.0)]
    (sign,) = authenticity(1, found, FULL).signs
    assert (sign.kind, sign.also) == ("seniority_too_fast", ("ragged_career", "seamless_career"))


def test_a_sign_of_score_nought_says_nothing():
    told = authenticity(1, [finding("portrait_reused", 0.0)], FULL)
    assert (told.signs, told.ratio) == ((), 0.0)


def test_what_could_not_be_checked_is_said():
    told = authenticity(1, [finding("employer_register_unknown")], Captured(1, False, False, False, False))
    assert told.unchecked == (
        "no_month_dates", "one_capture", "no_portrait", "register_not_covering", "no_counters", "no_texts"
    )  # fmt: skip
    assert authenticity(1, [finding("employer_in_register")], FULL).unchecked == ()


def stats(**more: Any) -> AccountStats:
    known: dict[str, Any] = {"has_text": True, "words": 500, "messages_in": 5, "messages_out": 5, "targets": ()}
    return AccountStats(1, **(known | {"spam_seen": True, "has_profile": True} | more))


COUNT = st.integers(0, 10_000)
ANY_STATS = st.builds(
    stats, has_text=st.booleans(), words=COUNT, messages_in=COUNT, messages_out=COUNT, undated=COUNT, attachments=COUNT,
    spam_seen=st.booleans(), name_only=st.booleans(), has_profile=st.booleans(),
    languages=st.frozensets(st.sampled_from(["en", "fr", "de"])), targets=st.sampled_from([(), ("T-0001", "T-0002")]),
)  # fmt: skip
EMPLOYER = sorted(kind for kind, family in FINDING_KINDS.items() if family is Family.EMPLOYER)
SEEN = st.lists(st.tuples(st.sampled_from([*PROFILE, *EMPLOYER]), st.sampled_from([0.0, 0.5, 1.0])), max_size=40)


@given(SEEN, ANY_STATS, st.booleans())
def test_profile_and_employer_findings_alone_never_pass_watch(seen, own, quoted):
    evidence = Evidence("a:1", "the words" if quoted else None)
    found = [msgspec.structs.replace(finding(kind, score), evidence=(evidence,)) for kind, score in seen]
    (judged,) = assess(found, (), (), priors=load_prior(), weights=load_weights(), stats={1: own})
    assert judged.level is not Level.ALERT


def test_a_role_older_than_its_firm_is_not_enough_beside_one_stage(make):
    weights, needed = load_weights(), load_levels().second_family.strength
    assert max(weights.pulls["role_before_founding"]) < needed
    assert max(weights.pulls["organisation_seen_before"]) > needed
    assert make.one(make.findings("channel_shift", "role_before_founding")).level is not Level.ALERT


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


def test_the_page_tells_the_shares_of_the_table():
    page = (Path(__file__).parents[2] / "docs" / "profile-signs.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| `(\w+)`(, honest)? \| ([\d.]+) \| ([\d.]+) \| (\w+) \|$", page, re.MULTILINE)
    told = {kind: (group, bool(honest), float(a), float(i), basis) for group, kind, honest, a, i, basis in rows}
    assert told == {
        kind: (e.group, e.sign is Sign.HONEST, e.per_cent["authentic"], e.per_cent["inauthentic"], e.basis.value)
        for kind, e in TABLE.signs.items()
    }
    low, mid, _ = authenticity(1, [finding("portrait_reused")], FULL).share
    assert (round(1000 * low, -1), round(1000 * mid, -1)) == (130, 380), "as the page says"
