from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.case.rows import Batch, ContactRow, Owner
from counterlure.errors import FormatError, InputError
from counterlure.ingest.context import Context
from counterlure.ingest.limits import DEFAULT
from counterlure.ingest.member import Member
from counterlure.ingest.reported import COLUMNS, accepts, moment, read

ADA = "https://www.linkedin.com/in/ada-synthetic-0"
OWNER = Context(owner_hint=Owner(["in:owner-synthetic"], "Owner Synthetic"))
ROW = {"account": ADA, "at": "2025-03-07T11:13:51Z", "kind": "call", "text": "asked about the lab"}


def member(data: bytes, name: str) -> Member:
    return Member(name, name, len(data), lambda: io.BytesIO(data))


def as_csv(rows: list[dict[str, str]], delimiter: str = ",") -> bytes:
    header = list(dict.fromkeys(key for row in rows for key in row)) or ["account"]
    text = io.StringIO()
    writer = csv.DictWriter(text, header, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_lines(rows: list[dict[str, str]]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def both(rows: list[dict[str, str]], context: Context = OWNER) -> list[Batch]:
    """The batches of the table, which are those of the lines apart from name, digest and line numbers."""
    table = list(read(member(as_csv(rows), "reported.csv"), context))
    lines = list(read(member(as_lines(rows), "reported.jsonl"), context))
    assert [batch.accounts for batch in table] == [batch.accounts for batch in lines]
    assert [batch.owner for batch in table] == [batch.owner for batch in lines]
    assert [[row.text for row in batch.contacts] for batch in table] == [
        [row.text for row in batch.contacts] for batch in lines
    ]
    assert [[skip.reason for skip in batch.skipped] for batch in table] == [
        [skip.reason for skip in batch.skipped] for batch in lines
    ]
    return table


def one(row: dict[str, str], context: Context = OWNER) -> Batch:
    (batch,) = both([row], context)
    return batch


def test_a_row_is_a_contact_with_whoever_hands_the_file_in() -> None:
    batch = one(ROW)
    assert batch.kind == "reported"
    assert batch.owner == Owner(["in:owner-synthetic"], "Owner Synthetic")
    assert batch.accounts[0].keys == ["in:ada-synthetic-0"]
    assert batch.contacts == [ContactRow("call", 0, True, 1741346031, 2, "asked about the lab", None, True)]


@pytest.mark.parametrize("kind", ["invitation", "call", "meeting", "trip", "mail", "other", "", "MEETING"])
def test_every_kind_but_messages_is_a_contact(kind: str) -> None:
    assert one(ROW | {"kind": kind}).contacts[0].kind == (kind.lower() or "other")


def test_messages_are_a_conversation_of_account_and_target() -> None:
    row = ROW | {"kind": "message", "target": "https://www.linkedin.com/in/col-synthetic"}
    (batch,) = both([row, row | {"direction": "out", "text": "no", "at": "2025-03-08"}])
    assert [conversation.key for conversation in batch.conversations] == [
        "reported:in:col-synthetic|in:ada-synthetic-0"
    ]
    assert batch.conversations[0].participants == [0, 1]
    assert batch.messages == [
        (0, 1741346031, 0, 2, 0, "asked about the lab", None),
        (0, 1741392000, 1, 3, 0, "no", None),
    ]
    assert batch.warnings == ["1 times of messages have no zone and were read as UTC"]


def test_each_target_has_a_batch_of_its_own() -> None:
    rows = [
        ROW | {"target": "col@lab.example", "organisation": "Lab", "role": "Physicist"},
        ROW | {"target": "Jane Colleague"},
        ROW,
        ROW | {"target": "COL@lab.example", "organisation": "Lab", "role": "Physicist"},
    ]
    found = both(rows)
    assert [batch.owner for batch in found] == [
        Owner(["mail:col@lab.example"], None, "Lab", "Physicist"),
        Owner(["name:in:owner-synthetic/jane colleague"], "Jane Colleague"),
        Owner(["in:owner-synthetic"], "Owner Synthetic"),
    ]
    assert [len(batch.contacts) for batch in found] == [2, 1, 1]


def test_a_department_is_kept_with_its_target() -> None:
    assert one(ROW | {"department": " Test\u200b team "}).owner == Owner(
        ["in:owner-synthetic"], "Owner Synthetic", None, None, "Test team"
    )
    assert one(ROW | {"department": "Tests"}, Context()).owner == Owner([], None, None, None, "Tests")
    known = Context(owner_hint=Owner(["in:o"], "O", "Lab", "Physicist", "Lasers"))
    assert one(ROW | {"role": "Head"}, known).owner == Owner(["in:o"], "O", "Lab", "Head", "Lasers")
    row = ROW | {"target": "col@lab.example"}
    found = both([row | {"department": "Tests"}, row | {"department": "Sales"}, row, row | {"department": "Tests"}])
    assert [(batch.owner.department, len(batch.contacts)) for batch in found if batch.owner] == [
        ("Tests", 2),
        ("Sales", 1),
        (None, 1),
    ]


def test_a_target_who_is_the_owner_is_the_owner() -> None:
    assert one(ROW | {"target": "owner  SYNTHETIC"}).owner == Owner(["in:owner-synthetic"], "Owner Synthetic")


def test_without_any_owner_the_report_belongs_to_the_delivery() -> None:
    assert one(ROW, Context()).owner is None
    assert one(ROW | {"organisation": "Lab"}, Context()).owner == Owner([], None, "Lab")


def test_an_account_known_by_name_stays_local_to_the_target() -> None:
    batch = one(ROW | {"account": "Ada Synthetic", "target": "col@lab.example", "employer": "Invented Partners"})
    assert batch.accounts[0].keys == ["name:mail:col@lab.example/ada synthetic"]
    assert (batch.accounts[0].name, batch.accounts[0].employer) == ("Ada Synthetic", "Invented Partners")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"account": " "}, "account is empty; write a profile address, an e-mail address or a name"),
        ({"kind": "fax"}, 'kind holds "fax"; write one of message, invitation, call, meeting, trip, mail, other'),
        ({"direction": "both"}, 'direction holds "both"; write in or out'),
        ({"at": "7.3.2025"}, 'at holds "7.3.2025"; write 2025-03-07 or 2025-03-07T11:13:51+01:00, from 2002 on'),
        ({"kind": "message", "text": ""}, "text is empty; write the words of the message, or another kind"),
        ({"target": ADA}, f"account and target are both {json.dumps(ADA[:40] + '…', ensure_ascii=False)}; one of them"),
    ],
)
def test_a_bad_value_costs_its_row_and_names_column_value_and_remedy(change: dict[str, str], reason: str) -> None:
    (batch,) = both([ROW | change, ROW])
    assert len(batch.contacts) == 1
    assert [skip.line for skip in batch.skipped] == [2]
    assert batch.skipped[0].reason.startswith(reason)


