"""Warning letters, from draft to register: every version is kept, and a second person approves what goes out.

An approval signs the digest of a text. It holds while that text is the newest, and its signer wrote no version.
"""

from __future__ import annotations

import hashlib
import sqlite3
from typing import NamedTuple

import msgspec

from counterlure.case import audit, given
from counterlure.case.database import transaction
from counterlure.case.store import Case
from counterlure.errors import CaseError
from counterlure.model import target_id

LANGUAGES = ("en", "fr")
FORMS = ("html", "pdf", "eml", "txt")
BODY_CHARS = 40_000
HOW_CHARS = 200

_INSERT_VERSION = "INSERT INTO letter_version(letter, number, body, digest, author, at) VALUES (?, ?, ?, ?, ?, ?)"
_INSERT_DEED = "INSERT INTO letter_deed(letter, kind, digest, author, at, detail) VALUES (?, ?, ?, ?, ?, ?)"


class Done(NamedTuple):
    """What became of a letter: approved, exported, handed_over or withdrawn; detail: the form, or how."""

    kind: str
    author: str
    at: int
    detail: str


class Letter(msgspec.Struct, frozen=True):
    """A letter with its newest version.

    target : "T-0001". body : empty where it was purged. version : number of the newest, from 1; digest : of its body.
    authors : all who wrote a version, in order. state : "draft", "approved", "handed_over" or "withdrawn". approved_by,
    approved_at : of the approval that holds, or None. created_at, changed_at : of the first and the newest version.
    deeds : oldest first.
    """

    id: int
    target: str
    lang: str
    body: str
    version: int
    digest: str
    authors: tuple[str, ...]
    state: str
    approved_by: str | None
    approved_at: int | None
    created_at: int
    changed_at: int
    deeds: tuple[Done, ...]


def draft(case: Case, author: str, target: int, lang: str, body: str) -> int:
    """A new letter to a target; returns its id.

    Raises
    ------
    CaseError where the target is not in the case, the language none of `LANGUAGES`, or the body empty or longer than
    `BODY_CHARS`.
    """
    given.choice(lang, "the language", LANGUAGES)
    plain = given.prose(body, "the letter", BODY_CHARS)
    with transaction(case.db, case.file):
        given.require(case.db, "target", [target])
        sql = "INSERT INTO letter(target, lang) VALUES (?, ?) RETURNING id"
        letter = int(case.db.execute(sql, (target, lang)).fetchone()[0])
        _version(case, author, letter, target_id(target), 1, plain)
    return letter


def edit(case: Case, author: str, letter: int, body: str, base: int) -> int:
    """Changes the text; returns the number of the newest version, which is `base` where nothing was changed.

    base : the version that was edited.

    Raises
    ------
    CaseError where somebody else has changed the letter since, it is handed over or withdrawn, or the body is empty or
    longer than `BODY_CHARS`. Nothing of the other's text is lost.
    """
    plain = given.prose(body, "the letter", BODY_CHARS)
    with transaction(case.db, case.file):
        found = _open(case.db, letter)
        if base != found.version:
            raise CaseError(
                f"{_last_author(case.db, letter)} has changed the letter since (version {found.version}, you edited"
                f" version {base}); that text is kept, and yours is not saved yet: keep it aside and edit the newest"
            )
        if _digest(plain) == found.digest:
            return base
        _version(case, author, letter, found.target, base + 1, plain)
    return base + 1


def approve(case: Case, author: str, letter: int, digest: str) -> None:
    """Approves the newest version.

    digest : of the text that was read.

    Raises
    ------
    CaseError where the letter was changed after it was read, the approver wrote one of its versions, or it is approved,
    handed over or withdrawn already.
    """
    with transaction(case.db, case.file):
        found = _open(case.db, letter)
        if digest != found.digest:
            raise CaseError("the letter was changed after you read it; read the newest version, then approve that")
        if author in found.authors:
            raise CaseError("you wrote on this letter yourself; somebody who did not has to approve it")
        if found.approved_by is not None:
            raise CaseError(f"{found.approved_by} has approved the letter already; it can be handed over")
        _deed(case, author, found, "approved", "")


def export(case: Case, author: str, letter: int, form: str) -> str:
    """The approved text, in order to be written as html, pdf, eml or txt; the register keeps that it was.

    Raises
    ------
    CaseError where the newest version is not approved, the letter is withdrawn, or the form is none of `FORMS`.
    """
    given.choice(form, "the form", FORMS)
    with transaction(case.db, case.file):
        found = _found(case.db, letter)
        if found.state not in ("approved", "handed_over"):
            raise CaseError(f"the letter is {_words(found)}; it leaves the case only while its approval holds")
        if not found.body:
            raise CaseError("the text of the letter was purged with the delivery it quoted; draft a new one")
        _deed(case, author, found, "exported", form)
    return found.body


