from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterlure.errors import RowError
from counterlure.ingest.counters import count, is_size_class, network, network_at_end, recommendations, staff


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("500+ connections", {"connections": 500}),
        ("1,204 followers", {"followers": 1204}),
        ("1\u202f204 abonnés", {"followers": 1204}),
        ("1.204 Follower:innen", {"followers": 1204}),
        ("12K followers", {"followers": 12000}),
        ("2,5 k abonnés", {"followers": 2500}),
        ("Plus de 500 relations", {"connections": 500}),
        ("Mehr als 500 Kontakte", {"connections": 500}),
        ("1K followers 500+ connections", {"followers": 1000, "connections": 500}),
        ("0 connections", {"connections": 0}),
        ("12 mutual connections", {}),
        ("Bo Example and 12 other mutual connections", {}),
        ("12.3 followers", {}),
        ("I have 500 connections", {}),
    ],
)
def test_counters_are_read_in_three_languages_and_from_nothing_else(line: str, seen: dict[str, int]) -> None:
    assert network(line) == seen


def test_counters_may_end_a_line() -> None:
    assert network_at_end("Brussels, Belgium 1,204 followers 500+ connections") == {
        "followers": 1204,
        "connections": 500,
    }
    assert network_at_end("500 connections are enough") == {}


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("276 associated members LinkedIn members who've listed it as their workplace", 276),
        ("12 employees on LinkedIn", 12),
        ("See all 12 employees on LinkedIn", 12),
        ("View all 1,204 employees", 1204),
        ("Découvrir les 12 employés", 12),
        ("Alle 12 Beschäftigten anzeigen", 12),
        ("12 employees", 12),
        ("51-200 employees", None),
        ("10,001+ employees", None),
        ("11 à 50 employés", None),
    ],
)
def test_members_who_work_there_are_staff_and_a_stated_size_is_not(line: str, number: int | None) -> None:
    assert staff(line) == number
    assert is_size_class(line) == (number is None)


def test_recommendations_received_are_read() -> None:
    lines = ["Received (3)", "Reçues (3)", "Erhalten (3)", "3 people have recommended Ada", "Given (3)"]
    assert [recommendations(line) for line in lines] == [3, 3, 3, 3, None]


@pytest.mark.parametrize(
    ("value", "number"), [(7, 7), (7.0, 7), ("500+", 500), ("1,204", 1204), ("0", 0), (None, None)]
)
def test_a_counter_is_a_number_or_what_the_page_shows(value: object, number: int | None) -> None:
    assert count(value) == number


@pytest.mark.parametrize("value", [True, -1, 1.5, 10**12, "many", "", [], "1" * 400])
def test_anything_else_is_no_counter(value: object) -> None:
    with pytest.raises(RowError, match="write a number"):
        count(value)


@given(st.text(max_size=300))
def test_no_line_breaks_the_reader(line: str) -> None:
    for number in (*network(line).values(), *network_at_end(line).values(), staff(line) or 0):
        assert 0 <= number < 1 << 40
