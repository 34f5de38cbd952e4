"""What an account displays and writes is shown, and does nothing: no script, no markup, no page pushed out of its frame."""

from __future__ import annotations

import re

import pytest

from tests.workbench.browser.desk import case_address, dossier_ready
from tests.workbench.browser.material import ARABIC, ARABIC_NAME

SIDEWAYS = "document.scrollingElement.scrollWidth - innerWidth"


@pytest.fixture(params=[1400, 360])
def width(request):
    return request.param


def hostile(page, base):
    """The number of the hostile account: the newest of all."""
    page.goto(f"{base}?sort=account")
    page.wait_for_selector(".row.chosen")
    return page.locator(".rows .row a").first.get_attribute("href").rpartition("/")[2]


def settled(page):
    """Nothing ran, nothing sticks out, and the text is there as text."""
    assert page.evaluate("window.ran") is None
    assert page.evaluate(SIDEWAYS) <= 0, page.url
    assert page.locator("main img, main a[href^='javascript'], main script:not([type='application/json'])").count() == 0


def test_hostile_names_headlines_and_messages_run_nothing_and_push_nothing_aside(desk, served, width):
    page = desk.person(served, "leo", viewport={"width": width, "height": 900})
    base = case_address(page, served, "small")
    settled(page)
    account = hostile(page, base)
    settled(page)
    page.goto(f"{base}a/{account}")
    shown = page.locator("main").inner_text()
    assert "<img src=x onerror" in shown
    assert "{{ 7*7 }}" in shown
    assert "\u202e" not in shown
    settled(page)
    if page.locator("[data-key=r]").count():
        page.click("[data-key=r]")
        page.fill("#ask-t", "to see what is displayed")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    name = page.locator("#who")
    assert "<script>window.ran=1</script>" in name.inner_text()
    assert re.search(r"\{\{7\*7\}\}", name.inner_text())
    settled(page)
    page.goto(served.address + page.locator(".said .margin a").last.get_attribute("href"))
    settled(page)
    for part in ("", f"?text=A-{int(account):04d}", "groups", "exposure", "letters", "audit"):
        page.goto(base + part)
        page.wait_for_selector("h1")
        settled(page)
    page.goto(base + "exposure")
    target = page.locator(f"tr:has(a[href$='/a/{account}'])").first.get_attribute("id")
    page.locator(f"[data-letter='{target}']").click()
    page.wait_for_selector("form#text")
    settled(page)


def test_a_note_and_a_tag_full_of_markup_are_text(desk, served):
    page = desk.person(served, "ana")
    base = case_address(page, served, "small")
    page.goto(f"{base}a/{hostile(page, base)}")
    for key, text in (("c", "<img src=x onerror=window.ran=1> {{7*7}}"), ("t", "<svg onload=window.ran=1>")):
        page.keyboard.press(key)
        page.fill("#ask-t", text)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert page.locator("#notes").get_by_text("<img src=x onerror=window.ran=1> {{7*7}}").is_visible()
    settled(page)
    page.goto(f"{base}?sort=account")
    page.locator(".tag", has_text="#<svg onload=window.ran=1>").wait_for()
    settled(page)


def test_text_from_right_to_left_is_shown_in_its_direction(desk, served):
    page = desk.person(served, "ana")
    base = case_address(page, served, "large")
    page.goto(f"{base}?level=alert")
    page.wait_for_selector(".row.chosen")
    page.keyboard.press("Enter")
    dossier_ready(page)
    message = page.locator(".said .text", has_text=ARABIC).first
    assert message.evaluate("element => getComputedStyle(element).direction") == "rtl"
    assert page.locator(".said .text", has_text="500 euros").evaluate("e => getComputedStyle(e).direction") == "ltr"
    page.keyboard.press("r")
    page.fill("#ask-t", "to address the person")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    name = page.locator("#who")
    assert ARABIC_NAME in name.inner_text()
    assert name.inner_text().startswith("A-")
    assert page.locator("#who bdi").count() >= 1
