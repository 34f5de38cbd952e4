"""Detectors: functions from the case to findings, listed in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from counterlure.case.read import CaseReader
from counterlure.detect import employer, removed
from counterlure.detect.base import TALK, Detected, Talks, allowed_columns
from counterlure.detect.conversation import find as conversations
from counterlure.detect.coordination import same_text, several_targets, shared_targets
from counterlure.detect.processes import case_here, side_by_side
from counterlure.detect.profile import career, counters, held_roles, history, identifiers, portraits, same_words

Detector = Callable[[CaseReader, Detected], Detected]

DETECTORS: dict[str, Detector] = {
    "conversation": conversations.find,
    "several_targets": several_targets.find,
    "same_text": same_text.find,
    "shared_targets": shared_targets.find,
    "removed": removed.find,
    "employer": employer.find,
    "career": career.find,
    "counters": counters.find,
    "held_roles": held_roles.find,
    "identifiers": identifiers.find,
    "history": history.find,
    "same_words": same_words.find,
    "portraits": portraits.find,
}
"""Name -> detector, in the order they run; each sees what the ones before it found."""

# They look at nothing that others found, the slowest first: a large case is read by them and the rules side by side.
_ALONE = ("same_text", "several_targets", "removed")


def run(
    case: CaseReader, register: Path | None = None, workers: int = 2, *, index: Path | None = None, case_id: str = ""
) -> Iterator[tuple[str, Detected]]:
    """Runs every detector; yields (name, everything seen so far) after each, so that progress can be shown.

    register : a company register for the employer detector. index : of organisations of other cases; case_id : of this.
    workers : processes to use on a large case; the result does not depend on it.
    """
    seen = Detected()
    with side_by_side(case, workers) as pool:
        settings: dict[str, Detector] = {
            "conversation": partial(conversations.find, pool=pool),
            "employer": partial(employer.find, register=register, index=index, case_id=case_id),
        }
        begun = {name: pool.submit(_find, name) for name in _ALONE} if pool else {}
        for name, detector in DETECTORS.items():
            seen.add(begun[name].result() if name in begun else settings.get(name, detector)(case, seen))
            yield name, seen


def _find(name: str) -> Detected:
    return DETECTORS[name](case_here(), Detected())


__all__ = ["DETECTORS", "TALK", "Detected", "Detector", "Talks", "allowed_columns", "run"]
