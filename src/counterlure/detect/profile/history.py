"""What changed in one account's story between two captures of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from counterlure.case.read import CaseReader
from counterlure.detect.base import Detected, target_accounts
from counterlure.detect.profile.changes import Change, changes, roles_of
from counterlure.detect.profile.commonness import honest, seen_in
from counterlure.detect.profile.timeline import Capture, captures
from counterlure.model import Evidence, Family, Finding

HELD_SECONDS = 180 * 86_400
DAY = 86_400
SEVERAL = 2
"""Kinds of change, and roles that they touch: people correct one thing at a time."""
SCORES = {2: 0.5, 3: 0.8}
HELD_ROLES_MIN = 2

WORDS = {
    "organisation": "where it worked", "title": "what it was there", "dates": "when",
    "past": "what it did before", "identifier": "under which identifier",
}  # fmt: skip


def find(case: CaseReader, _before: Detected) -> Detected:
    """Several parts of the account's past are others than at an earlier capture, or captures half a year apart agree.

    Reads profile, career, target, source. Compared are captures of known date, one a day, each with the one before it;
    what `changes` calls a change touches what was already past, so that a new job, a promotion, an older role that was
    added and one that was left out are none. story_changed: at least two kinds of change and two roles; score 0.5 for
    two kinds, 0.8 for three, 1 for more and where no role is left. story_held: no change at all between captures at
    least 180 days apart with two roles in common, speaks for honesty. Names and headlines are not read.
    """
    targets = target_accounts(case)
    found: list[Finding] = []
    for account, own in captures(case).items():
        if account not in targets and len(own) > 1:
            found += judged(_one_a_day(own))
    return Detected(findings=found)


def judged(own: Sequence[Capture]) -> Iterator[Finding]:
    """At most one finding of the captures of one account, oldest first, no two of one day."""
    compared = [(one, other, changes(one, other)) for one, other in pairwise(own)]
    several = [(one, other, seen) for one, other, seen in compared if _several(seen)]
    if several:
        yield _changed(*max(several, key=lambda pair: (_score(*pair), pair[1].age)))
    elif own and not any(seen for *_, seen in compared) and _age(own) >= HELD_SECONDS and _common(own):
        evidence = tuple(dict.fromkeys(capture.cite() for capture in (own[0], own[-1])))
        days = _age(own) // DAY
        yield _finding(own[0].account, "story_held", 0.0, f"tells the same after {days} days", evidence, {"days": days})


def _one_a_day(own: Sequence[Capture]) -> list[Capture]:
    """Captures of known date that show a career, the richest of each day, oldest first."""
    days = {capture.at // DAY: capture for capture in sorted(own, key=_richness) if capture.at is not None}
    return [days[day] for day in sorted(days) if days[day].roles]


def _richness(capture: Capture) -> tuple[int, str, int]:
    return len(capture.roles), capture.source, capture.line


def _age(own: Sequence[Capture]) -> int:
    first, last = own[0].at, own[-1].at
    return 0 if first is None or last is None else last - first


def _common(own: Sequence[Capture]) -> bool:
    return len(roles_of(own[0], own[-1])) >= HELD_ROLES_MIN


def _several(seen: Sequence[Change]) -> bool:
    return len({change.kind for change in seen}) >= SEVERAL and len({change.role for change in seen}) >= SEVERAL


def _score(one: Capture, other: Capture, seen: Sequence[Change]) -> float:
    if not roles_of(one, other):
        return 1.0
    return SCORES.get(len({change.kind for change in seen}), 1.0)


def _changed(one: Capture, other: Capture, seen: Sequence[Change]) -> Finding:
    kinds = {change.kind for change in seen}
    told = ", ".join(words for kind, words in WORDS.items() if kind in kinds)
    days = _age((one, other)) // DAY
    evidence = tuple(dict.fromkeys(cited for change in seen for cited in change.cited))
    params = {"days": days, "changes": len(kinds), "roles": len({change.role for change in seen})}
    detail = f"{len(kinds)} parts of its past are others {days} days later: {told}"
    return _finding(one.account, "story_changed", _score(one, other, seen), detail, evidence, params)


def _finding(
    account: int, kind: str, score: float, detail: str, evidence: tuple[Evidence, ...], params: dict[str, int]
) -> Finding:
    return Finding(
        account=account, detector="history", family=Family.PROFILE, kind=kind, score=score,
        detail=f"{detail}, {seen_in(kind)}", evidence=evidence, params={**params, **honest(kind)},
    )  # fmt: skip
