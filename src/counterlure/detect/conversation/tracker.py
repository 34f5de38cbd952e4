"""The state of one conversation: stages that only move forward, and the findings its tags add up to."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from importlib import resources
from typing import NamedTuple

import msgspec

from counterlure.detect.conversation.rules import known_tags, read_yaml
from counterlure.detect.conversation.thread import Mark, Turn, evidence
from counterlure.detect.places import Cited
from counterlure.errors import RuleError
from counterlure.model import STAGES, Evidence, Stage, StageStep, Terminal

BEYOND_RAPPORT = frozenset(STAGES) - {Stage.TARGETING, Stage.APPROACH, Stage.RAPPORT}
TELLING = BEYOND_RAPPORT - {Stage.INDUCEMENT}
MANY_STAGES = 3


class Combination(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of `combinations.yml`, where its fields are explained."""

    kind: str
    score: float
    all: list[str] = []
    then: list[str] = []
    none: list[str] = []


class Combinations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`combinations.yml` as a whole."""

    decisive: list[str]
    implies: dict[str, Stage]
    findings: list[Combination]


class Seen(NamedTuple):
    """One combination found in a thread, with a mark for each of its groups."""

    kind: str
    score: float
    marks: tuple[Mark, ...]


@functools.cache
def combinations() -> Combinations:
    """The shipped combinations; RuleError names a tag that no rule can show."""
    read = read_yaml(resources.files(__package__) / "combinations.yml")
    try:
        loaded = msgspec.convert(read, Combinations)
    except msgspec.ValidationError as error:
        raise RuleError(f"combinations.yml: {error}") from error
    known = known_tags()
    used = {"decisive": loaded.decisive, "implies": list(loaded.implies)}
    used |= {e.kind: [t for group in [*e.all, *e.then, *e.none] for t in group.split("|")] for e in loaded.findings}
    for entry, tags in used.items():
        for tag in tags:
            if tag not in known:
                raise RuleError(f"combinations.yml: {entry}: tag {tag!r} is not in tags.yml")
    return loaded


def stages_of(tag: str) -> Stage | None:
    """The stage a tag is, or implies; None for tactics and the other signs."""
    if known_tags()[tag] == "stage":
        return Stage(tag)
    return combinations().implies.get(tag)


def steps(turns: Sequence[Turn], marks: Sequence[Mark], cite: Callable[[Turn], Cited]) -> tuple[StageStep, ...]:
    """The first mark of each stage, in order of appearance; the highest stage is the conversation's state."""
    found: dict[Stage, StageStep] = {}
    for mark in marks:
        stage = stages_of(mark.tag)
        if stage is not None and stage not in found:
            turn = turns[mark.turn]
            proof: Evidence = evidence(turn, mark, cite(turn), stage)
            found[stage] = StageStep(stage, turn.at, proof)
    return tuple(found.values())


def seen(marks: Sequence[Mark]) -> list[Seen]:
    """Every combination the marks add up to, in the order of `combinations.yml`."""
    first: dict[str, Mark] = {}
    for mark in marks:
        first.setdefault(mark.tag, mark)
    found = []
    for entry in combinations().findings:
        if any(tag in first for tag in entry.none):
            continue
        chosen = _in_order(entry.then, marks) if entry.then else _anywhere(entry.all, first)
        if chosen:
            found.append(Seen(entry.kind, entry.score, chosen))
    return found + _many_stages(marks)


def _anywhere(groups: list[str], first: dict[str, Mark]) -> tuple[Mark, ...]:
    chosen = []
    for group in groups:
        candidates = [first[tag] for tag in group.split("|") if tag in first]
        if not candidates:
            return ()
        chosen.append(min(candidates, key=lambda mark: (mark.turn, mark.start)))
    return tuple(chosen)


def _in_order(groups: list[str], marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """One mark for each group, each later than the one before (by position, then by turn)."""
    chosen: list[Mark] = []
    position = (-1, -1)
    for group in groups:
        tags = group.split("|")
        mark = next((m for m in marks if m.tag in tags and (m.turn, m.start) > position), None)
        if mark is None:
            return ()
        chosen.append(mark)
        position = (mark.turn, mark.start)
    return tuple(chosen)


def _many_stages(marks: Sequence[Mark]) -> list[Seen]:
    first: dict[Stage, Mark] = {}
    for mark in marks:
        stage = stages_of(mark.tag)
        if stage in TELLING:
            first.setdefault(stage, mark)
    if len(first) < MANY_STAGES:
        return []
    return [Seen("many_stages", 1.0, tuple(first.values()))]


def terminal(marks: Sequence[Mark], removed: bool) -> Terminal | None:
    """How the conversation ended: what the target said last, or that the account is gone.

    That the target complied matters more to the target than that the account vanished afterwards.
    """
    last = next((m.tag for m in reversed(marks) if m.tag in ("refuses", "complies", "discloses")), None)
    if last in ("complies", "discloses"):
        return Terminal.COMPLIED
    if removed:
        return Terminal.VANISHED
    return Terminal.REFUSED if last == "refuses" else None
