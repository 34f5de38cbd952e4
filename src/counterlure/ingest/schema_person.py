"""A schema.org Person as a profile: roles, degrees, addresses and counters."""

from __future__ import annotations

from collections.abc import Iterator

from counterlure.case.addresses import profile_key
from counterlure.case.rows import PositionRow, Skip
from counterlure.errors import RowError
from counterlure.ingest.captured import Shown, named_picture, year_month
from counterlure.ingest.counters import count
from counterlure.ingest.dates import shown
from counterlure.ingest.identifiers import first_identifier
from counterlure.ingest.json_limits import Located
from counterlure.ingest.schema_nodes import Index, first_words, types, values, words

_SCHOOLS = {"educationalorganization", "collegeoruniversity", "school", "highschool"}
_COUNTED = {"followaction": "followers", "connectaction": "connections"}


def person_of(node: Located, index: Index, skipped: list[Skip]) -> Shown:
    """The profile of a Person; a role whose date is no date is skipped; RowError where there is no name."""
    parts = [first_words(node, index, key) for key in ("givenName", "familyName")]
    name = first_words(node, index, "name") or " ".join(filter(None, parts)) or None
    if name is None:
        raise RowError("a Person has no name, or only asterisks in its place")
    keys, url = addresses(node, index)
    title = first_words(node, index, "jobTitle")
    counters = statistics(node, index, skipped)
    positions = [row for key in ("worksFor", "hasOccupation", "alumniOf") for row in roles(node, key, index, skipped)]
    return Shown(
        name,
        node.line,
        keys,
        url,
        title or first_words(node, index, "disambiguatingDescription"),
        first_words(node, index, "description"),
        titled(positions, title),
        counters.get("connections"),
        counters.get("followers"),
        picture=picture(node, index),
    )


def addresses(node: Located, index: Index) -> tuple[list[str], str | None]:
    """Keys of the platform profiles among its addresses, and the first of these as written."""
    keys: dict[str, str] = {}
    for name in ("url", "sameAs", "mainEntityOfPage", "@id"):
        for value in values(node, name, index):
            text = value.get("@id") if isinstance(value, Located) else value
            key = profile_key(text) if isinstance(text, str) else None
            if key is not None and isinstance(text, str):
                keys.setdefault(key, text)
    return list(keys), next(iter(keys.values()), None)


def roles(node: Located, key: str, index: Index, skipped: list[Skip]) -> Iterator[PositionRow]:
    """What stands under a property as roles or degrees."""
    for value in values(node, key, index):
        try:
            row = role(value, key, node.line, index)
        except RowError as error:
            skipped.append(Skip(value.line if isinstance(value, Located) else node.line, f"{key}: {error.reason}"))
            continue
        if row.organisation or row.title or row.identifier:
            yield row


def role(value: str | int | Located, key: str, line: int, index: Index) -> PositionRow:
    """One role: an organisation, an occupation, or a Role that holds either under the same property as itself."""
    if not isinstance(value, Located):
        return PositionRow("education" if key == "alumniOf" else "work", words(value), None, None, None, line)
    held = value if is_role(value) else inner_role(value, index)
    about = next(values(value, key, index), None) if held is value else value
    title = first_words(held, index, "roleName", "namedPosition") if held is not None else None
    organisation = known = None
    if key == "hasOccupation":
        title = title or words(about)
    else:
        organisation = words(about)
        known = first_identifier(links(about, index)) if isinstance(about, Located) else None
    kind = "education" if key == "alumniOf" and not is_employer(about) else "work"
    started, ended = (date(held, index, name) if held is not None else None for name in ("startDate", "endDate"))
    told = first_words(held, index, "description") if held is not None and kind == "work" else None
    return PositionRow(kind, organisation, title, started, ended, value.line, told, known)


def is_role(node: Located) -> bool:
    """Whether a node is a Role of some kind."""
    return any(name.endswith("role") for name in types(node))


def inner_role(organisation: Located, index: Index) -> Located | None:
    """The Role inside an organisation that says since when, as the platform's own pages have it."""
    found = (value for key in ("member", "employee", "alumni") for value in values(organisation, key, index))
    return next((value for value in found if isinstance(value, Located) and is_role(value)), None)


def is_employer(organisation: object) -> bool:
    """Whether somebody's former organisation was no school; the platform lists both as alumniOf."""
    if not isinstance(organisation, Located):
        return False
    return bool(types(organisation) & {"organization", "corporation"}) and not types(organisation) & _SCHOOLS


def titled(positions: list[PositionRow], title: str | None) -> list[PositionRow]:
    """The positions, the job title given to the first running role without one; an occupation told twice goes."""
    for row in positions:
        if row.kind == "work" and row.organisation and not row.title and not row.ended:
            row.title = title
            break
    named = {row.title for row in positions if row.organisation and row.title}
    return [row for row in positions if row.organisation or row.started or row.title not in named]


def links(node: Located, index: Index) -> Iterator[str | None]:
    """The addresses of an organisation."""
    for key in ("url", "sameAs", "@id"):
        for value in values(node, key, index):
            yield value if isinstance(value, str) else None


def statistics(node: Located, index: Index, skipped: list[Skip]) -> dict[str, int]:
    """Followers and connections among the counters; what is no number is named and left out."""
    found: dict[str, int] = {}
    for value in values(node, "interactionStatistic", index):
        if not isinstance(value, Located):
            continue
        for action in values(value, "interactionType", index):
            written = next(iter(types(action)), "") if isinstance(action, Located) else str(action)
            kind = _COUNTED.get(written.rpartition("/")[2].rpartition(":")[2].casefold())
            try:
                number = count(value.get("userInteractionCount"))
            except RowError as error:
                skipped.append(Skip(value.line, f"interactionStatistic: {error.reason}"))
                continue
            if kind and number is not None:
                found.setdefault(kind, number)
    return found


def picture(node: Located, index: Index) -> str | None:
    """The stem of the image, where it is a file name."""
    for value in values(node, "image", index):
        names = [value.get(key) for key in ("contentUrl", "url", "name")] if isinstance(value, Located) else [value]
        if found := next(filter(None, map(named_picture, names)), None):
            return found
    return None


def date(node: Located, index: Index, key: str) -> str | None:
    """The year or month under a property, None where it is absent or blank; RowError for anything else."""
    value = next(values(node, key, index), None)
    text = str(value) if isinstance(value, int) else words(value)
    if text is None and isinstance(value, Located):
        raise RowError(f"{shown(key)} holds an object; write YYYY, YYYY-MM or YYYY-MM-DD")
    return None if text is None else year_month(text, key)
