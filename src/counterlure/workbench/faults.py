"""What can be refused, and how each refusal is answered: a page for people, a JSON object for programs."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from counterlure.errors import CaseBusy, CounterlureError
from counterlure.workbench.guard import HEADERS
from counterlure.workbench.html import lang_of, page, say_in


class Refusal(BaseModel):
    """What an answer of the interface says where something is refused; fields: those that do not fit, and why."""

    detail: str
    fields: list[dict[str, str]] | None = None


REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Refusal, "description": words}
    for status, words in {
        400: "The request cannot be understood.",
        401: "Nobody is signed in, or no longer.",
        403: "The role does not grant this, or the request does not come from a page of the session.",
        404: "Not there, or not for this session to know of.",
        409: "It does not fit what is in the case now; the words say what to do.",
        422: "Something that was sent does not fit.",
        503: "The case is in use by another program.",
    }.items()
}
"""How any route of the interface may refuse, for its description."""


class SignIn(Exception):
    """Nobody is signed in."""


class Forbidden(Exception):
    """The role does not grant this."""


class Missing(Exception):
    """Not there, or not for this session to know of."""


class Untrusted(Exception):
    """The request does not come from a page of ours."""


class Slow(Exception):
    """Too many attempts; `seconds` until the next."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


STATUS: dict[type[Exception], tuple[int, str]] = {
    SignIn: (401, "sign_in"),
    Forbidden: (403, "forbidden"),
    Untrusted: (403, "untrusted"),
    Missing: (404, "missing"),
}


def answer_faults(app: FastAPI) -> None:
    """Registers an answer for everything raised on purpose."""
    for kind in STATUS:
        app.add_exception_handler(kind, _refused)
    app.add_exception_handler(CounterlureError, _failed)
    app.add_exception_handler(Slow, _slow)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _broken)


def _refused(request: Request, error: Exception) -> Response:
    status, key = STATUS[type(error)]
    if isinstance(error, SignIn) and not _wants_json(request):
        return RedirectResponse("/login", 303)
    return _answer(request, status, say_in("refusal", key, lang_of(request)))


def _failed(request: Request, error: Exception) -> Response:
    return _answer(request, 503 if isinstance(error, CaseBusy) else 409, str(error))


def _slow(request: Request, error: Exception) -> Response:
    seconds = error.seconds if isinstance(error, Slow) else 1
    answer = _answer(request, 429, say_in("refusal", "slow", lang_of(request), seconds=seconds))
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    key = {404: "missing", 405: "method"}.get(status, "request")
    answer = _answer(request, status, say_in("refusal", key, lang_of(request)))
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer


def _broken(request: Request, _error: Exception) -> Response:
    """A fault of ours, which the server then writes to its log; answered outside of all else, so with the headers."""
    answer = _answer(request, 500, say_in("refusal", "broken", lang_of(request)))
    answer.headers.update(HEADERS)
    return answer


def _invalid(request: Request, error: Exception) -> Response:
    """The fields that do not fit, without giving back what was sent."""
    told = error.errors() if isinstance(error, RequestValidationError) else []
    fields = [{"field": ".".join(str(part) for part in one["loc"]), "reason": one["msg"]} for one in told]
    words = say_in("refusal", "invalid", lang_of(request))
    if _wants_json(request):
        return JSONResponse({"detail": words, "fields": fields}, 422)
    return _answer(request, 422, "; ".join([words, *(f"{one['field']}: {one['reason']}" for one in fields)]))


def _answer(request: Request, status: int, words: str) -> Response:
    if _wants_json(request):
        return JSONResponse({"detail": words}, status)
    return page(request, "refusal.html.j2", status=status, words=words, code=status)


def _wants_json(request: Request) -> bool:
    return request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", "")
