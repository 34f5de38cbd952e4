"""What people decide, note and tag at the workbench: each deed an act, which can be undone as a whole.

An act is never changed. Undone, it stays in the history and counts no more; of those that count, the newest does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

from counterlure.case import audit, given
from counterlure.case.database import transaction
from counterlure.case.store import Case
from counterlure.errors import CaseError
from counterlure.model import target_id
from counterlure.text import clean_text

VERDICTS = ("confirmed", "likely", "unclear", "benign", "insufficient")
NOTE_CHARS = 4_000
TAG_CHARS = 40
FACT_CHARS = 200

_VERDICTS = """
SELECT max(v.act), v.account, v.verdict, a.author, a.at FROM verdict AS v JOIN act AS a ON a.id = v.act
WHERE a.undone_at IS NULL GROUP BY v.account
"""
_NOTES = """
SELECT n.act, n.account, n.text, a.author, a.at FROM note AS n JOIN act AS a ON a.id = n.act
WHERE n.account = ? AND a.undone_at IS NULL ORDER BY n.act DESC
"""
_TAGS = """
SELECT account, tag FROM (
    SELECT t.account, t.tag, t.present, max(t.act) FROM tag AS t JOIN act AS a ON a.id = t.act
    WHERE a.undone_at IS NULL GROUP BY t.account, t.tag)
WHERE present = 1 ORDER BY account, tag
"""
_HISTORY = """
SELECT a.id, a.kind, a.author, a.at, s.said, s.present, a.undone_at, a.undone_by FROM (
    SELECT act, verdict AS said, 1 AS present FROM verdict WHERE account = ?1
    UNION ALL SELECT act, text, 1 FROM note WHERE account = ?1
    UNION ALL SELECT act, tag, present FROM tag WHERE account = ?1) AS s
