"""From the first row to the signed letter without a mouse."""

from __future__ import annotations

import sqlite3
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from counterlure.case.store import DATABASE
from tests.workbench.browser.desk import case_address, tab_to, type_in
from tests.workbench.browser.material import PASSWORD


def chosen(page):
    return page.locator(".row.chosen [role=rowheader] a").inner_text()


def verdict_of(page, name):
    return page.locator(".rows .row", has=page.get_by_role("link", name=name, exact=True)).locator(".verdict")


def sign_in(page, server, name):
    page.goto(f"{server.address}/login")
    type_in(page, "[name=name]", name)
    type_in(page, "[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")


def sign_out(page):
    tab_to(page, "form[action='/logout'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/login")


def pressed(page, key, selector):
    page.keyboard.press(key)
    page.wait_for_selector(selector)
    page.wait_for_load_state()


def saved(page, how):
    """Does something after which the page loads anew, and waits for that."""
    with page.expect_navigation():
        how()


@pytest.fixture
def small(served):
    return Path(served.cases[0])


def test_from_triage_to_a_letter_signed_by_somebody_else_without_a_mouse(desk, served, small):
    page = desk.window()
    sign_in(page, served, "ana")
    tab_to(page, "a[href^='/c/']")
    page.keyboard.press("Enter")
    page.wait_for_selector(".row.chosen")
    queue = page.url

    first = chosen(page)
    page.keyboard.press("j")
    second = chosen(page)
    page.keyboard.press("k")
    assert chosen(page) == first != second
    said = ["Confirmed", "Likely", "Unclear", "Benign", "Insufficient data"]
    names = []
    for key in "12345":
        names.append(chosen(page))
        page.keyboard.press(key)
    for name, words in zip(names, said, strict=True):
        verdict_of(page, name).get_by_text(words, exact=True).wait_for()
    page.keyboard.press("u")
    verdict_of(page, names[-1]).get_by_text("No verdict yet").wait_for()
    assert verdict_of(page, names[0]).inner_text() == "Confirmed"

    page.keyboard.press("Home")
    pressed(page, "c", "#ask[open]")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "grid"
    pressed(page, "c", "#ask[open]")
    page.keyboard.type("Called the colleague; they had wondered too.")
    page.keyboard.press("Enter")
    page.get_by_text("Saved.").first.wait_for()
    pressed(page, "t", "#ask[open]")
    page.keyboard.type("Urgent")
    page.keyboard.press("Enter")
    page.locator(".row.chosen .tag", has_text="#urgent").wait_for()
    assert page.evaluate("document.activeElement.id") == "grid"

    pressed(page, "Enter", "#who")
    assert page.locator("#who").inner_text() == first
    assert page.locator("#notes").get_by_text("they had wondered too").is_visible()
    pressed(page, "r", "#ask[open]")
    page.keyboard.type("to tell the colleague")
    saved(page, lambda: page.keyboard.press("Enter"))
    assert page.locator("#who").inner_text().startswith(f"{first} · ")

    pressed(page, "a", "#ask[open], form#text")
    if page.locator("#ask").is_visible():
        target = page.locator("#ask-p").inner_text().split(",")[0]
        page.keyboard.press("Control+a")
        page.keyboard.type(target)
        page.keyboard.press("Enter")
    page.wait_for_selector("form#text")
    type_in(page, "[name=body]", "")
    page.keyboard.press("Control+End")
    page.keyboard.type("\n\nCall me on 1234 if anything is unclear.")
    saved(page, lambda: page.keyboard.press("Control+s"))
    assert "Call me on 1234" in page.locator(".paper").inner_text()
    assert page.locator("#approve").count() == 0
    letter = page.url
    sign_out(page)

    sign_in(page, served, "leo")
    page.goto(queue)
    page.wait_for_selector(".row.chosen")
    tab_to(page, "a[href$='/letters']")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1")
    tab_to(page, f"a[href='/c/{letter.split('/c/')[1]}']")
    page.keyboard.press("Enter")
    page.wait_for_selector("form#text")
    tab_to(page, "#approve")
    saved(page, lambda: page.keyboard.press("Enter"))
    assert page.get_by_text("Approved by leo").is_visible()

    files = {}
    for form in ("html", "pdf", "eml"):
        tab_to(page, f"button[name=form][value={form}]")
        with page.expect_download() as waiting:
            page.keyboard.press("Enter")
        assert waiting.value.suggested_filename.endswith(f".{form}")
        files[form] = Path(waiting.value.path()).read_bytes()
    assert "Call me on 1234" in files["html"].decode() and b"<script" not in files["html"]
    assert files["pdf"].startswith(b"%PDF-") and len(files["pdf"]) > 2_000
    mail = message_from_bytes(files["eml"], policy=default)
    assert mail["X-Unsent"] == "1" and mail["To"] is None and mail["Subject"]
    assert "Call me on 1234" in mail.get_body(("plain",)).get_content()

    tab_to(page, "#handover")
    pressed(page, "Enter", "#ask[open]")
    page.keyboard.type("in person")
    saved(page, lambda: page.keyboard.press("Enter"))
    assert page.locator(".state").inner_text() == "handed over"
    assert page.get_by_text("in person").is_visible()
    with sqlite3.connect(small / DATABASE) as db:
        done = db.execute("SELECT actor, action FROM audit ORDER BY id").fetchall()
    db.close()
    for deed in (("ana", "verdict"), ("ana", "undo"), ("ana", "note"), ("ana", "tag"), ("ana", "reveal")):
        assert deed in done
    for deed in (("ana", "letter"), ("leo", "letter")):
        assert deed in done


