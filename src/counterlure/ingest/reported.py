"""Contacts that people report by hand: a table or JSON Lines, one contact per row.

account       who made contact: profile address, e-mail address, or a name
target        optional: the colleague reached, given in the same ways; without it, whoever hands the file in
at            optional: ISO 8601 date or time; without a zone it is read as UTC and marked so
kind          message, invitation, call, meeting, trip, mail or other; other where empty
direction     in or out; in where empty
text          what was said or written; a message needs it
employer      optional: whom the account says it works for
organisation  optional: where the target works
role          optional: what the target does there
department    optional: the unit of the organisation
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import itemgetter

from counterlure.case.addresses import folded, local_name_key, mail_key, profile_key
from counterlure.case.rows import Batch, ContactRow, Owner, Skip
from counterlure.errors import RowError
from counterlure.ingest.chunk import Chunk
from counterlure.ingest.context import Context
from counterlure.ingest.dates import FIRST_YEAR, LAST_YEAR, shown
from counterlure.ingest.headers import Layout
from counterlure.ingest.json_table import LINES, JsonTable
from counterlure.ingest.member import Member
from counterlure.ingest.names import TABLES
from counterlure.ingest.table import Table, open_table
from counterlure.text import clean_text, html_to_text, looks_like_html

COLUMNS = ("account", "target", "at", "kind", "direction", "text", "employer", "organisation", "role", "department")
LAYOUT = Layout(columns=frozenset(COLUMNS), needs=(frozenset({"account"}),))
KINDS = ("message", "invitation", "call", "meeting", "trip", "mail", "other")
DIRECTIONS = {"": True, "in": True, "out": False}
BATCH_CHARS = 8 << 20

FILE = re.compile(r"(?:contacts?[ _-]?)?reported.*")
FIRST_LINE = re.compile(rb"[^\r\n]*")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?)?")


@dataclass(frozen=True)
class Contact:
    """One row understood."""

    account: list[str]
    name: str | None
    url: str | None
    owner: Owner | None
    at: int | None
    zone_known: bool
    kind: str
    incoming: bool
    text: str
    employer: str | None


@dataclass
class Part:
    """The rows about one target, and what the accounts in them say of their employer."""

    chunk: Chunk
    employers: dict[int, str] = field(default_factory=dict)

    def batch(self, skipped: list[Skip], warnings: list[str]) -> Batch:
        """The part as a batch."""
        batch = self.chunk.batch(skipped, warnings)
        for account, employer in self.employers.items():
            batch.accounts[account].employer = employer
        return batch


@dataclass
class Gathered:
    """The rows since the last batch, by target."""

    parts: dict[str, Part] = field(default_factory=dict)
    rows: int = 0
    chars: int = 0
    floating: int = 0


def accepts(name: str, head: bytes) -> bool:
    """Whether the name says so (reported*.csv, contacts_reported*.jsonl), or account, at and kind in the first line."""
    lower = name.casefold()
    if not lower.endswith((*TABLES, *LINES)):
        return False
    first = FIRST_LINE.match(head.replace(b"\0", b""))
    words = set(re.findall(rb"[a-z]+", first[0].lower())) if first else set()
    return FILE.fullmatch(lower) is not None or {b"account", b"kind", b"at"} <= words


def read(member: Member, context: Context) -> Iterator[Batch]:
    """Batches of kind "reported", each about one target, who is the batch's owner."""
    if member.name.casefold().endswith(LINES):
        yield from batches(JsonTable(member, COLUMNS, context.limits), member, context)
        return
    with open_table(member, LAYOUT, context.limits) as table:
        yield from batches(table, member, context)


def batches(table: Table | JsonTable, member: Member, context: Context) -> Iterator[Batch]:
    """The rows of a table, gathered by target and handed on in bounded portions."""
    digest = member.digest()
    pick = itemgetter(*table.columns(*COLUMNS))
    gathered = Gathered()
    for line, row in table.rows():
        try:
            add(gathered, line, contact(pick(row), context.owner_hint, digest), member, digest)
        except RowError as error:
            table.skip(line, error.reason)
        if gathered.rows >= context.limits.batch_rows or gathered.chars >= BATCH_CHARS:
            yield from hand_on(gathered, table)
            gathered = Gathered()
    if not gathered.parts:
        gathered.parts[""] = Part(Chunk(member.source, "reported", digest, context.owner_hint))
    yield from hand_on(gathered, table)


def hand_on(gathered: Gathered, table: Table | JsonTable) -> Iterator[Batch]:
    """One batch per target; what is to be said about the file goes with the first."""
    warnings = table.take_warnings()
    if gathered.floating:
        warnings.append(f"{gathered.floating} times of messages have no zone and were read as UTC")
    skipped = table.take_skips()
    for part in gathered.parts.values():
        yield part.batch(skipped, warnings)
        skipped, warnings = [], []


