"""One colleague's archive: the society as the platform shows it to that colleague on the day of the export."""

from __future__ import annotations

from random import Random

from counterlure.simulate.layouts import (
    POSITION_HEADER,
    PROFILE_HEADERS,
    ConnectionLine,
    InvitationLine,
    MessageLine,
    Vintage,
    connections_csv,
    invitations_csv,
    messages_csv,
    table,
)
from counterlure.simulate.people import REMOVED_NAME, Desk, Person, Sent, Thread
from counterlure.simulate.society import Society
from counterlure.simulate.texts import load

_MAIL_SHARE = 0.036
_CREDENTIALS_SHARE = 0.014
_HIDDEN_SHARE = 0.03
"""Shares observed in real Connections.csv files (139, 52 of 3,841 rows; 72 of 3,841 to 45 of 10,825 hidden)."""

_DECOYS = {
    Vintage.Y2018: ("Imported Contacts.csv",),
    Vintage.Y2026: ("ImportedContacts.csv", "SearchQueries.csv", "guide_messages.csv"),
}
_UTF16 = ("Ad_Targeting.csv", "Logins.csv")
"""Files that 2018 exports wrote in UTF-16 with tabs."""


def view(society: Society, desk: Desk) -> list[MessageLine]:
    """The messages the archive will hold, newest first."""
    lines = [
        _message(society, desk, thread, sent)
        for thread in desk.threads
        for sent in thread.lines
        if sent.at <= desk.exported_at and (not sent.draft or sent.sender is desk.owner)
    ]
    return sorted(lines, key=lambda line: (-line.at, line.conversation))


def files_of(society: Society, desk: Desk, vintage: Vintage, messages: list[MessageLine]) -> dict[str, bytes]:
    """Every file of the archive by name."""
    rng = society.rng("archive", desk.owner.member)
    name = "Messages.csv" if vintage is Vintage.Y2018 else "messages.csv"
    texts = {
        "Profile.csv": _profile(society, desk.owner, vintage),
        "Positions.csv": _positions(society, desk.owner, rng),
        name: messages_csv(vintage, messages),
        "Invitations.csv": invitations_csv(vintage, _invitations(society, desk)),
        "Connections.csv": connections_csv(vintage, _connections(society, desk, rng)),
    }
    decoys = (*_UTF16, *_DECOYS.get(vintage, ("ImportedContacts.csv",)))
    return {k: v.encode("utf-8") for k, v in texts.items()} | {k: _decoy(k, vintage) for k in decoys}


def _shown(society: Society, desk: Desk, person: Person) -> tuple[str, str]:
    """Name and address as this archive gives them; both are lost with the account."""
    if society.shows_removed(person, desk.exported_at):
        return REMOVED_NAME, ""
    return person.name, person.url


def _message(society: Society, desk: Desk, thread: Thread, sent: Sent) -> MessageLine:
    sender, sender_url = _shown(society, desk, sent.sender)
    to = [_shown(society, desk, person) for person in thread.people if person is not sent.sender]
    mine = sent.sender is desk.owner
    host = sent.sender.firm.host
    return MessageLine(
        conversation=thread.id,
        title=thread.title,
        sender=sender,
        sender_url=sender_url,
        to=tuple(name for name, _ in to),
        to_urls=tuple(url for _, url in to if url),
        at=sent.at,
        subject=sent.subject,
        content=sent.text,
        folder="INBOX" if mine else thread.folder,
        outgoing=mine,
        attachment=f"https://media.{host}/{sent.at % 100_000}" if sent.attachment else "",
        draft=sent.draft,
    )


def _invitations(society: Society, desk: Desk) -> list[InvitationLine]:
    kept = [
        asked
        for asked in desk.invitations
        if asked.at <= desk.exported_at
        and not any(society.shows_removed(p, desk.exported_at) for p in (asked.sender, asked.recipient))
    ]
    return [
        InvitationLine(
            sender=asked.sender.name,
            to=asked.recipient.name,
            at=asked.at,
            note=asked.note,
            outgoing=asked.sender is desk.owner,
            inviter_url=asked.sender.url,
            invitee_url=asked.recipient.url,
            inviter=asked.sender.member,
            invitee=asked.recipient.member,
        )
        for asked in sorted(kept, key=lambda asked: -asked.at)
    ]


def _connections(society: Society, desk: Desk, rng: Random) -> list[ConnectionLine]:
    links = {link.person.member: link for link in desk.links if link.at <= desk.exported_at}
    lines = []
    for link in sorted(links.values(), key=lambda link: (-link.at, link.person.member)):
        person = link.person
        if society.shows_removed(person, desk.exported_at) or rng.random() < _HIDDEN_SHARE:
            lines.append(ConnectionLine(link.at))
            continue
        family = person.family + (rng.choice((", PhD", " 🌱", ", MBA")) if rng.random() < _CREDENTIALS_SHARE else "")
        mail = person.mail if rng.random() < _MAIL_SHARE else ""
        lines.append(ConnectionLine(link.at, person.given, family, person.url, mail, person.firm.name, person.title))
    return lines


def _profile(society: Society, owner: Person, vintage: Vintage) -> str:
    values = {
        "First Name": owner.given,
        "Last Name": owner.family,
        "Headline": f"{owner.title}, {owner.firm.name}",
        "Industry": "Manufacturing",
        "Geo Location": society.namer.places[owner.member % len(society.namer.places)],
    }
    header = PROFILE_HEADERS[vintage]
    return table(header, [[values.get(column, "") for column in header]])


def _positions(society: Society, owner: Person, rng: Random) -> str:
    place = rng.choice(society.namer.places)
    return table(POSITION_HEADER, [[owner.firm.name, owner.title, "", place, f"Jun {rng.randrange(2008, 2024)}", ""]])


def _decoy(name: str, vintage: Vintage) -> bytes:
    content = load("decoys.yml")[name]
    if vintage is Vintage.Y2018 and name in _UTF16:
        text = "".join("\t".join(row) + "\r\n" for row in (content["header"], content["row"]))
        return b"\xff\xfe" + text.encode("utf-16-le")
    return table(content["header"], [content["row"]]).encode("utf-8")
