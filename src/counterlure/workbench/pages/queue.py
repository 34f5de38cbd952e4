"""The triage queue."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response

from counterlure.case import review
from counterlure.case.review import VERDICTS
from counterlure.model import STAGES, Level, Reading
from counterlure.report.dossier import MARKS
from counterlure.report.figures import moment
from counterlure.report.words import keys, say, unfilled
from counterlure.workbench.access import Exporter, Reader, Seat
from counterlure.workbench.api.queue import asked_for, window_of
from counterlure.workbench.forms import fields
from counterlure.workbench.html import page, say_in
from counterlure.workbench.roles import May
from counterlure.workbench.rows import SORTS, Asked, chosen
from counterlure.workbench.sheet import sheet

FIRST_ROWS = 60
router = APIRouter(include_in_schema=False)


@router.get("/c/{case}/")
def queue(request: Request, asked: Annotated[Asked, Depends(asked_for)], seat: Reader) -> HTMLResponse:
    """The queue with its first rows, so that something can be read at once."""
    judged = seat.served.judged()
    if judged is None:
        return page(request, "empty.html.j2", seat=seat)
    j, lang = judged.judgement, seat.lang
    levels = [(level.value, MARKS[level], say("levels", level.value, lang), j.levels[level]) for level in Level]
    first = window_of(seat, asked, 0, FIRST_ROWS).model_dump()
    return page(
        request, "queue.html.j2", seat=seat, levels=levels, asked=asked._asdict(), first=first,
        generated=moment(j.generated_at, lang), unlisted=sum(j.unlisted.values()), choices=_choices(lang),
        settings={"first": first, "asked": asked._asdict(), "verdicts": list(VERDICTS), "words": script_words(lang),
                  "may_review": seat.may(May.REVIEW), "may_write": seat.may(May.WRITE),
                  "may_export": seat.may(May.EXPORT)},
    )  # fmt: skip


@router.post("/c/{case}/queue.csv")
async def save(request: Request, asked: Annotated[Asked, Depends(asked_for)], seat: Exporter) -> Response:
    """The rows that fit, as a spreadsheet; recorded."""
    await fields(request)
    text = await run_in_threadpool(_saved, seat, asked)
    name = f"{seat.served.id}-queue.csv"
    return Response(
        text, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _saved(seat: Seat, asked: Asked) -> str:
    with seat.served.read() as db:
        verdicts, tags = review.verdicts(db), review.tags(db)
    rows = chosen(seat.judged().rows, asked, verdicts, tags)
    seat.served.write(lambda case: case.record("export", "queue", f"{len(rows)} rows", seat.user))
    return sheet(rows, verdicts, tags)


def _choices(lang: str) -> dict[str, list[tuple[str, str]]]:
    return {
        "reading": [(r.value, say("readings", r.value, lang)) for r in Reading],
        "stage": [(s.value, say("stages", s.value, lang)) for s in STAGES],
        "verdict": [(v, say_in("verdict", v, lang)) for v in ("none", *VERDICTS)],
        "sort": [(s, say_in("sort", s, lang)) for s in SORTS],
    }


def script_words(lang: str) -> dict[str, Any]:
    """The wordings that scripts put on the page."""
    verdicts = {f"v_{verdict}": say_in("verdict", verdict, lang) for verdict in ("none", *VERDICTS)}
    return verdicts | {key: unfilled("wb_script", key, lang) for key in keys("wb_script")}
