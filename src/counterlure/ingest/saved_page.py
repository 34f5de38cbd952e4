"""A profile or an organisation's page kept from a browser: HTML, MHTML, or text copied into a file.

JSON-LD inside a page is read first, and what it leaves open comes from the visible lines. A page that shows neither a
profile nor an organisation, such as a sign-in page, is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from counterlure.case.addresses import profile_key
from counterlure.case.rows import Batch, PageRow
from counterlure.errors import FormatError, InputError
from counterlure.ingest.captured import Shown, capture
from counterlure.ingest.company_page import organisation_of, shows_organisation
from counterlure.ingest.context import Context
from counterlure.ingest.counters import network
from counterlure.ingest.identifiers import organisation_identifier
from counterlure.ingest.json_limits import parse
from counterlure.ingest.limits import Limits
from counterlure.ingest.media import PAGES
from counterlure.ingest.member import Member
from counterlure.ingest.page_open import SavedPage, open_page
from counterlure.ingest.page_profile import profile_of, sections
from counterlure.ingest.profile_words import EDUCATION, WORK, section_of
from counterlure.ingest.schema_org import Described, described

_ADDRESS = re.compile(r"linkedin\.com/(?:in|company|school|showcase)/", re.IGNORECASE)


def accepts(name: str, head: bytes) -> bool:
    """Whether this is a page by its ending, or a text that shows an address, a heading or a counter of a profile."""
    lower = name.casefold()
    if lower.endswith(PAGES):
        return True
    if not lower.endswith(".txt"):
        return False
    text = head.decode("utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8", "ignore")
    lines = [line.strip() for line in text.splitlines()]
    return _ADDRESS.search(text) is not None or any(section_of(line) in {WORK} or network(line) for line in lines)


def read(member: Member, context: Context) -> Iterator[Batch]:
    """One Batch of kind "capture"; raises FormatError where the page shows neither a profile nor an organisation."""
    page = open_page(member)
    warnings: list[str] = []
    found = embedded(page, member.source, context.limits, warnings)
    people, pages = found.people, found.pages
    if is_profile(page, found):
        people = [merged(profile_of(page, member.source, warnings), people)]
        check_profile(people[0], member.source)
    elif is_organisation(page) and not people:
        pages = [completed(organisation_of(page, member.source, warnings), pages)]
    if not people and not pages:
        raise FormatError(member.source, "shows neither a profile nor an organisation's page; save the page itself")
    for person in people:
        person.captured_at = page.saved_at or person.captured_at
    for row in pages:
        row.captured_at = page.saved_at or row.captured_at
    yield capture(member, context, people, pages, found.skipped, [*warnings, *found.warnings])


def embedded(page: SavedPage, source: str, limits: Limits, warnings: list[str]) -> Described:
    """What JSON-LD inside the page describes; a script that is no sound JSON is named and left out."""
    found = Described()
    for line, script in page.text.scripts:
        try:
            more = described(parse(script, source, limits, line), source)
        except InputError as error:
            warnings.append(f"the JSON-LD of line {line} was not read: {error.reason}")
            continue
        found.people += more.people
        found.pages += more.pages
        found.skipped += more.skipped
        found.warnings += more.warnings
    return found


def is_profile(page: SavedPage, found: Described) -> bool:
    """Whether the visible lines are one person's profile: by the address, else by what they show."""
    if page.address and (profile_key(page.address) or organisation_identifier(page.address)):
        return profile_key(page.address) is not None
    shown = sections(page.lines)
    counted = any("connections" in network(line.text) for line in shown[""])
    return len(found.people) <= 1 and (WORK in shown or EDUCATION in shown or counted)


def is_organisation(page: SavedPage) -> bool:
    """Whether the visible lines are an organisation's page."""
    known = organisation_identifier(page.address)
    return bool(known and known.startswith("company:")) or shows_organisation(page.lines)


def merged(seen: Shown, people: list[Shown]) -> Shown:
    """The visible profile, completed by the person of the same address whom the page's JSON-LD describes.

    Followers are counted exactly there, and shown as "1K".
    """
    told = next((person for person in people if not seen.keys or set(person.keys) & set(seen.keys)), None)
    if told is None:
        return seen
    named = [row for row in told.positions if row.organisation]
    return Shown(
        told.name,
        seen.line,
        list(dict.fromkeys([*seen.keys, *told.keys])),
        seen.url or told.url,
        seen.headline or told.headline,
        seen.summary or told.summary,
        seen.positions or named,
        seen.connections if seen.connections is not None else told.connections,
        told.followers if told.followers is not None else seen.followers,
        seen.recommendations,
        told.picture,
        told.captured_at,
    )


def completed(seen: PageRow, pages: list[PageRow]) -> PageRow:
    """The visible page, completed by the organisation that the page's JSON-LD describes under the same name."""
    told = next((row for row in pages if row.organisation == seen.organisation), None)
    if told is None:
        return seen
    for name in ("identifier", "followers", "staff", "founded", "country", "captured_at"):
        if getattr(seen, name) is None:
            setattr(seen, name, getattr(told, name))
    return seen


def check_profile(person: Shown, source: str) -> None:
    """FormatError where a page shows a name and nothing of a profile, as a sign-in page does."""
    counters = (person.connections, person.followers)
    if not (person.headline or person.summary or person.positions or any(n is not None for n in counters)):
        raise FormatError(source, "shows no profile below the name; sign in, let the page load, and save it again")
