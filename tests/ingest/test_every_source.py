"""One file of every kind through a confined process: what a reader needs must be left to it there."""

from __future__ import annotations

import io
import json
from pathlib import Path

import msgspec
import openpyxl

from tests.ingest.archives import (
    CONNECTIONS_2023,
    INVITATIONS_2025,
    OWNER,
    PARTNER,
    POSITIONS,
    PROFILE,
    ROW,
    handed_in,
    messages,
    table,
    taken,
)
from tests.ingest.pages import COMPANY, MEMBER_PAGE
from tests.ingest.test_linkedin_pdf import ENGLISH, ENGLISH_2, page_stream, pdf
from tests.ingest.test_portrait_file import drawn

MAIL = b"""From: Bo Example <bo@example.org>
To: Ada Example <ada@example.com>
Date: Fri, 07 Mar 2025 11:13:51 +0000
Subject: A paper
Message-ID: <1@example.org>

Dear Dr Example, may I call you?
"""


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(CONNECTIONS_2023.split(","))
    sheet.append(["Bo", "Example", PARTNER, None, None, None, "27 Jun 2026"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_every_kind_of_file_is_read_in_a_confined_process_as_it_is_without(tmp_path: Path) -> None:
    folder = handed_in(
        tmp_path / "in",
        {
            "Profile.csv": table(PROFILE, [{"First Name": "Ada", "Last Name": "Example", "Headline": "Physicist"}]),
            "Positions.csv": table(POSITIONS, [("Lab", "Boss", "", "", "2018", "")]),
            "Invitations.csv": table(
                INVITATIONS_2025, [("Bo", "Ada Example", "1/24/25, 6:42 AM", "", "INCOMING", PARTNER, OWNER)]
            ),
            "Connections.csv": workbook(),
            "messages.csv": messages(),
            "snapshot.json": json.dumps(
                {"elements": [{"snapshotDomain": "INBOX", "snapshotData": [ROW]}], "paging": {"links": []}}
            ),
            "resume.json": json.dumps({"basics": {"name": "Bo Example", "label": "Adviser"}, "work": []}),
            "profile.pdf": pdf([page_stream(ENGLISH), page_stream(ENGLISH_2)]),
            "ada.jsonld": json.dumps({"@type": "Person", "name": "Bo Example", "jobTitle": "Adviser"}),
            "ada.html": MEMBER_PAGE,
            "page.txt": COMPANY,
            "profile.jpg": drawn("JPEG"),
            "mail.eml": MAIL,
            "reported.csv": "account,at,kind,text\nBo Example,2025-03-07,call,asked for a paper\n",
        },
    )
    [(here, plain)] = taken(folder)
    [(there, confined)] = taken(folder, workers=1)
    assert there.skipped == here.skipped == []
    assert {batch.kind for batch in plain} == {
        "profile",
        "invitations",
        "connections",
        "messages",
        "portability",
        "capture",
        "portrait",
        "mail",
        "reported",
    }
    assert len([batch for batch in plain if batch.kind == "capture"]) == 5
    assert msgspec.msgpack.encode(confined) == msgspec.msgpack.encode(plain)
    assert not here.failed
    assert not there.failed
