"""A profile as JSON Resume 1.0.0 (jsonresume.org/schema), the neutral way to hand a captured profile in.

Read: name, label, summary, profile addresses, file name of the picture, work, education, how many references, and
from `meta` the date of the capture (`lastModified`) and what the standard has no place for, the counters:

    "meta": {"lastModified": "2026-03-01", "counterlure": {"connections": "500+", "followers": 1204}}

The address of an organisation (`work[].url`) tells one organisation from another and is never opened. Not read: mail,
phone, place, languages, interests, and what a reference says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from counterlure.case.addresses import profile_key
from counterlure.case.rows import Batch, PositionRow, Skip
from counterlure.errors import FormatError, RowError
from counterlure.ingest.captured import Shown, capture, moment, named_picture, year_month
from counterlure.ingest.context import Context
from counterlure.ingest.counters import count
from counterlure.ingest.identifiers import organisation_identifier
from counterlure.ingest.json_limits import Located, objects, read_document, text_of
from counterlure.ingest.member import Member

FILE = re.compile(r"(?:.*[._-])?resume\.json")


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
    skipped: list[Skip] = []
    try:
        person = shown_in(document, basics, skipped)
    except RowError as error:
        raise FormatError(f"{member.source}:{basics.line}", error.reason) from None
    yield capture(member, context, [person], skipped=skipped)


def shown_in(document: Located, basics: Located, skipped: list[Skip]) -> Shown:
    """The profile in a document; RowError where its basics have no name, or a text of another kind."""
    name, label, summary = (text_of(basics, key) for key in ("name", "label", "summary"))
    if name is None:
        raise RowError("basics has no name")
    keys, url = addresses(basics)
    meta = document.get("meta")
    references = document.get("references")
    return Shown(
        name,
        basics.line,
        keys,
        url,
        label,
        summary,
        [*entries(document, "work", skipped), *entries(document, "education", skipped)],
        counter(meta, "connections", skipped),
        counter(meta, "followers", skipped),
        len(objects(references)) if isinstance(references, list) else None,
        named_picture(basics.get("image")),
        moment(meta.get("lastModified")) if isinstance(meta, Located) else None,
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


def counter(meta: object, key: str, skipped: list[Skip]) -> int | None:
    """A counter of `meta.counterlure`; one that is no number is named and left out."""
    ours = meta.get("counterlure") if isinstance(meta, Located) else None
    if not isinstance(ours, Located):
        return None
    try:
        return count(ours.get(key))
    except RowError as error:
        skipped.append(Skip(ours.line, f"meta.counterlure.{key}: {error.reason}"))
        return None


def entries(document: Located, section: str, skipped: list[Skip]) -> Iterator[PositionRow]:
    """The roles or degrees of a section; an entry with a date or text of another kind is skipped."""
    for item in objects(document.get(section)):
        try:
            yield work(item) if section == "work" else education(item)
        except RowError as error:
            skipped.append(Skip(item.line, f"{section}: {error.reason}"))


def work(item: Located) -> PositionRow:
    """A role; "company" and "website" are the names that JSON Resume used before 1.0.0."""
    organisation = text_of(item, "name") or text_of(item, "company")
    title, summary = text_of(item, "position"), text_of(item, "summary")
    started, ended = date(item, "startDate"), date(item, "endDate")
    known = organisation_identifier(text_of(item, "url") or text_of(item, "website"))
    return PositionRow("work", organisation, title, started, ended, item.line, summary, known)


def education(item: Located) -> PositionRow:
    """A degree: kind of study and area put together."""
    title = ", ".join(part for key in ("studyType", "area") if (part := text_of(item, key))) or None
    started, ended = date(item, "startDate"), date(item, "endDate")
    known = organisation_identifier(text_of(item, "url"))
    return PositionRow("education", text_of(item, "institution"), title, started, ended, item.line, None, known)


def date(item: Located, key: str) -> str | None:
    """The year or month under a key, None where it is absent; RowError for anything else."""
    value = text_of(item, key)
    return None if value is None else year_month(value, key)
