"""Events entered by hand: kept like a delivery, once each, taken back without a trace, and never mistaken for a file."""

from __future__ import annotations

import pytest

from counterlure.case import audit, doctor, events, letters, retention, review
from counterlure.case.database import connect
from counterlure.case.rows import AccountRow, Batch, ContactRow, Owner
from counterlure.case.store import Case
from counterlure.case.write import DeliveryWriter
from counterlure.errors import CaseError
from tests.factories import DAY, NOW, Delivery, new_case, talk

ANN_TARGET, BEA_TARGET = 1, 2
ANN, EVIL, BEA = 1, 2, 3
HUGE = 1 << 80


@pytest.fixture
def case(tmp_path, clock):
    with new_case(tmp_path, clock) as made:
        talk(made, "evil", "ann", ("in", "hello"))
        talk(made, "evil", "bea", ("in", "hello"))
        yield made


def call(case: Case, author: str = "ana", **more: object) -> int:
    given = {"account": EVIL, "target": ANN_TARGET, "kind": "call", "at": NOW, "incoming": True, "text": "asked again"}
    return events.enter(case, author, **(given | more))  # type: ignore[arg-type]


def rows(case: Case) -> list[int]:
    tables = ("delivery", "source", "contact", "contact_also", "audit")
    return [case.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]


def reported(case: Case, name: str, text: str = "asked again") -> None:
    """The same call as `call` enters, read from a file."""
    contact = ContactRow("call", 0, True, NOW, 7, text)
    batch = Batch(f"{name}/reported.csv", "reported", "f" * 64, accounts=[AccountRow(["in:evil"])], contacts=[contact])
    DeliveryWriter(case).write(Delivery(name, name, Owner(["in:ann"]), [batch]))


def sound(case: Case) -> bool:
    return all(check.ok for check in doctor.examine(case) if check.name in ("database", "references", "audit chain"))


def test_an_event_is_a_delivery_of_its_own_with_its_retention(case, clock):
    clock.now += 5 * DAY
    contact = call(case, text=" asked\x00 again ")
    delivery = case.db.execute("SELECT id, name, target, read_at, expires_at FROM delivery ORDER BY id DESC").fetchone()
    assert delivery == (3, "workbench", ANN_TARGET, clock.now, clock.now + 30 * DAY)
    source = case.db.execute("SELECT delivery, name, kind, digest FROM source ORDER BY id DESC").fetchone()
    assert source == (
        3,
        "workbench/event-3",
        "reported",
        *case.db.execute("SELECT digest FROM delivery WHERE id = 3").fetchone(),
    )
    assert case.db.execute("SELECT id, kind, at, text, zone_known, line FROM contact").fetchall() == [
        (contact, "call", NOW, "asked again", 1, 1)
    ]
    assert case.db.execute("SELECT actor, action, object, result FROM audit ORDER BY id DESC").fetchone() == (
        "ana", "event", "account:2 T-0001", "call entered as workbench/event-3",
    )  # fmt: skip
    assert "asked" not in str(case.db.execute("SELECT * FROM audit").fetchall())
    assert sound(case)


def test_a_case_without_retention_keeps_an_event_until_it_is_purged(case):
    case.db.execute("DELETE FROM meta WHERE key = 'retention_days'")
    call(case)
    assert case.db.execute("SELECT expires_at FROM delivery WHERE name = 'workbench'").fetchall() == [(None,)]


def test_entering_the_same_twice_adds_nothing_whoever_does_it(case):
    contact = call(case)
    before = rows(case)
    assert call(case, "ben", text="asked again\r\n") == contact
    assert rows(case) == before
    others = (
        {"at": NOW + 1},
        {"at": None},
        {"text": ""},
        {"incoming": False},
        {"kind": "trip"},
        {"target": BEA_TARGET},
    )
    assert len({contact, *(call(case, **more) for more in others)}) == 1 + len(others)
    assert call(case, at=None) == call(case, at=None)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"account": 99}, "no account 99"),
        ({"account": HUGE}, "no account"),
        ({"target": 99}, "no target 99"),
        ({"account": ANN}, "T-0001's own"),
        ({"kind": "message"}, "give one of call, meeting, trip, mail, other"),
        ({"kind": "call\x00"}, "give one of"),
        ({"at": HUGE}, "before 2002 or after 2099"),
        ({"at": -1}, "before 2002 or after 2099"),
        ({"text": "x" * 4_001}, "the text has 4,001 characters"),
        ({"text": "\u202e\x00"}, "the text is empty"),
    ],
)
def test_an_event_that_cannot_be_is_refused(case, more, said):
    before = rows(case)
    with pytest.raises(CaseError, match=said):
        call(case, **more)
    assert rows(case) == before


def test_events_are_listed_latest_first_without_what_was_read_from_files(case):
    reported(case, "file", "read from a file")
    without = call(case, kind="trip", at=None, text="")
    first, last = call(case, at=NOW), call(case, at=NOW + DAY, incoming=False)
    call(case, account=BEA)
    reading = connect(case.file, read_only=True)
    found = events.events(reading, EVIL)
    reading.close()
    assert [event.contact for event in found] == [last, first, without]
    assert found[0] == events.Event(last, NOW + DAY, "call", False, "asked again", "T-0001", "workbench/event-6")
    assert (found[2].at, found[2].text) == (None, None)
    assert events.events(case.db, HUGE) == []


