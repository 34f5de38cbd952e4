"""One account: the conversation with its margin, the evidence, the judgement, and what people added."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from counterlure.case import events, review
from counterlure.case.review import NOTE_CHARS, VERDICTS
from counterlure.model import Judgement
from counterlure.report.dossier import Writer
from counterlure.report.outside import Mask, visible
from counterlure.workbench.access import Reader
from counterlure.workbench.api.accounts import known
from counterlure.workbench.api.bodies import AccountNumber
from counterlure.workbench.captures import captures
from counterlure.workbench.conversation import conversation
from counterlure.workbench.html import page
from counterlure.workbench.pages.queue import script_words
from counterlure.workbench.roles import May
from counterlure.workbench.screen import account_id

router = APIRouter(include_in_schema=False)


@router.get("/c/{case}/a/{account}")
def dossier(
    request: Request, account: AccountNumber, seat: Reader, part: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:  # fmt: skip
    """The dossier of one account; `part` of its conversations."""
    judged, assessed = seat.judged(), known(seat, account)
    screen = seat.screen(judged)
    with seat.served.read() as db:
        history = review.history(db, account)
        added: dict[str, Any] = {
            "history": history,
            "notes": review.notes(db, account),
            "tags": review.tags(db).get(account, ()),
            "events": events.events(db, account),
            "captures": captures(db, account, seat.lang),
        }
    verdict = next((deed for deed in history if deed.kind == "verdict" and deed.undone_at is None), None)
    shown = screen.judgement(assessed, judged.progress(account))
    writer = Writer(shown, seat.lang, screen.labels(), Mask({}, reveal=True))
    told, mask = conversation(seat, screen, account, part), screen.mask(account)
    values: dict[str, Any] = {
        "account": account, "label": account_id(account), "targets": list(assessed.targets), "group": assessed.group,
        "revealed": account_id(account) in seat.session.shows(seat.served.id),
        "d": writer.dossier(shown.assessments[0], "d", {}), "verdict": verdict, "verdicts": VERDICTS,
        "companions": _companions(shown, account), "neighbours": judged.neighbours(account),
        "talk": told, "talk_link": _link_to(seat.served.id, told.places),
        "hidden": lambda text: visible(mask.quote(text, assessed.targets), NOTE_CHARS),
    }  # fmt: skip
    settings = {
        "account": account, "targets": list(assessed.targets), "neighbours": judged.neighbours(account),
        "run": judged.run, "verdicts": list(VERDICTS), "words": script_words(seat.lang),
        "may_review": seat.may(May.REVIEW), "may_reveal": seat.may(May.REVEAL), "may_write": seat.may(May.WRITE),
    }  # fmt: skip
    return page(request, "dossier.html.j2", seat=seat, settings=settings, **values, **added)


def _companions(shown: Judgement, account: int) -> list[tuple[int, str]]:
    """The other accounts of the group, as they are called."""
    others = [other for group in shown.groups for other in group.accounts if other != account]
    return [(other, shown.accounts[other].name or account_id(other)) for other in others]


def _link_to(case: str, places: dict[str, str]) -> Callable[[str], str]:
    """From a source row to its message in the conversation, else to where it comes from."""
    return lambda source: places.get(source) or f"/c/{case}/source?at={quote(source)}"
