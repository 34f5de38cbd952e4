"""What is written about each glyph of the picture, and about the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from math import sqrt
from typing import Any

from counterlure.model import Assessment, Level
from counterlure.report.dossier import MARKS
from counterlure.report.sentences import stage_words
from counterlure.report.words import count, likelihood_words, say
from counterlure.workbench.clusters import ALONE, HUB, Cluster, Clusters
from counterlure.workbench.folding import Folding, Part
from counterlure.workbench.html import say_in
from counterlure.workbench.layout import Disc
from counterlure.workbench.lines import Lines
from counterlure.workbench.screen import Screen, account_id

TARGETS_TOLD = 12
REST = "rest"
"""The id of the glyph that stands for every cluster that is not drawn."""


def cluster_name(cluster: Cluster, screen: Screen, lang: str) -> str:
    """What a cluster is called: the id of its group, or the person around whom it is."""
    if cluster.id == ALONE:
        return say_in("graph", "nobody", lang)
    return cluster.id if cluster.lead is None else say_in("graph", "around", lang, target=screen.target(cluster.lead))


class Drawing:
    """Writes the parts of the document in the reader's language."""

    def __init__(self, screen: Screen, lang: str, c: Clusters, seen: Folding, lines: Lines) -> None:
        self._screen, self._lang, self._c, self._seen, self._lines = screen, lang, c, seen, lines
        self._degree = Counter(target for targets in c.reached.values() for target in targets)

    def nodes(self, place: int | None, x: float, y: float, radius: float, own: Disc | None) -> Iterator[dict[str, Any]]:
        """The glyphs of one cluster at (x, y), or the one that stands for it."""
        if place is None:
            yield self._rest(x, y, radius)
        elif own is None:
            yield self._folded(self._c.all[place], x, y, radius)
        else:
            yield from self._members(self._c.all[place], self._seen.open[place], x, y, own)

    def _members(self, cluster: Cluster, part: Part, x: float, y: float, own: Disc) -> Iterator[dict[str, Any]]:
        at = {one: (round(x + dx, 2), round(y + dy, 2)) for one, (dx, dy) in own.places.items()}
        for target in part.targets:
            n = self._degree[target]
            label = self._screen.target(target)
            size = round(min(0.2 + 0.06 * sqrt(n), 0.5), 2)
            yield self._node(target, "target", at, size, cluster, self._hub(target, label, n, "account"), n=n)
        for account in part.accounts:
            name, n = account_id(account), len(self._c.reached[account])
            assessed = self._c.assessed.get(account)
            label = self._hub(name, self._screen.account(account), n, "target")
            yield self._node(name, "account", at, 0.34, cluster, label, n=n, **self._row(assessed))
        if part.more:
            label = say_in("graph", "more", self._lang, accounts=count("account", part.more, self._lang))
            yield self._node(f"{cluster.id}+", "more", at, 0.45, cluster, label, n=part.more)

    def _row(self, assessed: Assessment | None) -> dict[str, Any]:
        """What stands beside the picture once the account is clicked; nothing where it was not assessed."""
        if assessed is None:
            return {}
        lang = self._lang
        return {
            "account": assessed.account, "level_words": say("levels", assessed.level.value, lang),
            "reading": say("readings", assessed.reading.value, lang), "stage": stage_words(assessed.stage, lang),
            "likelihood": likelihood_words(assessed.likelihood, lang),
            "targets": [self._screen.target(target) for target in assessed.targets[:TARGETS_TOLD]],
        } | _level(assessed.level)  # fmt: skip

    def _hub(self, name: str, label: str, n: int, of: str) -> str:
        return f"{label} · {count(of, n, self._lang)}" if name in self._lines.hubs else label

    def _node(
        self, name: str, kind: str, at: Mapping[str, tuple[float, float]], size: float, cluster: Cluster, label: str,
        **told: Any,
    ) -> dict[str, Any]:  # fmt: skip
        x, y = at[name]
        hub = {"hub": True} if name in self._lines.hubs else {}
        return (
            {"id": name, "kind": kind, "x": x, "y": y, "size": size, "cluster": cluster.id, "label": label} | told | hub
        )

    def _folded(self, cluster: Cluster, x: float, y: float, radius: float) -> dict[str, Any]:
        n = len(cluster.accounts)
        label = f"{cluster_name(cluster, self._screen, self._lang)} · {count('account', n, self._lang)}"
        return {"id": cluster.id, "kind": "cluster", "x": x, "y": y, "size": radius, "cluster": cluster.id,
                "label": label, "n": n} | _level(cluster.level)  # fmt: skip

    def _rest(self, x: float, y: float, radius: float) -> dict[str, Any]:
        left = [self._c.all[place] for place in self._seen.rest]
        n = sum(len(cluster.accounts) for cluster in left)
        label = say_in("graph", "rest", self._lang, accounts=count("account", n, self._lang))
        drawn = {"id": REST, "kind": "rest", "x": x, "y": y, "size": radius, "label": label, "n": n}
        return drawn | _level(left[0].level)

    def outline(self, place: int, x: float, y: float, radius: float) -> dict[str, Any]:
        """The disc of a cluster, with its name where several accounts are in it."""
        cluster = self._c.all[place]
        label, is_open = cluster_name(cluster, self._screen, self._lang), place in self._seen.open
        drawn = {"id": cluster.id, "x": x, "y": y, "r": radius, "open": is_open, "n": len(cluster.accounts)}
        return drawn | {"group": cluster.group is not None, "label": label} | _level(cluster.level)

    def told(self) -> list[str]:
        """What the picture shows, and what it leaves out, in sentences."""
        lang, c, seen = self._lang, self._c, self._seen
        groups = sum(cluster.group is not None for cluster in c.all)
        told = [say_in(
            "graph", "summary", lang, accounts=count("account", len(c.reached), lang),
            targets=count("target", len(self._degree), lang), groups=count("group", groups, lang),
        )]  # fmt: skip
        levels = Counter(a.level for account in c.reached if (a := c.assessed.get(account)))
        named = {level: f"{MARKS[level]} {say('levels', level.value, lang)}" for level in Level}
        shown = [
            say_in("graph", "level_n", lang, level=named[level], n=levels[level]) for level in Level if levels[level]
        ]
        told.append(say_in("graph", "levels", lang, levels=", ".join(shown)))
        left = sum(len(c.all[place].accounts) for place in seen.rest)
        for key, n in (
            ("folded", len(seen.folded)),
            ("resting", left),
            ("hubs", len(self._lines.hubs)),
            ("lines", self._lines.left),
        ):
            if n:
                told.append(say_in("graph", key, lang, n=n, most=HUB))
        return told


def _level(level: Level | None) -> dict[str, str]:
    return {} if level is None else {"level": level.value, "mark": MARKS[level]}
