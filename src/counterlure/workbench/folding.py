"""What of the clusters is drawn glyph by glyph, what as one glyph, and what not at all, so that it stays readable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from counterlure.workbench.clusters import Cluster, Clusters

GLYPHS = 2_000
FOLDED = 600
"""More clusters than this are not drawn one by one even when folded."""
MEMBERS = 400
"""Accounts, and targets, of one open cluster; the rest of them are one glyph."""


class Part(NamedTuple):
    """What is drawn of an open cluster; more : accounts of it that are not."""

    accounts: tuple[int, ...]
    targets: tuple[str, ...]
    more: int


class Folding(NamedTuple):
    """Which clusters are open, which are one glyph each, and which are together in the last glyph; by their place."""

    open: Mapping[int, Part]
    folded: Sequence[int]
    rest: Sequence[int]


def folding(c: Clusters, wanted: AbstractSet[str], pseudonym: Mapping[str, int]) -> Folding:
    """Opens what is wanted, then the smaller clusters, groups first, as long as there is room for their glyphs.

    wanted : ids of clusters, or pseudonyms of accounts and targets inside them. pseudonym : of every account drawn.
    """
    asked = _asked(c, wanted, pseudonym)
    parts = {place: _part(cluster, wanted, pseudonym) for place, cluster in enumerate(c.all)}
    many = [place for place, cluster in enumerate(c.all) if len(cluster.accounts) > 1]
    kept = set(many[:FOLDED])
    room = GLYPHS - 1 - len(kept)
    opened = {}
    for place in _turns(c.all, parts, asked, many):
        cost = _size(parts[place]) - (place in kept)
        if cost <= room:
            opened[place] = parts[place]
            room -= cost
    folded = [place for place in many if place in kept and place not in opened]
    rest = [place for place in range(len(c.all)) if place not in opened and place not in kept]
    return Folding(opened, folded, rest)


def _asked(c: Clusters, wanted: AbstractSet[str], pseudonym: Mapping[str, int]) -> set[int]:
    """The places of clusters that are wanted or hold what is wanted."""
    accounts = {pseudonym[one] for one in wanted if one in pseudonym}
    return {
        place
        for place, cluster in enumerate(c.all)
        if cluster.id in wanted or not accounts.isdisjoint(cluster.accounts) or not wanted.isdisjoint(cluster.targets)
    }


def _turns(
    listed: Sequence[Cluster], parts: Mapping[int, Part], asked: AbstractSet[int], many: Sequence[int]
) -> Iterable[int]:
    """In which order clusters are opened: those asked for, groups, others that share, those of one account."""

    def smallest(places: Iterable[int]) -> list[int]:
        return sorted(places, key=lambda place: (_size(parts[place]), place))

    yield from smallest(asked)
    yield from smallest(place for place in many if listed[place].group and place not in asked)
    yield from smallest(place for place in many if not listed[place].group and place not in asked)
    yield from (place for place, cluster in enumerate(listed) if len(cluster.accounts) == 1 and place not in asked)


def _part(cluster: Cluster, wanted: AbstractSet[str], pseudonym: Mapping[str, int]) -> Part:
    accounts, targets = cluster.accounts, cluster.targets
    if len(accounts) > MEMBERS:
        first = {pseudonym[one] for one in wanted if one in pseudonym}
        accounts = tuple(sorted(accounts, key=lambda account: account not in first))[:MEMBERS]
    if len(targets) > MEMBERS:
        targets = tuple(sorted(targets, key=lambda target: target not in wanted))[:MEMBERS]
    return Part(accounts, targets, len(cluster.accounts) - len(accounts))


def _size(part: Part) -> int:
    return len(part.accounts) + len(part.targets) + (part.more > 0)
