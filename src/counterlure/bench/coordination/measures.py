"""How right an answer is: the flagged set, the ranking, and the groups it is made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from counterlure.bench.coordination.sample import Answer, Bools, Sample
from counterlure.network.model import ABSENT, Floats, Ints


def quality(sample: Sample, answer: Answer) -> dict[str, Any]:
    """Every measure that this sample and this answer allow; None where one of them does not say.

    accounts_flagged : over all accounts. precision, recall, f1, average_precision : over the accounts whose label is
    known; None where none is hostile. groups and what is in them : see `of_groups`.
    """
    flagged = answer.flagged
    measured: dict[str, Any] = {"accounts_flagged": None if flagged is None else int(flagged.sum())}
    measured |= dict.fromkeys(("precision", "recall", "f1", "average_precision"))
    if sample.hostile is not None and sample.hostile.any():
        known = np.ones(sample.hostile.size, bool) if sample.known is None else sample.known
        if flagged is not None:
            measured |= of_set(flagged[known], sample.hostile[known])
        if answer.ranking is not None:
            measured["average_precision"] = average_precision(answer.ranking[known], sample.hostile[known])
    return measured | of_groups(sample, answer.group)


def of_set(flagged: Bools, hostile: Bools) -> dict[str, float]:
    """Precision (1 where nothing is flagged), recall and F1 of a flagged set; someone must be hostile."""
    right, n = int((flagged & hostile).sum()), int(flagged.sum())
    return {
        "precision": right / n if n else 1.0,
        "recall": right / int(hostile.sum()),
        "f1": 2 * right / (n + int(hostile.sum())),
    }


def average_precision(ranking: Floats, hostile: Bools) -> float:
    """Area under precision against recall, in steps, equal scores taken together; someone must be hostile."""
    order = np.argsort(-ranking, kind="stable")
    score, right = ranking[order], np.cumsum(hostile[order])
    last = np.flatnonzero(np.append(score[1:] != score[:-1], True))
    found = right[last]
    gained = np.diff(found, prepend=0)
    return float((gained * found / (last + 1)).sum() / found[-1])


def of_groups(sample: Sample, group: Ints | None) -> dict[str, Any]:
    """What the groups are made of; None where the method names no groups or the sample has no labels.

    groups : how many. groups_mixed : how many hold both an account of an operation and one of an honest team.
    others_in_groups : share of the accounts in groups that belong to no operation and no team. teams_found : share of
    the accounts of teams that are in groups.
    """
    names = ("groups", "groups_mixed", "others_in_groups", "teams_found")
    measured: dict[str, Any] = dict.fromkeys(names)
    if group is None:
        return measured
    inside = group != ABSENT
    measured["groups"] = int(np.unique(group[inside]).size)
    if sample.hostile is None:
        return measured
    team = np.zeros(group.size, bool) if sample.team is None else sample.team != ABSENT
    mixed = np.intersect1d(group[inside & sample.hostile], group[inside & team])
    measured["groups_mixed"] = int(mixed.size)
    others = inside & ~sample.hostile & ~team
    measured["others_in_groups"] = int(others.sum()) / max(int(inside.sum()), 1)
    if team.any():
        measured["teams_found"] = int((inside & team).sum()) / int(team.sum())
    return measured
