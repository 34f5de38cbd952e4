"""The lines of a terminal: titles, indented text, and findings with their places. All of it is `Text`, never markup."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from counterlure.report.seen import Seen
from counterlure.report.words import quoted, say


def title(text: str) -> RenderableType:
    """A bold line under an empty one."""
    return Padding(Text(text, style="bold"), (1, 0, 0, 0), expand=False)


def line(text: str) -> RenderableType:
    """Text, indented once."""
    return indented(Text(text))


def indented(part: RenderableType, by: int = 2) -> RenderableType:
    """Anything, moved to the right by so many columns."""
    return Padding(part, (0, 0, 0, by), expand=False)


def findings(items: Iterable[Seen], lang: str) -> Iterable[RenderableType]:
    """Each finding with its kind of evidence, its quotes and where they stand."""
    for item in items:
        yield line(f"{item.words} ({item.family})")
        yield from places(item, lang)


def places(item: Seen, lang: str) -> Iterable[RenderableType]:
    """The quotes of a finding and where they stand."""
    for quote in item.quotes:
        if quote.text:
            yield indented(Text(quoted(quote.text, lang), style="italic"), 4)
        facts = [quote.source, quote.when, quote.shows, say("table", "quoted_above", lang) if quote.again else None]
        yield indented(Text(" · ".join(fact for fact in facts if fact), style="dim"), 4)
    if item.more:
        yield indented(Text(item.more, style="dim"), 4)
