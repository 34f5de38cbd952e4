"""Fields of the few plain forms: signing in and out, choosing a language, exporting a letter."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qs

from fastapi import Request

from counterlure.workbench.cookies import session_of
from counterlure.workbench.faults import Untrusted

FIELDS_MAX = 20


async def fields(request: Request) -> dict[str, str]:
    """The fields of a form, each once; `Untrusted` where there is a session and its token is missing."""
    try:
        sent = parse_qs((await request.body()).decode("utf-8"), max_num_fields=FIELDS_MAX, strict_parsing=False)
    except (UnicodeDecodeError, ValueError) as error:
        raise Untrusted from error
    found = {name: values[0] for name, values in sent.items()}
    session = session_of(request)
    if session is not None and not hmac.compare_digest(found.get("csrf", "").encode(), session.csrf.encode()):
        raise Untrusted
    return found
