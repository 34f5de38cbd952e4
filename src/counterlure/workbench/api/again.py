"""Judging the case again, and how that is going."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from counterlure.workbench.access import Reader, Reviewer
from counterlure.workbench.faults import REFUSALS

router = APIRouter(prefix="/api/cases/{case}/judging", tags=["judging"], responses=REFUSALS)


class Judging(BaseModel):
    """running: one is on its way; failed: why the last one failed; run: number of the newest judgement."""

    running: bool
    failed: str | None
    run: int | None


@router.get("")
def state(seat: Reader) -> Judging:
    """How it is going."""
    judged = seat.served.judged()
    again = seat.served.again
    return Judging(running=again.running, failed=again.failed, run=judged.run if judged else None)


@router.post("")
def ask(seat: Reviewer) -> Judging:
    """Judges the case again with everything that is in it now."""
    seat.served.again.ask()
    return state(seat)
