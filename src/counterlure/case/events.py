"""Events that an analyst enters by hand: each a delivery of its own, so that it is kept and forgotten like the rest.

Its source is "workbench/event-<n>", n being the delivery. Who entered it stands in the audit only.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3

import msgspec

from counterlure.case import audit, given
from counterlure.case.database import transaction
from counterlure.case.retention import forget_unheld
from counterlure.case.store import Case
from counterlure.case.write import DAY_SECONDS
from counterlure.errors import CaseError
from counterlure.model import target_id

KINDS = ("call", "meeting", "trip", "mail", "other")
TEXT_CHARS = 4_000
EARLIEST, LATEST = 1_009_843_200, 4_102_444_799  # 2002 to 2099, about as files are read
DELIVERY = "workbench"

# The digest tells an event from a file of the same name, whose delivery has another one.
_ENTERED = """
JOIN source AS s ON s.id = h.source JOIN delivery AS d ON d.id = s.delivery
WHERE s.name = 'workbench/event-' || d.id AND s.digest = d.digest
"""
_OF_CONTACT = f"""
WITH h AS (SELECT source FROM contact WHERE id = ?1 UNION ALL SELECT source FROM contact_also WHERE contact = ?1)
SELECT s.id, d.id, s.name FROM h {_ENTERED} ORDER BY s.id
"""
_OF_ACCOUNT = f"""
WITH h AS (
    SELECT id AS contact, source FROM contact WHERE account = ?1 UNION ALL
    SELECT a.contact, a.source FROM contact AS c JOIN contact_also AS a ON a.contact = c.id WHERE c.account = ?1)
SELECT c.id, c.at, c.kind, c.incoming, c.text, c.target, min(s.name) FROM h JOIN contact AS c ON c.id = h.contact
{_ENTERED} GROUP BY c.id ORDER BY c.at DESC NULLS LAST, c.id DESC
"""
_SAME = """
SELECT id FROM contact WHERE account = :account AND target = :target AND kind = :kind AND at IS :at
AND incoming = :incoming AND text IS :text ORDER BY id
"""
_INSERT = """
INSERT INTO contact(kind, account, target, incoming, at, text, zone_known, source, line)
VALUES (:kind, :account, :target, :incoming, :at, :text, 1, :source, 1) RETURNING id
"""
_HELD = """
SELECT EXISTS (SELECT 1 FROM contact WHERE account = :account UNION ALL
        SELECT 1 FROM participant WHERE account = :account UNION ALL SELECT 1 FROM profile WHERE account = :account)
    AND EXISTS (SELECT 1 FROM delivery WHERE target = :target UNION ALL
        SELECT 1 FROM conversation_delivery WHERE target = :target UNION ALL
        SELECT 1 FROM contact WHERE target = :target)
