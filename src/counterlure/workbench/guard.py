"""What holds for every request before any route sees it, and for every answer.

References
----------
OWASP ASVS 5.0, V3 (web frontend security); MDN on Sec-Fetch-Site.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response

from counterlure.workbench.cookies import session_of

CSRF_HEADER = "x-counterlure-csrf"
BODY_MAX = 1 << 20
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script';"
    " trusted-types 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # "no-referrer" would have forms name the origin "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
DIGITS = re.compile("[0-9]{1,15}")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
Next = Callable[[Request], Awaitable[Response]]


def guard(app: FastAPI, hosts: frozenset[str]) -> None:
    """Lets only requests through that name one of `hosts` and, where they change something, come from our own pages."""

    @app.middleware("http")
    async def guarded(request: Request, call_next: Next) -> Response:
        refusal = _refusal(request, hosts)
        answer = PlainTextResponse(refusal[1], refusal[0]) if refusal else await call_next(request)
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        if request.url.scheme == "https":
            answer.headers["Strict-Transport-Security"] = "max-age=31536000"
        return answer


def _refusal(request: Request, hosts: frozenset[str]) -> tuple[int, str] | None:
    if _host(request.headers.get("host", "")) not in hosts:
        return 421, "this server does not answer to that host name"
    if request.method in SAFE:
        return None
    length = request.headers.get("content-length", "")
    if not DIGITS.fullmatch(length) and (length or "transfer-encoding" in request.headers):
        return 411, "say how long the request is"
    if int(length or 0) > BODY_MAX:
        return 413, f"more than {BODY_MAX} bytes"
    return None if _ours(request) else (403, "this request does not come from a page of the workbench")


def _ours(request: Request) -> bool:
    """From the same origin, as far as the browser says; and with the session's own token, where there is a session.

    Forms cannot set a header, so theirs is checked where their fields are read (`forms.py`).
    """
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        return False
    session = session_of(request)
    if session is None or not request.url.path.startswith("/api/"):
        return True
    return hmac.compare_digest(request.headers.get(CSRF_HEADER, "").encode(), session.csrf.encode())


def _host(header: str) -> str:
    """The name in a Host header, without its port."""
    try:
        return (urlsplit(f"//{header}").hostname or "") if header.isascii() else ""
    except ValueError:  # a bracket without its other half
        return ""
