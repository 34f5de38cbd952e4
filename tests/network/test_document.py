"""The network document keeps its contract, tells every contact once, and never changes by itself."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from math import exp
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from tests.network import story
from tests.network.golden import golden

from counterlure.network.document import SCORE_MIN, network_document, sheets
from counterlure.network.facts import TELLS, enough, facts, nobody
from counterlure.network.find import WINDOW_DAYS
from counterlure.network.groups import FALSE_DISCOVERY, FALSE_DISCOVERY_CLAIMS
from counterlure.network.model import Network
from counterlure.network.refine import MEMBERS_MIN
from counterlure.report.document import document_text
from counterlure.report.tables import Table, csv_text

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "network.schema.json").read_text(encoding="utf-8"))


def document(lang: str = "en", tables=None, network: Network | None = None) -> dict:
    tables, network = tables or story.tables(), network or story.network()
    layers = story.layers()
    return network_document(tables, layers, network, facts(tables, layers, network), lang=lang, seed=3)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_document_changes_only_on_purpose_and_keeps_its_schema(lang: str) -> None:
    made = document(lang)
    jsonschema.validate(made, SCHEMA)
    golden(f"network.{lang}.json", document_text(made))


def test_the_schema_itself_is_sound_and_describes_what_the_contract_names() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["required"]) >= {"schema", "groups", "accounts", "skipped"}
    assert set(SCHEMA["$defs"]["group"]["required"]) >= {"id", "accounts", "targets", "p_value", "detail", "layers"}


def test_numbers_are_the_same_in_both_languages() -> None:
    def numbers(value: object) -> object:
        if isinstance(value, dict):
            return {key: numbers(part) for key, part in value.items()}
        if isinstance(value, list):
            return [numbers(part) for part in value]
        return None if isinstance(value, str) else value

    assert numbers(document("en")) == numbers(document("fr"))


def test_every_contact_of_a_member_is_on_the_list_or_counted_beside_it() -> None:
    tables = story.tables()
    for group in document()["groups"]:
        keys = {member["account"] for member in group["members"]}
        mine = sum(str(tables.accounts.key[a]) in keys for a in tables.contacts.account)
        assert group["contacts"]["list"] + group["contacts"]["others"] == mine
        assert group["contacts"]["list"] == sum(target["hits"] for target in group["list"])
        assert group["contacts"]["list"] == sum(member["list_contacts"] for member in group["members"])
        assert group["targets"] == len(group["list"])
        assert keys == set(group["accounts"])


def test_expected_hits_are_those_of_the_null_of_the_search() -> None:
    # Without sectors: degree of the target times the members' share of all contacts.
    tables = story.tables()
    first = document()["groups"][0]
    degree = np.bincount(tables.contacts.target, minlength=story.TARGETS)
    mine = np.isin(tables.contacts.account, story.UNEXPLAINED).sum() / tables.contacts.account.size
    for target in first["list"]:
        assert target["expected"] == pytest.approx(degree[int(target["target"][1:])] * mine, rel=1e-5)


def test_accounts_come_by_score_then_key_and_outsiders_only_from_the_stated_score_on() -> None:
    rows = document()["accounts"]
    assert [(-row["score"], row["account"]) for row in rows] == sorted((-r["score"], r["account"]) for r in rows)
    outside = [row for row in rows if row["group"] is None]
    assert [row["account"] for row in outside] == ["a040"], "0.7 is listed, 0.3 is not"
    assert all(row["score"] >= SCORE_MIN for row in outside)


def test_a_probability_too_small_for_a_number_is_zero_and_the_log_ratio_tells_it() -> None:
    whole = story.network()
    tiny = replace(whole, groups=(replace(whole.groups[0], log_ratio=4000.0, p_value=0.0), whole.groups[1]))
    group = document(network=tiny)["groups"][0]
    assert (group["p_value"], group["log_ratio"], group["odds"]) == (0.0, 4000.0, "less than 1 in 10^100")


def test_a_network_of_nobody_is_a_document_too() -> None:
    tables = story.tables()
    made = document(network=nobody(tables))
    jsonschema.validate(made, SCHEMA)
    assert made["groups"] == made["accounts"] == []
    assert made["looked_at"]["contacts"] == tables.contacts.account.size
    assert [sheet.rows for sheet in sheets((), "en")] == [(), (), ()]
    assert enough(tables)


def test_tables_hold_every_member_and_every_target_in_the_order_of_the_document() -> None:
    made = document()
    found = facts(story.tables(), story.layers(), story.network())
    by_name = {sheet.name: sheet for sheet in sheets(found, "en")}
    assert [row[2] for row in by_name["members"].rows if row[0] == "N-01"] == [
        member["account"] for member in made["groups"][0]["members"]
    ]
    assert [row[2] for row in by_name["targets"].rows if row[0] == "N-01"] == [
        target["target"] for target in made["groups"][0]["list"]
    ]
    assert all(len(row) == len(sheet.columns) for sheet in by_name.values() for row in sheet.rows)


def test_a_key_that_a_spreadsheet_would_run_stays_text_and_the_document_keeps_it_whole() -> None:
    hostile = '=cmd|" /C calc"!A0'
    tables = story.tables(lambda i: hostile if i == 0 else f"a{i:03}")
    found = facts(tables, story.layers(), story.network())
    rows = list(csv.reader(io.StringIO(csv_text(Table(*sheets(found, "en")[1])))))
    assert f"'{hostile}" in [row[2] for row in rows]
    assert all(not cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    assert hostile in document(tables=tables)["groups"][0]["accounts"]


def test_the_guide_states_the_numbers_of_the_search() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "network.md").read_text(encoding="utf-8")
    assert f"at most {FALSE_DISCOVERY * 100:g} % of them" in guide, "docs/network.md, How sure per account"
    assert f"at most {FALSE_DISCOVERY_CLAIMS * 100:g} % of them" in " ".join(guide.split()), (
        "docs/network.md, How sure per account"
    )
    assert f"by odds of {round(exp(TELLS))} to 1 or more" in guide
    assert f"from {SCORE_MIN} on" in guide
    assert WINDOW_DAYS == 90 and "a period of ninety days" in guide
    assert MEMBERS_MIN == 3 and "fewer than three" in guide
