"""Organisations as roles name them, and what captures of their own pages show."""

from __future__ import annotations

import functools
import unicodedata
from collections import defaultdict
from importlib import resources
from typing import NamedTuple

from counterlure.case.read import CaseReader
from counterlure.data_files import parse_yaml
from counterlure.detect.base import source_names
from counterlure.detect.profile.timeline import Entry
from counterlure.model import Evidence

_PAGES = "SELECT organisation, identifier, captured_at, followers, staff, source, line FROM page"


class Page(NamedTuple):
    """What captures of one organisation's page show, taken together.

    followers, staff : the most that any of them shows; None where none does. cited : the one with the most followers.
    """

    followers: int | None
    staff: int | None
    cited: Evidence


class Pages(NamedTuple):
    """Pages by identifier, and by name where every page of that name is one organisation's."""

    by_identifier: dict[str, Page]
    by_name: dict[str, Page]

    def of(self, role: Entry) -> Page | None:
        """The page of the organisation that a role names: by its identifier, or by its name where it has none."""
        if role.identifier is not None:
            return self.by_identifier.get(role.identifier)
        name = house(role.organisation)
        return self.by_name.get(name) if name else None


def house(organisation: str | None) -> str | None:
    """A name without case and odd spaces; None where it names no organisation, such as "self-employed"."""
    if organisation is None:
        return None
    name = " ".join(unicodedata.normalize("NFKC", organisation).casefold().split())
    return name if name and name not in _nowhere() else None


def same_house(one: Entry, other: Entry) -> bool:
    """Whether two roles name one organisation: by identifier where both have one of a kind, else by name."""
    if one.identifier and other.identifier and form(one.identifier) == form(other.identifier):
        return one.identifier == other.identifier
    name = house(one.organisation)
    return name is not None and name == house(other.organisation)


def form(identifier: str) -> str:
    """ "site", "number" or "slug": one organisation has one of each, so that only equal forms can contradict."""
    kind, _, value = identifier.partition(":")
    return kind if kind != "company" else "number" if value.isdecimal() else "slug"


def pages(case: CaseReader) -> Pages:
    """Reads page and source."""
    names = source_names(case)
    rows = sorted(case.rows(_PAGES), key=repr)
    identified: dict[str, list[tuple[int | None, int | None, Evidence]]] = defaultdict(list)
    named: dict[str, list[tuple[int | None, int | None, Evidence]]] = defaultdict(list)
    holders: dict[str, set[str | None]] = defaultdict(set)
    for organisation, identifier, at, followers, staff, source, line in rows:
        shown = followers, staff, Evidence(f"{names[source]}:{line}", None, at)
        if identifier:
            identified[identifier].append(shown)
        if name := house(organisation):
            named[name].append(shown)
            holders[name].add(identifier)
    return Pages(
        {identifier: _page(shown) for identifier, shown in identified.items()},
        {name: _page(shown) for name, shown in named.items() if len(holders[name]) == 1},
    )


def _page(shown: list[tuple[int | None, int | None, Evidence]]) -> Page:
    followers = max((number for number, _, _ in shown if number is not None), default=None)
    staff = max((number for _, number, _ in shown if number is not None), default=None)
    cited = min(shown, key=lambda one: (-(one[0] or 0), one[2].source))[2]
    return Page(followers, staff, cited)


@functools.cache
def _nowhere() -> frozenset[str]:
    text = resources.files(__package__).joinpath("nowhere.yml").read_text(encoding="utf-8")
    return frozenset(name for names in parse_yaml(text).values() for name in names)
