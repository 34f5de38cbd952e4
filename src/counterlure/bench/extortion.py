"""When coercion begins in real extortion chats: what a reader noted, held beside what the judgement says."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib import resources
from typing import Any

import msgspec

from counterlure.bench.scorer import Judged
from counterlure.bench.talks import Talk
from counterlure.data_files import parse_yaml
from counterlure.model import Stage


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Positions of the first threat and the first demand of one chat; `coercion.yml` says what counts."""

    threat: int | None
    demand: int | None


@functools.cache
def marks() -> dict[str, Mark]:
    """The hand-read chats, "<group>/<file>" -> mark."""
    text = resources.files(__package__).joinpath("coercion.yml").read_text(encoding="utf-8")
    return msgspec.convert(parse_yaml(text), dict[str, Mark])


def dated(talks: Sequence[Talk], judged: Sequence[Judged]) -> dict[str, Any]:
    """Share of chats in which coercion is recognised, and how it is dated where a reader noted the first threat.

    `agreed` counts, of all chats read, a date at the first threat or demand of a ransom, and none where the
    reader noted neither: to demand a ransom is to coerce. `right` is the very message of the first threat; `at_demand`
    counts a date at the first demand where that came before any threat; `wrong` names each of the rest with both
    positions, and `unthreatening` what is said of chats in which nobody threatens.
    """
    ours = {talk.id: own.stages.get(Stage.COERCION) for talk, own in zip(talks, judged, strict=True)}
    read = {name: mark for name, mark in marks().items() if name in ours}
    threatened = {name: mark for name, mark in read.items() if mark.threat is not None}
    right = [name for name, mark in threatened.items() if ours[name] == mark.threat]
    demand = [n for n, m in threatened.items() if n not in right and ours[n] is not None and ours[n] == m.demand]
    return {
        "chats": len(ours),
        "recognised": sum(place is not None for place in ours.values()),
        "missed": sorted(name for name, place in ours.items() if place is None),
        "read": len(read),
        "threatened": len(threatened),
        "agreed": sum(
            ours[n] in {p for p in (m.threat, m.demand) if p is not None}
            or (ours[n] is None and m.threat is None and m.demand is None)
            for n, m in read.items()
        ),
        "right": len(right),
        "at_demand": len(demand),
        "wrong": [
            {"chat": name, "threat": mark.threat, "demand": mark.demand, "ours": ours[name]}
            for name, mark in threatened.items()
            if name not in right
        ],
        "unthreatening": [
            {"chat": name, "demand": mark.demand, "ours": ours[name]}
            for name, mark in read.items()
            if mark.threat is None
        ],
    }
