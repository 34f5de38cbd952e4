"""From what a capture shows of an account to the rows of a case, the same for every kind of capture.

A capture without address is known inside its delivery only; one without date takes it from its file name. Its
picture is the file it names, else the one that bears its own name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from counterlure.case.addresses import local_name_key
from counterlure.case.rows import AccountRow, Batch, PageRow, PositionRow, ProfileRow, Skip
from counterlure.errors import FormatError, LimitError, RowError
from counterlure.ingest import dates
from counterlure.ingest.context import Context
from counterlure.ingest.dates import shown
from counterlure.ingest.media import PICTURES
from counterlure.ingest.member import Member
from counterlure.ingest.profile_words import FIRST_YEAR, LAST_YEAR

POSITIONS = 1_000
PEOPLE = 1_000
CHARS = 4_000_000
NOTES = 20

_PARTIAL = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-[0-9]{2})?)?(?:T.*)?", re.DOTALL)
_NAME_DATE = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
_BARE_NAME = re.compile(rf"[^/\\:?#<>|\"*\x00-\x1f]{{1,200}}(?:{'|'.join(map(re.escape, PICTURES))})", re.IGNORECASE)
_UNDATED = "no date of the capture in it; write the day in front of the file name, as in 2026-03-01-{name}"


@dataclass
class Shown:
    """One profile as a capture shows it.

    keys : of the account, strongest first; empty where the capture shows no address.
    url : the address as written.
    picture : stem of the picture's file name where the capture gives it.
    captured_at : UTC epoch seconds.
    """

    name: str
    line: int
    keys: list[str] = field(default_factory=list)
    url: str | None = None
    headline: str | None = None
    summary: str | None = None
    positions: list[PositionRow] = field(default_factory=list)
    connections: int | None = None
    followers: int | None = None
    recommendations: int | None = None
    picture: str | None = None
    captured_at: int | None = None


def capture(
    member: Member,
    context: Context,
    people: list[Shown],
    pages: Iterable[PageRow] = (),
    skipped: Iterable[Skip] = (),
    warnings: Iterable[str] = (),
) -> Batch:
    """The Batch of kind "capture" for one file; LimitError where it shows more than a profile or a page can.

    pages : organisations; one without date gets that of the file name, like a profile.
    """
    noted = [*warnings]
    named_at = date_in_name(member.name)
    organisations = [dated(page, named_at) for page in pages]
    check_size(member.source, people)
    accounts: list[AccountRow] = []
    profiles: list[ProfileRow] = []
    for person in people:
        keys = person.keys or [local_name_key(delivery_key(member, context), person.name)]
        accounts.append(AccountRow(keys, person.name, person.url, person.headline, employer(person.positions)))
        picture = person.picture or (picture_stem(member.name) if len(people) == 1 else None)
        profiles.append(profile(person, len(profiles), named_at, picture))
    if not all(person.keys for person in people):
        noted.append("no profile address in it; the account cannot be matched with others by it")
    if None in [row.captured_at for row in profiles] + [row.captured_at for row in organisations]:
        plain = member.name if member.name.isprintable() and len(member.name) <= 80 else "jane.html"
        noted.append(_UNDATED.format(name=plain))
    return Batch(
        member.source,
        "capture",
        member.digest(),
        accounts=accounts,
        profiles=profiles,
        skipped=[*skipped],
        warnings=noted,
        pages=organisations,
    )


def profile(person: Shown, account: int, named_at: int | None, picture: str | None) -> ProfileRow:
    """The row of one profile; `named_at` is the date in the file name."""
    at = person.captured_at if person.captured_at is not None else named_at
    counters = (person.connections, person.followers, person.recommendations)
    return ProfileRow(account, at, person.headline, person.summary, person.line, person.positions, *counters, picture)


def dated(page: PageRow, named_at: int | None) -> PageRow:
    """The page with the date of its file name where it shows none itself."""
    if page.captured_at is None:
        page.captured_at = named_at
    return page


def check_size(source: str, people: list[Shown]) -> None:
    """LimitError beyond a thousand profiles, a thousand positions in one, or four million characters."""
    if len(people) > PEOPLE:
        raise LimitError(source, f"more than {PEOPLE:,} profiles in one file; split it")
    chars = 0
    for person in people:
        if len(person.positions) > POSITIONS:
            raise FormatError(source, f"more than {POSITIONS} positions; no profile has so many")
        texts = [person.name, person.headline, person.summary]
        for row in person.positions:
            texts += [row.organisation, row.title, row.description]
        chars += sum(map(len, filter(None, texts)))
    if chars > CHARS:
        raise LimitError(source, f"more than {CHARS:,} characters of profile; no profile is so long")


def delivery_key(member: Member, context: Context) -> str:
    """What local keys of this delivery hang on: the owner's strongest key, else the file itself."""
    owner = context.owner_hint
    return owner.keys[0] if owner and owner.keys else member.digest()


def employer(positions: Iterable[PositionRow]) -> str | None:
    """The organisation of the first role without an end."""
    running = (row.organisation for row in positions if row.kind == "work" and row.started and not row.ended)
    return next(running, None)


def notes(strange: list[str]) -> list[str]:
    """Warnings for what was not understood, at most twenty and then how many more there were."""
    told = [f"not understood: {shown(words)}" for words in strange[:NOTES]]
    return told + ([f"not understood: {len(strange) - NOTES:,} more"] if len(strange) > NOTES else [])


def picture_stem(name: str) -> str:
    """The name of a file without its ending, as pictures and captures are matched by it: NFC, case-folded."""
    plain = unicodedata.normalize("NFC", name).casefold()
    return unicodedata.normalize("NFC", plain.rpartition(".")[0] or plain)


def named_picture(value: object) -> str | None:
    """The stem of the picture that a capture names; None unless it is the bare name of a picture's file."""
    return picture_stem(value.strip()) if isinstance(value, str) and _BARE_NAME.fullmatch(value.strip()) else None


def year_month(value: str, key: str) -> str:
    """ "2018", "2018-09" or "2018-09-01" as year or year and month; RowError for anything else."""
    found = _PARTIAL.fullmatch(value)
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise RowError(f"{key} holds {shown(value)}; write YYYY, YYYY-MM or YYYY-MM-DD")
    return f"{found[1]}-{found[2]}" if found[2] else found[1]


def moment(value: object) -> int | None:
    """An ISO 8601 date or time as UTC epoch seconds, without zone read as UTC; None where it is no time since 2002."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return seconds(found if found.tzinfo else found.replace(tzinfo=UTC))


def seconds(found: datetime) -> int | None:
    """A time with zone as UTC epoch seconds; None outside the years that a capture can be from."""
    return int(found.timestamp()) if dates.FIRST_YEAR <= found.year < dates.LAST_YEAR else None


def date_in_name(name: str) -> int | None:
    """The day in a file name (2026-03-01-jane.html), its midnight UTC; None where there is none or several."""
    found = {moment("-".join(parts)) for parts in _NAME_DATE.findall(name)}
    return found.pop() if len(found) == 1 else None
