"""What careers, counters, claims and captures show, must not be read into, and cannot depend on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterlure.data_files import parse_yaml
from counterlure.detect.profile import commonness
from counterlure.detect.profile.titles import title
from tests.detect.profile.shown_careers import examples, found, plain

EXAMPLES = examples()
DATE = re.compile(r"\b(\d{4})(?=-\d\d|\s*\||\s*$)")


def changed(value: Any, change: Callable[[str], str]) -> Any:
    """The same case with every text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: changed(inner, change) for key, inner in value.items()}
    return [changed(inner, change) for inner in value] if isinstance(value, list) else value


def later(text: str, years: int) -> str:
    """A role, study or date the same number of years later."""
    if text.count("|") > 1:
        house, name, *rest = text.split("|")
        return "|".join(
            [house, name, *(DATE.sub(lambda y: str(int(y[1]) + years), part) for part in rest[:2]), *rest[2:]]
        )
    return DATE.sub(lambda y: str(int(y[1]) + years), text)


def renamed(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The same case with every organisation and identifier called otherwise, one for one."""
    names: dict[str, str] = {}

    def other(name: str) -> str:
        return name if name.casefold().startswith(("stealth", "freelance")) else names.setdefault(
            " ".join(name.casefold().split()), f"Köln {len(names)} 公司"
        )  # fmt: skip

    def identifier(name: str) -> str:
        kind, _, value = name.strip().partition(":")
        digits = str(9_000_000 + int(value)) if value.isdecimal() else f"x{sum(map(ord, value))}-{value[::-1]}"
        return f"{kind}:{digits}"

    def role(text: str) -> str:
        house, *rest = text.split("|")
        rest = [*rest[:3], *(identifier(part) for part in rest[3:])]
        return "|".join([other(house.strip()), *rest])

    captures = [{**one, "roles": [role(text) for text in one.get("roles", [])]} for one in spec["captures"]]
    pages = [
        {**page, "organisation": other(page["organisation"]), "identifier": identifier(page["identifier"])}
        for page in spec.get("pages", [])
    ]
    return {**spec, "captures": captures, "pages": pages}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_shows_exactly_what_it_must(name, tmp_path):
    spec = EXAMPLES[name]
    told = {kind for kinds in spec["expect"].values() for kind in kinds}
    seen = {
        account: {f.kind: f.score for f in own if f.kind in told or commonness.shares()[f.kind].hostile}
        for account, own in found(spec, tmp_path, only=spec["detector"]).items()
    }
    assert {account: kinds for account, kinds in seen.items() if kinds} == spec["expect"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_order_names_and_calendar_change_nothing(name, tmp_path):
    spec = EXAMPLES[name]
    before = plain(found(spec, tmp_path / "as_it_is"))
    assert plain(found(spec, tmp_path / "backwards", order=-1)) == before
    assert plain(found(renamed(spec), tmp_path / "renamed")) == before
    for years in (-28, 4):
        shifted = {
            **spec,
            "captures": changed(spec["captures"], lambda text, by=years: later(text, by)),
            "pages": changed(spec.get("pages", []), lambda text, by=years: later(text, by)),
        }
        assert plain(found(shifted, tmp_path / str(years))) == before


MONTH = st.builds("{:04}-{:02}".format, st.integers(1996, 2025), st.integers(1, 12))
BEGIN = st.one_of(MONTH, st.integers(1996, 2025).map(str), st.just(""))
END = st.one_of(BEGIN, st.just("now"))
TITLES = ["Engineer", "Head of Sales", "CEO", "Intern", "Captain", "Founder", "Postdoc", "", "Incoming Analyst"]
HOUSES = ["Orvix", "Belmar", "Quorta", "Zenlo", "Freelance", ""]
IDENTIFIERS = ["", "company:orvix", "company:belmar", "company:41", "site:orvix.example"]
ROLE = st.builds(
    "{} | {} | {} | {} | {}".format,
    st.sampled_from(HOUSES),
    st.sampled_from(TITLES),
    BEGIN,
    END,
    st.sampled_from(IDENTIFIERS),
)
CAPTURE = st.fixed_dictionaries(
    {
        "account": st.sampled_from(["a", "b", "c", "d", "colleague"]),
        "at": st.one_of(MONTH, st.none()),
        "roles": st.lists(ROLE, max_size=6),
        "studies": st.lists(st.builds("{} | {}".format, BEGIN, BEGIN), max_size=2),
        "connections": st.one_of(st.none(), st.integers(0, 600)),
        "recommendations": st.one_of(st.none(), st.integers(0, 9)),
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(captures=st.lists(CAPTURE, min_size=1, max_size=8), years=st.sampled_from([-40, -4, 8, 24]))
def test_whatever_is_shown_order_and_calendar_change_nothing_and_every_score_tells_how_common_it_is(
    tmp_path_factory, captures, years
):
    folder = tmp_path_factory.mktemp("any")
    spec = {"captures": captures, "targets": ["colleague"]}
    seen = found(spec, folder / "as_it_is")
    shifted = {**spec, "captures": changed(captures, lambda text: later(text, years))}
    assert plain(found(shifted, folder / "shifted")) == plain(seen)
    assert plain(found(spec, folder / "backwards", order=-1)) == plain(seen)
    assert "colleague" not in seen
    for finding in (finding for own in seen.values() for finding in own):
        share = commonness.shares()[finding.kind]
        assert finding.params["honest_per_cent"] == share.honest
        assert commonness.seen_in(finding.kind) in finding.detail
        assert finding.evidence
        assert (finding.score > 0) is share.hostile and finding.score <= 1


def test_every_example_and_every_kind_meet():
    told = {kind for spec in EXAMPLES.values() for kinds in spec["expect"].values() for kind in kinds}
    assert told == set(commonness.shares())


def test_every_share_says_where_it_comes_from():
    file = Path(commonness.__file__).with_name("commonness.yml")
    for kind, entry in parse_yaml(file.read_text(encoding="utf-8")).items():
        assert len(entry["origin"]) > 20, kind
        assert entry["basis"] in {"counted", "simulated", "judgement"}, kind
        assert 0 < entry["honest_per_cent"] <= 100, kind


def test_a_share_is_told_so_that_it_is_not_rounded_to_nothing():
    assert commonness.seen_in("seamless_career") == "seen in 26 of 100 honest careers"
    assert commonness.seen_in("degree_after_the_job") == "seen in 3 of 1,000 honest careers"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Directeur commercial", "Directrice commerciale"), ("Président-directeur général", "Présidente-directrice générale"),
        ("Abteilungsleiter", "Abteilungsleiterin"), ("Leiter Einkauf", "Leiterin Einkauf"), ("Leiter Einkauf", "Leiter*in Einkauf"), ("Directeur commercial", "Directeur(trice) commercial(e)"),
        ("Chairman", "Chairwoman"), ("Chairman of the Board", "Chair of the Board"), ("Geschäftsführer", "Geschäftsführerin"),
        ("Gérant", "Gérante"), ("Fondateur", "Fondatrice"), ("Stagiaire", "stagiaire"), ("Étudiant", "Étudiante"),
        ("Oberarzt", "Oberärztin"), ("CEO", "Chief Executive Officer"), ("Head of HR", "Head of Human Resources"),
        ("DRH", "Directrice des ressources humaines"), ("VP Sales", "Vice-President, Sales"),
    ],
)  # fmt: skip
def test_forms_of_one_title_are_one_title(one, other):
    assert title(one) == title(other)


@pytest.mark.parametrize(
    "text", [None, "", "!!!", "工程师", "Engineer", "Étudier", "Headhunter", "Partnership Manager"]
)
def test_a_title_that_is_not_known_has_no_rank(text):
    known = title(text)
    assert (known.rank, known.sole, known.entry, known.own, known.posted, known.degree) == (
        "",
        "",
        False,
        False,
        False,
        False,
    )


TOLD = {
    "four employers without a seam are noticed": (
        "each of 4 roles began in the month the last ended or the next, seen in 26 of 100 honest careers",
        {"roles": 4, "changes": 3, "januaries": 0, "honest_per_cent": 26}, 4,
    ),
    "an employer with followers and without staff is noticed": (
        "the employer's page has followers and a staff of 0, seen in 7 of 1,000 honest careers",
        {"followers": 1400, "staff": 0, "honest_per_cent": 0.7}, 2,
    ),
    "hardly a contact after fifteen years and a leading rank is noticed": (
        "29 connections and no recommendation after 15 years of work, seen in 1 of 100 honest careers",
        {"connections": 29, "months": 180, "honest_per_cent": 1}, 2,
    ),
    "four months are more than a handover": (
        "another account holds the same post at the same time, seen in 1 of 100 honest careers",
        {"target": 0, "whole": 1, "honest_per_cent": 1}, 2,
    ),
    "an employer and the dates of another role changed together": (
        "2 parts of its past are others 366 days later: where it worked, when, seen in 5 of 1,000 honest careers",
        {"days": 366, "changes": 2, "roles": 2, "honest_per_cent": 0.5}, 4,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_a_finding_says_in_words_and_numbers_what_was_seen_and_where(name, tmp_path):
    detail, params, places = TOLD[name]
    own = next(iter(found(EXAMPLES[name], tmp_path, only=EXAMPLES[name]["detector"]).values()))
    assert (own[0].detail, dict(own[0].params)) == (detail, params)
    assert len({evidence.source for evidence in own[0].evidence}) == len(own[0].evidence) == places
    assert all(evidence.source.startswith("captures.zip/profiles.json:") for evidence in own[0].evidence)


def test_a_claimed_post_is_quoted_from_both_accounts(tmp_path):
    spec = EXAMPLES["a post of a person who was approached cannot be another account's"]
    quotes = [evidence.quote for evidence in found(spec, tmp_path)["a"][0].evidence]
    assert quotes == ["CEO", "Chief Executive Officer"]


def test_months_to_a_rank_are_told_as_at_most(tmp_path):
    spec = EXAMPLES["ranks reached just in time are left alone, and just before are not"]
    told = found(spec, tmp_path, only="career")
    assert told["head_a_month_sooner"][0].params["months"] == 23
    assert told["leads_a_month_sooner"][0].params == {"months": 47, "limit": 48, "honest_per_cent": 2}


def test_the_page_with_the_most_followers_is_cited(tmp_path):
    spec = EXAMPLES["an employer with followers and without staff is noticed"]
    finding = found(spec, tmp_path, only="counters")["one_member"][0]
    assert finding.params["followers"] == 1000
    assert [evidence.source.rpartition(":")[2] for evidence in finding.evidence][1] == "50001"
