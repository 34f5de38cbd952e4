"""The dates of LinkedIn archives: a fixed list of formats per file, never a guess.

Excel writes dates anew when a file is saved again; the forms that stay unambiguous are listed too. What could be
read both day-first and month-first ("03/04/2025 10:00" from a French Excel) is not a date here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date

from counterlure.errors import RowError
from counterlure.text import clean_text

FIRST_YEAR, LAST_YEAR = 2002, 2100  # LinkedIn was founded in December 2002
DAY_S = 86_400
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_CACHE = 100_000

_MONTHS = {
    name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
_CLOCK = r"([0-9]{1,2}):([0-9]{2})"
_UTC = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) UTC")
_ISO = re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}})(?:[ T]{_CLOCK}(?::([0-9]{{2}}))?)?")
_US = re.compile(rf"([0-9]{{1,2}})/([0-9]{{1,2}})/([0-9]{{2}}), {_CLOCK} ([AP])M", re.IGNORECASE)
_NAMED = re.compile(r"([0-9]{1,2})[ -]([A-Za-z]{3})[ -]([0-9]{2}|[0-9]{4})")
_MONTH = re.compile(r"(?:([A-Za-z]{3})[a-z]*[ -])?([0-9]{4})")
_EXCEL_MONTH = re.compile(r"([A-Za-z]{3})-([0-9]{2})")
_ISO_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})-[0-9]{2}(?:[ T].*)?")

Moment = tuple[int, bool]
"""UTC epoch seconds, and whether the file states the zone (False: read as UTC)."""
Format = Callable[[str], Moment | None]


def utc(text: str) -> Moment | None:
    """ "2025-03-07 11:13:51 UTC"."""
    found = _UTC.fullmatch(text)
    return None if found is None else (_moment(*(int(group) for group in found.groups())), True)


def us_clock(text: str) -> Moment | None:
    """ "1/24/25, 6:42 AM", month first, twelve hours, no zone."""
    found = _US.fullmatch(text.replace("\u202f", " ").replace("\u00a0", " "))
    if found is None:
        return None
    month, day, year, hour, minute = (int(group) for group in found.groups()[:5])
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return _moment(2000 + year, month, day, hour % 12 + (12 if found.group(6) in "Pp" else 0), minute), False


def iso(text: str) -> Moment | None:
    """ "2025-03-07", "2025-03-07 11:13" or with seconds: what a spreadsheet cell holds; no zone."""
    found = _ISO.fullmatch(text)
    return None if found is None else (_moment(*(int(group or 0) for group in found.groups())), False)


def named_month(text: str) -> Moment | None:
    """ "27 Jun 2026", and from Excel "27-Jun-26" or "27-Jun-2026"; midnight, no zone."""
    found = _NAMED.fullmatch(text)
    if found is None:
        return None
    day, name, year = found.groups()
    return _moment(int(year) + (2000 if len(year) == 2 else 0), _MONTHS.get(name.lower(), 0), int(day)), False


MESSAGE: tuple[Format, ...] = (utc, us_clock, iso)
INVITATION: tuple[Format, ...] = (us_clock, utc, iso)
CONNECTION: tuple[Format, ...] = (named_month, us_clock, iso)


_DAYS: dict[str, int] = {}  # "2025-03-07" -> its midnight, for the days that were met; a century has 36,000
_HOURS = {f" {hour:02}:": 3600 * hour for hour in range(24)}
_MINUTES = {f"{minute:02}:": 60 * minute for minute in range(60)}
_SECONDS = {f"{second:02} UTC": second for second in range(60)}


class Clock:
    """Reads the dates of one file; remembers them, since a file holds few days."""

    def __init__(self, formats: tuple[Format, ...]) -> None:
        self._formats = formats
        self._known: dict[str, Moment] = {}

    def seconds(self, column: Sequence[str]) -> tuple[list[int | None], dict[int, RowError]]:
        """UTC epoch seconds of each cell, None where `read` would raise; by its place what it raises."""
        days = _DAYS if utc in self._formats else {}
        for day in {raw[:10] for raw in column}.difference(days):
            with suppress(ValueError):  # its row will be told
                if found := utc(f"{day} 00:00:00 UTC"):
                    days[day] = found[0]
        try:
            return [days[r[:10]] + _HOURS[r[10:14]] + _MINUTES[r[14:17]] + _SECONDS[r[17:]] for r in column], {}
        except KeyError:
            return self._one_by_one(column)

    def _one_by_one(self, column: Sequence[str]) -> tuple[list[int | None], dict[int, RowError]]:
        times: list[int | None] = []
        faults: dict[int, RowError] = {}
        for at, raw in enumerate(column):
            try:
                times.append(self.read(raw)[0])
            except RowError as error:
                faults[at] = error
                times.append(None)
        return times, faults

    def read(self, raw: str) -> Moment:
        """UTC epoch seconds and whether the zone is stated; `RowError` for an unknown form or a year out of range."""
        known = self._known.get(raw)
        if known is None:
            known = self._parse(raw)
            if len(self._known) < _CACHE:
                self._known[raw] = known
        return known

    def _parse(self, raw: str) -> Moment:
        text = clean_text(raw).strip()
        try:
            for form in self._formats:
                found = form(text)
                if found is not None:
                    return found
        except ValueError:
            raise RowError(f"date {shown(raw)} is outside the calendar or the years 2002 to 2100") from None
        raise RowError(f"date {shown(raw)} is in no form this file is known to use")


def partial_date(raw: str) -> str | None:
    """ "YYYY" or "YYYY-MM" of a position or degree ("Jun 2018", "2004", Excel's "Jun-18"), None for an empty cell.

    `RowError` for anything else, and for years outside 1900 to 2100.
    """
    text = clean_text(raw).strip()
    if not text:
        return None
    year, month = 0, 0
    if found := _MONTH.fullmatch(text):
        year, month = int(found.group(2)), _MONTHS.get((found.group(1) or "").lower(), 0 if not found.group(1) else -1)
    elif found := _EXCEL_MONTH.fullmatch(text):
        year, month = _excel_year(int(found.group(2))), _MONTHS.get(found.group(1).lower(), -1)
    elif found := _ISO_MONTH.fullmatch(text):
        year, month = int(found.group(1)), int(found.group(2))
    if not 1900 <= year <= LAST_YEAR or not 0 <= month <= 12:
        raise RowError(f"date {shown(raw)} is neither a year nor a month of one")
    return f"{year}-{month:02}" if month else str(year)


def shown(value: str, limit: int = 40) -> str:
    """Outside text for a message of ours: clean, on one line, short, in quotation marks."""
    text = clean_text(value[: 4 * limit]).replace("\n", " ")
    return f'"{text[:limit]}…"' if len(text) > limit or len(value) > 4 * limit else f'"{text}"'


def _moment(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    if not (FIRST_YEAR <= year <= LAST_YEAR and hour < 24 and minute < 60 and second < 60):
        raise ValueError(year)
    return (date(year, month, day).toordinal() - _EPOCH_DAY) * DAY_S + hour * 3600 + minute * 60 + second


def _excel_year(two_digits: int) -> int:
    # Excel's own rule: 00 to 29 are this century.
    return two_digits + (2000 if two_digits < 30 else 1900)
