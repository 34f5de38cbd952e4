"""Who reached whom, as a picture and in numbers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from counterlure.workbench.access import Reader
from counterlure.workbench.faults import REFUSALS
from counterlure.workbench.graph import graph_document

router = APIRouter(prefix="/api/cases/{case}", tags=["groups"], responses=REFUSALS)


@router.get("/graph")
def graph(
    seat: Reader,
    unfolded: Annotated[list[str], Query(max_length=50)] = [],  # noqa: B006 -- FastAPI copies it
) -> dict[str, Any]:
    """Accounts, groups and the people they reached, placed; at most 2,000 glyphs.

    unfolded: clusters to open, hubs whose lines to draw, accounts to find.
    """
    judged = seat.judged()
    return graph_document(judged.judgement, seat.screen(judged), seat.lang, frozenset(unfolded), judged.clusters)
