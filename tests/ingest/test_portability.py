from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest

from counterlure.case.rows import (
    FLAG_ARCHIVED,
    FLAG_ATTACHMENT,
    FLAG_DRAFT,
    FLAG_HTML,
    FLAG_SPAM,
    Batch,
    Owner,
    PositionRow,
    Skip,
)
from counterlure.errors import FormatError, InputError, LimitError
from counterlure.ingest.context import Context
from counterlure.ingest.limits import DEFAULT
from counterlure.ingest.member import Member
from counterlure.ingest.portability import accepts, owner_tables, read

ME = "https://www.linkedin.com/in/owner-synthetic"
ADA = "https://www.linkedin.com/in/ada-synthetic-0"
BOB = "https://www.linkedin.com/in/bob-synthetic-1"
OWNER = Context(owner_hint=Owner(["in:owner-synthetic"], "Owner Synthetic"))


def message(**changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "CONVERSATION ID": "2-c1==",
        "CONVERSATION TITLE": "",
        "FROM": "Ada Synthetic",
        "SENDER PROFILE URL": ADA,
        "TO": "Owner Synthetic",
        "RECIPIENT PROFILE URLS": ME,
        "DATE": "2025-03-07 11:13:51 UTC",
        "SUBJECT": "",
        "CONTENT": "hello",
        "FOLDER": "INBOX",
    }
    return row | {key.replace("_", " "): value for key, value in changes.items()}


def domain(name: str, *rows: object) -> dict[str, object]:
    return {"snapshotDomain": name, "snapshotData": list(rows)}


def answer(*elements: object, **more: object) -> dict[str, object]:
    return {"paging": {"start": 0, "count": 10, "links": []}, "elements": list(elements), **more}


def member(document: object, name: str = "dma.json", indent: int | None = None) -> Member:
    text = document if isinstance(document, str) else json.dumps(document, indent=indent)
    data = text.encode()
    return Member(f"export/{name}", name, len(data), lambda: io.BytesIO(data))


def batches(document: object, context: Context = OWNER, **how: Any) -> list[Batch]:
    found = list(read(member(document, **how), context))
    assert {batch.kind for batch in found} == {"portability"}
    assert {batch.source for batch in found} == {member(document, **how).source}
    return found


def merged(document: object, context: Context = OWNER, **how: Any) -> Batch:
    """All rows in one batch; only for tests in which positions in other lists do not matter."""
    found = batches(document, context, **how)
    whole = found[0]
    for batch in found[1:]:
        for part in (
            "accounts",
            "conversations",
            "messages",
            "contacts",
            "profiles",
            "connections",
            "skipped",
            "warnings",
        ):
            getattr(whole, part).extend(getattr(batch, part))
    return whole


@pytest.mark.parametrize("name", ["INBOX", "MESSAGES", "inbox"])
def test_messages_mean_what_they_mean_in_the_archive(name: str) -> None:
    found = merged(answer(domain(name, message(), message(CONTENT="second", FOLDER="SPAM"))))
    assert found.messages == [
        (0, 1741346031, 0, 1, 0, "hello", None),
        (0, 1741346031, 0, 1, FLAG_SPAM, "second", None),
    ]
    assert found.conversations[0].key == "2-c1=="
    assert found.conversations[0].participants == [0, 1]
    assert [account.keys for account in found.accounts] == [["in:ada-synthetic-0"], ["in:owner-synthetic"]]
    assert found.skipped == []


def test_a_removed_account_is_known_inside_its_conversation_only() -> None:
    gone = message(FROM="LinkedIn Member", SENDER_PROFILE_URL="")
    found = merged(answer(domain("INBOX", gone)))
    assert found.accounts[0].keys == ["removed:2-c1=="]


def test_markup_folders_drafts_and_attachments_become_flags() -> None:
    html = '<p class="spinmail-quill-editor__spin-break">We <strong>pay</strong><script>x()</script></p>'
    rows = [
        message(CONTENT=html),
        message(FOLDER="ARCHIVE"),
        message(IS_MESSAGE_DRAFT="Yes"),
        message(IS_MESSAGE_DRAFT=True),
        message(ATTACHMENTS=[{"id": "1"}]),
        message(ATTACHMENTS=[]),
    ]
    found = merged(answer(domain("INBOX", *rows)))
    assert found.messages[0][5] == "We pay"
    flags = [row[4] for row in found.messages]
    assert flags[0] & FLAG_HTML
    assert flags[1:] == [FLAG_ARCHIVED, FLAG_DRAFT, FLAG_DRAFT, FLAG_ATTACHMENT, 0]