def test_an_event_taken_back_leaves_nothing_but_the_audit(case):
    before = rows(case)
    review.decide(case, "ana", [EVIL], "likely")
    contact = call(case, text="marker words")
    events.withdraw(case, "ben", contact)
    assert rows(case)[:4] == before[:4]
    assert events.events(case.db, EVIL) == []
    entry = case.db.execute("SELECT actor, object, result FROM audit ORDER BY id DESC").fetchone()
    assert entry == ("ben", "account:2 T-0001", "withdrawn: workbench/event-3")
    assert review.verdicts(case.db)[EVIL].verdict == "likely"
    case.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"marker words" not in case.file.read_bytes()
    assert call(case, text="marker words") > 0
    assert sound(case)


@pytest.mark.parametrize("contact", [0, -1, 77, HUGE])
def test_an_event_that_is_not_there_cannot_be_taken_back(case, contact):
    with pytest.raises(CaseError, match="no contact"):
        events.withdraw(case, "ana", contact)


def test_what_was_read_from_a_file_is_never_taken_back(case):
    reported(case, "file")
    # A delivery may bear any name, and so may the files in it.
    reported(case, "workbench", "other words")
    case.db.execute("UPDATE source SET name = 'workbench/event-' || delivery WHERE delivery = 4")
    before = rows(case)
    for (contact,) in case.db.execute("SELECT id FROM contact").fetchall():
        with pytest.raises(CaseError, match="read from a file"):
            events.withdraw(case, "ana", contact)
    assert rows(case) == before
    assert events.events(case.db, EVIL) == []


@pytest.mark.parametrize("file_first", [True, False])
def test_an_event_that_a_file_tells_of_too_stays_as_the_file_has_it(case, file_first):
    steps = [lambda: reported(case, "file"), lambda: call(case)]
    for step in steps if file_first else reversed(steps):
        step()
    ((contact,),) = case.db.execute("SELECT id FROM contact").fetchall()
    assert call(case) == contact
    assert [event.contact for event in events.events(case.db, EVIL)] == [contact]
    events.withdraw(case, "ana", contact)
    sql = "SELECT c.id, s.name, c.line FROM contact AS c JOIN source AS s ON s.id = c.source"
    assert case.db.execute(sql).fetchall() == [(contact, "file/reported.csv", 7)]
    assert case.db.execute("SELECT count(*) FROM contact_also").fetchone() == (0,)
    assert case.db.execute("SELECT count(*) FROM delivery WHERE name = 'workbench'").fetchone() == (0,)
    assert sound(case)


def test_an_event_goes_with_its_time_and_may_be_entered_again(case, clock):
    contact = call(case)
    clock.now += 30 * DAY
    assert (3, "workbench") in retention.due(case)
    retention.purge(case, [3])
    assert case.db.execute("SELECT count(*) FROM contact").fetchone() == (0,)
    assert call(case) >= contact
    assert sound(case)


def test_an_event_keeps_account_and_target_whose_files_were_purged_until_it_is_taken_back(case):
    contact = call(case)
    review.annotate(case, "ana", EVIL, "seen before")
    letters.draft(case, "ana", ANN_TARGET, "en", "Dear colleague")
    retention.purge(case, [1, 2])
    assert case.db.execute("SELECT id FROM target").fetchall() == [(ANN_TARGET,)]
    assert len(review.notes(case.db, EVIL)) == len(letters.of_case(case.db)) == 1
    events.withdraw(case, "ana", contact)
    for table in ("target", "account", "account_key", "note", "act", "letter", "letter_version", "contact", "delivery"):
        assert case.db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    assert sound(case)


def test_events_of_two_accounts_that_turn_out_to_be_one_are_all_taken_back(case):
    other = AccountRow(["mail:evil@example.org"])
    DeliveryWriter(case).write(Delivery("m", "m", Owner(["in:ann"]), [Batch("m", "capture", "0", accounts=[other])]))
    (account,) = case.db.execute("SELECT account FROM account_key WHERE key = 'mail:evil@example.org'").fetchone()
    first, second = call(case), call(case, account=account)
    both = AccountRow(["in:evil", "mail:evil@example.org"])
    DeliveryWriter(case).write(Delivery("n", "n", Owner(["in:ann"]), [Batch("n", "capture", "0", accounts=[both])]))
    assert [event.contact for event in events.events(case.db, EVIL)] == [second, first]
    assert call(case) == first
    for contact in (first, second):
        events.withdraw(case, "ana", contact)
    assert case.db.execute("SELECT count(*) FROM contact").fetchone() == (0,)
    assert sound(case)


def test_a_file_that_comes_later_and_an_event_of_a_merged_account_do_not_collide(case):
    """The file's contact is the older one once the accounts are merged; the event is still found as entered."""
    contact = ContactRow("call", 0, True, NOW, 7, "asked again")
    batch = Batch("f", "reported", "0", accounts=[AccountRow(["mail:evil@example.org"])], contacts=[contact])
    DeliveryWriter(case).write(Delivery("f", "f", Owner(["in:ann"]), [batch]))
    entered = call(case)
    both = AccountRow(["in:evil", "mail:evil@example.org"])
    DeliveryWriter(case).write(Delivery("n", "n", Owner(["in:ann"]), [Batch("n", "capture", "0", accounts=[both])]))
    assert call(case) == entered
    events.withdraw(case, "ana", entered)
    assert case.db.execute("SELECT count(*) FROM contact").fetchone() == (1,)
    assert audit.verify(case.db) is None
