"""How the roles of an account follow each other in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from counterlure.case.read import CaseReader
from counterlure.detect.base import Detected, target_accounts
from counterlure.detect.profile import seniority
from counterlure.detect.profile.commonness import honest, seen_in
from counterlure.detect.profile.houses import Pages, pages, same_house
from counterlure.detect.profile.timeline import Capture, Entry, Months, by_begin, captures, least_overlap, shown_now
from counterlure.detect.profile.titles import title
from counterlure.model import Family, Finding

CHANGES_MIN = 3
"""Changes of employer, among roles known to the month, from which on a career may be called seamless. With fewer,
chance does it; promotions inside one house follow each other to the month for everybody."""
SEAMS = (0, 1)
"""Months from the end of one role to the begin of the next that leave no gap: shown ends are whole months."""
RAGGED_ROLES_MIN, RAGGED_MIN = 3, 2
FUTURE = 1
"""Months after the capture in which a role may begin: zones, and the day on which somebody signs."""


def find(case: CaseReader, _before: Detected) -> Detected:
    """The career has no seam, an order that cannot be, or a rank sooner than such ranks are reached; or it is ragged.

    Reads profile, career, page, target, source. Judged is the newest capture that shows a career. Findings:
    seamless_career, 3 changes of employer and more among roles known to the month, score 0.6 and 0.1 for each further
    change up to 0.8, and 0.2 more where half of the roles began in a January; impossible_dates, an end before its begin
    or a begin after the capture, score 0.5 for one entry, 1 for more; seniority_too_fast and degree_after_the_job as
    `seniority` says; ragged_career, at least 2 gaps, overlaps and missing months among 3 roles, speaks for honesty.
    """
    targets, firms = target_accounts(case), pages(case)
    found: list[Finding] = []
    for account, own in captures(case).items():
        capture = shown_now(own)
        if capture is not None and account not in targets:
            found += judged(capture, firms)
    return Detected(findings=found)


def judged(capture: Capture, firms: Pages) -> list[Finding]:
    """What one capture shows, one finding of each kind."""
    return [
        *_seamless(capture),
        *_impossible(capture),
        *seniority.too_fast(capture, firms),
        *seniority.degree_later(capture),
        *_ragged(capture),
    ]


def _seamless(capture: Capture) -> Iterator[Finding]:
    roles = by_begin(role for role in capture.roles if _to_month(role))
    changes = sum(not same_house(one, other) and not _ordered(one, other) for one, other in pairwise(roles))
    if changes < CHANGES_MIN or not all(seam(*pair) for pair in pairwise(roles)):
        return
    januaries = sum(role.january for role in roles)
    score = 0.6 + min(0.2, 0.1 * (changes - CHANGES_MIN)) + (0.2 if 2 * januaries >= len(roles) else 0.0)
    detail = f"each of {len(roles)} roles began in the month the last ended or the next, {seen_in('seamless_career')}"
    params = {"roles": len(roles), "changes": changes, "januaries": januaries}
    yield _finding(capture, "seamless_career", round(score, 2), detail, roles, params)


def seam(one: Entry, other: Entry) -> bool:
    """Whether a role known to the month began when the one before it ended."""
    return one.finished is not None and other.began is not None and other.began.first - one.finished.first in SEAMS


def _to_month(role: Entry) -> bool:
    return role.began is not None and role.began.exact and (role.finished is None or role.finished.exact)


def _ordered(one: Entry, other: Entry) -> bool:
    """Whether both are posts of a service that posts its people."""
    return title(one.title).posted and title(other.title).posted


def _impossible(capture: Capture) -> Iterator[Finding]:
    backwards = [entry for entry in capture.entries if _ends_before(entry.began, entry.finished)]
    ahead = [role for role in capture.roles if role not in backwards and _not_yet(role, capture.captured)]
    wrong = [*backwards, *ahead]
    if not wrong:
        return
    detail = f"{len(wrong)} of {len(capture.entries)} entries have dates that cannot be, {seen_in('impossible_dates')}"
    score = 0.5 if len(wrong) == 1 else 1.0
    params = {"entries": len(wrong), "backwards": len(backwards), "ahead": len(ahead)}
    yield _finding(capture, "impossible_dates", score, detail, wrong, params)


def _ends_before(began: Months | None, finished: Months | None) -> bool:
    return began is not None and finished is not None and finished.last < began.first


def _not_yet(role: Entry, captured: int | None) -> bool:
    """Whether a role that is not announced as one to come began after the capture."""
    if role.began is None or captured is None or title(role.title).to_come:
        return False
    return role.began.first > captured + FUTURE


def _ragged(capture: Capture) -> Iterator[Finding]:
    roles = by_begin(capture.roles)
    if len(roles) < RAGGED_ROLES_MIN or any(_ends_before(role.began, role.finished) for role in roles):
        return
    gaps, overlaps = _gaps(capture, roles), _overlaps(capture, roles)
    to_month = sum(_to_month(role) for role in roles)
    missing = len(roles) - to_month if to_month else 0
    if gaps + overlaps + missing < RAGGED_MIN:
        return
    detail = f"{gaps} gaps, {overlaps} overlaps and {missing} missing months, {seen_in('ragged_career')}"
    params = {"roles": len(roles), "gaps": gaps, "overlaps": overlaps, "missing": missing}
    yield _finding(capture, "ragged_career", 0.0, detail, roles, params)


def _gaps(capture: Capture, roles: Sequence[Entry]) -> int:
    """Times of more than a month for certain, and of known begin, in which no role lasted."""
    gaps, reached = 0, -1
    for role in roles:
        if role.began is not None and 0 <= reached < role.began.first - SEAMS[-1]:
            gaps += 1
        end = capture.end(role)
        reached = max(reached, end.last if end is not None else 10**6)
    return gaps


def _overlaps(capture: Capture, roles: Sequence[Entry]) -> int:
    """Roles that lasted with the one before them, in another house, for a month or more for certain."""
    return sum(
        one.began is not None and other.began is not None and (end := capture.end(one)) is not None
        and (until := capture.end(other)) is not None and not same_house(one, other)
        and least_overlap((one.began, end), (other.began, until)) >= 1
        for one, other in pairwise(roles)
    )  # fmt: skip


def _finding(
    capture: Capture, kind: str, score: float, detail: str, entries: Sequence[Entry], params: dict[str, int]
) -> Finding:
    return Finding(
        account=capture.account, detector="career", family=Family.PROFILE, kind=kind, score=score, detail=detail,
        evidence=tuple(dict.fromkeys(capture.cite(entry) for entry in entries)), params={**params, **honest(kind)},
    )  # fmt: skip
