"""The page of groups: the picture moves, opens and is searched by keys, and the table holds the same."""

from __future__ import annotations

import re

import pytest

from tests.workbench.browser.desk import case_address, tab_to

# The driver of the processor's own WebGL says so whenever a frame is read back.
SLOW = r"GL Driver Message"


@pytest.fixture
def groups(desk, served):
    """Opens the page of groups as an analyst."""

    def opened(anchor="", page=None, **options):
        page = page or desk.person(served, "ana", **options)
        page.goto(case_address(page, served, "small") + "groups" + anchor)
        page.wait_for_selector("#wait", state="hidden")
        return page

    with desk.expecting(SLOW):
        yield opened


def first_account(page):
    return page.locator(".clusters tbody th[scope=row] a").first.inner_text()


def find(page, what):
    page.keyboard.press("/")
    page.keyboard.type(what)
    page.keyboard.press("Enter")


def test_the_picture_is_told_in_words_and_every_account_in_it_stands_in_the_table(groups):
    page = groups()
    told = page.locator("#told").inner_text()
    assert page.get_by_role("img").get_attribute("aria-label") in told
    shown = int(re.search(r"(\d+) accounts? at alert", told)[1])
    assert page.locator(".clusters tbody th[scope=row]").count() == shown
    assert page.locator("#canvas canvas").count() > 3


def test_an_account_is_found_by_key_and_its_row_opens_beside_the_picture(groups):
    page = groups()
    name = first_account(page)
    find(page, name.lower().replace("-0", ""))
    panel = page.locator("#panel")
    panel.wait_for()
    assert panel.get_by_role("heading").inner_text() == name
    link = panel.get_by_role("link", name="Open the dossier").get_attribute("href")
    assert link.endswith(f"/a/{int(name[2:])}")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    page.keyboard.press("Escape")
    page.wait_for_selector("#grid")


def test_what_is_not_there_is_said(groups):
    page = groups()
    find(page, "A-9999")
    page.get_by_text("A-9999 is not in the picture.").wait_for()


def test_a_group_in_the_address_is_marked_in_the_table(groups):
    page = groups()
    name = page.locator(".clusters tbody[id]").last.get_attribute("id")
    groups(f"#{name}", page)
    page.wait_for_selector("tbody.here")
    assert page.locator("tbody.here").get_attribute("id") == name
    page.locator(".clusters .about a").first.click()
    page.wait_for_selector(f"tbody.here:not([id='{name}'])")


def test_keys_move_the_picture_only_while_it_has_the_focus(groups):
    page = groups()
    tab_to(page, "#stage")
    before = page.locator("#canvas").screenshot()
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(300)
    closer = page.locator("#canvas").screenshot()
    assert closer != before
    page.keyboard.press("0")
    page.wait_for_timeout(300)
    assert page.locator("#canvas").screenshot() == before


def test_the_picture_follows_a_change_of_the_colour_scheme(groups):
    page = groups()
    light = page.locator("#canvas").screenshot()
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(300)
    assert page.locator("#canvas").screenshot() != light


def test_paper_shows_the_table_alone(groups):
    page = groups()
    page.emulate_media(media="print")
    assert page.locator("#stage").is_hidden()
    assert page.locator(".clusters").first.is_visible()


def test_without_webgl_a_sentence_and_the_table_remain(desk, served):
    page = desk.person(served, "ana")
    page.add_init_script("HTMLCanvasElement.prototype.getContext = (get => function (kind, ...more) {"
                         " return kind === '2d' ? get.call(this, kind, ...more) : null; })"
                         "(HTMLCanvasElement.prototype.getContext)")  # fmt: skip
    desk.faults.clear()
    page.goto(case_address(page, served, "small") + "groups")
    page.get_by_text("This browser draws no WebGL; the table holds the same.").wait_for()
    assert page.locator(".clusters").first.is_visible()
    # The library asks for WebGL while it loads, and says so.
    desk.faults = [fault for fault in desk.faults if "getParameter" not in fault]


def test_on_a_narrow_screen_nothing_is_wider_than_the_page(groups):
    page = groups(viewport={"width": 700, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".totable").is_visible()
