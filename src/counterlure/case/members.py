"""Who may work on the case in the workbench. Passwords are kept as argon2id and never leave the case."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from functools import cache

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from counterlure.case import audit, given
from counterlure.case.database import transaction
from counterlure.case.store import Case
from counterlure.errors import CaseError

ROLES = ("viewer", "analyst", "lead", "auditor")
PASSWORD_MIN, PASSWORD_MAX = 12, 1_024  # characters

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


class Member(msgspec.Struct, frozen=True):
    """A member as others see them. added_at : UTC epoch seconds."""

    name: str
    role: str
    added_at: int


def add(case: Case, name: str, role: str, password: str) -> None:
    """A new member.

    Raises
    ------
    CaseError where the name is taken or cannot be one, the role is none of `ROLES`, or the password is too short or too
    long.
    """
    if not _named(name):
        raise CaseError(f"{name!r:.60} cannot be a name; use up to 32 of a-z, 0-9, dot, dash, underscore")
    given.choice(role, "the role", ROLES)
    sealed = _sealed(password)
    with transaction(case.db, case.file):
        if case.db.execute("SELECT 1 FROM member WHERE name = ?", (name,)).fetchone():
            raise CaseError(f"there is a member {name} already; change that one, or choose another name")
        at = case.clock()
        case.db.execute("INSERT INTO member VALUES (?, ?, ?, ?)", (name, role, sealed, at))
        audit.append(case.db, at, case.actor, "member", name, f"added as {role}")


def change(case: Case, name: str, role: str | None = None, password: str | None = None) -> None:
    """Gives a member another role, another password, or both; None leaves it.

    Raises
    ------
    CaseError where there is no such member, nothing is given, or as in `add`.
    """
    if role is None and password is None:
        raise CaseError("nothing to change; give a role, a password, or both")
    if role is not None:
        given.choice(role, "the role", ROLES)
    sealed = None if password is None else _sealed(password)
    done = ", ".join([*([f"role {role}"] if role else []), *(["new password"] if sealed else [])])
    with transaction(case.db, case.file):
        _require(case.db, name)
        sql = "UPDATE member SET role = coalesce(?, role), password = coalesce(?, password) WHERE name = ?"
        case.db.execute(sql, (role, sealed, name))
        audit.append(case.db, case.clock(), case.actor, "member", name, done)


def remove(case: Case, name: str) -> None:
    """Takes a member off; what they did stays under their name. `CaseError` where there is no such member."""
    with transaction(case.db, case.file):
        _require(case.db, name)
        case.db.execute("DELETE FROM member WHERE name = ?", (name,))
        audit.append(case.db, case.clock(), case.actor, "member", name, "removed")


def members(db: sqlite3.Connection) -> list[Member]:
    """Everybody, by name."""
    return [Member(*row) for row in db.execute("SELECT name, role, added_at FROM member ORDER BY name")]


def check(db: sqlite3.Connection, name: str, password: str) -> str | None:
    """The role where name and password fit, else None.

    Takes as long for a name that nobody has, so that the time does not tell who is a member.
    """
    dummy = _dummy()
    row = db.execute("SELECT role, password FROM member WHERE name = ?", (name,)).fetchone() if _named(name) else None
    if len(password) > PASSWORD_MAX:
        return None
    fits = _fits(row[1] if row else dummy, password)
    return str(row[0]) if row and fits else None


def _fits(sealed: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(sealed, _plain(password))
    except (VerificationError, ValueError):  # the latter where what is kept is no seal at all
        return False


def _named(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


@cache
def _dummy() -> str:
    return PasswordHasher().hash(b"nobody has this password")


def _plain(password: str) -> bytes:
    """In one normal form: keyboards spell an accent in two ways."""
    return unicodedata.normalize("NFC", password).encode(errors="surrogatepass")


def _sealed(password: str) -> str:
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise CaseError(f"the password has {len(password):,} characters; use {PASSWORD_MIN} to {PASSWORD_MAX:,}")
    return PasswordHasher().hash(_plain(password))


def _require(db: sqlite3.Connection, name: str) -> None:
    if not _named(name) or db.execute("SELECT 1 FROM member WHERE name = ?", (name,)).fetchone() is None:
        raise CaseError(f"there is no member {name!r:.60}; look at the list of members")
