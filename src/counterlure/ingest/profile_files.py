"""Profile.csv, Positions.csv and Education.csv: what the owner displays.

Birth date, address, maiden name, contact means and location have no column here and never leave the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import itemgetter

from counterlure.case.rows import AccountRow, Batch, PositionRow, ProfileRow
from counterlure.errors import RowError
from counterlure.ingest.context import Context
from counterlure.ingest.dates import partial_date
from counterlure.ingest.headers import Layout
from counterlure.ingest.limits import Limits
from counterlure.ingest.member import Member
from counterlure.ingest.names import PROFILE, is_table, stem
from counterlure.ingest.people import People
from counterlure.ingest.table import Table, open_table
from counterlure.text import clean_text

_UNREAD = (
    "maiden name",
    "address",
    "birth date",
    "contact instructions",
    "industry",
    "country",
    "zip code",
    "geo location",
    "twitter handles",
    "websites",
    "instant messengers",
)
_PROFILE = Layout(
    columns=frozenset({"first name", "last name", "headline", "summary", *_UNREAD}),
    needs=(frozenset({"first name", "last name", "headline"}),),
)
_POSITIONS = Layout(
    columns=frozenset({"company name", "title", "description", "location", "started on", "finished on"}),
    needs=(frozenset({"company name", "title", "started on"}),),
)
_EDUCATION = Layout(
    columns=frozenset({"school name", "start date", "end date", "notes", "degree name", "activities"}),
    needs=(frozenset({"school name", "degree name"}),),
)
_MAX_POSITIONS = 1_000


def accepts(name: str, head: bytes) -> bool:  # noqa: ARG001 - the signature of every reader
    """Profile.csv, Positions.csv or Education.csv under any of their names."""
    return is_table(name) and stem(name) in PROFILE


def read(member: Member, context: Context) -> Iterator[Batch]:
    """One capture of the owner's profile per file, without date: the archive does not say when it was made."""
    digest = member.digest()
    people = People(context.owner_hint, digest)
    kind = stem(member.name)
    layout, rows = _KINDS[kind]
    with open_table(member, layout, context.limits) as table:
        profile, name = rows(table)
        keys = people.keys(people.owner_name or name or "", "", "")
        yield Batch(
            table.source,
            "profile",
            digest,
            context.owner_hint,
            accounts=[AccountRow(keys, people.owner_name or name)],
            profiles=[profile] if profile else [],
            skipped=table.take_skips(),
            warnings=table.take_warnings(),
        )


def owner_name(member: Member, limits: Limits) -> str | None:
    """First and last name in Profile.csv; None where there is no row."""
    with open_table(member, _PROFILE, limits) as table:
        return _profile(table)[1]


def owner_work(member: Member, limits: Limits) -> tuple[str | None, str | None]:
    """(organisation, role) of the position in Positions.csv that has not ended and began last."""
    with open_table(member, _POSITIONS, limits) as table:
        profile, _ = _positions(table)
    running = [at for at in (profile.positions if profile else []) if at.ended is None]
    latest = max(running, key=lambda at: (at.started or "", -at.line), default=None)
    return (latest.organisation, latest.title) if latest else (None, None)


def _profile(table: Table) -> tuple[ProfileRow | None, str | None]:
    pick = itemgetter(*table.columns("first name", "last name", "headline", "summary"))
    for line, row in table.rows():
        first, last, headline, summary = (clean_text(cell).strip() for cell in pick(row))
        return ProfileRow(0, None, headline or None, summary or None, line, []), f"{first} {last}".strip() or None
    return None, None


def _positions(table: Table) -> tuple[ProfileRow | None, str | None]:
    return _career(table, "work", ("company name", "title", "started on", "finished on", "description"))


def _education(table: Table) -> tuple[ProfileRow | None, str | None]:
    return _career(table, "education", ("school name", "degree name", "start date", "end date", "notes"))


def _career(table: Table, kind: str, columns: tuple[str, ...]) -> tuple[ProfileRow | None, str | None]:
    pick = itemgetter(*table.columns(*columns))
    found: list[PositionRow] = []
    for line, row in table.rows():
        organisation, title, started, ended, description = (clean_text(cell).strip() or None for cell in pick(row))
        if len(found) >= _MAX_POSITIONS:
            table.skip(line, f"more than {_MAX_POSITIONS:,} entries")
            break
        dates = [_date(table, line, started), _date(table, line, ended)]
        found.append(PositionRow(kind, organisation, title, dates[0], dates[1], line, description))
    return (ProfileRow(0, None, None, None, found[0].line, found) if found else None), None


def _date(table: Table, line: int, raw: str | None) -> str | None:
    try:
        return partial_date(raw or "")
    except RowError as error:
        table.skip(line, f"{error.reason}; the entry is kept without it")
        return None


_KINDS: dict[str, tuple[Layout, Callable[[Table], tuple[ProfileRow | None, str | None]]]] = {
    "profile": (_PROFILE, _profile),
    "positions": (_POSITIONS, _positions),
    "education": (_EDUCATION, _education),
}