def test_an_outgoing_message_of_nobody_known_is_skipped() -> None:
    batch = one(ROW | {"kind": "message", "direction": "out"}, Context())
    assert "fill the column target" in batch.skipped[0].reason


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2025-03-07", (1741305600, False)),
        ("2025-03-07 11:13", (1741346000 - 20, False)),
        ("2025-03-07T11:13:51", (1741346031, False)),
        ("2025-03-07T11:13:51Z", (1741346031, True)),
        ("2025-03-07 11:13:51 UTC", (1741346031, True)),
        ("2025-03-07T12:13:51+01:00", (1741346031, True)),
        ("2025-03-07T12:13:51.5+0100", (1741346031, True)),
        ("", (None, True)),
    ],
)
def test_times_are_iso_and_their_zone_is_remembered(words: str, expected: tuple[int | None, bool]) -> None:
    assert moment(words) == expected


@pytest.mark.parametrize(
    "words",
    ["0001-01-01", "9999-12-31", "1999-01-01", "2025-02-30", "2025-03-07T25:00", "03/07/2025", "2025", "٢٠٢٥-٠٣-٠٧"],
)
def test_other_times_are_refused(words: str) -> None:
    assert "write 2025-03-07" in one(ROW | {"at": words}).skipped[0].reason


def test_unknown_columns_are_named_once() -> None:
    rows = [ROW | {"phone": "1", "age": "2"}] * 3
    for data, name in ((as_csv(rows), "reported.csv"), (as_lines(rows), "reported.jsonl")):
        (batch,) = read(member(data, name), OWNER)
        assert batch.warnings == ['unknown columns not read: "phone", "age"']
        assert "age" not in repr(batch.contacts)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables_are_read_with_every_delimiter_of_the_archive_reader(delimiter: str) -> None:
    (batch,) = read(member(as_csv([ROW], delimiter), "reported.csv"), OWNER)
    assert len(batch.contacts) == 1


def test_a_table_saved_by_excel_with_western_letters_is_read() -> None:
    (batch,) = read(member("account;text\r\nRené;déjà vu\r\n".encode("cp1252"), "reported.csv"), OWNER)
    assert batch.contacts[0].text == "déjà vu"


