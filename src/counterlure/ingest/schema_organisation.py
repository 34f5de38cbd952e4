"""A schema.org Organization as a page of an organisation."""

from __future__ import annotations

from counterlure.case.rows import PageRow, Skip
from counterlure.errors import RowError
from counterlure.ingest.counters import count
from counterlure.ingest.countries import country_code
from counterlure.ingest.identifiers import first_identifier
from counterlure.ingest.json_limits import Located
from counterlure.ingest.schema_nodes import Index, first_words, types, values, words
from counterlure.ingest.schema_person import date, links, statistics

_KINDS = {
    "airline", "collegeoruniversity", "consortium", "corporation", "highschool", "library", "localbusiness", "ngo",
    "professionalservice", "project", "school", "store",
}  # fmt: skip


def is_organisation(node: Located) -> bool:
    """Whether a node is an organisation of some kind."""
    return any(name in _KINDS or name.endswith(("organization", "business")) for name in types(node))


def page_of(node: Located, index: Index, skipped: list[Skip], warnings: list[str]) -> PageRow:
    """The page of an Organization; what is no number or date is named and left out; RowError where it has no name."""
    name = first_words(node, index, "name", "legalName")
    if name is None:
        raise RowError("an Organization has no name")
    founded = None
    try:
        founded = date(node, index, "foundingDate")
    except RowError as error:
        skipped.append(Skip(node.line, error.reason))
    return PageRow(
        name,
        node.line,
        identifier=first_identifier(links(node, index)),
        followers=statistics(node, index, skipped).get("followers"),
        staff=staff(node, index, skipped, warnings),
        founded=founded,
        country=country(node, index),
    )


def staff(node: Located, index: Index, skipped: list[Skip], warnings: list[str]) -> int | None:
    """How many work there; a range is the size that the organisation states of itself, and counts nobody."""
    value = next(values(node, "numberOfEmployees", index), None)
    try:
        if not isinstance(value, Located):
            return count(value)
        if "value" not in value and ("minValue" in value or "maxValue" in value):
            warnings.append(f"line {value.line}: numberOfEmployees is a range; a stated size counts nobody")
        return count(value.get("value"))
    except RowError as error:
        skipped.append(Skip(node.line, f"numberOfEmployees: {error.reason}"))
        return None


def country(node: Located, index: Index) -> str | None:
    """The two-letter code of the seat's country, where the address gives a code."""
    for address in values(node, "address", index):
        if isinstance(address, Located) and (code := country_code(words(address.get("addressCountry")))):
            return code
    return None
