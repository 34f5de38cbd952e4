"""The shipped tables are complete, and a wrong entry is refused by name."""

from __future__ import annotations

import pytest
import yaml

from counterlure.assess import load_levels, load_prior, load_weights
from counterlure.assess.authenticity import load_table
from counterlure.assess.ids import FINDING_KINDS, MISSING_IDS, WOULD_CHANGE_IDS
from counterlure.assess.kinds import Basis, Sign
from counterlure.assess.levels import parse_levels
from counterlure.assess.priors import parse_prior
from counterlure.assess.tables import own_text
from counterlure.assess.weights import parse_weights
from counterlure.errors import RuleError
from counterlure.model import HOSTILE, Family, Reading

LIKELIHOODS, PRIORS, LEVELS = (own_text(f"{name}.yml") for name in ("likelihoods", "priors", "levels"))


def changed(text, path, value):
    """The table with the entry at dotted `path` set to `value`, or removed where it is `...`."""
    top = yaml.safe_load(text)
    *way, last = path.split(".")
    place = top
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return yaml.safe_dump(top)


def shortened(text):
    """The table with the few kinds that the faults below need, so that each reads fast."""
    top = yaml.safe_load(text)
    kept = ("contact_only", "coercion", "insists_after_refusal", "refusal_accepted", "tasking")
    top["findings"] = {name: top["findings"][name] for name in kept}
    return yaml.safe_dump(top)


SHORT = shortened(LIKELIHOODS)


def test_every_kind_is_weighed_under_its_family_and_no_other():
    assert {name: kind.family for name, kind in load_weights().kinds.items()} == FINDING_KINDS
    assert set(load_weights().families) == set(Family)


def test_ids_are_plain_snake_case_and_stand_once():
    every = [*FINDING_KINDS, *MISSING_IDS, *WOULD_CHANGE_IDS]
    assert len(set(every)) == len(every)
    assert all(name.replace("_", "").isalpha() and name == name.lower() for name in every)


def test_every_entry_says_where_its_numbers_come_from():
    for name, kind in load_weights().kinds.items():
        assert len(kind.origin.split()) >= 6, name
        assert kind.basis in Basis
    assert all(f"{reading}:" in load_prior().origin for reading in HOSTILE)


def test_the_quantity_of_one_kind_of_honest_people_does_not_change_what_a_sign_says():
    weights = load_weights()
    for name, kind in weights.kinds.items():
        base = max(kind.per_cent[Reading.ORDINARY], kind.per_cent[Reading.COMMERCIAL])
        assert (kind.sign is Sign.HOSTILE) == any(kind.per_cent[reading] > base for reading in HOSTILE), name


def test_no_single_hostile_sign_outweighs_the_cap_of_its_family():
    weights = load_weights()
    for name, kind in weights.kinds.items():
        assert max(weights.pulls[name]) <= weights.families[kind.family].cap, name


def test_combinations_weigh_more_than_their_parts():
    pulls = load_weights().pulls
    for whole, parts in {
        "paid_work_and_trip": ("paid_work", "paid_trip"),
        "sensitive_request_for_pay": ("sensitive_request", "paid_work"),
        "secrecy_with_channel_change": ("secrecy", "channel_shift"),
        "client_withheld_then_probing": ("client_withheld_after_asking", "probing_access"),
    }.items():
        assert all(pulls[whole][2] > pulls[part][2] for part in parts), whole


