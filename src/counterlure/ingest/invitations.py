"""Invitations.csv: who asked whom for a connection, with the note that came along.

Times have no zone and are read as UTC. Whether accepted invitations stay listed is unknown: absence proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

from counterlure.case.rows import Batch, ContactRow
from counterlure.errors import RowError
from counterlure.ingest.chunk import Chunk
from counterlure.ingest.context import Context
from counterlure.ingest.dates import INVITATION, Clock, shown
from counterlure.ingest.headers import Layout
from counterlure.ingest.member import Member
from counterlure.ingest.names import is_table, stem
from counterlure.ingest.people import People
from counterlure.ingest.table import open_table
from counterlure.ingest.translations import INVITATIONS
from counterlure.text import clean_text

# The address of each side stands under a URL (2025 on) or a URN (2023); 2018 has neither.
COLUMNS = (
    "from",
    "to",
    "sent at",
    "message",
    "direction",
    "inviterprofileurl",
    "inviteeprofileurl",
    "inviterprofileurn",
    "inviteeprofileurn",
)
LAYOUT = Layout(
    columns=frozenset(COLUMNS),
    needs=(frozenset({"from", "to", "sent at", "direction"}),),
    aliases=INVITATIONS,
)


def accepts(name: str, head: bytes) -> bool:  # noqa: ARG001 - the signature of every reader
    """Invitations.csv under any of its names."""
    return is_table(name) and stem(name) == "invitations"


def read(member: Member, context: Context) -> Iterator[Batch]:
    """The invitations as contacts of the other side; a row without a known direction is left out."""
    digest = member.digest()
    people = People(context.owner_hint, digest)
    clock = Clock(INVITATION)
    with open_table(member, LAYOUT, context.limits) as table:
        pick = itemgetter(*table.columns(*COLUMNS))
        chunk = Chunk(table.source, "invitations", digest, context.owner_hint)
        for line, row in table.rows():
            sender, receiver, sent, note, direction, *urls = pick(row)
            incoming = incoming_of(direction)
            if incoming is None:
                table.skip(line, f"direction {shown(direction)} is neither INCOMING nor OUTGOING")
                continue
            name = clean_text(sender if incoming else receiver).strip()
            url = clean_text((urls[0] or urls[2]) if incoming else (urls[1] or urls[3])).strip()
            account = chunk.account(people.keys(name, url, ""), name or None, url or None)
            try:
                at, zone_known = clock.read(sent)
            except RowError as error:
                table.skip(line, f"{error.reason}; the invitation is kept without a time")
                at, zone_known = None, False
            text = clean_text(note).strip() or None
            chunk.contacts.append(ContactRow("invitation", account, incoming, at, line, text, None, zone_known))
            if len(chunk.contacts) >= context.limits.batch_rows:
                yield chunk.batch(table.take_skips(), table.take_warnings())
                chunk = Chunk(table.source, "invitations", digest, context.owner_hint)
        yield chunk.batch(table.take_skips(), table.take_warnings())


def incoming_of(direction: str) -> bool | None:
    """Whether the cell says INCOMING; None where it says neither that nor OUTGOING."""
    return {"INCOMING": True, "OUTGOING": False}.get(direction.strip().upper())
