"""The people of one simulated organisation and everything written to and among them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from random import Random

from counterlure.simulate.names import Namer
from counterlure.simulate.people import Desk, Firm, Invitation, Link, Person, Thread
from counterlure.simulate.scenes import Scene
from counterlure.simulate.texts import LANGUAGES, fill, load
from counterlure.simulate.thread import play, sender_slots, thread_of

DAY = 86400
SPAN_DAYS = 730
EXPORT_DAYS = 20
"""Archives are made within this many days before the end."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A scene between a stranger and a colleague, as played."""

    scene: str
    kind: str
    person: Person
    target: Person
    thread: Thread
    played: Scene | None


@dataclass(slots=True)
class Society:
    """An organisation under construction; the builders in `operation.py`, `strangers.py` and `inside.py` fill it."""

    seed: int
    until: date
    namer: Namer
    firm: Firm
    desks: list[Desk] = field(default_factory=list)
    personas: list[Person] = field(default_factory=list)
    lone: list[Person] = field(default_factory=list)
    honest: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    contacts: list[Contact] = field(default_factory=list)
    removed: dict[int, int] = field(default_factory=dict)
    members: int = 100_000_000

    def rng(self, *purpose: object) -> Random:
        """A generator of its own for each purpose, so that a change in one part leaves the others as they are."""
        return Random(f"{self.seed}/" + "/".join(map(str, purpose)))  # noqa: S311

    @property
    def end(self) -> int:
        """UTC epoch seconds of the last midnight."""
        return int(datetime(self.until.year, self.until.month, self.until.day, tzinfo=UTC).timestamp())

    @property
    def begin(self) -> int:
        """UTC epoch seconds of the first midnight."""
        return self.end - SPAN_DAYS * DAY

    def newcomer(self, firm: Firm, title: str, language: str, rng: Random) -> Person:
        """A person with the next name and number; who they are has no part in it."""
        given, family = self.namer.person()
        self.members += rng.randrange(1000, 900_000)
        tail = f"{rng.randrange(10)}{rng.randrange(16**6):06x}" if rng.random() < 0.7 else ""
        return Person(given, family, firm, title, language, self.members, tail)

    def new_firm(self, language: str, rng: Random) -> Firm:
        """The next invented firm, with a suffix of that language."""
        return Firm(self.namer.company(), rng.choice(load("names.yml")["suffixes"][language]))

    def desks_of(self, language: str) -> list[Desk]:
        """The desks of colleagues who write that language."""
        return [desk for desk in self.desks if desk.owner.language == language]

    def meet(
        self,
        scene: Scene,
        person: Person,
        desk: Desk,
        *,
        start: int,
        count: int,
        voice: str = "",
        extra: Mapping[str, str] | None = None,
    ) -> Contact:
        """Let a stranger play `count` lines of a scene to a colleague.

        voice : who chose the words and the slots; the stranger unless said otherwise.
        extra : slots that only this contact fills.
        """
        voice = voice or str(person.member)
        general = sender_slots(person, scene.language, self.namer.places, self.rng("slots", voice, scene.id))
        slots = general | dict(extra or {})
        lines = play(
            scene,
            person,
            desk.owner,
            slots,
            start=start,
            wording=self.rng("wording", voice, scene.id),
            pace=self.rng("pace", person.member, desk.owner.member),
            count=count,
        )
        thread = thread_of(scene, lines, (person, desk.owner), f"{self.seed}/{person.member}/{desk.owner.member}")
        if scene.invitation:
            note = fill(scene.invitation, slots | {"name": desk.owner.given})
            desk.invitations.append(Invitation(person, desk.owner, start - DAY, note))
            desk.links.append(Link(person, start - DAY // 2))
        return self.record(scene.id, scene.kind, person, desk, thread, scene)

    def record(
        self, scene: str, kind: str, person: Person, desk: Desk, thread: Thread, played: Scene | None
    ) -> Contact:
        """Put a thread with a stranger on the colleague's desk."""
        contact = Contact(scene, kind, person, desk.owner, thread, played)
        desk.threads.append(thread)
        self.contacts.append(contact)
        return contact

    def shows_removed(self, person: Person, at: int) -> bool:
        """Whether an archive made at that time shows the account as closed."""
        return self.removed.get(person.member, at + 1) <= at


def found(seed: int, until: date, colleagues: int) -> Society:
    """A new organisation with its colleagues at their desks, half of them writing each language."""
    naming = Random(f"{seed}/names")  # noqa: S311
    namer = Namer(naming)
    society = Society(seed, until, namer, Firm(namer.company(), "Systems"))
    rng = society.rng("colleagues")
    titles = load("population.yml")["titles"]
    for index in range(colleagues):
        language = LANGUAGES[index % 2]
        person = society.newcomer(society.firm, rng.choice(titles[language]["colleague"]), language, rng)
        exported_at = society.end - rng.randrange(3600, EXPORT_DAYS * DAY)
        society.desks.append(Desk(person, exported_at))
    return society