def test_a_table_without_the_column_account_is_refused() -> None:
    with pytest.raises(FormatError):
        list(read(member(b"who,what\na,b\n", "reported.csv"), OWNER))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[" * 100_000, "nested deeper"),
        ('{"account": "a", "account": "b"}', "twice"),
        ('{"account": "a", "Account": "b"}', "twice"),
        ('{"account": NaN}', "NaN"),
        ('{"account": 1e999}', "too large"),
        ('{"account": 5}', "a number; expected a text"),
        ('["account"]', "a list; expected an object"),
        ("{", "not valid JSON"),
    ],
)
def test_a_bad_line_is_skipped_and_the_next_is_read(line: str, reason: str) -> None:
    data = f"{line}\n{json.dumps(ROW)}\n".encode()
    (batch,) = read(member(data, "reported.jsonl"), OWNER)
    assert len(batch.contacts) == 1
    assert batch.skipped[0].line == 1
    assert reason in batch.skipped[0].reason


def test_a_line_that_is_no_text_ends_the_reading_and_keeps_what_came_before() -> None:
    data = json.dumps(ROW).encode() + b"\n\xff\xfe\n"
    (batch,) = read(member(data, "reported.jsonl"), OWNER)
    assert len(batch.contacts) == 1
    assert "not read from here on" in batch.skipped[0].reason


def test_spreadsheet_formulas_and_markup_stay_harmless_words() -> None:
    words = [
        "=cmd|' /C calc'!A0",
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        "＝1",
        "{{7*7}}",
        "![x](https://beacon.example/i.png)",
    ]
    (batch,) = both([ROW | {"text": text} for text in words])
    assert [row.text for row in batch.contacts] == [text.strip() for text in words]
    html = one(ROW | {"text": "<p>We <b>pay</b><script>x()</script><svg onload=x()></svg></p>"})
    assert html.contacts[0].text == "We pay"


def test_hidden_and_control_characters_are_taken_out_of_every_column() -> None:
    hidden = "\x1b[2J\u202e\u200b" + "".join(chr(0xE0000 + ord(letter)) for letter in "safe")
    row = {name: value + hidden for name, value in ROW.items() if name != "at"} | {"employer": "X" + hidden}
    row["kind"] = "call"
    batch = one(row | {"account": "Ada" + hidden})
    assert batch.accounts[0].name == "Ada[2J"
    assert batch.accounts[0].employer == "X[2J"
    assert batch.contacts[0].text == "asked about the lab[2J"


def test_a_bare_header_and_an_empty_file_of_lines_give_one_empty_batch() -> None:
    for data, name in ((as_csv([]), "reported.csv"), (b"", "reported.jsonl")):
        (batch,) = read(member(data, name), OWNER)
        assert (batch.contacts, batch.messages, batch.owner) == ([], [], OWNER.owner_hint)


def test_batches_stay_within_the_limit_and_lose_nothing() -> None:
    context = replace(OWNER, limits=replace(DEFAULT, batch_rows=10))
    rows = [ROW | {"text": str(number)} for number in range(25)] + [ROW | {"kind": "fax"}]
    found = list(read(member(as_csv(rows), "reported.csv"), context))
    assert [len(batch.contacts) for batch in found] == [10, 10, 5]
    assert sum(len(batch.skipped) for batch in found) == 1


@given(st.lists(st.fixed_dictionaries({}, optional={name: st.text(max_size=12) for name in COLUMNS}), max_size=4))
@settings(max_examples=100, deadline=None)
def test_any_rows_give_rows_or_reasons(rows: list[dict[str, str]]) -> None:
    data = "\n".join(json.dumps(row) for row in rows).encode()
    try:
        found = list(read(member(data, "reported.jsonl"), OWNER))
    except InputError:
        return
    kept = sum(len(batch.contacts) + len(batch.messages) + len(batch.skipped) for batch in found)
    assert kept == len(rows)


def test_reports_are_known_by_name_or_first_line() -> None:
    assert accepts("reported_contacts.csv", b"")
    assert accepts("Contacts_reported 2025.jsonl", b"")
    assert accepts("march.csv", b"\xef\xbb\xbfAccount;Target;At;Kind\r\n")
    assert accepts("march.jsonl", b'{"account": "x", "at": "2025", "kind": "call"}\n')
    assert not accepts("march.csv", b"First Name,Last Name\naccount,at,kind\n")
    assert not accepts("reported.pdf", b"")
