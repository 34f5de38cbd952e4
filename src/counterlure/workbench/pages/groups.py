"""Groups: the picture, and the same as a table."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from counterlure.model import Level
from counterlure.report.dossier import MARKS
from counterlure.report.words import count, keys, say, unfilled
from counterlure.workbench.access import Reader
from counterlure.workbench.grouped import graph_table
from counterlure.workbench.html import page
from counterlure.workbench.pages.queue import script_words

router = APIRouter(include_in_schema=False)


@router.get("/c/{case}/groups")
def groups(request: Request, seat: Reader) -> HTMLResponse:
    """The picture of who reached whom, with its table."""
    judged, lang = seat.judged(), seat.lang
    words = script_words(lang) | {key: unfilled("wb_picture", key, lang) for key in keys("wb_picture")}
    table = graph_table(judged.judgement, seat.screen(judged), lang, judged.clusters)
    return page(
        request, "groups.html.j2", seat=seat, table=table,
        levels=[(level.value, MARKS[level], say("levels", level.value, lang)) for level in Level],
        count=lambda key, n: count(key, n, lang), settings={"words": words},
    )  # fmt: skip
