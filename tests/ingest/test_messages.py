from __future__ import annotations

import csv
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.case.rows import (
    FLAG_ARCHIVED,
    FLAG_ATTACHMENT,
    FLAG_DRAFT,
    FLAG_HTML,
    FLAG_INMAIL,
    FLAG_SPAM,
    Batch,
)
from counterlure.errors import FormatError
from counterlure.ingest.context import Context
from counterlure.ingest.limits import DEFAULT
from counterlure.ingest.messages import accepts, read
from counterlure.ingest.threads import Threads
from tests.ingest.archives import (
    CAI,
    HEADER_2018,
    HEADER_2023,
    HEADER_2026,
    OWNER,
    PARTNER,
    ROW,
    SENT_AT,
    THREAD,
    context,
    member,
    messages,
    owner,
    rows_of,
    skips_of,
    table,
    texts,
    warnings_of,
)

BEFORE_2023 = HEADER_2023.replace(",RECIPIENT PROFILE URLS", "")
HEADER_2025_01 = HEADER_2023 + ",IS MESSAGE DRAFT"
HEADER_2025_12 = HEADER_2023 + ",ATTACHMENTS,IS MESSAGE DRAFT"


def batches(data: str | bytes, of: Context | None = None) -> list[Batch]:
    return list(read(member(data), of or context()))


def one(data: str | bytes, of: Context | None = None) -> Batch:
    [batch] = batches(data, of)
    return batch


@pytest.mark.parametrize("header", [HEADER_2023, HEADER_2025_01, HEADER_2025_12, HEADER_2026])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_every_layout_since_2023_gives_the_same_message(header: str, quoting: int) -> None:
    batch = one(table(header, [ROW], quoting=quoting))
    assert batch.messages == [(0, SENT_AT, 0, 2, 0, ROW["CONTENT"], None)]
    assert [(row.keys, row.name, row.url) for row in batch.accounts] == [
        (["in:bo-example"], "Bo Example", PARTNER),
        (["in:ada-example"], "Ada Example", OWNER),
    ]
    [thread] = batch.conversations
    assert (thread.key, thread.title, thread.participants) == (THREAD, None, [0, 1])
    assert batch.skipped == []
    assert batch.warnings == []
    assert (batch.source, batch.kind, len(batch.digest)) == ("archive.zip/messages.csv", "messages", 64)


def test_columns_are_matched_by_name_in_any_order() -> None:
    columns = list(reversed(HEADER_2026.split(",")))
    assert one(table(",".join(columns), [ROW])).messages == one(messages()).messages


def test_an_unknown_column_is_named_and_the_rest_is_read() -> None:
    batch = one(table(HEADER_2026 + ",MOOD", [{**ROW, "MOOD": "sunny"}]))
    assert rows_of([batch])
    assert batch.warnings == ['unknown columns not read: "MOOD"']


@pytest.mark.parametrize("column", ["DATE", "CONTENT", "SENDER PROFILE URL", "FROM"])
def test_a_missing_column_refuses_the_file_and_is_named(column: str) -> None:
    header = ",".join(name for name in HEADER_2026.split(",") if name != column)
    with pytest.raises(FormatError, match=column.lower()):
        one(table(header, [ROW]))


def test_a_file_with_nothing_but_a_header_is_one_empty_batch() -> None:
    batch = one(HEADER_2026 + "\n")
    assert batch.messages == batch.skipped == []


@pytest.mark.parametrize(
    ("change", "flags"),
    [
        ({"FOLDER": "SPAM"}, FLAG_SPAM),
        ({"FOLDER": "ARCHIVE"}, FLAG_ARCHIVED),
        ({"FOLDER": "ARCHIVED"}, FLAG_ARCHIVED),
        ({"FOLDER": ""}, 0),
        ({"IS MESSAGE DRAFT": "Yes"}, FLAG_DRAFT),
        ({"IS CONVERSATION DRAFT": "true"}, FLAG_DRAFT),
        ({"ATTACHMENTS": "https://www.example.org/a.pdf"}, FLAG_ATTACHMENT),
        ({"SUBJECT": "An opportunity"}, FLAG_INMAIL),
        ({"FOLDER": "SPAM", "CONTENT": "<p>Hi</p>"}, FLAG_SPAM | FLAG_HTML | FLAG_INMAIL),
    ],
)
def test_folders_drafts_attachments_and_inmails_are_flagged(change: dict[str, str], flags: int) -> None:
    assert rows_of([one(messages(change))])[0][4] == flags


