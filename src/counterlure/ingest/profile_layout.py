"""What the lines of a "Save to PDF" profile mean: name, headline, sections, roles, degrees.

The layout carries the meaning in its font sizes: 26 points the name, 15.75 a section, 12 an organisation or a school,
11.5 a job title, 10.5 dates, places and descriptions. Headings, months and "Present" follow the language of the
interface: English, French or German.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from counterlure.case.rows import PositionRow
from counterlure.ingest.identifiers import first_identifier
from counterlure.ingest.profile_words import DURATION, EDUCATION, SUMMARY, WORK, is_present, month, section_of

NAME_SIZE = 20.0
HEADING_SIZE = 14.0
ORGANISATION_SIZE = 11.75
TITLE_SIZE = 11.0
PLACE_CHARS = 60
ORGANISATION, TITLE, BODY = "organisation", "title", "body"

PAGE = re.compile(r"(?:page\s+\d+\s+(?:of|sur|de)|seite\s+\d+\s+von)\s+\d+", re.IGNORECASE)
RANGE = re.compile(r"([^\d()–—-]{0,20}\d{4})\s*[-–—]\s*([^\d()–—]{0,20}(?:\d{4})?)\s*(?:\([^()]{0,60}\))?")
LENGTH = re.compile(DURATION, re.IGNORECASE)
STUDIED = re.compile(r"[\s·•]*\(([^()–—-]{0,20}\d{4})(?:\s*[-–—]\s*([^()–—-]{0,20}\d{4}))?\)\s*$")


@dataclass(frozen=True)
class Line:
    """One line of one column: text, font size in points, page from 1, and the address a link on it leads to."""

    text: str
    size: float
    page: int
    link: str | None = None


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
    for heading, held in sections(line for line in lines if not PAGE.fullmatch(line.text.strip())):
        section = section_of(heading)
        if heading == "":
            layout.name = joined([line for line in held if line.size >= NAME_SIZE])
            layout.headline = headline([line for line in held if line.size < NAME_SIZE])
        elif section == SUMMARY:
            layout.summary = joined(held, "\n")
        elif section == WORK:
            layout.positions.extend(roles(held, layout.strange))
        elif section == EDUCATION:
            layout.positions.extend(degrees(held))
        elif section is None:
            layout.strange.append(f"section {heading}")
    return layout


def sections(lines: Iterable[Line]) -> Iterator[tuple[str, list[Line]]]:
    """Words of each heading and the lines below it; "" for what stands above the first heading."""
    heading = ""
    held: list[Line] = []
    for line in lines:
        if HEADING_SIZE <= line.size < NAME_SIZE:
            yield heading, held
            heading, held = line.text, []
        else:
            held.append(line)
    yield heading, held


def headline(lines: list[Line]) -> str | None:
    """The lines under the name without the last, which is the place; alone, it is the headline."""
    return joined(lines[:-1] if len(lines) > 1 else lines)


def roles(lines: list[Line], strange: list[str]) -> Iterator[PositionRow]:
    """The roles under "Experience"; several titles under one organisation are several roles."""
    organisation: list[Line] = []
    title: list[Line] = []
    for level, held in runs(lines):
        if level != BODY and title:
            yield role(organisation, title, [], strange)
            title = []
        if level == ORGANISATION:
            organisation = held
        elif level == TITLE:
            title = held
        elif title:
            yield role(organisation, title, held, strange)
            title = []
        else:
            strange.extend(f"line {line.text}" for line in held if not LENGTH.fullmatch(line.text.strip()))
    if title:
        yield role(organisation, title, [], strange)


def role(organisation: list[Line], title: list[Line], body: list[Line], strange: list[str]) -> PositionRow:
    """One role: its dates stand first, then perhaps a place, then what was done."""
    started = ended = None
    if body and (dates := RANGE.fullmatch(spaced(body[0].text))):
        started, ended = month(dates[1]), month(dates[2])
        if started is None or (ended is None and not is_present(dates[2])):
            strange.append(f"dates {body[0].text}")
        body = body[1:]
        if body and is_place(body[0].text):
            body = body[1:]
    elif body:
        strange.append(f"dates {body[0].text}")
    known = first_identifier(line.link for line in organisation)
    page, words = title[0].page, joined(body, "\n")
    return PositionRow("work", joined(organisation), joined(title), started, ended, page, words, known)


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
    page, known = (school or body)[0].page, first_identifier(line.link for line in school)
    words = title.strip(" ·•") or None
    return PositionRow("education", joined(school), words, started, ended, page, None, known)


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
