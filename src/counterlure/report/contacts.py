"""Who contacted whom, folded until it can be drawn: people reached by exactly the same accounts become one dot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

from counterlure.model import Judgement, Level, Stage
from counterlure.report.document import SHOWN, address, in_order
from counterlure.report.outside import NAME_LIMIT, visible
from counterlure.report.svg import Link, Node
from counterlure.report.words import count

FOLD_FROM = 4  # that many equal neighbours become one dot
MOST_ROWS = 40
SWEEPS = 3
Key = TypeVar("Key", int, str)
Group = tuple[Any, ...]  # account ids, or target ids
Groups = list[Group]
Neighbours = dict[Any, list[Any]]


class Drawing(NamedTuple):
    """What the contact picture shows; `left_out` contacts stand in the table only."""

    left: list[Node]
    right: list[Node]
    links: list[Link]
    left_out: int


def weights(j: Judgement) -> dict[tuple[int, str], int]:
    """(account, target) -> 0 contact only, 1 early stages, 2 tasking or beyond, for accounts at alert or watch."""
    stages: dict[tuple[int, str], int] = {}
    for p in j.progress:
        key = (p.account, p.target)
        rank = max((step.stage.rank for step in p.steps), default=-1)
        stages[key] = max(stages.get(key, -1), rank)
    shown = {a.account for a in j.assessments if a.level in SHOWN}
    pairs = {(account, e.target) for e in j.exposure for account in e.accounts if account in shown}
    return {pair: _weight(stages.get(pair, -1)) for pair in sorted(pairs)}


def drawing(j: Judgement, label: dict[str, str], lang: str) -> Drawing:
    """The dots and lines of the picture, in an order that crosses few lines and never changes."""
    contacts = weights(j)
    levels = {a.account: a.level for a in j.assessments}
    rank = {a.account: i for i, a in enumerate(in_order(j))}
    accounts = sorted(_folded((a, t) for a, t in contacts), key=lambda group: min(rank[x] for x in group))[:MOST_ROWS]
    targets = sorted(_folded((t, a) for a, t in contacts))
    left, right = _untangled(accounts, targets, contacts)
    column = {account: i for i, group in enumerate(left) for account in group}
    row = {target: i for i, group in enumerate(right) for target in group}
    links: dict[tuple[int, int], int] = {}
    for (account, target), weight in contacts.items():
        if account in column and target in row:
            key = (column[account], row[target])
            links[key] = max(links.get(key, 0), weight)
    drawn = sum(account in column and target in row for account, target in contacts)
    return Drawing(
        [_account_node(j, group, levels, lang) for group in left],
        [_target_node(group, label, lang) for group in right],
        [Link(a, t, weight) for (a, t), weight in sorted(links.items())],
        len(contacts) - drawn,
    )


def _weight(rank: int) -> int:
    return 0 if rank < 0 else 2 if rank >= Stage.TASKING.rank else 1


def _folded(pairs: Iterable[tuple[Key, int | str]]) -> list[tuple[Key, ...]]:
    """Keys grouped by equal sets of neighbours, small groups taken apart again."""
    neighbours: dict[Key, set[int | str]] = {}
    for key, other in pairs:
        neighbours.setdefault(key, set()).add(other)
    same: dict[frozenset[int | str], list[Key]] = {}
    for key in sorted(neighbours):
        same.setdefault(frozenset(neighbours[key]), []).append(key)
    groups: list[tuple[Key, ...]] = []
    for members in same.values():
        groups += [tuple(members)] if len(members) >= FOLD_FROM else [(key,) for key in members]
    return groups


def _untangled(left: Groups, right: Groups, contacts: Iterable[tuple[int, str]]) -> tuple[Groups, Groups]:
    """Both columns by the mean place of their neighbours, a few times over: few crossings, always the same."""
    toward_left: Neighbours = {}
    toward_right: Neighbours = {}
    for account, target in contacts:
        toward_left.setdefault(target, []).append(account)
        toward_right.setdefault(account, []).append(target)
    for _ in range(SWEEPS):
        right = _by_centre(right, left, toward_left)
        left = _by_centre(left, right, toward_right)
    drawn = {key for group in left for key in group}
    right = [group for group in right if drawn.intersection(toward_left[group[0]])]
    return left, _by_centre(right, left, toward_left)[:MOST_ROWS]


def _by_centre(moved: Groups, fixed: Groups, neighbours: Neighbours) -> Groups:
    place = {key: i for i, group in enumerate(fixed) for key in group}
    centre: dict[Group, float] = {}
    for group in moved:
        places = [place[other] for other in neighbours[group[0]] if other in place]
        centre[group] = sum(places) / len(places) if places else float("inf")
    return sorted(moved, key=lambda group: (centre[group], group))


def _account_node(j: Judgement, group: tuple[int, ...], levels: dict[int, Level], lang: str) -> Node:
    worst = Level.ALERT if any(levels[a] is Level.ALERT for a in group) else Level.WATCH
    if len(group) > 1:
        return Node(count("account", len(group), lang), "many")
    return Node(visible(j.accounts[group[0]].name or address(j, group[0]), NAME_LIMIT), worst.value)


def _target_node(group: tuple[str, ...], label: dict[str, str], lang: str) -> Node:
    if len(group) > 1:
        return Node(count("target", len(group), lang), "many")
    return Node(label[group[0]], "person")
