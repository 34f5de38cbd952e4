"""Roles and degrees among the lines of a saved page; each hangs on its line of dates.

A page kept as HTML has its roles in list items, and items inside an item are the roles held at one organisation. Text
copied from the screen has only the order of its lines: title, organisation, dates; or below an organisation with its
total time: title, dates. There a logo, a kind of employment ("· Full-time") or the total time, once it is filled, tells
that another organisation follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from counterlure.case.rows import PositionRow
from counterlure.ingest.identifiers import first_identifier
from counterlure.ingest.page_lines import PageLine
from counterlure.ingest.profile_layout import is_place
from counterlure.ingest.profile_words import DURATION, plain, span

_TYPES = (
    "full-time|part-time|self-employed|freelance|contract|internship|apprenticeship|seasonal|trainee|temporary"
    "|permanent|cdi|cdd|temps plein|temps partiel|indépendant|profession libérale|mission|intérim|stage|alternance"
    "|contrat en alternance|saisonnier|permanent full-time|vollzeit|teilzeit|selbstständig|freiberuflich|befristet"
    "|praktikum|ausbildung|werkstudent|saisonarbeit|festanstellung"
)
_MODES = "remote|hybrid|on-site|à distance|hybride|sur site|vor ort|homeoffice"
_TYPE = re.compile(_TYPES)
_MODE = re.compile(rf"(?:.*·\s)?(?:{_MODES})")
_TOTAL = re.compile(rf"(?:(?:{_TYPES})\s?·\s)?{DURATION}")
_LOGO = re.compile(r"(?:(?:company )?logo (?:de |von )?(.{1,150})|(.{1,150}?)[ -]logo)", re.IGNORECASE)
_NOISE = re.compile(
    r"(?:…\s?)?(?:show|see) (?:more|less|credential|translation).{0,20}"
    r"|(?:…\s?)?voir (?:plus|moins|la traduction).{0,20}"
    r"|(?:…\s?)?mehr (?:anzeigen|ansehen)|…\s?(?:more|plus|mehr)"
    r"|(?:skills|compétences|kenntnisse)\s?:.*|.{1,60}\band \+\d{1,3} skills?"
)
_ALL = re.compile(r"(?:show|see) all \d+ .*|tout afficher.*|(?:afficher|voir) les \d+ .*|alle \d+ .*anzeigen.*")
_EXTRA = re.compile(
    r"(?:grade|activities and societies|note|résultat|activités et associations|aktivitäten.{0,40})\s?:.*"
)
_PART = re.compile(r"([0-9]{1,2})\s?([^\W\d_])")


@dataclass(frozen=True)
class Entry:
    """The lines of one role or degree: what it is, where, when, and what stands below its dates."""

    title: PageLine | None
    organisation: PageLine | None
    dates: PageLine
    body: list[PageLine]


def roles(lines: list[PageLine], strange: list[str]) -> list[PositionRow]:
    """The roles under "Experience"; `strange` takes what was not understood."""
    kept = _without_noise(lines)
    dated = [line for line in kept if span(line.text)]
    in_items = bool(dated) and all(line.items for line in dated)
    entries = list(_in_items(kept, strange) if in_items else _in_order(kept, strange))
    if not entries:
        strange.extend(f"role {line.text}" for line in kept[:3])
    return [_role(entry) for entry in entries]


def degrees(lines: list[PageLine], strange: list[str]) -> list[PositionRow]:
    """The degrees under "Education": school, degree, years; the last two may be missing."""
    kept = [line for line in _without_noise(lines) if not _EXTRA.fullmatch(plain(line.text))]
    found: list[PositionRow] = []
    for held in _by_item(kept) if all(line.items for line in kept) else _by_date(kept):
        dates = next((line for line in held if span(line.text) or _year(line)), None)
        words = held[: held.index(dates)] if dates else held
        if not words:
            strange.append(f"degree {held[0].text}")
            continue
        # Copied text runs on from the school before; in a list item the school stands first.
        pair = words[:2] if words[0].items else words[-2:]
        strange.extend(f"degree {line.text}" for line in (words[2:] if words[0].items else words[:-2]))
        started, ended = (span(dates.text) or (_year(dates), _year(dates))) if dates else (None, None)
        degree = pair[1].text if len(pair) > 1 else None
        known = first_identifier(line.link for line in pair)
        found.append(PositionRow("education", pair[0].text, degree, started, ended, pair[0].line, None, known))
    return found


def _role(entry: Entry) -> PositionRow:
    started, ended = span(entry.dates.text) or (None, None)
    lines = [line for line in (entry.organisation, entry.title) if line is not None]
    body = entry.body
    if body and (is_place(body[0].text.partition(" · ")[0]) or _MODE.fullmatch(plain(body[0].text))):
        body = body[1:]
    told = "\n".join(line.text for line in body) or None
    name = _organisation(entry.organisation)
    title = entry.title.text if entry.title else None
    known = first_identifier(line.link for line in (*lines, entry.dates))
    return PositionRow("work", name, title, started, ended, (lines or [entry.dates])[-1].line, told, known)


def _organisation(line: PageLine | None) -> str | None:
    """The name in "Invented Partners · Full-time"."""
    if line is None:
        return None
    name, _, rest = line.text.rpartition(" · ")
    return name if name and _TYPE.fullmatch(plain(rest)) else line.text


def _in_items(lines: list[PageLine], strange: list[str]) -> Iterator[Entry]:
    """Roles in list items: an item with dates is a role, an item around it without dates is its organisation."""
    own: dict[tuple[int, ...], list[PageLine]] = {}
    for line in lines:
        own.setdefault(line.items, []).append(line)
    dated = {items for items, held in own.items() if items and any(span(line.text) for line in held)}
    done: set[tuple[int, ...]] = set()
    for at, line in enumerate(lines):
        if line.items not in dated or line.items in done or not span(line.text):
            continue
        done.add(line.items)
        held = own[line.items]
        lead = held[: held.index(line)]
        around = own.get(line.items[:-1], []) if line.items[:-1] not in dated else []
        if not lead or (not around and len(lead) > 2):
            strange.append(f"role {(lead or [line])[-1].text}")
        organisation = around[0] if around else lead[1] if len(lead) > 1 else None
        yield Entry(lead[0] if lead else None, organisation, line, list(_below(lines, at)))


def _below(lines: list[PageLine], at: int) -> Iterator[PageLine]:
    """What follows a line in its list item, items inside it included."""
    items = lines[at].items
    for line in lines[at + 1 :]:
        if line.items[: len(items)] != items:
            return
        yield line


@dataclass
class _Group:
    """The organisation whose roles follow each other, and how many months of its total time they have not filled."""

    organisation: PageLine
    months_left: int

    def is_full(self) -> bool:
        """Whether its roles make up its total time, to the month that rounding may take."""
        return self.months_left <= 1


def _in_order(lines: list[PageLine], strange: list[str]) -> Iterator[Entry]:
    """Roles in nothing but the order of lines; what stands between two lines of dates belongs to either role."""
    at, group = 0, None
    waiting: tuple[PageLine | None, PageLine | None, PageLine] | None = None
    for end in [at for at, line in enumerate(lines) if span(line.text)]:
        size, title, organisation, group = _lead(lines[at:end], group)
        before = [line for line in lines[at : end - size] if not _LOGO.fullmatch(line.text)]
        if waiting is not None:
            yield Entry(*waiting, before)
        else:
            strange.extend(f"line {line.text}" for line in before)
        if title is None:
            strange.append(f"role {lines[end].text}")
        if group is not None:
            group.months_left -= _months(lines[end].text)
        waiting, at = (title, organisation, lines[end]), end + 1
    if waiting is not None:
        yield Entry(*waiting, lines[at:])


def _lead(lines: list[PageLine], group: _Group | None) -> tuple[int, PageLine | None, PageLine | None, _Group | None]:
    """(lines used, title, organisation, group that goes on) of the role whose dates follow these lines."""
    total = next((at for at in range(len(lines) - 2, 0, -1) if _TOTAL.fullmatch(plain(lines[at].text))), None)
    if total is not None:
        inside = [line for line in lines[total + 1 :] if not _TYPE.fullmatch(plain(line.text))]
        group = _Group(lines[total - 1], _months(lines[total].text))
        return len(lines) - total + 1, inside[-1] if inside else None, group.organisation, group
    logo = next((at for at in range(len(lines) - 1, -1, -1) if _LOGO.fullmatch(lines[at].text)), None)
    held = lines if logo is None else lines[logo + 1 :]
    typed = len(held) > 1 and _TYPE.fullmatch(plain(held[-1].text)) is not None
    names = held[:-1] if typed else held
    ends = logo is not None or group is None or group.is_full()
    alone = bool(names) and (ends or _organisation(names[-1]) != names[-1].text)
    used = len(lines) - logo if logo is not None else 0
    if alone and len(names) > 1:
        return max(used, 2 + typed), names[-2], names[-1], None
    organisation = group.organisation if group is not None and not alone else None
    return max(used, len(names[-1:]) + typed), names[-1] if names else None, organisation, None if alone else group


def _months(text: str) -> int:
    """The months in "Present · 3 yrs 2 mos", the dates before it left out."""
    words = plain(text).rpartition("·")[2] if "·" in text else plain(text)
    parts = {unit: int(number) for number, unit in _PART.findall(words) if unit in "yajm"}
    years = max(parts.get("y", 0), parts.get("a", 0), parts.get("j", 0))
    return 12 * years + parts.get("m", 0)


def _by_item(lines: list[PageLine]) -> Iterator[list[PageLine]]:
    """Lines put together by the outermost list item they stand in."""
    held: dict[int, list[PageLine]] = {}
    for line in lines:
        held.setdefault(line.items[0], []).append(line)
    yield from held.values()


def _by_date(lines: list[PageLine]) -> Iterator[list[PageLine]]:
    """Lines put together up to each line of years, which ends a degree."""
    held: list[PageLine] = []
    for line in lines:
        held.append(line)
        if span(line.text) or _year(line):
            yield held
            held = []
    if held:
        yield held


def _year(line: PageLine) -> str | None:
    return line.text if re.fullmatch("(?:19|20)[0-9]{2}", line.text) else None


def is_cut(lines: list[PageLine]) -> bool:
    """Whether a section shows only a part of its list, and offers the whole behind a button."""
    return any(_ALL.fullmatch(plain(line.text[:100])) for line in lines)


def _without_noise(lines: list[PageLine]) -> list[PageLine]:
    """The lines without buttons, and without a second line of the same dates in other words."""
    found: list[PageLine] = []
    for line in lines:
        words = plain(line.text[:300])
        button = _NOISE.fullmatch(words) or _ALL.fullmatch(words)
        if not button and not (found and _same_dates(found[-1], line)):
            found.append(line)
    return found


def _same_dates(one: PageLine, other: PageLine) -> bool:
    return span(one.text) is not None and span(one.text) == span(other.text)
