"""The files of a LinkedIn archive, byte for byte, in five layouts from 2018 to 2026.

Rows go in as they shall appear; what a layout has no column for is left out. Order is the caller's.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Vintage(StrEnum):
    """The layouts, by the year (and month) in which exports had them."""

    Y2018 = "2018"
    Y2022 = "2022"
    Y2023 = "2023-07"
    Y2025 = "2025-01"
    Y2026 = "2026"


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One row of messages.csv; `to` and `to_urls` hold one entry per recipient, `folder` INBOX, ARCHIVE or SPAM."""

    conversation: str
    title: str
    sender: str
    sender_url: str
    to: tuple[str, ...]
    to_urls: tuple[str, ...]
    at: int
    subject: str
    content: str
    folder: str
    outgoing: bool
    attachment: str = ""
    draft: bool = False


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """One row of Invitations.csv; the owner is the inviter where `outgoing`."""

    sender: str
    to: str
    at: int
    note: str
    outgoing: bool
    inviter_url: str
    invitee_url: str
    inviter: int
    invitee: int


@dataclass(frozen=True, slots=True)
class ConnectionLine:
    """One row of Connections.csv; a hidden member has a date and nothing else."""

    at: int
    given: str = ""
    family: str = ""
    url: str = ""
    mail: str = ""
    company: str = ""
    position: str = ""


_MESSAGES_2018 = "From,To,Date,Subject,Content,Direction,Folder"
_MESSAGES_2022 = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,DATE,SUBJECT,CONTENT,FOLDER"
_MESSAGES_2023 = _MESSAGES_2022.replace("TO,", "TO,RECIPIENT PROFILE URLS,")

MESSAGE_HEADERS = {
    Vintage.Y2018: _MESSAGES_2018.split(","),
    Vintage.Y2022: _MESSAGES_2022.split(","),
    Vintage.Y2023: _MESSAGES_2023.split(","),
    Vintage.Y2025: [*_MESSAGES_2023.split(","), "IS MESSAGE DRAFT"],
    Vintage.Y2026: [*_MESSAGES_2023.split(","), "ATTACHMENTS", "IS MESSAGE DRAFT", "IS CONVERSATION DRAFT"],
}

_INVITATIONS = ["From", "To", "Sent At", "Message", "Direction"]
_INVITATIONS_URN = [*_INVITATIONS, "inviterProfileUrn", "inviteeProfileUrn"]
_INVITATIONS_URL = [*_INVITATIONS, "inviterProfileUrl", "inviteeProfileUrl"]

INVITATION_HEADERS = {
    Vintage.Y2018: _INVITATIONS,
    Vintage.Y2022: _INVITATIONS,
    Vintage.Y2023: _INVITATIONS_URN,
    Vintage.Y2025: _INVITATIONS_URL,
    Vintage.Y2026: _INVITATIONS_URL,
}

_CONNECTIONS = ["First Name", "Last Name", "Email Address", "Company", "Position", "Connected On"]
_CONNECTIONS_URL = ["First Name", "Last Name", "URL", *_CONNECTIONS[2:]]

CONNECTION_HEADERS = {
    Vintage.Y2018: _CONNECTIONS,
    Vintage.Y2022: _CONNECTIONS,
    Vintage.Y2023: _CONNECTIONS_URL,
    Vintage.Y2025: _CONNECTIONS_URL,
    Vintage.Y2026: _CONNECTIONS_URL,
}

PREAMBLE = (
    "Notes:\n"
    '"When exporting your connection data, you may notice that some of the email addresses are missing. '
    'You will only see email addresses for connections who have allowed their connections to see them."\n\n'
)

_PROFILE = (
    "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,Geo Location,"
    "Twitter Handles,Websites,Instant Messengers"
)
_PROFILE_2018 = _PROFILE.replace("Birth Date,", "Birth Date,Contact Instructions,").replace("Zip", "Country,Zip")

PROFILE_HEADERS = {vintage: (_PROFILE_2018 if vintage is Vintage.Y2018 else _PROFILE).split(",") for vintage in Vintage}

_FOLDERS_2018 = {"INBOX": "INBOX", "ARCHIVE": "ARCHIVED", "SPAM": "INBOX"}

POSITION_HEADER = ["Company Name", "Title", "Description", "Location", "Started On", "Finished On"]


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, quoted: bool = False) -> str:
    """CSV text with LF ends, quoted where needed or everywhere."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def messages_csv(vintage: Vintage, lines: Iterable[MessageLine]) -> str:
    """messages.csv; drafts are left out where the layout cannot mark them."""
    rows = (_message(vintage, line) for line in lines if not line.draft or "IS MESSAGE DRAFT" in _header(vintage))
    return table(_header(vintage), rows, quoted=vintage is Vintage.Y2026)


def _header(vintage: Vintage) -> list[str]:
    return MESSAGE_HEADERS[vintage]


def _message(vintage: Vintage, line: MessageLine) -> list[str]:
    content, to = flat(line.content), ", ".join(line.to)
    if vintage is Vintage.Y2018:
        direction = "OUTGOING" if line.outgoing else "INCOMING"
        folder = "SENT" if line.outgoing else _FOLDERS_2018[line.folder]
        return [line.sender, to, us_time(line.at), line.subject, content, direction, folder]
    urls = [] if vintage is Vintage.Y2022 else [",".join(line.to_urls)]
    row = [line.conversation, line.title, line.sender, line.sender_url, to, *urls]
    row += [utc_time(line.at), line.subject, content, line.folder]
    draft = "Yes" if line.draft else "No"
    if vintage is Vintage.Y2025:
        row.append(draft)
    if vintage is Vintage.Y2026:
        row += [line.attachment, draft, "No"]
    return row


def invitations_csv(vintage: Vintage, lines: Iterable[InvitationLine]) -> str:
    """Invitations.csv."""
    return table(INVITATION_HEADERS[vintage], (_invitation(vintage, line) for line in lines))


def _invitation(vintage: Vintage, line: InvitationLine) -> list[str]:
    direction = "OUTGOING" if line.outgoing else "INCOMING"
    row = [line.sender, line.to, us_time(line.at), flat(line.note), direction]
    if vintage is Vintage.Y2023:
        row += [f"urn:li:member:{line.inviter}", f"urn:li:member:{line.invitee}"]
    if vintage in (Vintage.Y2025, Vintage.Y2026):
        row += [line.inviter_url, line.invitee_url]
    return row


def connections_csv(vintage: Vintage, lines: Iterable[ConnectionLine]) -> str:
    """Connections.csv, with the preamble that exports have had since 2022."""
    rows = (_connection(vintage, line) for line in lines)
    preamble = "" if vintage is Vintage.Y2018 else PREAMBLE
    return preamble + table(CONNECTION_HEADERS[vintage], rows)


def _connection(vintage: Vintage, line: ConnectionLine) -> list[str]:
    url = [] if vintage in (Vintage.Y2018, Vintage.Y2022) else [line.url]
    date = us_time(line.at) if vintage is Vintage.Y2018 else f"{datetime.fromtimestamp(line.at, UTC):%d %b %Y}"
    return [line.given, line.family, *url, line.mail, line.company, line.position, date]


def flat(text: str) -> str:
    """The text on one line, as exports write it."""
    return " ".join(text.splitlines())


def utc_time(at: int) -> str:
    """2025-03-07 11:13:51 UTC."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"


def us_time(at: int) -> str:
    """1/24/25, 6:42 AM; UTC, though the file does not say so."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment.month}/{moment.day}/{moment:%y}, {moment.hour % 12 or 12}:{moment:%M %p}"
