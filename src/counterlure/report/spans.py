"""A displayed career as bars along years: what is known to the month, what to the year alone, and what cannot be drawn.

A profile may claim any date. The years drawn are those near the capture; what lies outside is marked at the edge and
never stretches the axis, so that one absurd date does not hide the rest.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from counterlure.model import CareerEntry, Displayed
from counterlure.report.figures import day, iso
from counterlure.report.outside import ADDRESS_LIMIT, NAME_LIMIT, visible
from counterlure.report.words import say

BARS_SHOWN = 30
UNDATED_SHOWN = 10
PAST_YEARS, FUTURE_YEARS = 60, 7  # a working life, and the length of a degree that has just begun
YEAR = 12
_DATE = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2]))?")


class Part(NamedTuple):
    """A stretch of a bar in months since year 0; `look` is "solid", "rise", "fall" (faded to one side) or "back"."""

    begin: int
    end: int
    look: str


class Bar(NamedTuple):
    """One role or degree that carries a date; `note` says in words what is odd about its place, None where nothing is.

    running : up to the capture. before, after : it goes on outside the years drawn.
    """

    entry: CareerEntry
    title: str
    organisation: str
    dates: str
    note: str | None
    parts: tuple[Part, ...]
    running: bool
    before: bool = False
    after: bool = False

    @property
    def words(self) -> str:
        """Everything the bar says, on one line."""
        return ", ".join(filter(None, (named(self.entry, ""), self.dates, self.note)))


class Career(NamedTuple):
    """What is drawn, and what is left out.

    first, last : the axis, January to January, in months since year 0. now : month of the capture, None where unknown.
    more, undated_more : how many dated and undated entries are not shown.
    """

    bars: tuple[Bar, ...]
    first: int
    last: int
    now: int | None
    more: int
    undated: tuple[str, ...]
    undated_more: int

    def seen(self, bar: Bar) -> list[Part]:
        """The parts of a bar that lie on the axis."""
        return [part for part in bar.parts if part.end > self.first and part.begin < self.last]


def career(shown: Displayed, written_at: int, lang: str) -> Career:
    """The bars of a capture, newest first.

    written_at : UTC epoch seconds of the report, up to which roles run where the capture carries no sensible date.
    """
    written = _month_of(written_at)
    captured = None if shown.captured_at is None else _month_of(shown.captured_at)
    sensible = captured is not None and -PAST_YEARS * YEAR <= captured - written <= YEAR
    now = captured if captured is not None and sensible else written
    dated = [entry for entry in shown.entries if _read(entry.started) or _read(entry.ended)]
    undated = [entry for entry in shown.entries if not (_read(entry.started) or _read(entry.ended))]
    bars = [_bar(entry, now, lang) for entry in dated[:BARS_SHOWN]]
    first, last = _axis(bars, now)
    return Career(
        tuple(_placed(bar, first, last, lang) for bar in bars), first, last, captured if sensible else None,
        len(dated) - len(bars), tuple(named(entry, lang) for entry in undated[:UNDATED_SHOWN]),
        max(len(undated) - UNDATED_SHOWN, 0),
    )  # fmt: skip


def captured_sentence(shown: Displayed, lang: str) -> str:
    """From when the capture is, and how many there are of the account."""
    if shown.captured_at is None:
        return say("profile", "captured_undated", lang, n=shown.captures)
    return say("profile", "captured", lang, when=day(shown.captured_at, lang), n=shown.captures)


def sources(shown: Displayed, most: int) -> tuple[list[str], int]:
    """The places where the entries stand, each once, at most `most`; and how many more there are."""
    places = [visible(source, ADDRESS_LIMIT) for source in dict.fromkeys(entry.source for entry in shown.entries)]
    return places[:most], max(len(places) - most, 0)


def named(entry: CareerEntry, lang: str) -> str:
    """ "Buyer, Northgate Works"; where nothing is named, words that say so, or nothing where `lang` is empty."""
    parts = (visible(entry.title or "", NAME_LIMIT), visible(entry.organisation or "", NAME_LIMIT))
    text = ", ".join(part for part in parts if part)
    return text or (say("profile", "nothing_named", lang) if lang else "")


def _month_of(at: int) -> int:
    year, month = iso(at).split("-")[:2]
    return YEAR * int(year) + int(month) - 1


def _read(date: str | None) -> tuple[int, int] | None:
    """The first month of a date and the month after its last; None where it is none."""
    found = _DATE.fullmatch(date or "")
    if found is None:
        return None
    year, month = int(found[1]) * YEAR, found[2]
    return (year, year + YEAR) if month is None else (year + int(month) - 1, year + int(month))


def _bar(entry: CareerEntry, now: int, lang: str) -> Bar:
    start, end = _read(entry.started), _read(entry.ended)
    running = end is None and entry.ended is None and entry.kind != "education"
    backwards = start is not None and end is not None and end[1] <= start[0]
    title = visible(entry.title or "", NAME_LIMIT)
    organisation = visible(entry.organisation or "", NAME_LIMIT)
    if not title:
        title, organisation = organisation or say("profile", "nothing_named", lang), ""
    note = say("profile_dates", "backwards", lang) if backwards else None
    return Bar(
        entry, title, organisation, _dates(entry, running, lang), note, _parts(start, end, running, now), running
    )


def _dates(entry: CareerEntry, running: bool, lang: str) -> str:
    start, end = (date if date and _read(date) else "" for date in (entry.started, entry.ended))
    if start and end:
        return say("profile_dates", "both", lang, start=start, end=end)
    if start:
        return say("profile_dates", "running" if running else "since", lang, start=start)
    return say("profile_dates", "until", lang, end=end)


def _parts(start: tuple[int, int] | None, end: tuple[int, int] | None, running: bool, now: int) -> tuple[Part, ...]:
    """The stretches of a bar. A month is a point in time, its first day for a start and its last for an end."""
    if start is None:
        return (Part(end[0], end[1], "rise"),) if end else ()
    exact = start[1] - start[0] == 1
    begin, sure = start[0], start[0] if exact else start[1]
    if end is None:
        stop = max(now, begin + 1) if running else begin + YEAR
        return _faded(begin, min(sure, stop), stop, stop) if running else (Part(begin, stop, "fall"),)
    if end[1] <= begin:
        return (Part(end[0], start[1], "back"),)
    stop = end[1]
    known = stop if end[1] - end[0] == 1 else max(end[0], begin)
    return _faded(begin, min(sure, stop), known, stop)


def _faded(begin: int, sure: int, known: int, stop: int) -> tuple[Part, ...]:
    """A bar that is certain between `sure` and `known`."""
    if known < sure:  # both ends may lie in the same stretch
        sure = known = max(begin, min(sure, (begin + stop) // 2))
    stretches = (Part(begin, sure, "rise"), Part(sure, known, "solid"), Part(known, stop, "fall"))
    return tuple(part for part in stretches if part.begin < part.end)


def _axis(bars: list[Bar], now: int) -> tuple[int, int]:
    """Whole years that hold everything near the capture, two at least."""
    lowest, highest = now - PAST_YEARS * YEAR, now + FUTURE_YEARS * YEAR
    ends = [at for bar in bars for part in bar.parts for at in (part.begin, part.end) if lowest <= at <= highest]
    first = min([now - YEAR, *ends]) // YEAR * YEAR
    return first, -(-max([now + 1, *ends]) // YEAR) * YEAR


def _placed(bar: Bar, first: int, last: int, lang: str) -> Bar:
    before = any(part.begin < first for part in bar.parts)
    after = any(part.end > last for part in bar.parts)
    outside = say("profile_dates", "outside", lang) if before or after else None
    return bar._replace(before=before, after=after, note=bar.note or outside)
