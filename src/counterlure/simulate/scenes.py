"""The conversation scenes: hand-written threads between one stranger and one colleague."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec

from counterlure.errors import RuleError
from counterlure.model import Reading, Stage, Terminal
from counterlure.simulate.texts import LANGUAGES, check_slots, load

INSIDE = ("colleague", "security_colleague")
"""Kinds of scene that colleagues play among themselves."""

_COMMERCIAL = ("recruiter", "seller", "expert_network", "conference", "vendor", "event")
_UNITS = {"m": 60, "h": 3600, "d": 86400}
_AFTER = re.compile(r"(\d+)([mhd])")


class Line(msgspec.Struct, frozen=True):
    """One message of a scene.

    mine : written by the colleague rather than by the stranger.
    after_seconds : wait since the line before.
    stages : what it shows, empty in honest scenes.
    """

    mine: bool
    text: str
    after_seconds: int
    stages: tuple[Stage, ...] = ()
    attachment: bool = False


class Scene(msgspec.Struct, frozen=True):
    """One thread; `lone` scenes belong to a single hostile account outside the operation."""

    id: str
    kind: str
    language: str
    hostile: bool
    reading: Reading
    lines: tuple[Line, ...]
    ends: Terminal | None = None
    subject: str = ""
    invitation: str = ""
    html: bool = False
    lone: bool = False

    def stage(self, count: int) -> Stage | None:
        """The highest stage shown by the first `count` lines."""
        shown = [stage for line in self.lines[:count] for stage in line.stages]
        return max(shown, key=lambda stage: stage.rank, default=None)

    @property
    def duration_seconds(self) -> int:
        """From the first line to the last at the slowest pace `thread.play` allows, half as long again as written."""
        return sum(line.after_seconds for line in self.lines) * 3 // 2


@cache
def scenes() -> dict[str, Scene]:
    """Every scene by id; `RuleError` names the file and scene that is wrong."""
    found: dict[str, Scene] = {}
    for side in ("hostile", "honest"):
        for language in LANGUAGES:
            name = f"{side}_{language}.yml"
            for raw in load(name):
                scene = _scene(name, raw, side == "hostile", language)
                if scene.id in found:
                    raise RuleError(f"{name}: scene {scene.id!r} occurs twice")
                found[scene.id] = scene
    return found


def honest(kind: str, language: str) -> list[Scene]:
    """The honest scenes of one kind in one language."""
    return [s for s in scenes().values() if not s.hostile and s.kind == kind and s.language == language]


def _scene(name: str, raw: dict[str, Any], hostile: bool, language: str) -> Scene:
    where = f"{name}: {raw.get('id')}"
    try:
        lines = tuple(_line(where, item) for item in raw["lines"])
        return Scene(
            id=raw["id"],
            kind=raw["kind"],
            language=language,
            hostile=hostile,
            reading=Reading(raw["reading"]) if hostile else _honest_reading(raw["kind"]),
            lines=lines,
            ends=Terminal(raw["ends"]) if "ends" in raw else None,
            subject=check_slots(where, raw.get("subject", "")),
            invitation=check_slots(where, raw.get("invitation", "")),
            html=raw.get("html", False),
            lone=raw.get("lone", False),
        )
    except (KeyError, ValueError, TypeError) as fault:
        raise RuleError(f"{where}: {type(fault).__name__} {fault}") from fault


def _honest_reading(kind: str) -> Reading:
    return Reading.COMMERCIAL if kind in _COMMERCIAL else Reading.ORDINARY


def _line(where: str, raw: dict[str, Any]) -> Line:
    mine = "me" in raw
    stages = raw.get("stage", [])
    return Line(
        mine=mine,
        text=check_slots(where, raw["me" if mine else "them"]),
        after_seconds=_seconds(raw.get("after", "0m")),
        stages=tuple(Stage(stage) for stage in ([stages] if isinstance(stages, str) else stages)),
        attachment=raw.get("attachment", False),
    )


def _seconds(text: str) -> int:
    found = _AFTER.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no time such as 20m, 5h or 3d")
    return int(found[1]) * _UNITS[found[2]]
