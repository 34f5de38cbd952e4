"""Scores of an LLM detector after each turn of a phone call, without the text: `neal_logan/detection_results_*.xlsx`.

2,016 threatening and 912 benign calls (MIT); the 96 benign calls on which the detector failed are left out. Speakers
alternate; the representative begins, so the caller's turns are 1, 3, 5, ...
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from counterlure.bench.workbooks import columns
from counterlure.errors import FormatError

SOURCE = "neal_logan"
SIDES = {"threat": True, "benign": False}
PROMPTS = ("balanced", "high_precision", "high_recall")
LEAKS = ("improper_authentication_by_turn", "improper_disclosure_by_turn", "improper_action_by_turn")


class Call(NamedTuple):
    """One call.

    scores : by prompt, the probability of social engineering after each message of the caller.
    leak : messages of the caller before the first improper authentication, disclosure or action; None without one.
    leak_turn : the turn, from 0, in which it happens.
    """

    hostile: bool
    scores: dict[str, list[float]]
    leak: int | None
    leak_turn: int | None


def read(folder: Path) -> list[Call]:
    """The calls on which the detector succeeded; `FormatError` names the row whose scores are no list of numbers."""
    names = [f"social_engineering__{prompt}__p_detected" for prompt in PROMPTS]
    calls = []
    for side, hostile in SIDES.items():
        file = folder / f"detection_results_{side}_detection_metadata.xlsx"
        for number, (status, *cells) in columns(file, ("detection_status", *names, *LEAKS)):
            if status == "success":
                calls.append(_call(f"{file}:{number}", hostile, cells))
    return calls


def _call(where: str, hostile: bool, cells: list[object]) -> Call:
    try:
        by_turn = [json.loads(str(cell)) for cell in cells[: len(PROMPTS)]]
        scores = [[float(value) for value in turns if value is not None] for turns in by_turn]
        leaks = [[int(part) for part in str(cell).split(",")] for cell in cells[len(PROMPTS) :]]
    except (ValueError, TypeError) as error:
        raise FormatError(where, f"{error}; scores are JSON lists, leaks are numbers with commas") from error
    turn = next((i for i, counts in enumerate(zip(*leaks, strict=False)) if any(counts)), None)
    before = None if turn is None else sum(value is not None for value in by_turn[0][:turn])
    return Call(hostile, dict(zip(PROMPTS, scores, strict=True)), before, turn)
