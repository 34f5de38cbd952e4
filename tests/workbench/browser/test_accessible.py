"""No page breaks a rule of WCAG 2.2 AA that axe can check, in either language, either scheme, for readers and leads."""

from __future__ import annotations

import re

import pytest

from tests.workbench.browser.desk import case_address

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOUR = ["color-contrast", "link-in-text-block"]
"""What a scheme can change; everything else is checked once for both."""


def violations(page, only, without=()):
    from axe_playwright_python.sync_playwright import Axe

    rules = {name: {"enabled": False} for name in without}
    found = Axe().run(page, options={"runOnly": only, "rules": rules, "resultTypes": ["violations"]}).response
    return [
        (page.url, one["id"], [(node["target"], node["failureSummary"]) for node in one["nodes"][:3]])
        for one in found["violations"]
    ]


def check(page):
    """What axe finds in the light, then in the dark; colours in English only, as they are the same in both languages."""
    everything, colours = {"type": "tag", "values": TAGS}, {"type": "rule", "values": OF_COLOUR}
    if page.locator("html").get_attribute("lang") != "en":
        return violations(page, everything, without=OF_COLOUR)
    found = violations(page, everything)
    page.emulate_media(color_scheme="dark")
    found += violations(page, colours)
    page.emulate_media(color_scheme="light")
    return found


def choose(page, lang):
    """Takes the other language where the page is not in this one yet."""
    if page.locator("html").get_attribute("lang") != lang:
        with page.expect_navigation():
            page.click("form[action='/lang'] button")
    assert page.locator("html").get_attribute("lang") == lang


@pytest.fixture(scope="module")
def letter(served, browser):
    """The number of a letter that ana drafted."""
    from tests.workbench.browser.desk import Desk

    desk = Desk(browser)
    page = desk.person(served, "ana")
    page.goto(case_address(page, served, "small") + "letters")
    page.locator("[data-letter]").first.click()
    page.wait_for_selector("form#text")
    desk.close()
    return page.url.rpartition("/")[2]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", ["vic", "leo"])
def test_no_page_breaks_a_rule(desk, served, letter, name, lang):
    page = desk.person(served, name)
    choose(page, lang)
    found = check(page)
    base = case_address(page, served, "small")
    page.goto(base)
    page.wait_for_selector(".row.chosen")
    account = page.locator(".row.chosen a").get_attribute("href").rpartition("/")[2]
    found += check(page)
    dialogs = {"?": "#keys"} if name == "vic" else {"?": "#keys", "c": "#ask"}
    for key, dialog in dialogs.items():
        page.keyboard.press(key)
        page.wait_for_selector(f"{dialog}[open]")
        found += check(page)
        page.keyboard.press("Escape")
        page.wait_for_selector(dialog, state="hidden")
    parts = [f"a/{account}", "groups", "exposure", "letters", f"letters/{letter}"]
    parts += ["audit"] if name == "leo" else []
    for part in parts:
        page.goto(base + part)
        page.wait_for_selector("h1")
        found += check(page)
    page.goto(base + f"a/{account}")
    page.goto(served.address + page.locator(".said .margin a").first.get_attribute("href"))
    found += check(page)
    page.goto(base + "exposure")
    if page.locator("[data-facts]").count():
        page.locator("[data-facts]").first.click()
        page.wait_for_selector("#facts[open]")
        found += check(page)
    page.goto(f"{served.address}/interface")
    found += check(page)
    with desk.expecting("404"):
        page.goto(f"{served.address}/c/nothing/")
        found += check(page)
    assert found == []


@pytest.mark.parametrize("lang", ["en-GB", "fr-FR"])
def test_the_page_to_sign_in_breaks_no_rule_also_after_a_wrong_password(desk, served, lang):
    page = desk.window(locale=lang)
    page.goto(f"{served.address}/login")
    found = check(page)
    page.fill("[name=name]", "nobody")
    page.fill("[name=password]", "not the password")
    with desk.expecting("401"):
        page.click("button.main")
        page.wait_for_selector("[role=alert]")
        found += check(page)
    assert found == []
    assert page.locator("html").get_attribute("lang") == lang[:2]


def test_the_choice_of_language_holds_on_every_page(desk, served):
    page = desk.person(served, "vic")
    choose(page, "fr")
    page.goto(case_address(page, served, "small"))
    page.wait_for_selector(".row.chosen")
    words = page.locator("main").inner_text()
    assert re.search(r"\b(Alerte|Étape|Lecture)\b", words)
    assert not re.search(r"\b(Alert|Stage|Reading|No verdict yet)\b", words)
