"""The one queue of writes: it waits for other programs, survives what fails, and ends in order."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from counterlure.case import review
from counterlure.case.store import DATABASE
from counterlure.errors import CaseBusy, CaseError
from counterlure.workbench import writer as module
from counterlure.workbench.writer import Writer
from tests.factories import Clock, new_case, talk
from tests.workbench.served import rows_of

HOLD = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
db.execute("UPDATE meta SET value = 'held' WHERE key = 'purpose'")
print("held", flush=True)
sys.stdin.readline()
db.execute("COMMIT")
"""


@pytest.fixture
def path(tmp_path):
    with new_case(tmp_path) as case:
        talk(case, "stranger", "ola", ("in", "hello"))
        return case.path


@pytest.fixture
def writer(path):
    made = Writer(path, Clock())
    yield made
    made.close()


def note(text):
    return lambda case: review.annotate(case, "ana", 1, text)


def notes(path):
    return [text for (text,) in rows_of(path, "SELECT text FROM note ORDER BY act")]


def test_a_deed_waits_while_another_program_writes_and_then_goes_through(path, writer, monkeypatch):
    monkeypatch.setattr("counterlure.case.database.BUSY_SECONDS", 0.05)
    writer.do(lambda case: case.db.execute("PRAGMA busy_timeout = 50").fetchone())
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path / DATABASE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        done = []
        waiting = threading.Thread(target=lambda: done.append(writer.do(note("waited"))))
        waiting.start()
        waiting.join(0.4)
        assert waiting.is_alive()
        assert notes(path) == []
        other.communicate("go\n")
        waiting.join(10)
    assert done == [1]
    assert notes(path) == ["waited"]


def test_where_the_other_program_never_ends_the_deed_says_so_and_the_next_one_works(path, writer, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.2)
    writer.do(lambda case: case.db.execute("PRAGMA busy_timeout = 20").fetchone())
    other = sqlite3.connect(path / DATABASE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(CaseError, match="nothing was changed, try again") as told:
        writer.do(note("never"))
    assert not isinstance(told.value, CaseBusy)
    other.execute("ROLLBACK")
    other.close()
    assert writer.do(note("next")) == 1
    assert notes(path) == ["next"]


@pytest.mark.parametrize("fault", [CaseError("refused"), ValueError("ours"), ZeroDivisionError(), MemoryError()])
def test_a_deed_that_fails_is_told_and_leaves_the_next_ones_working(path, writer, fault):
    def fails(case):
        review.annotate(case, "ana", 1, "before")
        raise fault

    with pytest.raises(type(fault)):
        writer.do(fails)
    with pytest.raises(CaseError):
        writer.do(lambda case: review.annotate(case, "ana", 99, "nobody"))
    assert writer.do(note("after")) == 2
    assert notes(path) == ["before", "after"]


def test_deeds_of_many_threads_are_done_one_after_another(path, writer):
    at_once, most = [], []

    def deed(number):
        def do(case):
            at_once.append(number)
            most.append(len(at_once))
            time.sleep(0.002)
            at_once.remove(number)
            return review.annotate(case, "ana", 1, str(number))

        return do

    threads = [threading.Thread(target=lambda n=n: writer.do(deed(n))) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(most) == {1}
    assert sorted(map(int, notes(path))) == list(range(20))


def test_closing_does_what_waits_first(path):
    writer = Writer(path, Clock())
    gate = threading.Event()
    threads = [threading.Thread(target=writer.do, args=(lambda _: gate.wait(5),))]
    threads += [threading.Thread(target=writer.do, args=(note(str(n)),)) for n in range(5)]
    for thread in threads:
        thread.start()
    while writer._waiting.qsize() < 5:
        time.sleep(0.005)
    closing = threading.Thread(target=writer.close)
    closing.start()
    gate.set()
    for thread in (*threads, closing):
        thread.join(10)
        assert not thread.is_alive()
    assert len(notes(path)) == 5


def test_a_deed_after_the_end_is_refused_and_nobody_waits_forever(path):
    writer = Writer(path, Clock())
    writer.close()
    writer.close()
    with pytest.raises(CaseError, match="stopped"):
        writer.do(note("late"))
    assert notes(path) == []


def test_a_case_that_is_not_there_is_an_error_at_the_start(tmp_path):
    with pytest.raises(CaseError):
        Writer(tmp_path / "nothing", Clock())
