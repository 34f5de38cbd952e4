"""Profiles that colleagues kept of who wrote to them, as JSON Resume: some of personas, some of honest strangers.

Personas' careers have no seam and two of them carry one summary; honest ones have gaps and years without a month. The
employers are those of the society, so that a renaming reaches them too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from counterlure.simulate.people import Firm, Person
from counterlure.simulate.society import DAY, Society
from counterlure.simulate.texts import load

PERSONAS, EACH_KIND = 5, 2
HONEST = ("recruiter", "vendor", "conference")


def write_captures(society: Society, folder: Path) -> int:
    """Writes one file per profile kept; how many."""
    folder.mkdir()
    count = 0
    for count, profile in enumerate(_profiles(society), start=1):
        text = json.dumps(profile, ensure_ascii=False, indent=1)
        (folder / f"{count:02d}.resume.json").write_text(text + "\n", encoding="utf-8")
    return count


def _profiles(society: Society) -> Iterator[dict[str, Any]]:
    texts = load("captures.yml")
    firms = [person.firm for kind in society.honest.values() for person in kind]
    for number, person in enumerate(society.personas[:PERSONAS]):
        rng = society.rng("capture", person.member)
        summary = texts["persona"][person.language] if number in (0, 1) else None
        yield _resume(society, person, summary, _seamless(society, person, firms, rng))
    for kind in HONEST:
        for person in society.honest.get(kind, ())[:EACH_KIND]:
            rng = society.rng("capture", person.member)
            summary = rng.choice(texts["honest"][person.language])
            yield _resume(society, person, summary, _ragged(society, person, firms, rng))


def _resume(society: Society, person: Person, summary: str | None, work: list[dict[str, str]]) -> dict[str, Any]:
    kept = datetime.fromtimestamp(society.end - DAY, UTC)
    basics: dict[str, Any] = {
        "name": person.name,
        "label": person.title,
        "profiles": [{"network": "LinkedIn", "url": person.url}],
    }
    if summary is not None:
        basics["summary"] = summary
    return {"basics": basics, "work": work, "meta": {"lastModified": f"{kept:%Y-%m-%dT%H:%M:%SZ}"}}


def _seamless(society: Society, person: Person, firms: list[Firm], rng: Random) -> list[dict[str, str]]:
    """Five roles, each from January to December, each at another firm, the next the month after."""
    year, roles = society.until.year - 12, []
    for _ in range(4):
        last = year + rng.randrange(1, 3)
        roles.append(_role(rng.choice(firms), _title(person, rng), f"{year}-01", f"{last}-12"))
        year = last + 1
    return [_role(person.firm, person.title, f"{year}-01", None), *reversed(roles)]


def _ragged(society: Society, person: Person, firms: list[Firm], rng: Random) -> list[dict[str, str]]:
    """Three to five roles with gaps and overlaps, one of them known by the year only."""
    year, roles = society.until.year - rng.randrange(9, 16), []
    for number in range(rng.randrange(2, 5)):
        last = year + rng.randrange(1, 4)
        begin = f"{year}-{rng.randrange(2, 13):02d}" if number else str(year)
        roles.append(_role(rng.choice(firms), _title(person, rng), begin, f"{last}-{rng.randrange(2, 13):02d}"))
        year = last + rng.randrange(0, 3)
    begin = f"{min(year, society.until.year - 1)}-{rng.randrange(2, 13):02d}"
    return [_role(person.firm, person.title, begin, None), *reversed(roles)]


def _title(person: Person, rng: Random) -> str:
    title: str = rng.choice(load("captures.yml")["titles"][person.language])
    return title


def _role(firm: Firm, title: str, begin: str, end: str | None) -> dict[str, str]:
    role = {"name": firm.name, "position": title, "url": f"https://{firm.host}", "startDate": begin}
    return role | ({"endDate": end} if end else {})