def test_markup_becomes_the_words_a_reader_sees() -> None:
    content = '<p class="spinmail-quill-editor__spin-break">Dear&nbsp;Dr &amp; team,</p><br><strong>Hi</strong>'
    assert list(texts([one(messages({"CONTENT": content}))])) == ["Dear Dr & team,\n\nHi"]


def test_plain_messages_are_not_unescaped() -> None:
    content = "use &amp; <3 and <not a tag> here"
    assert list(texts([one(messages({"CONTENT": content}))])) == [content]


def test_a_message_without_readable_date_is_kept_and_named() -> None:
    batch = one(messages({"DATE": "07/03/2025 11:13"}, {}))
    assert [row[1] for row in batch.messages] == [None, SENT_AT]
    assert [(skip.line, "kept without a time" in skip.reason) for skip in batch.skipped] == [(2, True)]


def test_a_header_that_comes_again_is_left_out() -> None:
    batch = one(messages() + messages({"CONTENT": "later"}))
    assert list(texts([batch])) == [ROW["CONTENT"], "later"]
    assert [(skip.line, skip.reason) for skip in batch.skipped] == [(3, "repeats the header row")]


def test_a_removed_account_is_known_by_its_conversation_alone() -> None:
    gone = {"FROM": "LinkedIn Member", "SENDER PROFILE URL": ""}
    batch = one(messages(gone, {**gone, "CONVERSATION ID": "2-B=="}))
    assert [row.keys for row in batch.accounts if row.name == "LinkedIn Member"] == [
        [f"removed:{THREAD}"],
        ["removed:2-B=="],
    ]


def test_a_recipient_that_is_gone_is_the_removed_account_of_the_conversation() -> None:
    reply = {"FROM": "Ada Example", "SENDER PROFILE URL": OWNER, "TO": "LinkedIn Member", "RECIPIENT PROFILE URLS": ""}
    batch = one(messages(reply))
    assert [row.keys for row in batch.accounts] == [["in:ada-example"], [f"removed:{THREAD}"]]


def test_a_row_without_recipients_reaches_the_owner() -> None:
    batch = one(messages({"TO": "", "RECIPIENT PROFILE URLS": ""}))
    assert [row.keys for row in batch.accounts] == [["in:bo-example"], ["in:ada-example"]]


@pytest.mark.parametrize("separator", [",", ", ", ";", " ", "|", "\n"])
def test_several_recipients_are_cut_by_the_shape_of_their_addresses(separator: str) -> None:
    batch = one(messages({"TO": "Ada Example,Cai Example", "RECIPIENT PROFILE URLS": f"{OWNER}{separator}{CAI}"}))
    assert [(row.keys, row.name) for row in batch.accounts[1:]] == [
        (["in:ada-example"], "Ada Example"),
        (["in:cai-example"], "Cai Example"),
    ]


def test_names_that_do_not_match_their_addresses_one_to_one_are_not_used() -> None:
    batch = one(messages({"TO": "Ada Example,Cai Example, PhD", "RECIPIENT PROFILE URLS": f"{OWNER},{CAI}"}))
    assert [row.name for row in batch.accounts[1:]] == [None, None]


def test_addresses_of_one_account_in_several_spellings_are_one_account() -> None:
    batch = one(messages({}, {"SENDER PROFILE URL": "https://fr.linkedin.com/in/BO-Example/"}))
    assert len(batch.accounts) == 2


def test_a_company_page_or_sponsor_is_known_by_name_inside_the_delivery() -> None:
    batch = one(messages({"FROM": "Example Corp", "SENDER PROFILE URL": "https://www.linkedin.com/company/example"}))
    assert batch.accounts[0].keys == ["name:in:ada-example/example corp"]


