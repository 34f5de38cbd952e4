"""The JSON document keeps its contract, whatever the texts and the order in which the case was read."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from counterlure.model import Exposure, Judgement
from counterlure.report.document import assessment_document, document_text
from counterlure.report.figures import EARLIEST, LATEST, iso

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "docs" / "assessment.schema.json").read_text(encoding="utf-8")
)
CONTRACT = {
    "top": {"schema", "case", "generated_at", "prior", "accounts", "groups", "exposure", "skipped"},
    "account": {
        *("account", "display_name", "level", "reading", "likelihood", "interval", "confidence"),
        *("stage", "targets", "group", "findings"),
    },
    "finding": {"detector", "family", "score", "detail", "evidence"},
    "evidence": {"source", "quote"},
    "group": {"id", "accounts", "targets", "p_value", "detail"},
    "exposure": {"target", "organisation", "stage", "accounts"},
}


def validate(document: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(document)


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from objects(value)
    if isinstance(schema, list):
        for value in schema:
            yield from objects(value)


def test_the_document_of_a_calm_and_of_a_hostile_case_follow_the_schema(story: Judgement, nasty: Judgement) -> None:
    validate(assessment_document(story))
    validate(assessment_document(nasty))


def test_the_schema_itself_is_valid_and_refuses_every_key_it_does_not_name(story: Judgement) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    open_objects = [s for s in objects(SCHEMA) if s["additionalProperties"] is not False]
    assert [s["description"][:13] for s in open_objects] == ["How much was "], "only the named counts may grow"
    document = assessment_document(story) | {"extra": 1}
    with pytest.raises(jsonschema.ValidationError):
        validate(document)


def test_every_key_of_the_published_contract_is_there(story: Judgement) -> None:
    document = assessment_document(story)
    account = document["accounts"][0]
    samples = {
        "top": document,
        "account": account,
        "finding": account["findings"][0],
        "evidence": account["findings"][0]["evidence"][0],
        "group": document["groups"][0],
        "exposure": document["exposure"][0],
    }
    for name, keys in CONTRACT.items():
        assert keys <= samples[name].keys(), name


def told(kind: str, group: str, weight: float, per_cent: float, *also: str) -> dict[str, Any]:
    return {"kind": kind, "group": group, "weight": weight, "honest_per_cent": per_cent, "also": list(also)}


def test_a_profile_that_was_judged_is_told_and_the_others_keep_their_keys(
    profiled: Judgement, nasty_profile: Judgement
) -> None:
    document = assessment_document(profiled)
    validate(document)
    validate(assessment_document(nasty_profile))
    first, *rest = document["accounts"]
    assert first["authenticity"] == {
        "band": "some",
        "ratio": 0.7,
        "share": [0.02, 0.09, 0.3],
        "signs": [
            told("seamless_career", "timeline", 0.24, 26.0, "impossible_dates"),
            told("employer_not_in_register", "employer", 0.6, 10.0),
            told("story_held", "history", -0.5, 2.5),
        ],
        "unchecked": ["no_portrait", "no_counters"],
    }
    assert not [a for a in rest if "authenticity" in a]


def test_the_order_of_the_case_does_not_change_one_byte(story: Judgement) -> None:
    shuffled = story
    for field in ("assessments", "progress", "groups", "exposure", "skipped", "warnings"):
        entries = list(getattr(story, field))
        random.Random(7).shuffle(entries)
        shuffled = msgspec.structs.replace(shuffled, **{field: tuple(entries)})
    assert document_text(assessment_document(shuffled)) == document_text(assessment_document(story))


def test_alert_and_watch_come_first_by_likelihood_and_the_rest_by_address(story: Judgement) -> None:
    accounts = assessment_document(story)["accounts"]
    assert [a["level"] for a in accounts[:4]] == ["alert", "alert", "watch", "watch"]
    assert [a["likelihood"] for a in accounts[:4]] == [0.93, 0.78, 0.5, 0.12]
    rest = [a["account"] for a in accounts[4:]]
    assert rest == sorted(rest)


def test_hostile_text_comes_back_unchanged_and_the_file_holds_nothing_a_terminal_obeys(nasty: Judgement) -> None:
    text = document_text(assessment_document(nasty))
    assert json.loads(text) == assessment_document(nasty)
    assert not [c for c in text if c != "\n" and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E)]


def test_a_lone_surrogate_does_not_break_the_file(story: Judgement) -> None:
    broken = msgspec.structs.replace(story, case=msgspec.structs.replace(story.case, purpose="a\ud800b"))
    text = document_text(assessment_document(broken))
    assert json.loads(text.encode("utf-8"))["purpose"] == "a\ud800b"


def test_an_unknown_p_value_is_null_and_never_not_a_number(story: Judgement) -> None:
    group = msgspec.structs.replace(story.groups[0], p_value=math.nan)
    document = assessment_document(msgspec.structs.replace(story, groups=(group,)))
    assert document["groups"][0]["p_value"] is None


def test_contact_without_a_stage_is_given_the_lowest_stage(story: Judgement) -> None:
    bare = Exposure("T-0009", None, None, None, (4,), ())
    document = assessment_document(msgspec.structs.replace(story, exposure=(bare,)))
    assert document["exposure"][0]["stage"] == "targeting"


def test_an_account_without_address_is_named_by_its_key(story: Judgement) -> None:
    named = {a["display_name"]: a["account"] for a in assessment_document(story)["accounts"]}
    assert named["Yuki Marsh"] == "in:account-4"


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (EARLIEST - 1, "0001-01-01T00:00:00Z"),
        (LATEST + 1, "9999-12-31T23:59:59Z"),
    ],
)
def test_every_moment_is_written_with_four_digits_of_the_year(at: int, written: str) -> None:
    assert iso(at) == written
