"""Levels: what alerts, what never does, and when there is nothing to judge on."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.assess import load_levels, load_weights
from counterlure.assess.kinds import Sign
from counterlure.assess.level import CORE, Gate, gate
from counterlure.assess.tables import own_text
from counterlure.assess.weigh import weigh
from counterlure.assess.weights import parse_weights
from counterlure.model import Family, Finding, Level, Reading, Stage

WEIGHTS, LEVELS = load_weights(), load_levels()
ORDER = [Level.INSUFFICIENT, Level.CLEAR, Level.WATCH, Level.ALERT]
HOSTILE_KINDS = sorted(name for name, kind in WEIGHTS.kinds.items() if kind.sign is Sign.HOSTILE)
OUTSIDE_CORE = [k for k in HOSTILE_KINDS if WEIGHTS.kinds[k].stage not in CORE and not WEIGHTS.kinds[k].combination]
SOFT = {Stage.APPROACH, Stage.RAPPORT, Stage.INDUCEMENT}
OFFERS = [k for k in HOSTILE_KINDS if WEIGHTS.kinds[k].stage in SOFT and not WEIGHTS.kinds[k].combination]


def opened(make, kinds, gone=()):
    found = make.findings(*kinds)
    return gate(found, gone, weigh(found, make.flat_prior(0.001), WEIGHTS), WEIGHTS, LEVELS)


HONEST_PEOPLE = {
    "recruiter": ("approach_only", "rapport_or_inducement_only", "channel_shift"),
    "recruiter under a confidentiality agreement": ("client_withheld_after_asking", "channel_shift", "probing_access"),
    "head-hunter with a confidential search": ("client_withheld_then_probing", "probing_access", "refusal_accepted"),
    "confidential search on a messenger": ("secrecy", "channel_shift", "rapport_or_inducement_only"),
    "expert network": ("paid_work", "confidentiality_ruled_out", "contract_before_work"),
    "expert network that writes elsewhere": ("paid_work", "channel_shift", "probing_access", "contract_before_work"),
    "conference that pays for travel": ("paid_trip", "verifiable_invitation"),
    "conference that pays for talk, paper and travel": (
        "paid_work", "paid_trip", "paid_work_and_trip", "verifiable_invitation", "contract_before_work",
    ),
    "editor who orders a text": ("tasking", "paid_work"),
    "scholar who asks for an unpublished draft": ("sensitive_request", "verifiable_invitation"),
    "journalist on another channel": ("channel_shift", "probing_access", "client_named_when_asked"),
    "seller who does not give up": ("insists_after_refusal", "several_targets", "same_text_several_targets"),
    "sales team with one text": ("several_targets", "same_text_across_accounts", "shared_targets", "part_of_group"),
    "employer at the last step": ("identity_papers_asked", "contract_before_work"),
    "start-up outside every register": ("employer_not_in_register", "paid_work"),
    "colleague": ("work_between_colleagues", "sensitive_request", "tasking"),
    "colleague who warns": ("quoted_warning", "sensitive_request_for_pay", "secrecy"),
    "member who left the platform": ("removed_after_contact", "channel_shift"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WEIGHTS.pool.stages)
def test_a_stage_that_only_words_show_is_enough_beside_a_surer_second_opinion_and_nowhere_else(make, kind):
    def opens(score, *others):
        found = [*make.findings(kind, *others), make.finding("words_of_a_hostile_approach", score)]
        return gate(found, (), weigh(found, make.flat_prior(0.001), WEIGHTS), WEIGHTS, LEVELS)

    assert opens(LEVELS.alert.heard) is Gate.TWO_OPINIONS
    assert opens(LEVELS.alert.heard, "probing_access") is Gate.TWO_OPINIONS
    assert opens(LEVELS.alert.heard - 0.05) is None
    assert opened(make, (kind, "probing_access")) is None
    assert opened(make, WEIGHTS.pool.stages) is None
    assert opened(make, (kind, "several_targets", "part_of_group")) is None


def test_one_core_stage_is_enough_beside_a_second_opinion_that_agrees(make):
    agrees = make.finding("words_of_a_hostile_approach", LEVELS.alert.opinion)
    found = [*make.findings("sensitive_request"), agrees]
    assert gate(found, (), weigh(found, make.flat_prior(0.001), WEIGHTS), WEIGHTS, LEVELS) is Gate.TWO_OPINIONS
    assert opened(make, ("sensitive_request",)) is None


def test_the_second_opinion_alone_never_alerts(make):
    assert opened(make, ("words_of_a_hostile_approach",)) is None
    assert make.one(make.findings("words_of_a_hostile_approach")).level is Level.WATCH


@pytest.mark.parametrize("who", HONEST_PEOPLE)
def test_honest_people_are_clear(make, who):
    assert make.one(make.findings(*HONEST_PEOPLE[who])).level is Level.CLEAR


@pytest.mark.parametrize(
    "kinds",
    [
        ("paid_work_and_trip", "paid_work", "paid_trip"),
        ("payload_pushed",),
        ("secrecy", "channel_shift", "probing_access"),
        ("tasking_before_contract", "tasking", "paid_work"),
    ],
)
def test_what_honest_people_sometimes_also_do_together_is_watched_not_alerted(make, kinds):
    assert make.one(make.findings(*kinds)).level is Level.WATCH


@pytest.mark.parametrize(
    ("kinds", "reading"),
    [
        (("paid_work", "paid_trip", "tasking", "sensitive_request"), Reading.RECRUITMENT),
        (("sensitive_request", "tasking"), Reading.RECRUITMENT),
        (("sensitive_request", "probing_access"), Reading.RECRUITMENT),
        (
            ("secrecy_with_channel_change", "secrecy", "channel_shift", "probing_access", "paid_work"),
            Reading.RECRUITMENT,
        ),
        (("sensitive_request_for_pay",), Reading.RECRUITMENT),
        (("pay_rises_with_confidentiality",), Reading.RECRUITMENT),
        (("public_to_internal", "sensitive_request"), Reading.RECRUITMENT),
        (("secrecy_with_channel_change", "secrecy", "channel_shift", "sensitive_request"), Reading.RECRUITMENT),
        (("paid_work_and_trip", "paid_work", "paid_trip", "tasking_before_contract"), Reading.RECRUITMENT),
        (("leverage_built",), Reading.RECRUITMENT),
        (("coercion",), Reading.FRAUD),
        (("money_asked_from_target", "guaranteed_returns"), Reading.FRAUD),
        (("payload_pushed", "login_or_credentials_asked"), Reading.INTRUSION),
        (("tasking_before_contract", "paid_work", "part_of_group", "shared_targets"), Reading.RECRUITMENT),
    ],
)
def test_hostile_approaches_alert_with_the_right_reading(make, kinds, reading):
    judgement = make.one(make.findings(*kinds))
    assert (judgement.level, judgement.reading) == (Level.ALERT, reading)


def test_honest_words_around_a_hostile_request_do_not_hide_it(make):
    cover = ("contract_before_work", "confidentiality_ruled_out", "client_named_when_asked")
    found = make.findings("sensitive_request_for_pay", "sensitive_request", "paid_work", *cover)
    assert make.one(found).level is Level.ALERT


@pytest.mark.parametrize("kind", HOSTILE_KINDS)
def test_one_weak_sign_at_a_prior_of_one_in_a_thousand_never_alerts(make, kind):
    weak = max(WEIGHTS.pulls[kind]) < 2
    judgement = make.one([make.finding(kind)], priors=make.flat_prior(0.001))
    assert not weak or judgement.level is not Level.ALERT
    assert make.one([make.finding(kind, 0.3)], priors=make.flat_prior(0.001)).level is not Level.ALERT


def test_two_independent_strong_signs_at_that_prior_do(make):
    for kinds in (("sensitive_request_for_pay", "part_of_group"), ("coercion", "removed_after_contact")):
        assert make.one(make.findings(*kinds), priors=make.flat_prior(0.001)).level is Level.ALERT
        assert make.one(make.findings(kinds[1]), priors=make.flat_prior(0.001)).level is Level.CLEAR


@pytest.mark.parametrize("size", [1, 2, 3])
def test_approach_rapport_and_ordinary_inducement_never_alert_at_any_prior(make, size):
    for kinds in combinations([*OFFERS, "approach_only", "rapport_or_inducement_only"], size):
        judgement = make.one(make.findings(*kinds), priors=make.flat_prior(0.16))
        assert judgement.level is not Level.ALERT, kinds


def test_everything_outside_the_core_stages_together_stays_below_alert(make):
    every = make.one(make.findings(*OUTSIDE_CORE), priors=make.flat_prior(0.16))
    assert every.likelihood > 0.9
    assert every.level is Level.WATCH


def test_a_high_prior_alone_is_neither_watch_nor_alert(make):
    judgement = make.one(priors=make.flat_prior(0.16))
    assert judgement.likelihood == pytest.approx(0.48)
    assert judgement.level is Level.CLEAR


def test_the_gates_open_for_what_they_are_named_for(make):
    assert opened(make, ["coercion"]) is Gate.PRESSURE
    assert opened(make, ["leverage_built"]) is Gate.PRESSURE
    assert opened(make, ["paid_work_and_trip"]) is Gate.COMBINATION
    assert opened(make, ["probing_access", "tasking"]) is Gate.TWO_STAGES
    assert opened(make, ["tasking", "tasking_before_contract"]) is None
    assert opened(make, ["tasking", "shared_targets"]) is Gate.TWO_FAMILIES
    assert opened(make, ["tasking", "removed_after_contact"]) is None
    assert opened(make, ["paid_work", "shared_targets"]) is None


def test_stages_kept_in_the_progress_count_where_they_are_quoted(make):
    assert opened(make, ["tasking"], [make.progress("probing")]) is Gate.TWO_STAGES
    assert opened(make, ["tasking"], [make.progress("probing", quote=None)]) is None
    assert opened(make, ["tasking"], [make.progress("approach", "rapport", "inducement")]) is None


@pytest.mark.parametrize("quote", [None, "", "  "])
def test_no_alert_without_words_that_can_be_read_again(make, quote):
    found = [make.finding(kind, quote=quote) for kind in ("coercion", "sensitive_request_for_pay", "tasking")]
    assert make.one(found).level is Level.WATCH


PORTRAIT = """
  portrait_reused:
    {family: profile, sign: hostile, basis: judgement, origin: a test,
     per_cent: {ordinary: 0.1, commercial: 0.1, fraud: 90, intrusion: 90, recruitment: 90}}