def test_before_2023_recipients_are_found_among_those_who_wrote_in_the_conversation() -> None:
    mine = {"FROM": "Ada Example", "SENDER PROFILE URL": OWNER, "TO": "Bo Example"}
    batch = one(
        table(
            BEFORE_2023,
            [
                {**ROW, **mine},
                ROW,
                {**ROW, "FROM": "Cai Example", "SENDER PROFILE URL": CAI},
                {**ROW, **mine, "TO": "Bo Example,Cai Example"},
            ],
        )
    )
    assert [row.keys for row in batch.accounts] == [["in:ada-example"], ["in:bo-example"], ["in:cai-example"]]


def test_before_2023_a_recipient_who_never_wrote_is_known_by_name() -> None:
    mine = {"FROM": "Ada Example", "SENDER PROFILE URL": OWNER, "TO": "Dee Example, PhD"}
    batch = one(table(BEFORE_2023, [{**ROW, **mine}]))
    assert batch.accounts[1].keys == ["name:in:ada-example/dee example, phd"]


def test_the_2018_layout_makes_conversations_from_owner_and_partner() -> None:
    data = table(
        HEADER_2018,
        [
            ("Bo Example", "Ada Example", "10/16/18, 8:36 AM", "", "Hello", "INCOMING", "INBOX"),
            ("Ada Example", "Bo  EXAMPLE", "10/16/18, 9:00 AM", "", "Hello back", "OUTGOING", "SENT"),
            ("Cai Example", "Ada Example", "10/17/18, 9:00 PM", "Hi", "&rsquo;Hi", "INCOMING", "ARCHIVED"),
        ],
    )
    batch = one(data)
    assert [thread.key for thread in batch.conversations] == [
        "pair:ada example|bo example",
        "pair:ada example|cai example",
    ]
    assert [row.keys for row in batch.accounts] == [
        ["name:in:ada-example/bo example"],
        ["in:ada-example"],
        ["name:in:ada-example/cai example"],
    ]
    assert [(row[0], row[1], row[2], row[4]) for row in batch.messages] == [
        (0, 1539678960, 0, 0),
        (0, 1539680400, 1, 0),
        (1, 1539810000, 2, FLAG_ARCHIVED | FLAG_INMAIL),
    ]


def test_names_of_two_owners_do_not_meet() -> None:
    data = table(HEADER_2018, [("Bo Example", "Ada Example", "10/16/18, 8:36 AM", "", "Hello", "INCOMING", "INBOX")])
    keys = {
        one(data, context(replace_key)).accounts[0].keys[0]
        for replace_key in (owner(), type(owner())(["in:other"], "Ada Example"))
    }
    assert len(keys) == 2


def test_an_old_file_in_utf16_with_tabs_is_read() -> None:
    rows = [
        (
            "Bo Example",
            "Ada Example",
            "10/16/18, 8:36 AM",
            "",
            "Tab\there, comma, \u201cquote\u201d",
            "INCOMING",
            "INBOX",
        )
    ]
    batch = one(table(HEADER_2018, rows, delimiter="\t").encode("utf-16"))
    assert list(texts([batch])) == ["Tab here, comma, “quote”"]


def test_a_file_saved_again_with_semicolons_and_western_letters_is_read_with_a_warning() -> None:
    batch = one(table(HEADER_2026, [{**ROW, "CONTENT": "Très intéressé; à bientôt"}], delimiter=";").encode("cp1252"))
    assert list(texts([batch])) == ["Très intéressé; à bientôt"]
    assert "Windows-1252" in warnings_of([batch])


HEADERS = {
    "French": "ID de conversation,Titre de la conversation,De,URL du profil de l’expéditeur,À,URL des profils des destinataires,Date,Objet,Contenu,Dossier",
    "German": "Konversations-ID,Titel der Konversation,Von,Profil-URL des Absenders,An,Profil-URLs der Empfänger,Datum,Betreff,Inhalt,Ordner",
    "Spanish": "ID de la conversación,Título de la conversación,Remitente,URL del perfil del remitente,Para,URL de los perfiles de los destinatarios,Fecha,Asunto,Contenido,Carpeta",
    "Chinese": "会话 ID,会话标题,发件人,发件人档案链接,收件人,收件人档案链接,日期,主题,内容,文件夹",
}


