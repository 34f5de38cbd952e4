"""A case full of careers whose truth is known: honest people, targets among them, and personas by recipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from counterlure.case.rows import AccountRow, Batch, PageRow, PositionRow, ProfileRow
from counterlure.simulate.careers import captures
from counterlure.simulate.careers.draws import fabricated, honest
from counterlure.simulate.careers.fabricated import Stock, persona
from counterlure.simulate.careers.honest import career
from counterlure.simulate.careers.organisations import House, Houses
from counterlure.simulate.careers.roles import NOW, Role

SOLE = ("Head of", "Chief", "Directeur général", "Director General", "Secrétaire général", "Directeur technique")
"""How the titles of `titles.yml` begin that one person holds at a time."""
INSTEAD = "Senior Manager"
TARGETS_PER_CENT = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """One account. recipe : "" for an honest one, else of `fabricated.RECIPES`; path : of an honest life, else "".

    key : its address. target : whether it is a protected person's own.
    """

    key: str
    path: str
    recipe: str
    target: bool
    captures: tuple[ProfileRow, ...]


@dataclass(frozen=True, slots=True)
class Population:
    """Accounts and captures of organisations' pages."""

    accounts: tuple[Shown, ...]
    pages: tuple[PageRow, ...]

    def captured(self) -> Batch:
        """All captures of accounts that are no target's, and the pages, as one file."""
        return _batch("captures", [shown for shown in self.accounts if not shown.target], self.pages)

    def of_targets(self) -> Iterator[tuple[Shown, Batch]]:
        """Every target with the captures of its own profile."""
        for shown in self.accounts:
            if shown.target:
                yield shown, _batch(shown.key, [shown], ())


def _batch(name: str, chosen: Sequence[Shown], pages: Sequence[PageRow]) -> Batch:
    rows, line = [], 2
    for number, shown in enumerate(chosen):
        for capture in shown.captures:
            rows.append(_placed(capture, number, line))
            line += len(capture.positions) + 1
    accounts = [AccountRow([shown.key]) for shown in chosen]
    placed = [_page(page, line + n) for n, page in enumerate(pages)]
    return Batch(f"{name}.zip/profiles.json", "capture", name, accounts=accounts, profiles=rows, pages=placed)


def population(honest_accounts: int, fabricated_accounts: int, seed: int) -> Population:
    """So many honest accounts, every thirty-third or so a target, and so many personas; same seed, same accounts."""
    houses = Houses(seed)
    held: dict[tuple[House, str], list[tuple[int, int]]] = {}
    shown: list[Shown] = []
    posts: tuple[list[Role], list[Role]] = ([], [])
    for number in range(honest_accounts):
        rng = Random(f"careers {seed} honest {number}")  # noqa: S311
        path = honest().one("path", rng)
        roles = [_free(role, held, rng) for role in career(path, rng, houses)]
        target = rng.randrange(100) < TARGETS_PER_CENT
        posts[target].extend(role for role in roles if _post(role) is not None and role.lasts(NOW))
        own = captures.of_honest(roles, rng, houses)
        shown.append(Shown(f"in:h{number:05}", path, "", target, tuple(own)))
    stock = Stock(houses, lambda role, rng: _free(role, held, rng), posts[False], posts[True])
    pages = houses.pages(seed, captures.at(NOW))
    for number in range(fabricated_accounts):
        rng = Random(f"careers {seed} fabricated {number}")  # noqa: S311
        recipe = fabricated().one("recipe", rng)
        shown.append(Shown(f"in:f{number:05}", "", recipe, False, tuple(persona(recipe, rng, stock))))
    return Population(tuple(shown), (*pages, *stock.pages))


def _post(role: Role) -> tuple[House, str] | None:
    return (role.house, role.title) if role.house and role.title.startswith(SOLE) else None


def _free(role: Role, held: dict[tuple[House, str], list[tuple[int, int]]], rng: Random) -> Role:
    """The role itself, or a lesser one where somebody else holds the post; now and then two hold it for two units."""
    post = _post(role)
    if post is None:
        return role
    span = role.began, NOW if role.ended is None else role.ended
    taken = any(min(span[1], end) > max(span[0], begin) for begin, end in held.get(post, ()))
    if taken and not honest().happens("same_post", rng):
        return replace(role, title=INSTEAD)
    held.setdefault(post, []).append(span)
    return role


def _placed(capture: ProfileRow, account: int, line: int) -> ProfileRow:
    positions = [_at(position, line - 1 + position.line) for position in capture.positions]
    return ProfileRow(
        account, capture.captured_at, None, None, line, positions, capture.connections, capture.followers,
        capture.recommendations,
    )  # fmt: skip


def _at(row: PositionRow, line: int) -> PositionRow:
    dates = row.started, row.ended, line
    return PositionRow(row.kind, row.organisation, row.title, *dates, row.description, row.identifier)


def _page(page: PageRow, line: int) -> PageRow:
    return PageRow(page.organisation, line, page.captured_at, page.identifier, page.followers, page.staff)