def test_the_tables_read_back_as_they_are():
    assert parse_weights(LIKELIHOODS, load_table().kinds()) == load_weights()
    assert parse_prior(PRIORS, "priors.yml") == load_prior()
    assert parse_levels(LEVELS) == load_levels()


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("findings.coercion.per_cent.fraud", 120, r"findings\.coercion\.per_cent\.fraud: 120"),
        ("findings.coercion.per_cent.fraud", 0, r"findings\.coercion\.per_cent\.fraud: 0"),
        ("findings.coercion.per_cent.fraud", float("nan"), r"findings\.coercion\.per_cent\.fraud: nan"),
        ("findings.coercion.per_cent.fraud", "six", r"findings\.coercion: Expected `float`"),
        ("findings.coercion.per_cent.fraud", ..., r"findings\.coercion\.per_cent: must give all five"),
        ("findings.coercion.per_cent", {"spy": 1}, r"findings\.coercion: Invalid enum value 'spy'"),
        ("findings.coercion.family", "gossip", r"findings\.coercion: Invalid enum value 'gossip'"),
        ("findings.coercion.stage", "end", r"findings\.coercion: Invalid enum value 'end'"),
        ("findings.coercion.origin", " ", r"findings\.coercion\.origin: says nothing"),
        ("findings.coercion.origin", ..., r"findings\.coercion: .*`origin`"),
        ("findings.coercion.weight", 3, r"findings\.coercion: .*`weight`"),
        ("findings.coercion.sign", "honest", r"findings\.coercion: called honest, but a hostile reading"),
        ("findings.coercion.sign", "neutral", r"findings\.coercion: called neutral"),
        ("findings.contact_only.sign", "hostile", r"findings\.contact_only: called hostile"),
        ("findings.contact_only.sign", "honest", r"findings\.contact_only: called honest"),
        ("findings.coercion.family", "profile", r"findings\.coercion: only conversation findings"),
        ("findings.refusal_accepted.stage", "tasking", r"findings\.refusal_accepted: only a hostile sign"),
        ("findings.refusal_accepted.void_with", ["nothing"], r"findings\.refusal_accepted\.void_with: 'nothing'"),
        ("findings.refusal_accepted.void_with", ["contact_only"], r"void_with: 'contact_only' is no hostile sign"),
        ("findings.coercion.void_with", ["tasking"], r"findings\.coercion\.void_with: only an honest sign"),
        ("findings.coercion", 3, r"findings\.coercion: Expected `object`"),
        ("findings", [1], r"findings: must be a mapping"),
        ("families.profile", ..., r"families\.profile: missing"),
        ("families.employer.cap", 9, r"families\.employer\.cap: 9"),
        ("families.employer.honest_cap", -1, r"families\.employer\.honest_cap: -1"),
        ("families.employer.discount", 1, r"families\.employer\.discount: 1"),
        ("innocent.ordinary", 0.9, r"innocent: ordinary and commercial must add up"),
        ("innocent.fraud", 0.1, r"innocent: must give ordinary and commercial"),
        ("void_score", 0, r"void_score: 0"),
        ("pool.others", 2, r"pool\.others: 2"),
        ("pool.kinds", ["several_targets"], r"pool\.kinds: 'several_targets' is no conversation finding"),
        ("extra", 1, r"top level"),
    ],
)
def test_a_wrong_likelihood_entry_is_refused_by_name(path, value, message):
    with pytest.raises(RuleError, match=rf"^likelihoods\.yml: .*{message}"):
        parse_weights(changed(SHORT, path, value))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("fraud.mid", 0.9, r"fraud\.mid: 0\.9"),
        ("fraud.mid", 0.0005, r"fraud: low, mid and high must not fall"),
        ("fraud.low", 0, r"fraud\.low: 0"),
        ("fraud.mid", "1e-3", r"fraud: Expected `float`"),
        ("fraud.origin", "", r"fraud\.origin: says nothing"),
        ("fraud", ..., r"top level: must give fraud, intrusion, recruitment"),
        ("ordinary", {}, r"top level"),
    ],
)
def test_a_wrong_prior_entry_is_refused_by_name(path, value, message):
    with pytest.raises(RuleError, match=rf"^mine\.yml: {message}"):
        parse_prior(changed(PRIORS, path, value), "mine.yml")


def test_priors_that_make_most_strangers_hostile_are_refused():
    text = PRIORS
    for reading in HOSTILE:
        text = changed(text, f"{reading}.high", 0.2)
    with pytest.raises(RuleError, match=r"add up to 0\.6"):
        parse_prior(text, "mine.yml")


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("alert.likelihood", 0.3, r"alert\.likelihood: 0\.3"),
        ("alert.stages", 1, r"alert\.stages: 1"),
        ("watch.likelihood", 0.7, r"watch\.likelihood: 0\.7"),
        ("watch.sign", 0, r"watch\.sign: 0"),
        ("second_family.strength", 0, r"second_family\.strength: 0"),
        ("second_family.of", ["profile"], r"second_family\.of: .*profile never carries"),
        ("words.some", 5, r"words\.judged"),
        ("confidence.high_families", 1, r"confidence\.high_families: 1"),
        ("languages", [], r"languages: at least one"),
        ("alert.extra", 1, r"top level: .*`extra`"),
    ],
)
def test_a_wrong_threshold_is_refused_by_name(path, value, message):
    with pytest.raises(RuleError, match=rf"^levels\.yml: {message}"):
        parse_levels(changed(LEVELS, path, value))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fraud: {low: 0.1, low: 0.2}", "'low' stands twice"),
        ("a: &x 1\nb: *x", "aliases are not read"),
        ("- 1", "top level: must be a mapping"),
        ("1: 2", "top level: must be a mapping"),
        ("", "top level: must be a mapping"),
        ("a: [", "not readable as YAML"),
        ("? [a]\n: 1", "not readable as YAML"),
        ("a: !!python/object/apply:os.getcwd []", "not readable as YAML"),
        ("[" * 5000, "not readable as YAML"),
    ],
)
def test_a_table_that_is_no_plain_mapping_is_refused(text, message):
    with pytest.raises(RuleError, match=message):
        parse_prior(text, "mine.yml")


def test_the_operators_own_prior_replaces_ours_whole(tmp_path):
    path = tmp_path / "mine.yml"
    path.write_text(changed(PRIORS, "recruitment.mid", 0.004), encoding="utf-8")
    prior = load_prior(path)
    assert prior.mid[Reading.RECRUITMENT] == 0.004
    assert prior.mid[Reading.FRAUD] == load_prior().mid[Reading.FRAUD]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"#" * (1 << 18) + b"#"], ids=["not UTF-8", "too large"])
def test_a_prior_file_that_cannot_be_one_is_refused(tmp_path, content):
    path = tmp_path / "mine.yml"
    path.write_bytes(content)
    with pytest.raises(RuleError, match=r"mine\.yml"):
        load_prior(path)


def test_a_prior_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(RuleError, match=r"none\.yml: cannot be read"):
        load_prior(tmp_path / "none.yml")
