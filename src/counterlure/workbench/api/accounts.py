"""One account: what is known of it, and what people add."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from counterlure.case import events, review
from counterlure.model import Assessment
from counterlure.report.document import account_document
from counterlure.text import clean_text
from counterlure.workbench.access import Reader, Revealer, Reviewer, Seat
from counterlure.workbench.api.bodies import AccountNumber, Event, Label, Remark, Reveal
from counterlure.workbench.api.queue import Done
from counterlure.workbench.faults import REFUSALS, Missing
from counterlure.workbench.screen import account_id

router = APIRouter(prefix="/api/cases/{case}/accounts/{account}", tags=["accounts"], responses=REFUSALS)


class Entered(BaseModel):
    """An event that now stands among the contacts; the case is being judged again."""

    event: int


class Name(BaseModel):
    """What stands behind a pseudonym."""

    pseudonym: str
    name: str | None
    address: str | None


@router.get("")
def read(account: AccountNumber, seat: Reader) -> dict[str, Any]:
    """The account as in the assessment document, by pseudonym unless its name was revealed."""
    judged, assessed = seat.judged(), known(seat, account)
    return account_document(seat.screen(judged).judgement(assessed, judged.progress(account)), account)


@router.post("/notes")
def annotate(account: AccountNumber, body: Remark, seat: Reviewer) -> Done:
    """Adds a note."""
    known(seat, account)
    return Done(act=seat.served.write(lambda case: review.annotate(case, seat.user, account, body.text)))


@router.post("/tags")
def label(account: AccountNumber, body: Label, seat: Reviewer) -> Done:
    """Puts a tag on, or takes it off."""
    known(seat, account)
    return Done(act=seat.served.write(lambda case: review.label(case, seat.user, account, body.tag, body.present)))


@router.post("/reveal")
def reveal(account: AccountNumber, body: Reveal, seat: Revealer) -> Name:
    """The name and address behind the pseudonym, from now on shown in this session; recorded with its purpose."""
    known(seat, account)
    info = seat.judged().judgement.accounts[account]
    record_reveal(seat, account_id(account), body.purpose)
    return Name(pseudonym=account_id(account), name=info.name, address=info.url or info.key)


@router.post("/events")
def enter(account: AccountNumber, body: Event, seat: Reviewer) -> Entered:
    """Enters a call, a meeting or a trip; the case is judged again with it."""
    known(seat, account)
    target = target_number(seat, body.target)
    event = seat.served.write(
        lambda case: events.enter(
            case, seat.user, account, target, body.kind, body.at, incoming=body.incoming, text=body.text
        )
    )
    seat.served.again.ask()
    return Entered(event=event)


@router.delete("/events/{event}")
def withdraw(account: AccountNumber, event: AccountNumber, seat: Reviewer) -> Entered:
    """Takes back an event that was entered by hand."""
    with seat.served.read() as db:
        if event not in {one.contact for one in events.events(db, account)}:
            raise Missing
    seat.served.write(lambda case: events.withdraw(case, seat.user, event))
    seat.served.again.ask()
    return Entered(event=event)


def known(seat: Seat, account: int) -> Assessment:
    """The assessment of an account, or `Missing`."""
    found = seat.judged().assessed(account)
    if found is None:
        raise Missing
    return found


def target_number(seat: Seat, target: str) -> int:
    """The number of a target of this case, or `Missing`."""
    if target not in seat.judged().judgement.targets:
        raise Missing
    return int(target.removeprefix("T-"))


def record_reveal(seat: Seat, pseudonym: str, purpose: str) -> None:
    """Recorded before anybody sees the name."""
    said = " ".join(clean_text(purpose).split())
    seat.served.write(lambda case: case.record("reveal", pseudonym, said, seat.user))
    seat.session.shows(seat.served.id).add(pseudonym)
