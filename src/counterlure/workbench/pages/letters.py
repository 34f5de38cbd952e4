"""Letters: the register, one letter to edit and approve, and its export."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response

from counterlure.case import letters
from counterlure.workbench.access import Exporter, Reader, Seat
from counterlure.workbench.api.bodies import AccountNumber
from counterlure.workbench.api.letters import found_letter
from counterlure.workbench.exposed import people
from counterlure.workbench.forms import fields
from counterlure.workbench.html import page, say_in
from counterlure.workbench.pages.queue import script_words
from counterlure.workbench.paper import MEDIA, paper, preview
from counterlure.workbench.roles import May

router = APIRouter(include_in_schema=False)


@router.get("/c/{case}/letters")
def register(request: Request, seat: Reader) -> HTMLResponse:
    """The register: every letter and what became of it, and who has none yet."""
    judged = seat.judged()
    screen = seat.screen(judged)
    with seat.served.read() as db:
        listed = letters.of_case(db)
    written = {letter.target for letter in listed if letter.state != "withdrawn"}
    waiting = [one for one in people(judged.judgement, screen, seat.lang) if one.target not in written]
    return page(
        request, "letters.html.j2", seat=seat, listed=[(one, screen.target(one.target)) for one in listed],
        waiting=waiting, settings={"words": script_words(seat.lang)},
    )  # fmt: skip


@router.get("/c/{case}/letters/{letter}")
def letter(request: Request, letter: AccountNumber, seat: Reader) -> HTMLResponse:
    """One letter: who signed it, what became of it, and its text, which names people, for those who may see names."""
    found = found_letter(seat, letter)
    if not seat.may(May.REVEAL):
        found = msgspec.structs.replace(found, body=say_in("letter", "hidden", seat.lang))
    label = seat.screen(seat.judged()).target(found.target)
    mine = seat.user in found.authors
    return page(
        request, "letter.html.j2", seat=seat, letter=found, label=label, mine=mine, forms=letters.FORMS,
        preview=preview(found.body),
        settings={"words": script_words(seat.lang), "letter": found.id, "digest": found.digest,
                  "version": found.version},
    )  # fmt: skip


@router.post("/c/{case}/letters/{letter}/file")
async def export(request: Request, letter: AccountNumber, seat: Exporter) -> Response:
    """The approved letter as a file; recorded in the register."""
    form = (await fields(request)).get("form", "")
    found = found_letter(seat, letter)
    name = f"{found.target}-{found.id}.{form}"
    content = await run_in_threadpool(_export, seat, found, form)
    return Response(content, media_type=MEDIA[form], headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _export(seat: Seat, found: letters.Letter, form: str) -> bytes:
    """Made before it is recorded: what cannot be made was not exported."""
    content = paper(found.body, found.lang, form) if form in letters.FORMS else b""
    body = seat.served.write(lambda case: letters.export(case, seat.user, found.id, form))
    return content if body == found.body else paper(body, found.lang, form)
