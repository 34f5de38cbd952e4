"""What tells the classes of the file apart without being a part of any profile, and how it is blocked.

Reported beside every figure. The counts that are the same for nearly all rows of a class are found in the file itself:
1,200 rows were made by one program, which filled some sections always and others never.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from counterlure.bench.profiles.dataset import CLASSES, LLM, NUMBERS, Profile

CONSTANT_FROM = 0.9
"""A number with one value in this share of a class is taken as a constant of the class."""
BLOCKED = {
    "empty header, and an Intro that says ChatGPT": "header and Intro are read for masking only, keys of cells never",
    "Photo, Connections and Followers, constants of a class": "never read",
    "sections always or never filled in by a class": "numbers that are constants of any class are left out",
    "missing text and missing numbers": "rows are judged apart by which of the two sections of text can be read, each"
    " against honest rows of its kind; a missing number is drawn from the known ones",
    "rows sorted by label": "rows are put in the order of their content",
    "templates shared by fakes": "near-duplicates stay on one side of every split, and weigh as one in training",
    "names, places, organisations, languages": "masked or never read; text in another language than English is not"
    " read, and the number of languages and of test scores does not count",
}
"""Leak -> how it is blocked."""


def constants(profiles: Sequence[Profile]) -> dict[str, list[str]]:
    """Numbers that are as good as constant in some class, each with these classes; missing counts as a value."""
    found: dict[str, list[str]] = {}
    for place, name in enumerate(NUMBERS):
        values: dict[str, Counter[float | None]] = {label: Counter() for label in CLASSES}
        for own in profiles:
            values[own.label][own.numbers[place]] += 1
        for label, counted in values.items():
            if counted and counted.most_common(1)[0][1] >= CONSTANT_FROM * counted.total():
                found.setdefault(name, []).append(label)
    return found


def report(profiles: Sequence[Profile], unreadable: dict[str, int]) -> dict[str, Any]:
    """What was found of the leaks in this file, and what was done."""
    return {
        "blocked": [{"leak": leak, "how": how} for leak, how in BLOCKED.items()],
        "headless": _by_class(profiles, "headless"),
        "intro_says_chatgpt": _by_class(profiles, "tells"),
        "headless_and_says": sum(own.headless and own.tells for own in profiles if own.label in LLM),
        "constants": constants(profiles),
        "without_readable_text": {
            label: sum(not any(own.written.read) for own in profiles if own.label == label) for label in CLASSES
        },
        "cells_unreadable": unreadable,
    }


def _by_class(profiles: Sequence[Profile], field: str) -> dict[str, int]:
    return {label: sum(getattr(own, field) for own in profiles if own.label == label) for label in CLASSES}
