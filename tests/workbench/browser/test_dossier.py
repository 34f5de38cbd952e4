"""A dossier: very long conversations, quotes that lead to their row, events that change the judgement."""

from __future__ import annotations

import time

from tests.workbench.browser.desk import case_address, dossier_ready
from tests.workbench.browser.material import LATER, LONG

PATIENCE_SECONDS = 8  # 2 s on an idle machine


def opened(desk, served, name="ana"):
    """The dossier with the long thread."""
    page = desk.person(served, name)
    base = case_address(page, served, "large")
    page.goto(f"{base}?sort=findings")
    page.wait_for_selector(".row.chosen")
    return page, page.locator(".row.chosen a").get_attribute("href")


def test_a_thread_of_10000_messages_opens_in_seconds_and_can_be_paged(desk, served):
    page, address = opened(desk, served)
    began = time.monotonic()
    page.goto(served.address + address)
    page.wait_for_selector(".said li")
    assert time.monotonic() - began < PATIENCE_SECONDS
    assert f"of 50, {LONG:,} messages" in page.locator(".pager").first.inner_text()
    first = page.locator(".said .text").first.text_content()
    page.locator(".pager a", has_text="Next part").first.click()
    page.wait_for_url("**part=2#talk")
    assert page.locator(".said .text").first.text_content() != first
    assert page.locator(".said li").count() == 200
    page.locator(".pager a", has_text="Part before").first.click()
    page.wait_for_url("**part=1#talk")
    assert page.locator(".said .text").first.text_content() == first


def test_a_quote_leads_to_its_row_also_on_another_part(desk, served):
    page, address = opened(desk, served)
    page.goto(served.address + address)
    links = page.locator(".seen .source a[href*='#m']")
    hrefs = {links.nth(n).get_attribute("href") for n in range(links.count())}
    far = [href for href in hrefs if "part=50" in href]
    near = [href for href in hrefs if href.startswith("#")]
    assert far
    assert near
    page.locator(f".seen .source a[href='{far[0]}']").first.click()
    page.wait_for_url("**part=50#m*")
    anchor = far[0].rpartition("#")[2]
    row = page.locator(f".said li#{anchor}")
    assert LATER in row.text_content()
    assert row.evaluate(
        "row => { const box = row.getBoundingClientRect(); return box.top >= 0 && box.top < innerHeight; }"
    )
    assert row.evaluate("row => row.matches(':target')")
    source = row.locator(".margin a").get_attribute("href")
    page.goto(served.address + source)
    assert LATER in page.locator("blockquote").inner_text()


def test_a_call_that_is_entered_is_judged_and_shown_and_can_be_withdrawn(desk, served):
    page = desk.person(served, "ana")
    page.goto(case_address(page, served, "small"))
    page.wait_for_selector(".row.chosen")
    page.keyboard.press("End")
    page.locator(".row.chosen a").wait_for()
    page.keyboard.press("Enter")
    dossier_ready(page)
    page.click("#events summary")
    page.select_option("#event [name=kind]", "call")
    page.fill("#event [name=at]", "2026-03-04T05:06")
    text = "Asked on the phone for the internal version, 900 euros in cash."
    page.fill("#event [name=text]", text)
    with page.expect_navigation(timeout=60_000):
        page.click("#event button.main")
    row = page.locator("#events tr", has_text=text)
    assert row.is_visible()
    assert "4 March 2026" in row.inner_text().replace("\xa0", " ")
    assert page.locator(".said .text", has_text=text).count() + page.locator(".seen blockquote", has_text=text).count()
    row.locator("[data-withdraw]").click()
    page.wait_for_selector("#ask[open]")
    with page.expect_navigation(timeout=60_000):
        page.keyboard.press("Enter")
    assert page.locator("#events tr", has_text=text).count() == 0
    assert page.get_by_text(text).count() == 0
