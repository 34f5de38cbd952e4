"""Connections.csv: whom the owner is connected to, reduced to what overlap needs.

Addresses travel to the case, which keeps a salted hash; names and employers travel only where the operator opted in.
A row with nothing but a date is a hidden member.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

from counterlure.case.addresses import mail_key, profile_key
from counterlure.case.rows import Batch, ConnectionRow
from counterlure.errors import RowError
from counterlure.ingest.context import Context
from counterlure.ingest.dates import CONNECTION, Clock
from counterlure.ingest.headers import Layout
from counterlure.ingest.member import Member
from counterlure.ingest.names import is_table, stem
from counterlure.ingest.table import Table, open_table
from counterlure.ingest.translations import CONNECTIONS
from counterlure.text import clean_text

_COLUMNS = ("first name", "last name", "url", "email address", "company", "position", "connected on")
LAYOUT = Layout(
    columns=frozenset(_COLUMNS),
    needs=(frozenset({"first name", "last name", "connected on"}),),
    aliases=CONNECTIONS,
)


def accepts(name: str, head: bytes) -> bool:  # noqa: ARG001 - the signature of every reader
    """Connections.csv under any of its names."""
    return is_table(name) and stem(name) == "connections"


def read(member: Member, context: Context) -> Iterator[Batch]:
    """The connections; where a row has no profile address, its e-mail address stands in (2018)."""
    digest = member.digest()
    clock = Clock(CONNECTION)
    with open_table(member, LAYOUT, context.limits) as table:
        pick = itemgetter(*table.columns(*_COLUMNS))
        found: list[ConnectionRow] = []
        for line, row in table.rows():
            first, last, url, mail, company, position, connected = pick(row)
            try:
                at = clock.read(connected)[0]
            except RowError as error:
                table.skip(line, f"{error.reason}; the connection is kept without a time")
                at = None
            entry = ConnectionRow(profile_key(clean_text(url)) or mail_key(clean_text(mail)), at, line)
            if context.opt_in_connections:
                entry.name = clean_text(f"{first} {last}").strip() or None
                entry.organisation = clean_text(company).strip() or None
                entry.title = clean_text(position).strip() or None
            found.append(entry)
            if len(found) >= context.limits.batch_rows:
                yield _batch(table, digest, context, found)
                found = []
        yield _batch(table, digest, context, found)


def _batch(table: Table, digest: str, context: Context, found: list[ConnectionRow]) -> Batch:
    return Batch(
        table.source,
        "connections",
        digest,
        context.owner_hint,
        connections=found,
        skipped=table.take_skips(),
        warnings=table.take_warnings(),
    )
