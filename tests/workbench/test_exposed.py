"""Small numbers are withheld so that nobody can work them out from what is told."""

from __future__ import annotations

import re
from collections import Counter
from itertools import product
from types import SimpleNamespace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from counterlure.model import Exposure, Stage, TargetInfo
from counterlure.workbench.exposed import FEW, MANY, SMALLEST, WITHHELD, table
from tests.workbench.conftest import A

STAGES = (Stage.APPROACH, Stage.TASKING, None)
HOUSES, UNITS = ("North", "South", "West", "East", "Mid", None), ("Lab", "Sales", "Press", "Yard", "Desk", None)
PLENTY = 60

person = st.tuples(st.sampled_from(HOUSES), st.sampled_from(UNITS), st.sampled_from(STAGES))
people = st.lists(st.tuples(person, st.integers(1, 7)), min_size=1, max_size=9)


def judgement(groups):
    """Groups of ((organisation, department, stage), how many)."""
    everybody = [one for one, count in groups for _ in range(count)]
    exposure, targets = [], {}
    for number, (house, unit, stage) in enumerate(everybody):
        target = f"T-{number:04d}"
        exposure.append(Exposure(target, house, None, stage, (1,), ()))
        targets[target] = TargetInfo(target, None, house, None, department=unit)
    return SimpleNamespace(exposure=tuple(exposure), targets=targets)


def possible(told):
    """What a reader can think of one told count."""
    return {FEW: range(1, SMALLEST), MANY: range(SMALLEST, PLENTY), WITHHELD: range(1, PLENTY)}.get(told, (told,))


def sums(cells):
    reached = {0}
    for cell in cells:
        reached = {a + b for a, b in product(reached, cell) if a + b < 2 * PLENTY}
    return reached


def thinkable(own, other, place):
    """Every value that a cell may have, given all that is told of its stage in both tables."""
    rest = sums([possible(told) for at, told in enumerate(own) if at != place])
    whole = sums([possible(told) for told in other])
    return {value for value in possible(own[place]) if any(value + part in whole for part in rest)}


@settings(deadline=None, max_examples=150)
@given(people)
@example([(("North", "Lab", None), 1), (("South", "Lab", None), 1)])
@example([(("North", unit, None), 1) for unit in UNITS[:4]])
@example([((house, unit, None), 4) for house, unit in zip(HOUSES, UNITS, strict=True)])
@example([(("North", "Lab", None), 20), (("South", "Lab", None), 2), (("South", "Sales", None), 6)])
@example([((house, unit, None), 4 if house == unit else 1) for house in HOUSES[:4] for unit in UNITS[:5]])
def test_no_withheld_count_follows_from_what_is_told_in_both_tables(groups):
    j = judgement(groups)
    houses, units = table(j, "organisation", "en"), table(j, "department", "en")
    assert houses.stages == units.stages
    for stage in range(len(houses.stages)):
        columns = [[row.counts[stage] for row in one.rows] for one in (houses, units)]
        for own, other in (columns, columns[::-1]):
            for place, told in enumerate(own):
                if isinstance(told, str):
                    assert len(thinkable(own, other, place)) > 1, (columns, place)


@settings(deadline=None, max_examples=150)
@given(people)
def test_a_total_adds_nothing_to_what_its_row_tells(groups):
    j = judgement(groups)
    for by in ("organisation", "department"):
        for row in table(j, by, "en").rows:
            if isinstance(row.total, int):
                assert row.total == sum(row.counts)
            elif row.total != WITHHELD:
                assert [count for count in row.counts if count] == [row.total]


@settings(deadline=None, max_examples=150)
@given(people)
def test_what_is_told_is_true_and_never_below_the_threshold(groups):
    j = judgement(groups)
    for by, names, place in (("organisation", HOUSES, 0), ("department", UNITS, 1)):
        made = table(j, by, "en")
        tally = Counter()
        for one, count in groups:
            tally[one[place], one[2]] += count
        rows = {row.name: row for row in made.rows}
        assert len(rows) == len({key[0] for key in tally})
        for name in names:
            for stage, count in ((stage, tally[name, stage]) for stage in STAGES if tally[name, stage]):
                assert any(count in possible(told) for told in rows[name or "not known"].counts), stage
        for row in made.rows:
            assert not any(isinstance(told, int) and 0 < told < SMALLEST for told in (*row.counts, row.total))


def test_large_counts_are_told_as_they_are():
    groups = [(("North", "Lab", None), 7), (("South", "Sales", None), 9), (("South", "Sales", Stage.TASKING), 5)]
    made = table(judgement(groups), "organisation", "en")
    assert [(row.name, row.counts, row.total) for row in made.rows] == [("North", [0, 7], 7), ("South", [5, 9], 14)]


def test_a_single_small_count_takes_the_exact_ones_of_its_stage_along():
    groups = [(("North", "Lab", None), 7), (("South", "Lab", None), 2)]
    houses, units = (table(judgement(groups), by, "en") for by in ("organisation", "department"))
    assert [row.counts for row in houses.rows] == [[MANY], [FEW]]
    assert [row.counts for row in units.rows] == [[MANY]]


def test_the_page_tells_no_count_below_the_threshold_and_lists_people_to_reviewers_alone(reading):
    page = reading.client("viewer").page(f"/c/{A}/exposure")
    cells = re.findall(r'<td class="num">([^<]*)</td>', page)
    assert cells
    assert all(cell == "–" or not cell.isdigit() or int(cell) >= SMALLEST for cell in cells)
    assert "T-0001" not in page
    assert "T-0001" in reading.client("analyst").page(f"/c/{A}/exposure")
