"""Detectors: functions from the case to findings, listed in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from counterlure.case.read import CaseReader
from counterlure.detect import employer, removed
from counterlure.detect.base import Detected, allowed_columns
from counterlure.detect.conversation import find as conversations
from counterlure.detect.coordination import same_text, several_targets, shared_targets

Detector = Callable[[CaseReader, Detected], Detected]

DETECTORS: dict[str, Detector] = {
    "conversation": conversations.find,
    "several_targets": several_targets.find,
    "same_text": same_text.find,
    "shared_targets": shared_targets.find,
    "removed": removed.find,
    "employer": employer.find,
}
"""Name -> detector, in the order they run; each sees what the ones before it found."""


def run(case: CaseReader, register: Path | None = None, workers: int = 2) -> Iterator[tuple[str, Detected]]:
    """Runs every detector; yields (name, everything seen so far) after each, so that progress can be shown.

    register : a company register for the employer detector.
    workers : processes for the conversation detector on a large case.
    """
    settings: dict[str, Detector] = {
        "conversation": partial(conversations.find, workers=workers),
        "employer": partial(employer.find, register=register),
    }
    seen = Detected()
    for name, detector in DETECTORS.items():
        seen.add(settings.get(name, detector)(case, seen))
        yield name, seen


__all__ = ["DETECTORS", "Detected", "Detector", "allowed_columns", "run"]
