"""Which accounts belong together in the picture of groups, and whom they reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from counterlure.model import Assessment, Group, Judgement, Level
from counterlure.workbench.rows import LEVEL_RANK

HUB = 40
"""A target reached by more accounts joins nobody, or everybody would be one cluster."""
PART = 40
"""A component of more accounts is parted by the target that most of them reached."""
SHOWN = frozenset({Level.ALERT, Level.WATCH})
ALONE = "C-none"

Reached = Mapping[int, tuple[str, ...]]


class Cluster(NamedTuple):
    """Accounts that belong together, in the order of the judgement, and the targets that are theirs in the picture.

    group : what was found, or None where they only share targets. lead : the target that most of them reached.
    targets : most reached first; a target is in one cluster only, that of most of its accounts. level : the highest.
    """

    id: str
    group: Group | None
    lead: str | None
    accounts: tuple[int, ...]
    targets: tuple[str, ...]
    level: Level | None


class Clusters(NamedTuple):
    """Every cluster, the most severe first, then the largest; and what each account reached."""

    all: tuple[Cluster, ...]
    reached: Reached
    assessed: Mapping[int, Assessment]


def clusters(j: Judgement) -> Clusters:
    """Groups, and around them the accounts at alert or watch that share targets; linear in the contacts."""
    assessed = {a.account: a for a in j.assessments}
    group_of = _group_of(j)
    shown = [a.account for a in j.assessments if a.level in SHOWN or a.account in group_of]
    order = {account: place for place, account in enumerate((*shown, *(a for a in group_of if a not in assessed)))}
    reached = {account: assessed[account].targets if account in assessed else () for account in order}
    alone = {account: targets for account, targets in reached.items() if account not in group_of}
    groups = {g.id: g for g in j.groups}
    members: dict[str, list[int]] = {}
    leads = _components(alone)
    for account in order:
        around = f"C-{leads[account]}" if account in leads else ALONE
        members.setdefault(group_of.get(account, around), []).append(account)
    made = [_cluster(name, own, groups.get(name), assessed) for name, own in members.items()]
    made.sort(key=lambda c: (-_rank(c.level), c.group is None, -len(c.accounts), c.id))
    return Clusters(tuple(_with_targets(made, reached)), reached, assessed)


def _group_of(j: Judgement) -> dict[int, str]:
    """The group of each member: the one its assessment names, else its first."""
    found: dict[int, str] = {}
    for group in sorted(j.groups, key=lambda g: g.id):
        for account in group.accounts:
            found.setdefault(account, group.id)
    known = {g.id for g in j.groups}
    return found | {a.account: a.group for a in j.assessments if a.group in known and a.group is not None}


def _rank(level: Level | None) -> int:
    return -1 if level is None else LEVEL_RANK[level]


def _cluster(name: str, own: Sequence[int], group: Group | None, assessed: Mapping[int, Assessment]) -> Cluster:
    levels = [assessed[account].level for account in own if account in assessed]
    lead = None if group or name == ALONE else name.removeprefix("C-")
    return Cluster(name, group, lead, tuple(own), (), max(levels, key=_rank, default=None))


def _with_targets(made: Sequence[Cluster], reached: Reached) -> Iterable[Cluster]:
    """Each target goes to the cluster most of whose accounts reached it, the more severe one where equal."""
    own = [Counter(t for account in cluster.accounts for t in reached[account]) for cluster in made]
    owner: dict[str, tuple[int, int]] = {}
    for place, counted in enumerate(own):
        for target, n in counted.items():
            owner[target] = max(owner.get(target, (0, 0)), (n, -place))
    for place, cluster in enumerate(made):
        for target in cluster.group.targets if cluster.group else ():
            owner.setdefault(target, (0, -place))
            own[place].setdefault(target, 0)
        mine = [target for target in own[place] if owner[target][1] == -place]
        yield cluster._replace(targets=tuple(sorted(mine, key=lambda t: (-own[place][t], t))))


def _components(alone: Reached) -> dict[int, str]:
    """The lead target of each account that reached anybody; accounts with the same one are a cluster.

    Accounts that share a target are joined, unless it is a hub; a component that is too large falls into the accounts
    around each of its most reached targets.
    """
    count = Counter(target for targets in alone.values() for target in targets)
    joins = {account: tuple(t for t in targets if count[t] <= HUB) for account, targets in alone.items()}
    root = _joined(joins)
    size = Counter(root[targets[0]] for targets in joins.values() if targets)
    lead = _leads(count, root)
    found = {}
    for account, targets in joins.items():
        if not targets:
            if alone[account]:
                found[account] = _most(alone[account], count)
        elif size[root[targets[0]]] > PART:
            found[account] = _most(targets, count)
        else:
            found[account] = lead[root[targets[0]]]
    return found


def _joined(joins: Reached) -> dict[str, str]:
    """The component of each target, named by one of its targets."""
    parent: dict[str, str] = {}

    def root(target: str) -> str:
        while (above := parent.setdefault(target, target)) != target:
            parent[target] = parent[above]
            target = above
        return target

    for targets in joins.values():
        for other in targets[:1]:
            root(other)
        for other in targets[1:]:
            one, two = sorted((root(targets[0]), root(other)))
            parent[two] = one
    return {target: root(target) for target in list(parent)}


def _leads(count: Mapping[str, int], root: Mapping[str, str]) -> dict[str, str]:
    """The most reached target of each component."""
    best: dict[str, str] = {}
    for target, component in root.items():
        best[component] = _most((target, best.get(component, target)), count)
    return best


def _most(targets: Iterable[str], count: Mapping[str, int]) -> str:
    return min(targets, key=lambda target: (-count[target], target))
