"""Coercion dated by hand and by the judgement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from counterlure.bench import extortion
from counterlure.bench.scorer import Judged
from counterlure.model import Stage
from tests.bench.corpora import talk


@dataclass
class Own:
    """A judgement of which only the stages matter."""

    stages: dict[Stage, int]


def dated(places: dict[str, int | None]) -> dict[str, Any]:
    talks = [talk(name, "x", source="ransomchats") for name in places]
    own = [Own({} if place is None else {Stage.COERCION: place}) for place in places.values()]
    return extortion.dated(talks, cast(list[Judged], own))


def test_fifty_chats_were_read():
    marks = extortion.marks()
    assert len(marks) == 50
    assert list(marks) == sorted(marks)
    assert sum(mark.threat is None for mark in marks.values()) == 8


def test_only_the_very_message_is_right():
    read = {name: mark for name, mark in extortion.marks().items() if mark.threat is not None}
    exact = dated({name: mark.threat for name, mark in read.items()})
    assert (exact["right"], exact["threatened"], exact["wrong"], exact["missed"]) == (42, 42, [], [])
    beside = dated({name: cast(int, mark.threat) + 1 for name, mark in read.items()})
    assert beside["right"] == 0


def test_a_miss_a_date_at_the_demand_and_a_quiet_chat_are_named():
    found = dated({"Avaddon/20210518_3.json": 2, "REvil/20210630.json": None, "trinity/0014.json": 3, "other.json": 9})
    assert (found["chats"], found["recognised"], found["missed"]) == (4, 3, ["REvil/20210630.json"])
    assert (found["read"], found["threatened"], found["right"], found["at_demand"], found["agreed"]) == (3, 2, 0, 1, 2)
    assert found["wrong"] == [
        {"chat": "Avaddon/20210518_3.json", "threat": 40, "demand": 2, "ours": 2},
        {"chat": "REvil/20210630.json", "threat": 41, "demand": 4, "ours": None},
    ]
    assert found["unthreatening"] == [{"chat": "trinity/0014.json", "demand": 3, "ours": 3}]