def test_a_dialog_keeps_the_focus_and_gives_it_back(desk, served):
    page = desk.person(served, "ana")
    page.goto(case_address(page, served, "small"))
    page.wait_for_selector(".row.chosen")
    for key, dialog in (("?", "#keys"), ("c", "#ask"), ("t", "#ask")):
        pressed(page, key, f"{dialog}[open]")
        for _ in range(8):
            page.keyboard.press("Tab")
            at = page.evaluate("selector => document.activeElement.closest(selector) !== null", dialog)
            # Between its last and its first element the focus passes through the browser's own controls.
            assert at or page.evaluate("document.activeElement === document.body")
        page.keyboard.press("Escape")
        page.wait_for_selector(dialog, state="hidden")
        assert page.evaluate("document.activeElement.id") == "grid"


def test_the_focus_stays_where_it_was_when_a_dossier_loads_anew(desk, served):
    page = desk.person(served, "ana")
    page.goto(case_address(page, served, "small"))
    page.wait_for_selector(".row.chosen")
    page.keyboard.press("End")
    page.locator(".row.chosen a").wait_for()
    pressed(page, "Enter", "#who")
    tab_to(page, "[data-verdict=unclear]")
    saved(page, lambda: page.keyboard.press("Enter"))
    page.locator(".toasts", has_text="Saved.").wait_for()
    assert page.evaluate("document.activeElement.dataset.verdict") == "unclear"
    assert page.get_attribute("[data-verdict=unclear]", "aria-pressed") == "true"
    saved(page, lambda: page.keyboard.press("u"))
    assert page.get_attribute("[data-verdict=unclear]", "aria-pressed") == "false"
    assert page.locator("#verdict").inner_text() == "No verdict yet"


@pytest.mark.parametrize("part", ["", "a/{account}", "exposure", "letters", "audit"])
def test_tab_goes_through_a_page_in_the_order_of_reading_and_can_be_seen(desk, served, part):
    page = desk.person(served, "leo")
    base = case_address(page, served, "small")
    page.goto(base)
    page.wait_for_selector(".row.chosen")
    account = page.locator(".row.chosen a").get_attribute("href").rpartition("/")[2]
    page.goto(base + part.format(account=account))
    page.wait_for_selector("h1")
    page.evaluate("document.querySelector('.skip').focus()")
    order = []
    for _ in range(400):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => { const at = document.activeElement;
            if (at === document.body) return -1;
            const all = [...document.querySelectorAll("*")]; return all.indexOf(at); }"""
        )
        if at < 0 or at in order:
            break
        order.append(at)
    assert len(order) > 8
    assert order == sorted(order)
    assert page.locator("[tabindex]:not([tabindex='0'], [tabindex='-1'])").count() == 0
