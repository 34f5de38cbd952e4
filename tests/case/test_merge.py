"""Accounts and targets that turn out to be one."""

from __future__ import annotations

from counterlure.case.rows import AccountRow, Batch, ConnectionRow, ContactRow, ConversationRow, Owner
from counterlure.case.store import Case
from counterlure.case.write import DeliveryWriter
from tests.factories import Delivery

from .conftest import NOW, OWNER


def capture(*accounts: AccountRow, **more: object) -> Batch:
    return Batch("m", "messages", "0", accounts=list(accounts), **more)  # type: ignore[arg-type]


def test_two_targets_with_one_account_become_the_earlier_one(case):
    writer = DeliveryWriter(case)
    evil = AccountRow(["in:evil"])
    contact = capture(AccountRow(["mail:a@x.org"]), evil, contacts=[ContactRow("mail", 1, True, NOW, 1, "hi")])
    writer.write(Delivery("a", "1", Owner(["mail:a@x.org"], None, "Works"), [contact]))
    thread = capture(
        AccountRow(["in:alice"]), evil, conversations=[ConversationRow("t", None, [0, 1])],
        messages=[(0, NOW, 1, 2, 0, "x", None)], connections=[ConnectionRow("in:z", NOW, 3, "Z")],
    )  # fmt: skip
    writer.write(Delivery("b", "2", Owner(["in:alice"], "Alice", None, "engineer"), [thread]))
    assert case.db.execute("SELECT count(*) FROM target").fetchone() == (2,)
    both = Owner(["in:alice", "mail:a@x.org"])
    writer.write(
        Delivery(
            "c", "3", both, [capture(AccountRow(both.keys), evil, conversations=[ConversationRow("u", None, [0, 1])])]
        )
    )
    assert case.db.execute("SELECT id, name, organisation, role FROM target").fetchall() == [
        (1, "Alice", "Works", "engineer")
    ]
    for table in ("contact", "delivery", "conversation_delivery", "connection", "connection_plain"):
        assert case.db.execute(f"SELECT DISTINCT target FROM {table}").fetchall() == [(1,)], table
    assert case.db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_targets_merged_by_the_rows_of_a_batch_are_one_for_that_batch_too(case):
    writer = DeliveryWriter(case)
    writer.write(Delivery("a", "1", Owner(["mail:a@x.org"]), [capture(AccountRow(["mail:a@x.org"]))]))
    thread = ConversationRow("t", None, [0])
    batch = capture(AccountRow(["in:alice", "mail:a@x.org"]), conversations=[thread])
    writer.write(Delivery("b", "2", Owner(["in:alice"]), [batch]))
    assert case.db.execute("SELECT target FROM conversation_delivery").fetchall() == [(1,)]
    assert case.db.execute("SELECT DISTINCT target FROM delivery").fetchall() == [(1,)]
    assert case.db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_rows_before_a_merge_in_the_same_batch_are_the_merged_accounts(case):
    batch = capture(
        AccountRow(["in:a"]), AccountRow(["in:b"], headline="consultant"), AccountRow(["in:a", "in:b"]),
        conversations=[ConversationRow("t", None, [0, 1])], messages=[(0, NOW, 1, 2, 0, "x", None)],
    )  # fmt: skip
    DeliveryWriter(case).write(Delivery("a", "1", OWNER, [batch]))
    assert case.db.execute(
        "SELECT count(DISTINCT account) FROM account_key WHERE key IN ('in:a', 'in:b')"
    ).fetchone() == (1,)
    assert case.db.execute("SELECT a.headline FROM message m JOIN account a ON a.id = m.sender").fetchall() == [
        ("consultant",)
    ]
    assert case.db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_chain_of_merges_ends_at_the_earliest_account(case):
    writer = DeliveryWriter(case)
    names = [f"in:p{i}" for i in range(6)]
    writer.write(Delivery("a", "1", OWNER, [capture(*(AccountRow([name]) for name in names))]))
    chain = [AccountRow([names[i], names[i + 1]]) for i in (4, 3, 1, 0, 2)]
    writer.write(Delivery("b", "2", OWNER, [capture(*chain, AccountRow([names[5]], headline="late"))]))
    sql = (
        "SELECT DISTINCT a.id, a.headline FROM account_key k JOIN account a ON a.id = k.account WHERE key LIKE 'in:p%'"
    )
    assert case.db.execute(sql).fetchall() == [(2, "late")]


def test_one_address_given_twice_in_a_row_is_one_address(case):
    DeliveryWriter(case).write(
        Delivery("a", "1", OWNER, [capture(AccountRow(["in:q", "in:q"]), AccountRow(["in:q", "in:q"]))])
    )
    assert case.db.execute("SELECT count(*) FROM account_key WHERE key = 'in:q'").fetchone() == (1,)


def test_a_seat_in_a_thread_that_both_accounts_had_keeps_both_deliveries(case: Case):
    writer = DeliveryWriter(case)
    for number, key in enumerate(("in:a", "in:b"), start=1):
        batch = capture(
            AccountRow([key]), conversations=[ConversationRow("t", None, [0])], messages=[(0, NOW, 0, 2, 0, key, None)]
        )
        writer.write(Delivery(key, str(number), Owner([f"in:o{number}"]), [batch]))
    writer.write(Delivery("c", "3", OWNER, [capture(AccountRow(["in:a", "in:b"]))]))
    sql = "SELECT account, delivery FROM participant UNION SELECT account, delivery FROM participant_also"
    assert case.db.execute(sql).fetchall() == [(2, 1), (2, 2)]
