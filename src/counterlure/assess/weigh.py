"""From findings to a probability of each reading.

Odds of a hostile reading against an innocent one are its prior odds times one ratio per evidence family. Inside a
family the strongest sign counts in full, the second at the family's discount, the third at its square, up to a cap:
correlated signs never multiply. Of kinds in one group of profile signs (`authenticity.yml`) the strongest alone counts.
Signs of honest dealing add up the same way and are taken off. The same kind seen twice counts once, at its highest
score. So the result does not depend on the order of findings, a hostile sign never lowers the hostile likelihood, and
an honest one never raises it, but for the second opinion: it is no further sign of the same kind but another judge of
the same words. Where it was given, it counts in full and the rules at the power of the pool, so that one which hardly
leans takes weight from what the rules say, either way.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from counterlure.assess.kinds import Sign
from counterlure.assess.weights import INNOCENT, Weights
from counterlure.errors import RuleError
from counterlure.model import HOSTILE, Family, Finding, Prior, Reading

DISCOUNTED_POWER = 2 / 3
DECIMALS = 6
MAX_TILT = 2.0


@dataclass(frozen=True)
class Pull:
    """What one family says about one hostile reading, all parts >= 0 in log10.

    up, down : for and against, at most the caps of the family; raw : for, before the cap.
    """

    up: float
    down: float
    raw: float


@dataclass(frozen=True)
class Weighed:
    """The judgement in numbers.

    posterior : probability of each reading at the middle prior; adds up to 1 but for rounding.
    likelihood : of any hostile reading; `interval` holds the same at both ends of the prior band, evidence discounted
        at the low end, signs of honest dealing discounted at the high one.
    reading : the most likely reading on the likelier side, hostile or innocent.
    strength : per family that says anything, the largest net pull on a hostile reading, log10, may be negative.
    bearing : per family, the largest pull in either direction, log10.
    """

    posterior: dict[Reading, float]
    likelihood: float
    interval: tuple[float, float]
    reading: Reading
    strength: dict[Family, float]
    bearing: dict[Family, float]


def scores(findings: Iterable[Finding], weights: Weights) -> dict[str, float]:
    """The highest score per kind; contradicted honest signs are left out.

    Honest and neutral signs count in full, but for those of the second opinion, which has degrees on either side.

    Raises
    ------
    RuleError : a finding has a kind without entry, the family of another kind, or a score outside [0, 1].
    """
    best: dict[str, float] = {}
    for finding in findings:
        kind = weights.kind(finding.kind, finding.detector)
        if finding.family is not kind.family:
            raise RuleError(
                f"{finding.detector} reports {finding.kind} as {finding.family}; it is {kind.family} evidence"
            )
        if not 0.0 <= finding.score <= 1.0:
            raise RuleError(f"{finding.detector} reports {finding.kind} with score {finding.score}, outside 0 to 1")
        score = finding.score if kind.sign is Sign.HOSTILE or finding.kind in weights.pool.kinds else 1.0
        honest = finding.kind in weights.pool.kinds and kind.sign is Sign.HONEST
        best[finding.kind] = (min if honest else max)(score, best.get(finding.kind, score))
    _most_hostile(best, weights)
    return {name: score for name, score in best.items() if not _void(name, best, weights)}


def _most_hostile(best: dict[str, float], weights: Weights) -> None:
    """Of second opinions on several conversations the most hostile stays: honest talk elsewhere excuses nothing."""
    for name in [name for name in weights.pool.kinds if name in best][1:]:
        del best[name]


def _void(name: str, best: Mapping[str, float], weights: Weights) -> bool:
    return any(best.get(other, 0.0) >= weights.void_score for other in weights.kinds[name].void_with)


def weigh(findings: Iterable[Finding], prior: Prior, weights: Weights) -> Weighed:
    """The probability of each reading of one account's contacts, with its interval."""
    return weigh_scores(scores(findings, weights), prior, weights)


def weigh_scores(best: Mapping[str, float], prior: Prior, weights: Weights) -> Weighed:
    """The same from the score per kind that `scores` gives."""
    pulls = {family: _family(family, best, weights) for family in Family}
    mid = _hostile(prior.mid, pulls, 1.0, 1.0)
    low = sum(_hostile(prior.low, pulls, DISCOUNTED_POWER, 1.0).values())
    high = sum(_hostile(prior.high, pulls, 1.0, DISCOUNTED_POWER).values())
    posterior = _rounded(mid | _innocent(1.0 - sum(mid.values()), best, weights))
    likelihood = round(sum(mid.values()), DECIMALS)
    return Weighed(
        posterior=posterior,
        likelihood=likelihood,
        interval=(min(round(low, DECIMALS), likelihood), max(round(high, DECIMALS), likelihood)),
        reading=_reading(posterior, likelihood),
        strength={family: max(pull.up - pull.down for pull in own) for family, own in pulls.items() if any_pull(own)},
        bearing={
            family: max(max(pull.up, pull.down) for pull in own) for family, own in pulls.items() if any_pull(own)
        },
    )


