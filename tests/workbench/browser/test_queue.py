"""A queue of thousands of rows of which a few dozen are drawn: moving, filtering, coming back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.workbench.browser.desk import all_saved, case_address, dossier_ready
from tests.workbench.browser.material import QUIET

ROWS_IN_PAGE = 60


@pytest.fixture
def page(desk, served):
    opened = desk.person(served, "ana")
    opened.goto(case_address(opened, served, "large"))
    opened.wait_for_selector(".row.chosen")
    return opened


def active(page):
    """The row that the grid tells as active: its number from 1, and the account in it once it is read."""
    row = page.locator(f"[id='{page.get_attribute('#grid', 'aria-activedescendant')}']")
    row.locator("[role=rowheader] a").wait_for()
    assert row.get_attribute("aria-selected") == "true"
    return int(row.get_attribute("aria-rowindex")) - 1, row.locator("[role=rowheader] a").inner_text()


def drawn(page):
    return page.locator(".rows .row").count()


def in_sight(page):
    return page.evaluate(
        """() => { const row = document.querySelector(".row.chosen").getBoundingClientRect();
        const grid = document.getElementById("grid"), box = grid.getBoundingClientRect();
        const head = grid.firstElementChild.getBoundingClientRect();
        return row.top >= head.bottom - 2 && row.bottom <= box.bottom + 2; }"""
    )


def total(page):
    return int(re.sub(r"\D", "", page.locator("#total").inner_text()))


def test_end_home_and_pages_reach_every_row_with_few_of_them_drawn(page):
    rows = QUIET + 2
    assert page.get_attribute("#grid", "aria-rowcount") == str(rows + 1)
    assert active(page)[0] == 1
    for key, place in (("End", rows), ("Home", 1), ("j", 2), ("ArrowDown", 3), ("k", 2), ("ArrowUp", 1), ("k", 1)):
        page.keyboard.press(key)
        assert active(page)[0] == place
        assert in_sight(page)
        assert drawn(page) <= ROWS_IN_PAGE
    page.keyboard.press("PageDown")
    first = active(page)[0]
    assert 8 < first < 30
    page.keyboard.press("PageDown")
    assert active(page)[0] == 2 * first - 1
    page.keyboard.press("PageUp")
    assert active(page)[0] == first
    assert in_sight(page)


def test_rows_come_while_one_scrolls_and_the_active_row_stays_told(page):
    before = active(page)
    page.locator("#grid").evaluate("grid => { grid.scrollTop = grid.scrollHeight / 2; }")
    middle = page.locator(".rows .row[aria-rowindex='1500'] [role=rowheader] a")
    middle.wait_for()
    assert active(page) == before
    assert drawn(page) <= ROWS_IN_PAGE
    indexes = [int(row.get_attribute("aria-rowindex")) for row in page.locator(".rows .row").all()]
    assert len(set(indexes)) == len(indexes)


def test_search_and_filters_narrow_the_queue_and_stand_in_the_address(desk, served, page):
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("A-0100")
    page.wait_for_url("**text=A-0100")
    page.locator("#total", has_text="1 row").wait_for()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "grid"
    assert active(page) == (1, "A-0100")
    page.keyboard.press("/")
    page.keyboard.type("no such tag")
    page.locator("#total", has_text="Nothing fits").wait_for()
    assert page.get_attribute("#grid", "aria-activedescendant") is None
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.check(".chip.clear input", force=True)
    page.select_option("[name=sort]", "account")
    page.check("[name=ascending]")
    page.wait_for_url("**descending=false")
    page.locator(".rows .row[aria-rowindex='2'] a", has_text="A-0003").wait_for()
    rows = total(page)
    assert rows == QUIET + 1

    again = desk.person(served, "vic")
    again.goto(page.url)
    again.wait_for_selector(".row.chosen")
    assert total(again) == rows
    assert active(again) == (1, "A-0003")
    assert again.is_checked(".chip.clear input")
    assert again.is_checked("[name=ascending]")
    assert again.input_value("[name=sort]") == "account"


@pytest.mark.parametrize("way", ["Escape", "back"])
def test_coming_back_from_a_dossier_finds_filter_row_and_scroll_again(page, way):
    page.check(".chip.clear input", force=True)
    page.wait_for_url("**level=clear")
    page.locator("#grid").focus()
    page.keyboard.press("End")
    for _ in range(3):
        page.keyboard.press("PageUp")
    page.keyboard.press("j")
    place, account = active(page)
    top = page.locator("#grid").evaluate("grid => grid.scrollTop")
    page.keyboard.press("Enter")
    dossier_ready(page)
    assert page.locator("#who").inner_text() == account
    if way == "back":
        page.go_back()
    else:
        page.keyboard.press("Escape")
    page.wait_for_selector(".row.chosen")
    assert "level=clear" in page.url
    assert active(page) == (place, account)
    assert page.locator("#grid").evaluate("grid => grid.scrollTop") == top
    assert page.evaluate("document.activeElement.id") == "grid"


def test_a_group_is_one_row_and_is_decided_as_a_whole(desk, served):
    page = desk.person(served, "leo")
    base = case_address(page, served, "small")
    page.goto(base)
    page.wait_for_selector(".row.chosen")
    alone = total(page)
    page.check("[name=group]")
    page.wait_for_url("**by=group")
    row = page.locator(".rows .row", has=page.locator(".tag", has_text="group of")).first
    row.wait_for()
    assert total(page) < alone
    row.click()
    name = row.locator(".tag").first.inner_text().split(" ")[0]
    size = int(re.search(r"group of (\d+)", row.inner_text())[1])
    page.locator("#grid").focus()
    page.keyboard.press("3")
    row.locator(".verdict", has_text="Unclear").wait_for()
    all_saved(page)
    page.goto(f"{base}?text={name}&verdict=unclear")
    page.wait_for_selector(".row.chosen")
    assert total(page) == size
    page.keyboard.press("u")
    page.locator("#total", has_text="Nothing fits").wait_for()


def test_a_viewer_moves_and_reads_but_decides_nothing(desk, served):
    page = desk.person(served, "vic")
    page.goto(case_address(page, served, "large"))
    page.wait_for_selector(".row.chosen")
    for key in "1ucta":
        page.keyboard.press(key)
    page.keyboard.press("j")
    assert active(page)[0] == 2
    assert page.locator("dialog[open]").count() == 0
    assert page.locator(".verdict").first.inner_text() == "No verdict yet"
    page.keyboard.press("Enter")
    dossier_ready(page)
    assert page.locator("[data-verdict], #event, [data-key=r]").count() == 0


def test_keys_leave_fields_alone(page):
    page.keyboard.press("/")
    page.keyboard.type("j1u")
    assert page.input_value("#find") == "j1u"
    page.locator("#total", has_text="Nothing fits").wait_for()
    page.focus("[name=level][value='']")
    page.keyboard.press("ArrowDown")
    assert page.is_checked(".chip.alert input")


def test_a_lead_saves_the_rows_that_fit_as_a_spreadsheet(desk, served):
    page = desk.person(served, "leo")
    page.goto(case_address(page, served, "small") + "?level=alert")
    page.wait_for_selector(".row.chosen")
    with page.expect_download() as waiting:
        page.keyboard.press("e")
    head, *lines = Path(waiting.value.path()).read_text(encoding="utf-8").splitlines()
    assert head.startswith("account,group,level")
    assert len(lines) == total(page)
    assert all(re.match(r"A-\d{4},[^,]*,alert,", line) for line in lines)


def test_an_answer_that_is_older_than_a_verdict_does_not_take_it_off_the_page(desk, served):
    page = desk.person(served, "ana")
    held = []

    def hold(route):
        held.append(route)

    page.route("**/queue?offset=*", hold)
    page.goto(case_address(page, served, "large"))
    page.wait_for_selector(".row.chosen")
    page.wait_for_timeout(200)
    (asked,) = held
    answer = asked.fetch()
    page.keyboard.press("3")
    page.locator(".rows").get_by_text("Unclear", exact=True).first.wait_for()
    asked.fulfill(response=answer)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(200)
    assert page.locator("#row-0 .verdict").inner_text() == "Unclear"
    page.unroute("**/queue?offset=*")
    page.keyboard.press("u")
    page.locator("#row-0 .verdict", has_text="No verdict yet").wait_for()
