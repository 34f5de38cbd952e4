from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.errors import RowError
from counterlure.ingest.dates import CONNECTION, INVITATION, MESSAGE, Clock, partial_date, shown


def moment(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("formats", "raw", "parts", "zone_known"),
    [
        (MESSAGE, "2025-03-07 11:13:51 UTC", (2025, 3, 7, 11, 13, 51), True),
        (MESSAGE, "10/16/18, 8:36 AM", (2018, 10, 16, 8, 36), False),
        (MESSAGE, "2025-03-07 11:13:51", (2025, 3, 7, 11, 13, 51), False),
        (INVITATION, "1/24/25, 6:42 AM", (2025, 1, 24, 6, 42), False),
        (INVITATION, "1/24/25, 6:42\u202fPM", (2025, 1, 24, 18, 42), False),
        (INVITATION, "1/24/25, 12:00 AM", (2025, 1, 24, 0, 0), False),
        (INVITATION, "1/24/25, 12:00 PM", (2025, 1, 24, 12, 0), False),
        (CONNECTION, "27 Jun 2026", (2026, 6, 27), False),
        (CONNECTION, "1/8/18, 6:14 PM", (2018, 1, 8, 18, 14), False),
        (CONNECTION, "25-Jan-21", (2021, 1, 25), False),
        (CONNECTION, "25-Jan-2021", (2021, 1, 25), False),
        (CONNECTION, "2026-06-27", (2026, 6, 27), False),
        (MESSAGE, "2038-01-19 03:14:08 UTC", (2038, 1, 19, 3, 14, 8), True),
    ],
)
def test_the_forms_of_each_file_are_read(
    formats: tuple[object, ...], raw: str, parts: tuple[int, ...], zone_known: bool
) -> None:
    clock = Clock(formats)  # type: ignore[arg-type]
    assert clock.read(raw) == (moment(*parts), zone_known)
    assert clock.seconds([raw]) == ([moment(*parts)], {})


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "0001-01-01 00:00:00 UTC",
        "9999-12-31 23:59:59 UTC",
        "2001-12-31 23:59:59 UTC",
        "2101-01-01 00:00:00 UTC",
        "2025-02-29 00:00:00 UTC",
        "2025-03-07 24:00:00 UTC",
        "2025-03-07 11:60:00 UTC",
        "2025-03-07 11:13:51 CET",
        "07.03.2025 11:13",
        "07/03/2025 11:13",
        "3/7/2025 11:13",
        "7 mars 2025",
        "7. März 2025",
        "7 de marzo de 2025",
        "2025年3月7日",
        "13/24/25, 6:42 AM",
        "1/24/25, 13:42 AM",
        "1/24/25, 0:42 AM",
        "Fri Jun 26 16:11:27 UTC 2026",
        "٢٠٢٥-03-07 11:13:51 UTC",
        "2025-03-07 11:13:51 UTC; DROP",
    ],
)
def test_no_other_form_and_no_impossible_date_is_guessed(raw: str) -> None:
    clock = Clock(MESSAGE)
    clock.seconds(["2025-03-07 11:13:51 UTC"])  # so that the day is remembered
    with pytest.raises(RowError):
        clock.read(raw)
    times, faults = clock.seconds(["2025-03-07 11:13:51 UTC", raw])
    assert times == [moment(2025, 3, 7, 11, 13, 51), None]
    assert list(faults) == [1]


@given(st.datetimes(datetime(2002, 1, 1), datetime(2100, 12, 31, 23, 59, 59)))
@settings(max_examples=100)
def test_the_remembered_way_and_the_parsed_way_agree(at: datetime) -> None:
    at = at.replace(microsecond=0)
    raw = at.strftime("%Y-%m-%d %H:%M:%S UTC").rjust(23, "0")
    clock = Clock(MESSAGE)
    assert clock.seconds([raw, raw]) == ([clock.read(raw)[0]] * 2, {})
    assert clock.read(raw)[0] == int(at.replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("raw", "date"),
    [
        ("Jun 2018", "2018-06"),
        ("2004", "2004"),
        ("Jan 2022", "2022-01"),
        ("", None),
        ("Jun-18", "2018-06"),
        ("Sep-98", "1998-09"),
        ("2018-06-01", "2018-06"),
        ("1985", "1985"),
    ],
)
def test_positions_and_degrees_have_years_or_months(raw: str, date: str | None) -> None:
    assert partial_date(raw) == date


@pytest.mark.parametrize("raw", ["juin 2018", "6/2018", "0001", "9999", "2018-13-01", "soon"])
def test_other_partial_dates_are_refused(raw: str) -> None:
    with pytest.raises(RowError):
        partial_date(raw)


def test_a_bad_value_is_shown_short_and_on_one_line() -> None:
    text = shown("x\r\n\x1b[31mERROR all is well\u202e" + "y" * 500)
    assert "\n" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text) < 50
