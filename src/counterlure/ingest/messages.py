"""messages.csv: every message of the owner, in all layouts seen from 2018 to 2026.

Columns are matched by name, since they do not grow steadily with time. The 2018 layout has neither addresses nor
conversation ids: there a conversation is the owner and one partner. No layout has message ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from counterlure.case.rows import (
    FLAG_ARCHIVED,
    FLAG_ATTACHMENT,
    FLAG_DRAFT,
    FLAG_HTML,
    FLAG_INMAIL,
    FLAG_SPAM,
    Batch,
)
from counterlure.ingest.chunk import Chunk
from counterlure.ingest.context import Context
from counterlure.ingest.dates import MESSAGE, Clock
from counterlure.ingest.headers import Layout
from counterlure.ingest.member import Member
from counterlure.ingest.names import is_table, stem
from counterlure.ingest.people import People
from counterlure.ingest.table import Table, open_table
from counterlure.ingest.threads import Threads
from counterlure.ingest.translations import MESSAGES
from counterlure.text import clean_text, html_to_text, looks_like_html

PARTIES = ("conversation id", "from", "sender profile url", "to", "recipient profile urls", "direction")
_COLUMNS = (
    *PARTIES,
    "content",
    "subject",
    "attachments",
    "folder",
    "is message draft",
    "is conversation draft",
    "conversation title",
)
LAYOUT = Layout(
    columns=frozenset({"date", *_COLUMNS}),
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
    heading = (table.source, "messages", digest, context.owner_hint)
    reader = _Reader(table, Threads(people, names, modern="conversation id" in table.header.position))
    chunk, room, most = Chunk(*heading), _BATCH_CHARS, context.limits.batch_rows
    for lines, rows in table.blocks():
        at = 0
        while at < len(rows):
            end = at + most - len(chunk.messages)
            room -= reader.enter(chunk, lines[at:end], rows[at:end])
            at = end
            if room < 0 or len(chunk.messages) >= most:
                yield chunk.batch(table.take_skips(), table.take_warnings())
                chunk, room = Chunk(*heading), _BATCH_CHARS
    yield chunk.batch(table.take_skips(), table.take_warnings())


class _Reader:
    """Turns rows into messages, column by column."""

    def __init__(self, table: Table, threads: Threads) -> None:
        self._table = table
        self._threads = threads
        self._seconds = Clock(MESSAGE).seconds
        self._flags = lru_cache(_MEMORY)(_flags)

    def enter(self, chunk: Chunk, lines: Sequence[int], rows: Sequence[list[str]]) -> int:
        """Adds the messages of some rows to a batch; returns how many characters of text that was."""
        lines, rows, sent_at = self._timed(lines, rows)
        if not rows:
            return 0
        columns = self._table.pick(rows, *_COLUMNS)
        parties, (contents, subjects, attachments, folders, drafts, thread_drafts, titles) = columns[:6], columns[6:]
        seats = self._threads.seats(chunk, zip(*parties, strict=True), titles)
        conversations, senders = zip(*seats, strict=True)
        flags = list(map(self._flags, folders, drafts, thread_drafts, map(bool, attachments), map(bool, subjects)))
        texts = _texts(contents, flags)
        lines_above: Sequence[str | None] = [None] * len(rows)
        if any(subjects):
            lines_above = [clean_text(subject).strip() or None for subject in subjects]
        chunk.messages.extend(zip(conversations, sent_at, senders, lines, flags, texts, lines_above, strict=True))
        return sum(map(len, texts))

    def _timed(
        self, lines: Sequence[int], rows: Sequence[list[str]]
    ) -> tuple[Sequence[int], Sequence[list[str]], list[int | None]]:
        """The rows with their times, None where no date can be read; without rows that repeat the header."""
        table = self._table
        date = table.header.position["date"]
        times, faults = self._seconds([row[date] for row in rows])
        repeated = {at for at in faults if table.is_header(rows[at])}
        for at, error in faults.items():
            reason = f"{error.reason}; the message is kept without a time"
            table.skip(lines[at], "repeats the header row" if at in repeated else reason)
        if not repeated:
            return lines, rows, times
        kept = [at for at in range(len(rows)) if at not in repeated]
        return [lines[at] for at in kept], [rows[at] for at in kept], [times[at] for at in kept]


def _texts(contents: Sequence[str], flags: list[int]) -> list[str]:
    """The words as a reader sees them; marks in `flags` where they were markup."""
    texts = [content if content.isascii() and content.isprintable() else clean_text(content) for content in contents]
    if "<" in "".join(contents):
        for at, content in enumerate(contents):
            if looks_like_html(content):
                texts[at] = html_to_text(content)
                flags[at] |= FLAG_HTML | FLAG_INMAIL
    return texts


def _flags(folder: str, draft: str, thread_draft: str, attached: bool, titled: bool) -> int:
    flags = _FOLDERS.get(folder.strip().upper(), 0)
    if draft.strip().casefold() in _YES or thread_draft.strip().casefold() in _YES:
        flags |= FLAG_DRAFT
    if attached:
        flags |= FLAG_ATTACHMENT
    if titled:
        flags |= FLAG_INMAIL
    return flags


def _addresses_by_name(member: Member, context: Context, table: Table) -> dict[tuple[str, str], str]:
    """(conversation, sender name) -> sender address, for layouts that name recipients without address."""
    columns = table.header.columns
    if "recipient profile urls" in columns or "sender profile url" not in columns:
        return {}
    found: dict[tuple[str, str], str] = {}
    with open_table(member, LAYOUT, context.limits) as again:
        for _, rows in again.blocks():
            picked = again.pick(rows, "conversation id", "from", "sender profile url")
            for conversation, name, url in zip(*picked, strict=True):
                if url:
                    found.setdefault((conversation, name), url)
    return found
