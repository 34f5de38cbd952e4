"""Deliveries read a second time: those of which a part could not be read, and those that could not be opened."""

from __future__ import annotations

from counterlure.case import view
from counterlure.case.rows import AccountRow, Batch, ConnectionRow, ContactRow, PositionRow, ProfileRow, Skip
from counterlure.case.store import Case
from counterlure.case.write import DeliveryWriter
from counterlure.model import Skipped
from tests.factories import DAY, Delivery

from .conftest import NOW, OWNER

TABLES = ("delivery", "source", "skipped", "account", "account_key", "target", "conversation", "participant",
          "participant_also", "conversation_delivery", "conversation_delivery_also", "message", "message_also",
          "contact", "contact_also", "profile", "position", "connection")  # fmt: skip


def partly(batch: Batch) -> Delivery:
    """A delivery with one of everything, and a file that could not be read."""
    captures = Batch(
        "a.zip/Profile.csv", "profile", "1", accounts=[AccountRow(["in:stranger"])],
        profiles=[ProfileRow(0, NOW, "headline", None, 1, [PositionRow("work", "Firm", "CEO", "2020-01", None, 1)])],
        contacts=[ContactRow("call", 0, True, NOW, 2, "phoned")], connections=[ConnectionRow("in:friend", NOW, 5)],
        skipped=[Skip(9, "date 'soon' is not a date")],
    )  # fmt: skip
    return Delivery("a.zip", "1", OWNER, [batch, captures], [Skipped("a.zip/broken.csv", "no table")], failed=True)


def held(case: Case) -> dict[str, list[tuple[object, ...]]]:
    return {table: case.db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES}


def test_a_delivery_read_in_part_adds_nothing_when_it_is_read_again(case, batch, clock):
    DeliveryWriter(case).write(partly(batch()))
    before = held(case)
    clock.now += DAY
    again = DeliveryWriter(case).write(partly(batch()))
    assert not again.known
    assert (again.messages, again.contacts, again.profiles, len(again.skipped)) == (0, 0, 0, 2)
    assert held(case) == before


def test_a_delivery_read_in_part_is_known_once_all_of_it_was_read(case, batch):
    writer = DeliveryWriter(case)
    writer.write(partly(batch()))
    assert not writer.knows("1")
    whole = partly(batch())
    whole.failed, whole.skipped = False, ()
    whole.batches = [*whole.batches, Batch("a.zip/more.csv", "capture", "2", accounts=[AccountRow(["in:new"])])]
    writer.write(whole)
    assert case.db.execute("SELECT digest, partial_digest FROM delivery").fetchall() == [("1", None)]
    assert view.skipped(case) == (Skipped("a.zip/Profile.csv:9", "date 'soon' is not a date"),)
    assert writer.write(partly(batch())).known


def test_what_could_not_be_opened_is_told_until_a_delivery_of_that_name_is_read(case, batch):
    writer = DeliveryWriter(case)
    for _ in range(2):
        writer.write(
            Delivery("a.zip", "", None, [], [Skipped("a.zip", "is not a ZIP archive"), Skipped("a.zip/x", "y")])
        )
    writer.write(Delivery("a.zip.bak", "", None, [], [Skipped("a.zip.bak", "unknown")]))
    assert len(view.skipped(case)) == 3
    writer.write(Delivery("a.zip", "1", OWNER, [batch()]))
    assert view.skipped(case) == (Skipped("a.zip.bak", "unknown"),)


def test_equal_skips_of_two_deliveries_are_shown_once_and_belong_to_both(case, batch):
    from counterlure.case import retention

    writer = DeliveryWriter(case)
    for number in "12":
        writer.write(Delivery("a.zip", number, OWNER, [batch(skipped=[Skip(4, "no date")])]))
    assert view.skipped(case) == (Skipped("a.zip/messages.csv:4", "no date"),)
    retention.purge(case, [1])
    assert view.skipped(case) == (Skipped("a.zip/messages.csv:4", "no date"),)
    retention.purge(case, [2])
    assert view.skipped(case) == ()