def hand_over(case: Case, author: str, letter: int, how: str) -> None:
    """Keeps that the letter was handed over, and how.

    Raises
    ------
    CaseError where the newest version is not approved, the letter is handed over or withdrawn already, or `how` is
    empty or longer than `HOW_CHARS`.
    """
    way = given.line(how, "how it was handed over", HOW_CHARS)
    with transaction(case.db, case.file):
        found = _open(case.db, letter)
        if found.state != "approved":
            raise CaseError(f"the letter is {_words(found)}; have its newest version approved before it is handed over")
        _deed(case, author, found, "handed_over", way)


def withdraw(case: Case, author: str, letter: int) -> None:
    """Ends a letter, whatever became of it; `CaseError` where it is withdrawn already."""
    with transaction(case.db, case.file):
        found = _found(case.db, letter)
        if found.state == "withdrawn":
            raise CaseError("the letter is withdrawn already; draft a new one")
        _deed(case, author, found, "withdrawn", "")


def state(db: sqlite3.Connection, letter: int) -> str:
    """Where a letter stands: "draft", "approved", "handed_over" or "withdrawn"; `CaseError` where there is none."""
    return _found(db, letter).state


def get(db: sqlite3.Connection, letter: int) -> Letter | None:
    """A letter, or None where there is none of this id."""
    row = db.execute("SELECT id, target, lang FROM letter WHERE id = ?", (given.number(letter),)).fetchone()
    return _letter(db, *row) if row else None


def of_case(db: sqlite3.Connection) -> list[Letter]:
    """Every letter, the newest first."""
    return [_letter(db, *row) for row in db.execute("SELECT id, target, lang FROM letter ORDER BY id DESC").fetchall()]


def _letter(db: sqlite3.Connection, letter: int, target: int, lang: str) -> Letter:
    sql = "SELECT author, at FROM letter_version WHERE letter = ? ORDER BY number"
    versions = db.execute(sql, (letter,)).fetchall()
    sql = "SELECT number, body, digest FROM letter_version WHERE letter = ? ORDER BY number DESC LIMIT 1"
    number, body, digest = db.execute(sql, (letter,)).fetchone()
    sql = "SELECT kind, author, at, detail, digest FROM letter_deed WHERE letter = ? ORDER BY id"
    deeds = [(Done(*row), signed) for *row, signed in db.execute(sql, (letter,))]
    authors = tuple(dict.fromkeys(who for who, _ in versions))
    held = [done for done, signed in deeds if signed == digest]
    approval = next((d for d in reversed(held) if d.kind == "approved" and d.author not in authors), None)
    return Letter(
        id=letter, target=target_id(target), lang=lang, body=body, version=number, digest=digest, authors=authors,
        state=_state({done.kind for done, _ in deeds}, approval),
        approved_by=approval.author if approval else None, approved_at=approval.at if approval else None,
        created_at=versions[0][1], changed_at=versions[-1][1], deeds=tuple(done for done, _ in deeds),
    )  # fmt: skip


def _state(kinds: set[str], approval: Done | None) -> str:
    """Handed over and withdrawn letters are never edited, so that these hold whatever the version."""
    ended = next((kind for kind in ("withdrawn", "handed_over") if kind in kinds), None)
    return ended or ("approved" if approval else "draft")


def _found(db: sqlite3.Connection, letter: int) -> Letter:
    found = get(db, letter)
    if found is None:
        raise CaseError(f"no letter {letter!r:.20} in the case; its target may have been purged: look again")
    return found


def _open(db: sqlite3.Connection, letter: int) -> Letter:
    """The letter, which must be neither handed over nor withdrawn."""
    found = _found(db, letter)
    if found.state in ("handed_over", "withdrawn"):
        raise CaseError(f"the letter is {_words(found)} and stays as it is; draft a new one")
    return found


def _words(letter: Letter) -> str:
    if letter.state == "draft" and any(done.kind == "approved" for done in letter.deeds):
        return "changed since it was approved"
    return {"draft": "not approved yet", "handed_over": "handed over"}.get(letter.state, letter.state)


def _last_author(db: sqlite3.Connection, letter: int) -> str:
    sql = "SELECT author FROM letter_version WHERE letter = ? ORDER BY number DESC LIMIT 1"
    return str(db.execute(sql, (letter,)).fetchone()[0])


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _version(case: Case, author: str, letter: int, target: str, number: int, body: str) -> None:
    digest, at = _digest(body), case.clock()
    case.db.execute(_INSERT_VERSION, (letter, number, body, digest, author, at))
    result = f"{'drafted' if number == 1 else 'edited'}: version {number} sha256:{digest}"
    audit.append(case.db, at, author, "letter", f"letter:{letter} {target}", result)


def _deed(case: Case, author: str, letter: Letter, kind: str, detail: str) -> None:
    at = case.clock()
    case.db.execute(_INSERT_DEED, (letter.id, kind, letter.digest, author, at, detail))
    result = f"{kind}: version {letter.version} sha256:{letter.digest}"
    audit.append(case.db, at, author, "letter", f"letter:{letter.id} {letter.target}", result)
