"""Who was reached, counted: organisations and departments by the furthest stage, small numbers withheld.

A count of one or two in a department names a person to everybody who works there. Counts below `SMALLEST` are therefore
told as "fewer than". Both tables count the same people, so a stage adds up to the same in both; where a withheld count
would follow from that, the stage is told more coarsely in both. A total is told where all of its row is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from math import inf
from typing import NamedTuple

from counterlure.model import STAGES, Exposure, Judgement, Stage
from counterlure.report.outside import NAME_LIMIT, visible
from counterlure.report.sentences import stage_words
from counterlure.report.words import say
from counterlure.workbench.screen import Screen, person

SMALLEST = 5


Told = int | str
"""A count, or how it is told: `FEW`, `MANY` (at least `SMALLEST`) or `WITHHELD`; none is zero."""

FEW, MANY, WITHHELD = "few", "many", "withheld"


class Counted(NamedTuple):
    """One row of a table: what it is of, how many for each stage, and in all."""

    name: str
    counts: list[Told]
    total: Told


class Table(NamedTuple):
    """Counts by stage; stages: the headings, in order."""

    stages: list[str]
    rows: list[Counted]


class Person(NamedTuple):
    """One person reached, by pseudonym."""

    target: str
    label: str
    facts: tuple[str, str, str]
    stage: str
    accounts: list[tuple[int, str]]


def table(j: Judgement, by: str, lang: str) -> Table:
    """How many people were reached up to which stage, by "organisation" or "department"."""
    own, other = _tally(j, by, lang), _tally(j, "department" if by == "organisation" else "organisation", lang)
    met = [stage for stage in (*STAGES, None) if any(counts[stage] for counts in own.values())]
    columns = [_told([row[stage] for row in own.values()], [row[stage] for row in other.values()]) for stage in met]
    rows = [_counted(name, [column[place] for column in columns]) for place, name in enumerate(own)]
    return Table([stage_words(stage, lang) for stage in met], sorted(rows, key=lambda row: row.name.casefold()))


def people(j: Judgement, screen: Screen, lang: str) -> list[Person]:
    """Everybody reached, the deepest first, then by pseudonym."""
    ordered = sorted(j.exposure, key=lambda e: (-(e.stage.rank if e.stage else -1), e.target))
    return [
        Person(
            e.target, screen.target(e.target), person(j.targets.get(e.target)), stage_words(e.stage, lang),
            [(account, screen.account(account)) for account in e.accounts],
        )
        for e in ordered
    ]  # fmt: skip


def _tally(j: Judgement, by: str, lang: str) -> dict[str, Counter[Stage | None]]:
    tally: dict[str, Counter[Stage | None]] = defaultdict(Counter)
    for e in j.exposure:
        tally[_value(j, e, by) or say("table", "not_known", lang)][e.stage] += 1
    return tally


def _counted(name: str, counts: list[Told]) -> Counted:
    whole = [count for count in counts if isinstance(count, int)]
    single = [count for count in counts if count]
    coarse = single[0] if len(single) == 1 else WITHHELD
    return Counted(name, counts, sum(whole) if len(whole) == len(counts) else coarse)


def _told(own: list[int], other: list[int]) -> list[Told]:
    """The counts of one stage, as finely as the same stage of the other table allows."""
    if not _followed(own, other, coarse=False):
        return [FEW if 0 < n < SMALLEST else n for n in own]
    if not _followed(own, other, coarse=True):
        return [FEW if 0 < n < SMALLEST else MANY if n else 0 for n in own]
    return [WITHHELD if n else 0 for n in own]


def _followed(own: list[int], other: list[int], coarse: bool) -> bool:
    """Whether a count told as `FEW` in one of them follows from all else that is told of the stage.

    All that is known is one equation, that both add up to the same; so the bounds of a count are those of the rest.
    """
    ends = [[_bounds(n, coarse) for n in counts] for counts in (own, other)]
    low, high = [[sum(end[side] for end in one) for one in ends] for side in (0, 1)]
    return any(
        max(1, low[1 - i] - (high[i] - (SMALLEST - 1))) >= min(SMALLEST - 1, high[1 - i] - (low[i] - 1))
        for i, counts in enumerate((own, other))
        if any(0 < n < SMALLEST for n in counts)
    )


def _bounds(n: int, coarse: bool) -> tuple[float, float]:
    """(least, most) that a reader can think of a count."""
    if 0 < n < SMALLEST:
        return 1, SMALLEST - 1
    return (SMALLEST, inf) if coarse and n else (n, n)


def _value(j: Judgement, e: Exposure, by: str) -> str:
    info = j.targets.get(e.target)
    value = e.organisation if by == "organisation" else info.department if info else None
    return visible(value or "", NAME_LIMIT)
