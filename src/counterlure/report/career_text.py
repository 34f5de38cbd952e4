"""A profile in a terminal: its career as bars of characters, and the signs for and against."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text

from counterlure.report.authenticity import Profile, Sign
from counterlure.report.lines import indented, line, places, title
from counterlure.report.spans import YEAR, Bar, Career
from counterlure.report.words import say

COLUMNS_MOST, COLUMNS_LEAST = 40, 8
DATES_COLUMNS = 19  # "2019-03 – running" and the French of it
ONE_LINE_WIDTH = 110
"""Columns from which the title of a role stands beside its bar; below, it stands under it."""

WORK, STUDY, PALE, BACK, ON, BEFORE, AFTER = "█▒░×▶◀▷"


def profile_lines(p: Profile, lang: str, width: int) -> Iterable[RenderableType]:
    """The part on the profile of one account, for a terminal of so many columns."""
    yield title(say("profile", "title", lang))
    if p.band and p.share:
        yield indented(Text.assemble((p.band, "bold"), " ", p.share))
    yield from (line(text) for text in p.notes)
    if p.career:
        yield from _career(p, p.career, lang, width)
    if p.band:
        yield from _signs("for", p.speaks_for, lang)
        yield from _signs("against", p.speaks_against, lang)
        yield title(say("profile", "unchecked", lang))
        yield from (line(f"- {text}") for text in p.unchecked or [say("profile", "nothing_unchecked", lang)])


def text_bar(bar: Bar, told: Career, columns: int) -> str:
    """One bar in so many characters; what is there takes one at least, what lies outside the axis none."""
    drawn, last = [" "] * columns, 0
    for part in told.seen(bar):
        start = min(int(_along(part.begin, told) * columns), columns - 1)
        last = max(min(round(_along(part.end, told) * columns), columns), start + 1)
        whole = STUDY if bar.entry.kind == "education" else WORK
        drawn[start:last] = [{"solid": whole, "back": BACK}.get(part.look, PALE)] * (last - start)
    if bar.running and not bar.after and last:
        drawn[last - 1] = ON
    if bar.before:
        drawn[0] = BEFORE
    if bar.after:
        drawn[-1] = AFTER
    return "".join(drawn)


def text_axis(told: Career, columns: int) -> str:
    """First and last year of the axis at its ends."""
    first, last = f"{told.first // YEAR}", f"{told.last // YEAR}"
    return first + last.rjust(max(columns - len(first), len(last) + 1))


def _along(month: int, told: Career) -> float:
    return (min(max(month, told.first), told.last) - told.first) / (told.last - told.first)


def _career(p: Profile, told: Career, lang: str, width: int) -> Iterable[RenderableType]:
    yield title(say("profile", "career", lang))
    yield from (line(text) for text in (p.captured, p.places) if text)
    columns = max(min(COLUMNS_MOST, width - DATES_COLUMNS - 4), COLUMNS_LEAST)
    beside = width >= ONE_LINE_WIDTH
    if told.bars:
        yield indented(Text(" " * (DATES_COLUMNS + 1) + text_axis(told, columns), style="dim", no_wrap=True))
    for bar in told.bars:
        name = " · ".join(filter(None, (bar.title, bar.organisation, bar.note)))
        drawn = f"{bar.dates.ljust(DATES_COLUMNS)} {text_bar(bar, told, columns)}"
        yield line(f"{drawn}  {name}" if beside else drawn.rstrip())
        if not beside:
            yield indented(Text(name), 4)
    if told.more:
        yield line(say("profile", "and_more", lang, n=told.more))
    if told.bars:
        yield indented(Text(say("profile", "legend_text", lang), style="dim"))
    else:
        yield line(say("profile", "no_dates" if told.undated else "no_entries", lang))
    if told.undated:
        yield title(say("profile", "undated", lang))
        yield from (line(f"- {entry}") for entry in told.undated)
    if told.undated_more:
        yield line(say("profile", "and_more", lang, n=told.undated_more))


def _signs(key: str, signs: list[Sign], lang: str) -> Iterable[RenderableType]:
    yield title(say("profile", key, lang))
    if not signs:
        yield line(say("profile", f"nothing_{key}", lang))
    for sign in signs:
        yield line(f"{sign.seen.words} ({sign.group}; {sign.honest})")
        yield from places(sign.seen, lang)
