"""Deliveries are written whole, once, and one account stays one account."""

from __future__ import annotations

import hashlib

import pytest

from counterlure.case.rows import AccountRow, Batch, ConnectionRow, ContactRow, Owner, PositionRow, ProfileRow, Skip
from counterlure.case.store import Case
from counterlure.case.write import DeliveryWriter
from counterlure.model import Skipped
from tests.factories import Delivery

from .conftest import NOW, OWNER


def count(case: Case, table: str) -> int:
    return int(case.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_a_delivery_becomes_rows_with_provenance(case, batch):
    written = DeliveryWriter(case).write(Delivery("a.zip", "1", OWNER, [batch()]))
    assert written.messages == 2
    row = case.db.execute(
        "SELECT s.name, m.line, m.text FROM message m JOIN source s ON s.id = m.source ORDER BY m.id"
    ).fetchone()
    assert row == ("a.zip/messages.csv", 2, "hello there")
    assert case.db.execute("SELECT name, organisation, role FROM target").fetchall() == [
        ("Ola Wner", "Works", "engineer")
    ]


def test_reading_the_same_delivery_again_adds_nothing(case, batch):
    writer = DeliveryWriter(case)
    writer.write(Delivery("a.zip", "1", OWNER, [batch()]))
    again = writer.write(Delivery("renamed.zip", "1", OWNER, [batch()]))
    assert again.known
    assert count(case, "message") == 2
    assert count(case, "delivery") == 1


def test_a_message_seen_in_two_deliveries_is_one_row_that_remembers_both(case, batch):
    writer = DeliveryWriter(case)
    writer.write(Delivery("a.zip", "1", OWNER, [batch()]))
    written = DeliveryWriter(case).write(
        Delivery("b.zip", "2", Owner(["in:stranger"], "Stran Ger"), [batch(source="b.zip/messages.csv")])
    )
    assert written.messages == 0
    assert count(case, "message") == 2
    assert count(case, "message_also") == 2
    assert count(case, "conversation_delivery") == 2


def test_duplicated_rows_inside_one_file_count_once(case, batch):
    doubled = batch()
    doubled.messages = doubled.messages * 3
    assert DeliveryWriter(case).write(Delivery("a.zip", "1", OWNER, [doubled])).messages == 2


def test_messages_that_differ_in_one_word_are_two(case, batch):
    writer = DeliveryWriter(case)
    writer.write(Delivery("a.zip", "1", OWNER, [batch()]))
    assert writer.write(Delivery("b.zip", "2", OWNER, [batch(text="hello again")])).messages == 1


def test_a_renamed_slug_with_the_same_member_number_is_one_account(case):
    writer = DeliveryWriter(case)
    rows = [
        [AccountRow(["in:old-name", "member:7"])],
        [AccountRow(["in:new-name", "member:7"])],
        [AccountRow(["in:new-name"])],
    ]
    for number, accounts in enumerate(rows):
        writer.write(Delivery("x", str(number), OWNER, [Batch("x", "capture", "0", accounts=accounts)]))
    assert case.db.execute("SELECT count(DISTINCT account) FROM account_key WHERE key != 'in:owner'").fetchone() == (1,)


def test_two_accounts_that_turn_out_to_be_one_are_merged_with_all_they_did(case, batch):
    writer = DeliveryWriter(case)
    writer.write(Delivery("a.zip", "1", OWNER, [batch()]))
    writer.write(
        Delivery(
            "b", "2", OWNER, [Batch("b", "capture", "0", accounts=[AccountRow(["member:9"], headline="consultant")])]
        )
    )
    writer.write(
        Delivery("c", "3", OWNER, [Batch("c", "capture", "0", accounts=[AccountRow(["in:stranger", "member:9"])])])
    )
    owners = case.db.execute("SELECT account FROM account_key WHERE key IN ('in:stranger', 'member:9')").fetchall()
    assert owners[0] == owners[1]
    assert case.db.execute("SELECT headline, url FROM account WHERE id = ?", owners[0]).fetchone() == (
        "consultant",
        "https://x/in/stranger",
    )
    assert case.db.execute("SELECT count(*) FROM message WHERE sender = ?", owners[0]).fetchone() == (1,)
    assert case.db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_what_is_known_of_an_account_is_not_overwritten(case, batch):
    writer = DeliveryWriter(case)
    writer.write(Delivery("a.zip", "1", OWNER, [batch()]))
    row = AccountRow(["in:stranger"], "Another Name", headline="new", employer="Firm")
    writer.write(Delivery("b", "2", OWNER, [Batch("b", "capture", "0", accounts=[row])]))
    sql = "SELECT name, headline, employer FROM account a JOIN account_key k ON k.account = a.id WHERE key = 'in:stranger'"
    assert case.db.execute(sql).fetchone() == ("Stran Ger", "new", "Firm")


def test_connections_are_kept_as_salted_hashes_only(case):
    rows = [ConnectionRow("in:friend", NOW, 5), ConnectionRow(None, NOW, 6)]
    DeliveryWriter(case).write(Delivery("a", "1", OWNER, [Batch("a", "connections", "0", connections=rows)]))
    assert case.db.execute("SELECT hash FROM connection").fetchall() == [
        (hashlib.sha256(b"s" * 16 + b"in:friend").digest(),)
    ]
    assert count(case, "connection_plain") == 0
    assert b"in:friend" not in (case.path / "case.sqlite").read_bytes()


def test_connections_are_kept_plain_where_the_operator_opted_in(case):
    rows = [ConnectionRow("in:friend", NOW, 5, "A Friend", "Firm", "CEO")]
    DeliveryWriter(case).write(Delivery("a", "1", OWNER, [Batch("a", "connections", "0", connections=rows)]))
    assert case.db.execute("SELECT key, organisation FROM connection_plain").fetchall() == [("in:friend", "Firm")]


def test_contacts_profiles_and_skips_are_kept(case):
    made = Batch(
        "r.csv", "reported", "0",
        accounts=[AccountRow(["in:caller"])],
        contacts=[ContactRow("call", 0, True, NOW, 2, "phoned on Tuesday"), ContactRow("call", 0, True, NOW, 3, "phoned on Tuesday")],
        profiles=[ProfileRow(0, NOW, "headline", None, 1, [PositionRow("work", "Firm", "CEO", "2020-01", None, 1)])],
        skipped=[Skip(9, "date 'soon' is not a date")], warnings=["column `mood` is not known"],
    )  # fmt: skip
    written = DeliveryWriter(case).write(Delivery("r.csv", "1", OWNER, [made], [Skipped("r.csv/x:0", "empty")]))
    assert (written.contacts, written.profiles) == (1, 1)
    assert count(case, "position") == 1
    assert case.db.execute("SELECT source, severity FROM skipped ORDER BY source").fetchall() == [
        ("r.csv", "warning"), ("r.csv/x:0", "skip"), ("r.csv:9", "skip"),
    ]  # fmt: skip


def test_a_batch_with_an_owner_of_its_own_is_that_persons(case, batch):
    DeliveryWriter(case).write(Delivery("r", "1", OWNER, [batch(owner=Owner(["in:colleague"], "Col League"))]))
    sql = "SELECT t.name FROM conversation_delivery d JOIN target t ON t.id = d.target"
    assert case.db.execute(sql).fetchall() == [("Col League",)]


def test_an_unknown_owner_is_a_target_of_its_own(case, batch):
    writer = DeliveryWriter(case)
    writer.write(Delivery("a", "1", None, [batch()]))
    writer.write(Delivery("b", "2", None, [batch()]))
    assert count(case, "target") == 2


def test_a_failure_half_way_leaves_the_case_as_it_was(case, batch):
    writer = DeliveryWriter(case)
    broken = batch()
    broken.messages = [*broken.messages, (5, NOW, 1, 9, 0, "points nowhere", None)]
    with pytest.raises(IndexError):
        writer.write(Delivery("a.zip", "1", OWNER, [broken]))
    assert [count(case, t) for t in ("message", "account", "delivery", "conversation")] == [0, 0, 0, 0]
    assert writer.write(Delivery("a.zip", "1", OWNER, [batch()])).messages == 2


def test_a_removed_member_is_marked_and_local(case):
    DeliveryWriter(case).write(
        Delivery("a", "1", OWNER, [Batch("a", "messages", "0", accounts=[AccountRow(["removed:2-abc"])])])
    )
    assert case.db.execute("SELECT local, removed FROM account ORDER BY id DESC LIMIT 1").fetchone() == (1, 1)
