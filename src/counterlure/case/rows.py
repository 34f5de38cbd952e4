"""The typed rows a case accepts, one `Batch` per member file of a delivery.

A reading process sends exactly these types back, encoded as MessagePack; anything else is an error. Rows refer to
accounts and conversations by their position in the batch's own lists.
"""

from __future__ import annotations

import msgspec


class AccountRow(msgspec.Struct, array_like=True):
    """One account as this file shows it.

    keys : canonical address keys, strongest first (`case/addresses.py`): "in:<slug>", "member:<number>",
        "mail:<address>", or a key local to this delivery: "name:<...>", "removed:<conversation>".
    url : the address as written, for the analyst.
    """

    keys: list[str]
    name: str | None = None
    url: str | None = None
    headline: str | None = None
    employer: str | None = None


class ConversationRow(msgspec.Struct, array_like=True):
    """One thread; `key` is the platform's conversation id, or a key made from owner and partner where there is none."""

    key: str
    title: str | None
    participants: list[int]


MessageRow = tuple[int, int | None, int, int, int, str, str | None]
"""(conversation, sent_at, sender, line, flags, text, subject); flags are `FLAG_*` added up."""

FLAG_SPAM = 1
FLAG_DRAFT = 2
FLAG_HTML = 4
FLAG_ATTACHMENT = 8
FLAG_ARCHIVED = 16
FLAG_INMAIL = 32

HASH_BYTES = 32
"""Of one perceptual hash of a portrait."""


class ContactRow(msgspec.Struct, array_like=True):
    """A contact that is not a message: invitation, notification e-mail, call, meeting, trip.

    kind : "invitation" | "mail" | "call" | "meeting" | "trip" | "other".
    incoming : whether the account reached the target (True) or the target the account.
    text : the note that came with it, or what the person reported.
    authentication : for mails, the verdict of Authentication-Results: "pass" | "fail" | "absent".
    zone_known : False where the file gives a time without zone (read as UTC).
    """

    kind: str
    account: int
    incoming: bool
    at: int | None
    line: int
    text: str | None = None
    authentication: str | None = None
    zone_known: bool = True


class PositionRow(msgspec.Struct, array_like=True):
    """One role or degree of a profile; dates are "YYYY" or "YYYY-MM" as far as known.

    identifier : what the capture gives as the organisation's own: "company:<slug or number>" or "site:<host>".
    """

    kind: str  # "work" | "education"
    organisation: str | None
    title: str | None
    started: str | None
    ended: str | None
    line: int
    description: str | None = None
    identifier: str | None = None


class ProfileRow(msgspec.Struct, array_like=True):
    """A dated capture of what an account displays; counters are None where the capture does not show them.

    picture : stem of the portrait's file name beside the capture, case-folded.
    """

    account: int
    captured_at: int | None
    headline: str | None
    summary: str | None
    line: int
    positions: list[PositionRow]
    connections: int | None = None
    followers: int | None = None
    recommendations: int | None = None
    picture: str | None = None


class PortraitRow(msgspec.Struct, array_like=True):
    """A picture as numbers: `HASH_BYTES` for each view of `portrait/views.py`, and where the eyes are, if anywhere.

    stem : of its file name, case-folded.
    eyes : left x, left y, right x, right y as shares of width and height, as seen on the picture.
    """

    stem: str
    hashes: bytes
    line: int = 0
    eyes: tuple[float, float, float, float] | None = None


class PageRow(msgspec.Struct, array_like=True):
    """A dated capture of an organisation's own page; None where the capture does not show it.

    identifier : as in `PositionRow`; staff : members shown as working there; founded : "YYYY" or "YYYY-MM";
    country : ISO 3166-1 alpha-2 of the seat.
    """

    organisation: str
    line: int
    captured_at: int | None = None
    identifier: str | None = None
    followers: int | None = None
    staff: int | None = None
    founded: str | None = None
    country: str | None = None


class ConnectionRow(msgspec.Struct, array_like=True):
    """One connection of the owner: kept as a salted hash unless the operator opts in.

    slug : the address key; hashed by the case on arrival. None for a hidden member.
    """

    slug: str | None
    connected_on: int | None
    line: int
    name: str | None = None
    organisation: str | None = None
    title: str | None = None


class Skip(msgspec.Struct, array_like=True):
    """A row (line > 0) or a file (line 0) that was not read."""

    line: int
    reason: str


class Owner(msgspec.Struct, array_like=True):
    """Whose delivery this is, as far as the file tells."""

    keys: list[str]
    name: str | None = None
    organisation: str | None = None
    role: str | None = None
    department: str | None = None


class Batch(msgspec.Struct, array_like=True):
    """Everything read from one member file of a delivery.

    source : "archive.zip/messages.csv" as the person who handed it in knows it.
    kind : "messages" | "invitations" | "connections" | "profile" | "mail" | "reported" | "portability" | "capture"
        | "portrait".
    digest : SHA-256 of the member's bytes, hex.
    """

    source: str
    kind: str
    digest: str
    owner: Owner | None = None
    accounts: list[AccountRow] = []
    conversations: list[ConversationRow] = []
    messages: list[MessageRow] = []
    contacts: list[ContactRow] = []
    profiles: list[ProfileRow] = []
    connections: list[ConnectionRow] = []
    skipped: list[Skip] = []
    warnings: list[str] = []
    portraits: list[PortraitRow] = []
    pages: list[PageRow] = []
