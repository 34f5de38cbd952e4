"""Saved answers of LinkedIn's Member Data Portability API (EEA and Switzerland): snapshots and changelog events.

A snapshot is the archive in another wrapping, `elements[] {snapshotDomain, snapshotData[]}`, with the columns of the
CSV files as keys. Each domain is laid out as the table it came from and read by that table's reader, so both ways of
handing an archive in mean the same. Domains with other people's address books, advertising, inferences, log-ins and
searches are named and not looked into.
"""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import ModuleType

from counterlure.case.rows import Batch, ConnectionRow, ContactRow, Owner, PositionRow, ProfileRow, Skip
from counterlure.errors import FormatError, InputError, RowError
from counterlure.ingest import changelog, connections, invitations, messages, profile_files
from counterlure.ingest.context import Context
from counterlure.ingest.dates import shown
from counterlure.ingest.headers import normal
from counterlure.ingest.json_limits import Located, kind_of, objects, parse, read_document, read_lines
from counterlure.ingest.limits import Limits
from counterlure.ingest.member import Member
from counterlure.ingest.owner import infer_owner
from counterlure.ingest.table import MAX_SKIPS

LINES = (".jsonl", ".ndjson")
DOMAINS = {
    "PROFILE": "profile",
    "POSITIONS": "positions",
    "EDUCATION": "education",
    "INVITATIONS": "invitations",
    "CONNECTIONS": "connections",
    "MESSAGES": "messages",
    "INBOX": "messages",
}
READERS: dict[str, ModuleType] = {
    "profile": profile_files,
    "positions": profile_files,
    "education": profile_files,
    "invitations": invitations,
    "connections": connections,
    "messages": messages,
}
# What JSON leaves out because it is empty everywhere, and the tables' readers need as a column.
EMPTY_COLUMNS = {
    "profile": ("First Name", "Last Name", "Headline"),
    "positions": ("Title", "Started On"),
    "education": ("Degree Name",),
    "invitations": ("From", "To"),
    "connections": ("First Name", "Last Name"),
    "messages": ("FROM", "TO"),
}
NEVER = re.compile(
    r"(?:IMPORTED_?)?CONTACTS|ADS?(?:_.*)?|.*_ADS?(?:_.*)?|INFERENCES?(?:_.*)?|LOGINS?|SEARCH(?:ES|_.*)?"
    r"|PHONE_?NUMBERS|WHATSAPP.*|REGISTRATION|SECURITY_?CHALLENGES?(?:_.*)?"
)
TIMES = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)")
EPOCH_MS = range(1_000_000_000_000, 4_200_000_000_000)


@dataclass(frozen=True)
class TableMember(Member):
    """A domain laid out as a CSV file in memory; `starts` and `lines` lead from its rows back to the JSON lines."""

    sha256: str = ""
    starts: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def digest(self) -> str:
        """The digest of the file that was handed in."""
        return self.sha256

    def line(self, row: int) -> int:
        """The line of the JSON object behind a line of the table; 0 stays 0."""
        at = bisect_right(self.starts, row) - 1
        return self.lines[max(at, 0)] if row and self.lines else row


@dataclass
class Answers:
    """The elements of a file, sorted: rows by table, events, and what is to be said."""

    rows: dict[str, list[Located]] = field(default_factory=dict)
    events: list[Located] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def skip(self, line: int, reason: str) -> None:
        """Notes an element or row that is not read; at most `MAX_SKIPS` are listed."""
        if len(self.skipped) < MAX_SKIPS:
            self.skipped.append(Skip(line, reason))
        elif len(self.skipped) == MAX_SKIPS:
            self.skipped.append(Skip(line, "this and further parts of the file are faulty and no longer listed"))


def accepts(name: str, head: bytes) -> bool:
    """Whether a JSON or JSON Lines file shows the keys of a snapshot or of changelog events."""
    plain = head.replace(b"\0", b"")
    shows = b'"snapshotDomain"' in plain or b'"snapshotData"' in plain
    shows = shows or (b'"elements"' in plain and b'"paging"' in plain)
    shows = shows or (b'"resourceName"' in plain and b'"activity' in plain)
    return name.casefold().endswith((".json", *LINES)) and shows


def read(member: Member, context: Context) -> Iterator[Batch]:
    """Batches of kind "portability", domain by domain, then the events; raises FormatError where there is neither."""
    digest = member.digest()
    answers = sort_answers(member, context.limits)
    found = tables(member.source, digest, answers)
    owner, notes = infer_owner(list(found), context.limits, digest, context.owner_hint)
    owner = owner or changelog.owner_of(answers.events, digest)
    yield Batch(
        member.source,
        "portability",
        digest,
        owner,
        skipped=answers.skipped,
        warnings=[*answers.warnings, *notes],
    )
    inside = replace(context, owner_hint=owner)
    for name, table in found:
        yield from read_table(name, table, inside)
    if answers.events:
        rows = context.limits.batch_rows
        yield from changelog.read_events(answers.events, member.source, digest, owner, rows)


def owner_tables(member: Member, limits: Limits) -> list[tuple[str, Member]]:
    """The tables of a file, for `infer_owner` over a delivery of several files; none where it cannot be read."""
    try:
        return list(tables(member.source, member.digest(), sort_answers(member, limits)))
    except InputError:
        return []


