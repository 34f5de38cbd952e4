"""Two captures of one account compared: which roles are the same, and what of the past is told differently."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from counterlure.detect.profile.houses import form, house
from counterlure.detect.profile.timeline import Capture, Entry, Months, least_overlap
from counterlure.detect.profile.titles import title
from counterlure.model import Evidence

MOVED = 12
"""Months by which a date moves for certain before it is another one; slips and rounding move it by less."""
REPLACED = 3
"""Months that a role shown later has in common with one that is gone, beyond which it stands in its place."""
LANGUAGE_MIN = 2
"""Titles that changed wholly, and all of them, from which on the page was captured in another language."""

Pair = tuple[Entry, Entry]


class Change(NamedTuple):
    """Something of the past that is told differently.

    kind : "organisation" of a role that was held at the first capture, or that kept its dates; "title", "dates" or
    "identifier" of a role that both show; "past" for an earlier role in whose place another stands.
    role : line of the role in the first capture.
    """

    kind: str
    role: int
    cited: tuple[Evidence, ...]


def changes(one: Capture, other: Capture) -> list[Change]:
    """What the later capture `other` tells differently, by role; nothing where either has no known date."""
    shift = _shift(one, other)
    if shift is None:
        return []
    pairs = _pairs(one, other, shift)
    seen = [*_replaced(one, other, pairs, shift), *_retold(one, other, pairs, shift)]
    return sorted(dict.fromkeys(seen), key=lambda change: (change.role, change.kind))


def roles_of(one: Capture, other: Capture) -> list[Pair]:
    """Roles that both captures show, by the line in the first."""
    shift = _shift(one, other)
    return [] if shift is None else _pairs(one, other, shift)


def _shift(one: Capture, other: Capture) -> int | None:
    """What to add to months of `other` to count them as `one` does: an older role that was added moves all of them."""
    if None in (one.month, one.captured, other.month, other.captured):
        return None
    return (other.month or 0) - (other.captured or 0) - (one.month or 0) + (one.captured or 0)


def _pairs(one: Capture, other: Capture, shift: int) -> list[Pair]:
    """Roles that are one: by house, title and begin, then by less of it, then by dates, which a new name leaves alone.

    A role that began after the first capture is new, and of several in one house none is held to have moved.
    """
    left, right = list(one.roles), list(other.roles)
    found: list[Pair] = []

    def only(role: Entry, roles: Sequence[Entry]) -> bool:
        return sum(one_house(role, own) for own in roles) == 1

    def old(role: Entry) -> bool:
        return role.began is None or one.captured is None or role.began.first + shift <= one.captured

    tests: tuple[Callable[[Entry, Entry], bool], ...] = (
        lambda a, b: one_house(a, b) and _titled(a) == _titled(b) and _close(a.began, b.began, shift),
        lambda a, b: one_house(a, b) and _close(a.began, b.began, shift),
        lambda a, b: one_house(a, b) and only(a, one.roles) and only(b, other.roles) and old(b),
        lambda a, b: _same_dates(a, b, shift),
    )
    for test in tests:
        for role in list(left):
            match = next((own for own in right if test(role, own)), None)
            if match is not None:
                found.append((role, match))
                left.remove(role)
                right.remove(match)
    return sorted(found, key=lambda pair: (pair[0].line, pair[1].line))


def one_house(one: Entry, other: Entry) -> bool:
    """Whether two roles of one account are at one organisation: by its name, or by its identifier under a new one."""
    name = house(one.organisation)
    if one.identifier and one.identifier == other.identifier:
        return True
    return name is not None and name == house(other.organisation)


def _titled(role: Entry) -> tuple[str, ...]:
    return title(role.title).key


def _close(one: Months | None, other: Months | None, shift: int) -> bool:
    """Whether two dates may be one, or lie a month apart."""
    if one is None or other is None:
        return one is other
    return other.first + shift <= one.last + 1 and one.first <= other.last + shift + 1


def _same_dates(one: Entry, other: Entry, shift: int) -> bool:
    if one.began is None or other.began is None or not (one.began.exact and other.began.exact):
        return False
    ends = one.running or _close(one.finished, other.finished, shift)
    return _close(one.began, other.began, shift) and ends


def _replaced(one: Capture, other: Capture, pairs: Sequence[Pair], shift: int) -> Iterator[Change]:
    """Roles that are gone while others, which the first capture did not show, stand in their time."""
    kept, matched = [old for old, _ in pairs], [new for _, new in pairs]
    fresh = [role for role in other.roles if role not in matched]
    for role in one.roles:
        if role in kept or house(role.organisation) is None:
            continue
        if any(one_house(role, new) for new in other.roles):
            continue
        instead = next((new for new in fresh if _stands_for(one, other, role, new, shift)), None)
        if instead is not None:
            kind = "organisation" if role.running else "past"
            yield Change(kind, role.line, (one.cite(role, titled=True), other.cite(instead, titled=True)))


def _stands_for(one: Capture, other: Capture, role: Entry, new: Entry, shift: int) -> bool:
    """Whether a role shown later is said to have lasted in the time of one that is gone, before the first capture."""
    end, until = one.end(role), other.end(new)
    if role.began is None or new.began is None or end is None or until is None:
        return False
    began, then = (Months(months.first + shift, months.last + shift) for months in (new.began, until))
    return least_overlap((role.began, end), (began, then)) > REPLACED


def _retold(one: Capture, other: Capture, pairs: Sequence[Pair], shift: int) -> Iterator[Change]:
    """Houses, titles, dates and identifiers of roles that both captures show."""
    retitled = [pair for pair in pairs if _other_words(*pair)]
    translated = len(retitled) >= LANGUAGE_MIN and len(retitled) == len(pairs)
    for old, new in pairs:
        cited = one.cite(old, titled=True), other.cite(new, titled=True)
        if not translated and _other_house(old, new):
            yield Change("organisation", old.line, cited)
        elif _other_identifier(old, new):
            yield Change("identifier", old.line, cited)
        if not translated and _other_words(old, new) and _close(old.began, new.began, shift):
            yield Change("title", old.line, cited)
        if _moved(old.began, new.began, shift) or _moved(old.finished, new.finished, shift):
            yield Change("dates", old.line, cited)


def _other_house(old: Entry, new: Entry) -> bool:
    """Whether two roles name two organisations; one that names none, such as "self-employed", contradicts nothing."""
    return None not in (house(old.organisation), house(new.organisation)) and not one_house(old, new)


def _other_identifier(old: Entry, new: Entry) -> bool:
    if not old.identifier or not new.identifier:
        return False
    return old.identifier != new.identifier and form(old.identifier) == form(new.identifier)


def _other_words(old: Entry, new: Entry) -> bool:
    """Whether two titles have no word in common."""
    one, other = set(_titled(old)), set(_titled(new))
    return bool(one and other) and not one & other


def _moved(old: Months | None, new: Months | None, shift: int) -> bool:
    if old is None or new is None:
        return False
    return new.first + shift - old.last > MOVED or old.first - new.last - shift > MOVED
