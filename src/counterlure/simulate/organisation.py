"""A whole organisation on disk: what colleagues handed in, and the truth beside it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from counterlure.model import Reading
from counterlure.simulate import inside, operation, strangers
from counterlure.simulate.archive import files_of, view
from counterlure.simulate.captures import write_captures
from counterlure.simulate.forms import Form, hand_in, start_empty
from counterlure.simulate.layouts import MessageLine, Vintage
from counterlure.simulate.people import Desk, Person
from counterlure.simulate.society import DAY, Contact, Society, found
from counterlure.simulate.texts import fill, load
from counterlure.simulate.thread import sender_slots
from counterlure.simulate.truth import Colleague, Delivery, Persona, Reach, Truth, write_truth

UNTIL = date(2026, 10, 31)
"""The last day of every simulation, unless said otherwise; never the clock."""

PLAN = (
    (Vintage.Y2026, Form.ZIP),
    (Vintage.Y2025, Form.ZIP),
    (Vintage.Y2023, Form.FOLDER),
    (Vintage.Y2026, Form.INNER),
    (Vintage.Y2022, Form.ZIP),
    (Vintage.Y2025, Form.LOOSE),
    (Vintage.Y2026, Form.TWO_PARTS),
    (Vintage.Y2018, Form.ZIP),
    (Vintage.Y2023, Form.ZIP_AGAIN),
    (Vintage.Y2025, Form.FOLDER),
    (Vintage.Y2023, Form.RESAVED),
    (Vintage.Y2026, Form.ZIP_TWICE),
)
"""Layout and form of each delivery in turn."""

UNREGISTERED_SHARE = 0.12
"""Share of honest firms too small or too young to be in the register."""

_REPORTED_HOSTILE, _REPORTED_HONEST = 6, 14


def write_organisation(into: Path, *, seed: int = 1, colleagues: int = 40, until: date = UNTIL) -> Truth:
    """Write one simulated organisation below `into`; same arguments, same bytes.

    `deliveries/NN/` holds what each colleague handed in, `deliveries/captures/` profiles that they kept of who wrote to
    them, `reported_contacts.csv` the calls, meetings and trips they reported, `register.csv` a company register,
    `truth.json` what is true.

    into : a new or empty folder; `InputError` otherwise.
    colleagues : at least 8.
    until : the last day; the first is two years before.
    """
    if colleagues < 8:
        raise ValueError(f"colleagues is {colleagues}; an organisation has at least 8")
    start_empty(into)
    society = found(seed, until, colleagues)
    for plant in (operation.plant, strangers.plant, inside.plant):
        plant(society)
    deliveries, views = [], {}
    for index, desk in enumerate(society.desks):
        vintage, form = PLAN[index % len(PLAN)]
        lines = view(society, desk)
        if vintage in (Vintage.Y2018, Vintage.Y2022, Vintage.Y2023):
            lines = [line for line in lines if not line.draft]
        views[desk.owner.member] = lines
        folder = into / "deliveries" / f"{index + 1:02d}"
        paths = hand_in(form, files_of(society, desk, vintage, lines), folder, desk.exported_at)
        relative = tuple(path.relative_to(into).as_posix() for path in paths)
        deliveries.append(Delivery(desk.owner.url, relative, vintage, form, desk.exported_at, len(lines)))
    write_captures(society, into / "deliveries" / "captures")
    _write_rows(into / "register.csv", ("name", "country", "status"), _register(society))
    header = ("account", "target", "at", "kind", "direction", "text", "employer")
    _write_rows(into / "reported_contacts.csv", header, _reported(society))
    truth = _truth(society, deliveries, views)
    write_truth(truth, into / "truth.json")
    return truth


def _write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _register(society: Society) -> list[tuple[str, str, str]]:
    """The firms that exist on paper: most honest ones, none of a persona."""
    rng = society.rng("register")
    people = [person for kind in society.honest.values() for person in kind]
    firms = dict.fromkeys(person.firm.name for person in people)
    acquaintances = (link.person.firm.name for desk in society.desks for link in desk.links)
    hostile = {person.firm.name for person in (*society.personas, *society.lone)}
    firms |= dict.fromkeys(name for name in acquaintances if name not in hostile)
    names = [society.firm.name, *(name for name in firms if name != society.firm.name)]
    listed = [name for index, name in enumerate(names) if index == 0 or rng.random() >= UNREGISTERED_SHARE]
    places = society.namer.places
    return [(name, rng.choice(places), "active" if rng.random() < 0.97 else "dissolved") for name in listed]


def _reported(society: Society) -> list[tuple[str, ...]]:
    """A few contacts outside the platform, hostile and honest, in order of time."""
    rng = society.rng("reported")
    hostile = [contact for contact in society.contacts if contact.person in society.personas]
    honest = [c for c in society.contacts if c.kind in ("recruiter", "vendor", "conference", "alumni")]
    rows = []
    for side, contacts, count in (("hostile", hostile, _REPORTED_HOSTILE), ("honest", honest, _REPORTED_HONEST)):
        for contact in rng.sample(contacts, min(count, len(contacts))):
            entry = rng.choice(load("reported.yml")[side])
            at = contact.thread.lines[-1].at + rng.randrange(1, 6) * DAY
            language = contact.target.language
            text = fill(entry[language], sender_slots(contact.person, language, society.namer.places, rng))
            moment = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"
            accounts = (contact.person.url, contact.target.url)
            rows.append((*accounts, moment, entry["kind"], entry["direction"], text, contact.person.firm.name))
    return sorted(rows, key=lambda row: row[2])


def _truth(society: Society, deliveries: list[Delivery], views: dict[int, list[MessageLine]]) -> Truth:
    desks = {desk.owner.member: desk for desk in society.desks}
    vintages = {delivery.target: delivery.vintage for delivery in deliveries}
    return Truth(
        seed=society.seed,
        until=society.until.isoformat(),
        organisation=society.firm.name,
        colleagues=tuple(_colleague(desk.owner) for desk in society.desks),
        personas=tuple(_persona(society, person) for person in society.personas),
        lone=tuple(_persona(society, person) for person in society.lone),
        honest={kind: tuple(person.url for person in people) for kind, people in society.honest.items()},
        reached=tuple(
            reach(society, contact, desks[contact.target.member], vintages[contact.target.url])
            for contact in society.contacts
        ),
        deliveries=tuple(deliveries),
        messages=sum(delivery.messages for delivery in deliveries),
        conversations=len({line.conversation for lines in views.values() for line in lines}),
        names=society.namer.book(),
    )


def _colleague(person: Person) -> Colleague:
    return Colleague(person.url, person.name, person.title, person.language, person.member)


def _persona(society: Society, person: Person) -> Persona:
    removed_at = society.removed.get(person.member)
    return Persona(person.url, person.name, person.title, person.firm.name, removed_at)


def reach(society: Society, contact: Contact, desk: Desk, vintage: str) -> Reach:
    """The truth of one contact, as the colleague's archive can show it."""
    lines = [line for line in contact.thread.lines if not line.draft]
    played = contact.played
    removed = society.shows_removed(contact.person, desk.exported_at)
    complete = played is not None and len(lines) == len(played.lines)
    return Reach(
        account=contact.person.url,
        target=contact.target.url,
        conversation=contact.thread.id,
        scene=contact.scene,
        kind=contact.kind,
        hostile=played is not None and played.hostile,
        reading=played.reading if played else Reading.ORDINARY,
        language=played.language if played else contact.person.language,
        first_at=lines[0].at,
        last_at=lines[-1].at,
        messages_in=sum(line.sender is contact.person for line in lines),
        messages_out=sum(line.sender is contact.target for line in lines),
        shown="removed" if removed else "name" if vintage == Vintage.Y2018 else "url",
        stage=played.stage(len(lines)) if played else None,
        ends=played.ends if played and complete else None,
    )
