"""Connections, followers and staff as pages show them, in English, French and German.

"500+" is 500, "1,204", "1 204" and "1.204" are 1204, "12K" is 12000. A size class that an organisation chooses for
itself ("51-200 employees") counts nobody and is no number here.
"""

from __future__ import annotations

import re

from counterlure.errors import RowError
from counterlure.ingest.dates import shown
from counterlure.ingest.profile_words import plain

MOST = 10_000_000_000
LINE_CHARS = 200

_NUMBER = r"(?:\d{1,3}(?:[.,’\s]\d{3})+|\d{1,11})"
_SCALED = r"(?P<scaled>\d{1,4}(?:[.,]\d{1,2})?)\s?(?P<scale>k|tsd\.?|m|mio\.?|mill?\.)"
_COUNT = rf"(?:{_SCALED}|(?P<number>{_NUMBER}))\s?\+?"
_WHOLE = re.compile(_COUNT)
_BEFORE = r"(?:(?:plus de|mehr als|über|more than)\s)?"

_CONNECTIONS = r"(?:connections?|relations?|contacts?|kontakte?)"
_FOLLOWERS = r"(?:follower(?::innen|\*innen|innen|s)?|abonné(?:·e·s|e?s?))"
_STAFF = (
    r"(?:employees?|employé(?:e?s?|·e·s|\(e\)s)?|beschäftigte[nr]?|mitarbeiter(?::innen|\*innen|innen)?|mitarbeitende)"
)
_LINKEDIN = r"(?:on|sur|auf) linkedin"
_COUNTER = re.compile(
    rf"{_BEFORE}{_COUNT}\s(?:(?P<connections>{_CONNECTIONS})|(?P<followers>{_FOLLOWERS}))(?:\s{_LINKEDIN})?"
)
_MEMBERS = (
    re.compile(rf"{_COUNT}\s(?:associated members?|membres? associés?|zugeordnete mitglieder)\b.*"),
    re.compile(rf"{_COUNT}\s(?:{_STAFF}\s)?{_LINKEDIN}\b.*"),
    re.compile(
        rf"(?:see|view|discover|voir|découvrir|afficher|alle)\s(?:all\s|les\s|tous les\s)?{_COUNT}\s{_STAFF}"
        rf"(?:\s{_LINKEDIN})?(?:\sanzeigen|\sansehen|\sentdecken)?"
    ),
    re.compile(rf"(?P<number>{_NUMBER})\s{_STAFF}"),
)
_RECEIVED = (
    re.compile(r"(?P<number>\d{1,4})\s(?:people have|person has) recommended\b.*"),
    re.compile(r"(?:received|reçues?|erhalten)\s?\((?P<number>\d{1,4})\)"),
    re.compile(r"(?P<number>\d{1,4})\s(?:recommendations? received|recommandations? reçues?|erhaltene empfehlungen?)"),
)
_SIZE_CLASS = re.compile(
    rf"{_NUMBER}\s?(?:[-–—]|à|bis)\s?{_NUMBER}\s{_STAFF}|{_NUMBER}\s?\+\s?{_STAFF}|(?:plus de|über) .{{1,12}}\s{_STAFF}"
)


def count(value: object) -> int | None:
    """A counter given as a number or as it is shown ("500+", "1,204"), None where absent; RowError for all else."""
    if value is None:
        return None
    found: int | None = None
    if isinstance(value, int) and not isinstance(value, bool):
        found = value
    elif isinstance(value, float) and value.is_integer():
        found = int(value)
    elif isinstance(value, str) and len(value) <= LINE_CHARS and (match := _WHOLE.fullmatch(plain(value))):
        found = _value(match)
    if found is None or not 0 <= found < MOST:
        words = shown(value) if isinstance(value, str) else "no such number"
        raise RowError(f"a counter holds {words}; write a number such as 1204 or 500+")
    return found


def network(line: str) -> dict[str, int]:
    """What a line that holds counters and nothing else says of "connections" and "followers"; empty for other lines."""
    text = plain(line) if len(line) <= LINE_CHARS else ""
    found: dict[str, int] = {}
    at = 0
    while at < len(text):
        match = _COUNTER.match(text, at)
        if match is None:
            return {}
        kind = "connections" if match["connections"] else "followers"
        found.setdefault(kind, _value(match))
        at = match.end()
        while at < len(text) and text[at] in " ·•|,":
            at += 1
    return found


def network_at_end(line: str) -> dict[str, int]:
    """The same for a line that ends in counters, as "Brussels, Belgium 1,204 followers" does."""
    text = plain(line) if len(line) <= LINE_CHARS else ""
    starts = (at for at in range(len(text)) if at == 0 or text[at - 1] in " ·•|")
    return next((found for at in starts if (found := network(text[at:]))), {})


def staff(line: str) -> int | None:
    """How many members a line says work for the organisation; None for other lines, and for size classes."""
    return _first(line, _MEMBERS)


def recommendations(line: str) -> int | None:
    """How many recommendations a line says were received."""
    return _first(line, _RECEIVED)


def is_size_class(line: str) -> bool:
    """Whether a line is the size that an organisation states of itself ("51-200 employees")."""
    return len(line) <= LINE_CHARS and _SIZE_CLASS.fullmatch(plain(line)) is not None


def _first(line: str, patterns: tuple[re.Pattern[str], ...]) -> int | None:
    text = plain(line) if len(line) <= 2 * LINE_CHARS else ""
    for pattern in patterns:
        if match := pattern.fullmatch(text):
            return _value(match)
    return None


def _value(match: re.Match[str]) -> int:
    """12.5 and "k" as 12500; without a scale every mark between digits parts thousands."""
    groups = match.groupdict()
    if groups.get("scaled"):
        factor = 1_000 if groups["scale"][0] in "kt" else 1_000_000
        return round(float(groups["scaled"].replace(",", ".")) * factor)
    return int(re.sub(r"\D", "", groups["number"]))
