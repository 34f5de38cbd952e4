"""Exposure: the judgement turned round, by the person reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from counterlure.model import Assessment, Exposure, Group, Level, Progress, Stage, TargetInfo

COUNTED = frozenset({Level.ALERT, Level.WATCH})


def exposure(
    assessments: Iterable[Assessment],
    progress: Iterable[Progress],
    targets: Mapping[str, TargetInfo],
    groups: Iterable[Group],
) -> tuple[Exposure, ...]:
    """Who was reached by accounts at watch or alert, and how far: deepest first, then by target.

    Parameters
    ----------
    targets : info for at least every target named in the assessments at watch or alert.

    Raises
    ------
    ValueError : a target is named that `targets` does not hold.
    """
    reached: dict[str, set[int]] = defaultdict(set)
    for assessment in assessments:
        if assessment.level in COUNTED:
            for target in assessment.targets:
                reached[target].add(assessment.account)
    depth = _depth(progress, reached)
    members = {group.id: frozenset(group.accounts) for group in groups}
    rows = [_row(target, accounts, depth.get(target), members, targets) for target, accounts in reached.items()]
    return tuple(sorted(rows, key=lambda row: (-_rank(row.stage), row.target)))


def _depth(progress: Iterable[Progress], reached: Mapping[str, set[int]]) -> dict[str, Stage]:
    """The highest stage per target among the accounts that count."""
    depth: dict[str, Stage] = {}
    for one in progress:
        if one.account not in reached.get(one.target, ()):
            continue
        for step in one.steps:
            if step.stage.rank > _rank(depth.get(one.target)):
                depth[one.target] = step.stage
    return depth


def _row(
    target: str,
    accounts: set[int],
    stage: Stage | None,
    members: Mapping[str, frozenset[int]],
    targets: Mapping[str, TargetInfo],
) -> Exposure:
    if target not in targets:
        raise ValueError(f"target {target} is assessed but not described")
    return Exposure(
        target=target,
        organisation=targets[target].organisation,
        role=targets[target].role,
        stage=stage,
        accounts=tuple(sorted(accounts)),
        groups=tuple(sorted(name for name, own in members.items() if own & accounts)),
    )


def _rank(stage: Stage | None) -> int:
    return -1 if stage is None else stage.rank
