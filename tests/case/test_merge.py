"""Accounts and targets that turn out to be one."""

from __future__ import annotations

from counterlure.case import doctor, letters, review, view
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


def two_accounts(case: Case) -> tuple[DeliveryWriter, int, int]:
    """A writer, and the accounts in:a and in:b, of whom nobody knows yet that they are one."""
    writer = DeliveryWriter(case)
    writer.write(Delivery("a", "1", OWNER, [capture(AccountRow(["in:a"]), AccountRow(["in:b"]))]))
    (first,), (second,) = case.db.execute(
        "SELECT account FROM account_key WHERE key != 'in:owner' ORDER BY 1"
    ).fetchall()
    return writer, first, second


def test_what_people_said_of_both_accounts_is_said_of_the_one(case: Case):
    writer, a, b = two_accounts(case)
    together = review.decide(case, "ana", [a, b], "likely")
    newest = review.decide(case, "ben", [b], "confirmed")
    review.annotate(case, "ana", a, "of a")
    review.annotate(case, "ana", b, "of b")
    review.label(case, "ana", a, "lead")
    review.label(case, "ana", b, "lead", present=False)
    review.label(case, "ana", b, "paris")
    writer.write(Delivery("b", "2", OWNER, [capture(AccountRow(["in:a", "in:b"]))]))
    assert set(review.verdicts(case.db)) == {a}
    assert review.verdicts(case.db)[a].act == newest
    assert [note.text for note in review.notes(case.db, a)] == ["of b", "of a"]
    assert review.tags(case.db) == {a: ("paris",)}
    assert review.history(case.db, b) == []
    assert [deed.act for deed in review.history(case.db, a)].count(together) == 1
    review.undo(case, "ben", newest)
    assert review.verdicts(case.db)[a].act == together
    assert next(check.ok for check in doctor.examine(case) if check.name == "references")


def test_letters_and_department_of_two_targets_that_are_one_go_to_the_earlier(case: Case):
    writer = DeliveryWriter(case)
    for number, owner in enumerate(
        (Owner(["mail:a@x.org"], None, "Works"), Owner(["in:a"], "A", None, None, "Tests")), 1
    ):
        writer.write(Delivery(str(number), str(number), owner, [capture(AccountRow(owner.keys))]))
    first, second = (letters.draft(case, "ana", target, "en", f"to {target}") for target in (1, 2))
    letters.approve(case, "lea", second, letters.get(case.db, second).digest)
    writer.write(Delivery("3", "3", Owner(["in:a", "mail:a@x.org"]), [capture(AccountRow(["in:a", "mail:a@x.org"]))]))
    assert [(one.id, one.target, one.state) for one in letters.of_case(case.db)] == [
        (second, "T-0001", "approved"),
        (first, "T-0001", "draft"),
    ]
    ((name, person),) = view.targets(case).items()
    assert (name, person.name, person.organisation, person.department) == ("T-0001", "A", "Works", "Tests")
    assert case.db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_what_is_known_of_a_department_is_not_overwritten(case: Case):
    writer = DeliveryWriter(case)
    for number, department in enumerate((None, "Tests", "Sales", None)):
        owner = Owner(["in:a"], department=department)
        writer.write(Delivery(str(number), str(number), owner, [capture(AccountRow(["in:a"]))]))
    assert view.targets(case)["T-0001"].department == "Tests"
