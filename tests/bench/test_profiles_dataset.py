"""The LinkedIn data set as it is read: the right file, cells made alike, text without who wrote it."""

from __future__ import annotations

import hashlib
import os
import random

import pytest

from counterlure.bench.profiles import cells, dataset
from counterlure.bench.profiles.career import UNKNOWN, career
from counterlure.bench.profiles.dataset import BYTES, COLUMNS, LABELS, NUMBERS, SHA256, read
from counterlure.bench.profiles.words import naming, written
from counterlure.errors import FormatError, InputError, LimitError
from tests.bench.linkedin_standin import file_of, rows

FEW = {0: 6, 1: 4, 10: 3, 11: 3}
ENGLISH = "we planned the budget of the warehouse and measured every pump with the supplier before the winter began"


def only(row: dict, tmp_path) -> dataset.Profile:
    """A file of one row, read."""
    return read(file_of(tmp_path, [row]), any_file=True).profiles[0]


def test_there_are_39_columns_as_described():
    assert len(COLUMNS) == len(set(COLUMNS)) == 39
    assert list(LABELS) == [0, 1, 10, 11]


@pytest.mark.parametrize("size", [10, BYTES])
def test_another_file_is_refused_with_what_is_wanted(tmp_path, size):
    file = tmp_path / "LinkedIn_Dataset.pcl"
    file.write_bytes(b"")
    os.truncate(file, size)
    with pytest.raises(InputError, match="is not the published file") as fault:
        read(file)
    for said in (SHA256, f"{BYTES:,}", "navid-aub/LinkedIn-Dataset", "real people", "never redistributed"):
        assert said in str(fault.value)
    with pytest.raises(FormatError):
        read(file, any_file=True)


def test_an_absent_file_is_said_to_be_absent_and_what_it_is(tmp_path):
    for place in (tmp_path / "no.pcl", tmp_path):
        with pytest.raises(InputError, match=SHA256):
            read(place, any_file=True)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    file = tmp_path / "x.pcl"
    file.touch()
    os.truncate(file, 2**40)
    with pytest.raises(LimitError):
        read(file, any_file=True)


def test_the_published_file_is_known_by_its_digest(tmp_path, monkeypatch):
    file = file_of(tmp_path, rows(counts=FEW))
    data = file.read_bytes()
    monkeypatch.setattr(dataset, "BYTES", len(data))
    with pytest.raises(InputError, match="its SHA-256 is"):
        read(file)
    monkeypatch.setattr(dataset, "SHA256", hashlib.sha256(data).hexdigest())
    assert read(file).published
    assert len(read(file).profiles) == sum(FEW.values())


def test_a_missing_column_and_an_unknown_label_are_named(tmp_path, monkeypatch):
    file = file_of(tmp_path, [row | {"Label": 2} for row in rows(counts={0: 1})])
    with pytest.raises(FormatError, match=r"row 0: label 2; known are 0, 1, 10, 11"):
        read(file, any_file=True)
    monkeypatch.setattr(dataset, "COLUMNS", (*COLUMNS, "Headline"))
    with pytest.raises(FormatError, match="no column Headline"):
        read(file, any_file=True)


def test_the_order_of_rows_is_that_of_their_content(tmp_path):
    given = rows(counts=FEW)
    mixed = list(given)
    random.Random(0).shuffle(mixed)
    first = read(file_of(tmp_path, given), any_file=True).profiles
    assert first == read(file_of(tmp_path, mixed), any_file=True).profiles
    assert [own.label for own in first] != sorted(own.label for own in first)


def test_cells_may_be_literals_or_objects(tmp_path):
    literal, objects = (
        read(file_of(tmp_path, rows(counts={0: 6, 1: 4}, literal=each)), any_file=True).profiles
        for each in (True, False)
    )
    assert literal == objects


def test_cells_that_do_not_parse_are_counted_by_section_and_taken_as_empty(tmp_path):
    given = rows(counts={0: 3})
    given[0]["Experiences"] = "{'0': {'Role': 'O'Neil'}}"
    given[1]["Experiences"] = given[1]["Educations"] = "{" * 900
    assert read(file_of(tmp_path, given), any_file=True).unreadable == {"Educations": 1, "Experiences": 2}


def test_photo_connections_followers_languages_and_scores_never_count(tmp_path):
    row = rows(counts={0: 1})[0]
    told = {"Photo": "Yes", "Connections": "1", "Followers": "9", "Languages": "{}", "Scores": "{}", "Interests": "{}"}
    told |= {"Activities": "{'s': {'Full Name': 'x'}}", "Number of Languages": 9, "Number of Scores": 9}
    assert only(row, tmp_path) == only(row | told, tmp_path)
    assert not any("Languages" in name or "Scores" in name or "Connections" in name for name in NUMBERS)


def test_what_says_chatgpt_is_counted_and_no_word(tmp_path):
    made = only(rows(counts={10: 1})[0], tmp_path)
    assert made.headless and made.tells
    born = only(rows(counts={0: 1})[0], tmp_path)
    assert not born.headless and not born.tells
    assert not {"chatgpt", "gpt"} & {*made.written.small, *made.written.first}


def test_the_same_profile_is_the_same_however_its_class_spells_it(tmp_path):
    people = rows(counts={0: 1})[0] | {"Label": 10}
    roles = cells.entries(people["Experiences"])
    lines = "\n".join(f"{n}. {'#@'.join(parts)}" for n, parts in enumerate(roles, 1))
    row = people | {
        "Experiences": str({"chatGPT": lines}),
        "About": str({"chatGPT": people["About"]}),
        "Intro": str({"chatGPT": "#@".join(str(people[name]) for name in ("Full Name", "Workplace", "Location"))}),
    }
    row |= dict.fromkeys(dataset.HEADER, "")
    one, other = only(people, tmp_path), only(row, tmp_path)
    assert (one.written, one.numbers) == (other.written, other.numbers)


