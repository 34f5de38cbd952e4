"""Names found under every spelling, absent ones left absent, and no natural person loaded."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterlure.errors import FormatError, InputError
from counterlure.register.index import EVERYWHERE, Index, build, open_register
from counterlure.register.match import look
from counterlure.register.normal import is_nobody, normal_name, without_brackets

ROWS = ["Velmora Consulting Ltd", "Société Drônes du Nord SAS", "Hartwig & Söhne GmbH", "Oceanis International plc",
        "Quatreval", "Torvane Systems", "Brevane Energy SARL", "Торвейн Логистика"]  # fmt: skip


def table(file: Path, columns: list[str], rows: list[list[str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([columns, *rows])
    return file


@pytest.fixture
def index(tmp_path: Path) -> Index:
    rows = [[name, "FR", "Nantes"] for name in ROWS]
    return open_register(table(tmp_path / "names.csv", ["name", "country", "city"], rows))


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("velmora consulting", ROWS[0]),
        ("VELMORA CONSULTING LIMITED", ROWS[0]),
        ("Velmora-Consulting.", ROWS[0]),
        ("Consulting Velmora", ROWS[0]),
        ("Velmorra Consulting", ROWS[0]),
        ("Velmora Consulting France", ROWS[0]),
        ("Velmora Consulting Nantes", ROWS[0]),
        ("Velmora Consulting (Blue Fox)", ROWS[0]),
        ("Societe Drones du Nord", ROWS[1]),
        ("Hartwig and Sohne", ROWS[2]),
        ("Hartwig und Söhne AG", ROWS[2]),
        ("Oceanis Intl", ROWS[3]),
        ("quatreval s.a.s.", ROWS[4]),
        ("Torvane Sys", ROWS[5]),
        ("Torvein Logistika", ROWS[7]),
    ],
)
def test_a_name_is_found_however_people_write_it(index: Index, asked: str, meant: str) -> None:
    found = look(index, [asked])[asked]
    assert found is not None
    assert found.name == meant


@pytest.mark.parametrize(
    "asked",
    ["Velmora Logistics", "Torvane", "Torvane Energy", "Brevane", "Velmora Consulting Aviation", "France", "Ltd", "",
     "Nantes Consulting", "Oceanis Capital", "()", "Systems", "freelance", "Self-employed", "Étudiante"],
)  # fmt: skip
def test_a_name_that_shares_a_word_is_another_firm(index: Index, asked: str) -> None:
    assert look(index, [asked])[asked] is None


def test_gleif_tells_legal_and_other_names_and_is_complete_for_nobody(tmp_path: Path) -> None:
    columns = ["LEI", "Entity.LegalName", "Entity.OtherEntityNames.OtherEntityName.1", "Entity.LegalAddress.Country",
               "Entity.LegalAddress.City"]  # fmt: skip
    file = table(tmp_path / "lei.csv", columns, [["X", "Velmora Holding AG", "VMH Alpen", "CH", "Bern"]])
    count, complete = build([file], tmp_path / "a.register")
    assert (count, complete - {""}) == (2, set())
    found = look(open_register(tmp_path / "a.register"), ["VMH Alpen", "velmora"])
    assert [entry and entry.country for entry in found.values()] == ["CH", "CH"]


def test_sirene_is_complete_for_france_and_no_natural_person_is_read(tmp_path: Path) -> None:
    columns = ["siren", "denominationUniteLegale", "denominationUsuelle1UniteLegale", "sigleUniteLegale", "nomUniteLegale",
               "prenom1UniteLegale"]  # fmt: skip
    rows = [["1", "Drones du Nord", "Nordrone", "DDN", "", ""], ["2", "", "", "", "Zabrowny", "Ilva"]]
    units = table(tmp_path / "units.csv", columns, rows)
    sites = table(tmp_path / "sites.csv", ["siren", "enseigne1Etablissement"], [["1", "Le Drone Bleu"]])
    count, complete = build([units, sites], tmp_path / "fr.register")
    index = open_register(tmp_path / "fr.register")
    assert (count, complete) == (4, {"FR"})
    found = look(index, ["Nordrone", "DDN", "Le Drone Bleu", "Zabrowny", "Ilva Zabrowny"])
    assert [entry is not None for entry in found.values()] == [True, True, True, False, False]
    names = {row[0] for row in index.database.execute("SELECT name FROM entry").fetchall()}
    assert not any("Zabrowny" in name for name in names)


def test_a_plain_register_is_vouched_for_by_its_user(index: Index) -> None:
    assert index.complete == {EVERYWHERE}


def test_what_is_no_register_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such register"):
        open_register(tmp_path / "absent.csv")
    with pytest.raises(FormatError, match="no name column"):
        build([table(tmp_path / "a.csv", ["siren"], [["1"]])], tmp_path / "a.register")
    junk = tmp_path / "b.register"
    junk.write_bytes(b"no database")
    with pytest.raises(FormatError, match="no register index"):
        open_register(junk)
    with pytest.raises(FormatError, match=r"ending in \.register"):
        build([tmp_path / "a.csv"], tmp_path / "a.db")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@given(st.text(max_size=60))
def test_any_text_is_some_name_and_stays_it(name: str) -> None:
    once = normal_name(name)
    assert once == normal_name(name.upper().lower()) or not name.isascii()
    assert normal_name(without_brackets(name)) is not None
    assert isinstance(is_nobody(name), bool)
    assert once == once.strip()
