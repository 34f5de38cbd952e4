"""The triage queue as data: one row per account or per group, with every finding merged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from counterlure.case.review import Verdict
from counterlure.model import Judgement, Level, Reading, Stage

LEVEL_RANK = {Level.ALERT: 3, Level.WATCH: 2, Level.INSUFFICIENT: 1, Level.CLEAR: 0}


class Row(msgspec.Struct, frozen=True):
    """One line of the queue.

    account : the account, or the first of the group. accounts : all of a group, one otherwise. families : of the
    findings that speak for it, most telling first. last_at : the newest row of the threads, UTC epoch seconds.
    """

    account: int
    accounts: tuple[int, ...]
    group: str | None
    level: Level
    reading: Reading
    likelihood: float
    low: float
    high: float
    confidence: str
    stage: Stage | None
    targets: int
    families: tuple[str, ...]
    findings: int
    last_at: int | None


class Asked(NamedTuple):
    """What a reader wants to see; empty means everything.

    verdict : a verdict, or "none". text : a pseudonym, a tag or a family. by : "account" or "group".
    """

    level: str = ""
    reading: str = ""
    stage: str = ""
    verdict: str = ""
    text: str = ""
    by: str = "account"
    sort: str = "level"
    descending: bool = True


def rows(j: Judgement) -> tuple[Row, ...]:
    """One row per assessed account, in the order of the judgement."""
    last: dict[int, int] = {}
    for p in j.progress:
        if p.last_at is not None:
            last[p.account] = max(p.last_at, last.get(p.account, p.last_at))
    made = []
    for a in j.assessments:
        telling = [f for f in a.findings if f.score > 0]
        families = tuple(dict.fromkeys(f.family.value for f in sorted(telling, key=lambda f: -f.score)))
        made.append(Row(
            a.account, (a.account,), a.group, a.level, a.reading, a.likelihood, *a.interval, a.confidence.value,
            a.stage, len(a.targets), families, len({f.kind for f in telling}), last.get(a.account),
        ))  # fmt: skip
    return tuple(made)


def grouped(listed: Iterable[Row]) -> list[Row]:
    """One row per group, as high as its highest member; accounts of no group keep their own."""
    alone: list[Row] = []
    members: dict[str, list[Row]] = {}
    for row in listed:
        if row.group is None:
            alone.append(row)
        else:
            members.setdefault(row.group, []).append(row)
    return [_together(sorted(own, key=lambda row: row.account)) for own in members.values()] + alone


def _together(own: Sequence[Row]) -> Row:
    first = max(own, key=lambda r: (LEVEL_RANK[r.level], r.likelihood, -r.account))
    stages = [r.stage for r in own if r.stage]
    return msgspec.structs.replace(
        first,
        accounts=(first.account, *(r.account for r in own if r is not first)),
        stage=max(stages, key=lambda s: s.rank, default=None),
        targets=max(r.targets for r in own),
        families=tuple(dict.fromkeys(f for r in (first, *own) for f in r.families)),
        findings=max(r.findings for r in own),
        last_at=max((r.last_at for r in own if r.last_at is not None), default=None),
    )


def chosen(
    listed: Sequence[Row], asked: Asked, verdicts: Mapping[int, Verdict], tags: Mapping[int, tuple[str, ...]]
) -> list[Row]:
    """The rows that fit, in the order asked for; equal ones by likelihood, then account."""
    fitting = [row for row in listed if _fits(row, asked, verdicts, tags)]
    if asked.by == "group":
        fitting = grouped(fitting)
    key = SORTS[asked.sort]
    fitting.sort(key=lambda row: (-row.likelihood, row.account))
    fitting.sort(key=lambda row: key(row, verdicts), reverse=asked.descending)
    return fitting


def _fits(row: Row, asked: Asked, verdicts: Mapping[int, Verdict], tags: Mapping[int, tuple[str, ...]]) -> bool:
    if asked.level and row.level != asked.level:
        return False
    if asked.reading and row.reading != asked.reading:
        return False
    if asked.stage and row.stage != asked.stage:
        return False
    if asked.verdict:
        decided = verdicts.get(row.account)
        if (decided.verdict if decided else "none") != asked.verdict:
            return False
    return not asked.text or _mentions(row, asked.text.casefold().strip(), tags.get(row.account, ()))


def _mentions(row: Row, text: str, tags: tuple[str, ...]) -> bool:
    number = text.removeprefix("a-").lstrip("0")
    if number.isdigit() and text.startswith("a-"):
        return number == str(row.account)
    return any(text in word for word in (*tags, *row.families, (row.group or "").casefold()))


def _verdict_order(row: Row, verdicts: Mapping[int, Verdict]) -> str:
    decided = verdicts.get(row.account)
    return decided.verdict if decided else ""


SORTS: dict[str, Callable[[Row, Mapping[int, Verdict]], Any]] = {
    "level": lambda row, _: (LEVEL_RANK[row.level], row.likelihood),
    "account": lambda row, _: row.account,
    "likelihood": lambda row, _: row.likelihood,
    "stage": lambda row, _: row.stage.rank if row.stage else -1,
    "targets": lambda row, _: row.targets,
    "findings": lambda row, _: row.findings,
    "last": lambda row, _: row.last_at if row.last_at is not None else -(2**62),
    "verdict": _verdict_order,
}
"""What a column is ordered by; a name is never among them."""