def any_pull(pulls: Iterable[Pull]) -> bool:
    """Whether any of them is above zero."""
    return any(pull.up > 0 or pull.down > 0 for pull in pulls)


def _family(family: Family, best: Mapping[str, float], weights: Weights) -> tuple[Pull, ...]:
    rule, pool = weights.families[family], weights.pool
    own = {name: score for name, score in best.items() if weights.kinds[name].family is family}
    second = [name for name in own if name in pool.kinds]
    power = pool.others if second else 1.0
    parts = []
    for place in range(len(HOSTILE)):
        pulls = {name: weights.pulls[name][place] * score for name, score in own.items() if name not in second}
        values = _one_per_group(pulls, weights)
        opinion = math.fsum(weights.pulls[name][place] * own[name] for name in second)
        rules_up = discounted((value for value in values if value > 0), rule.discount)
        rules_down = discounted((-value for value in values if value < 0), rule.discount)
        up, down = power * rules_up + max(0.0, opinion), power * rules_down + max(0.0, -opinion)
        if pool.unread in own:  # a conversation that only the rules could judge keeps their judgement
            up, down = max(up, rules_up), rules_down
        parts.append(Pull(min(rule.cap, up), min(rule.honest_cap, down), up))
    return tuple(parts)


def _one_per_group(pulls: Mapping[str, float], weights: Weights) -> list[float]:
    """The strongest pull of each group of correlated kinds; a hostile one silences the honest ones of its group."""
    groups: dict[str, list[float]] = {}
    for name, pull in pulls.items():
        groups.setdefault(weights.kinds[name].group or name, []).append(pull)
    return [max(own) if max(own) > 0 else min(own) for own in groups.values()]


def discounted(values: Iterable[float], discount: float) -> float:
    """Sum of values >= 0, the largest in full, each further one times another power of `discount`."""
    return math.fsum(value * discount**rank for rank, value in enumerate(sorted(values, reverse=True)))


def _hostile(
    prior: Mapping[Reading, float], pulls: Mapping[Family, tuple[Pull, ...]], up: float, down: float
) -> dict[Reading, float]:
    """Probability of each hostile reading with hostile evidence at power `up` and honest at power `down`.

    The caps bound how likely any hostile reading may become; which of them it is, is told by the evidence before the
    caps, or two readings that both reach a cap would be told apart by nothing but their priors.
    """
    innocent = 1.0 - math.fsum(prior[reading] for reading in HOSTILE)
    odds, shares = [], []
    for place, reading in enumerate(HOSTILE):
        base = prior[reading] / innocent
        against = math.fsum(down * own[place].down for own in pulls.values())
        odds.append(base * 10.0 ** (math.fsum(up * own[place].up for own in pulls.values()) - against))
        shares.append(base * 10.0 ** (math.fsum(up * own[place].raw for own in pulls.values()) - against))
    hostile = math.fsum(odds) / (1.0 + math.fsum(odds))
    return {reading: hostile * share / math.fsum(shares) for reading, share in zip(HOSTILE, shares, strict=True)}


def _innocent(share: float, best: Mapping[str, float], weights: Weights) -> dict[Reading, float]:
    """`share` divided between the two innocent readings by what the signs say about them."""
    tilts = [weights.tilts[name] * score for name, score in best.items()]
    tilt = discounted((t for t in tilts if t > 0), 0.5) - discounted((-t for t in tilts if t < 0), 0.5)
    odds = 10.0 ** max(-MAX_TILT, min(MAX_TILT, tilt))
    ordinary, commercial = (weights.innocent[reading] for reading in INNOCENT)
    part = ordinary * odds / (ordinary * odds + commercial)
    return {Reading.ORDINARY: share * part, Reading.COMMERCIAL: share * (1.0 - part)}


def _rounded(posterior: Mapping[Reading, float]) -> dict[Reading, float]:
    return {reading: round(posterior[reading], DECIMALS) for reading in Reading}


def _reading(posterior: Mapping[Reading, float], likelihood: float) -> Reading:
    """Side first, so that an alert never reads as ordinary because three hostile readings share the odds."""
    side = HOSTILE if likelihood >= 0.5 else INNOCENT
    return max(side, key=lambda reading: posterior[reading])
