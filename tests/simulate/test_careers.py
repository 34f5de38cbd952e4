"""Simulated careers are drawn from distributions that say where they come from, and are as messy as they claim."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from counterlure.case.rows import PositionRow, ProfileRow
from counterlure.errors import RuleError
from counterlure.simulate.careers import RECIPES, Shown, draws, population
from counterlure.simulate.careers.captures import at
from counterlure.simulate.careers.draws import Draws
from counterlure.simulate.careers.roles import NOW

HONEST, FABRICATED = 1500, 500


@pytest.fixture(scope="module")
def accounts() -> tuple[Shown, ...]:
    return population(HONEST, FABRICATED, seed=3).accounts


def months(date: str) -> int:
    """Months of the calendar's year 0; a year is its January."""
    return 12 * int(date[:4]) + (int(date[5:7]) - 1 if len(date) == 7 else 0)


def work(capture: ProfileRow) -> list[PositionRow]:
    """Roles in the order of their begin, those without one left out."""
    roles = [row for row in capture.positions if row.kind == "work" and row.started]
    return sorted(roles, key=lambda row: (row.started, row.ended or "9"))


def to_month(role: PositionRow) -> bool:
    return len(role.started or "") == 7 and (role.ended is None or len(role.ended) == 7)


def seamless(roles: list[PositionRow]) -> bool:
    return all(one.ended and months(two.started or "") - months(one.ended) in (0, 1) for one, two in pairwise(roles))


def share(found: list[bool]) -> float:
    return sum(found) / len(found)


@pytest.mark.parametrize("name", ["honest.yml", "fabricated.yml"])
def test_every_distribution_says_where_it_comes_from(name):
    for key, entry in Draws(name).entries.items():
        cited = entry["basis"] == "judgement" or any(char.isdigit() for char in entry["origin"])
        assert cited, key


def test_a_distribution_without_origin_or_form_is_refused(monkeypatch):
    for entry in (
        {"share": 0.5, "basis": "judgement"},
        {"share": 1, "basis": "heard", "origin": "x"},
        {"basis": "cited", "origin": "x"},
    ):
        monkeypatch.setattr(draws, "load", lambda _name, entry=entry: {"some": entry})
        with pytest.raises(RuleError):
            Draws("any.yml")


def test_the_same_seed_makes_the_same_accounts_and_another_makes_others():
    one = population(40, 10, seed=5)
    assert one == population(40, 10, seed=5)
    assert one.accounts != population(40, 10, seed=6).accounts


def test_honest_accounts_do_not_depend_on_how_many_are_fabricated():
    honest = [account for account in population(60, 30, seed=5).accounts if not account.recipe]
    assert tuple(honest) == population(60, 0, seed=5).accounts


def test_every_path_and_every_recipe_occurs(accounts):
    assert {account.recipe for account in accounts} == {"", *RECIPES}
    assert {account.path for account in accounts if not account.recipe} == set(
        draws.honest().entries["path"]["weights"]
    )


def test_targets_are_honest_and_nobody_has_a_name_or_a_text(accounts):
    assert 0.01 < share([account.target for account in accounts if not account.recipe]) < 0.06
    assert not any(account.target for account in accounts if account.recipe)
    captures = [capture for account in accounts for capture in account.captures]
    assert not any(capture.headline or capture.summary or capture.picture for capture in captures)
    assert not any(row.description for capture in captures for row in capture.positions)


def test_a_fourth_of_honest_careers_has_no_seam_as_published(accounts):
    """26 % of 54 real curricula, that is between 15 and 40 % (exact 95 % bounds)."""
    careers = [work(account.captures[-1]) for account in accounts if account.path and account.captures]
    whole = [roles for roles in careers if len(roles) >= 3 and all(map(to_month, roles))]
    assert 0.20 < share([seamless(roles) for roles in whole]) < 0.32


def test_generated_careers_are_as_published(accounts):
    generated = [account.captures[-1] for account in accounts if account.recipe == "generated"]
    assert share([seamless(work(capture)) for capture in generated]) > 0.88
    assert 0.08 < share([(capture.connections or 0) > 500 for capture in generated]) < 0.30


def test_honest_careers_are_messy(accounts):
    careers = [work(account.captures[-1]) for account in accounts if account.path and account.captures]
    several = [[r for r in roles if to_month(r)] for roles in careers]
    several = [roles for roles in several if len(roles) >= 3]
    gaps = [
        any(one.ended and months(two.started) - months(one.ended) > 1 for one, two in pairwise(roles))
        for roles in several
    ]
    overlaps = [
        any(not one.ended or months(two.started) < months(one.ended) for one, two in pairwise(roles))
        for roles in several
    ]
    years = [any(len(role.started) == 4 for role in roles) for roles in careers]
    backwards = [
        role.ended is not None and months(role.ended) < months(role.started) for roles in careers for role in roles
    ]
    assert share(gaps) > 0.3
    assert share(overlaps) > 0.2
    assert 0.1 < share(years) < 0.5
    assert 0 < share(backwards) < 0.01
    assert Counter(len(account.captures) for account in accounts if account.path)[2] > 50


def test_a_capture_shows_nothing_that_came_after_it_but_what_was_announced(accounts):
    for capture in (capture for account in accounts for capture in account.captures):
        for row in work(capture):
            later = at(months(row.started)) > capture.captured_at and len(row.started) == 7
            # An end that lies in the past and a slip that exchanged it with the begin are all that may be left.
            assert not later or capture.captured_at == at(NOW) or (row.ended or "9") < row.started


def test_lines_are_those_of_one_file(accounts):
    made = population(30, 10, seed=5)
    batch = made.captured()
    lines = [capture.line for capture in batch.profiles] + [
        row.line for capture in batch.profiles for row in capture.positions
    ]
    lines += [page.line for page in batch.pages]
    assert sorted(lines) == list(range(2, 2 + len(lines)))
    assert len(batch.accounts) + sum(1 for _ in made.of_targets()) == 40
