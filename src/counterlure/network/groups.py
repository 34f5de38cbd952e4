"""Groups as they are reported: who belongs, which targets are the list, and groups that are one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import exp, log

import numpy as np

from counterlure.network.gate import false_discovery, group_ratio, likelier
from counterlure.network.graph import Graph
from counterlure.network.model import ABSENT, Floats, Group, Ints, Kind, Network, Tables
from counterlure.network.refine import MEMBERS_MIN, Refined, list_rate, listed_chance

SAME, TOUCHING = 0.5, 0.1
OPEN = 0.6
SIGNIFICANCE = 0.01
FALSE_DISCOVERY, FALSE_DISCOVERY_CLAIMS = 0.1, 0.05
"""Expected share of a group's members that are no members, at most: where contacts tell most, and where claims do."""


def group_of(graphs: Sequence[Graph], refined: Refined, cost: float, window: tuple[int, int] | None) -> Group | None:
    """The group that a refinement found; None where too few accounts can be named or the log ratio is spent.

    cost : what the search over windows adds to the cost of naming the group.
    """
    named = np.sort(_named(graphs[0], refined))
    ratio = refined.log_ratio - cost
    if named.size < MEMBERS_MIN or ratio < -log(SIGNIFICANCE):
        return None
    accounts = refined.touched[named]
    targets, hits = listed_targets(graphs[0], accounts)
    return Group(
        accounts=accounts, scores=refined.scores[named], share=refined.share[named], targets=targets, hits=hits,
        log_ratio=ratio, p_value=exp(-ratio), layers=refined.layers, window=window, chance=refined.chance[named],
    )  # fmt: skip


def _named(contacts: Graph, refined: Refined) -> Ints:
    """Places of the members that can be named.

    Contacts of honest accounts hang together in ways that no null holds. Where they tell most, members must convince by
    e-values, which hold however scores depend on each other. Where accounts are judged by claims of their own, the
    chance that each belongs is calibrated, and serves (docs/network.md).
    """
    if refined.layers[contacts.name] == max(refined.layers.values()):
        return false_discovery(refined.scores, contacts.accounts, FALSE_DISCOVERY)
    return likelier(refined.chance, FALSE_DISCOVERY_CLAIMS)


def listed_targets(graph: Graph, accounts: Ints) -> tuple[Ints, Ints]:
    """(targets that are rather on the group's list than not and that two members reached, how many members did)."""
    values, hits, expected = graph.hits(accounts, np.ones(accounts.size))
    listed = (listed_chance(hits, expected, list_rate(hits, expected)) > 0.5) & (hits >= 2)
    return values[listed], hits[listed].astype(np.int32)


def network_of(graphs: Sequence[Graph], found: Sequence[tuple[Group, Refined]], tables: Tables) -> Network:
    """Groups merged where they are one, and every account's score and group.

    Unexplained groups come before open ones, the more significant before the less.
    """
    score = np.zeros(graphs[0].accounts)
    for _, refined in found:
        score[refined.touched] = np.maximum(score[refined.touched], refined.chance)
    groups = merged(graphs, [group for group, _ in found])
    groups = [replace(group, kind=kind(group, tables)) for group in groups]
    groups.sort(key=lambda group: group.kind is Kind.COMMERCIAL)
    belongs = np.full(graphs[0].accounts, ABSENT, dtype=np.int32)
    for number in reversed(range(len(groups))):
        belongs[groups[number].accounts] = number
    return Network(tuple(groups), score, belongs)


def merged(graphs: Sequence[Graph], groups: Iterable[Group]) -> list[Group]:
    """One group for those that share most of the smaller one's members, or that one list explains more briefly.

    A group most of whose members stand in several better ones adds nothing, and is left.
    """
    kept: list[Group] = []
    for group in sorted(groups, key=_rank):
        shared = [float(np.isin(group.accounts, other.accounts).mean()) for other in kept]
        place = int(np.argmax(shared)) if kept else -1
        if kept and (shared[place] > SAME or (shared[place] > TOUCHING and _one_list(graphs, group, kept[place]))):
            kept[place] = joined(graphs[0], kept[place], group)
        elif sum(shared) <= SAME:
            kept.append(group)
    return sorted(kept, key=_rank)


def _rank(group: Group) -> tuple[float, list[int]]:
    return -group.log_ratio, group.accounts.tolist()


def joined(graph: Graph, first: Group, second: Group) -> Group:
    """Both groups' members; what is said of the group is what was found of the more significant one."""
    new = np.setdiff1d(np.arange(second.accounts.size), np.flatnonzero(np.isin(second.accounts, first.accounts)))
    accounts = np.concatenate([first.accounts, second.accounts[new]])
    order = np.argsort(accounts, kind="stable")

    def both(name: str) -> Floats:
        return np.concatenate([getattr(first, name), getattr(second, name)[new]])[order]

    targets, hits = listed_targets(graph, accounts[order])
    return replace(
        first, accounts=accounts[order], targets=targets, hits=hits,
        scores=both("scores"), share=both("share"), chance=both("chance"),
    )  # fmt: skip


def _one_list(graphs: Sequence[Graph], group: Group, other: Group) -> bool:
    both = np.union1d(group.accounts, other.accounts)
    return group_ratio(graphs, both)[0] > group.log_ratio + other.log_ratio


def kind(group: Group, tables: Tables) -> Kind:
    """Commercial where most members claim one employer and the list keeps to the two fields that it reaches most.

    It says that the accounts are open about acting together, which an operation may pretend as well.
    """
    employer = tables.accounts.employer[group.accounts]
    sector = tables.targets.sector[group.targets]
    if _most(employer, 1) >= OPEN and _most(sector, 2) >= OPEN:
        return Kind.COMMERCIAL
    return Kind.UNEXPLAINED


def _most(codes: Ints, values: int) -> float:
    """Share of all codes that the most frequent ones make up; codes that are not told count as different."""
    told = codes[codes != ABSENT]
    return float(np.sort(np.bincount(told))[-values:].sum() / codes.size) if told.size else 0.0
