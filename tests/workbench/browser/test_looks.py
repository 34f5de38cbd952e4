"""On paper, without motion, in forced colours, at every width; and the pictures of the documentation."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest

from tests.workbench.browser.desk import Server, all_saved, case_address, dossier_ready
from tests.workbench.browser.material import command

PICTURES = Path(__file__).parents[3] / "docs" / "workbench"
PICTURE_BYTES = 250_000
CUT = "all => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"


@pytest.mark.parametrize("part", ["", "a/{account}", "exposure", "letters", "audit"])
def test_paper_shows_no_button_no_menu_and_no_field(desk, served, part):
    page = desk.person(served, "leo")
    base = case_address(page, served, "small")
    page.goto(base)
    page.wait_for_selector(".row.chosen")
    account = page.locator(".row.chosen a").get_attribute("href").rpartition("/")[2]
    page.goto(base + part.format(account=account))
    page.wait_for_selector("h1")
    page.emulate_media(media="print")
    shown = page.evaluate(
        """() => [...document.querySelectorAll("button, select, input, nav, dialog, .toasts, kbd")]
        .filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 90))"""
    )
    assert shown == []
    assert page.locator("h1").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_nothing_moves_where_motion_is_unwelcome(desk, served):
    page = desk.person(served, "ana", reduced_motion="reduce")
    page.goto(case_address(page, served, "small"))
    page.wait_for_selector(".row.chosen")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].map((one) => getComputedStyle(one)).filter((style) =>
        style.scrollBehavior === "smooth" || parseFloat(style.transitionDuration) > 0 ||
        style.animationName !== "none").length"""
    )
    assert moving == 0


def test_the_chosen_row_and_filter_can_be_told_in_forced_colours(desk, served):
    page = desk.person(served, "ana", forced_colors="active")
    page.goto(case_address(page, served, "small"))
    page.wait_for_selector(".row.chosen")
    page.wait_for_load_state("networkidle")  # the rows of the first page come once more
    outline = "element => { const s = getComputedStyle(element); return [s.outlineStyle, parseFloat(s.outlineWidth)]; }"
    assert page.locator(".row.chosen").evaluate(outline) == ["solid", 3]
    assert page.locator(".rows .row:not(.chosen)").first.evaluate(outline)[0] == "none"
    assert page.locator(".chip input:checked + span").evaluate(outline) == ["solid", 2]
    assert page.locator(".chip input:not(:checked) + span").first.evaluate(outline)[0] == "none"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_no_heading_and_no_verdict_of_the_queue_is_cut_off_at_1280(desk, served, lang):
    page = desk.person(served, "ana", viewport={"width": 1280, "height": 800})
    if lang == "fr":
        page.click("form[action='/lang'] button")
    page.goto(case_address(page, served, "small"))
    page.wait_for_selector(".row.chosen")
    cut = page.locator("[role=columnheader]").evaluate_all(CUT)
    for key in ("1", "5", "End", "5"):
        page.keyboard.press(key)
    all_saved(page)
    page.locator(".row.chosen .level").wait_for()
    cut += page.locator(".rows .c-verdict, .rows .c-level, .rows .c-last").evaluate_all(CUT)
    assert cut == []
    assert page.locator("#grid").evaluate("grid => grid.scrollWidth <= grid.clientWidth")


@pytest.mark.skipif(not os.environ.get("COUNTERLURE_SCREENSHOTS"), reason="COUNTERLURE_SCREENSHOTS is not set")
def test_the_documentation_gets_its_pictures(desk, tmp_path):
    command("demo", "--into", tmp_path / "demo")
    case = (tmp_path / "demo" / "case").rename(tmp_path / "example-works")
    with Server(case) as server:
        page = desk.visitor(server, viewport={"width": 1280, "height": 800})
        base = page.url
        for key in "1121":
            page.keyboard.press(key)
        all_saved(page)
        _picture(page, "queue")
        page.emulate_media(color_scheme="dark")
        _picture(page, "queue-dark")
        page.emulate_media(color_scheme="light")
        page.keyboard.press("Home")
        page.keyboard.press("Enter")
        dossier_ready(page)
        _picture(page, "dossier")
        page.goto(base + "groups")
        page.wait_for_selector("#wait", state="hidden")
        page.wait_for_timeout(1_500)  # the picture settles
        _picture(page, "groups")
        page.goto(base + "exposure")
        _picture(page, "exposure")
        page.goto(base + "letters")
        page.locator("[data-letter]").nth(1).click()
        page.wait_for_selector("form#text")
        _picture(page, "letter")


def _picture(page, name):
    """Two hundred colours tell as much as millions, at a fifth of the size."""
    from PIL import Image

    PICTURES.mkdir(parents=True, exist_ok=True)
    taken = (
        Image.open(BytesIO(page.screenshot()))
        .convert("RGB")
        .quantize(255, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    )
    taken.save(PICTURES / f"{name}.png", optimize=True)
    assert (PICTURES / f"{name}.png").stat().st_size < PICTURE_BYTES