@pytest.mark.parametrize("date", ["2025-03-07T11:13:51Z", "2025-03-07T12:13:51+01:00", 1741346031000])
def test_times_with_a_zone_and_epoch_milliseconds_are_the_same_moment(date: object) -> None:
    assert merged(answer(domain("INBOX", message(DATE=date)))).messages[0][1] == 1741346031


def test_a_message_without_a_readable_date_is_kept_and_named() -> None:
    found = merged(answer(domain("INBOX", message(DATE="yesterday"))))
    assert found.messages[0][1] is None
    assert 'date "yesterday"' in found.skipped[0].reason


def test_several_recipients_come_as_a_list() -> None:
    found = merged(answer(domain("INBOX", message(RECIPIENT_PROFILE_URLS=[ME, BOB], TO="Owner Synthetic,Bob"))))
    assert [account.keys[0] for account in found.accounts] == [
        "in:ada-synthetic-0",
        "in:owner-synthetic",
        "in:bob-synthetic-1",
    ]


def test_keys_that_json_leaves_out_are_empty_cells() -> None:
    row = message()
    for key in ("FROM", "TO", "SUBJECT", "FOLDER", "CONVERSATION TITLE"):
        del row[key]
    found = merged(answer(domain("INBOX", row, message(CONTENT="x"))))
    assert [row[5] for row in found.messages] == ["hello", "x"]


def test_lines_are_those_of_the_json_file() -> None:
    document = answer(domain("INBOX", message(CONTENT="one\ntwo\r\nthree\rfour"), message(), message(DATE="never")))
    text = json.dumps(document, indent=1)
    starts = [number for number, line in enumerate(text.split("\n"), start=1) if line == "    {"]
    found = merged(text)
    assert [row[3] for row in found.messages] == starts
    assert [skip.line for skip in found.skipped] == [starts[2]]


INVITATION = {
    "From": "Ada Synthetic",
    "To": "Owner Synthetic",
    "Sent At": "1/24/25, 6:42 AM",
    "Message": "I read your paper",
    "Direction": "INCOMING",
    "inviterProfileUrl": ADA,
    "inviteeProfileUrl": ME,
}


def test_invitations_connections_and_the_profile_are_read() -> None:
    found = merged(
        answer(
            domain("INVITATIONS", INVITATION),
            domain("CONNECTIONS", {"First Name": "B", "Last Name": "S", "URL": BOB, "Connected On": "27 Jun 2026"}),
            domain(
                "PROFILE",
                {"First Name": "Owner", "Last Name": "Synthetic", "Headline": "Physicist", "Birth Date": "1 Jan"},
            ),
            domain("POSITIONS", {"Company Name": "Lab", "Title": "Physicist", "Started On": "Jun 2018"}),
            domain("EDUCATION", {"School Name": "University", "Start Date": "2004", "Degree Name": "PhD"}),
        ),
        Context(),
    )
    assert [(row.kind, row.incoming, row.text, row.zone_known) for row in found.contacts] == [
        ("invitation", True, "I read your paper", False)
    ]
    assert [(row.slug, row.name) for row in found.connections] == [("in:bob-synthetic-1", None)]
    assert [row.headline for row in found.profiles] == ["Physicist", None, None]
    assert found.profiles[1].positions == [PositionRow("work", "Lab", "Physicist", "2018-06", None, 1)]
    assert found.owner is not None
    assert (found.owner.keys, found.owner.name) == (["in:owner-synthetic"], "Owner Synthetic")
    assert "1 Jan" not in repr(found)


def test_the_owner_is_found_from_invitations_over_several_files() -> None:
    tables = owner_tables(member(answer(domain("INVITATIONS", INVITATION))), DEFAULT)
    assert [name for name, _ in tables] == ["invitations"]
    assert owner_tables(member("{"), DEFAULT) == []


