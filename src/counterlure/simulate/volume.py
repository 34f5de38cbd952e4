"""Many large ordinary archives for measuring speed, with a hostile scene about once in 20,000 conversations.

Rows are joined by hand instead of through `csv`, at a few microseconds each; a test reads them back.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TextIO

from counterlure.simulate.forms import start_empty
from counterlure.simulate.inbox import Composer, Correspondent, Crowd
from counterlure.simulate.layouts import (
    MESSAGE_HEADERS,
    PROFILE_HEADERS,
    InvitationLine,
    Vintage,
    invitations_csv,
    table,
)
from counterlure.simulate.names import full_book
from counterlure.simulate.organisation import UNTIL
from counterlure.simulate.people import Firm, Person
from counterlure.simulate.scenes import Scene, scenes
from counterlure.simulate.texts import LANGUAGES
from counterlure.simulate.thread import play, sender_slots
from counterlure.simulate.truth import Colleague, Delivery, Persona, Reach, Truth, write_truth

RARITY = 20_000
"""Ordinary conversations for each hostile one."""

VINTAGES = (Vintage.Y2023, Vintage.Y2025, Vintage.Y2026)

_DAY = 86400
_SPAN_SECONDS = 730 * _DAY
_MEAN_LENGTH = 2.9  # messages per ordinary conversation, by counting
_INVITED = 40  # conversations for each invitation kept

Said = tuple[bool, int, str]
"""(written by the owner, UTC epoch seconds, text)."""


def write_volume(into: Path, *, archives: int, messages: int, seed: int) -> Truth:
    """Write `archives` folders of exactly `messages` messages each below `into`; same arguments, same bytes.

    Each folder is named as the platform names its exports, one day apart, and holds messages.csv in one of the three
    newest layouts, Invitations.csv and Profile.csv. `truth.json` lists the hostile contacts, not the honest ones.
    """
    if min(archives, messages) < 1:
        raise ValueError(f"archives is {archives} and messages is {messages}; both are at least 1")
    start_empty(into)
    volume = _Volume(into, seed)
    for index in range(archives):
        volume.archive(index, messages)
    truth = Truth(
        seed=seed,
        until=UNTIL.isoformat(),
        organisation=volume.firm.name,
        colleagues=tuple(volume.colleagues),
        personas=tuple(volume.personas),
        lone=(),
        honest={},
        reached=tuple(volume.reached),
        deliveries=tuple(volume.deliveries),
        messages=archives * messages,
        conversations=volume.conversations,
        names=full_book(),
    )
    write_truth(truth, into / "truth.json")
    return truth


@dataclass
class _Volume:
    """What the archives of one run share."""

    into: Path
    seed: int
    conversations: int = 0
    colleagues: list[Colleague] = field(default_factory=list)
    personas: list[Persona] = field(default_factory=list)
    reached: list[Reach] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = Random(f"{self.seed}/volume")  # noqa: S311
        self.firm = self._firm()
        self.composer = Composer(self.rng)
        self.crowd = Crowd(self.rng)
        self.hostile = [scene for scene in scenes().values() if scene.hostile and not scene.lone]

    def archive(self, index: int, messages: int) -> None:
        """Write one folder."""
        owner = self._person(LANGUAGES[index % 2])
        vintage = VINTAGES[index % len(VINTAGES)]
        end = int(datetime(UNTIL.year, UNTIL.month, UNTIL.day, tzinfo=UTC).timestamp()) - index * _DAY
        name = f"Complete_LinkedInDataExport_{datetime.fromtimestamp(end, UTC):%m-%d-%Y}"
        folder = self.into / name
        folder.mkdir()
        with (folder / "messages.csv").open("w", encoding="utf-8", newline="") as out:
            out.write(table(MESSAGE_HEADERS[vintage], [], quoted=vintage is Vintage.Y2026))
            invitations = self._inbox(out, owner, vintage, end, messages)
        (folder / "Invitations.csv").write_text(invitations_csv(vintage, invitations), "utf-8", newline="")
        values = {"First Name": owner.given, "Last Name": owner.family, "Headline": owner.title}
        profile = table(PROFILE_HEADERS[vintage], [[values.get(key, "") for key in PROFILE_HEADERS[vintage]]])
        (folder / "Profile.csv").write_text(profile, "utf-8", newline="")
        self.colleagues.append(Colleague(owner.url, owner.name, owner.title, owner.language, owner.member))
        self.deliveries.append(Delivery(owner.url, (name,), vintage, "folder", end, messages))

    def _inbox(self, out: TextIO, owner: Person, vintage: Vintage, end: int, messages: int) -> list[InvitationLine]:
        """Write the messages, newest conversation first, and return the invitations."""
        rng, row = self.rng, _ROWS[vintage]
        step = max(1, int(2 * 0.9 * _SPAN_SECONDS * _MEAN_LENGTH / messages))
        first = self.crowd.newcomer()
        invitations = [_invitation(first, owner, end - _DAY, outgoing=True)]
        at, left, mine = end, messages, Correspondent(owner.given, owner.name, owner.url)
        while left:
            at -= rng.randrange(step) + 1
            key = "2-" + b64encode(rng.randbytes(40)).decode("ascii")
            scene = self._due(owner.language, left)
            other, said = self._play(scene, owner, at, key) if scene else self._ordinary(owner, at)
            said = said[:left]
            left -= len(said)
            self.conversations += 1
            out.writelines(
                row(key, *((mine, other) if by_owner else (other, mine)), _date(moment), text)
                for by_owner, moment, text in reversed(said)
            )
            if self.conversations % _INVITED == 0 and other.url:
                invitations.append(_invitation(other, owner, said[0][1] - _DAY, outgoing=False))
        return invitations

    def _ordinary(self, owner: Person, at: int) -> tuple[Correspondent, list[Said]]:
        rng = self.rng
        kind = self.composer.kind()
        other = self.crowd.anybody(kind)
        language = owner.language if rng.random() < 0.7 else rng.choice(LANGUAGES)
        texts = self.composer.conversation(kind, language, other.given, owner.given)
        moments = [at]
        for _ in texts[1:]:
            moments.append(moments[-1] - rng.randrange(60, 2 * _DAY))
        return other, [(mine, moment, text) for (mine, text), moment in zip(texts, reversed(moments), strict=True)]

    def _due(self, language: str, left: int) -> Scene | None:
        """The next hostile scene, once enough ordinary conversations have passed and where it still fits."""
        if self.conversations // RARITY + (self.conversations % RARITY >= RARITY // 2) <= len(self.reached):
            return None
        fitting = [scene for scene in self.hostile if scene.language == language and len(scene.lines) <= left]
        return self.rng.choice(fitting) if fitting else None

    def _play(self, scene: Scene, owner: Person, at: int, key: str) -> tuple[Correspondent, list[Said]]:
        person, rng = self._person(scene.language), self.rng
        slots = sender_slots(person, scene.language, full_book().places, rng) | {"second": self._person("en").name}
        count = len(scene.lines)
        start = at - scene.duration_seconds
        lines = play(scene, person, owner, slots, start=start, wording=rng, pace=rng, count=count)
        self.personas.append(Persona(person.url, person.name, person.title, person.firm.name, None))
        self.reached.append(
            Reach(
                account=person.url,
                target=owner.url,
                conversation=key,
                scene=scene.id,
                kind=scene.kind,
                hostile=True,
                reading=scene.reading,
                language=scene.language,
                first_at=lines[0].at,
                last_at=lines[-1].at,
                messages_in=sum(line.sender is person for line in lines),
                messages_out=sum(line.sender is owner for line in lines),
                shown="url",
                stage=scene.stage(count),
                ends=scene.ends,
            )
        )
        said = [(line.sender is owner, line.at, line.text) for line in lines]
        return Correspondent(person.given, person.name, person.url), said

    def _firm(self) -> Firm:
        return Firm(self.rng.choice(full_book().companies), "Systems")

    def _person(self, language: str) -> Person:
        book, rng = full_book(), self.rng
        tail = f"{rng.randrange(10)}{rng.randrange(16**9):09x}"
        member = rng.randrange(10**8, 10**9)
        firm = self._firm()
        return Person(rng.choice(book.given), rng.choice(book.family), firm, "Consultant", language, member, tail)


def _invitation(other: Correspondent, owner: Person, at: int, *, outgoing: bool) -> InvitationLine:
    names, urls = (owner.name, other.name), (owner.url, other.url)
    members = (owner.member, 1000 + at % 10**8)
    if not outgoing:
        names, urls, members = names[::-1], urls[::-1], members[::-1]
    return InvitationLine(*names, at, "", outgoing, *urls, *members)


_DAYS: dict[int, str] = {}


def _date(at: int) -> str:
    """The same as `layouts.utc_time`, with the day remembered."""
    day, second = divmod(at, _DAY)
    text = _DAYS.get(day)
    if text is None:
        text = _DAYS[day] = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"
    return f"{text} {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02} UTC"


def _cell(text: str) -> str:
    if '"' in text:
        return '"' + text.replace('"', '""') + '"'
    return f'"{text}"' if "," in text else text


def _row_2023(key: str, sender: Correspondent, to: Correspondent, date: str, text: str) -> str:
    return f"{key},,{sender.name},{sender.url},{to.name},{to.url},{date},,{_cell(text)},INBOX\n"


def _row_2025(key: str, sender: Correspondent, to: Correspondent, date: str, text: str) -> str:
    return f"{key},,{sender.name},{sender.url},{to.name},{to.url},{date},,{_cell(text)},INBOX,No\n"


def _row_2026(key: str, sender: Correspondent, to: Correspondent, date: str, text: str) -> str:
    text = text.replace('"', '""')
    people = f'"{sender.name}","{sender.url}","{to.name}","{to.url}"'
    return f'"{key}","",{people},"{date}","","{text}","INBOX","","No","No"\n'


_ROWS: dict[Vintage, Callable[[str, Correspondent, Correspondent, str, str], str]] = {
    Vintage.Y2023: _row_2023,
    Vintage.Y2025: _row_2025,
    Vintage.Y2026: _row_2026,
}
