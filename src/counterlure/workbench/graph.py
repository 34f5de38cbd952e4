"""Who reached whom, placed for a picture that stays readable for any number of accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import sqrt
from typing import Any

from counterlure.model import Judgement
from counterlure.workbench.clusters import Cluster, Clusters, clusters
from counterlure.workbench.folding import Folding, Part, folding
from counterlure.workbench.glyphs import Drawing
from counterlure.workbench.layout import Disc, disc, packed
from counterlure.workbench.lines import lines
from counterlure.workbench.screen import Screen, account_id

Placed = tuple[int | None, float, float, float]
"""(place of a cluster, x, y, radius)."""


def graph_document(
    j: Judgement, screen: Screen, lang: str, unfolded: frozenset[str], found: Clusters | None = None
) -> dict[str, Any]:
    """Glyphs and lines with their places, and in words what is folded; a function of its arguments alone.

    unfolded : clusters to open by id, hubs and whatever is searched by pseudonym. found : the clusters, where known.
    """
    c = found or clusters(j)
    seen = folding(c, unfolded, {account_id(account): account for account in c.reached})
    where = _glyphs(c, seen)
    joined = lines(c, where, unfolded)
    discs = {place: _disc(c.all[place], part, c) for place, part in seen.open.items()}
    drawn = Drawing(screen, lang, c, seen, joined)
    placed = list(_placed(seen, discs, c))
    return {
        "nodes": [node for one in placed for node in drawn.nodes(*one, discs.get(-1 if one[0] is None else one[0]))],
        "edges": [{"source": a, "target": b, "n": n} for (a, b), n in sorted(joined.drawn.items())],
        "clusters": [drawn.outline(place, x, y, r) for place, x, y, r in placed if place is not None],
        "folded": [c.all[place].id for place in seen.folded],
        "hubs": dict(sorted(joined.hubs.items())),
        "told": drawn.told(),
    }


def _glyphs(c: Clusters, seen: Folding) -> dict[int | str, str]:
    """The glyph that stands for each account (by number) and target (by pseudonym); what is not drawn has none."""
    where: dict[int | str, str] = {}
    for place, part in seen.open.items():
        cluster = c.all[place]
        if part.more:
            where.update(dict.fromkeys(cluster.accounts, f"{cluster.id}+"))
        where.update((account, account_id(account)) for account in part.accounts)
        where.update((target, target) for target in part.targets)
    for place in seen.folded:
        cluster = c.all[place]
        where.update(dict.fromkeys((*cluster.accounts, *cluster.targets), cluster.id))
    return where


def _disc(cluster: Cluster, part: Part, c: Clusters) -> Disc:
    own = frozenset(part.targets)
    accounts = [account_id(account) for account in part.accounts]
    lines = [
        (name, t) for account, name in zip(part.accounts, accounts, strict=True) for t in c.reached[account] if t in own
    ]
    return disc(part.targets, [*accounts, *([f"{cluster.id}+"] if part.more else [])], lines)


def _placed(seen: Folding, discs: Mapping[int, Disc], c: Clusters) -> Iterator[Placed]:
    """Where each cluster is drawn, the first ones in the middle; None stands for the rest."""
    shown = sorted((*seen.open, *seen.folded))
    radii = [discs[place].radius if place in discs else _radius(len(c.all[place].accounts)) for place in shown]
    drawn: list[int | None] = [*shown]
    if seen.rest:
        drawn.append(None)
        radii.append(_radius(sum(len(c.all[place].accounts) for place in seen.rest)))
    for place, (x, y), radius in zip(drawn, packed(radii), radii, strict=True):
        yield place, x, y, radius


def _radius(accounts: int) -> float:
    """Of a glyph that stands for so many accounts: its area grows with them, up to a bound."""
    return round(min(0.8 + 0.35 * sqrt(accounts), 14.0), 2)
