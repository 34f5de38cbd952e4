"""Exposure: who was reached, by organisation, department and stage."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from counterlure.workbench.access import Reader
from counterlure.workbench.exposed import SMALLEST, people, table
from counterlure.workbench.html import page
from counterlure.workbench.pages.queue import script_words
from counterlure.workbench.roles import May

router = APIRouter(include_in_schema=False)


@router.get("/c/{case}/exposure")
def exposure(request: Request, seat: Reader) -> HTMLResponse:
    """Counts that single nobody out, then the people by pseudonym."""
    judged = seat.judged()
    screen, lang = seat.screen(judged), seat.lang
    settings = {"words": script_words(lang), "may_review": seat.may(May.REVIEW), "may_reveal": seat.may(May.REVEAL),
                "may_write": seat.may(May.WRITE)}  # fmt: skip
    return page(
        request, "exposure.html.j2", seat=seat, houses=table(judged.judgement, "organisation", lang),
        departments=table(judged.judgement, "department", lang), smallest=SMALLEST,
        people=people(judged.judgement, screen, lang), revealed=seat.session.shows(seat.served.id), settings=settings,
    )  # fmt: skip
