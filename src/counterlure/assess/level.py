"""From numbers to a level: what the person approached should make of an account.

Likelihood alone never alerts. The gate asks besides for quoted words of a kind honest trades do not use: two distinct
core stages, or leverage or pressure, or a combination that separates hostile from honest cases, or one core stage
beside independent evidence of coordination or of a front employer, or one beside a second opinion that agrees (and is
quite sure, where that one is probing: honest people ask questions too). A stage that no rule shows and only the words
of a message tell (`detect/opinion/stages.py`) counts beside a second opinion that is surer than that, and nowhere else.
Approach, rapport and an ordinary inducement never open it, and neither does any profile or the second opinion alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence, Set
from enum import StrEnum

from counterlure.assess.kinds import Sign
from counterlure.assess.levels import Levels
from counterlure.assess.stats import AccountStats
from counterlure.assess.weigh import Weighed
from counterlure.assess.weights import Weights
from counterlure.model import Evidence, Finding, Level, Progress, Stage

CORE = frozenset(
    {
        Stage.PROBING,
        Stage.CHANNEL_SHIFT,
        Stage.TASKING,
        Stage.SENSITIVE_REQUEST,
        Stage.COMPROMISE,
        Stage.COERCION,
    }
)
PRESSURE = frozenset({Stage.COMPROMISE, Stage.COERCION})


class Gate(StrEnum):
    """What allows an alert, strongest first."""

    PRESSURE = "pressure"
    COMBINATION = "combination"
    TWO_STAGES = "two_stages"
    TWO_OPINIONS = "two_opinions"
    TWO_FAMILIES = "two_families"


def decide(
    findings: Sequence[Finding],
    progress: Sequence[Progress],
    weighed: Weighed,
    stats: AccountStats,
    weights: Weights,
    levels: Levels,
) -> Level:
    """The level of one account."""
    if weighed.likelihood >= levels.alert.likelihood and gate(findings, progress, weighed, weights, levels):
        return Level.ALERT
    if weighed.likelihood >= levels.watch.likelihood and strongest_sign(findings, weights) >= levels.watch.sign:
        return Level.WATCH
    if judged(progress, stats, levels) or any(pull >= levels.watch.sign for pull in weighed.bearing.values()):
        return Level.CLEAR
    return Level.INSUFFICIENT


def gate(
    findings: Iterable[Finding],
    progress: Iterable[Progress],
    weighed: Weighed,
    weights: Weights,
    levels: Levels,
) -> Gate | None:
    """What allows an alert, or None."""
    hostile = [finding for finding in findings if _speaks(finding, weights)]
    heard = CORE & _named((f for f in hostile if f.kind in weights.pool.stages), weights)
    shown = [finding for finding in hostile if finding.kind not in weights.pool.stages]
    stages = CORE & (_named(shown, weights) | quoted_stages(progress))
    if stages & PRESSURE:
        return Gate.PRESSURE
    if any(weights.kinds[finding.kind].combination for finding in hostile):
        return Gate.COMBINATION
    if len(stages) >= levels.alert.stages:
        return Gate.TWO_STAGES
    agrees = max((f.score for f in hostile if f.kind in weights.pool.kinds), default=0.0)
    if agrees >= _agreement(stages, heard, levels):
        return Gate.TWO_OPINIONS
    second = max((weighed.strength.get(family, 0.0) for family in levels.second_family.of), default=0.0)
    return Gate.TWO_FAMILIES if stages and second >= levels.second_family.strength else None


def _agreement(stages: Set[Stage], heard: Set[Stage], levels: Levels) -> float:
    """The score of a second opinion beside which these stages, shown by rules and heard in the words, are enough."""
    if stages - {Stage.PROBING}:
        return levels.alert.opinion
    return min(levels.alert.sure if stages else math.inf, levels.alert.heard if heard else math.inf)


def _speaks(finding: Finding, weights: Weights) -> bool:
    """Whether it is a hostile sign with the words at hand; the table lets only conversation findings open a gate."""
    hostile = weights.kinds[finding.kind].sign is Sign.HOSTILE and finding.score > 0
    return hostile and quoted(finding.evidence)


def quoted(evidence: Iterable[Evidence]) -> bool:
    """Whether any piece of it carries words that can be read again."""
    return any(piece.quote is not None and piece.quote.strip() for piece in evidence)


def quoted_stages(progress: Iterable[Progress]) -> frozenset[Stage]:
    """Stages of the account that a quote shows."""
    return frozenset(step.stage for one in progress for step in one.steps if quoted((step.evidence,)))


def _named(findings: Iterable[Finding], weights: Weights) -> frozenset[Stage]:
    stages = (weights.kinds[finding.kind].stage for finding in findings)
    return frozenset(stage for stage in stages if stage is not None)


def strongest_sign(findings: Iterable[Finding], weights: Weights) -> float:
    """The largest pull of one finding on a hostile reading, log10; 0 where there is none."""
    return max((finding.score * max(weights.pulls[finding.kind]) for finding in findings), default=0.0)


def judged(progress: Iterable[Progress], stats: AccountStats, levels: Levels) -> bool:
    """Whether there was text enough, in a language with rules, to call an account clear."""
    if not stats.has_text or stats.words < levels.words.judged:
        return False
    return not unassessed(progress, stats, levels)


def unassessed(progress: Iterable[Progress], stats: AccountStats, levels: Levels) -> bool:
    """Whether all that is known of the account's languages lies outside the languages with rules."""
    known = languages(progress, stats)
    return bool(known) and known.isdisjoint(levels.languages)


def languages(progress: Iterable[Progress], stats: AccountStats) -> frozenset[str]:
    """Codes of the languages the account is known to write."""
    told = (one.language for one in progress if one.language is not None)
    return frozenset(stats.languages).union(told)
