"""Letters of warning: drafted, edited, approved by somebody else, handed over. Nothing is sent from here."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from counterlure.case import letters
from counterlure.report.letters import letter_body
from counterlure.workbench.access import Approver, Author, Exporter, Reader, Seat
from counterlure.workbench.api.accounts import target_number
from counterlure.workbench.api.bodies import AccountNumber, Approval, HandedOver, LetterText, NewLetter
from counterlure.workbench.faults import REFUSALS, Missing
from counterlure.workbench.roles import May

router = APIRouter(prefix="/api/cases/{case}/letters", tags=["letters"], responses=REFUSALS)


class Written(BaseModel):
    """Where a letter stands now; digest: what an approval has to name."""

    letter: int
    version: int
    digest: str
    state: str


@router.get("")
def listed(seat: Reader) -> list[Written]:
    """Every letter of the case, the newest first."""
    with seat.served.read() as db:
        return [_written(letter) for letter in letters.of_case(db)]


@router.post("")
def draft(body: NewLetter, seat: Author) -> Written:
    """Drafts a letter to a target from what stands in that person's own conversations."""
    number = target_number(seat, body.target)
    text, lang = letter_body(seat.judged().judgement, body.target, body.lang)
    letter = seat.served.write(lambda case: letters.draft(case, seat.user, number, lang, text))
    return now(seat, letter)


@router.get("/{letter}")
def read(letter: AccountNumber, seat: Reader) -> dict[str, Any]:
    """A letter, what became of it, and its text, which names people, for those who may see names."""
    found = found_letter(seat, letter)
    return {
        **_written(found).model_dump(),
        "target": found.target,
        "lang": found.lang,
        "body": found.body if seat.may(May.REVEAL) else None,
        "authors": list(found.authors),
        "approved_by": found.approved_by,
        "deeds": [done._asdict() for done in found.deeds],
    }


@router.put("/{letter}")
def edit(letter: AccountNumber, body: LetterText, seat: Author) -> Written:
    """Changes the text; an approval of the earlier text then no longer holds."""
    found_letter(seat, letter)
    seat.served.write(lambda case: letters.edit(case, seat.user, letter, body.body, body.base))
    return now(seat, letter)


@router.post("/{letter}/approval")
def approve(letter: AccountNumber, body: Approval, seat: Approver) -> Written:
    """Signs the text that was read; nobody signs what they wrote themselves."""
    found_letter(seat, letter)
    seat.served.write(lambda case: letters.approve(case, seat.user, letter, body.digest))
    return now(seat, letter)


@router.post("/{letter}/handover")
def hand_over(letter: AccountNumber, body: HandedOver, seat: Exporter) -> Written:
    """Records that the letter reached its reader, and how."""
    found_letter(seat, letter)
    seat.served.write(lambda case: letters.hand_over(case, seat.user, letter, body.how))
    return now(seat, letter)


@router.post("/{letter}/withdrawal")
def withdraw(letter: AccountNumber, seat: Author) -> Written:
    """Ends a letter."""
    found_letter(seat, letter)
    seat.served.write(lambda case: letters.withdraw(case, seat.user, letter))
    return now(seat, letter)


def found_letter(seat: Seat, letter: int) -> letters.Letter:
    """A letter of this case, or `Missing`."""
    with seat.served.read() as db:
        found = letters.get(db, letter)
    if found is None:
        raise Missing
    return found


def now(seat: Seat, letter: int) -> Written:
    """Where a letter stands."""
    return _written(found_letter(seat, letter))


def _written(letter: letters.Letter) -> Written:
    return Written(letter=letter.id, version=letter.version, digest=letter.digest, state=letter.state)