@pytest.mark.parametrize("language", HEADERS)
def test_translated_headers_are_read_with_a_loud_warning(language: str) -> None:
    cells = [ROW.get(name, "") for name in HEADER_2023.split(",")]
    batch = one(table(HEADERS[language], [cells]))
    assert batch.messages == [(0, SENT_AT, 0, 2, 0, ROW["CONTENT"], None)]
    assert "HEADERS ARE NOT IN ENGLISH" in warnings_of([batch])
    assert language in warnings_of([batch])


def test_batches_hold_so_many_rows_and_their_own_lists() -> None:
    data = messages(*({"CONVERSATION ID": f"2-{n}==", "CONTENT": str(n)} for n in range(7)))
    found = batches(data, context(limits=replace(DEFAULT, batch_rows=3)))
    assert [len(batch.messages) for batch in found] == [3, 3, 1]
    assert list(texts(found)) == [str(n) for n in range(7)]
    for batch in found:
        assert [row[0] for row in batch.messages] == list(range(len(batch.conversations)))
        assert len(batch.accounts) == 2
    assert len({batch.digest for batch in found}) == 1


def test_a_batch_ends_early_where_its_text_grows_large() -> None:
    data = messages(*({"CONTENT": "x" * 900_000} for _ in range(12)))
    assert len(batches(data)) == 2


def test_a_message_twice_in_one_file_is_two_rows_for_the_case_to_settle() -> None:
    assert len(rows_of(batches(messages({}, {})))) == 2


CELLS = {
    "CONVERSATION ID": (THREAD, "2-other", " ", "2-\u200bx "),
    "FROM": ("Bo Example", "", "LinkedIn Member", "Ada Example", " Bo\u202e "),
    "SENDER PROFILE URL": (PARTNER, "", OWNER, f" {PARTNER} ", "urn:li:member:7", PARTNER + "%C3%A9"),
    "TO": ("Ada Example", "Ada Example,Cai Example", "", "LinkedIn Member"),
    "RECIPIENT PROFILE URLS": (OWNER, f"{OWNER},{CAI}", "", f"{CAI}\u200b", "not an address"),
    "CONVERSATION TITLE": ("", "A title", "\u200b"),
}


@given(st.lists(st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()}), max_size=8))
@settings(max_examples=200)
def test_the_short_way_for_two_addresses_and_the_long_one_agree(rows: list[dict[str, str]]) -> None:
    data = messages(*rows)
    short = one(data)
    pair, Threads._pair = Threads._pair, lambda *_: None  # type: ignore[method-assign,assignment]
    try:
        assert one(data) == short
    finally:
        Threads._pair = pair  # type: ignore[method-assign]


def test_line_numbers_are_physical() -> None:
    batch = one(messages({"CONTENT": "two\nlines"}, {"CONTENT": "after"}))
    assert [row[3] for row in batch.messages] == [2, 4]


def test_texts_carry_no_unseen_characters_and_names_neither() -> None:
    batch = one(
        messages({"CONTENT": "a\u200bb\x00c\u202e\U000e0049d", "FROM": "Bo\u202e Example\n", "SUBJECT": "x\ty"})
    )
    assert batch.messages[0][5:] == ("abcd", "x y")
    assert batch.accounts[0].name == "Bo Example"


def test_skips_of_broken_rows_travel_with_the_batch() -> None:
    data = messages() + '"unclosed,row\n' + messages({"CONTENT": "later"}).split("\n", 1)[1]
    batch = one(data)
    assert list(texts([batch])) == [ROW["CONTENT"], "later"]
    assert [skip.line for skip in skips_of([batch])] == [3]


def test_an_unknown_owner_leaves_names_local_to_the_file() -> None:
    data = table(HEADER_2018, [("Bo Example", "Ada Example", "10/16/18, 8:36 AM", "", "Hello", "INCOMING", "INBOX")])
    batch = one(data, Context(DEFAULT, None))
    assert batch.accounts[0].keys == [f"name:{batch.digest[:16]}/bo example"]


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("messages.csv", True),
        ("Messages.csv", True),
        ("messages.xlsx", True),
        ("guide_messages.csv", False),
        ("messages.json", False),
    ],
)
def test_it_takes_messages_only(name: str, taken: bool) -> None:
    assert accepts(name, b"") is taken
