"""Numbers and dates as the two languages write them; no locale of the machine is consulted."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from math import floor, isfinite, log10

MONTHS = {
    "en": "January,February,March,April,May,June,July,August,September,October,November,December",
    "fr": "janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre",
}
NARROW = "\u202f"
FIXED = "\u00a0"
EARLIEST, LATEST = -62135596800, 253402300799  # the years 1 and 9999


def iso(at: int) -> str:
    """Epoch seconds as "2026-03-01T14:05:00Z"."""
    return f"{_utc(at).replace(tzinfo=None).isoformat()}Z"


def day(at: int, lang: str) -> str:
    """Epoch seconds as "1 March 2026" or "1er mars 2026", UTC."""
    when = _utc(at)
    number = "1er" if lang == "fr" and when.day == 1 else str(when.day)
    return f"{number}{FIXED}{MONTHS[lang].split(',')[when.month - 1]} {when.year}"


def moment(at: int, lang: str) -> str:
    """Epoch seconds as "1 March 2026, 14:05 UTC" or "1er mars 2026 à 14 h 05 UTC"."""
    when = _utc(at)
    if lang == "fr":
        return f"{day(at, lang)} à {when:%H}{FIXED}h{FIXED}{when:%M} UTC"
    return f"{day(at, lang)}, {when:%H:%M} UTC"


def number(value: int | float, lang: str) -> str:
    """A count or a quantity: thousands grouped, at most two decimals."""
    if isinstance(value, float) and not isfinite(value):
        return "–"
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")
    if lang == "fr":
        return text.replace(",", NARROW).replace(".", ",")
    return text


def percent(p: float, lang: str) -> str:
    """A probability as "20%" or "20 %"; never 0 or 100, which no evidence reaches."""
    sign = f"{FIXED}%" if lang == "fr" else "%"
    if p < 0.01:
        return f"<{NARROW}1{sign}"
    if p > 0.99:
        return f">{NARROW}99{sign}"
    return f"{round(p * 100)}{sign}"


@cache
def significant(value: float, digits: int = 6) -> float:
    """`value` at `digits` significant digits, so that documents are equal byte for byte between machines."""
    if not isfinite(value) or value == 0:
        return 0.0
    return round(value, digits - 1 - floor(log10(abs(value))))


def _utc(at: int) -> datetime:
    # A file may claim the year 30000; the page then says 9999 rather than failing.
    return datetime.fromtimestamp(min(max(at, EARLIEST), LATEST), UTC)
