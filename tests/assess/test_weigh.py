"""The arithmetic: order-free, monotone, bounded, never multiplying what is correlated."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.assess import load_prior, load_weights
from counterlure.assess.kinds import Sign
from counterlure.assess.weigh import discounted, scores, weigh
from counterlure.errors import RuleError
from counterlure.model import HOSTILE, Family, Finding, Reading

WEIGHTS, PRIOR = load_weights(), load_prior()
KINDS = sorted(WEIGHTS.kinds)
SIGNS = [name for name in KINDS if name not in WEIGHTS.pool.all]
HOSTILE_KINDS = [name for name in SIGNS if WEIGHTS.kinds[name].sign is Sign.HOSTILE]
HONEST_KINDS = [name for name in SIGNS if WEIGHTS.kinds[name].sign is Sign.HONEST]
NEUTRAL_KINDS = [name for name in SIGNS if WEIGHTS.kinds[name].sign is Sign.NEUTRAL]
TINY = 2e-6

fast = settings(max_examples=60, deadline=None)


def seen(kinds=KINDS, most=8):
    pair = st.tuples(st.sampled_from(kinds), st.floats(0, 1))
    return st.lists(pair, max_size=most)


def made(make, pairs):
    return [make.finding(kind, score) for kind, score in pairs]


def ratio(findings, reading):
    """Posterior odds against the innocent readings over prior odds: the likelihood ratio itself."""
    weighed = weigh(findings, PRIOR, WEIGHTS)
    innocent = 1 - sum(PRIOR.mid[r] for r in HOSTILE)
    mass = weighed.posterior[Reading.ORDINARY] + weighed.posterior[Reading.COMMERCIAL]
    return weighed.posterior[reading] / mass / (PRIOR.mid[reading] / innocent)


def test_nothing_seen_leaves_the_prior_as_it_was():
    weighed = weigh((), PRIOR, WEIGHTS)
    assert weighed.likelihood == pytest.approx(sum(PRIOR.mid.values()), abs=TINY)
    assert weighed.interval == pytest.approx((sum(PRIOR.low.values()), sum(PRIOR.high.values())), abs=TINY)
    assert weighed.posterior[Reading.COMMERCIAL] > weighed.posterior[Reading.ORDINARY] > 0
    assert weighed.strength == weighed.bearing == {}


def test_one_sign_multiplies_the_odds_by_the_ratio_of_its_shares(make):
    share = WEIGHTS.kinds["sensitive_request"].per_cent
    expected = share[Reading.RECRUITMENT] / max(share[Reading.ORDINARY], share[Reading.COMMERCIAL])
    assert ratio([make.finding("sensitive_request")], Reading.RECRUITMENT) == pytest.approx(expected, rel=1e-3)


def test_the_score_is_the_exponent_of_the_ratio(make):
    full = ratio([make.finding("tasking", 1.0)], Reading.RECRUITMENT)
    assert ratio([make.finding("tasking", 0.5)], Reading.RECRUITMENT) == pytest.approx(math.sqrt(full), rel=1e-3)


def test_the_innocent_reading_that_explains_a_sign_best_is_the_measure(make):
    share = WEIGHTS.kinds["client_withheld_after_asking"].per_cent
    assert share[Reading.COMMERCIAL] > share[Reading.ORDINARY]
    got = ratio([make.finding("client_withheld_after_asking")], Reading.RECRUITMENT)
    assert got == pytest.approx(share[Reading.RECRUITMENT] / share[Reading.COMMERCIAL], rel=1e-3)


def test_the_same_kind_seen_again_counts_once_at_its_highest_score(make):
    again = [make.finding("tasking", score) for score in (0.2, 0.9, 0.9, 0.4)]
    assert weigh(again, PRIOR, WEIGHTS) == weigh([make.finding("tasking", 0.9)], PRIOR, WEIGHTS)


def test_further_signs_of_one_family_count_at_a_falling_discount():
    assert discounted([], 0.5) == 0
    assert discounted([1.0, 3.0, 2.0], 0.5) == 3.0 + 1.0 + 0.25
    assert discounted([2.0, 1.0], 0.0) == 2.0


def test_two_signs_of_one_family_say_less_than_their_product(make):
    alone = [ratio([make.finding(kind)], Reading.RECRUITMENT) for kind in ("paid_work", "tasking")]
    both = ratio(make.findings("paid_work", "tasking"), Reading.RECRUITMENT)
    assert max(alone) < both < alone[0] * alone[1] / 2


def test_two_families_multiply(make):
    alone = [ratio([make.finding(kind)], Reading.RECRUITMENT) for kind in ("paid_work", "shared_targets")]
    both = ratio(make.findings("paid_work", "shared_targets"), Reading.RECRUITMENT)
    assert both == pytest.approx(alone[0] * alone[1], rel=1e-3)


def test_of_one_group_of_profile_signs_the_strongest_alone_counts(make):
    strongest = weigh(make.findings("seniority_too_fast"), PRIOR, WEIGHTS)
    timeline = ("seniority_too_fast", "seamless_career", "impossible_dates", "degree_after_the_job", "ragged_career")
    assert weigh(make.findings(*timeline), PRIOR, WEIGHTS).strength == strongest.strength
    other = weigh(make.findings("seniority_too_fast", "portrait_reused"), PRIOR, WEIGHTS)
    assert other.likelihood > strongest.likelihood


@pytest.mark.parametrize("family", Family)
def test_no_family_passes_its_cap(make, family):
    everything = [make.finding(kind) for kind in HOSTILE_KINDS if WEIGHTS.kinds[kind].family is family]
    rule = WEIGHTS.families[family]
    assert weigh(everything, PRIOR, WEIGHTS).strength[family] <= rule.cap
    honest = [make.finding(kind) for kind in HONEST_KINDS if WEIGHTS.kinds[kind].family is family]
    assert weigh(honest, PRIOR, WEIGHTS).bearing.get(family, 0) <= rule.honest_cap


def test_signs_of_honest_dealing_lower_the_likelihood_and_hostile_ones_raise_it(make):
    start = weigh((), PRIOR, WEIGHTS).likelihood
    for kind in HONEST_KINDS:
        assert weigh([make.finding(kind)], PRIOR, WEIGHTS).likelihood < start, kind
    for kind in HOSTILE_KINDS:
        assert weigh([make.finding(kind)], PRIOR, WEIGHTS).likelihood > start, kind


def test_neutral_kinds_leave_the_likelihood_alone(make):
    found = make.findings("sensitive_request")
    before = weigh(found, PRIOR, WEIGHTS).likelihood
    for kind in NEUTRAL_KINDS:
        assert weigh([*found, make.finding(kind)], PRIOR, WEIGHTS).likelihood == before


def test_a_broken_promise_no_longer_speaks_for_the_account(make):
    broken = weigh(make.findings("confidentiality_ruled_out", "sensitive_request_for_pay"), PRIOR, WEIGHTS)
    bare = weigh(make.findings("sensitive_request_for_pay"), PRIOR, WEIGHTS)
    assert broken.likelihood == bare.likelihood
    faint = [make.finding("confidentiality_ruled_out"), make.finding("sensitive_request_for_pay", 0.5)]
    assert (
        weigh(faint, PRIOR, WEIGHTS).likelihood
        < weigh([make.finding("sensitive_request_for_pay", 0.5)], PRIOR, WEIGHTS).likelihood
    )


def test_a_hostile_likelihood_never_reads_as_innocent_because_readings_share_it(make):
    share = WEIGHTS.kinds["coercion"].per_cent
    assert share[Reading.FRAUD] == share[Reading.RECRUITMENT]
    level = weigh([make.finding("coercion")], make.flat_prior(0.00075), WEIGHTS)
    assert level.likelihood > 0.45
    for prior in (0.0005, 0.001, 0.002):
        weighed = weigh([make.finding("coercion")], make.flat_prior(prior), WEIGHTS)
        assert (weighed.reading in HOSTILE) == (weighed.likelihood >= 0.5)


def test_money_from_the_target_reads_as_fraud_and_money_to_it_as_recruitment(make):
    fraud = make.findings("money_asked_from_target", "guaranteed_returns", "channel_shift")
    assert weigh(fraud, PRIOR, WEIGHTS).reading is Reading.FRAUD
    assert weigh(make.findings("sensitive_request_for_pay", "paid_trip"), PRIOR, WEIGHTS).reading is Reading.RECRUITMENT
    technical = make.findings("payload_pushed", "login_or_credentials_asked")
    assert weigh(technical, PRIOR, WEIGHTS).reading is Reading.INTRUSION


def test_the_interval_runs_from_the_low_prior_with_discounted_evidence_to_the_high_one_with_full(make):
    found = make.findings("sensitive_request", "contract_before_work")
    share, honest = (WEIGHTS.pulls[f.kind][2] for f in found)

    def likelihood(prior, up, down):
        pulls = [up * a + down * b for a, b in zip(*(WEIGHTS.pulls[f.kind] for f in found), strict=True)]
        innocent = 1 - sum(prior.values())
        odds = sum(prior[r] / innocent * 10**pull for r, pull in zip(HOSTILE, pulls, strict=True))
        return odds / (1 + odds)

    assert share > 0 > honest
    low, high = weigh(found, PRIOR, WEIGHTS).interval
    assert low == pytest.approx(likelihood(PRIOR.low, 2 / 3, 1), abs=TINY)
    assert high == pytest.approx(likelihood(PRIOR.high, 1, 2 / 3), abs=TINY)


def test_a_sign_of_one_hostile_reading_never_clears_of_another(make):
    assert WEIGHTS.kinds["money_asked_from_target"].per_cent[Reading.RECRUITMENT] < 1
    before = weigh(make.findings("sensitive_request_for_pay"), make.flat_prior(0.001), WEIGHTS)
    both = make.findings("sensitive_request_for_pay", "money_asked_from_target")
    after = weigh(both, make.flat_prior(0.001), WEIGHTS)
    assert after.likelihood > before.likelihood
    assert min(min(WEIGHTS.pulls[kind]) for kind in HOSTILE_KINDS) == 0


@given(pairs=seen(), data=st.data())
@fast
def test_the_order_of_findings_does_not_matter(make, pairs, data):
    found = made(make, pairs)
    assert weigh(data.draw(st.permutations(found)), PRIOR, WEIGHTS) == weigh(found, PRIOR, WEIGHTS)


@given(pairs=seen(), kind=st.sampled_from(HOSTILE_KINDS), score=st.floats(0, 1))
@fast
def test_a_further_hostile_sign_never_lowers_anything(make, pairs, kind, score):
    found = made(make, pairs)
    before, after = weigh(found, PRIOR, WEIGHTS), weigh([*found, make.finding(kind, score)], PRIOR, WEIGHTS)
    assert after.likelihood >= before.likelihood
    assert after.interval[0] >= before.interval[0]
    assert after.interval[1] >= before.interval[1]


@given(pairs=seen(), kind=st.sampled_from(HONEST_KINDS))
@fast
def test_a_further_honest_sign_never_raises_anything(make, pairs, kind):
    found = made(make, pairs)
    before, after = weigh(found, PRIOR, WEIGHTS), weigh([*found, make.finding(kind)], PRIOR, WEIGHTS)
    assert after.likelihood <= before.likelihood
    assert after.interval[0] <= before.interval[0]
    assert after.interval[1] <= before.interval[1]


@given(pairs=seen())
@fast
def test_probabilities_are_probabilities_and_the_interval_holds_the_likelihood(make, pairs):
    weighed = weigh(made(make, pairs), PRIOR, WEIGHTS)
    assert sum(weighed.posterior.values()) == pytest.approx(1, abs=1e-5)
    assert all(0 <= p <= 1 for p in weighed.posterior.values())
    assert weighed.likelihood == pytest.approx(sum(weighed.posterior[r] for r in HOSTILE), abs=1e-5)
    assert 0 < weighed.interval[0] <= weighed.likelihood <= weighed.interval[1] < 1


@given(pairs=seen(), low=st.floats(1e-5, 0.05), times=st.floats(1, 3))
@fast
def test_a_higher_prior_never_gives_a_lower_likelihood(make, pairs, low, times):
    found = made(make, pairs)
    lower = weigh(found, make.flat_prior(low), WEIGHTS)
    assert weigh(found, make.flat_prior(low * times), WEIGHTS).likelihood >= lower.likelihood


class TestSecondOpinion:
    """It is averaged with the rules: what it was asked about is judged twice, not seen twice."""

    def test_alone_it_counts_in_full(self, make):
        assert ratio([make.finding("words_of_a_hostile_approach")], Reading.RECRUITMENT) == pytest.approx(
            1000, rel=0.01
        )

    def test_beside_it_the_rules_count_at_the_power_of_the_pool(self, make):
        rules = make.finding("public_to_internal")
        own = ratio([rules], Reading.RECRUITMENT)
        both = ratio([rules, make.finding("words_undecided", 0.0)], Reading.RECRUITMENT)
        assert both == pytest.approx(own**WEIGHTS.pool.others, rel=0.01)

    def test_an_honest_one_speaks_against_the_rules_by_degrees(self, make):
        rules = make.findings("sensitive_request", "secrecy")
        levels = [
            weigh([*rules, make.finding("words_of_honest_dealing", s)], PRIOR, WEIGHTS).likelihood for s in (1, 0.5, 0)
        ]
        assert levels == sorted(levels)
        assert levels[0] < levels[1] < levels[2] < weigh(rules, PRIOR, WEIGHTS).likelihood

    def test_honest_talk_in_another_conversation_excuses_nothing(self, make):
        rules = [
            *make.findings("sensitive_request_for_pay", "secrecy"),
            make.finding("words_of_a_hostile_approach", 0.6),
        ]
        alone = weigh(rules, PRIOR, WEIGHTS).likelihood
        assert weigh([*rules, make.finding("words_of_honest_dealing")], PRIOR, WEIGHTS).likelihood == alone

    def test_a_conversation_that_only_the_rules_could_judge_keeps_their_judgement(self, make):
        rules = [*make.findings("sensitive_request_for_pay", "secrecy"), make.finding("words_too_few", 0.0)]
        alone = weigh(rules, PRIOR, WEIGHTS).likelihood
        for kind in WEIGHTS.pool.kinds:
            assert weigh([*rules, make.finding(kind, 1.0)], PRIOR, WEIGHTS).likelihood >= alone

    @given(pairs=seen(SIGNS), low=st.floats(0, 1), high=st.floats(0, 1))
    @fast
    def test_a_more_hostile_one_never_lowers_the_likelihood(self, make, pairs, low, high):
        found = made(make, pairs)
        less, more = (
            weigh([*found, make.finding("words_of_a_hostile_approach", score)], PRIOR, WEIGHTS).likelihood
            for score in sorted((low, high))
        )
        assert less <= more


def test_a_kind_without_entry_is_an_error_that_names_it():
    stray = Finding(1, "new_detector", Family.CONVERSATION, "no_such_kind", 1.0, "seen", ())
    with pytest.raises(RuleError, match=r"likelihoods\.yml: findings: new_detector reports 'no_such_kind'"):
        scores([stray], WEIGHTS)


def test_a_finding_under_the_wrong_family_is_an_error():
    stray = Finding(1, "new_detector", Family.EMPLOYER, "coercion", 1.0, "seen", ())
    with pytest.raises(RuleError, match="coercion as employer; it is conversation evidence"):
        scores([stray], WEIGHTS)


@pytest.mark.parametrize("score", [-0.1, 1.1, math.nan, math.inf])
def test_a_score_outside_its_range_is_an_error(make, score):
    with pytest.raises(RuleError, match="outside 0 to 1"):
        scores([make.finding("coercion", score)], WEIGHTS)
