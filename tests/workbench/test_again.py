"""Judging again, in another process: a new judgement, one at a time, and a reason where it fails."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from typing import ClassVar

import pytest

from counterlure.case.store import DATABASE
from counterlure.errors import CaseError
from counterlure.workbench import again as module
from counterlure.workbench.again import Again
from tests.workbench.conftest import A
from tests.workbench.served import rows_of


def wait_for(again, seconds=60):
    until = time.monotonic() + seconds
    while again.running:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_an_event_is_judged_in_another_process_and_the_pages_show_the_new_judgement(desk):
    lead, facts = desk.client("lead"), desk.facts[A]
    (served,) = desk.cases
    before = lead.get(f"/api/cases/{A}/judging").json()
    event = {"target": facts.target, "kind": "meeting", "at": 1_790_500_000, "text": "Met at the seminar."}
    answer = lead.post(f"/api/cases/{A}/accounts/{facts.account}/events", json=event)
    assert answer.status_code == 200
    assert lead.get(f"/api/cases/{A}/judging").json()["running"]
    assert "Met at the seminar." in lead.page(f"/c/{A}/a/{facts.account}")
    wait_for(served.again)
    state = lead.get(f"/api/cases/{A}/judging").json()
    assert state == {"running": False, "failed": None, "run": before["run"] + 1}
    assert rows_of(desk.path(A), "SELECT count(*) FROM assessment_run") == [(1,)]
    with closing(sqlite3.connect(desk.path(A) / DATABASE)) as db:
        db.execute("DROP TABLE profile")
    assert lead.post(f"/api/cases/{A}/judging").json()["running"]
    wait_for(served.again)
    state = lead.get(f"/api/cases/{A}/judging").json()
    assert state["run"] == before["run"] + 1
    assert state["failed"]
    assert "/" not in state["failed"].replace(str(desk.path(A)), "")


class Pool:
    """Judges when it is told to."""

    made: ClassVar[list[Pool]] = []

    def __init__(self, *_, **__):
        self.asked: list[Future] = []
        Pool.made.append(self)

    def submit(self, *_):
        self.asked.append(Future())
        return self.asked[-1]

    def shutdown(self, **_):
        self.down = True


@pytest.fixture
def again(tmp_path, monkeypatch):
    Pool.made = []
    monkeypatch.setattr(module, "ProcessPoolExecutor", Pool)
    return Again(tmp_path)


def test_what_is_asked_for_meanwhile_is_done_once_more_and_only_once(again):
    for _ in range(5):
        again.ask()
    (pool,) = Pool.made
    assert len(pool.asked) == 1
    pool.asked[0].set_result(None)
    assert again.running
    assert len(pool.asked) == 2
    pool.asked[1].set_result(None)
    assert not again.running
    assert len(pool.asked) == 2
    assert again.failed is None


def test_a_judging_that_fails_says_why_and_the_next_one_forgets_it(again):
    again.ask()
    Pool.made[0].asked[0].set_exception(CaseError("the disk is full"))
    assert (again.running, again.failed) == (False, "the disk is full")
    again.ask()
    Pool.made[0].asked[1].set_result(None)
    assert (again.running, again.failed) == (False, None)


@pytest.mark.parametrize("fault", [BrokenProcessPool("killed"), MemoryError(), ValueError("secret words of a message")])
def test_a_process_that_ended_is_replaced_and_its_own_words_are_not_shown(again, fault):
    again.ask()
    Pool.made[0].asked[0].set_exception(fault)
    assert again.failed == "the process that judges has ended; try again"
    again.ask()
    assert len(Pool.made) == 2
    assert Pool.made[0].down


def test_a_process_that_was_killed_while_it_had_nothing_to_do_is_replaced(again, monkeypatch):
    again.ask()
    Pool.made[0].asked[0].set_result(None)
    monkeypatch.setattr(Pool.made[0], "submit", lambda *_: (_ for _ in ()).throw(BrokenProcessPool("killed")))
    again.ask()
    assert again.running
    assert len(Pool.made) == 2
    Pool.made[1].asked[0].set_result(None)
    assert (again.running, again.failed) == (False, None)


def test_what_was_asked_for_is_done_after_a_failure_too(again):
    again.ask()
    again.ask()
    Pool.made[0].asked[0].set_exception(CaseError("busy"))
    assert again.running
    assert len(Pool.made[0].asked) == 2


def test_nothing_is_begun_once_it_is_closed(again):
    again.ask()
    again.ask()
    again.close()
    Pool.made[0].asked[0].set_result(None)
    assert len(Pool.made[0].asked) == 1
    assert not again.running
    again.ask()
    assert len(Pool.made) == 1
    assert not again.running
