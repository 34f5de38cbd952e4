"""Layouts of public register files, known by their columns.

GLEIF: LEI-CDF golden copy as CSV, one legal entity a row, in every country those that have an LEI and no others.
SIRENE: StockUniteLegale, every legal unit of France, and StockEtablissement, signs and towns of its units. Names of
natural persons (sole traders) stand in columns of their own, which are not read. Anything else with a column of names
is a plain register.
"""

from __future__ import annotations

from typing import NamedTuple

from counterlure.errors import FormatError


class Layout(NamedTuple):
    """Which columns of a file are read, and for which countries a file of this layout is complete.

    names : all that hold names of the organisation. country, place : a column, or None. fixed_country : of every row.
    complete : ISO 3166-1 codes of the countries whose organisations all stand in it.
    """

    kind: str
    names: tuple[str, ...]
    country: str | None
    place: str | None
    fixed_country: str | None
    complete: tuple[str, ...]


PLAIN_NAMES = ("name", "legal_name", "denomination", "organisation")
_GLEIF_NAMES = ("Entity.LegalName", *(f"Entity.OtherEntityNames.OtherEntityName.{n}" for n in range(1, 6)))
_UNIT_NAMES = (
    "denominationUniteLegale",
    *(f"denominationUsuelle{n}UniteLegale" for n in (1, 2, 3)),
    "sigleUniteLegale",
)
_SITE_NAMES = (*(f"enseigne{n}Etablissement" for n in (1, 2, 3)), "denominationUsuelleEtablissement")


def layout(source: str, columns: list[str]) -> Layout:
    """The layout of a file with these columns; FormatError where none of them holds names."""
    held = set(columns)
    if "Entity.LegalName" in held:
        place = "Entity.LegalAddress.City"
        names = _present(_GLEIF_NAMES, held)
        return Layout("gleif", names, _one("Entity.LegalAddress.Country", held), _one(place, held), None, ())
    if "denominationUniteLegale" in held:
        return Layout("sirene units", _present(_UNIT_NAMES, held), None, None, "FR", ("FR",))
    if "enseigne1Etablissement" in held:
        place = "libelleCommuneEtablissement"
        return Layout("sirene sites", _present(_SITE_NAMES, held), None, _one(place, held), "FR", ())
    plain = _present(PLAIN_NAMES, held)
    if not plain:
        known = ", ".join((*PLAIN_NAMES, "Entity.LegalName", "denominationUniteLegale", "enseigne1Etablissement"))
        raise FormatError(source, f"no name column: one of {known} is needed")
    return Layout("plain", plain[:1], _one("country", held), _one("place", held) or _one("city", held), None, ())


def _present(wanted: tuple[str, ...], held: set[str]) -> tuple[str, ...]:
    return tuple(column for column in wanted if column in held)


def _one(column: str, held: set[str]) -> str | None:
    return column if column in held else None
