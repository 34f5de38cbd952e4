"""Numbers that an account or its employer's page shows, held against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from counterlure.case.read import CaseReader
from counterlure.detect.base import Detected, target_accounts
from counterlure.detect.profile.commonness import honest, seen_in
from counterlure.detect.profile.houses import Page, Pages, pages
from counterlure.detect.profile.timeline import Capture, Entry, captures, shown_now
from counterlure.detect.profile.titles import title
from counterlure.model import Evidence, Family, Finding

CAP = 500
"""Connections beyond which the platform shows others "500+", kept as 500."""
FOLLOWERS_MIN, STAFF_MAX = 1_000, 1
"""A page with as many followers and no more staff: employers of the personas of 2018 had over a thousand followers."""
SENIOR_MONTHS, CONNECTIONS_MAX = 180, 30


def find(case: CaseReader, _before: Detected) -> Detected:
    """Counters that cannot be, an employer with followers and without staff, or hardly a contact after a long career.

    Reads profile, career, page, target, source. impossible_counters, score 1: a number below zero, connections beyond
    the 500 that others are shown, or more recommendations than connections, in any capture. followers_without_staff:
    the page of an employer that the account claims now shows 1,000 followers and in no capture more than one member of
    staff, not of the account's own firm; score 1 where the page shows nobody, though a role links to it, else 0.6.
    thin_account, score 1: 15 years of work and a leading rank, and both counters shown with fewer than 30 connections
    and no recommendation.
    """
    targets, firms = target_accounts(case), pages(case)
    found: list[Finding] = []
    for account, own in captures(case).items():
        if account not in targets:
            found += [*_impossible(own), *_without_staff(own, firms), *_thin(own)]
    return Detected(findings=found)


def _impossible(own: Sequence[Capture]) -> Iterator[Finding]:
    wrong = [(capture, reason) for capture in own if (reason := impossible(capture))]
    if wrong:
        reasons = sorted({reason for _, reason in wrong})
        detail = f"{' and '.join(reasons)}, {seen_in('impossible_counters')}"
        evidence = tuple(capture.cite() for capture, _ in wrong)
        yield _finding(own[0].account, "impossible_counters", 1.0, detail, evidence, {"reasons": len(reasons)})


def impossible(capture: Capture) -> str:
    """Why the counters of a capture cannot be; empty where they can, or are not shown."""
    connections, recommendations = capture.connections, capture.recommendations
    if any(number is not None and number < 0 for number in (connections, capture.followers, recommendations)):
        return "a counter is below zero"
    if connections is not None and connections > CAP:
        return "more connections are shown than the platform shows of anybody"
    # Whoever hides the list of connections shows none.
    if recommendations is not None and connections and recommendations > connections:
        return "more people recommend the account than know it"
    return ""


def _without_staff(own: Sequence[Capture], firms: Pages) -> Iterator[Finding]:
    now = shown_now(own)
    for role in now.roles if now is not None else ():
        page = firms.of(role)
        if now is not None and page is not None and _claimed(role) and _empty(page):
            staff = page.staff or 0
            detail = f"the employer's page has followers and a staff of {staff}, {seen_in('followers_without_staff')}"
            score = 1.0 if staff == 0 and role.identifier is not None else 0.6
            params = {"followers": page.followers or 0, "staff": staff}
            yield _finding(now.account, "followers_without_staff", score, detail, (now.cite(role), page.cited), params)
            return


def _claimed(role: Entry) -> bool:
    """Whether it is held now, in a firm that is not said to be the account's own: one's own brand is honest."""
    return role.running and not title(role.title).own and not title(role.title).aside


def _empty(page: Page) -> bool:
    shown = page.followers is not None and page.staff is not None
    return shown and (page.followers or 0) >= FOLLOWERS_MIN and (page.staff or 0) <= STAFF_MAX


def _thin(own: Sequence[Capture]) -> Iterator[Finding]:
    now = shown_now(own)
    if now is None or now.connections is None or now.recommendations != 0 or now.connections >= CONNECTIONS_MAX:
        return
    led = [role for role in now.roles if title(role.title).rank]
    worked = _worked(now)
    if led and worked >= SENIOR_MONTHS:
        detail = f"{now.connections} connections and no recommendation after {worked // 12} years of work"
        params = {"connections": now.connections, "months": worked}
        evidence = (now.cite(), now.cite(led[0], titled=True))
        yield _finding(now.account, "thin_account", 1.0, f"{detail}, {seen_in('thin_account')}", evidence, params)


def _worked(capture: Capture) -> int:
    """Months from the first begin to the last end of work that are certain."""
    begins = [role.began for role in capture.roles if role.began is not None]
    ends = [end for role in capture.roles if (end := capture.end(role)) is not None]
    if not begins:
        return 0
    return max(months.first for months in (*ends, *begins)) - min(months.last for months in begins)


def _finding(
    account: int, kind: str, score: float, detail: str, evidence: tuple[Evidence, ...], params: dict[str, int]
) -> Finding:
    return Finding(
        account=account, detector="counters", family=Family.PROFILE, kind=kind, score=score, detail=detail,
        evidence=tuple(dict.fromkeys(evidence)), params={**params, **honest(kind)},
    )  # fmt: skip