JOIN act AS a ON a.id = s.act ORDER BY a.id DESC, s.said
"""


class Verdict(msgspec.Struct, frozen=True):
    """What counts as decided on an account, by whom and when (UTC epoch seconds)."""

    act: int
    account: int
    verdict: str
    author: str
    at: int


class Note(msgspec.Struct, frozen=True):
    """What somebody wrote down about an account."""

    act: int
    account: int
    text: str
    author: str
    at: int


class Deed(msgspec.Struct, frozen=True):
    """One act on one account, as its history tells it.

    kind : "verdict", "note" or "tag". said : the verdict, the text or the word. present : False where a tag was taken
    off. undone_at, undone_by : None while it counts.
    """

    act: int
    kind: str
    author: str
    at: int
    said: str
    present: bool
    undone_at: int | None
    undone_by: str | None


def decide(case: Case, author: str, accounts: Sequence[int], verdict: str) -> int:
    """Decides on one or several accounts together; returns the act.

    Raises
    ------
    CaseError where an account is not in the case, none is given, or the verdict is none of `VERDICTS`.
    """
    given.choice(verdict, "the verdict", VERDICTS)
    chosen = list(dict.fromkeys(accounts))
    if not chosen:
        raise CaseError("no account was chosen; choose one or more, then decide")
    with transaction(case.db, case.file):
        act = _act(case, author, "verdict", chosen, verdict)
        case.db.executemany("INSERT INTO verdict VALUES (?, ?, ?)", [(act, i, verdict) for i in chosen])
    return act


def annotate(case: Case, author: str, account: int, text: str) -> int:
    """Notes something down about an account; returns the act. The audit learns that, not what.

    Raises
    ------
    CaseError where the account is not in the case, or the text is empty or longer than `NOTE_CHARS`.
    """
    plain = given.prose(text, "the note", NOTE_CHARS)
    with transaction(case.db, case.file):
        act = _act(case, author, "note", [account], f"{len(plain)} characters")
        case.db.execute("INSERT INTO note VALUES (?, ?, ?)", (act, account, plain))
    return act


def label(case: Case, author: str, account: int, tag: str, present: bool = True) -> int:
    """Puts a word on an account, or takes it off; returns the act.

    Raises
    ------
    CaseError where the account is not in the case, or the word is empty or longer than `TAG_CHARS`.
    """
    word = given.line(clean_text(tag).casefold(), "the tag", TAG_CHARS)
    with transaction(case.db, case.file):
        act = _act(case, author, "tag", [account], f"{'put on' if present else 'taken off'}: {word}")
        case.db.execute("INSERT INTO tag VALUES (?, ?, ?, ?)", (act, account, word, int(present)))
    return act


def undo(case: Case, author: str, act: int, any_author: bool = False) -> None:
    """Makes an act count no more.

    any_author : whether acts of others may be undone, too.

    Raises
    ------
    CaseError where there is no such act, it was undone before, or it is somebody else's; nothing is changed.
    """
    with transaction(case.db, case.file):
        given.require(case.db, "act", [act])
        sql = "SELECT kind, author, undone_by FROM act WHERE id = ?"
        kind, whose, undone_by = case.db.execute(sql, (act,)).fetchone()
        if undone_by is not None:
            raise CaseError(f"act {act} was undone by {undone_by} already; load the page again")
        if whose != author and not any_author:
            raise CaseError(f"act {act} is {whose}'s; only {whose} or a lead can undo it")
        at = case.clock()
        case.db.execute("UPDATE act SET undone_at = ?, undone_by = ? WHERE id = ?", (at, author, act))
        audit.append(case.db, at, author, "undo", f"act:{act}", f"{kind} of {whose}")


def describe(
    case: Case, author: str, target: int, organisation: str | None, department: str | None, role: str | None
) -> None:
    """Says where a target works and as what, for the exposure table only; None or nothing written empties it.

    Raises
    ------
    CaseError where the target is not in the case, or something is longer than `FACT_CHARS`.
    """
    named = {"organisation": organisation, "department": department, "role": role}
    facts = {name: _fact(name, value) for name, value in named.items()}
    with transaction(case.db, case.file):
        given.require(case.db, "target", [target])
        sql = "UPDATE target SET organisation = :organisation, department = :department, role = :role WHERE id = :id"
        case.db.execute(sql, {**facts, "id": target})
        filled = ", ".join(name for name, value in facts.items() if value) or "nothing"
        audit.append(case.db, case.clock(), author, "describe", target_id(target), f"holds {filled}")


def verdicts(db: sqlite3.Connection) -> dict[int, Verdict]:
    """What counts as decided, by account."""
    return {row[1]: Verdict(*row) for row in db.execute(_VERDICTS)}


def notes(db: sqlite3.Connection, account: int) -> list[Note]:
    """The notes on an account that count, newest first."""
    return [Note(*row) for row in db.execute(_NOTES, (given.number(account),))]


def tags(db: sqlite3.Connection) -> dict[int, tuple[str, ...]]:
    """The words on each account that has any, in order of the alphabet."""
    found: dict[int, list[str]] = {}
    for account, tag in db.execute(_TAGS):
        found.setdefault(account, []).append(tag)
    return {account: tuple(words) for account, words in found.items()}


def history(db: sqlite3.Connection, account: int) -> list[Deed]:
    """Every act on an account, newest first; those that were undone, too."""
    rows = db.execute(_HISTORY, (given.number(account),))
    return [Deed(act, kind, who, at, said, bool(on), *undone) for act, kind, who, at, said, on, *undone in rows]


def last_act(db: sqlite3.Connection, author: str) -> int | None:
    """The newest act of an author that counts, or None."""
    sql = "SELECT id FROM act WHERE author = ? AND undone_at IS NULL ORDER BY id DESC LIMIT 1"
    row = db.execute(sql, (author,)).fetchone()
    return int(row[0]) if row else None


def _act(case: Case, author: str, kind: str, accounts: Sequence[int], result: str) -> int:
    """A new act on accounts that must be in the case, with its audit entry, inside the caller's transaction."""
    given.require(case.db, "account", accounts)
    at = case.clock()
    sql = "INSERT INTO act(kind, author, at) VALUES (?, ?, ?) RETURNING id"
    act = case.db.execute(sql, (kind, author, at)).fetchone()[0]
    audit.append(case.db, at, author, kind, ", ".join(f"account:{i}" for i in accounts), result)
    return int(act)


def _fact(name: str, value: str | None) -> str | None:
    return given.line(value, f"the {name}", FACT_CHARS) if value and clean_text(value).strip() else None
