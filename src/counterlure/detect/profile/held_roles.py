"""A post that only one person can hold is claimed by another account of the case at the same time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from counterlure.case.read import CaseReader
from counterlure.detect.base import Detected, target_accounts
from counterlure.detect.profile.commonness import honest, seen_in
from counterlure.detect.profile.houses import house
from counterlure.detect.profile.timeline import Capture, Entry, Months, captures, least_overlap, shown_now
from counterlure.detect.profile.titles import SOLE, title
from counterlure.model import Evidence, Family, Finding

OVERLAP = 3
"""Months that two holders may overlap: one hands over to the other, or forgets to end the old role."""
HOLDERS_MAX = 5
"""Accounts that claim a post, beyond which it is no post of one person there."""
BY_NAME = 0.6
"""Of a score where the house is known by its name alone: two firms may have one."""

Post = tuple[str, str, tuple[str, ...]]


class Claim(NamedTuple):
    """One account's claim to a post. whole : of the whole organisation, or of a part of it."""

    capture: Capture
    role: Entry
    whole: bool


def find(case: CaseReader, _before: Detected) -> Detected:
    """The account claims a post that one person holds, and another account of the case claims it for the same time.

    Reads profile, career, account(local), target, source. A post is a title of `sole` or `sole_in_part` in `ranks.yml`,
    the same to the last word, at one organisation by identifier, or by name where one of the two has none. Founders,
    deputies and joint holders share theirs; whoever holds it with more than three months in common does not. Score for
    the whole organisation 1 where a target is the other holder, else 0.6; for a part of it 0.7 and 0.4; 0.6 of these
    where the house is known by name alone. Not compared: accounts that may be one person, handed in twice and once
    without an address. Targets are never judged.
    """
    targets = frozenset(target_accounts(case))
    local = {int(account) for (account,) in case.rows("SELECT id FROM account WHERE local")}
    best: dict[int, tuple[float, Claim, Claim]] = {}
    for strength, one, other in _contested(case, local):
        for own, theirs in ((one, other), (other, one)):
            account = own.capture.account
            if account in targets:
                continue
            score = strength * _weight(own, theirs.capture.account in targets)
            if account not in best or (-score, *_place(own), *_place(theirs)) < (
                -best[account][0], *_place(best[account][1]), *_place(best[account][2]),
            ):  # fmt: skip
                best[account] = score, own, theirs
    return Detected(findings=[_finding(*best[account], targets) for account in sorted(best)])


def _contested(case: CaseReader, local: set[int]) -> Iterator[tuple[float, Claim, Claim]]:
    """Pairs of claims to one post, each with 1, or `BY_NAME`."""
    for (kind, _, _), claims in sorted(_claims(case).items()):
        if len({claim.capture.account for claim in claims}) > HOLDERS_MAX:
            continue
        for one, other in combinations(claims, 2):
            accounts = {one.capture.account, other.capture.account}
            by_name = kind == "name"
            if len(accounts) < 2 or accounts & local or not _together(one, other):
                continue
            if by_name and one.role.identifier and other.role.identifier:
                continue  # compared by identifier
            yield (BY_NAME if by_name else 1.0), one, other


def _claims(case: CaseReader) -> dict[Post, list[Claim]]:
    """Claims by post, in the order of the captures; each under its organisation's identifier and its name."""
    found: dict[Post, list[Claim]] = defaultdict(list)
    for own in captures(case).values():
        capture = shown_now(own)
        for role in capture.roles if capture is not None else ():
            known = title(role.title)
            if not known.sole or capture is None or role.began is None:
                continue
            claim = Claim(capture, role, known.sole == SOLE)
            if role.identifier:
                found["identifier", role.identifier, known.key].append(claim)
            if name := house(role.organisation):
                found["name", name, known.key].append(claim)
    return found


def _together(one: Claim, other: Claim) -> bool:
    """Whether both held the post at one time for certain; where a capture has no date, whether both hold it still."""
    first, second = _span(one), _span(other)
    if first is None or second is None:
        return one.role.running and other.role.running
    return least_overlap(first, second) > OVERLAP


def _span(claim: Claim) -> tuple[Months, Months] | None:
    """When the post was held, counted from the earliest capture of the case; None: nobody knows."""
    capture, began, end = claim.capture, claim.role.began, claim.capture.end(claim.role)
    if capture.month is None or capture.captured is None or began is None or end is None:
        return None
    shift = capture.month - capture.captured
    return Months(began.first + shift, began.last + shift), Months(end.first + shift, end.last + shift)


def _weight(own: Claim, against_target: bool) -> float:
    if own.whole:
        return 1.0 if against_target else 0.6
    return 0.7 if against_target else 0.4


def _place(claim: Claim) -> tuple[str, int]:
    return claim.capture.source, claim.role.line


def _cite(claim: Claim) -> Evidence:
    return claim.capture.cite(claim.role, titled=True)


def _finding(score: float, own: Claim, theirs: Claim, targets: frozenset[int]) -> Finding:
    target = theirs.capture.account in targets
    holder = "a person who was approached" if target else "another account"
    detail = f"{holder} holds the same post at the same time, {seen_in('role_held_by_another')}"
    return Finding(
        account=own.capture.account, detector="held_roles", family=Family.PROFILE, kind="role_held_by_another",
        score=round(score, 2), detail=detail, evidence=(_cite(own), _cite(theirs)),
        params={"target": int(target), "whole": int(own.whole), **honest("role_held_by_another")},
    )  # fmt: skip
