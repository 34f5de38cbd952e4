"""The operation: twelve personas run by one hand, and a few hostile accounts that act alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from counterlure.simulate.people import Desk, Person
from counterlure.simulate.scenes import Scene, scenes
from counterlure.simulate.society import DAY, EXPORT_DAYS, Society
from counterlure.simulate.texts import LANGUAGES, load

POOL_SHARE = 0.35
"""Share of the colleagues the operation takes an interest in: they meet several personas each."""

QUIET_DAYS = 60
"""The operation ends this long before the archives are made, so that every scene is complete."""

LATE_DAYS = 180
"""The operation starts this long after the first message of the archives."""


@dataclass(slots=True)
class _Plan:
    """What the steps of one operation share; `met` says when each persona last wrote to whom."""

    society: Society
    rng: Random
    pool: list[Desk]
    met: list[dict[int, int]] = field(default_factory=list)


def plant(society: Society) -> None:
    """Let the operation and the lone hostile accounts write to the colleagues."""
    rng = society.rng("operation")
    script = load("operation.yml")
    society.personas.extend(_persona(society, rng) for _ in script)
    plan = _Plan(society, rng, _pool(society, rng))
    for index, entry in enumerate(script):
        plan.met.append(_run(plan, index, entry))
    for scene in scenes().values():
        if scene.lone:
            _alone(society, rng, scene)


def _pool(society: Society, rng: Random) -> list[Desk]:
    size = max(3, round(len(society.desks) * POOL_SHARE / len(LANGUAGES)))
    sides = (society.desks_of(language) for language in LANGUAGES)
    return [desk for side in sides for desk in rng.sample(side, min(size, len(side)))]


def _persona(society: Society, rng: Random) -> Person:
    language = rng.choice(LANGUAGES)
    title = rng.choice(load("population.yml")["titles"][language]["persona"])
    return society.newcomer(society.new_firm(language, rng), title, language, rng)


def _run(plan: _Plan, index: int, entry: dict[str, Any]) -> dict[int, int]:
    society, rng, person = plan.society, plan.rng, plan.society.personas[index]
    partner = {"second": society.personas[entry["partner"]].name} if "partner" in entry else {}
    met: dict[int, int] = {}
    for turn, desk in enumerate(_chosen(plan, entry)):
        language = desk.owner.language
        scene = scenes()[entry[language]]
        contact = society.meet(
            scene,
            person,
            desk,
            start=_start(plan, entry, desk, scene),
            count=len(scene.lines) if turn == 0 else _depth(scene, rng),
            voice=f"persona-{entry.get('echo', index)}",
            extra=partner,
        )
        met[desk.owner.member] = contact.thread.lines[-1].at
    if entry.get("removed") is True:
        society.removed[person.member] = max(met.values()) + 2 * DAY
    elif entry.get("removed") == "partly":
        society.removed[person.member] = society.end - EXPORT_DAYS // 2 * DAY
    return met


def _chosen(plan: _Plan, entry: dict[str, Any]) -> list[Desk]:
    """The colleagues one persona writes to: those its predecessor handed over, then others of the pool."""
    before = plan.met[entry["follows"]] if "follows" in entry else {}
    handed = [desk for desk in plan.pool if desk.owner.member in before]
    others = [desk for desk in plan.pool if desk not in handed and desk.owner.language in entry]
    wanted = max(entry["reach"] - len(handed), 0)
    return handed + plan.rng.sample(others, min(wanted, len(others)))


def _start(plan: _Plan, entry: dict[str, Any], desk: Desk, scene: Scene) -> int:
    before: int | None = plan.met[entry["follows"]].get(desk.owner.member) if "follows" in entry else None
    if before is not None:
        return before + DAY
    society = plan.society
    latest = society.end - (EXPORT_DAYS + QUIET_DAYS) * DAY - scene.duration_seconds
    return plan.rng.randrange(society.begin + LATE_DAYS * DAY, latest)


def _depth(scene: Scene, rng: Random) -> int:
    """How many lines are played: often all, sometimes the opening alone, where the colleague does not answer."""
    drawn = rng.random()
    if drawn < 0.25:
        return 1
    return len(scene.lines) if drawn > 0.6 else rng.randrange(1, len(scene.lines)) + 1


def _alone(society: Society, rng: Random, scene: Scene) -> None:
    person = _persona(society, rng)
    society.lone.append(person)
    latest = society.end - (EXPORT_DAYS + QUIET_DAYS) * DAY - scene.duration_seconds
    start = rng.randrange(society.begin, latest)
    society.meet(scene, person, rng.choice(society.desks_of(scene.language)), start=start, count=len(scene.lines))
