"""The claimed employer is, or is not, in the register the user supplied."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from counterlure.case.read import CaseReader
from counterlure.detect.base import Detected, source_names
from counterlure.engine.register import names_present
from counterlure.model import Evidence, Family, Finding

_OTHERS = "NOT IN (SELECT account FROM target WHERE account IS NOT NULL)"
_SHOWN = f"""
SELECT p.account, w.organisation, p.source, w.line FROM profile AS p JOIN position AS w ON w.profile = p.id
WHERE w.kind = 'work' AND w.organisation IS NOT NULL AND p.account {_OTHERS} ORDER BY 1, 3, 4
"""
# Which of several reported rows named the employer is not kept: the first of the account stands for them.
_REPORTED = f"""
WITH reported AS (SELECT id FROM source WHERE kind = 'reported')
SELECT a.id, a.employer, r.source, r.line FROM account AS a JOIN (
    SELECT account, source, line FROM contact WHERE source IN (SELECT id FROM reported)
    UNION SELECT sender, source, line FROM message WHERE source IN (SELECT id FROM reported)
) AS r ON r.account = a.id WHERE a.employer IS NOT NULL AND a.id {_OTHERS} ORDER BY 1, 3, 4
"""
_LEGAL_FORMS = re.compile(
    r"\b(ltd|limited|llc|llp|inc|incorporated|corp|corporation|plc|gmbh|ag|sa|sas|sarl|sasu|eurl|bv|nv|oy|ab|as|aps|spa|srl|"
    r"pty|pte|co|company|group|holding)\b"
)


def normal_name(name: str) -> str:
    """A company name without accents, case, punctuation and legal form, as it is compared."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = re.sub(r"[^\w]+", " ", plain.replace(".", "")).strip()
    return " ".join(_LEGAL_FORMS.sub(" ", words).split()) or words


def find(case: CaseReader, _before: Detected, register: Path | None = None) -> Detected:
    """The employer an account claims stands in the register, or does not; without a register nothing is said.

    Reads profile, position, account(employer), contact, message, target, source. An employer that stands in no profile
    is cited from the first reported row of the account, or not at all. A register that does not cover a place says
    nothing about employers there, so absence weighs little and never alone.
    """
    if register is None:
        return Detected()
    claims = [*case.rows(_SHOWN), *case.rows(_REPORTED)]
    known = names_present(register, {normal_name(str(claim[1])) for claim in claims}, normal_name)
    return Detected(findings=list(_findings(case, claims, known)))


def _findings(case: CaseReader, claims: list[tuple[int, str, int, int]], known: frozenset[str]) -> Iterator[Finding]:
    names = source_names(case)
    seen: set[tuple[int, str]] = set()
    for account, employer, source, line in claims:
        name = normal_name(employer)
        if not name or (account, name) in seen:
            continue
        seen.add((account, name))
        present = name in known
        kind = "employer_in_register" if present else "employer_not_in_register"
        yield Finding(
            account=account, detector="employer", family=Family.EMPLOYER, kind=kind, score=0.0 if present else 1.0,
            detail=f"the claimed employer is {'' if present else 'not '}in the register",
            evidence=(Evidence(f"{names[source]}:{line}", employer, None, None, None),),
        )  # fmt: skip
