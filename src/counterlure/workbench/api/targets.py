"""People approached: the name behind a pseudonym, and where they work, for the exposure table."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from counterlure.case import review
from counterlure.workbench.access import Revealer, Reviewer
from counterlure.workbench.api.accounts import Name, record_reveal, target_number
from counterlure.workbench.api.bodies import Facts, Reveal
from counterlure.workbench.faults import REFUSALS

router = APIRouter(prefix="/api/cases/{case}/targets/{target}", tags=["targets"], responses=REFUSALS)
TargetId = Annotated[str, Path(pattern=r"^T-[0-9]{4,12}$")]


class Changed(BaseModel):
    """The target that was changed."""

    target: str


@router.post("/reveal")
def reveal(target: TargetId, body: Reveal, seat: Revealer) -> Name:
    """The name behind the pseudonym, from now on shown in this session; recorded with its purpose."""
    target_number(seat, target)
    info = seat.judged().judgement.targets[target]
    record_reveal(seat, target, body.purpose)
    return Name(pseudonym=target, name=info.name, address=None)


@router.put("/facts")
def describe(target: TargetId, body: Facts, seat: Reviewer) -> Changed:
    """Says where a target works; the exposure table follows once the case is judged again."""
    number = target_number(seat, target)
    facts = [part.strip() or None for part in (body.organisation, body.department, body.role)]
    seat.served.write(lambda case: review.describe(case, seat.user, number, *facts))
    seat.served.again.ask()
    return Changed(target=target)
