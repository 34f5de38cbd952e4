"""Findings to judgement: how likely each reading of an account is, how sure that is, and who was reached.

`assess` weighs, `exposure` turns the result round. Everything numeric stands in `likelihoods.yml`, `priors.yml` and
`levels.yml`; every identifier handed on stands in `ids.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from counterlure.assess.account import Judge
from counterlure.assess.exposure import exposure
from counterlure.assess.levels import Levels, load_levels
from counterlure.assess.priors import load_prior
from counterlure.assess.stats import AccountStats
from counterlure.assess.weights import Weights, load_weights
from counterlure.model import Assessment, Finding, Group, Level, Prior, Progress

__all__ = ["AccountStats", "Levels", "Weights", "assess", "exposure", "load_levels", "load_prior", "load_weights"]

FIRST = {Level.ALERT: 0, Level.WATCH: 1}


class _Owned(Protocol):
    @property
    def account(self) -> int: ...


Own = TypeVar("Own", bound=_Owned)


def assess(
    findings: Iterable[Finding],
    progress: Iterable[Progress],
    groups: Iterable[Group],
    *,
    priors: Prior,
    weights: Weights,
    stats: Mapping[int, AccountStats],
    levels: Levels | None = None,
) -> tuple[Assessment, ...]:
    """One judgement per account of `stats`: alert, then watch, then the rest; inside, likeliest first, then by id.

    Parameters
    ----------
    findings, progress, groups : what the detectors saw, in any order.
    priors : see `load_prior`. weights : see `load_weights`. levels : thresholds, our own where None.
    stats : every account to be judged, by id; the ids need not be in order.

    Raises
    ------
    RuleError : a finding is of a kind, family or score the tables do not know.
    ValueError : a finding or progress belongs to an account without stats, or stats stand under a wrong id.
    """
    judge = Judge(priors, weights, load_levels() if levels is None else levels)
    found, gone, group_of = _by_account(findings), _by_account(progress), _groups(groups)
    for account in sorted(found.keys() | gone.keys()):
        if account not in stats:
            raise ValueError(f"account {account} has findings or progress but no stats")
    judged = [
        judge.account(own, found.get(key, ()), gone.get(key, ()), group_of.get(key)) for key, own in _checked(stats)
    ]
    return tuple(sorted(judged, key=_rank))


def _checked(stats: Mapping[int, AccountStats]) -> Iterable[tuple[int, AccountStats]]:
    for key, own in stats.items():
        if own.account != key:
            raise ValueError(f"stats of account {own.account} stand under {key}")
        yield key, own


def _by_account(items: Iterable[Own]) -> dict[int, list[Own]]:
    own: dict[int, list[Own]] = defaultdict(list)
    for item in items:
        own[item.account].append(item)
    return dict(own)


def _groups(groups: Iterable[Group]) -> dict[int, str]:
    """The group of each account; of several, the one a chance grouping explains worst, then the first by id."""
    best: dict[int, str] = {}
    for group in sorted(groups, key=lambda g: (1.0 if g.p_value is None else g.p_value, g.id)):
        for account in group.accounts:
            best.setdefault(account, group.id)
    return best


def _rank(assessment: Assessment) -> tuple[int, float, int]:
    return (FIRST.get(assessment.level, 2), -assessment.likelihood, assessment.account)
