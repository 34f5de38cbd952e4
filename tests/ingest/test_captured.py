"""What holds for every kind of capture: date, address, picture, size, and that captures of one account add up."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from counterlure.case.rows import PositionRow
from counterlure.errors import FormatError, LimitError
from counterlure.ingest.captured import Shown, capture, date_in_name, moment, named_picture, picture_stem
from counterlure.ingest.context import Context
from counterlure.ingest.member import Member
from tests.ingest.archives import handed_in, taken
from tests.ingest.pages import COMPANY, COPIED, MEMBER_PAGE


def member(name: str) -> Member:
    return Member(f"in/{name}", name, 1, lambda: io.BytesIO(b"x"))


def test_the_file_name_dates_a_capture_that_has_no_date_of_its_own() -> None:
    batch = capture(member("2026-03-01-jane.json"), Context(), [Shown("Jane", 1, ["in:jane"])])
    assert batch.profiles[0].captured_at == 1772323200
    assert batch.warnings == []
    own = capture(member("2026-03-01-jane.json"), Context(), [Shown("Jane", 1, ["in:jane"], captured_at=1)])
    assert own.profiles[0].captured_at == 1


def test_a_capture_without_any_date_says_how_to_give_one() -> None:
    batch = capture(member("jane.json"), Context(), [Shown("Jane", 1, ["in:jane"])])
    assert batch.profiles[0].captured_at is None
    assert "2026-03-01-jane.json" in batch.warnings[0]


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("2026-03-01-jane.html", 1772323200),
        ("jane 2026-03-01.pdf", 1772323200),
        ("2026-03-01 jane 2026-03-01.pdf", 1772323200),
        ("2026-03-01-to-2026-04-01.pdf", None),
        ("2026-02-31.pdf", None),
        ("0999-03-01.pdf", None),
        ("92026-03-01.pdf", None),
        ("٢٠٢٦-٠٣-٠١.pdf", None),
        ("01-03-2026.pdf", None),
    ],
)
def test_only_one_sound_day_in_a_file_name_is_a_date(name: str, date: int | None) -> None:
    assert date_in_name(name) == date


@pytest.mark.parametrize("value", ["0001-01-01", "9999-12-31T23:59:59+00:00", "2001-12-31", "soon", "", 7, None])
def test_no_capture_is_from_before_the_platform_or_from_the_far_future(value: object) -> None:
    assert moment(value) is None


def test_a_picture_is_named_by_a_bare_file_name_only() -> None:
    assert named_picture("Jane.JPG") == "jane"
    for value in ("https://x.example/jane.jpg", "../jane.jpg", "c:\\jane.jpg", "jane", "jane.svg", "", None, 7):
        assert named_picture(value) is None


def test_a_capture_and_a_picture_of_one_name_belong_together() -> None:
    assert picture_stem("Jané.json") == picture_stem("JANE\u0301.jpg") == "jané"
    batch = capture(member("Jane.json"), Context(), [Shown("Jane", 1)])
    assert batch.profiles[0].picture == "jane"


def test_too_many_positions_too_many_words_and_too_many_people_are_refused() -> None:
    role = PositionRow("work", "x", "x", None, None, 1)
    with pytest.raises(FormatError, match="1000 positions"):
        capture(member("a.json"), Context(), [Shown("A", 1, positions=[role] * 1001)])
    with pytest.raises(LimitError, match="characters"):
        capture(member("a.json"), Context(), [Shown("A", 1, summary="x" * 4_000_001)])
    with pytest.raises(LimitError, match="profiles"):
        capture(member("a.json"), Context(), [Shown("A", 1)] * 1001)


def resume(headline: str) -> str:
    profiles = [{"url": "https://www.linkedin.com/in/ada-synthetic-0"}]
    return json.dumps({"basics": {"name": "Ada Synthetic", "label": headline, "profiles": profiles}})


def test_captures_of_one_account_stay_apart_each_with_its_date_and_digest(tmp_path: Path) -> None:
    folder = handed_in(
        tmp_path / "in",
        {
            "2025-01-01-ada.json": resume("Analyst"),
            "2026-01-01-ada.json": resume("Consultant"),
            "2026-03-01-ada.txt": COPIED["en"],
            "page.txt": COMPANY,
        },
    )
    [(result, batches)] = taken(folder)
    assert result.skipped == []
    shown = [(row.captured_at, row.headline) for batch in batches for row in batch.profiles]
    assert shown == [(1735689600, "Analyst"), (1767225600, "Consultant"), (1772323200, "Consultant")]
    assert {tuple(batch.accounts[0].keys) for batch in batches if batch.accounts} == {("in:ada-synthetic-0",)}
    assert len({batch.digest for batch in batches}) == 4
    assert [page.organisation for batch in batches for page in batch.pages] == ["Invented Partners"]


def test_a_capture_tells_nothing_of_who_handed_it_in(tmp_path: Path) -> None:
    [(result, batches)] = taken(handed_in(tmp_path / "in", {"ada.txt": MEMBER_PAGE and COPIED["de"]}))
    assert result.owner is None
    assert batches[0].owner is None
