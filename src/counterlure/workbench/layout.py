"""Places for the picture of groups: discs beside each other, and inside each the targets with accounts around them.

A unit is the distance of two neighbouring glyphs. Places are rounded, so that equal input gives equal bytes.

References
----------
Wang et al. (2006), visualization of large hierarchical data by circle packing: the front chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import atan2, cos, hypot, pi, sin, sqrt
from typing import NamedTuple

SWEEPS = 4
MARGIN = 1.1
GAP = 0.9
STRETCH = 1.35
"""How much wider than high the whole picture is."""

Point = tuple[float, float]


class Disc(NamedTuple):
    """Places around (0, 0), by id, all within `radius`."""

    places: dict[str, Point]
    radius: float


def disc(middle: Sequence[str], around: Sequence[str], lines: Sequence[tuple[str, str]]) -> Disc:
    """Puts `middle` inside and `around` outside; lines (around, middle) are kept short.

    Every line names ids of both; ids without a line come last.
    """
    if not middle or not around:
        return _sunflower([*middle, *around])
    inner, outer = _ordered(middle, around, lines)
    radii = _radii(len(inner), 0.0 if len(inner) == 1 else min(max(0.6, len(inner) / (2 * pi)), 1.0))
    beyond = max(radii[-1] + 1.1, 1.3)
    places = _on_rings(inner, radii)
    rings = _radii(len(outer), beyond)
    places.update(_on_rings(outer, rings))
    return Disc(places, round(rings[-1] + MARGIN, 2))


def _sunflower(ids: Sequence[str]) -> Disc:
    """Evenly over a disc, the first in the middle."""
    turn = pi * (3 - sqrt(5))
    places = {
        one: _rounded(0.85 * sqrt(i) * cos(i * turn), 0.85 * sqrt(i) * sin(i * turn)) for i, one in enumerate(ids)
    }
    return Disc(places, round(0.85 * sqrt(max(len(ids) - 1, 0)) + MARGIN, 2))


def _radii(n: int, first: float) -> list[float]:
    """Radii of as many rings as `n` glyphs need at a distance of one unit, from `first` outwards."""
    if n == 1 or first == 0.0:
        return [first]
    radii = [first]
    while sum(radii) * 2 * pi < n:
        radii.append(radii[-1] + 1.0)
    return radii


def _on_rings(ids: Sequence[str], radii: Sequence[float]) -> dict[str, Point]:
    """In order around the middle, spread over the rings in proportion to their length, evenly on each."""
    owed, whole = [0.0] * len(radii), sum(radii) or 1.0
    on: list[list[int]] = [[] for _ in radii]
    for i in range(len(ids)):
        owed = [debt + radius / whole for debt, radius in zip(owed, radii, strict=True)]
        ring = max(range(len(radii)), key=lambda k: (owed[k], k))
        owed[ring] -= 1.0
        on[ring].append(i)
    places = {}
    for radius, own in zip(radii, on, strict=True):
        for k, i in enumerate(own):
            turn = 2 * pi * (own[0] / len(ids) + k / len(own)) - pi / 2
            places[ids[i]] = _rounded(radius * cos(turn), radius * sin(turn))
    return places


def _ordered(
    middle: Sequence[str], around: Sequence[str], lines: Sequence[tuple[str, str]]
) -> tuple[list[str], list[str]]:
    """Both in an order in which neighbours stand at the same angle, by going to the mean angle a few times."""
    outward: dict[str, list[str]] = {}
    inward: dict[str, list[str]] = {}
    for account, target in lines:
        inward.setdefault(account, []).append(target)
        outward.setdefault(target, []).append(account)
    outer = _walk(list(middle), list(around), inward, outward)
    inner = list(middle)
    for _ in range(SWEEPS):
        inner = _by_angle(inner, outer, outward)
        outer = _by_angle(outer, inner, inward)
    return inner, outer


def _walk(
    middle: list[str], around: list[str], inward: Mapping[str, list[str]], outward: Mapping[str, list[str]]
) -> list[str]:
    """The accounts in the order in which one meets them going from target to account to target."""
    seen: dict[str, None] = {}
    met: set[str] = set()
    for start in middle:
        waiting = [start]
        while waiting:
            target = waiting.pop()
            if target in met:
                continue
            met.add(target)
            for account in outward.get(target, ()):
                if account not in seen:
                    seen[account] = None
                    waiting.extend(t for t in inward[account] if t not in met)
    return [*seen, *(account for account in around if account not in seen)]


def _by_angle(moved: Sequence[str], fixed: Sequence[str], neighbours: Mapping[str, list[str]]) -> list[str]:
    turn = {one: 2 * pi * i / len(fixed) for i, one in enumerate(fixed)}
    keys = {}
    for place, one in enumerate(moved):
        x = sum(cos(turn[other]) for other in neighbours.get(one, ()))
        y = sum(sin(turn[other]) for other in neighbours.get(one, ()))
        keys[one] = (round(atan2(y, x) % (2 * pi), 9) if hypot(x, y) > 1e-9 else 2 * pi * place / len(moved), one)
    return sorted(moved, key=keys.__getitem__)


def _rounded(x: float, y: float) -> Point:
    return round(x, 2) + 0.0, round(y, 2) + 0.0


class _Link:
    """One disc of the front, the ring of outermost ones, which knows its neighbours."""

    __slots__ = ("before", "far", "next", "r", "x", "y")

    def __init__(self, r: float) -> None:
        self.r, self.x, self.y, self.far = r, 0.0, 0.0, 0.0
        self.before = self.next = self


def packed(radii: Sequence[float]) -> list[Point]:
    """Centres of discs that do not overlap; the first are in the middle of an ellipse that is wider than high."""
    links = [_Link(r + GAP / 2) for r in radii]
    for i, link in enumerate(links):
        if i < 2:
            _start(links[: i + 1])
        elif i == 2:
            front = _close(*links[:3])
        else:
            front = _add(front, link)
    return [_rounded(link.x, link.y) for link in links]


def _start(links: Sequence[_Link]) -> None:
    if len(links) == 2:
        one, two = links
        one.x, two.x = -two.r, one.r


def _close(a: _Link, b: _Link, c: _Link) -> _Link:
    _touch(b, a, c)
    a.next = c.before = b
    b.next = a.before = c
    c.next = b.before = a
    for link in (a, b, c):
        link.far = _distance(link)
    return _nearest(a)


def _add(a: _Link, c: _Link) -> _Link:
    """Puts `c` beside `a` and its next; where it would lie on others of the front, these are taken off first."""
    b = a.next
    while True:
        _touch(a, b, c)
        hit = _hit(a, b, c)
        if hit is None:
            break
        a, b = hit
        a.next, b.before = b, a
    c.before, c.next, a.next, b.before = a, b, c, c
    for link in (a, c):
        link.far = _distance(link)
    return _nearest(c)


def _hit(a: _Link, b: _Link, c: _Link) -> tuple[_Link, _Link] | None:
    ahead, back = b.next, a.before
    there, here = b.r, a.r
    while True:
        if there <= here:
            if _overlap(ahead, c):
                return a, ahead
            there += ahead.r
            ahead = ahead.next
        else:
            if _overlap(back, c):
                return back, b
            here += back.r
            back = back.before
        if ahead is back.next:
            return None


def _touch(b: _Link, a: _Link, c: _Link) -> None:
    """Places `c` so that it touches both."""
    dx, dy = b.x - a.x, b.y - a.y
    square = dx * dx + dy * dy
    if not square:
        c.x, c.y = a.x + c.r, a.y
        return
    to_a, to_b = (a.r + c.r) ** 2, (b.r + c.r) ** 2
    if to_a > to_b:
        x = (square + to_b - to_a) / (2 * square)
        y = sqrt(max(0.0, to_b / square - x * x))
        c.x, c.y = b.x - x * dx - y * dy, b.y - x * dy + y * dx
    else:
        x = (square + to_a - to_b) / (2 * square)
        y = sqrt(max(0.0, to_a / square - x * x))
        c.x, c.y = a.x + x * dx - y * dy, a.y + x * dy + y * dx


def _overlap(a: _Link, b: _Link) -> bool:
    reach = a.r + b.r - 1e-6
    return reach * reach > (b.x - a.x) ** 2 + (b.y - a.y) ** 2


def _distance(a: _Link) -> float:
    """How far out the gap after this one lies; rounded, so that equal gaps are told apart by their order alone."""
    b = a.next
    both = a.r + b.r
    x, y = (a.x * b.r + b.x * a.r) / both, (a.y * b.r + b.y * a.r) / both
    return round((x / STRETCH) ** 2 + y * y, 6)


def _nearest(start: _Link) -> _Link:
    best, link = start, start.next
    while link is not start:
        if link.far < best.far:
            best = link
        link = link.next
    return best
