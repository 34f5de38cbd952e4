"""Measures of early detection, each with its source; plain arithmetic on lists.

An alarm is given as the number of messages of the other side seen when it is raised, from 1, or None without one.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import NamedTuple

Alarm = int | None


class Bin(NamedTuple):
    """Forecasts of one range: how many (`n`), their mean, and the share that was hostile."""

    low: float
    high: float
    n: int
    mean: float
    share: float


def running_max(scores: Sequence[float]) -> list[float]:
    """The highest score so far, after each message: an alarm once raised stays."""
    out: list[float] = []
    for score in scores:
        out.append(max(score, out[-1]) if out else score)
    return out


def first_alarm(scores: Sequence[float], threshold: float = 0.5) -> Alarm:
    """Messages seen when the score first is at or above the threshold."""
    return next((k for k, score in enumerate(scores, start=1) if score >= threshold), None)


def auc(scores: Sequence[float], hostile: Sequence[bool]) -> float | None:
    """Probability that a hostile one scores higher than a benign one, ties counting half; None without both sides.

    Mann and Whitney (1947) on mid-ranks; Hanley and McNeil (1982) for its reading as an area.
    """
    positive = sum(hostile)
    negative = len(hostile) - positive
    if not positive or not negative:
        return None
    order = sorted(range(len(scores)), key=scores.__getitem__)
    ranks, i = 0.0, 0
    while i < len(order):
        j = i
        while j < len(order) and scores[order[j]] == scores[order[i]]:
            j += 1
        ranks += (i + j + 1) / 2 * sum(hostile[place] for place in order[i:j])
        i = j
    return (ranks - positive * (positive + 1) / 2) / (positive * negative)


def f1(predicted: Sequence[object], truth: Sequence[object], wanted: object) -> float:
    """Harmonic mean of precision and recall of one class (van Rijsbergen 1979); 0 where it is nowhere."""
    both = sum(p == t == wanted for p, t in zip(predicted, truth, strict=True))
    either = sum(p == wanted for p in predicted) + sum(t == wanted for t in truth)
    return 2 * both / either if either else 0.0


def macro_f1(predicted: Sequence[object], truth: Sequence[object]) -> float:
    """Mean of the F1 of every class that is predicted or true, each with the same weight."""
    classes = {*predicted, *truth}
    return sum(f1(predicted, truth, wanted) for wanted in classes) / len(classes)


def share(flags: Sequence[bool]) -> float | None:
    """Share that is true; None of nothing."""
    return sum(flags) / len(flags) if flags else None


def rate(alarms: Sequence[Alarm], hostile: Sequence[bool], side: bool) -> float | None:
    """Share of one side with an alarm: recall for True, false-positive rate for False; None without that side."""
    return share([alarm is not None for alarm, own in zip(alarms, hostile, strict=True) if own is side])


def false_rate_at(scores: Sequence[float], hostile: Sequence[bool], recall: float) -> float | None:
    """Share of benign ones at or above the highest threshold that keeps the recall; None without both sides."""
    above = sorted((s for s, own in zip(scores, hostile, strict=True) if own), reverse=True)
    benign = [s for s, own in zip(scores, hostile, strict=True) if not own]
    if not above or not benign:
        return None
    threshold = above[math.ceil(recall * len(above)) - 1]
    return share([score >= threshold for score in benign])


def brier(forecasts: Sequence[float], hostile: Sequence[bool]) -> float:
    """Mean squared distance between forecast and outcome (Brier 1950, two-class form): 0 is best."""
    return sum((p - own) ** 2 for p, own in zip(forecasts, hostile, strict=True)) / len(forecasts)


def reliability(forecasts: Sequence[float], hostile: Sequence[bool], bins: int = 10) -> list[Bin]:
    """Forecasts in equal ranges beside the share that came true (Murphy and Winkler 1977); empty ranges left out."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for p, own in zip(forecasts, hostile, strict=True):
        held.setdefault(min(int(p * bins), bins - 1), []).append((p, own))
    return [
        Bin(i / bins, (i + 1) / bins, len(got), sum(p for p, _ in got) / len(got), sum(o for _, o in got) / len(got))
        for i, got in sorted(held.items())
    ]


def moved(forecast: float, base: float, to: float) -> float:
    """A probability stated at one base rate, restated at another by its odds (Bayes' rule; Saerens et al. 2002)."""
    p = min(max(forecast, 1e-12), 1 - 1e-12)
    odds = p / (1 - p) * (to / (1 - to)) / (base / (1 - base))
    return odds / (1 + odds)


def erde(alarms: Sequence[Alarm], hostile: Sequence[bool], o: int, false_alarm_cost: float | None = None) -> float:
    """Early risk detection error at delay o (Losada and Crestani 2016): 0 is best.

    A false alarm costs the share of hostile conversations unless another cost is given, a missed one 1, a right one
    1 - 1 / (1 + e^(k - o)) after k messages.
    """
    cost = sum(hostile) / len(hostile) if false_alarm_cost is None else false_alarm_cost
    whole = 0.0
    for k, own in zip(alarms, hostile, strict=True):
        if k is None:
            whole += own
        else:
            whole += 1 - 1 / (1 + math.exp(min(k - o, 700))) if own else cost
    return whole / len(alarms)


def penalty(k: float, k_max: int) -> float:
    """How much of the worth of an alarm is lost after k messages: 0 after the first, one half after `k_max`.

    -1 + 2 / (1 + e^(-p (k - 1))) with p = ln 3 / (k_max - 1) (Sadeque, Xu and Bethard 2018).
    """
    return -1 + 2 / (1 + math.exp(-math.log(3) / (k_max - 1) * (k - 1)))


def detection_delay(alarms: Sequence[Alarm], hostile: Sequence[bool]) -> float | None:
    """Median of the messages seen at the alarm, over hostile conversations with one; None without any."""
    right = [k for k, own in zip(alarms, hostile, strict=True) if own and k is not None]
    return statistics.median(right) if right else None


def f_latency(alarms: Sequence[Alarm], hostile: Sequence[bool], k_max: int) -> float:
    """F1 of the hostile class times (1 - median penalty of the right alarms) (Sadeque, Xu and Bethard 2018).

    It says nothing of how rare hostile conversations are: read it beside the false-positive rate.
    """
    right = [penalty(k, k_max) for k, own in zip(alarms, hostile, strict=True) if own and k is not None]
    if not right:
        return 0.0
    return f1([k is not None for k in alarms], list(hostile), wanted=True) * (1 - statistics.median(right))


def precision_at(recall: float, false_rate: float, base: float) -> float | None:
    """Share of alarms that are right where a share `base` is hostile (Axelsson 2000); None where nothing is alarmed."""
    right, wrong = recall * base, false_rate * (1 - base)
    return right / (right + wrong) if right + wrong else None


def before(alarms: Sequence[Alarm], leaks: Sequence[int | None]) -> float | None:
    """Recall before the first disclosure: of conversations that give something away, those alarmed before.

    leaks : messages of the other side before the disclosure; an alarm on the last of them still comes first.
    """
    return share([k is not None and k <= leak for k, leak in zip(alarms, leaks, strict=True) if leak is not None])


def upper_bound(hits: int, n: int, confidence: float = 0.95) -> float:
    """One-sided exact upper bound on a share (Clopper and Pearson 1934), by bisection; n >= 1."""
    low, high = hits / n, 1.0
    for _ in range(60):
        mid = (low + high) / 2
        tail = sum(math.comb(n, k) * mid**k * (1 - mid) ** (n - k) for k in range(hits + 1))
        low, high = (mid, high) if tail > 1 - confidence else (low, mid)
    return high
