"""Changelog events of the Member Data Portability API: messages and invitations since the member consented.

Events name people by URNs that mean something to one application only (`urn:li:person:...`), so their accounts stay
local to the owner, unless the event is decorated with the profile's own name ("vanityName"). Edits and deletions are
counted, not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from counterlure.case.addresses import local_name_key, profile_key
from counterlure.case.rows import FLAG_ATTACHMENT, FLAG_HTML, Batch, ContactRow, Owner, Skip
from counterlure.errors import RowError
from counterlure.ingest.chunk import Chunk
from counterlure.ingest.dates import FIRST_YEAR, LAST_YEAR, shown
from counterlure.ingest.json_limits import Located, text_of
from counterlure.ingest.people import People
from counterlure.text import html_to_text, looks_like_html

THREAD = "urn:li:messagingThread:"
EARLIEST_MS = (FIRST_YEAR - 1970) * 31_556_952_000
LATEST_MS = (LAST_YEAR - 1970) * 31_556_952_000
RESOURCES = frozenset({"messages", "invitations"})


def owner_of(events: Iterable[Located], digest: str) -> Owner | None:
    """Whose events these are: the one owner that all of them name, under a key local to this file; else None."""
    named = {value for event in events if isinstance(value := event.get("owner"), str)}
    return Owner([local_name_key(digest[:16], named.pop())]) if len(named) == 1 else None


def read_events(
    events: Iterable[Located], source: str, digest: str, owner: Owner | None, batch_rows: int
) -> Iterator[Batch]:
    """The events as messages and contacts, each once however often it was delivered again."""
    people = People(owner, digest)
    chunk = Chunk(source, "portability", digest, owner)
    skipped: list[Skip] = []
    unread: Counter[str] = Counter()
    seen: set[tuple[object, object]] = set()
    for event in events:
        if (reason := unread_reason(event)) is not None:
            unread[reason] += 1
            continue
        identity = (event["resourceName"], event.get("resourceId"))
        if isinstance(identity[1], str) and identity in seen:
            continue
        seen.add(identity)
        try:
            add_event(chunk, people, event)
        except RowError as error:
            skipped.append(Skip(event.line, error.reason))
        if len(chunk.messages) + len(chunk.contacts) + len(skipped) >= batch_rows:
            yield chunk.batch(skipped, [])
            chunk, skipped = Chunk(source, "portability", digest, owner), []
    yield chunk.batch(skipped, [f"{count} events not read: {reason}" for reason, count in sorted(unread.items())])


def unread_reason(event: Located) -> str | None:
    """Why an event is none of ours; None where it is."""
    resource, method, status = (event.get(key) for key in ("resourceName", "method", "activityStatus"))
    if not isinstance(resource, str) or resource not in RESOURCES:
        return "neither messages nor invitations"
    if method != "CREATE":
        return f"{resource} changed or deleted later"
    return f"{resource} that failed" if status == "FAILURE" else None


def add_event(chunk: Chunk, people: People, event: Located) -> None:
    """Enters one event; RowError where a part that a row needs is absent or of another kind."""
    activity = event.get("activity")
    if not isinstance(activity, Located):
        raise RowError("the event has no object 'activity'")
    if event["resourceName"] == "messages":
        add_message(chunk, people, event, activity)
    else:
        add_invitation(chunk, people, event, activity)


def add_message(chunk: Chunk, people: People, event: Located, activity: Located) -> None:
    """One message; its author is a mailbox where it was sent from a paid product, and then the actor is the person."""
    actor, author = text_of(event, "actor"), text_of(activity, "author")
    role, urn = ("actor", actor) if actor else ("author", author)
    thread = (text_of(activity, "thread") or "").removeprefix(THREAD)
    if urn is None or not thread:
        raise RowError("a message event needs an actor or author, and a thread")
    sender = person(chunk, people, event, role, urn)
    owner = person(chunk, people, event, "owner", text_of(event, "owner") or urn)
    content = activity.get("content")
    text = message_text(content) if isinstance(content, Located) else ""
    flags = FLAG_ATTACHMENT if activity.get("attachments") else 0
    if looks_like_html(text):
        text, flags = html_to_text(text), flags | FLAG_HTML
    at = moment(activity, "createdAt", "deliveredAt") or moment(event, "capturedAt")
    conversation = chunk.conversation(thread, None, [sender, owner])
    chunk.messages.append((conversation, at, sender, event.line, flags, text, None))


def add_invitation(chunk: Chunk, people: People, event: Located, activity: Located) -> None:
    """One invitation as a contact of the other side."""
    owner, inviter = text_of(event, "owner"), text_of(activity, "inviter") or text_of(event, "actor")
    incoming = inviter != owner
    other = inviter if incoming else text_of(activity, "invitee")
    if owner is None or other is None:
        raise RowError("an invitation event needs an owner, an inviter and an invitee")
    account = person(chunk, people, event, "inviter" if incoming else "invitee", other)
    at = moment(activity, "sentAt", "created") or moment(event, "capturedAt")
    note = invitation_note(activity.get("message"))
    chunk.contacts.append(ContactRow("invitation", account, incoming, at, event.line, note, None, at is not None))


def person(chunk: Chunk, people: People, event: Located, role: str, urn: str) -> int:
    """The account behind a URN, under its profile address where the event is decorated with it."""
    if urn == event.get("owner") and people.owner_keys:
        return chunk.account(people.owner_keys, people.owner_name, None)
    found: list[object] = [event.get(f"{role}~")]
    processed = event.get("processedActivity")
    if isinstance(processed, Located):
        found.append(processed.get(f"{role}~"))
    for shown_as in found:
        if isinstance(shown_as, Located):
            vanity = text_of(shown_as, "vanityName")
            url = f"https://www.linkedin.com/in/{vanity}" if vanity else None
            names = (text_of(shown_as, f"localized{part}Name") for part in ("First", "Last"))
            name = " ".join(part for part in names if part) or None
            key = profile_key(url) if url else None
            return chunk.account([key] if key else people.keys("", urn, ""), name, url if key else None)
    return chunk.account(people.keys("", urn, ""), None, None)


def message_text(content: Located) -> str:
    """The words of a message event: "fallback", else "content.string", else "text"."""
    inner = content.get("content")
    nested = text_of(inner, "string") if isinstance(inner, Located) else None
    return text_of(content, "fallback") or nested or text_of(content, "text") or ""


def invitation_note(message: object) -> str | None:
    """The note of an invitation: text, or an object with the body one level down (a template has none)."""
    if isinstance(message, str):
        return text_of(Located(message=message), "message")
    if isinstance(message, Located):
        inner = next((value for value in message.values() if isinstance(value, Located)), message)
        return text_of(inner, "body")
    return None


def moment(item: Located, *keys: str) -> int | None:
    """The first time under these keys, epoch milliseconds, as UTC epoch seconds; None where none is given.

    RowError where it is no integer or lies outside the years 2002 to 2100.
    """
    for key in keys:
        value = item.get(key)
        if value is None:
            continue
        if type(value) is not int or not EARLIEST_MS <= value <= LATEST_MS:
            raise RowError(f"{key} holds {shown(str(value))}; expected epoch milliseconds from 2002 to 2100")
        return value // 1000
    return None