@pytest.mark.parametrize(
    "name",
    [
        "CONTACTS",
        "IMPORTED_CONTACTS",
        "AD_TARGETING",
        "ADS_CLICKED",
        "LAN_ADS_ENGAGEMENT",
        "INFERENCES",
        "LOGINS",
        "SEARCHES",
    ],
)
def test_what_is_never_read_is_named_and_not_looked_into(name: str) -> None:
    found = merged(answer(domain(name, {"Email": "third@party.example", "x": [[[]]]}), domain("INBOX", message())))
    assert f'domain "{name}" is never read' in found.warnings
    assert "third@party" not in repr(found)
    assert len(found.messages) == 1


def test_domains_of_no_use_are_named_once() -> None:
    found = merged(answer(domain("SKILLS", {}), domain("SKILLS", {}), domain("LANGUAGES"), domain("INBOX", message())))
    assert 'domains of no use here: "SKILLS", "LANGUAGES"' in found.warnings


def test_pages_in_one_file_are_one_table_and_a_missing_page_is_named() -> None:
    pages = [answer(domain("INBOX", message(CONTENT=text))) for text in ("one", "two")]
    pages[1]["paging"] = {"links": [{"rel": "next", "href": "/rest/memberSnapshotData?start=2"}]}
    found = merged(pages)
    assert [row[5] for row in found.messages] == ["one", "two"]
    assert any("further page" in warning for warning in found.warnings)
    lines = "\n".join(json.dumps(page) for page in pages)
    again = merged(lines, name="dma.jsonl")
    assert [(row[5], row[3]) for row in again.messages] == [("one", 1), ("two", 2)]


def test_a_domain_without_the_columns_it_needs_is_skipped_and_the_others_are_read() -> None:
    found = merged(answer(domain("INVITATIONS", {"a": "b", "From": "x"}), domain("INBOX", message())))
    assert len(found.messages) == 1
    assert found.skipped[0].reason.startswith("domain INVITATIONS: ")


def test_a_nested_value_costs_its_row_only() -> None:
    found = merged(answer(domain("INBOX", message(CONTENT={"a": 1}), message(CONTENT=[1]), message())))
    assert len(found.messages) == 1
    assert found.skipped[0].reason == '"CONTENT" holds an object; expected a text'


def test_an_element_that_is_neither_snapshot_nor_event_is_named() -> None:
    assert merged(answer({"x": 1}, domain("INBOX", message()))).skipped == [
        Skip(1, "neither a snapshot domain nor a changelog event")
    ]


def test_batches_stay_within_the_limit() -> None:
    context = replace(OWNER, limits=replace(DEFAULT, batch_rows=10))
    found = batches(answer(domain("INBOX", *[message()] * 25)), context)
    assert [len(batch.messages) for batch in found] == [0, 10, 10, 5]


def event(**changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "owner": "urn:li:person:me",
        "actor": "urn:li:person:ada",
        "resourceName": "messages",
        "resourceId": "m1",
        "method": "CREATE",
        "activityStatus": "SUCCESS",
        "capturedAt": 1741346032000,
        "activity": {
            "author": "urn:li:person:ada",
            "thread": "urn:li:messagingThread:2-c1==",
            "createdAt": 1741346031000,
            "content": {"format": "TEXT", "fallback": "hello"},
            "attachments": [],
        },
    }
    return base | changes


def test_message_events_join_the_conversation_of_the_archive() -> None:
    found = merged(answer(event()))
    assert found.conversations[0].key == "2-c1=="
    assert found.messages == [(0, 1741346031, 0, 1, 0, "hello", None)]
    assert [account.keys for account in found.accounts] == [
        ["name:in:owner-synthetic/urn:li:person:ada"],
        ["in:owner-synthetic"],
    ]


def test_events_without_a_known_owner_keep_to_themselves() -> None:
    found = batches(answer(event()), Context())
    owner = found[0].owner
    assert owner is not None
    assert owner.keys[0].startswith("name:")
    assert owner.keys[0].endswith("/urn:li:person:me")
    assert found[1].accounts[1].keys == owner.keys


