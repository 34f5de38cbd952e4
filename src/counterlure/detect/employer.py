"""The claimed employer stands in a register, or does not where it should, or cannot be told; and earlier cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from counterlure.case.read import CaseReader
from counterlure.detect.base import Detected, source_names
from counterlure.model import Evidence, Family, Finding
from counterlure.register import organisations
from counterlure.register.index import EVERYWHERE, open_register
from counterlure.register.match import look
from counterlure.register.normal import is_nobody, normal_name

_OTHERS = "NOT IN (SELECT account FROM target WHERE account IS NOT NULL)"
# Only where the account says that it works now: five earlier employers are five chances to be missing somewhere.
_SHOWN = f"""
SELECT p.account, c.organisation, p.source, c.line FROM career AS c JOIN profile AS p ON p.id = c.profile
WHERE c.organisation IS NOT NULL AND c.finished IS NULL AND p.account {_OTHERS} ORDER BY 1, 3, 4
"""
# Which of several reported rows named the employer is not kept: the first of the account stands for them.
_REPORTED = f"""
WITH reported AS (SELECT id FROM source WHERE kind = 'reported')
SELECT a.id, a.employer, r.source, r.line FROM account AS a JOIN (
    SELECT account, source, line FROM contact WHERE source IN (SELECT id FROM reported)
    UNION SELECT sender, source, line FROM message WHERE source IN (SELECT id FROM reported)
) AS r ON r.account = a.id WHERE a.employer IS NOT NULL AND a.id {_OTHERS} ORDER BY 1, 3, 4
"""
_EARLY = f"""
SELECT p.account, c.organisation, p.source, f.line, f.months, f.page_source, f.page_line FROM founding AS f
JOIN profile AS p ON p.id = f.profile JOIN career AS c ON c.entry = f.entry
WHERE f.months < ? AND c.organisation IS NOT NULL AND p.account {_OTHERS} ORDER BY 1, 3, 4, 5
"""
_IDENTIFIED = f"""
SELECT p.account, c.organisation, c.identifier, p.source, c.line FROM career AS c JOIN profile AS p ON p.id = c.profile
WHERE c.organisation IS NOT NULL AND p.account {_OTHERS} ORDER BY 1, 4, 5, 2
"""
EARLY_MONTHS = -24
"""Only years are sure, and firms go on under other names: two years at least."""


class Claim(NamedTuple):
    """An employer as an account claims it, and where."""

    account: int
    employer: str
    source: int
    line: int


def find(
    case: CaseReader,
    _before: Detected,
    register: Path | None = None,
    index: Path | None = None,
    case_id: str = "",
) -> Detected:
    """The employer an account claims stands in the register, is absent where it should stand, or cannot be told.

    Reads profile, position, career, founding, page, account(employer), contact, message, target, source. A register
    that is complete for no country, or not for the one where a page of the case seats the employer, says nothing of
    those absent. role_before_founding: a role began two years or more before a page says that its organisation was
    founded. organisation_seen_before: `index` knows the employer from accounts warned about in other cases; score
    n / (n + 1) of n cases.

    register : a register file, taken as complete, or a built index. index : of organisations; case_id : of this case.
    """
    names = source_names(case)
    found = list(_early(case, names))
    if register is not None:
        claims = [Claim(*row) for row in (*case.rows(_SHOWN), *case.rows(_REPORTED))]
        found += _registered(case, names, claims, register)
    if index is not None:
        found += _known(case, names, index, case_id)
    return Detected(findings=found)


def _registered(case: CaseReader, names: dict[int, str], claims: list[Claim], register: Path) -> Iterator[Finding]:
    asked = open_register(register)
    try:
        entries = look(asked, [claim.employer for claim in claims])
        complete = asked.complete
    finally:
        asked.close()
    seats = _seats(case)
    seen: set[tuple[int, str]] = set()
    for claim in claims:
        name = normal_name(claim.employer)
        if not name or (claim.account, name) in seen:
            continue
        seen.add((claim.account, name))
        covered = EVERYWHERE in complete or not complete.isdisjoint(seats.get(name, ()))
        if entries[claim.employer] is not None:
            kind, words = "employer_in_register", "the claimed employer is in the register"
        elif covered and not is_nobody(claim.employer):
            kind, words = "employer_not_in_register", "the claimed employer is not in the register"
        else:
            kind, words = "employer_register_unknown", "the register does not tell about the claimed employer"
        score = 1.0 if kind == "employer_not_in_register" else 0.0
        yield _finding(claim.account, kind, score, words, (_cited(names, claim),))


def _seats(case: CaseReader) -> dict[str, set[str]]:
    """Countries in which pages of the case seat an organisation, by its normal name."""
    found: dict[str, set[str]] = {}
    for organisation, country in case.rows("SELECT organisation, country FROM page WHERE country IS NOT NULL"):
        found.setdefault(normal_name(organisation), set()).add(country)
    return found


def _early(case: CaseReader, names: dict[int, str]) -> Iterator[Finding]:
    seen: set[int] = set()
    for account, employer, source, line, months, page_source, page_line in case.rows(_EARLY, (EARLY_MONTHS,)):
        if account not in seen:
            seen.add(account)
            own = _cited(names, Claim(account, employer, source, line))
            evidence = (own, Evidence(f"{names[page_source]}:{page_line}"))
            detail = "a role began years before the page of its organisation says that it was founded"
            yield _finding(account, "role_before_founding", 1.0, detail, evidence, {"years": -months // 12})


def _known(case: CaseReader, names: dict[int, str], index: Path, case_id: str) -> Iterator[Finding]:
    rows = [*case.rows(_IDENTIFIED)]
    rows += [(account, employer, None, source, line) for account, employer, source, line in case.rows(_REPORTED)]
    keys = {row[1]: normal_name(row[1]) for row in rows}
    known = organisations.seen(index, case_id, keys.values(), [row[2] for row in rows if row[2]])
    told: set[int] = set()
    for account, employer, identifier, source, line in rows:
        earlier = known.get(keys[employer]) or known.get(identifier or "")
        if earlier is not None and account not in told:
            told.add(account)
            detail = "accounts warned about in earlier cases claimed the same employer"
            params = {"cases": earlier.cases, "accounts": earlier.accounts}
            cited = _cited(names, Claim(account, employer, source, line))
            yield _finding(
                account, "organisation_seen_before", earlier.cases / (earlier.cases + 1), detail, (cited,), params
            )


def _cited(names: dict[int, str], claim: Claim) -> Evidence:
    return Evidence(f"{names[claim.source]}:{claim.line}", claim.employer, None, None, None)


def _finding(
    account: int,
    kind: str,
    score: float,
    detail: str,
    evidence: tuple[Evidence, ...],
    params: dict[str, int] | None = None,
) -> Finding:
    return Finding(
        account=account, detector="employer", family=Family.EMPLOYER, kind=kind, score=score, detail=detail,
        evidence=evidence, params=dict(params or {}),
    )  # fmt: skip
