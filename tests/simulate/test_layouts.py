"""Every layout has the header rows, dates and quoting that real exports show."""

from __future__ import annotations

import csv
import io

import pytest

from counterlure.simulate.forms import Form, hand_in, resaved, zipped
from counterlure.simulate.layouts import (
    POSITION_HEADER,
    PROFILE_HEADERS,
    ConnectionLine,
    InvitationLine,
    MessageLine,
    Vintage,
    connections_csv,
    invitations_csv,
    messages_csv,
)
from counterlure.simulate.thread import conversation_id, inmail

AT = 1_741_346_031  # 2025-03-07 11:13:51 UTC

MESSAGES = {
    Vintage.Y2018: "From,To,Date,Subject,Content,Direction,Folder",
    Vintage.Y2022: "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,DATE,SUBJECT,CONTENT,FOLDER",
    Vintage.Y2023: "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,"
    "SUBJECT,CONTENT,FOLDER",
    Vintage.Y2025: "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,"
    "SUBJECT,CONTENT,FOLDER,IS MESSAGE DRAFT",
    Vintage.Y2026: '"CONVERSATION ID","CONVERSATION TITLE","FROM","SENDER PROFILE URL","TO",'
    '"RECIPIENT PROFILE URLS","DATE","SUBJECT","CONTENT","FOLDER","ATTACHMENTS","IS MESSAGE DRAFT",'
    '"IS CONVERSATION DRAFT"',
}
INVITATIONS = {
    Vintage.Y2018: "From,To,Sent At,Message,Direction",
    Vintage.Y2022: "From,To,Sent At,Message,Direction",
    Vintage.Y2023: "From,To,Sent At,Message,Direction,inviterProfileUrn,inviteeProfileUrn",
    Vintage.Y2025: "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl",
    Vintage.Y2026: "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl",
}
CONNECTIONS = {
    Vintage.Y2018: "First Name,Last Name,Email Address,Company,Position,Connected On",
    Vintage.Y2022: "First Name,Last Name,Email Address,Company,Position,Connected On",
    Vintage.Y2023: "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
    Vintage.Y2025: "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
    Vintage.Y2026: "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
}
PROFILE = (
    "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,Geo Location,"
    "Twitter Handles,Websites,Instant Messengers"
)
PROFILE_2018 = (
    "First Name,Last Name,Maiden Name,Address,Birth Date,Contact Instructions,Headline,Summary,Industry,Country,"
    "Zip Code,Geo Location,Twitter Handles,Websites,Instant Messengers"
)


