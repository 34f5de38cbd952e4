"""The server dies, another program writes, somebody has an old link: nothing that was confirmed is lost."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

from counterlure import pipeline
from counterlure.case.store import DATABASE, Case
from tests.workbench.browser.desk import Server, all_saved
from tests.workbench.browser.material import command

VERDICTS = ("confirmed", "likely", "unclear", "benign", "insufficient")
WORDS = {"Confirmed": "confirmed", "Likely": "likely", "Unclear": "unclear", "Benign": "benign",
         "Insufficient data": "insufficient"}  # fmt: skip


def kept(case):
    """The verdicts in the case, by account."""
    with sqlite3.connect(case / DATABASE) as db:
        sql = "SELECT v.account, v.verdict FROM verdict v JOIN act a ON a.id = v.act WHERE a.undone_at IS NULL ORDER BY v.act"
        found = dict(db.execute(sql))
    db.close()
    return found


def shown(page):
    """The verdicts that the page shows as saved, by account."""
    said = page.evaluate(
        """() => [...document.querySelectorAll(".rows .row")].map((row) =>
        [row.querySelector("a")?.getAttribute("href"), row.querySelector(".verdict")?.textContent])"""
    )
    return {int(href.rpartition("/")[2]): WORDS[words] for href, words in said if href and words in WORDS}


def test_what_was_shown_as_saved_survives_the_death_of_the_server(desk, copy):
    case = copy("small")
    with Server(case) as server:
        page = desk.visitor(server)
        with desk.expecting("net::ERR_"):
            for n in range(8):
                page.keyboard.press(str(n % 5 + 1))
            page.locator(".rows").get_by_text("Confirmed", exact=True).first.wait_for()
            page.keyboard.press("2")
            server.kill()
            page.keyboard.press("3")
            page.keyboard.press("4")
            page.locator(".toasts .wrong", has_text="The server does not answer").wait_for()
            all_saved(page)
            saved = shown(page)
        stands = kept(case)
        assert saved
        assert saved.items() <= stands.items()
        assert len(stands) < 11
        assert page.locator(".toasts .wrong").count() == 1

        server.start()
        with desk.expecting("401"):
            page.keyboard.press("Escape")
            page.keyboard.press("j")
            page.keyboard.press("1")
            page.wait_for_url("**/login")
        page.goto(server.link)
        server.next_line()
        page.wait_for_selector(".row.chosen")
        assert saved.items() <= shown(page).items()
        page.keyboard.press("End")
        page.locator(".row.chosen a").wait_for()
        page.keyboard.press("4")
        page.locator(".row.chosen .verdict", has_text="Benign").wait_for()
        all_saved(page)
    assert len(kept(case)) == len(stands) + 1
    assert command("doctor", "--case", case).returncode == 0


def test_verdicts_are_saved_while_another_program_reads_files_in(desk, copy, cases):
    case = copy("small")
    with Server(case) as server:
        page = desk.visitor(server)
        reading = subprocess.Popen(
            [sys.executable, "-m", "counterlure", "scan", cases / "more", "--case", case],
            stderr=subprocess.PIPE,
            text=True,
        )
        given = 0
        while reading.poll() is None or given < 10:
            page.keyboard.press("123451234512345"[given % 15])
            all_saved(page)
            given += 1
            page.wait_for_timeout(50)
            if given % 100 == 0:
                page.keyboard.press("Home")
        assert reading.wait() in (0, 3), reading.stderr.read()
        reading.stderr.close()
        assert page.locator(".toasts .wrong").count() == 0
        saved = shown(page)
    assert given >= 10
    assert saved.items() <= kept(case).items()
    with sqlite3.connect(case / DATABASE) as db:
        assert db.execute("SELECT count(*) FROM verdict").fetchone()[0] == given
    db.close()
    assert command("doctor", "--case", case).returncode == 0


def test_a_link_opens_one_browser_and_the_next_one_needs_the_next_link(desk, copy):
    with Server(copy("small")) as server:
        used = server.link
        first = desk.visitor(server)
        second = desk.window()
        with desk.expecting("401"):
            second.goto(used)
            second.locator("[role=alert]").wait_for()
        second.goto(first.url)
        second.wait_for_url("**/login")
        assert second.locator(".rows").count() == 0
        second.goto(server.link)
        server.next_line()
        second.wait_for_selector(".row.chosen")
        first.reload()
        first.wait_for_selector(".row.chosen")


def test_a_judgement_made_meanwhile_is_told_and_never_mixed_with_the_one_before(desk, copy):
    case = copy("large")
    with Server(case) as server:
        page = desk.visitor(server)
        page.wait_for_selector(".row.chosen")
        with Case.open(case) as opened:
            pipeline.judge(opened, workers=0)
        page.keyboard.press("End")
        page.locator(".toasts", has_text="The case was judged again meanwhile.").wait_for()
        page.locator(".row.chosen a").wait_for()
