"""The picture of groups as a table: per cluster what shows it, its accounts, the people reached, and how deep."""

from __future__ import annotations

from typing import NamedTuple

from counterlure.model import Assessment, Judgement
from counterlure.report.dossier import MARKS
from counterlure.report.outside import NAME_LIMIT, visible
from counterlure.report.sentences import stage_words
from counterlure.report.words import likelihood_words, say
from counterlure.workbench.clusters import Cluster, Clusters, clusters
from counterlure.workbench.glyphs import cluster_name
from counterlure.workbench.html import say_in
from counterlure.workbench.screen import Screen

CLUSTERS_SHOWN = 150
ACCOUNTS_SHOWN = 25
PEOPLE_SHOWN = 12
LONE_SHOWN = 200


class Member(NamedTuple):
    """One account; number, level, and mark are None where it was not assessed."""

    name: str
    number: int | None
    level: str | None
    mark: str | None
    level_words: str
    reading: str
    likelihood: str
    stage: str
    reached: int


class Block(NamedTuple):
    """One cluster. shows : what shows it, with its p-value where there is one. more : accounts and people left out."""

    id: str
    name: str
    shows: str
    p_value: str | None
    accounts: int
    members: list[Member]
    people: list[str]
    reached: int
    stage: str
    more: tuple[int, int]


class Table(NamedTuple):
    """Groups first, then accounts that share people, then those that share nobody; left : clusters and accounts."""

    blocks: list[Block]
    lone: list[Member]
    left: tuple[int, int]


def graph_table(j: Judgement, screen: Screen, lang: str, found: Clusters | None = None) -> Table:
    """The same content as the picture, as rows; found : the clusters, where known."""
    c = found or clusters(j)
    many = [cluster for cluster in c.all if cluster.group or len(cluster.accounts) > 1]
    many.sort(key=lambda cluster: cluster.group is None)
    lone = [
        account for cluster in c.all if not cluster.group and len(cluster.accounts) == 1 for account in cluster.accounts
    ]
    return Table(
        [_block(cluster, c, screen, lang) for cluster in many[:CLUSTERS_SHOWN]],
        [_member(account, c, screen, lang) for account in lone[:LONE_SHOWN]],
        (max(len(many) - CLUSTERS_SHOWN, 0), max(len(lone) - LONE_SHOWN, 0)),
    )


def _block(cluster: Cluster, c: Clusters, screen: Screen, lang: str) -> Block:
    people = cluster.group.targets if cluster.group else sorted({t for a in cluster.accounts for t in c.reached[a]})
    own = [c.assessed[account] for account in cluster.accounts if account in c.assessed]
    shows, p_value = _shows(cluster, lang)
    return Block(
        cluster.id, visible(cluster_name(cluster, screen, lang), NAME_LIMIT), shows, p_value, len(cluster.accounts),
        [_member(account, c, screen, lang) for account in cluster.accounts[:ACCOUNTS_SHOWN]],
        [screen.target(target) for target in people[:PEOPLE_SHOWN]], len(people), _furthest(own, lang),
        (max(len(cluster.accounts) - ACCOUNTS_SHOWN, 0), max(len(people) - PEOPLE_SHOWN, 0)),
    )  # fmt: skip


def _shows(cluster: Cluster, lang: str) -> tuple[str, str | None]:
    """What ties the accounts, as the report words it, and the p-value."""
    if cluster.group is None:
        return say_in("graph", "shared" if cluster.lead else "nobody_shared", lang), None
    p = cluster.group.p_value
    if p is None:
        return say("group", "text", lang), None
    return say("group", "targets", lang), f"{p:.1e}" if p < 0.001 else f"{p:.3f}"


def _furthest(own: list[Assessment], lang: str) -> str:
    return stage_words(max((a.stage for a in own if a.stage), key=lambda stage: stage.rank, default=None), lang)


def _member(account: int, c: Clusters, screen: Screen, lang: str) -> Member:
    name, a = screen.account(account), c.assessed.get(account)
    if a is None:
        return Member(name, None, None, None, say_in("graph", "unjudged", lang), "–", "–", "–", 0)
    return Member(
        name, account, a.level.value, MARKS[a.level], say("levels", a.level.value, lang),
        say("readings", a.reading.value, lang), likelihood_words(a.likelihood, lang), stage_words(a.stage, lang),
        len(a.targets),
    )  # fmt: skip