def sort_answers(member: Member, limits: Limits) -> Answers:
    """Every element of a file by what it is."""
    answers = Answers()
    unused: dict[str, None] = {}
    last: Located | None = None
    count = 0
    for answer in documents(member, limits):
        last = answer
        for element in objects(answer["elements"]) if "elements" in answer else [answer]:
            count += 1
            sort_element(element, answers, unused)
    if not count:
        raise FormatError(member.source, "holds no answer of the Data Portability API: no 'elements' with content")
    if unused:
        answers.warnings.append(f"domains of no use here: {', '.join(list(unused)[:20])}")
    if last is not None and has_next(last):
        answers.warnings.append("the last answer says that a further page follows; hand that in as well")
    return answers


def documents(member: Member, limits: Limits) -> Iterator[Located]:
    """The answers in a file: one, a list of them, or one per line."""
    if member.name.casefold().endswith(LINES):
        for number, line in read_lines(member, limits):
            yield from objects(parse(line, member.source, limits, number))
    else:
        yield from objects(read_document(member, limits))


def sort_element(element: Located, answers: Answers, unused: dict[str, None]) -> None:
    """Puts one element where it belongs."""
    domain = element.get("snapshotDomain")
    if "resourceName" in element:
        answers.events.append(element)
    elif not isinstance(domain, str):
        answers.skip(element.line, "neither a snapshot domain nor a changelog event")
    elif (name := DOMAINS.get(domain.upper())) is not None:
        answers.rows.setdefault(name, []).extend(objects(element.get("snapshotData")))
    elif NEVER.fullmatch(domain.upper()):
        answers.warnings.append(f"domain {shown(domain)} is never read")
    else:
        unused.setdefault(shown(domain))


def has_next(answer: Located) -> bool:
    """Whether an answer links to a page behind it."""
    paging = answer.get("paging")
    links = objects(paging.get("links")) if isinstance(paging, Located) else []
    return any(link.get("rel") == "next" for link in links)


def tables(source: str, digest: str, answers: Answers) -> list[tuple[str, TableMember]]:
    """Each domain that has rows, as a table under the name by which the archive knows it."""
    laid = ((name, answers.rows.get(name)) for name in READERS)
    return [(name, lay_out(name, rows, source, digest, answers)) for name, rows in laid if rows]


def lay_out(name: str, rows: list[Located], source: str, digest: str, answers: Answers) -> TableMember:
    """Rows as CSV with the keys of all of them as header; a row with a nested value is skipped."""
    header = list(dict.fromkeys(key for row in rows for key in row))
    shown_columns = {normal(key) for key in header}
    header += [column for column in EMPTY_COLUMNS[name] if normal(column) not in shown_columns]
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow([" ".join(key.split()) for key in header])
    starts: list[int] = []
    lines: list[int] = []
    line = 2
    for row in rows:
        try:
            cells = [cell(row, key) for key in header]
        except RowError as error:
            answers.skip(row.line, error.reason)
            continue
        writer.writerow(cells)
        starts.append(line)
        lines.append(row.line)
        line += 1 + sum(text.count("\n") for text in cells)
    data = buffer.getvalue().encode("utf-8", "ignore")
    return TableMember(source, f"{name}.csv", len(data), lambda: io.BytesIO(data), digest, starts, lines)


def cell(row: Located, key: str) -> str:
    """A value as the archive writes it; RowError for an object or a list of anything but texts.

    A list of objects stands for attachments: only that there are some is kept.
    """
    value = row.get(key)
    if isinstance(value, str):
        return clock_text(value) or value.replace("\r\n", "\n").replace("\r", "\n")
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return utc(datetime.fromtimestamp(value / 1000, UTC)) if value in EPOCH_MS else str(value)
    if isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            return ",".join(value)
        if all(isinstance(item, Located) for item in value):
            return f"{len(value)} attached"
    raise RowError(f"{shown(key)} holds {kind_of(value)}; expected a text")


def clock_text(value: str) -> str | None:
    """An ISO 8601 time with its zone in the archive's form; None for any other text."""
    if not TIMES.fullmatch(value):
        return None
    try:
        return utc(datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        return None


def utc(moment: datetime) -> str:
    """A time in the one form that the archive's files use."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def read_table(name: str, table: TableMember, context: Context) -> Iterator[Batch]:
    """The batches of a domain's reader, with the lines of the JSON file."""
    try:
        for batch in READERS[name].read(table, context):
            yield located(batch, table, context.owner_hint)
    except InputError as error:
        reason = f"domain {name.upper()}: {error.reason}"
        yield Batch(
            table.source, "portability", table.sha256, context.owner_hint, skipped=[Skip(table.line(2), reason)]
        )


def located(batch: Batch, table: TableMember, owner: Owner | None) -> Batch:
    """A batch of a table as one of the JSON file behind it."""
    batch.kind, batch.owner = "portability", owner
    batch.messages = [(*row[:3], table.line(row[3]), *row[4:]) for row in batch.messages]
    positions = [position for profile in batch.profiles for position in profile.positions]
    rows: list[ContactRow | ConnectionRow | ProfileRow | PositionRow | Skip]
    rows = [*batch.contacts, *batch.connections, *batch.profiles, *positions, *batch.skipped]
    for row in rows:
        row.line = table.line(row.line)
    return batch
