"""messages.csv: every message of the owner, in all layouts seen from 2018 to 2026.

Columns are matched by name, since they do not grow steadily with time. The 2018 layout has neither addresses nor
conversation ids: there a conversation is the owner and one partner. No layout has message ids.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from operator import itemgetter

from counterlure.case.addresses import folded
from counterlure.case.rows import (
    FLAG_ARCHIVED,
    FLAG_ATTACHMENT,
    FLAG_DRAFT,
    FLAG_HTML,
    FLAG_INMAIL,
    FLAG_SPAM,
    Batch,
)
from counterlure.errors import RowError
from counterlure.ingest.chunk import Chunk
from counterlure.ingest.context import Context
from counterlure.ingest.dates import MESSAGE, Clock
from counterlure.ingest.headers import Layout
from counterlure.ingest.member import Member
from counterlure.ingest.names import is_table, stem
from counterlure.ingest.people import People
from counterlure.ingest.table import Table, open_table
from counterlure.ingest.translations import MESSAGES
from counterlure.text import clean_text, html_to_text, looks_like_html

_COLUMNS = (
    "conversation id",
    "from",
    "sender profile url",
    "to",
    "recipient profile urls",
    "direction",
    "date",
    "content",
    "subject",
    "attachments",
    "folder",
    "is message draft",
    "is conversation draft",
    "conversation title",
)
LAYOUT = Layout(
    columns=frozenset(_COLUMNS),
    needs=(
        frozenset({"conversation id", "from", "sender profile url", "to", "date", "content"}),
        frozenset({"from", "to", "date", "content", "direction"}),
    ),
    aliases=MESSAGES,
)
_BATCH_CHARS = 8 << 20
_FOLDERS = {"SPAM": FLAG_SPAM, "ARCHIVE": FLAG_ARCHIVED, "ARCHIVED": FLAG_ARCHIVED}
_YES = frozenset({"yes", "true", "1"})

_MEMORY = 50_000

Parties = tuple[str, str, str, str, str, str]
"""The cells that say who speaks to whom: conversation, from, sender address, to, recipient addresses, direction."""
Person = tuple[list[str], str | None, str | None]
"""Keys, name and address."""


def accepts(name: str, head: bytes) -> bool:  # noqa: ARG001 - the signature of every reader
    """messages.csv under any of its names, not the chats with assistants."""
    return is_table(name) and stem(name) == "messages"


def read(member: Member, context: Context) -> Iterator[Batch]:
    """The messages in batches; one without a readable date keeps `sent_at` None and is named."""
    digest = member.digest()
    with open_table(member, LAYOUT, context.limits) as table:
        people = People(context.owner_hint, digest)
        names = _addresses_by_name(member, context, table)
        yield from _batches(table, people, names, context, digest)


def _batches(
    table: Table, people: People, names: dict[tuple[str, str], str], context: Context, digest: str
) -> Iterator[Batch]:
    parties, rest = itemgetter(*table.columns(*_COLUMNS[:6])), itemgetter(*table.columns(*_COLUMNS[6:]))
    seconds = Clock(MESSAGE).seconds
    threads = _Threads(people, names, modern="conversation id" in table.header.position)
    known = threads.known
    flags_of = lru_cache(_MEMORY)(_flags)
    chunk = Chunk(table.source, "messages", digest, context.owner_hint)
    rows, room, batch = chunk.messages, _BATCH_CHARS, 0
    for line, row in table.rows():
        date, content, subject, attachments, folder, draft, thread_draft, title = rest(row)
        try:
            sent_at: int | None = seconds(date)
        except RowError as error:
            if table.is_header(row):
                table.skip(line, "repeats the header row")
                continue
            table.skip(line, f"{error.reason}; the message is kept without a time")
            sent_at = None
        who: Parties = parties(row)
        thread = known.get(who)
        if thread is None or thread.batch != batch:
            thread = threads.place(chunk, who, title)
            thread.batch = batch
        flags = flags_of(folder, draft, thread_draft) | (FLAG_ATTACHMENT if attachments else 0)
        if subject:
            subject = clean_text(subject).strip()
            flags |= FLAG_INMAIL
        if "<" in content and looks_like_html(content):
            content = html_to_text(content)
            flags |= FLAG_HTML | FLAG_INMAIL
        elif not (content.isascii() and content.isprintable()):
            content = clean_text(content)
        rows.append((thread.at, sent_at, thread.sender, line, flags, content, subject or None))
        room -= len(content)
        if room < 0 or len(rows) >= context.limits.batch_rows:
            yield chunk.batch(table.take_skips(), table.take_warnings())
            chunk = Chunk(table.source, "messages", digest, context.owner_hint)
            rows, room, batch = chunk.messages, _BATCH_CHARS, batch + 1
    yield chunk.batch(table.take_skips(), table.take_warnings())


class _Thread:
    """One way of speaking in one conversation, and its positions in the batch it was last entered in."""

    __slots__ = ("at", "batch", "key", "persons", "sender")

    def __init__(self, key: str, persons: list[Person]) -> None:
        self.key = key
        self.persons = persons
        self.at = self.sender = self.batch = -1


class _Threads:
    """Who speaks to whom, understood once per file and entered once per batch."""

    def __init__(self, people: People, names: dict[tuple[str, str], str], *, modern: bool) -> None:
        self.known: dict[Parties, _Thread] = {}
        self._people = people
        self._names = names
        self._modern = modern

    def place(self, chunk: Chunk, who: Parties, title: str) -> _Thread:
        """The thread with its positions in the batch; enters everybody the cells name."""
        thread = self.known.get(who)
        if thread is None:
            if len(self.known) >= _MEMORY:
                self.known.clear()
            thread = self.known[who] = _Thread(*self._understand(who))
        present = [chunk.account(*person) for person in thread.persons]
        thread.sender = present[0]
        thread.at = chunk.conversation(thread.key, (clean_text(title).strip() or None) if title else None, present)
        return thread

    def _understand(self, who: Parties) -> tuple[str, list[Person]]:
        """The key of the conversation and who takes part, the sender first."""
        raw_conversation, raw_sender, url, raw_to, raw_urls, direction = who
        people = self._people
        sender, to = clean_text(raw_sender).strip(), clean_text(raw_to).strip()
        given = clean_text(raw_conversation).strip() if self._modern else ""
        key = given or "pair:" + "|".join(sorted((folded(sender), folded(to))))
        if not self._modern and direction.strip().upper() == "OUTGOING" and people.owner_keys:
            keys = people.owner_keys
        else:
            keys = people.keys(sender, url, given)
        persons: list[Person] = [(keys, sender or None, clean_text(url).strip() or None)]
        recipients = people.group(to, clean_text(raw_urls)) or _by_name(people, self._names, raw_conversation, to)
        for name, address in recipients:
            persons.append((people.keys(name, address, given), name or None, address or None))
        if not recipients and people.owner_keys:
            persons.append((people.owner_keys, people.owner_name, None))
        return key, persons


def _by_name(people: People, names: dict[tuple[str, str], str], conversation: str, to: str) -> list[tuple[str, str]]:
    """(name, address) of recipients without address: those who wrote in the same conversation, and the owner.

    Where none of them is known the list stands as one name, since names hold commas too ("Jane Doe, PhD").
    """
    whole = [(to, names.get((conversation, to), ""))] if to else []
    if not whole or whole[0][1] or people.is_owner(to):
        return whole
    pieces = [(piece.strip(), names.get((conversation, piece.strip()), "")) for piece in to.split(",")]
    return [(name, url) for name, url in pieces if url or people.is_owner(name)] or whole


def _flags(folder: str, draft: str, thread_draft: str) -> int:
    flags = _FOLDERS.get(folder.strip().upper(), 0)
    if draft.strip().casefold() in _YES or thread_draft.strip().casefold() in _YES:
        flags |= FLAG_DRAFT
    return flags


def _addresses_by_name(member: Member, context: Context, table: Table) -> dict[tuple[str, str], str]:
    """(conversation, sender name) -> sender address, for layouts that name recipients without address."""
    columns = table.header.columns
    if "recipient profile urls" in columns or "sender profile url" not in columns:
        return {}
    found: dict[tuple[str, str], str] = {}
    with open_table(member, LAYOUT, context.limits) as again:
        pick = itemgetter(*again.columns("conversation id", "from", "sender profile url"))
        for _, row in again.rows():
            conversation, name, url = pick(row)
            if url:
                found.setdefault((conversation, name), url)
    return found
