"""Lines of the picture: contacts between what is drawn, added up, with hubs folded and only the strongest far ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from counterlure.workbench.clusters import HUB, Clusters

BRIDGES = 800
"""Lines between clusters that are drawn; the strongest stay."""

Pair = tuple[str, str]


class Lines(NamedTuple):
    """Lines by the two glyphs they join, with the contacts each stands for; what is folded of them.

    hubs : lines of each hub whose lines are not drawn. left : contacts between clusters that are not drawn.
    """

    drawn: Mapping[Pair, int]
    hubs: Mapping[str, int]
    left: int


def lines(c: Clusters, where: Mapping[int | str, str], unfolded: frozenset[str]) -> Lines:
    """The lines between glyphs; where : the glyph of each account and target. unfolded : hubs to draw with theirs."""
    home: dict[str, int] = {}
    for place, one in enumerate(c.all):
        own: tuple[int | str, ...] = (*one.accounts, *one.targets)
        home.update((where[each], place) for each in own if each in where)
    counted: Counter[Pair] = Counter()
    for account, targets in c.reached.items():
        here = where.get(account)
        if here is None:
            continue
        for target in targets:
            there = where.get(target)
            if there and there != here:
                counted[_pair(here, there)] += 1
    hubs = _hubs(counted, frozenset(home).difference(one.id for one in c.all) - unfolded)
    inside: dict[Pair, int] = {}
    between: dict[Pair, int] = {}
    for pair, n in counted.items():
        if pair[0] not in hubs and pair[1] not in hubs:
            (inside if home[pair[0]] == home[pair[1]] else between)[pair] = n
    strongest = sorted(between, key=lambda pair: (-between[pair], pair))
    kept = {pair: between[pair] for pair in strongest[:BRIDGES]}
    return Lines(inside | kept, hubs, sum(between[pair] for pair in strongest[BRIDGES:]))


def _pair(here: str, there: str) -> Pair:
    """Accounts first, so that a contact has one spelling; between folded clusters either way is the same line."""
    return (here, there) if here.startswith("A-") or (not there.startswith("A-") and here < there) else (there, here)


def _hubs(counted: Iterable[Pair], able: frozenset[str]) -> dict[str, int]:
    degree = Counter(end for pair in counted for end in pair)
    return {end: n for end, n in degree.items() if n > HUB and end in able}
