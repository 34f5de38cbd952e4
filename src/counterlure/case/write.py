"""Writing deliveries into a case: each one whole, in one transaction, or not at all.

Reading the same delivery again adds nothing; a message seen in two deliveries is one row that remembers both. A
delivery of which a part could not be read is read again where it is given again, into the rows it has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Protocol

from counterlure.case import audit, displayed
from counterlure.case.database import insert, transaction
from counterlure.case.people import People
from counterlure.case.rows import Batch, ContactRow, MessageRow, Owner
from counterlure.case.store import Case
from counterlure.model import Skipped

DAY_SECONDS = 86_400

_INSERT_MESSAGE = "INSERT INTO message(conversation, sent_at, sender, source, line, flags, text, subject)"
_SAME_CONTACT = """
SELECT id, source FROM contact WHERE kind = ? AND account = ? AND target = ? AND incoming = ? AND at IS ? AND text IS ?
"""
_INSERT_CONTACT = """
INSERT INTO contact(kind, account, target, incoming, at, text, authentication, zone_known, source, line)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class Delivered(Protocol):
    """One delivery as it is handed to the case."""

    @property
    def name(self) -> str:
        """What the person who handed it in calls it."""

    @property
    def digest(self) -> str:
        """As `ingest` gives it; empty where nothing could be opened."""

    @property
    def owner(self) -> Owner | None:
        """Whose delivery it is; a batch that names another owner is that person's."""

    @property
    def batches(self) -> Iterable[Batch]:
        """Rows, taken once, in order; what follows is looked at afterwards."""

    @property
    def skipped(self) -> Sequence[Skipped]:
        """Files that were not read."""

    @property
    def warnings(self) -> Sequence[Skipped]:
        """Files read with a reservation."""

    @property
    def failed(self) -> bool:
        """Whether something could not be read, so that the digest does not stand for what the case holds."""


@dataclass
class Written:
    """What one delivery added. `known` is True where it had been read before and added nothing."""

    known: bool = False
    messages: int = 0
    contacts: int = 0
    profiles: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[Skipped] = field(default_factory=list)


_Message = tuple[int, int | None, int, int, int, int, str, str | None]
"""A row of `message` without its id."""
_IDENTITY = itemgetter(0, 1, 2, 6)  # thread, time, sender, text


@dataclass(frozen=True)
class _Place:
    """Where the rows of one batch belong.

    again : the source was read before, as part of a delivery of which something could not be read.
    """

    source: int
    again: bool
    delivery: int
    target: int | None
    accounts: Sequence[int]
    threads: Sequence[int]
    old_threads: frozenset[int]


@dataclass
class _Entered:
    """The delivery that is being written: its row, its sources by name, and those it had from an earlier reading."""

    id: int
    target: int | None
    sources: dict[str, int]
    again: frozenset[int]