def message(**changed: object) -> MessageLine:
    known: dict[str, object] = {
        "conversation": "2-x",
        "title": "",
        "sender": "A B",
        "sender_url": "https://www.linkedin.com/in/a-b",
        "to": ("C D", "E F"),
        "to_urls": ("https://www.linkedin.com/in/c-d", "https://www.linkedin.com/in/e-f"),
        "at": AT,
        "subject": "",
        "content": 'He said "yes",\nthen left',
        "folder": "ARCHIVE",
        "outgoing": False,
    }
    return MessageLine(**(known | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize("vintage", list(Vintage))
def test_every_messages_file_starts_with_the_header_of_its_year(vintage: Vintage) -> None:
    text = messages_csv(vintage, [message()])
    assert text.splitlines()[0] == MESSAGES[vintage]
    header, row = csv.reader(io.StringIO(text))
    assert len(row) == len(header)
    assert row[[name.upper() for name in header].index("CONTENT")] == 'He said "yes", then left'


def test_dates_folders_and_directions_follow_the_year() -> None:
    old = messages_csv(Vintage.Y2018, [message(), message(outgoing=True)]).splitlines()[1:]
    assert [line.count('"3/7/25, 11:13 AM"') for line in old] == [1, 1]
    assert old[0].endswith(",INCOMING,ARCHIVED")
    assert old[1].endswith(",OUTGOING,SENT")
    assert ",2025-03-07 11:13:51 UTC," in messages_csv(Vintage.Y2023, [message()])


def test_the_newest_layout_quotes_every_field() -> None:
    line = messages_csv(Vintage.Y2026, [message(attachment="https://media.example/1")]).splitlines()[1]
    assert line.startswith('"2-x","","A B",')
    assert line.endswith('"ARCHIVE","https://media.example/1","No","No"')


def test_drafts_only_appear_where_the_layout_can_mark_them() -> None:
    counts = {vintage: messages_csv(vintage, [message(draft=True)]).count("\n") - 1 for vintage in Vintage}
    assert counts == {"2018": 0, "2022": 0, "2023-07": 0, "2025-01": 1, "2026": 1}
    assert messages_csv(Vintage.Y2025, [message(draft=True)]).endswith(",Yes\n")


@pytest.mark.parametrize("vintage", list(Vintage))
def test_every_invitations_file_names_the_parties_as_its_year_does(vintage: Vintage) -> None:
    line = InvitationLine("A B", "C D", AT, "Hello, you", False, "https://x/in/a", "https://x/in/c", 7, 9)
    header, row = csv.reader(io.StringIO(invitations_csv(vintage, [line])))
    assert ",".join(header) == INVITATIONS[vintage]
    assert row[:5] == ["A B", "C D", "3/7/25, 11:13 AM", "Hello, you", "INCOMING"]
    parties = {"2023-07": ["urn:li:member:7", "urn:li:member:9"], "2018": [], "2022": []}
    assert row[5:] == parties.get(vintage, ["https://x/in/a", "https://x/in/c"])


@pytest.mark.parametrize("vintage", list(Vintage))
def test_connections_have_the_preamble_since_2022_and_hidden_members_have_a_date_only(vintage: Vintage) -> None:
    text = connections_csv(vintage, [ConnectionLine(AT), ConnectionLine(AT, "A", "B", "u", "m", "c", "p")])
    lines = text.splitlines()
    if vintage is not Vintage.Y2018:
        assert lines[0] == "Notes:"
        assert lines[1].startswith('"When exporting your connection data, ')
        assert lines[2] == ""
        lines = lines[3:]
    date = '"3/7/25, 11:13 AM"' if vintage is Vintage.Y2018 else "07 Mar 2025"
    assert lines[0] == CONNECTIONS[vintage]
    assert lines[1] == "," * CONNECTIONS[vintage].count(",") + date
    assert lines[2].endswith(f",m,c,p,{date}")


def test_profile_and_position_headers_are_those_of_real_exports() -> None:
    assert {v: ",".join(h) for v, h in PROFILE_HEADERS.items()} == {
        v: PROFILE_2018 if v == "2018" else PROFILE for v in Vintage
    }
    assert ",".join(POSITION_HEADER) == "Company Name,Title,Description,Location,Started On,Finished On"


def test_a_zip_depends_on_its_content_only_and_keeps_the_order_of_its_files() -> None:
    files = {"b.csv": b"1", "a.csv": b"2"}
    assert zipped(files) == zipped(dict(files))
    assert zipped(files) != zipped({"a.csv": b"2", "b.csv": b"1"})


def test_a_resaved_file_has_semicolons_crlf_windows_letters_and_rows_of_equal_width() -> None:
    text = connections_csv(Vintage.Y2023, [ConnectionLine(AT, "Zoé", "B 🌱", "u", "", "c;d", "p")])
    lines = resaved("Connections.csv", text.encode("utf-8")).split(b"\r\n")
    assert lines[0] == b"Notes:;;;;;;"
    assert lines[2] == b";;;;;;"
    assert lines[4] == b'Zo\xe9;B ?;u;;"c;d";p;07-Mar-25'


def test_each_form_puts_the_files_where_people_leave_them(tmp_path) -> None:
    files = {"Profile.csv": b"p", "Positions.csv": b"q", "messages.csv": b"m\n"}
    name = "Complete_LinkedInDataExport_03-07-2025"
    expected = {
        Form.ZIP: [f"{name}.zip"],
        Form.ZIP_AGAIN: [f"{name}.zip (1).zip"],
        Form.ZIP_TWICE: [f"{name}.zip.zip"],
        Form.INNER: [f"{name}.zip"],
        Form.FOLDER: [name],
        Form.LOOSE: ["."],
        Form.RESAVED: ["."],
        Form.TWO_PARTS: ["Basic_LinkedInDataExport_03-07-2025.zip", f"{name}.zip"],
    }
    for form in Form:
        into = tmp_path / form
        assert [p.relative_to(into).as_posix() for p in hand_in(form, files, into, AT)] == expected[form]


def test_conversation_ids_have_the_form_of_the_platform() -> None:
    key = conversation_id(1, 2)
    assert len(key) == 58
    assert key.startswith("2-")
    assert key.endswith("==")
    assert key != conversation_id(1, 3)


def test_sponsored_messages_are_html_with_their_signs_escaped() -> None:
    html = inmail("Slides & video. See <here>.")
    assert html.startswith('<p class="spinmail-quill-editor__spin-break"><strong>Slides&nbsp;&amp; video</strong>')
    assert "&lt;here&gt;" in html
