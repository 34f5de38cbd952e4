"""What the lines of a "Save to PDF" profile mean: name, headline, sections, roles, degrees.

The layout carries the meaning in its font sizes: 26 points the name, 15.75 a section, 12 an organisation or a school,
11.5 a job title, 10.5 dates, places and descriptions. Headings, months and "Present" follow the language of the
interface: English, French or German.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from counterlure.case.rows import PositionRow

NAME_SIZE = 20.0
HEADING_SIZE = 14.0
ORGANISATION_SIZE = 11.75
TITLE_SIZE = 11.0
PLACE_CHARS = 60
ORGANISATION, TITLE, BODY = "organisation", "title", "body"

SECTIONS = {
    "summary": "summary",
    "résumé": "summary",
    "zusammenfassung": "summary",
    "info": "summary",
    "experience": "work",
    "expérience": "work",
    "berufserfahrung": "work",
    "education": "education",
    "formation": "education",
    "ausbildung": "education",
}
MONTHS = (
    ("january", "janvier", "januar", "jan", "janv"),
    ("february", "février", "februar", "feb", "févr"),
    ("march", "mars", "märz", "mar", "mär"),
    ("april", "avril", "apr", "avr"),
    ("may", "mai"),
    ("june", "juin", "juni", "jun"),
    ("july", "juillet", "juli", "jul", "juil"),
    ("august", "août", "aug"),
    ("september", "septembre", "sep", "sept"),
    ("october", "octobre", "oktober", "oct", "okt"),
    ("november", "novembre", "nov"),
    ("december", "décembre", "dezember", "dec", "déc", "dez"),
)
MONTH_NUMBER = {word: number for number, words in enumerate(MONTHS, start=1) for word in words}
PRESENT = {"present", "présent", "aujourd'hui", "heute", "gegenwart"}

PAGE = re.compile(r"(?:page\s+\d+\s+(?:of|sur)|seite\s+\d+\s+von)\s+\d+", re.IGNORECASE)
RANGE = re.compile(r"([^\d()–—-]{0,20}\d{4})\s*[-–—]\s*([^\d()–—]{0,20}(?:\d{4})?)\s*(?:\([^()]{0,60}\))?")
DURATION = re.compile(r"(?:\d{1,2}\s+(?:years?|months?|ans?|mois|jahre?n?|monate?n?)\s*(?:und\s+|et\s+)?){1,2}", re.I)
STUDIED = re.compile(r"[\s·•]*\(([^()–—-]{0,20}\d{4})(?:\s*[-–—]\s*([^()–—-]{0,20}\d{4}))?\)\s*$")
DATE = re.compile(r"(?:([^\W\d_]+)\.?\s+)?(\d{4})")


@dataclass(frozen=True)
class Line:
    """One line of one column: text, font size in points, page from 1."""

    text: str
    size: float
    page: int


@dataclass
class Layout:
    """The main column of a profile, read; `strange` holds what was not understood, for a warning."""

    name: str | None = None
    headline: str | None = None
    summary: str | None = None
    positions: list[PositionRow] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)


def read_layout(lines: Iterable[Line]) -> Layout:
    """The profile in the lines of the main column, from top to bottom over all pages."""
    layout = Layout()
    for section, held in sections(line for line in lines if not PAGE.fullmatch(line.text.strip())):
        if section == "":
            layout.name = joined([line for line in held if line.size >= NAME_SIZE])
            layout.headline = headline([line for line in held if line.size < NAME_SIZE])
        elif section == "summary":
            layout.summary = joined(held, "\n")
        elif section == "work":
            layout.positions.extend(roles(held, layout.strange))
        elif section == "education":
            layout.positions.extend(degrees(held))
        else:
            layout.strange.append(f"section {section}")
    return layout


def sections(lines: Iterable[Line]) -> Iterator[tuple[str, list[Line]]]:
    """Name of a section and its lines; "" for what stands above the first heading, the words for an unknown one."""
    section = ""
    held: list[Line] = []
    for line in lines:
        if HEADING_SIZE <= line.size < NAME_SIZE:
            yield section, held
            words = unicodedata.normalize("NFC", line.text).strip()
            section, held = SECTIONS.get(words.casefold(), words), []
        else:
            held.append(line)
    yield section, held


def headline(lines: list[Line]) -> str | None:
    """The lines under the name without the last, which is the place; alone, it is the headline."""
    return joined(lines[:-1] if len(lines) > 1 else lines)


def roles(lines: list[Line], strange: list[str]) -> Iterator[PositionRow]:
    """The roles under "Experience"; several titles under one organisation are several roles."""
    organisation: str | None = None
    title: list[Line] = []
    for level, held in runs(lines):
        if level != BODY and title:
            yield role(organisation, title, [], strange)
            title = []
        if level == ORGANISATION:
            organisation = joined(held)
        elif level == TITLE:
            title = held
        elif title:
            yield role(organisation, title, held, strange)
            title = []
        else:
            strange.extend(f"line {line.text}" for line in held if not DURATION.fullmatch(line.text.strip()))
    if title:
        yield role(organisation, title, [], strange)


def role(organisation: str | None, title: list[Line], body: list[Line], strange: list[str]) -> PositionRow:
    """One role: its dates stand first, then perhaps a place, then what was done."""
    started = ended = None
    if body and (dates := RANGE.fullmatch(spaced(body[0].text))):
        started, ended = month(dates[1]), month(dates[2])
        if started is None or (ended is None and dates[2].strip().casefold() not in PRESENT):
            strange.append(f"dates {body[0].text}")
        body = body[1:]
        if body and is_place(body[0].text):
            body = body[1:]
    elif body:
        strange.append(f"dates {body[0].text}")
    return PositionRow("work", organisation, joined(title), started, ended, title[0].page, joined(body, "\n"))


def degrees(lines: list[Line]) -> Iterator[PositionRow]:
    """The schools under "Education", each with its degree and years."""
    school: list[Line] = []
    for level, held in runs(lines):
        if level == BODY:
            yield degree(school, held)
            school = []
        elif level == ORGANISATION and school:
            yield degree(school, [])
            school = held
        else:
            school += held
    if school:
        yield degree(school, [])


def degree(school: list[Line], body: list[Line]) -> PositionRow:
    """One school: what was studied, with the years in brackets at its end."""
    title = spaced(joined(body) or "")
    started = ended = None
    if years := STUDIED.search(title):
        started, ended = month(years[1]), month(years[2] or years[1])
        title = title[: years.start()]
    page = (school or body)[0].page
    return PositionRow("education", joined(school), title.strip(" ·•") or None, started, ended, page)


def month(words: str) -> str | None:
    """ "septembre 2018" as "2018-09", "2018" as it is; None for anything else."""
    found = DATE.fullmatch(unicodedata.normalize("NFC", words).strip().casefold())
    if not found:
        return None
    if found[1] is None:
        return found[2]
    number = MONTH_NUMBER.get(found[1])
    return f"{found[2]}-{number:02}" if number else None


def is_place(text: str) -> bool:
    """Whether the line below the dates is the place of work: short, with a comma, not a sentence."""
    return len(text) <= PLACE_CHARS and "," in text and not text.rstrip().endswith((".", ":", ";", "!"))


def runs(lines: list[Line]) -> Iterator[tuple[str, list[Line]]]:
    """Neighbouring lines of one level put together, for they are one wrapped text."""
    for level, held in groupby(lines, key=level_of):
        yield level, list(held)


def level_of(line: Line) -> str:
    """What a line under a heading is by its size."""
    if line.size >= ORGANISATION_SIZE:
        return ORGANISATION
    return TITLE if line.size >= TITLE_SIZE else BODY


def joined(lines: list[Line], mark: str = " ") -> str | None:
    """The texts of lines put together, or None where nothing is left."""
    return mark.join(line.text for line in lines).strip() or None


def spaced(text: str) -> str:
    """Text with every run of white space, no-break spaces included, as one space."""
    return " ".join(text.split())
