"""The visible lines of an organisation's saved page: followers, members who work there, founding, country of the seat.

Members are those shown as working there ("12 employees on LinkedIn", "12 associated members"). The size that an
organisation states of itself ("51-200 employees") is a claim and is not read. The country is read only where the page
gives its two letters, at the end of the first address under "Locations".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from counterlure.case.rows import PageRow
from counterlure.errors import FormatError
from counterlure.ingest.counters import is_size_class, network, network_at_end, staff
from counterlure.ingest.countries import country_code
from counterlure.ingest.identifiers import first_identifier
from counterlure.ingest.page_lines import PageLine, PageText
from counterlure.ingest.page_open import SavedPage
from counterlure.ingest.profile_words import month, plain
from counterlure.text import clean_text

_TITLE = re.compile(r"(?:\(\d{1,4}\+?\)\s)?(.{1,200}?)(?:\s?:\s.{0,100})?\s[|–-]\sLinkedIn(?:\s.{0,40})?")
_FOUNDED = re.compile(
    r"(?:founded|fondée? en|fondation|création|date de création|gegründet|gründung)(?: in)?(?:\s?:\s?|\s|$)(.{0,20})"
)
_WEBSITE = re.compile(r"(?:website|site web|webseite|internetseite)(?:\s?:\s?|$)(.{0,200})")
_LABELS = re.compile("company size|taille de l’entreprise|unternehmensgröße|größe|headquarters|siège social|hauptsitz")
_PLACES = re.compile(r"(?:locations?|lieux|sites|orte|standorte)(?:\s?\(\d{1,4}\))?")
_LOGO = re.compile(r"(?:(?:company )?logo (?:de |von )(.{1,150})|(.{1,150}?)[ -]logo)", re.IGNORECASE)
_PLACE_LINES = 6
_HEAD_LINES = 40


def shows_organisation(lines: list[PageLine]) -> bool:
    """Whether lines are those of an organisation's page."""
    return any(
        _LABELS.fullmatch(plain(line.text)) or staff(line.text) is not None for line in lines if len(line.text) < 100
    )


def organisation_of(page: SavedPage, source: str, warnings: list[str]) -> PageRow:
    """The page of an organisation; FormatError where it shows no name, or nothing but the name."""
    name = page.name or _titled(page.text) or _from_logo(page.lines)
    if name is None:
        reason = "no name of an organisation is shown; write it on a line above the page, as in 'Name: Invented Ltd'"
        raise FormatError(source, reason)
    lines = page.lines
    row = PageRow(
        name,
        next((line.line for line in lines if line.text == name), 1),
        page.saved_at,
        first_identifier([page.address, *_after(lines, _WEBSITE)]),
        _followers(lines),
        next((number for line in lines for number in _staff(line.text)), None),
        _founded(lines),
        _country(lines),
    )
    if all(shown is None for shown in (row.followers, row.staff, row.founded, row.country)):
        raise FormatError(source, "the page shows no followers, staff or founding; open its 'About' part and save that")
    if row.staff is None and any(is_size_class(line.text) for line in lines):
        warnings.append("the size an organisation states of itself is not read; members who work there are not shown")
    return row


def _titled(text: PageText) -> str | None:
    """The name in "(3) Invented Partners: About | LinkedIn"."""
    for title in (text.meta.get("og:title", ""), text.title):
        if found := _TITLE.fullmatch(" ".join(title[:500].split())):
            return clean_text(found.group(1)).strip() or None
    return next((line.text for line in text.lines if line.title == 1 and len(line.text) <= 200), None)


def _from_logo(lines: list[PageLine]) -> str | None:
    found = (_LOGO.fullmatch(line.text) for line in lines)
    return next((match.group(1) or match.group(2) for match in found if match), None)


def _pieces(text: str) -> Iterator[str]:
    """A line, and what stands between its dots: "Consulting · Paris · 1,204 followers"."""
    if len(text) <= 300:
        yield text
        if " · " in text or " • " in text:
            yield from re.split(r"\s[·•]\s", text)


def _followers(lines: list[PageLine]) -> int | None:
    """The first count of followers; one at the end of a line only where the page begins."""
    seen = [network(piece) for line in lines for piece in _pieces(line.text)]
    seen += [network_at_end(line.text) for line in lines[:_HEAD_LINES]]
    return next((found["followers"] for found in seen if "followers" in found), None)


def _staff(text: str) -> Iterator[int]:
    for piece in _pieces(text):
        if (number := staff(piece)) is not None:
            yield number


def _after(lines: list[PageLine], label: re.Pattern[str]) -> Iterator[str]:
    """What stands behind a label on its line, else on the next line; for each place where the label stands."""
    for line, following in pairwise([*lines, PageLine("", 0)]):
        if len(line.text) <= 250 and (found := label.fullmatch(plain(line.text))):
            yield found.group(1).strip() or following.link or following.text


def _founded(lines: list[PageLine]) -> str | None:
    return next(filter(None, map(month, _after(lines, _FOUNDED))), None)


def _country(lines: list[PageLine]) -> str | None:
    """The two letters at the end of the first address below "Locations"."""
    start = next((at for at, line in enumerate(lines) if _PLACES.fullmatch(plain(line.text[:100]))), None)
    for line in lines[start + 1 : start + 1 + _PLACE_LINES] if start is not None else []:
        address, comma, code = line.text.rpartition(", ")
        if comma and address.count(",") and (found := country_code(code)):
            return found
    return None
