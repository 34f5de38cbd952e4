"""What was done to the case, as the chain tells it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from counterlure.case import audit as chain
from counterlure.report.outside import REASON_LIMIT, visible
from counterlure.workbench.access import Auditor
from counterlure.workbench.html import page

ENTRIES = 200
router = APIRouter(include_in_schema=False)


@router.get("/c/{case}/audit")
def audit(request: Request, seat: Auditor, before: Annotated[int | None, Query(ge=1, le=2**53)] = None) -> HTMLResponse:
    """The newest entries, whether the chain holds, and its head."""
    sql = "SELECT id, at, actor, action, object, result FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?"
    with seat.served.read() as db:
        rows = db.execute(sql, (before or 2**53, ENTRIES + 1)).fetchall()
        broken, head = chain.verify(db), chain.head(db)
    entries = [(i, at, *(visible(part, REASON_LIMIT) for part in rest)) for i, at, *rest in rows[:ENTRIES]]
    older = entries[-1][0] if len(rows) > ENTRIES else None
    return page(request, "audit.html.j2", seat=seat, entries=entries, broken=broken, head=head, older=older)
