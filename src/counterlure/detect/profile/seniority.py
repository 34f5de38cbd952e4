"""How soon a career reaches a rank, and whether a post that needs a degree began before any study."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from counterlure.detect.profile.commonness import honest, seen_in
from counterlure.detect.profile.houses import Pages, house
from counterlure.detect.profile.timeline import Capture, Entry, Months, by_begin
from counterlure.detect.profile.titles import HEAD, OWNER_LIKE, TOP, title
from counterlure.model import Family, Finding

HEAD_MONTHS, TOP_MONTHS = 24, 48
"""Below them a rank came too soon. The honest careers of `simulate/careers/honest.yml` need 168 months at the median to
lead a part and 264 to lead the whole; chief executives need 24 years from their first job on average (Botelho and
Powell, 2018, 2,600 studied in depth), and in small firms people get there sooner."""
DEGREE_MONTHS = 30
"""An education of this length is a degree, not a course."""
BEFORE, AFTER = 12, 24
"""Months before and after the end of an education in which a working life is held to begin there. Elsewhere the first
roles are not shown, as people with a long career do, and nothing is known."""
DEGREE_LATER = 24
"""Months from the begin of a post to that of the first study which no slip in a date explains."""
STAFF_MIN = 50
"""Members of staff on its page from which on a firm is not somebody's own."""


def too_fast(capture: Capture, firms: Pages) -> Iterator[Finding]:
    """A rank reached within 24 months, or 48 for the few who lead the whole, of the first work that is shown.

    Whoever works for themselves, in a small firm, beside a study or in a club is left out, and so is every career of
    which the begin is not shown or a role has no date. Score 1 where the case holds a page of the firm with a staff of
    50, else 0.5.
    """
    roles = by_begin(capture.roles)
    if len(roles) < len(capture.roles) or not _start_shown(capture, roles):
        return
    working = [role for role in roles if not title(role.title).entry]
    studies = [entry for entry in capture.entries if not entry.work]
    for role in working:
        took = _last(role.began) - _first(working[0].began)
        rank, large = _rank(role, firms)
        limit = HEAD_MONTHS if rank == HEAD else TOP_MONTHS
        if rank and took < limit and not _during(role, studies):
            detail = f"leads within {max(took, 0)} months of the first work shown, {seen_in('seniority_too_fast')}"
            yield Finding(
                account=capture.account, detector="career", family=Family.PROFILE, kind="seniority_too_fast",
                score=1.0 if large else 0.5, detail=detail,
                evidence=tuple(dict.fromkeys([capture.cite(role, titled=True), capture.cite(working[0], titled=True)])),
                params={"months": max(took, 0), "limit": limit, **honest("seniority_too_fast")},
            )  # fmt: skip
            return


def degree_later(capture: Capture) -> Iterator[Finding]:
    """A post of a physician, postdoc or professor that began two years before the first study shown, a degree's length.

    The case shows no degree, so no other post can be held against a study fairly: nobody knows which of several it
    needed, and many are entered without any.
    """
    studies = [entry for entry in capture.entries if not entry.work]
    if not studies or any(study.began is None for study in studies):
        return
    first = min(_first(study.began) for study in studies)
    begun = [study for study in studies if _length(study) >= DEGREE_MONTHS]
    for role in by_begin(capture.roles):
        if title(role.title).degree and begun and first - _last(role.began) > DEGREE_LATER:
            detail = "holds a post that needs a degree years before the first study shown"
            yield Finding(
                account=capture.account, detector="career", family=Family.PROFILE, kind="degree_after_the_job",
                score=1.0, detail=f"{detail}, {seen_in('degree_after_the_job')}",
                evidence=(capture.cite(role, titled=True), capture.cite(begun[0])),
                params={"months": first - _last(role.began), **honest("degree_after_the_job")},
            )  # fmt: skip
            return


def _start_shown(capture: Capture, roles: Sequence[Entry]) -> bool:
    """Whether the first work follows a degree or a place for beginners at once, so that no earlier work is left out."""
    working = [role for role in roles if not title(role.title).entry]
    studies = [entry for entry in capture.entries if not entry.work]
    if not working or any(study.began is None or study.finished is None for study in studies):
        return False
    before = [role for role in roles if title(role.title).entry]
    before += [study for study in studies if _length(study) >= DEGREE_MONTHS]
    begin = _first(working[0].began)
    return any(
        entry.finished is not None and _first(entry.began) <= begin and
        entry.finished.first - BEFORE <= begin <= entry.finished.last + AFTER
        for entry in before
    )  # fmt: skip


def _rank(role: Entry, firms: Pages) -> tuple[str, bool]:
    """The rank that counts, or "", and whether the firm is known to be none of the holder's own."""
    rank = title(role.title).rank
    page = firms.of(role)
    staff = page.staff if page is not None else None
    large = staff is not None and staff >= STAFF_MIN
    if house(role.organisation) is None or (staff is not None and not large) or (rank == OWNER_LIKE and not large):
        return "", False
    return (TOP if rank == OWNER_LIKE else rank), large


def _during(role: Entry, studies: Sequence[Entry]) -> bool:
    """Whether a study may have lasted when the role began."""
    return any(
        _first(study.began) <= _last(role.began)
        and (study.finished is None or _first(role.began) < study.finished.last)
        for study in studies
    )


def _length(entry: Entry) -> int:
    """Months that it lasted, to the year where only years are known; 0 where not even that is."""
    if entry.began is None or entry.finished is None:
        return 0
    return entry.finished.first - entry.began.first


def _first(months: Months | None) -> int:
    return 0 if months is None else months.first


def _last(months: Months | None) -> int:
    return 0 if months is None else months.last
