"""What alerts and likelihoods come to on conversations of which the truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from counterlure.bench import early
from counterlure.bench.scorer import Scored
from counterlure.bench.talks import Talk

BASE_RATE = 0.01
"""About one stranger in a hundred is hostile (`assess/priors.yml`); authored sets hold 36 to 40 times as many."""
K_MAX = 7
"""Messages of the other side after which an alarm has lost half its worth, as in the published curve."""
ERDE_AT = (5, 50)
RECALL = 0.80


def measured(talks: Sequence[Talk], scored: Sequence[Scored], base: float) -> dict[str, Any]:
    """Everything measured on one set of conversations; a figure is None where a side it needs is missing.

    base : the base rate at which the likelihoods are stated. Shares are in [0, 1]; `per_1000` counts honest ones.
    """
    hostile = [talk.hostile for talk in talks]
    alarms = [own.alarm for own in scored]
    last = [own.likelihood[-1] for own in scored]
    return {
        "alerts": alerts(hostile, alarms),
        "pairs": which_of_two(talks, last),
        "before_disclosure": before_disclosure(talks, alarms),
        "auc": early.auc(last, hostile),
        "false_at_recall": early.false_rate_at(last, hostile, RECALL),
        "early": _early(alarms, hostile),
        "forecasts": _forecasts(last, hostile, base),
    }


def alerts(hostile: Sequence[bool], alarms: Sequence[int | None]) -> dict[str, Any]:
    """Alerts on both sides; the bound is the exact one-sided 95 % one."""
    honest = [k for k, own in zip(alarms, hostile, strict=True) if not own]
    false = sum(k is not None for k in honest)
    rate = early.rate(alarms, hostile, side=False)
    return {
        "hostile": sum(hostile),
        "found": sum(k is not None for k, own in zip(alarms, hostile, strict=True) if own),
        "recall": early.rate(alarms, hostile, side=True),
        "messages_at_alert": early.detection_delay(alarms, hostile),
        "honest": len(honest),
        "false": false,
        "false_rate": rate,
        "false_at_most": early.upper_bound(false, len(honest)) if honest else None,
        "per_1000": None if rate is None else 1000 * rate,
        "macro_f1": early.macro_f1([k is not None for k in alarms], hostile),
    }


def which_of_two(talks: Sequence[Talk], last: Sequence[float]) -> dict[str, Any]:
    """Of pairs that share cover and opening: in how many the hostile one is likelier; ties count half."""
    sides: dict[str, dict[bool, float]] = {}
    for talk, score in zip(talks, last, strict=True):
        if talk.pair is not None:
            sides.setdefault(talk.pair, {})[talk.hostile] = score
    both = [side for side in sides.values() if len(side) == 2]
    right = sum(side[True] > side[False] for side in both)
    tied = sum(side[True] == side[False] for side in both)
    return {"pairs": len(both), "right": right, "tied": tied, "share": (right + tied / 2) / len(both) if both else None}


def before_disclosure(talks: Sequence[Talk], alarms: Sequence[int | None]) -> dict[str, Any]:
    """Of hostile conversations in which something is given away: in how many the alert comes before it."""
    leaks = [talk.disclosed_after() if talk.hostile else None for talk in talks]
    return {"disclosing": sum(leak is not None for leak in leaks), "share": early.before(alarms, leaks)}


def _early(alarms: Sequence[int | None], hostile: Sequence[bool]) -> dict[str, Any]:
    recall, false_rate = early.rate(alarms, hostile, side=True), early.rate(alarms, hostile, side=False)
    both = recall is not None and false_rate is not None
    return {
        "share_hostile": early.share(list(hostile)),
        **{f"erde{o}": early.erde(alarms, hostile, o) for o in ERDE_AT},
        "k_max": K_MAX,
        "f_latency": early.f_latency(alarms, hostile, K_MAX),
        "false_rate": false_rate,
        "base_rate": BASE_RATE,
        "precision_at_base_rate": early.precision_at(recall or 0.0, false_rate or 0.0, BASE_RATE) if both else None,
    }


def _forecasts(last: Sequence[float], hostile: Sequence[bool], base: float) -> dict[str, Any]:
    """Brier score and reliability, as stated and restated at the share of this set."""
    share = sum(hostile) / len(hostile)
    whole: dict[str, Any] = {"base_rate": base, "brier": early.brier(last, hostile), "at_share_of_set": None}
    if 0 < share < 1:
        restated = [early.moved(p, base, share) for p in last]
        whole["at_share_of_set"] = {
            "share": share,
            "brier": early.brier(restated, hostile),
            "brier_of_share_alone": share * (1 - share),
            "reliability": [entry._asdict() for entry in early.reliability(restated, hostile)],
        }
    return whole
