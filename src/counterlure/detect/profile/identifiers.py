"""The identifiers under which accounts name their organisations, held against each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator
from typing import NamedTuple

from counterlure.case.read import CaseReader
from counterlure.detect.base import Detected, target_accounts
from counterlure.detect.profile.commonness import honest, seen_in
from counterlure.detect.profile.houses import form, house, pages
from counterlure.detect.profile.timeline import captures
from counterlure.model import Evidence, Family, Finding

CONFLICTING_MIN = 3
"""Identifiers of one name, each of a single account, that contradict each other; two firms may share a name."""
OTHERS_MIN = 3
"""Accounts that agree on another identifier."""

Named = tuple[str, str]
"""Name of an organisation, and the form of its identifiers: a slug and a number may both be right."""


class Citation(NamedTuple):
    """One account names an identifier, and where."""

    account: int
    identifier: str
    cited: Evidence


def find(case: CaseReader, _before: Detected) -> Detected:
    """The account gives an organisation an identifier that nobody else gives it.

    Reads profile, career, page, target, source; all captures of all accounts, of which targets' are never judged. Only
    identifiers of one form are compared, and one that a page in the case shows is known to be real.
    identifier_conflicts: at least 3 accounts name the organisation, each under an identifier of its own; score 0.5, and
    1 where it happens to the account twice. identifier_nobody_cites: at least 3 others agree on one, and the account
    alone names another; scores likewise.
    """
    targets, known = target_accounts(case), pages(case).by_identifier
    conflicts: dict[int, list[Evidence]] = defaultdict(list)
    alone: dict[int, list[Evidence]] = defaultdict(list)
    for citations in _by_name(case).values():
        for citation in _each_its_own(citations, known.keys()):
            conflicts[citation.account].append(citation.cited)
        for citation in _against_others(citations, known.keys()):
            alone[citation.account].append(citation.cited)
    found = [*_findings("identifier_conflicts", conflicts), *_findings("identifier_nobody_cites", alone)]
    return Detected(findings=[finding for finding in found if finding.account not in targets])


def _by_name(case: CaseReader) -> dict[Named, list[Citation]]:
    """Citations by name and form, an account once for each identifier, by account."""
    found: dict[Named, dict[tuple[int, str], Citation]] = defaultdict(dict)
    for account, own in captures(case).items():
        for capture in own:
            for role in capture.roles:
                name = house(role.organisation)
                if name and role.identifier:
                    words = Evidence(f"{capture.source}:{role.line}", role.identifier, capture.at)
                    citation = Citation(account, role.identifier, words)
                    found[name, form(role.identifier)].setdefault((account, role.identifier), citation)
    return {named: list(found[named].values()) for named in sorted(found)}


def _holders(citations: list[Citation]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for citation in citations:
        found[citation.identifier].add(citation.account)
    return found


def _each_its_own(citations: list[Citation], real: Container[str]) -> Iterator[Citation]:
    """Citations of a name on which no two accounts agree."""
    holders = _holders(citations)
    doubtful = [c for c in citations if c.identifier not in real]
    accounts = {citation.account for citation in doubtful}
    if all(len(own) == 1 for own in holders.values()) and len(accounts) >= CONFLICTING_MIN:
        yield from doubtful


def _against_others(citations: list[Citation], real: Container[str]) -> Iterator[Citation]:
    """Citations of one account against an identifier on which others agree."""
    holders = _holders(citations)
    for citation in citations:
        if len(holders[citation.identifier]) > 1 or citation.identifier in real:
            continue
        agreed = [own - {citation.account} for name, own in holders.items() if name != citation.identifier]
        # An account that shows the common one as well has several units of one house.
        both = any(citation.account in own for name, own in holders.items() if name != citation.identifier)
        if not both and max(map(len, agreed), default=0) >= OTHERS_MIN:
            yield citation


def _findings(kind: str, cited: dict[int, list[Evidence]]) -> Iterator[Finding]:
    words = "that no two accounts give it" if kind == "identifier_conflicts" else "against the one others agree on"
    for account in sorted(cited):
        evidence = tuple(dict.fromkeys(cited[account]))
        detail = f"gives {len(evidence)} of its organisations an identifier {words}, {seen_in(kind)}"
        yield Finding(
            account=account, detector="identifiers", family=Family.PROFILE, kind=kind,
            score=0.5 if len(evidence) == 1 else 1.0, detail=detail, evidence=evidence,
            params={"organisations": len(evidence), **honest(kind)},
        )  # fmt: skip
