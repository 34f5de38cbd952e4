"""One finding as people read it: what was seen, and each place where it can be checked."""

from __future__ import annotations

from typing import NamedTuple

from counterlure.model import Evidence, Finding
from counterlure.report.figures import day
from counterlure.report.outside import ADDRESS_LIMIT, Mask, visible
from counterlure.report.sentences import shows
from counterlure.report.words import count, finding_words, say

QUOTES_SHOWN = 4
Cited = set[tuple[str, str | None]]
"""(source, quote) of what a dossier has quoted so far."""


class Quote(NamedTuple):
    """One place to check: the words (None: none, or quoted above), and where they stand."""

    text: str | None
    again: bool
    source: str
    when: str | None
    shows: str | None


class Seen(NamedTuple):
    """One finding in words with its quotes; `more` says how many places are not shown."""

    words: str
    family: str
    quotes: list[Quote]
    more: str | None


def seen(f: Finding, cited: Cited, mask: Mask, lang: str) -> Seen:
    """A finding in words; a quote already in `cited` is named again, not repeated."""
    places: dict[tuple[str, str | None], list[Evidence]] = {}
    for e in f.evidence:
        places.setdefault((e.source, e.quote), []).append(e)
    quotes = [_quote(place, f, cited, mask, lang) for place in list(places.values())[:QUOTES_SHOWN]]
    left = len(places) - len(quotes)
    more = count("more_quotes", left, lang) if left > 0 else None
    return Seen(finding_words(f, lang), say("families", f.family.value, lang), quotes, more)


def _quote(place: list[Evidence], f: Finding, cited: Cited, mask: Mask, lang: str) -> Quote:
    """One row of a source, whatever number of things it shows."""
    e = place[0]
    again = e.quote is not None and (e.source, e.quote) in cited
    cited.add((e.source, e.quote))
    text = visible(mask.quote(e.quote, f.targets)) if e.quote and not again else None
    when = day(e.at, lang) if e.at is not None else None
    told = dict.fromkeys(shows(one.stage, lang) for one in place if one.stage)
    return Quote(text, again, visible(e.source, ADDRESS_LIMIT), when, ", ".join(filter(None, told)) or None)
