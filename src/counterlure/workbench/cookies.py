"""The cookie that names a session, and nothing else."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from counterlure.workbench.sessions import ABSOLUTE_SECONDS, Session

PLAIN = "counterlure"
SECURE = "__Host-counterlure"


def session_of(request: Request) -> Session | None:
    """The session whose cookie came along, or None."""
    found: Session | None = request.app.state.sessions.find(request.cookies.get(_name(request)))
    return found


def give(request: Request, answer: Response, session: Session) -> None:
    """Has the browser keep the session; over TLS for this host alone and never in the clear."""
    secure = request.url.scheme == "https"
    answer.set_cookie(
        _name(request), session.id, max_age=ABSOLUTE_SECONDS, path="/", secure=secure, httponly=True, samesite="strict"
    )


def take(request: Request, answer: Response) -> None:
    """Has the browser forget it."""
    answer.delete_cookie(_name(request), path="/")


def _name(request: Request) -> str:
    return SECURE if request.url.scheme == "https" else PLAIN