def contact(cells: tuple[str, ...], default: Owner | None, digest: str) -> Contact:
    """One row; RowError names the column, its value and the remedy."""
    words = dict(zip(COLUMNS, (clean_text(cell).strip() for cell in cells), strict=True))
    kind, direction = words["kind"].casefold() or "other", words["direction"].casefold()
    if not words["account"]:
        raise RowError("account is empty; write a profile address, an e-mail address or a name")
    if kind not in KINDS:
        raise RowError(f"kind holds {shown(words['kind'])}; write one of {', '.join(KINDS)}")
    if direction not in DIRECTIONS:
        raise RowError(f"direction holds {shown(words['direction'])}; write in or out")
    owner = target_of(words, default, digest)
    text = html_to_text(words["text"]) if looks_like_html(words["text"]) else words["text"]
    if kind == "message" and not text:
        raise RowError("text is empty; write the words of the message, or another kind")
    if kind == "message" and not DIRECTIONS[direction] and not (owner and owner.keys):
        raise RowError("direction holds out, and who wrote is not known; fill the column target")
    keys, name, url = named(words["account"], owner.keys[0] if owner and owner.keys else digest[:16])
    if owner and keys[0] in owner.keys:
        raise RowError(f"account and target are both {shown(words['account'])}; one of them is somebody else")
    at, zone_known = moment(words["at"])
    employer = words["employer"] or None
    return Contact(keys, name, url, owner, at, zone_known, kind, DIRECTIONS[direction], text, employer)


def target_of(words: dict[str, str], default: Owner | None, digest: str) -> Owner | None:
    """Who was reached: the target of the row, else whoever hands the file in, with what the row adds."""
    organisation, role, department = (words[column] or None for column in ("organisation", "role", "department"))
    anchor = default.keys[0] if default and default.keys else digest[:16]
    keys, name, _ = named(words["target"], anchor) if words["target"] else ([], None, None)
    own = not keys or (default is not None and (keys[0] in default.keys or same_name(name, default.name)))
    if own and default is not None:
        organisation, role = organisation or default.organisation, role or default.role
        return Owner(default.keys, default.name, organisation, role, department or default.department)
    return Owner(keys, name, organisation, role, department) if keys or organisation or role or department else None


def named(words: str, anchor: str) -> tuple[list[str], str | None, str | None]:
    """Keys, name and address of somebody given as a profile address, an e-mail address or a name."""
    if (key := profile_key(words)) is not None:
        return [key], None, words
    if (key := mail_key(words)) is not None:
        return [key], None, None
    return [local_name_key(anchor, words)], words, None


def same_name(name: str | None, other: str | None) -> bool:
    """Whether two names given are the same apart from case and spacing."""
    return name is not None and other is not None and folded(name) == folded(other)


def moment(words: str) -> tuple[int | None, bool]:
    """An ISO 8601 date or time as UTC epoch seconds and whether it names its zone; (None, True) where empty."""
    if not words:
        return None, True
    try:
        if not MOMENT.fullmatch(words):
            raise ValueError(words)
        found = datetime.fromisoformat(words.replace(" UTC", "Z").replace("UTC", "Z").replace(" Z", "Z"))
        zoned = found.tzinfo is not None
        seconds = int((found if zoned else found.replace(tzinfo=UTC)).timestamp())
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise ValueError(words)
    except (ValueError, OverflowError):
        reason = f"at holds {shown(words)}; write 2025-03-07 or 2025-03-07T11:13:51+01:00, from {FIRST_YEAR} on"
        raise RowError(reason) from None
    return seconds, zoned


def add(gathered: Gathered, line: int, found: Contact, member: Member, digest: str) -> None:
    """Enters a row under its target."""
    owner = found.owner
    target = owner.keys[0] if owner and owner.keys else digest[:16]
    facts = (owner.organisation, owner.role, owner.department) if owner else ()
    about = "\0".join([target, *(fact or "" for fact in facts)])
    part = gathered.parts.get(about)
    if part is None:
        part = gathered.parts[about] = Part(Chunk(member.source, "reported", digest, owner))
    chunk = part.chunk
    account = chunk.account(found.account, found.name, found.url)
    if found.employer:
        part.employers.setdefault(account, found.employer)
    gathered.rows += 1
    gathered.chars += len(found.text)
    if found.kind != "message":
        text = found.text or None
        chunk.contacts.append(
            ContactRow(found.kind, account, found.incoming, found.at, line, text, None, found.zone_known)
        )
        return
    gathered.floating += not found.zone_known
    present = [account, *([chunk.account(owner.keys, owner.name, None)] if owner and owner.keys else [])]
    conversation = chunk.conversation(f"reported:{target}|{found.account[0]}", None, present)
    sender = present[0] if found.incoming else present[-1]
    chunk.messages.append((conversation, found.at, sender, line, 0, found.text, None))
