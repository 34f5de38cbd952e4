from __future__ import annotations

import io
import json
from typing import Any

import pytest

from counterlure.case.rows import Batch, PositionRow
from counterlure.errors import FormatError, LimitError
from counterlure.ingest.context import Context
from counterlure.ingest.json_resume import accepts, read
from counterlure.ingest.member import Member

RESUME: dict[str, Any] = {
    "basics": {
        "name": "Ada Synthetic",
        "label": "Research consultant",
        "summary": "Reads much.",
        "email": "ada@example.org",
        "profiles": [
            {"network": "Mastodon", "url": "https://social.example/@ada"},
            {"network": "LinkedIn", "username": "ada", "url": "https://www.linkedin.com/in/ada-synthetic-0/"},
        ],
    },
    "work": [
        {"name": "Invented Partners", "position": "Consultant", "startDate": "2019-03-01", "summary": "Papers"},
        {"company": "Old Invented", "position": "Analyst", "startDate": "2015-09", "endDate": "2019"},
    ],
    "education": [
        {
            "institution": "Invented University",
            "studyType": "MSc",
            "area": "Physics",
            "startDate": "2013",
            "endDate": "2015",
        }
    ],
    "meta": {"lastModified": "2025-04-01T10:00:00Z"},
}


def one(document: object, text: str | None = None) -> Batch:
    data = (text if text is not None else json.dumps(document)).encode()
    member = Member("resume.json", "resume.json", len(data), lambda: io.BytesIO(data))
    (batch,) = read(member, Context())
    return batch


def test_a_resume_becomes_a_capture_of_one_account() -> None:
    batch = one(RESUME)
    assert batch.kind == "capture"
    assert batch.owner is None
    assert batch.accounts[0].keys == ["in:ada-synthetic-0"]
    assert batch.accounts[0].employer == "Invented Partners"
    profile = batch.profiles[0]
    assert (profile.headline, profile.summary, profile.captured_at) == (
        "Research consultant",
        "Reads much.",
        1743501600,
    )
    assert profile.positions == [
        PositionRow("work", "Invented Partners", "Consultant", "2019-03", None, 1, "Papers"),
        PositionRow("work", "Old Invented", "Analyst", "2015-09", "2019", 1),
        PositionRow("education", "Invented University", "MSc, Physics", "2013", "2015", 1),
    ]


def test_contact_details_are_not_kept() -> None:
    assert "example.org" not in repr(one(RESUME))


def test_lines_are_those_of_the_file() -> None:
    batch = one(None, json.dumps(RESUME, indent=1))
    assert [row.line for row in batch.profiles[0].positions] == [20, 26, 34]


def test_a_user_name_stands_in_for_a_missing_address() -> None:
    batch = one({"basics": {"name": "A", "profiles": [{"network": "linkedin", "username": "a-synthetic"}]}})
    assert batch.accounts[0].keys == ["in:a-synthetic"]


def test_without_an_address_the_account_stays_local_and_this_is_said() -> None:
    batch = one({"basics": {"name": "Ada Synthetic"}})
    assert batch.accounts[0].keys[0].startswith("name:")
    assert "cannot be matched" in batch.warnings[0]


def test_an_entry_with_an_unknown_date_is_skipped_with_column_value_and_remedy() -> None:
    batch = one({"basics": {"name": "A"}, "work": [{"name": "B", "startDate": "spring 2019"}, {"name": "C"}]})
    assert [row.organisation for row in batch.profiles[0].positions] == ["C"]
    assert batch.skipped[0].line == 1
    assert batch.skipped[0].reason == 'work: startDate holds "spring 2019"; write YYYY, YYYY-MM or YYYY-MM-DD'


def test_the_address_of_an_organisation_becomes_its_identifier() -> None:
    work = [
        {"name": "Invented", "url": "https://www.linkedin.com/company/Invented-Partners/?trk=x"},
        {"name": "Invented", "url": "https://www.Invented.example/about"},
        {"name": "Invented", "website": "invented.example"},
        {"name": "Invented", "url": "https://www.linkedin.com/in/ada"},
        {"name": "Invented"},
    ]
    batch = one({"basics": {"name": "A"}, "work": work})
    identifiers = [row.identifier for row in batch.profiles[0].positions]
    assert identifiers == ["company:invented-partners", "site:invented.example", "site:invented.example", None, None]


def test_counters_come_in_our_own_part_of_meta() -> None:
    batch = one({**RESUME, "meta": {"counterlure": {"connections": "500+", "followers": 1204}}})
    assert (batch.profiles[0].connections, batch.profiles[0].followers) == (500, 1204)
    assert batch.skipped == []
    assert one(RESUME).profiles[0].connections is None


def test_a_counter_that_is_none_is_named_and_left_out() -> None:
    batch = one(None, json.dumps({**RESUME, "meta": {"counterlure": {"connections": "lots"}}}, indent=1))
    assert batch.profiles[0].connections is None
    [skip] = batch.skipped
    assert skip.line > 40
    assert skip.reason == 'meta.counterlure.connections: a counter holds "lots"; write a number such as 1204 or 500+'


@pytest.mark.parametrize(("references", "number"), [(None, None), ([], 0), ([{"name": "B"}, {"reference": "c"}], 2)])
def test_references_are_counted_and_not_kept(references: object, number: int | None) -> None:
    more = {} if references is None else {"references": references}
    assert one({**RESUME, **more}).profiles[0].recommendations == number


@pytest.mark.parametrize(
    ("image", "picture"), [(None, "resume"), ("Ada.JPG", "ada"), ("https://x.example/ada.jpg", "resume"), (7, "resume")]
)
def test_the_picture_is_the_file_it_names_or_the_one_of_its_own_name(image: object, picture: str) -> None:
    assert one({"basics": {"name": "A", "image": image}}).profiles[0].picture == picture


@pytest.mark.parametrize("date", ["0001-01-01", "9999-12-31T00:00:00Z", "1999-01-01", "soon"])
def test_a_date_outside_the_years_of_the_platform_is_no_date(date: str) -> None:
    batch = one({**RESUME, "meta": {"lastModified": date}})
    assert batch.profiles[0].captured_at is None
    assert "no date of the capture" in batch.warnings[0]


@pytest.mark.parametrize("document", [[], {}, {"basics": []}, {"basics": {}}, {"basics": {"name": 3}}, 7])
def test_what_is_no_resume_is_refused(document: object) -> None:
    with pytest.raises(FormatError):
        one(document)


def test_a_deep_document_is_refused() -> None:
    with pytest.raises(LimitError):
        one(None, '{"basics": ' + "[" * 100_000)


def test_hostile_texts_come_out_plain() -> None:
    batch = one({"basics": {"name": "A\u202e\x1b[31mB", "label": "x\ud800y\u0000"}})
    assert batch.accounts[0].name == "A[31mB"
    assert batch.profiles[0].headline == "xy"


def test_resumes_are_known_by_name_or_content() -> None:
    assert accepts("resume.json", b"{")
    assert accepts("ada.resume.json", b"{")
    assert accepts("x.json", b'{"basics": {}}')
    assert not accepts("x.json", b'{"elements": []}')
    assert not accepts("resume.csv", b'{"basics": {}}')