def test_a_decorated_event_shows_the_profile() -> None:
    shown = {"actor~": {"vanityName": "ada-synthetic-0", "localizedFirstName": "Ada", "localizedLastName": "S"}}
    found = merged(answer(event(processedActivity=shown)))
    assert (found.accounts[0].keys, found.accounts[0].name) == (["in:ada-synthetic-0"], "Ada S")


def test_invitation_events_are_contacts_of_the_other_side() -> None:
    body = {"com.linkedin.invitations.InvitationMessage": {"body": "I read your paper"}}
    incoming = {"inviter": "urn:li:person:ada", "invitee": "urn:li:person:me", "message": body, "sentAt": 1741346031000}
    outgoing = {"inviter": "urn:li:person:me", "invitee": "urn:li:person:bob", "message": "hello"}
    found = merged(
        answer(
            event(resourceName="invitations", resourceId="i1", activity=incoming),
            event(resourceName="invitations", resourceId="i2", activity=outgoing, actor="urn:li:person:me"),
        )
    )
    assert [(row.incoming, row.at, row.text) for row in found.contacts] == [
        (True, 1741346031, "I read your paper"),
        (False, 1741346032, "hello"),
    ]
    assert [account.keys[0].rpartition(":")[2] for account in found.accounts] == ["ada", "bob"]


def test_a_replayed_event_counts_once_and_others_are_counted_as_unread() -> None:
    found = merged(
        answer(
            event(),
            event(activityStatus="SUCCESSFUL_REPLAY"),
            event(method="DELETE"),
            event(activityStatus="FAILURE", resourceId="m2"),
            event(resourceName="socialActions/likes"),
            event(resourceName=["messages"]),
        )
    )
    assert len(found.messages) == 1
    assert "1 events not read: messages changed or deleted later" in found.warnings
    assert "1 events not read: messages that failed" in found.warnings
    assert "2 events not read: neither messages nor invitations" in found.warnings


@pytest.mark.parametrize(
    "spoiled",
    [
        {"activity": []},
        {"activity": {}, "actor": None},
        {"activity": {"author": "a"}},
        {"activity": {"author": "a", "thread": 3}},
        {"activity": {"author": "a", "thread": "t", "createdAt": True}},
        {"activity": {"author": "a", "thread": "t", "createdAt": -1}},
        {"activity": {"author": "a", "thread": "t", "createdAt": 10**18}},
        {"activity": {"author": "a", "thread": "t", "createdAt": "2025"}},
        {"activity": {"author": "a", "thread": "t", "content": {"fallback": 1}}},
        {"owner": 5},
    ],
)
def test_a_spoiled_event_is_skipped_with_its_line_and_the_next_is_read(spoiled: dict[str, Any]) -> None:
    found = merged(answer(event(**spoiled), event(resourceId="m2")))
    assert len(found.messages) == 1
    assert [skip.line for skip in found.skipped] == [1]


def test_hostile_words_come_out_plain() -> None:
    words = "pay\x1b[31m\u202e\u200b well \ud800" + "".join(chr(0xE0000 + ord(letter)) for letter in "safe")
    for document in (
        domain("INBOX", message(CONTENT=words)),
        event(activity=event()["activity"] | {"content": {"fallback": words}}),
    ):
        assert [row[5].strip() for row in merged(answer(document)).messages] == ["pay[31m well"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"elements": ' + "[" * 100_000, LimitError),
        ('{"elements": [], "elements": []}', FormatError),
        ('{"elements": [NaN]}', FormatError),
        ('{"elements": [1e999]}', FormatError),
        ('{"elements": []}', FormatError),
        ('{"elements": 3}', FormatError),
        ("3", FormatError),
        ("", FormatError),
    ],
)
def test_a_document_that_is_no_answer_is_refused(text: str, error: type[InputError]) -> None:
    with pytest.raises(error):
        batches(text)


def test_answers_are_known_by_their_keys() -> None:
    assert accepts("x.json", b'{"paging": {}, "elements": [')
    assert accepts("x.json", b'[{"snapshotDomain": "INBOX"')
    assert accepts("x.jsonl", b'{"resourceName": "messages", "activity": {')
    assert accepts("x.json", '{"snapshotDomain"'.encode("utf-16"))
    assert not accepts("x.json", b'{"basics": {')
    assert not accepts("x.csv", b'{"snapshotDomain"')
