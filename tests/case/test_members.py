"""Who may work on a case: names, roles, and passwords that are never told."""

from __future__ import annotations

import sqlite3

import pytest
from argon2 import PasswordHasher

from counterlure.case import audit, members
from counterlure.case.database import connect
from counterlure.case.store import Case
from counterlure.errors import CaseError

PASSWORD = "correct horse é battery"
OTHER = "another long password"


@pytest.fixture
def ana(case: Case) -> Case:
    members.add(case, "ana", "analyst", PASSWORD)
    return case


def test_a_member_is_let_in_with_their_password_only(ana):
    reading = connect(ana.file, read_only=True)
    assert members.check(reading, "ana", PASSWORD) == "analyst"
    assert members.check(reading, "ana", PASSWORD.replace("é", "e\u0301")) == "analyst"
    for wrong in ("", PASSWORD[:-1], PASSWORD + " ", PASSWORD.upper(), "\ud800", "\x00" * 20, "x" * 10_000_000):
        assert members.check(reading, "ana", wrong) is None
    reading.close()


@pytest.mark.parametrize("name", ["ben", "", "ANA", "ana ", "ana\n", "\ud800", "' OR 1=1 --", "a" * 1_000_000])
def test_a_name_that_nobody_has_is_not_let_in(ana, name):
    assert members.check(ana.db, name, PASSWORD) is None


def test_a_name_that_nobody_has_costs_as_much_work(ana, monkeypatch):
    checked: list[str] = []
    real = PasswordHasher.verify

    def watched(self: PasswordHasher, sealed: str, password: bytes) -> bool:
        checked.append(sealed)
        return real(self, sealed, password)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    members.check(ana.db, "ana", OTHER)
    members.check(ana.db, "nobody", OTHER)
    members.check(ana.db, "no such\nname", OTHER)
    assert len(checked) == 3
    assert len({sealed.rpartition("$")[0].rpartition("$")[0] for sealed in checked}) == 1  # the same parameters


def test_only_a_sealed_password_is_kept_and_the_audit_has_none(ana):
    (sealed,) = ana.db.execute("SELECT password FROM member").fetchone()
    assert sealed.startswith("$argon2id$")
    members.change(ana, "ana", role="lead", password=OTHER)
    members.remove(ana, "ana")
    told = ana.db.execute("SELECT actor, action, object, result FROM audit ORDER BY id").fetchall()
    assert told[1:] == [
        ("local", "member", "ana", "added as analyst"),
        ("local", "member", "ana", "role lead, new password"),
        ("local", "member", "ana", "removed"),
    ]
    assert audit.verify(ana.db) is None


def test_two_members_with_one_password_have_different_seals(ana):
    members.add(ana, "ben", "viewer", PASSWORD)
    assert ana.db.execute("SELECT count(DISTINCT password) FROM member").fetchone() == (2,)


def test_members_are_listed_by_name_without_their_passwords(ana, clock):
    clock.now += 5
    members.add(ana, "a.b-c_9", "auditor", OTHER)
    found = members.members(ana.db)
    assert found == [members.Member("a.b-c_9", "auditor", clock.now), members.Member("ana", "analyst", clock.now - 5)]
    assert not hasattr(found[0], "password")


@pytest.mark.parametrize(
    ("name", "role", "password", "said"),
    [
        ("ana", "viewer", OTHER, "a member ana already"),
        ("", "viewer", OTHER, "cannot be a name"),
        ("Ana", "viewer", OTHER, "cannot be a name"),
        ("-ana", "viewer", OTHER, "cannot be a name"),
        ("ana\n", "viewer", OTHER, "cannot be a name"),
        ("é", "viewer", OTHER, "cannot be a name"),
        ("a" * 33, "viewer", OTHER, "cannot be a name"),
        ("ben", "admin", OTHER, "give one of viewer, analyst, lead, auditor"),
        ("ben", "lead", "x" * 11, "has 11 characters; use 12 to 1,024"),
        ("ben", "lead", "x" * 1_025, "has 1,025 characters"),
    ],
)
def test_a_member_that_cannot_be_is_refused(ana, name, role, password, said):
    with pytest.raises(CaseError, match=said) as error:
        members.add(ana, name, role, password)
    assert password not in str(error.value)
    assert [one.name for one in members.members(ana.db)] == ["ana"]


def test_passwords_at_their_bounds_fit(case):
    for name, password in (("short", "x" * 12), ("long", "\U0001f600" * 1_024)):
        members.add(case, name, "viewer", password)
        assert members.check(case.db, name, password) == "viewer"


def test_a_change_leaves_what_is_not_given(ana):
    members.change(ana, "ana", role="lead")
    assert members.check(ana.db, "ana", PASSWORD) == "lead"
    members.change(ana, "ana", password=OTHER)
    assert members.check(ana.db, "ana", PASSWORD) is None
    assert members.check(ana.db, "ana", OTHER) == "lead"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "nothing to change"),
        ({"role": "root"}, "give one of"),
        ({"password": "short"}, "has 5 characters"),
        ({"password": ""}, "has 0 characters"),
    ],
)
def test_a_change_that_cannot_be_is_refused(ana, change, said):
    with pytest.raises(CaseError, match=said):
        members.change(ana, "ana", **change)
    assert members.check(ana.db, "ana", PASSWORD) == "analyst"


@pytest.mark.parametrize("name", ["ben", "", "\ud800", "ANA"])
def test_a_member_who_is_not_there_is_neither_changed_nor_removed(ana, name):
    for deed in (lambda: members.change(ana, name, role="lead"), lambda: members.remove(ana, name)):
        with pytest.raises(CaseError, match="no member"):
            deed()
    assert members.members(ana.db) == [members.Member("ana", "analyst", ana.clock())]


def test_a_removed_member_is_not_let_in_and_may_come_back(ana):
    members.remove(ana, "ana")
    assert members.check(ana.db, "ana", PASSWORD) is None
    members.add(ana, "ana", "viewer", OTHER)
    assert members.check(ana.db, "ana", OTHER) == "viewer"


@pytest.mark.parametrize("sealed", ["", "plain", "$argon2id$v=19$m=65536,t=3,p=4$xx", PASSWORD])
def test_a_seal_that_is_damaged_lets_nobody_in(ana, sealed):
    ana.db.execute("UPDATE member SET password = ?", (sealed,))
    assert members.check(ana.db, "ana", PASSWORD) is None


def test_whoever_is_added_by_two_programs_at_once_is_added_once(ana):
    with Case.open(ana.path) as other, pytest.raises(CaseError, match="already"):
        members.add(other, "ana", "lead", OTHER)
    with pytest.raises(sqlite3.IntegrityError):
        ana.db.execute("INSERT INTO member VALUES ('ana', 'lead', 'x', 1)")
