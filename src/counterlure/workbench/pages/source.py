"""The row of a file that a quote comes from."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from counterlure.model import target_id
from counterlure.report.outside import visible
from counterlure.workbench.access import Reader
from counterlure.workbench.faults import Missing
from counterlure.workbench.html import page
from counterlure.workbench.provenance import find, taking_part

TEXT_LIMIT = 8_000
router = APIRouter(include_in_schema=False)


@router.get("/c/{case}/source")
def source(request: Request, at: Annotated[str, Query(min_length=3, max_length=1_000)], seat: Reader) -> HTMLResponse:
    """The delivery, file, line and digest behind a quote; the names in it hidden like everywhere."""
    judged = seat.judged()
    with seat.served.read() as db:
        found = find(db, at)
        near_by = taking_part(db, found) if found else []
    if found is None:
        raise Missing
    assessed = judged.assessed(found.account)
    near = (*(assessed.targets if assessed else ()), *((target_id(found.target),) if found.target else ()))
    text = visible(seat.screen(judged).mask(*near_by).quote(found.text or "", near), TEXT_LIMIT)
    return page(request, "source.html.j2", seat=seat, row=found, text=text, at=at, assessed=assessed is not None)
