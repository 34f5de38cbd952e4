"""Pages from templates: every value escaped, every wording in the reader's language, no script and no style in them."""

from __future__ import annotations

import json
from functools import cache, partial
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from counterlure.report.figures import day, moment, number, percent
from counterlure.report.words import LANGS, say
from counterlure.workbench.cookies import session_of
from counterlure.workbench.roles import May


def say_in(section: str, key: str, lang: str, **slots: str | int | float) -> str:
    """A wording of the workbench; its sections begin with "wb_"."""
    return say(f"wb_{section}", key, lang, **slots)


def lang_of(request: Request) -> str:
    """The session's language, else the first one of the browser that there is, else that of the server."""
    session = session_of(request)
    if session is not None:
        return session.lang
    for part in request.headers.get("accept-language", "").split(","):
        code = part.split(";")[0].strip().lower()[:2]
        if code in LANGS:
            return code
    default: str = request.app.state.lang
    return default


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A template filled in; `seat`, where given, is the session's place in a case."""
    lang = lang_of(request)
    text = (
        _environment()
        .get_template(template)
        .render(
            request=request,
            lang=lang,
            other_lang=next(code for code in LANGS if code != lang),
            session=session_of(request),
            seat=values.pop("seat", None),
            May=May,
            w=partial(_say, lang),
            say=lambda section, key, **slots: say(section, key, lang, **slots),
            number=lambda n: number(n, lang),
            percent=lambda p: percent(p, lang),
            day=lambda at: day(at, lang) if at is not None else "–",
            moment=lambda at: moment(at, lang),
            **values,
        )
    )
    return HTMLResponse(text, status)


def script_data(value: object) -> Markup:
    """A value for a script to read: JSON in which nothing can end the element it stands in."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


def _say(lang: str, name: str, **slots: str | int | float) -> str:
    section, _, key = name.partition(".")
    return say_in(section, key, lang, **slots)


@cache
def _environment() -> Environment:
    ours = FileSystemLoader(str(files(__package__).joinpath("templates")))
    report = FileSystemLoader(str(files("counterlure.report").joinpath("templates")))
    environment = Environment(
        loader=ChoiceLoader([ours, report]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["script_data"] = script_data
    return environment
