"""The triage queue: windows of rows, verdicts, and taking a deed back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from counterlure.case import review
from counterlure.case.review import Verdict
from counterlure.case.store import Case
from counterlure.errors import CaseError
from counterlure.report.figures import iso, percent
from counterlure.report.words import likelihood_words, say
from counterlure.workbench.access import Reader, Reviewer, Seat
from counterlure.workbench.api.bodies import Decision
from counterlure.workbench.faults import REFUSALS, Missing
from counterlure.workbench.html import say_in
from counterlure.workbench.rows import Asked, Row, chosen
from counterlure.workbench.screen import Screen

ROWS_AT_ONCE = 200
router = APIRouter(prefix="/api/cases/{case}", tags=["queue"], responses=REFUSALS)

LevelWord = Literal["", "alert", "watch", "clear", "insufficient"]
ReadingWord = Literal["", "ordinary", "commercial", "fraud", "intrusion", "recruitment"]
StageWord = Literal[
    "", "targeting", "approach", "rapport", "probing", "channel_shift", "inducement", "tasking", "sensitive_request",
    "compromise", "coercion",
]  # fmt: skip
VerdictChoice = Literal["", "none", "confirmed", "likely", "unclear", "benign", "insufficient"]
SortWord = Literal["level", "account", "likelihood", "stage", "targets", "findings", "last", "verdict"]


class Line(BaseModel):
    """One row as it is shown, in words of the session's language."""

    account: int
    accounts: list[int]
    name: str
    group: str | None
    level: str
    level_words: str
    reading: str
    likelihood: str
    percents: str
    confidence: str
    stage: str
    targets: int
    families: list[str]
    findings: int
    last: str
    verdict: str | None
    verdict_words: str
    verdict_by: str | None
    tags: list[str]


class Window(BaseModel):
    """A part of the queue; total: how many rows fit; run: the judgement it is of."""

    total: int
    offset: int
    run: int
    rows: list[Line]


class Done(BaseModel):
    """A deed that now stands; undo takes it back."""

    act: int


def asked_for(
    level: LevelWord = "", reading: ReadingWord = "", stage: StageWord = "", verdict: VerdictChoice = "",
    text: Annotated[str, Query(max_length=80)] = "", by: Literal["account", "group"] = "account",
    sort: SortWord = "level", descending: bool = True,
) -> Asked:  # fmt: skip
    """What a reader wants to see, from the query."""
    return Asked(level, reading, stage, verdict, text, by, sort, descending)


@router.get("/queue")
def window(
    asked: Annotated[Asked, Depends(asked_for)],
    seat: Reader,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    limit: Annotated[int, Query(ge=1, le=ROWS_AT_ONCE)] = 100,
) -> Window:
    """Rows from `offset` on, as filtered and sorted."""
    return window_of(seat, asked, offset, limit)


@router.post("/verdicts")
def decide(body: Decision, seat: Reviewer) -> Done:
    """Records a verdict on accounts; those named together are undone together."""
    judged = seat.judged()
    if any(judged.assessed(account) is None for account in body.accounts):
        raise Missing
    return Done(act=seat.served.write(lambda case: review.decide(case, seat.user, body.accounts, body.verdict)))


@router.post("/undo")
def undo(seat: Reviewer) -> Done:
    """Takes back the newest deed of one's own that still stands."""

    def take_back(case: Case) -> int:
        act = review.last_act(case.db, seat.user)
        if act is None:
            raise CaseError(say_in("refusal", "nothing_to_undo", seat.lang))
        review.undo(case, seat.user, act)
        return act

    return Done(act=seat.served.write(take_back))


def window_of(seat: Seat, asked: Asked, offset: int, limit: int) -> Window:
    """Rows of the queue as they are shown to a session."""
    judged = seat.judged()
    with seat.served.read() as db:
        verdicts, tags = review.verdicts(db), review.tags(db)
    fitting = chosen(judged.rows, asked, verdicts, tags)
    screen = seat.screen(judged)
    shown = [_line(row, screen, verdicts, tags, seat.lang) for row in fitting[offset : offset + limit]]
    return Window(total=len(fitting), offset=offset, run=judged.run, rows=shown)


def _line(
    row: Row, screen: Screen, verdicts: Mapping[int, Verdict], tags: Mapping[int, tuple[str, ...]], lang: str
) -> Line:
    decided = verdicts.get(row.account)
    return Line(
        account=row.account,
        accounts=list(row.accounts),
        name=screen.account(row.account),
        group=row.group,
        level=row.level.value,
        level_words=say("levels", row.level.value, lang),
        reading=say("readings", row.reading.value, lang),
        likelihood=likelihood_words(row.likelihood, lang),
        percents=f"{percent(row.low, lang)} – {percent(row.high, lang)}",
        confidence=say("confidence", row.confidence, lang),
        stage=say("stages", row.stage.value, lang) if row.stage else "–",
        targets=row.targets,
        families=[say("families", family, lang) for family in row.families],
        findings=row.findings,
        last=iso(row.last_at)[:10] if row.last_at is not None else "–",
        verdict=decided.verdict if decided else None,
        verdict_words=say_in("verdict", decided.verdict if decided else "none", lang),
        verdict_by=decided.author if decided else None,
        tags=list(tags.get(row.account, ())),
    )
