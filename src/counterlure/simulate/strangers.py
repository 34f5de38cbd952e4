"""The honest strangers: several for each colleague, of every trade that writes to professionals."""

from __future__ import annotations

from random import Random
from typing import Any

from counterlure.simulate.chatter import GREETINGS, SMALL_TALK, talk
from counterlure.simulate.people import Desk, Firm, Invitation, Link, Person, Sent, Thread
from counterlure.simulate.scenes import Scene, honest
from counterlure.simulate.society import DAY, EXPORT_DAYS, Society
from counterlure.simulate.texts import LANGUAGES, load
from counterlure.simulate.thread import conversation_id, sender_slots

PER_COLLEAGUE = 9
"""Honest strangers per colleague."""

CLOSED_SHARE = 0.015
"""Share of honest accounts that the platform or their owners close."""

_CHATTY = ("small_talk", "alumni")
_SHARING_FIRMS = {"recruiter": 3, "seller": 2, "expert_network": 4}
_FOLDERS = {"seller": ("INBOX", "INBOX", "INBOX", "SPAM"), "event": ("INBOX", "INBOX", "ARCHIVE", "SPAM")}


def plant(society: Society) -> None:
    """Let honest strangers write to the colleagues, each in the language of those it writes to."""
    rng = society.rng("strangers")
    kinds = load("population.yml")["strangers"]
    total = PER_COLLEAGUE * len(society.desks)
    for kind, entry in kinds.items():
        firms: dict[str, list[Firm]] = {language: [] for language in LANGUAGES}
        for index in range(max(2, round(total * entry["share"] / 100))):
            language = LANGUAGES[index % 2]
            if index // 2 % _SHARING_FIRMS.get(kind, 1) == 0:
                firms[language].append(society.new_firm(language, rng))
            _stranger(society, rng, kind, entry, firms[language][-1], language)


def _stranger(society: Society, rng: Random, kind: str, entry: dict[str, Any], firm: Firm, language: str) -> None:
    title = rng.choice(load("population.yml")["titles"][language][kind])
    person = society.newcomer(firm, title, language, rng)
    society.honest[kind].append(person)
    scene = rng.choice(honest(kind, language) or honest("small_talk", language))
    desks = society.desks_of(language)
    fewest, most = entry["reach"]
    chatty = kind in _CHATTY and rng.random() < 0.5
    last = 0
    for desk in rng.sample(desks, min(rng.randint(fewest, most), len(desks))):
        _greet(society, rng, person, desk)
        thread = _chat(society, rng, kind, person, desk) if chatty else _play(society, rng, scene, person, desk)
        thread.folder = rng.choice(_FOLDERS.get(kind, ("INBOX", "INBOX", "INBOX", "INBOX", "ARCHIVE")))
        last = max(last, thread.lines[-1].at)
    if rng.random() < CLOSED_SHARE:
        society.removed[person.member] = last + rng.randrange(5, 90) * DAY


def _moment(society: Society, rng: Random, duration_seconds: int) -> int:
    return rng.randrange(society.begin + 2 * DAY, society.end - EXPORT_DAYS * DAY - duration_seconds)


def _play(society: Society, rng: Random, scene: Scene, person: Person, desk: Desk) -> Thread:
    count = len(scene.lines) if rng.random() < 0.7 else rng.randint(1, len(scene.lines))
    start = _moment(society, rng, scene.duration_seconds)
    return society.meet(scene, person, desk, start=start, count=count).thread


def _chat(society: Society, rng: Random, kind: str, person: Person, desk: Desk) -> Thread:
    """A composed exchange of two to six messages, the stranger first."""
    at = _moment(society, rng, 30 * DAY)
    language = person.language
    lines: list[Sent] = []
    for turn in range(rng.randint(2, 6)):
        sender, other = (person, desk.owner) if turn % 2 == 0 else (desk.owner, person)
        text = talk(language, sender_slots(sender, language, society.namer.places, rng), rng, SMALL_TALK)
        greeting = rng.choice(GREETINGS[language]).format(other.given) if turn == 0 else ""
        lines.append(Sent(sender, at, greeting + text))
        at += rng.randrange(600, 4 * DAY)
    key = conversation_id(society.seed, person.member, desk.owner.member)
    thread = Thread(key, (person, desk.owner), lines)
    society.record("chatter", kind, person, desk, thread, None)
    return thread


def _greet(society: Society, rng: Random, person: Person, desk: Desk) -> None:
    """Half of the strangers ask to connect before they write; most of those are accepted."""
    if rng.random() < 0.5:
        return
    at = _moment(society, rng, 0)
    desk.invitations.append(Invitation(person, desk.owner, at))
    if rng.random() < 0.8:
        desk.links.append(Link(person, at + rng.randrange(3600, 3 * DAY)))
