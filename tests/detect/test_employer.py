"""The employer: in the register, absent where it should stand, or unknown, which is never suspicious."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from counterlure.case.rows import AccountRow, Batch, Owner, PageRow, PositionRow, ProfileRow
from counterlure.case.write import DeliveryWriter
from counterlure.detect import Detected, allowed_columns, employer
from counterlure.register import organisations
from counterlure.register.index import build
from tests.factories import NOW, Delivery, new_case


def seen(folder: Path, claimed: str, *, register: Path | None = None, index: Path | None = None,
         pages: list[PageRow] | None = None, started: str = "2015-03", account: str = "in:a") -> dict[str, float]:  # fmt: skip
    """Kinds and scores for one account that claims one employer."""
    role = PositionRow("work", claimed, "Adviser", started, None, 2, None, "company:velmora")
    profile = ProfileRow(0, NOW, None, None, 1, [role])
    batch = Batch(
        "a.json", "capture", "0" * 64, accounts=[AccountRow([account])], profiles=[profile], pages=pages or []
    )
    with new_case(folder) as case:
        own = Batch("o", "profile", "1" * 64, Owner(["in:olga"], "Olga"), accounts=[AccountRow(["in:olga"])])
        DeliveryWriter(case).write(Delivery("o", "o", Owner(["in:olga"], "Olga"), [own]))
        DeliveryWriter(case).write(Delivery("a", "a", None, [batch]))
        with case.reader(allowed_columns()) as reader:
            found = employer.find(reader, Detected(), register, index, "this").findings
    return {finding.kind: finding.score for finding in found}


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    with (tmp_path / "names.csv").open("w", newline="") as out:
        csv.writer(out).writerows([["name"], ["Velmora Consulting Ltd"], ["Brevane"]])
    return tmp_path / "names.csv"


@pytest.fixture
def french(tmp_path: Path) -> Path:
    with (tmp_path / "units.csv").open("w", newline="") as out:
        csv.writer(out).writerows([["denominationUniteLegale"], ["Velmora Consulting"]])
    build([tmp_path / "units.csv"], tmp_path / "fr.register")
    return tmp_path / "fr.register"


def test_an_employer_in_the_register_is_found_under_another_spelling(tmp_path, plain):
    assert seen(tmp_path, "VELMORA consulting", register=plain) == {"employer_in_register": 0.0}


def test_an_employer_absent_from_a_register_that_is_vouched_for_is_told(tmp_path, plain):
    assert seen(tmp_path, "Torvane Systems", register=plain) == {"employer_not_in_register": 1.0}


@pytest.mark.parametrize("nobody", ["Freelance", "Self-employed", "Étudiante", "Freiberufler"])
def test_who_works_for_nobody_is_not_missing_anywhere(tmp_path, plain, nobody):
    assert seen(tmp_path, nobody, register=plain) == {"employer_register_unknown": 0.0}


@pytest.mark.parametrize(
    ("country", "kind"),
    [("FR", "employer_not_in_register"), ("DE", "employer_register_unknown"), (None, "employer_register_unknown")],
)
def test_a_register_of_one_country_says_nothing_of_another(tmp_path, french, country, kind):
    pages = [PageRow("Torvane Systems", 1, NOW, country=country)]
    assert list(seen(tmp_path, "Torvane Systems", register=french, pages=pages)) == [kind]


@pytest.mark.parametrize(("founded", "told"), [("2020", True), ("2017", False), ("2016-11", False), ("1990", False)])
def test_a_role_years_before_its_firm_is_told_and_a_year_is_no_matter(tmp_path, founded, told):
    pages = [PageRow("Velmora", 1, NOW, identifier="company:velmora", founded=founded)]
    assert ("role_before_founding" in seen(tmp_path, "Velmora", pages=pages)) is told


def test_an_employer_of_earlier_cases_returns_by_name_or_address_and_not_in_its_own_case(tmp_path):
    index = tmp_path / "known"
    organisations.note(index, "earlier", NOW, [organisations.Claimed("Velmora Ltd", frozenset({"company:velmora"}), 2)])
    assert seen(tmp_path / "1", "velmora", index=index) == {"organisation_seen_before": 0.5}
    assert seen(tmp_path / "2", "Renamed Advisory", index=index) == {"organisation_seen_before": 0.5}
    organisations.note(tmp_path / "own", "this", NOW, [organisations.Claimed("Velmora", frozenset(), 2)])
    assert seen(tmp_path / "3", "velmora", index=tmp_path / "own") == {}


def test_protected_people_are_not_asked_for_whom_they_work(tmp_path, plain):
    assert seen(tmp_path, "Torvane Systems", register=plain, account="in:olga") == {}
