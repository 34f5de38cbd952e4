"""People and organisations as schema.org describes them in JSON-LD: a file of its own, or a part of a saved page.

Person: name, jobTitle, description, addresses (url, sameAs), worksFor, hasOccupation, alumniOf, counters
(interactionStatistic), file name of the image. Organization: name, addresses, foundingDate, numberOfEmployees,
followers, country of the address. Dates of a role stand in a Role around the organisation, or in one inside it.
Not read: birth, sex, nationality, family, home, mail, phone, languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from counterlure.case.rows import Batch, PageRow, Skip
from counterlure.errors import FormatError, RowError
from counterlure.ingest.captured import Shown, capture, moment
from counterlure.ingest.context import Context
from counterlure.ingest.json_limits import Located, read_document
from counterlure.ingest.member import Member
from counterlure.ingest.schema_nodes import index_of, top_nodes, types
from counterlure.ingest.schema_organisation import is_organisation, page_of
from counterlure.ingest.schema_person import person_of


@dataclass
class Described:
    """What a document describes."""

    people: list[Shown] = field(default_factory=list)
    pages: list[PageRow] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def accepts(name: str, head: bytes) -> bool:
    """Whether this is JSON-LD: by its ending, or a JSON file that shows the address of schema.org."""
    lower = name.casefold()
    return lower.endswith(".jsonld") or (lower.endswith(".json") and b"schema.org" in head.replace(b"\\/", b"/"))


def read(member: Member, context: Context) -> Iterator[Batch]:
    """One Batch of kind "capture"; raises FormatError where the document describes no person and no organisation."""
    found = described(read_document(member, context.limits), member.source)
    if not found.people and not found.pages:
        first = (
            found.skipped[0].reason
            if found.skipped
            else "no Person, and no Organization with followers, staff, founding or country"
        )
        raise FormatError(member.source, f"not a profile by schema.org: {first}")
    yield capture(member, context, found.people, found.pages, found.skipped, found.warnings)


def described(document: object, source: str) -> Described:
    """The people and organisations that a document is about; those only mentioned in passing are none of them."""
    found = Described()
    nodes = top_nodes(document, source)
    index = index_of(nodes)
    changed = (moment(node.get("dateModified")) for node in nodes)
    at = next((time for time in changed if time is not None), None)
    for node in nodes:
        try:
            add(node, index, found)
        except RowError as error:
            found.skipped.append(Skip(node.line, error.reason))
    for person in found.people:
        person.captured_at = at
    for page in found.pages:
        page.captured_at = at
    return found


def add(node: Located, index: dict[str, Located], found: Described) -> None:
    """Reads one node; RowError where it is a person or organisation without name."""
    if "person" in types(node):
        found.people.append(person_of(node, index, found.skipped))
    elif is_organisation(node):
        page = page_of(node, index, found.skipped, found.warnings)
        # An organisation that only carries a name is mentioned, not shown.
        if any(shown is not None for shown in (page.followers, page.staff, page.founded, page.country)):
            found.pages.append(page)
