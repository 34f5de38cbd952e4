"""Fabricated careers by the recipes of `fabricated.yml`: dates, titles and counters of accounts that nobody is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from counterlure.case.rows import PageRow, ProfileRow
from counterlure.simulate.careers import captures
from counterlure.simulate.careers.captures import Counters, capture, counted
from counterlure.simulate.careers.draws import fabricated, honest, load
from counterlure.simulate.careers.honest import career
from counterlure.simulate.careers.organisations import House, Houses
from counterlure.simulate.careers.roles import NOW, YEAR, Role, pick

RECIPES = ("generated", "front_firm", "stolen", "aged", "borrowed_post")
SENIOR_TITLES = ("Head of Studies", "Senior Consultant", "Director of Research", "Partner", "Programme Director")
"""What personas of consultancies and think tanks call themselves in public reports."""


@dataclass
class Stock:
    """What fabricated careers take from others.

    taken : says of a role in a copied career what it is where nobody else holds its post.
    posts, target_posts : roles of honest people and of targets that one person holds.
    """

    houses: Houses
    taken: Callable[[Role, Random], Role]
    posts: Sequence[Role] = ()
    target_posts: Sequence[Role] = ()
    fronts: list[tuple[House, int]] = field(default_factory=list)
    pages: list[PageRow] = field(default_factory=list)


def persona(recipe: str, rng: Random, stock: Stock) -> list[ProfileRow]:
    """Captures of one persona, the newest last; pages of front firms are added to the stock."""
    return _MAKERS[recipe](rng, stock)


def _counters(rng: Random) -> Counters:
    return counted(fabricated(), rng)


def _generated(rng: Random, stock: Stock) -> list[ProfileRow]:
    draws = fabricated()
    trade = load("titles.yml")[rng.choice(("technology", "business"))]
    count = draws.number("generated_roles", rng)
    ranks = ["plain", "senior", "manager", "head", "head", "top"][:count]
    if draws.happens("generated_leap", rng):
        ranks[1:] = ["head", *ranks[2:]]
    seamless, roles, end = draws.happens("generated_seamless", rng), [], NOW
    for rank in reversed(ranks):
        begin = end - draws.number("generated_length", rng)
        if draws.happens("generated_january", rng):
            begin = begin // YEAR * YEAR
        elsewhere = draws.happens("generated_elsewhere", rng)
        house = rng.choice(stock.houses.elsewhere) if elsewhere else stock.houses.any(rng)
        invented = draws.happens("generated_identifier", rng)
        identifier = house.unit(rng.randint(10, 9_999)) if invented else house.identifier
        roles.append(Role(house, pick(trade[rank], rng), begin, None if end == NOW else end, identifier))
        end = begin - 1 if seamless else begin - rng.randint(0, 8)
    roles.append(Role(None, "", end - 47, end - 1))
    connections, followers, recommendations = _counters(rng)
    if draws.happens("generated_counter", rng):
        connections = rng.randint(501, 1_800)
    return [capture(roles, NOW, (connections, followers, recommendations))]


def _front_firm(rng: Random, stock: Stock) -> list[ProfileRow]:
    draws = fabricated()
    house = _front(rng, stock)
    count, months = draws.number("front_roles", rng), draws.number("front_experience", rng)
    begin = NOW - months
    cuts = sorted(rng.sample(range(begin + 3, NOW - 3), count - 1)) if count > 1 else []
    roles = []
    for n, (start, stop) in enumerate(zip([begin, *cuts], [*cuts, NOW], strict=True)):
        last = n == count - 1
        title = pick(SENIOR_TITLES if last else load("titles.yml")["business"]["senior"], rng)
        ended = None if last else stop - rng.choice((0, 1, 1, 2, 4))
        place = house if last else stock.houses.any(rng)
        roles.append(Role(place, title, start, ended, place.identifier if rng.random() < 0.6 else None))
    roles.append(Role(None, "", begin - 50, begin - 2, years=rng.random() < 0.6))
    counters = (rng.randint(3, 29), 40, 0) if draws.happens("front_thin", rng) else _counters(rng)
    return [capture(roles, NOW, counters)]


def _front(rng: Random, stock: Stock) -> House:
    """A front firm with room for one persona more, or a new one, whose page may be handed in."""
    draws = fabricated()
    if stock.fronts and stock.fronts[-1][1] > 0:
        house, left = stock.fronts.pop()
        stock.fronts.append((house, left - 1))
        return house
    house = stock.houses.new(draws.number("front_staff", rng))
    stock.houses.own.remove(house)  # its page is made here
    stock.fronts.append((house, draws.number("front_size", rng) - 1))
    if draws.happens("front_page_captured", rng):
        stock.pages.append(stock.houses.front_page(house, rng, captures.at(NOW)))
    return house


def _stolen(rng: Random, stock: Stock) -> list[ProfileRow]:
    roles = [stock.taken(role, rng) for role in career(honest().one("path", rng), rng, stock.houses)]
    thin = fabricated().happens("stolen_counters", rng)
    return [capture(roles, NOW, (rng.randint(5, 60), 60, 0) if thin else _counters(rng))]


def _aged(rng: Random, stock: Stock) -> list[ProfileRow]:
    draws = fabricated()
    before = _long(rng, stock)
    after = list(before)
    month = NOW - rng.randint(4, 24)
    held = [n for n, role in enumerate(before) if role.house and role.began < month - 6]
    for n in rng.sample(held, min(draws.number("aged_replaced", rng), len(held))):
        house = stock.houses.any(rng)
        title = pick(load("titles.yml")["business"][rng.choice(("senior", "manager", "head"))], rng)
        shift = rng.choice((-1, 1)) * rng.randint(24, 60) if draws.happens("aged_moved", rng) else 0
        moved = before[n].moved(min(shift, month - 6 - before[n].began))
        after[n] = replace(moved, house=house, title=title, identifier=house.identifier)
    for n in held:
        if draws.happens("aged_wrong_date", rng) and after[n].ended is not None:
            after[n] = replace(after[n], ended=after[n].began - rng.randint(3, 30))
    found = [capture(after, NOW, _counters(rng))]
    if draws.happens("aged_captures", rng):
        found.insert(0, capture(before, month, _counters(rng)))
    return found


def _long(rng: Random, stock: Stock) -> list[Role]:
    """An honest career of three roles and more."""
    while True:
        roles = career("employee", rng, stock.houses)
        if sum(role.house is not None and not role.undated for role in roles) >= 3:
            return [stock.taken(role, rng) for role in roles]


def _borrowed_post(rng: Random, stock: Stock) -> list[ProfileRow]:
    draws = fabricated()
    from_target = stock.target_posts and draws.happens("borrowed_from_target", rng)
    posts = stock.target_posts if from_target else stock.posts
    roles = _long(rng, stock)
    if posts:
        post = posts[rng.randrange(len(posts))]
        begin = max(post.began, NOW - 60) + rng.randint(0, 6)
        identifier = post.identifier if draws.happens("borrowed_identifier", rng) else None
        kept = [r for r in roles if r.house is None or (r.ended is not None and r.ended <= begin)]
        roles = [*kept, replace(post, began=begin, identifier=identifier, years=False, undated=False)]
    return [capture(roles, NOW, _counters(rng))]


_MAKERS: dict[str, Callable[[Random, Stock], list[ProfileRow]]] = {
    "generated": _generated,
    "front_firm": _front_firm,
    "stolen": _stolen,
    "aged": _aged,
    "borrowed_post": _borrowed_post,
}