"""


def test_profile_findings_alone_never_pass_watch(make):
    text = own_text("likelihoods.yml").replace(
        "{cap: 1.3, honest_cap: 0.5, discount: 0.5}", "{cap: 4, honest_cap: 1, discount: 0}"
    )
    weights = parse_weights(text + PORTRAIT)
    evidence = make.finding("coercion").evidence
    found = [Finding(1, "portrait", Family.PROFILE, "portrait_reused", 1.0, "seen", evidence)]
    every = [make.progress(*Stage, quote=None)]
    judgement = make.one(found, every, weights=weights, priors=make.flat_prior(0.1))
    assert judgement.likelihood > 0.9
    assert judgement.level is Level.WATCH


@pytest.mark.parametrize("family", [Family.COORDINATION, Family.EMPLOYER, Family.DISAPPEARANCE])
def test_what_is_not_in_the_words_never_alerts_alone(make, family):
    found = make.findings(*(k for k in HOSTILE_KINDS if WEIGHTS.kinds[k].family is family))
    assert make.one(found, priors=make.flat_prior(0.16)).level is Level.WATCH


def test_nothing_to_judge_on_is_said_so(make):
    assert make.one(of=make.stats(has_text=False, words=0)).level is Level.INSUFFICIENT
    assert make.one(of=make.stats(words=LEVELS.words.judged - 1)).level is Level.INSUFFICIENT
    assert make.one(of=make.stats(words=LEVELS.words.judged)).level is Level.CLEAR
    bare = make.stats(has_text=False, words=0)
    assert make.one(make.findings("contact_only"), of=bare).level is Level.INSUFFICIENT
    assert make.one(make.findings("several_targets", "shared_targets"), of=bare).level is Level.CLEAR
    assert make.one(make.findings("coercion"), of=make.stats(words=5)).level is Level.ALERT


def test_text_in_a_language_without_rules_is_not_called_clear(make):
    german = make.progress("approach", language="de")
    assert make.one(gone=[german]).level is Level.INSUFFICIENT
    assert make.one(of=make.stats(languages=("de",))).level is Level.INSUFFICIENT
    assert make.one(gone=[german, make.progress("approach", language="en")]).level is Level.CLEAR
    assert make.one(of=make.stats(languages=("de", "fr"))).level is Level.CLEAR
    assert make.one(make.findings("coercion"), [german]).level is Level.ALERT


@given(
    base=st.lists(st.tuples(st.sampled_from(sorted(WEIGHTS.kinds)), st.floats(0, 1)), max_size=5),
    kind=st.sampled_from([kind for kind in HOSTILE_KINDS if kind not in WEIGHTS.pool.kinds]),
    score=st.floats(0, 1),
    words=st.sampled_from([0, 10, 300]),
)
@settings(max_examples=80, deadline=None)
def test_a_further_hostile_sign_never_lowers_the_level(make, base, kind, score, words):
    """But for the second opinion, which is no further sign: one that hardly leans takes weight from honest signs too."""
    of = make.stats(words=words, has_text=words > 0)
    found = [make.finding(name, value) for name, value in base]
    before, after = make.one(found, of=of), make.one([*found, make.finding(kind, score)], of=of)
    assert ORDER.index(after.level) >= ORDER.index(before.level)


@given(kinds=st.lists(st.sampled_from(HOSTILE_KINDS), max_size=6, unique=True))
@settings(max_examples=60, deadline=None)
def test_every_alert_is_likelier_hostile_than_not_and_has_a_hostile_reading(make, kinds):
    judgement = make.one(make.findings(*kinds))
    if judgement.level is Level.ALERT:
        assert judgement.likelihood >= 0.5
        assert judgement.reading not in (Reading.ORDINARY, Reading.COMMERCIAL)
    if judgement.level is Level.WATCH:
        assert judgement.likelihood >= LEVELS.watch.likelihood