"""
_Value = int | str | None


class Event(msgspec.Struct, frozen=True):
    """A contact that was entered by hand.

    at : UTC epoch seconds, or None. incoming : whether the account reached the target. target : "T-0001".
    source : "workbench/event-<n>".
    """

    contact: int
    at: int | None
    kind: str
    incoming: bool
    text: str | None
    target: str
    source: str


def enter(
    case: Case, author: str, account: int, target: int, kind: str, at: int | None, incoming: bool, text: str
) -> int:
    """Enters an event and returns its contact; one entered before adds nothing.

    at : UTC epoch seconds, or None where nobody knows. text : what was said, or nothing.

    Raises
    ------
    CaseError where the account or the target is not in the case, both are one person, the kind is none of `KINDS`, the
    time is before `EARLIEST` or after `LATEST`, or the text is longer than `TEXT_CHARS`.
    """
    event = _event(account, target, kind, at, incoming, text)
    with transaction(case.db, case.file):
        _check_people(case.db, account, target)
        same = [int(i) for (i,) in case.db.execute(_SAME, event)]
        known = next((i for i in same if _sources(case.db, i)), None)
        if known is not None:
            return known
        source, name = _deliver(case, event)
        if same:
            contact = same[0]
            case.db.execute("INSERT INTO contact_also VALUES (?, ?, 1)", (contact, source))
        else:
            contact = int(case.db.execute(_INSERT, {**event, "source": source}).fetchone()[0])
        about = f"account:{account} {target_id(target)}"
        audit.append(case.db, case.clock(), author, "event", about, f"{kind} entered as {name}")
    return contact


def withdraw(case: Case, author: str, contact: int) -> None:
    """Removes an event that was entered by hand; a contact that a file tells of as well stays as the file has it.

    An account or target that stands nowhere else goes along, as in a purge.

    Raises
    ------
    CaseError where there is no such contact, or it was read from a file.
    """
    with transaction(case.db, case.file):
        given.require(case.db, "contact", [contact])
        own = _sources(case.db, contact)
        if not own:
            raise CaseError(f"contact {contact} was read from a file and not entered here; purge that delivery instead")
        sql = "SELECT account, target FROM contact WHERE id = ?"
        people = dict(zip(("account", "target"), case.db.execute(sql, (contact,)).fetchone(), strict=True))
        for source, delivery, _ in own:
            _forget(case.db, contact, source, delivery)
        if not case.db.execute(_HELD, people).fetchone()[0]:
            forget_unheld(case.db)
        about = f"account:{people['account']} {target_id(people['target'])}"
        names = ", ".join(name for _, _, name in own)
        audit.append(case.db, case.clock(), author, "event", about, f"withdrawn: {names}")


def events(db: sqlite3.Connection, account: int) -> list[Event]:
    """The events that were entered for an account, the latest first, those without a time last."""
    rows = db.execute(_OF_ACCOUNT, (given.number(account),))
    return [
        Event(contact, at, kind, bool(incoming), text, target_id(target), name)
        for contact, at, kind, incoming, text, target, name in rows
    ]


def _event(account: int, target: int, kind: str, at: int | None, incoming: bool, text: str) -> dict[str, _Value]:
    given.choice(kind, "the kind", KINDS)
    if at is not None and not EARLIEST <= at <= LATEST:
        raise CaseError("the time is before 2002 or after 2099; give the day it happened, or leave it empty")
    words = given.prose(text, "the text", TEXT_CHARS) if text.strip() else None
    return {
        "account": account, "target": target, "kind": kind, "at": at, "incoming": int(incoming), "text": words,
    }  # fmt: skip


def _check_people(db: sqlite3.Connection, account: int, target: int) -> None:
    given.require(db, "account", [account])
    given.require(db, "target", [target])
    (own,) = db.execute("SELECT account FROM target WHERE id = ?", (target,)).fetchone()
    if own == account:
        raise CaseError(f"account {account} is {target_id(target)}'s own; choose who was reached, or by whom")


def _sources(db: sqlite3.Connection, contact: int) -> list[tuple[int, int, str]]:
    """(source, delivery, name) of what was entered by hand for a contact."""
    return db.execute(_OF_CONTACT, (contact,)).fetchall()


def _deliver(case: Case, event: dict[str, _Value]) -> tuple[int, str]:
    """The delivery and source of an event; returns the source and its name."""
    canonical = json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    at, days = case.clock(), case.meta.get("retention_days")
    expires = None if days is None else at + int(days) * DAY_SECONDS
    sql = "INSERT INTO delivery(name, digest, target, read_at, expires_at) VALUES (?, ?, ?, ?, ?) RETURNING id"
    delivery = case.db.execute(sql, (DELIVERY, digest, event["target"], at, expires)).fetchone()[0]
    name = f"{DELIVERY}/event-{delivery}"
    sql = "INSERT INTO source(delivery, name, kind, digest) VALUES (?, ?, 'reported', ?) RETURNING id"
    return int(case.db.execute(sql, (delivery, name, digest)).fetchone()[0]), name


def _forget(db: sqlite3.Connection, contact: int, source: int, delivery: int) -> None:
    """Removes an event's delivery; its contact is handed over to a further one that holds it, or goes along."""
    db.execute("DELETE FROM contact_also WHERE contact = ? AND source = ?", (contact, source))
    further = "SELECT source, line FROM contact_also WHERE contact = ? ORDER BY source LIMIT 1"
    other = db.execute(further, (contact,)).fetchone()
    if other is None:
        db.execute("DELETE FROM contact WHERE id = ? AND source = ?", (contact, source))
    elif db.execute(
        "UPDATE contact SET source = ?, line = ? WHERE id = ? AND source = ?", (*other, contact, source)
    ).rowcount:
        db.execute("DELETE FROM contact_also WHERE contact = ? AND source = ?", (contact, other[0]))
    db.execute("DELETE FROM source WHERE id = ?", (source,))
    db.execute("DELETE FROM delivery WHERE id = ?", (delivery,))
