"""Who may do what in a case. A route says what it needs; a role says what it grants; nothing else decides."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a member of a case is (`case/members.py`)."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    LEAD = "lead"
    AUDITOR = "auditor"


class May(StrEnum):
    """What a route needs.

    read : the case by pseudonyms. reveal : the name behind a pseudonym. review : verdicts, notes, tags, events, facts
    about targets. write : drafts of letters. approve : of other people's letters. export : letters and tables leave the
    program. audit : the chain of what was done.
    """

    READ = "read"
    REVEAL = "reveal"
    REVIEW = "review"
    WRITE = "write"
    APPROVE = "approve"
    EXPORT = "export"
    AUDIT = "audit"


GRANTS = {
    Role.VIEWER: frozenset({May.READ}),
    Role.ANALYST: frozenset({May.READ, May.REVEAL, May.REVIEW, May.WRITE}),
    Role.LEAD: frozenset(May),
    Role.AUDITOR: frozenset({May.AUDIT}),
}