RENAMED = {
    "Anno": "Xaver", "Berit": "Yrsa", "Corvin": "Zoltan", "Dalia": "Quirin", "Edvin": "Ulf", "Ahl": "Prag", "Bohm": "Rink",
    "Celm": "Saar", "Dorn": "Tarn", "Ostmark": "Vesterland", "Weiler": "Holmby", "Arvo Mills": "Nordic Wheels",
}  # fmt: skip


def test_renaming_people_places_and_organisations_changes_nothing(tmp_path):
    given = rows(counts={0: 12})
    renamed = []
    for row in given:
        spelled = {}
        for name, cell in row.items():
            for before, after in RENAMED.items():
                cell = cell.replace(before, after) if isinstance(cell, str) else cell  # noqa: PLW2901
            spelled[name] = cell
        renamed.append(spelled)
    before, after = (read(file_of(tmp_path, each), any_file=True).profiles for each in (given, renamed))
    assert [own._replace(written=None) for own in before] == [own._replace(written=None) for own in after]
    for one, other in zip(before, after, strict=True):
        assert one.written._replace(names=frozenset()) == other.written._replace(names=frozenset())
        assert not {"anno", "ostmark", "arvo", "mills"} & {*one.written.small, *one.written.first, *one.written.parts}


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("", []),
        ("--", []),
        ("{}", []),
        (None, []),
        (float("nan"), []),
        ({"0": {"Role": "Fitter", "Workplace": "--"}, "1": {"Role": None}}, [["Fitter"]]),
        ("{'0': {'Role': 'Fitter', 'Workplace': 'Arvo'}}", [["Fitter", "Arvo"]]),
        ("{'chatGPT': '1. Fitter#@Arvo\\n2. Clerk#@--#@Belt'}", [["Fitter", "Arvo"], ["Clerk", "Belt"]]),
        ("{'0': {'Roles': {'0': {'Role': 'Clerk'}}}}", [["Clerk"]]),
        ("['Pumps', 3]", [["Pumps"], ["3"]]),
        ("plain text", [["plain text"]]),
        ("{'0': {'Description': '1. Mended pumps\\n2. Moved valves'}}", [["Mended pumps\nMoved valves"]]),
        (7, [["7"]]),
    ],
)
def test_a_cell_is_its_entries_without_keys_and_numbering(cell, found):
    assert cells.entries(cell) == found


def test_deeply_nested_cells_stop_where_profiles_do():
    deep: object = "end"
    for _ in range(100_000):
        deep = {"x": deep}
    assert cells.entries(deep) == []
    assert cells.number(deep) is None


@pytest.mark.parametrize(
    ("cell", "value"), [("500+", 500), ("1,340", 1340), (7, 7), ("", None), ("many", None), (None, None)]
)
def test_counts_are_numbers_or_unknown(cell, value):
    assert cells.number(cell) == value


def test_words_with_a_capital_inside_a_sentence_are_names():
    found = written([[f"Managed pumps for Orbis in Greenland. {ENGLISH}, and then Anno left."]], naming(["Anno"], []))
    assert {"orbis", "greenland"} <= found.names
    assert "managed" in found.first and "pumps" in found.small
    assert not {"orbis", "greenland", "anno"} & {*found.small, *found.first}


def test_words_of_the_own_header_are_no_words_even_without_a_capital():
    own = naming(["Anno Ahl", "Ostmark"], ["Clerk at Arvo", "A maker of fine pumps and large valves in Sundhafen"])
    assert {"anno", "ahl", "ostmark", "clerk", "arvo", "sundhafen"} <= own
    assert "pumps" not in own
    assert "warehouse" not in written([[ENGLISH]], frozenset({"warehouse"})).small


def test_text_in_another_language_is_not_read():
    french = (
        "nous avons préparé le budget de la maison et mesuré chaque pompe avec le fournisseur avant le début de hiver"
    )
    found = written([[french], [ENGLISH]], frozenset())
    assert found.read == (False, True)
    assert found.small == written([[], [ENGLISH]], frozenset()).small
    assert written([[french, ENGLISH]], frozenset()).small == found.small


def test_short_texts_are_told_apart_by_language_together():
    texts = [f"we {verb} pumps and valves for them" for verb in ("mended", "moved", "counted", "sold")]
    assert written([texts], frozenset()).small.count("pumps") == 4
    assert written([texts[:1]], frozenset()).small == ()


def test_a_section_of_few_words_is_not_read():
    assert written([["we repair pumps"], []], frozenset()).read == (False, False)


def test_the_career_is_shares_of_changes_without_a_calendar():
    spans = ["Jan 2010 - Mar 2012 · 2 yrs", "April 2012 – Jun 2013", "Jun 2013 to Dec 2014", "May 2016 - Present"]
    assert career([["Clerk", span] for span in reversed(spans)]) == (1 / 3, 0, 2 / 3, 1 / 4)
    later = [span.replace("201", "199") for span in spans]
    assert career([[span] for span in later]) == career([[span] for span in spans])
    assert career([["Jan 2010 - Present"], ["Feb 2011 - Present"]])[1] == 1
    assert career([["Jan 2010 - Mar 2012"], ["2013 - 2014"], ["once"]]) == UNKNOWN
