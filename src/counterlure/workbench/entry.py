"""Coming in and going out: the link printed at the start, names with passwords, the language."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from counterlure.case import members
from counterlure.report.words import LANGS
from counterlure.workbench import cookies
from counterlure.workbench.access import stands
from counterlure.workbench.cookies import session_of
from counterlure.workbench.faults import SignIn, Slow
from counterlure.workbench.forms import fields
from counterlure.workbench.html import lang_of, page
from counterlure.workbench.roles import Role

LOCAL = "local"
"""Who is recorded where a case has no members: whoever started the server and opened its link."""

NAME_KEPT = 64
"""Characters of a name that are looked at, more than any member's has."""

router = APIRouter(include_in_schema=False)


@router.get("/")
def home(request: Request, token: str = "") -> Response:
    """The cases of the session; one is opened at once. With a token: signs in first."""
    if token:
        return _by_token(request, token)
    session = session_of(request)
    if session is None:
        return RedirectResponse("/login", 303)
    served = [one for one in request.app.state.cases if stands(session, one)]
    if len(served) == 1:
        return RedirectResponse(start_of(served[0].id, session.roles[served[0].id]), 303)
    listed = [(one, start_of(one.id, session.roles[one.id]), session.roles[one.id]) for one in served]
    return page(request, "cases.html.j2", listed=listed)


@router.get("/style.css")
def style() -> Response:
    """The report's sheet and the workbench's own."""
    return Response(_sheet(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})


@router.get("/login")
def ask(request: Request) -> HTMLResponse:
    """The page to sign in."""
    return page(request, "login.html.j2", wrong=False, members=_with_members(request))


@router.post("/login")
async def sign_in(request: Request) -> Response:
    """Opens a session for a name and its password: a member of every case in which both fit."""
    sent = await fields(request)
    name, password = sent.get("name", "").strip().casefold()[:NAME_KEPT], sent.get("password", "")
    attempts = request.app.state.attempts
    if seconds := attempts.wait(name):
        raise Slow(seconds)
    attempts.failed(name)  # before it is looked at, so that many at once are counted one after another
    roles = await run_in_threadpool(_roles, request, name, password)
    if not roles:
        return page(request, "login.html.j2", status=401, wrong=True, members=True)
    attempts.right(name)
    return _begin(request, name, roles)


@router.post("/logout")
async def sign_out(request: Request) -> Response:
    """Ends the session."""
    await fields(request)
    session = session_of(request)
    answer = RedirectResponse("/login", 303)
    if session is not None:
        request.app.state.sessions.end(session)
        cookies.take(request, answer)
    return answer


@router.post("/lang")
async def choose_language(request: Request) -> Response:
    """Changes the language of the session and goes back to where one was."""
    sent = await fields(request)
    session = session_of(request)
    if session is None:
        raise SignIn
    if sent.get("lang") in LANGS:
        session.lang = sent["lang"]
    return RedirectResponse(_within(sent.get("back", "/")), 303)


def _within(back: str) -> str:
    """The path and query of an address on this server, else the start."""
    try:
        parts = urlsplit(back)
    except ValueError:
        return "/"
    if not parts.path.startswith("/") or parts.path[1:2] in ("/", "\\"):
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@cache
def _sheet() -> str:
    report = files("counterlure.report")
    ours = files(__package__).joinpath("static", "workbench.css")
    sheets = (report.joinpath("style.css"), report.joinpath("profile.css"), ours)
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)


def start_of(case: str, role: Role) -> str:
    """Where a member of a case begins: the queue, or what an auditor may see."""
    return f"/c/{case}/audit" if role is Role.AUDITOR else f"/c/{case}/"


def _by_token(request: Request, token: str) -> Response:
    """A session in every case that has no members; the link is good once."""
    if not request.app.state.sessions.spend(token):
        return page(request, "login.html.j2", status=401, wrong=True, members=_with_members(request))
    request.app.state.spent()
    roles = {one.id: Role.LEAD for one in request.app.state.cases if not one.has_members()}
    return _begin(request, LOCAL, roles)


def _begin(request: Request, user: str, roles: dict[str, Role]) -> Response:
    old = session_of(request)
    if old is not None:
        request.app.state.sessions.end(old)
    seals = {one.id: one.seal(user) for one in request.app.state.cases if one.id in roles}
    session = request.app.state.sessions.begin(user, roles, lang_of(request), seals)
    answer = RedirectResponse("/", 303)
    cookies.give(request, answer, session)
    return answer


def _roles(request: Request, name: str, password: str) -> dict[str, Role]:
    found = {}
    for served in request.app.state.cases:
        with served.read() as db:
            role = members.check(db, name, password)
        if role is not None:
            found[served.id] = Role(role)
    return found


def _with_members(request: Request) -> bool:
    return any(served.has_members() for served in request.app.state.cases)