class DeliveryWriter:
    """Writes one delivery at a time; holds the address book and the threads of the case in memory.

    When anybody else has changed the case in between, it is read anew before anything is written.
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        self._db = case.db
        self._state: tuple[int, int] | None = self._changes()
        self._people = People(case.db)
        self._load_threads()
        meta = case.meta
        self._salt = bytes.fromhex(meta["salt"])
        self._retention_days = int(meta["retention_days"]) if "retention_days" in meta else None

    def knows(self, digest: str) -> bool:
        """Whether a delivery with this digest was read before."""
        return self._db.execute("SELECT 1 FROM delivery WHERE digest = ?", (digest,)).fetchone() is not None

    def write(self, given: Delivered) -> Written:
        """Commits one delivery; its rows are acknowledged when this returns.

        Raises
        ------
        CaseError where the case is in use by another writer, or cannot be written; nothing of the delivery is kept.
        """
        # Every reference written here was resolved a moment before; checking each again costs a quarter of the time.
        self._db.execute("PRAGMA foreign_keys = OFF")
        try:
            with transaction(self._db, self._case.file):
                self._catch_up()
                if given.digest and self.knows(given.digest):
                    return Written(known=True)
                self._state = None  # until this is committed, what memory holds is more than the case does
                written = self._write(given)
        finally:
            self._db.execute("PRAGMA foreign_keys = ON")
        self._state = self._changes()
        return written

    def _changes(self) -> tuple[int, int]:
        """Two numbers that change with every write of another connection, or of this one."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0]), self._db.total_changes

    def _catch_up(self) -> None:
        if self._changes() != self._state:
            self._people.reload()
            self._load_threads()
            self._state = self._changes()

    def _load_threads(self) -> None:
        self._threads: dict[str, int] = dict(self._db.execute("SELECT key, id FROM conversation"))
        self._last_thread = max(self._threads.values(), default=0)

    def _write(self, given: Delivered) -> Written:
        written = Written()
        self._before = self._last_thread
        self._forget_unopened(given.name)
        entered = self._deliver(given, written) if given.digest else None
        delivery = entered.id if entered else None
        self._note(given.skipped, "skip", delivery)
        self._note(given.warnings, "warning", delivery)
        written.skipped += given.skipped
        written.warnings += given.warnings
        if entered and not given.failed:
            sql = "UPDATE delivery SET digest = partial_digest, partial_digest = NULL WHERE id = ?"
            self._db.execute(sql, (delivery,))
        result = f"{written.messages} messages, {written.contacts} contacts, {written.profiles} profiles"
        result += f", {len(written.skipped)} skipped"
        digest = given.digest or "none"
        audit.append(self._db, self._case.clock(), self._case.actor, "ingest", f"{given.name} sha256:{digest}", result)
        return written

    def _deliver(self, given: Delivered, written: Written) -> _Entered:
        entered = self._entered_before(given.digest) or self._enter(given)
        owned = entered.target
        for batch in given.batches:
            target = None
            # A capture shows an account and belongs to nobody's correspondence.
            if batch.conversations or batch.contacts or batch.connections or given.owner:
                target = self._people.target(batch.owner or given.owner, given.digest)
            owned = owned or target
            self._batch(batch, entered, target, written)
        owned = self._people.current_target(owned) if owned else None
        self._db.execute("UPDATE delivery SET target = ? WHERE id = ?", (owned, entered.id))
        return entered

    def _enter(self, given: Delivered) -> _Entered:
        """A new row; its digest stays the partial one until everything was read."""
        at = self._case.clock()
        expires = None if self._retention_days is None else at + self._retention_days * DAY_SECONDS
        sql = "INSERT INTO delivery(name, partial_digest, read_at, expires_at) VALUES (?, ?, ?, ?) RETURNING id"
        delivery = self._db.execute(sql, (given.name, given.digest, at, expires)).fetchone()[0]
        return _Entered(int(delivery), None, {}, frozenset())

    def _entered_before(self, digest: str) -> _Entered | None:
        """The row of the same delivery where an earlier reading left something out; its skips are told anew."""
        row = self._db.execute("SELECT id, target FROM delivery WHERE partial_digest = ?", (digest,)).fetchone()
        if row is None:
            return None
        self._db.execute("DELETE FROM skipped WHERE delivery = ?", (row[0],))
        sources = dict(self._db.execute("SELECT name, id FROM source WHERE delivery = ?", (row[0],)))
        return _Entered(row[0], row[1], sources, frozenset(sources.values()))

    def _forget_unopened(self, name: str) -> None:
        """What could not be opened earlier under this name is read now, or told again."""
        self._db.execute(
            "DELETE FROM skipped WHERE delivery IS NULL AND (source = :name"
            " OR substr(source, 1, length(:name) + 1) IN (:name || '/', :name || ':'))",
            {"name": name},
        )

    def _note(self, entries: Iterable[Skipped], severity: str, delivery: int | None) -> None:
        rows = [(entry.source, entry.reason, severity, delivery) for entry in entries]
        self._db.executemany("INSERT OR IGNORE INTO skipped VALUES (?, ?, ?, ?)", rows)

    def _batch(self, batch: Batch, entered: _Entered, target: int | None, written: Written) -> None:
        source = entered.sources.get(batch.source)
        if source is None:
            source = entered.sources[batch.source] = self._db.execute(
                "INSERT INTO source(delivery, name, kind, digest) VALUES (?, ?, ?, ?) RETURNING id",
                (entered.id, batch.source, batch.kind, batch.digest),
            ).fetchone()[0]
        accounts = self._accounts(batch)
        target = self._people.current_target(target) if target else None
        old = frozenset(i for row in batch.conversations if (i := self._threads.get(row.key)) is not None)
        threads = self._conversations(batch, accounts, target, entered.id)
        place = _Place(source, source in entered.again, entered.id, target, accounts, threads, old)
        written.messages += self._messages(batch.messages, place)
        written.contacts += self._contacts(batch.contacts, place)
        written.profiles += displayed.write(self._db, batch, accounts, source, again=place.again)
        self._connections(batch, place)
        skipped = [Skipped(f"{batch.source}:{row.line}", row.reason) for row in batch.skipped]
        written.skipped += skipped
        self._note(skipped, "skip", entered.id)
        warnings = [Skipped(batch.source, text) for text in batch.warnings]
        written.warnings += warnings
        self._note(warnings, "warning", entered.id)

    def _accounts(self, batch: Batch) -> list[int]:
        ids = self._people.accounts(batch.accounts)
        for account, row in zip(ids, batch.accounts, strict=True):
            if row.headline or row.employer:
                self._people.describe(account, row)
        return ids

    def _conversations(self, batch: Batch, accounts: Sequence[int], target: int | None, delivery: int) -> list[int]:
        threads, last = self._threads, self._last_thread
        ids, new = [], []
        for row in batch.conversations:
            thread = threads.get(row.key)
            if thread is None:
                last += 1
                thread = threads[row.key] = last
                new.append((thread, row.key, row.title))
            ids.append(thread)
        self._last_thread = last
        seats = [
            (t, accounts[i], delivery)
            for t, row in zip(ids, batch.conversations, strict=True)
            for i in row.participants
        ]
        held = [(t, target, delivery) for t in ids]
        insert(self._db, "INSERT INTO conversation", new)
        self._once("participant", "account", seats)
        self._once("conversation_delivery", "target", held)
        return ids

    def _once(self, table: str, who: str, rows: Sequence[tuple[int, int | None, int]]) -> None:
        """Rows of threads; for a thread that an earlier delivery brought, the further delivery is kept beside it."""
        insert(self._db, f"INSERT OR IGNORE INTO {table}", rows)
        further = [row for row in rows if row[0] <= self._before]
        self._db.executemany(
            f"INSERT OR IGNORE INTO {table}_also SELECT ?1, ?2, ?3 WHERE NOT EXISTS"
            f" (SELECT 1 FROM {table} WHERE conversation = ?1 AND {who} = ?2 AND delivery = ?3)",
            further,
        )

    def _messages(self, rows: Sequence[MessageRow], place: _Place) -> int:
        threads, accounts, source = place.threads, place.accounts, place.source
        fresh: list[_Message] = []
        again = []
        placed = [
            (threads[conversation], sent_at, accounts[sender], source, line, flags, text, subject)
            for conversation, sent_at, sender, line, flags, text, subject in rows
        ]
        for row in _first_of_each(placed):
            earlier = self._earlier(row) if row[0] in place.old_threads else None
            if earlier is None:
                fresh.append(row)
            elif earlier[1] != source:
                again.append((earlier[0], source, row[4]))
        insert(self._db, _INSERT_MESSAGE, fresh)
        insert(self._db, "INSERT OR IGNORE INTO message_also", again)
        return len(fresh)

    def _earlier(self, message: _Message) -> tuple[int, int] | None:
        sql = "SELECT id, source FROM message WHERE conversation = ? AND sent_at IS ? AND sender = ? AND text = ?"
        row = self._db.execute(sql, _IDENTITY(message)).fetchone()
        return (int(row[0]), int(row[1])) if row else None

    def _contacts(self, rows: Sequence[ContactRow], place: _Place) -> int:
        added = 0
        for row in rows:
            identity = (
                row.kind,
                place.accounts[row.account],
                place.target,
                int(row.incoming),
                row.at,
                row.text,
            )
            earlier = self._db.execute(_SAME_CONTACT, identity).fetchone()
            if earlier:
                if earlier[1] != place.source:
                    also = (earlier[0], place.source, row.line)
                    self._db.execute("INSERT OR IGNORE INTO contact_also VALUES (?, ?, ?)", also)
                continue
            rest = (row.authentication, int(row.zone_known), place.source, row.line)
            self._db.execute(_INSERT_CONTACT, (*identity, *rest))
            added += 1
        return added

    def _connections(self, batch: Batch, place: _Place) -> None:
        target, delivery = place.target, place.delivery
        hashed = [
            (target, hashlib.sha256(self._salt + row.slug.encode()).digest(), row.connected_on, delivery)
            for row in batch.connections
            if row.slug
        ]
        plain = [
            (target, row.slug, row.name, row.organisation, row.title, row.connected_on, delivery)
            for row in batch.connections
            if row.slug and (row.name or row.organisation or row.title)
        ]
        self._db.executemany("INSERT OR IGNORE INTO connection VALUES (?, ?, ?, ?)", hashed)
        self._db.executemany("INSERT OR IGNORE INTO connection_plain VALUES (?, ?, ?, ?, ?, ?, ?)", plain)


def _first_of_each(messages: list[_Message]) -> Iterable[_Message]:
    """The messages without those that are the same as one before."""
    if len(set(map(_IDENTITY, messages))) == len(messages):
        return messages
    first: dict[object, _Message] = {}
    for message in messages:
        first.setdefault(_IDENTITY(message), message)
    return first.values()
