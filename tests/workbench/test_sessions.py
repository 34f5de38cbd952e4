"""Sessions by themselves: how many, how long, how guessable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterlure.workbench import sessions as module
from counterlure.workbench.roles import GRANTS, May, Role
from counterlure.workbench.sessions import ABSOLUTE_SECONDS, IDLE_SECONDS, Sessions
from tests.workbench.conftest import Seconds


def begin(sessions, user="ana"):
    return sessions.begin(user, {"c": Role.LEAD}, "en", {"c": ""})


def test_ids_and_tokens_hold_256_bits_each_and_none_is_given_twice():
    sessions = Sessions(Seconds())
    made = [begin(sessions) for _ in range(200)]
    every = [one.id for one in made] + [one.csrf for one in made] + [sessions.token]
    assert len(set(every)) == len(every)
    assert min(map(len, every)) >= 43


@given(st.lists(st.integers(0, IDLE_SECONDS * 2), max_size=40))
def test_a_session_lives_while_it_is_used_and_never_longer_than_a_day_of_work(pauses):
    clock = Seconds()
    sessions = Sessions(clock)
    session, began = begin(sessions), clock.now
    alive = True
    for pause in pauses:
        clock.now += pause
        alive = alive and pause <= IDLE_SECONDS and clock.now - began <= ABSOLUTE_SECONDS
        assert (sessions.find(session.id) is session) == alive


@pytest.mark.parametrize("given", [None, "", "x", "é"])
def test_nothing_else_finds_a_session(given):
    sessions = Sessions(Seconds())
    begin(sessions)
    assert sessions.find(given) is None


def test_only_so_many_are_open_and_the_one_unused_for_longest_goes_first(monkeypatch):
    monkeypatch.setattr(module, "SESSIONS_MAX", 3)
    clock = Seconds()
    sessions = Sessions(clock)
    made = []
    for _ in range(3):
        clock.now += 1
        made.append(begin(sessions))
    clock.now += 1
    assert sessions.find(made[0].id) is made[0]
    newest = begin(sessions)
    assert [sessions.find(one.id) is one for one in (*made, newest)] == [True, False, True, True]


def test_those_that_ended_are_not_kept():
    clock = Seconds()
    sessions = Sessions(clock)
    for _ in range(5):
        begin(sessions)
    clock.now += IDLE_SECONDS + 1
    begin(sessions)
    assert len(sessions._open) == 1


def test_ending_one_leaves_the_others():
    sessions = Sessions(Seconds())
    first, second = begin(sessions), begin(sessions)
    sessions.end(first)
    sessions.end(first)
    assert sessions.find(first.id) is None
    assert sessions.find(second.id) is second


def test_what_is_revealed_is_kept_by_case_and_by_session():
    sessions = Sessions(Seconds())
    first, second = begin(sessions), begin(sessions)
    first.shows("c").add("A-0001")
    assert first.shows("c") == {"A-0001"}
    assert first.shows("d") == second.shows("c") == set()


def test_the_roles_grant_what_the_manual_says():
    assert {role: sorted(may.value for may in grants) for role, grants in GRANTS.items()} == {
        Role.VIEWER: ["read"],
        Role.ANALYST: ["read", "reveal", "review", "write"],
        Role.LEAD: sorted(may.value for may in May),
        Role.AUDITOR: ["audit"],
    }
