"""Who asks, for which case, and whether they may: every route takes a `Seat` from here or is named in `OPEN`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, NamedTuple

from fastapi import Depends, Request

from counterlure.errors import CaseError
from counterlure.workbench.cases import Judged, Served
from counterlure.workbench.cookies import session_of
from counterlure.workbench.faults import Forbidden, Missing, SignIn
from counterlure.workbench.roles import GRANTS, May, Role
from counterlure.workbench.screen import Screen
from counterlure.workbench.sessions import Session


class Seat(NamedTuple):
    """One session in one case of which it is a member."""

    session: Session
    served: Served
    role: Role

    @property
    def user(self) -> str:
        """Who is named in what is recorded."""
        return self.session.user

    @property
    def lang(self) -> str:
        """Language of what is shown."""
        return self.session.lang

    def may(self, need: May) -> bool:
        """Whether the role grants this."""
        return need in GRANTS[self.role]

    def judged(self) -> Judged:
        """The newest judgement; `CaseError` before the first scan."""
        judged = self.served.judged()
        if judged is None:
            raise CaseError(f"{self.served.name}: nothing has been judged yet; run `counterlure scan` on it first")
        return judged

    def screen(self, judged: Judged) -> Screen:
        """Names as this session sees them."""
        return Screen(judged.judgement, self.session.shows(self.served.id), judged.names)


def signed_in(request: Request) -> Session:
    """The session, or `SignIn`."""
    session = session_of(request)
    if session is None:
        raise SignIn
    return session


def stands(session: Session, served: Served) -> bool:
    """Whether the session is of a member who is one still, with the role and the password of then."""
    seal = session.seals.get(served.id)
    return served.id in session.roles and seal is not None and seal == served.seal(session.user)


def seat(need: May) -> Callable[..., Seat]:
    """A dependency: the session's place in the case that the path names.

    A case one is no member of and a case that is not there look the same: `Missing`. A member without the right gets
    `Forbidden`, and one whose membership was changed since, `SignIn`.
    """

    def allowed(request: Request, case: str) -> Seat:
        session = signed_in(request)
        served, role = request.app.state.cases.get(case), session.roles.get(case)
        if served is None or role is None:
            raise Missing
        if not stands(session, served):
            raise SignIn
        if need not in GRANTS[role]:
            raise Forbidden
        return Seat(session, served, role)

    allowed.need = need  # type: ignore[attr-defined]
    return allowed


Reader = Annotated[Seat, Depends(seat(May.READ))]
Reviewer = Annotated[Seat, Depends(seat(May.REVIEW))]
Revealer = Annotated[Seat, Depends(seat(May.REVEAL))]
Author = Annotated[Seat, Depends(seat(May.WRITE))]
Approver = Annotated[Seat, Depends(seat(May.APPROVE))]
Exporter = Annotated[Seat, Depends(seat(May.EXPORT))]
Auditor = Annotated[Seat, Depends(seat(May.AUDIT))]
"""What a route takes to be closed to everybody without the right."""
