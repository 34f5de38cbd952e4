"""What colleagues write to each other, and the connections of each beyond those who wrote."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from counterlure.simulate.chatter import talk
from counterlure.simulate.people import Desk, Invitation, Link, Person, Sent, Thread
from counterlure.simulate.scenes import INSIDE, honest, scenes
from counterlure.simulate.society import DAY, Society
from counterlure.simulate.texts import LANGUAGES, load
from counterlure.simulate.thread import conversation_id, play, sender_slots, thread_of

PARTNERS = 3
"""Colleagues each one starts a thread with."""

_SCENE_SHARE = 0.3
_LONGEST_CHAT = 12


def plant(society: Society) -> None:
    """Threads between two colleagues and among a few, drafts, and everybody's connections."""
    rng = society.rng("inside")
    seen: set[frozenset[int]] = set()
    for desk in society.desks:
        for other in rng.sample(society.desks, min(PARTNERS + 1, len(society.desks))):
            pair = frozenset((desk.owner.member, other.owner.member))
            if other is not desk and pair not in seen:
                seen.add(pair)
                _pair(society, rng, desk, other)
    for index in range(len(society.desks) // 8):
        _circle(society, rng, index)
    _drafts(society, rng)
    _connections(society, rng)


def _moment(society: Society, rng: Random) -> int:
    return rng.randrange(society.begin, society.end - DAY)


def _pair(society: Society, rng: Random, desk: Desk, other: Desk) -> None:
    language = other.owner.language
    people = (desk.owner, other.owner)
    key = f"{society.seed}/{desk.owner.member}/{other.owner.member}"
    start = _moment(society, rng)
    if rng.random() < _SCENE_SHARE:
        scene = rng.choice([scene for kind in INSIDE for scene in honest(kind, language)])
        slots = sender_slots(desk.owner, language, society.namer.places, rng)
        slots["quote"] = _quote(society, rng, language)
        lines = play(scene, desk.owner, other.owner, slots, start=start, wording=rng, pace=rng, count=len(scene.lines))
        thread = thread_of(scene, lines, people, key)
    else:
        lines = _talk(society, rng, people, language, start, rng.randint(3, _LONGEST_CHAT))
        thread = Thread(conversation_id(key), people, lines)
    for side in (desk, other):
        side.threads.append(thread)
        side.links.append(Link(people[side is desk], start - DAY))
    if rng.random() < 0.5:
        asked = Invitation(desk.owner, other.owner, start - 2 * DAY)
        desk.invitations.append(asked)
        other.invitations.append(asked)


def _quote(society: Society, rng: Random, language: str) -> str:
    """An opening that the operation sent to somebody, as colleagues forward it."""
    openings = [
        contact.thread.lines[0].text
        for contact in society.contacts
        if contact.person in society.personas and scenes()[contact.scene].language == language
    ]
    return rng.choice(openings)


def _talk(society: Society, rng: Random, people: tuple[Person, ...], language: str, at: int, count: int) -> list[Sent]:
    lines = []
    for turn in range(count):
        sender = people[turn % len(people)]
        slots = sender_slots(sender, language, society.namer.places, rng)
        slots["company"] = rng.choice(society.honest["vendor"]).firm.name
        lines.append(Sent(sender, at, talk(language, slots, rng)))
        at += rng.randrange(60, 2 * DAY)
    return lines


def _circle(society: Society, rng: Random, index: int) -> None:
    desks = rng.sample(society.desks, min(4, len(society.desks)))
    people = tuple(desk.owner for desk in desks)
    language = rng.choice(LANGUAGES)
    lines = _talk(society, rng, people, language, _moment(society, rng), rng.randint(4, 9))
    title = rng.choice(load("fills.yml")[language]["event"])
    thread = Thread(conversation_id(society.seed, "circle", index), people, lines, title)
    for desk in desks:
        desk.threads.append(thread)


def _drafts(society: Society, rng: Random) -> None:
    """One in three colleagues leaves an answer unsent."""
    for desk in society.desks[::3]:
        thread = rng.choice(desk.threads)
        slots = sender_slots(desk.owner, desk.owner.language, society.namer.places, rng)
        text = talk(desk.owner.language, slots, rng)
        thread.lines.append(Sent(desk.owner, thread.lines[-1].at + DAY // 4, text, draft=True))


def _connections(society: Society, rng: Random) -> None:
    """Each desk gets connections among the other colleagues and in a common circle of acquaintances."""
    titles = load("population.yml")["titles"]
    circle = []
    for index in range(len(society.desks)):
        language = LANGUAGES[index % 2]
        firm = society.new_firm(language, rng)
        for _ in range(4):
            circle.append(society.newcomer(firm, rng.choice(titles[language]["small_talk"]), language, rng))
    for desk, neighbour in pairwise([*society.desks, society.desks[0]]):
        known = rng.sample(circle, min(rng.randint(15, 50), len(circle)))
        desk.links.extend(Link(person, _moment(society, rng)) for person in (*known, neighbour.owner))
