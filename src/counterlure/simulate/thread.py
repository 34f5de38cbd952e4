"""From a scene and two people to a dated thread."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import blake2b
from html import escape
from random import Random

from counterlure.simulate.people import Person, Sent, Thread
from counterlure.simulate.scenes import Scene
from counterlure.simulate.texts import choose, fill, general_slots


def conversation_id(*parts: object) -> str:
    """A thread id of the platform's form, 58 characters; made from numbers, never from names."""
    digest = blake2b("/".join(map(str, parts)).encode(), digest_size=40).digest()
    return "2-" + b64encode(digest).decode("ascii")


def sender_slots(sender: Person, language: str, places: tuple[str, ...], rng: Random) -> dict[str, str]:
    """The slots that stay the same to whomever the sender writes in that language."""
    slots = general_slots(language, rng)
    slots["place"] = rng.choice(places)
    return slots | {
        "me": sender.name,
        "first": sender.given,
        "company": sender.firm.name,
        "mail": sender.mail,
        "link": f"https://{sender.firm.host}/{rng.randrange(100, 1000)}",
    }


def play(
    scene: Scene,
    sender: Person,
    target: Person,
    slots: Mapping[str, str],
    *,
    start: int,
    wording: Random,
    pace: Random,
    count: int,
) -> list[Sent]:
    """The first `count` lines of a scene between two people, from `start` on.

    wording : picks the alternatives; seeded by sender, so that a sender writes the same text to everybody.
    pace : stretches each wait by a factor of 0.5 to 1.5.
    """
    known = {**slots, "name": target.given, "family": target.family, "organisation": target.firm.name}
    sent: list[Sent] = []
    at = start
    for index, line in enumerate(scene.lines[:count]):
        at += int(line.after_seconds * (0.5 + pace.random()))
        text = fill(choose(line.text, wording), known)
        subject = fill(scene.subject, known) if index == 0 else ""
        if scene.html and not line.mine:
            text = inmail(text)
        sent.append(Sent(target if line.mine else sender, at, text, subject, line.attachment))
    return sent


def thread_of(scene: Scene, lines: list[Sent], people: tuple[Person, ...], key: str) -> Thread:
    """The thread of a played scene; its id is made from `key`."""
    return Thread(conversation_id(key), people, lines, title=lines[0].subject if scene.html else "")


def inmail(text: str) -> str:
    """The text as sponsored messages carry it: HTML with a paragraph per sentence and a bold start."""
    first, *rest = escape(text, quote=False).replace(" &amp;", "&nbsp;&amp;").split(". ")
    paragraphs = [f"<strong>{first}</strong>", *rest]
    return "".join(f'<p class="spinmail-quill-editor__spin-break">{part}<br></p>' for part in paragraphs)
