"""A profile as JSON Resume 1.0.0 (jsonresume.org/schema), the neutral way to hand a captured profile in.

Read: name, label, summary, profile addresses, work, education, date of the capture (`meta.lastModified`). Not read:
mail, phone, place, picture, languages, interests, references.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from counterlure.case.addresses import local_name_key, profile_key
from counterlure.case.rows import AccountRow, Batch, PositionRow, ProfileRow, Skip
from counterlure.errors import FormatError, RowError
from counterlure.ingest.context import Context
from counterlure.ingest.dates import shown
from counterlure.ingest.json_limits import Located, objects, read_document, text_of
from counterlure.ingest.member import Member

FILE = re.compile(r"(?:.*[._-])?resume\.json")
DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-\d{2})?)?(?:T.*)?")
POSITIONS = 1_000


def accepts(name: str, head: bytes) -> bool:
    """Whether this is a JSON Resume: `resume.json`, or a JSON file that shows "basics" or the schema's address."""
    lower = name.casefold()
    shows = b'"basics"' in head or b"jsonresume" in head
    return lower.endswith(".json") and (shows or FILE.fullmatch(lower) is not None)


def read(member: Member, context: Context) -> Iterator[Batch]:
    """One Batch of kind "capture"; raises FormatError where there are no basics with a name."""
    document = read_document(member, context.limits)
    basics = document.get("basics") if isinstance(document, Located) else None
    if not isinstance(document, Located) or not isinstance(basics, Located):
        raise FormatError(member.source, "not a JSON Resume: it has no object 'basics'")
    try:
        name, label, summary = (text_of(basics, key) for key in ("name", "label", "summary"))
        captured_at = last_modified(document)
    except RowError as error:
        raise FormatError(f"{member.source}:{basics.line}", error.reason) from None
    if name is None:
        raise FormatError(f"{member.source}:{basics.line}", "basics has no name")
    skipped: list[Skip] = []
    warnings: list[str] = []
    positions = [*entries(document, "work", skipped), *entries(document, "education", skipped)]
    if len(positions) > POSITIONS:
        raise FormatError(member.source, f"more than {POSITIONS} positions; no profile has so many")
    keys, url = addresses(basics)
    if not keys:
        warnings.append("no profile address in basics.profiles; the account cannot be matched with others by it")
        owner = context.owner_hint
        keys = [local_name_key(owner.keys[0] if owner and owner.keys else member.digest(), name)]
    running = (row.organisation for row in positions if row.kind == "work" and row.started and not row.ended)
    yield Batch(
        member.source,
        "capture",
        member.digest(),
        accounts=[AccountRow(keys, name, url, label, next(running, None))],
        profiles=[ProfileRow(0, captured_at, label, summary, basics.line, positions)],
        skipped=skipped,
        warnings=warnings,
    )


def addresses(basics: Located) -> tuple[list[str], str | None]:
    """Keys of the platform profiles listed, and the first address as written."""
    keys: dict[str, str | None] = {}
    for item in objects(basics.get("profiles")):
        url, user, network = (item.get(key) for key in ("url", "username", "network"))
        written = url if isinstance(url, str) else None
        key = profile_key(written) if written else None
        if key is None and isinstance(user, str) and isinstance(network, str) and network.casefold() == "linkedin":
            written = f"https://www.linkedin.com/in/{user}"
            key = profile_key(written)
        if key is not None:
            keys.setdefault(key, written)
    return list(keys), next(iter(keys.values()), None)


def entries(document: Located, section: str, skipped: list[Skip]) -> Iterator[PositionRow]:
    """The roles or degrees of a section; an entry with a date or text of another kind is skipped."""
    for item in objects(document.get(section)):
        try:
            yield work(item) if section == "work" else education(item)
        except RowError as error:
            skipped.append(Skip(item.line, f"{section}: {error.reason}"))


def work(item: Located) -> PositionRow:
    """A role; "company" is the name that JSON Resume used before 1.0.0."""
    organisation = text_of(item, "name") or text_of(item, "company")
    title, summary = text_of(item, "position"), text_of(item, "summary")
    return PositionRow("work", organisation, title, date(item, "startDate"), date(item, "endDate"), item.line, summary)


def education(item: Located) -> PositionRow:
    """A degree: kind of study and area put together."""
    title = ", ".join(part for key in ("studyType", "area") if (part := text_of(item, key))) or None
    started, ended = date(item, "startDate"), date(item, "endDate")
    return PositionRow("education", text_of(item, "institution"), title, started, ended, item.line)


def date(item: Located, key: str) -> str | None:
    """ "2018", "2018-09" or "2018-09-01" as year or year and month; RowError for anything else."""
    value = text_of(item, key)
    if value is None:
        return None
    found = DATE.fullmatch(value)
    if not found:
        raise RowError(f"{key} holds {shown(value)}; write YYYY, YYYY-MM or YYYY-MM-DD")
    return f"{found[1]}-{found[2]}" if found[2] else found[1]


def last_modified(document: Located) -> int | None:
    """`meta.lastModified` as UTC epoch seconds; None where it is absent or no time."""
    meta = document.get("meta")
    value = meta.get("lastModified") if isinstance(meta, Located) else None
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
