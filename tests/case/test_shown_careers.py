"""Which capture of an account is shown to people, and in what order its entries stand."""

from __future__ import annotations

from pathlib import Path

from counterlure.case import view
from counterlure.case.rows import AccountRow, Batch, PositionRow, ProfileRow
from counterlure.case.store import Case
from counterlure.case.write import DeliveryWriter
from tests.factories import NOW, Delivery, new_case

from .conftest import OWNER

WORK = [PositionRow("work", "Works", "Buyer", "2020-01", None, 7)]


def write(case: Case, *profiles: tuple[int | None, list[PositionRow]], name: str = "mira.json") -> int:
    """One delivery with these captures of one account, (captured_at, positions); the account's id."""
    rows = [ProfileRow(0, at, "h", None, i + 1, positions) for i, (at, positions) in enumerate(profiles)]
    batch = Batch(name, "capture", name, accounts=[AccountRow(["in:mira"], "Mira")], profiles=rows)
    DeliveryWriter(case).write(Delivery(name, name, OWNER, [batch]))
    return view.find_account(case, "in:mira")[0]


def test_the_newest_capture_that_shows_positions_counts_and_none_are_mixed(case: Case) -> None:
    older = [PositionRow("work", "Elsewhere", "Clerk", "2019", "2020", 3)]
    mira = write(case, (NOW - 500, older), (NOW - 100, WORK), (NOW, []), (None, older))
    shown = view.displayed(case, [mira])[mira]
    assert (shown.captured_at, shown.captures) == (NOW - 100, 4)
    assert [(e.organisation, e.source) for e in shown.entries] == [("Works", "mira.json:7")]


def test_a_capture_without_date_counts_where_no_other_shows_a_career(case: Case) -> None:
    mira = write(case, (None, WORK), (NOW, []))
    shown = view.displayed(case, [mira])[mira]
    assert (shown.captured_at, len(shown.entries)) == (None, 1)


def test_entries_stand_newest_first_running_before_ended_and_undated_last(case: Case) -> None:
    dates = [("2015", "2016"), (None, None), ("2020-03", "2021"), ("2020-03", None), (None, "2012")]
    positions = [PositionRow("work", None, str(i), a, b, i + 2) for i, (a, b) in enumerate(dates)]
    mira = write(case, (NOW, positions))
    assert [e.title for e in view.displayed(case, [mira])[mira].entries] == ["3", "2", "0", "4", "1"]


def test_the_order_of_reading_does_not_decide_between_captures_of_one_time(case: Case, tmp_path: Path) -> None:
    other = [PositionRow("work", "Elsewhere", "Clerk", "2019", "2020", 3)]
    write(case, (NOW, WORK), name="a.json")
    mira = write(case, (NOW, other), name="b.json")
    turned = new_case(tmp_path / "turned")
    write(turned, (NOW, other), name="b.json")
    again = write(turned, (NOW, WORK), name="a.json")
    assert view.displayed(case, [mira])[mira] == view.displayed(turned, [again])[again]


def test_accounts_without_positions_are_not_there(case: Case) -> None:
    mira = write(case, (NOW, []))
    assert view.displayed(case, [mira, 999]) == {}
    assert view.displayed(case, []) == {}


def test_more_accounts_than_one_statement_takes_are_all_found(case: Case) -> None:
    mira = write(case, (NOW, WORK))
    assert set(view.displayed(case, range(5_000))) == {mira}
