"""Several programs, or several writers, at one case."""

from __future__ import annotations

import pytest

from counterlure.case import audit, database, doctor, retention
from counterlure.case.rows import AccountRow, Batch, ConversationRow, Owner
from counterlure.case.store import Case
from counterlure.case.write import DeliveryWriter
from counterlure.errors import CaseError
from tests.factories import Delivery, new_case

from .conftest import NOW, OWNER


def delivery(name: str, stranger: str = "in:stranger") -> Delivery:
    accounts = [AccountRow(["in:owner"]), AccountRow([stranger])]
    thread = ConversationRow("t", None, [0, 1])
    messages = [(0, NOW, 1, 2, 0, f"hello from {name}", None)]
    return Delivery(
        name, name, OWNER, [Batch(name, "messages", "0", accounts=accounts, conversations=[thread], messages=messages)]
    )


def sound(case: Case) -> bool:
    return all(check.ok for check in doctor.examine(case) if check.name in ("references", "database"))


def test_a_writer_notices_what_another_program_purged(case):
    DeliveryWriter(case).write(delivery("a"))
    writer = DeliveryWriter(case)
    with Case.open(case.path) as other:
        retention.purge(other, [1])
    writer.write(delivery("b"))
    assert sound(case)
    assert case.db.execute("SELECT count(*) FROM message").fetchone() == (1,)


def test_a_writer_notices_what_another_program_wrote(case):
    writer = DeliveryWriter(case)
    with Case.open(case.path) as other:
        DeliveryWriter(other).write(delivery("a"))
    writer.write(delivery("b", "in:other"))
    assert sound(case)
    assert case.db.execute("SELECT count(*) FROM conversation").fetchone() == (1,)
    assert case.db.execute("SELECT count(*) FROM account").fetchone() == (3,)


def test_a_writer_notices_a_purge_over_its_own_connection(case):
    writer = DeliveryWriter(case)
    writer.write(delivery("a"))
    retention.purge(case, [1])
    writer.write(delivery("b"))
    assert sound(case)


def test_a_delivery_that_another_program_has_just_read_is_known(case):
    writer = DeliveryWriter(case)
    with Case.open(case.path) as other:
        DeliveryWriter(other).write(delivery("a"))
    assert writer.write(delivery("a")).known


def test_deliveries_in_a_row_do_not_read_the_case_anew(case, monkeypatch):
    writer = DeliveryWriter(case)

    def never() -> None:
        raise AssertionError("read anew")

    monkeypatch.setattr(writer, "_load_threads", never)
    for name in "abc":
        writer.write(delivery(name))
    assert writer.write(delivery("a")).known


def test_a_case_in_use_by_another_writer_is_a_clear_error(tmp_path, monkeypatch, clock):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    with new_case(tmp_path, clock) as case, Case.open(case.path) as other:
        writer = DeliveryWriter(case)
        other.db.execute("BEGIN IMMEDIATE")
        for write in (lambda: writer.write(delivery("a")), lambda: case.record("scan", "x", "y")):
            with pytest.raises(CaseError, match="in use by another program"):
                write()
        other.db.execute("ROLLBACK")
        assert writer.write(delivery("a")).messages == 1
        assert case.db.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert audit.verify(case.db) is None


def test_an_error_that_has_undone_the_transaction_already_is_not_masked(case):
    class Full:
        in_transaction = False

        def execute(self, sql: str) -> None:
            if sql == "COMMIT":
                raise database.sqlite3.OperationalError("database or disk is full")
            assert sql != "ROLLBACK"

    with pytest.raises(CaseError, match="free space"), database.transaction(Full(), case.file):  # type: ignore[arg-type]
        pass


def test_an_owner_merged_by_another_program_is_one_target(case):
    DeliveryWriter(case).write(delivery("a"))
    writer = DeliveryWriter(case)
    with Case.open(case.path) as other:
        both = [Batch("m", "capture", "0", accounts=[AccountRow(["in:owner", "member:5"])])]
        DeliveryWriter(other).write(Delivery("m", "m", None, both))
    writer.write(Delivery("n", "n", Owner(["member:5"]), delivery("n").batches))
    assert case.db.execute("SELECT count(*) FROM target").fetchone() == (1,)
