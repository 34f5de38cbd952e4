"""The published curve of an LLM detector, computed anew from its scores: that our measures are the usual ones."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from counterlure.bench import early
from counterlure.bench.neal_logan import PROMPTS, Call
from counterlure.bench.published import published, same

LEAK_PROMPT = "balanced"


def curve(calls: Sequence[Call], prompt: str, k_max: int) -> dict[str, Any]:
    """The row of one prompt: AUC after k = 1 to `k_max` messages, macro F1, and what the alarms come to.

    The score after k messages is the highest so far; a call with fewer keeps its last. An alarm is a score at or above
    0.5; a false alarm costs the share of hostile calls.
    """
    hostile = [call.hostile for call in calls]
    risen = [early.running_max(call.scores[prompt][:k_max]) for call in calls]
    at = [[scores[min(k, len(scores)) - 1] for scores in risen] for k in range(1, k_max + 1)]
    alarms = [early.first_alarm(scores) for scores in risen]
    return {
        "auc": [early.auc(scores, hostile) for scores in at],
        "macro_f1": {k: early.macro_f1([s >= 0.5 for s in scores], hostile) for k, scores in enumerate(at, start=1)},
        "recall": early.rate(alarms, hostile, side=True),
        "false_rate": early.rate(alarms, hostile, side=False),
        "delay": early.detection_delay(alarms, hostile),
        "f_latency": early.f_latency(alarms, hostile, k_max),
        "erde5": early.erde(alarms, hostile, 5),
    }


def leaks(calls: Sequence[Call], prompt: str) -> dict[str, float | None]:
    """Hostile calls in which something leaks, the median turn of the first leak, and the share alarmed before it.

    A leak is any improper authentication, disclosure or action; shares in percent, turns from 0.
    """
    threats = [call for call in calls if call.hostile]
    leaking = [call for call in threats if call.leak is not None]
    if not leaking:
        return {"share": 0.0, "median_turn": None, "alarm_before": None}
    alarms = [early.first_alarm(early.running_max(call.scores[prompt])) for call in leaking]
    won = early.before(alarms, [call.leak for call in leaking])
    return {
        "share": 100 * len(leaking) / len(threats),
        "median_turn": statistics.median(call.leak_turn for call in leaking if call.leak_turn is not None),
        "alarm_before": None if won is None else 100 * won,
    }


def reproduce(calls: Sequence[Call]) -> dict[str, Any]:
    """All rows with the printed ones, and `reproduced`: whether every figure is the same to its printed decimals."""
    printed = published()["neal_logan"]
    rows = {prompt: curve(calls, prompt, printed["k_max"]) for prompt in PROMPTS}
    leaked = leaks(calls, LEAK_PROMPT)
    counts = {"hostile": sum(c.hostile for c in calls), "benign": sum(not c.hostile for c in calls)}
    agreed = [
        *(same(rows[prompt], printed["prompts"][prompt], 3) for prompt in PROMPTS),
        same(leaked, printed["leaks"], 1),
        counts == printed["calls"],
    ]
    return {"calls": counts, "rows": rows, "leaks": leaked, "printed": printed, "reproduced": all(agreed)}
