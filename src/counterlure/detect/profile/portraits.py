"""One picture on two accounts, and eyes where aligned generators put them. Nobody on a picture is looked for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from counterlure.case.read import CaseReader
from counterlure.detect.base import Detected, source_names, target_accounts
from counterlure.model import Evidence, Family, Finding
from counterlure.portrait.eyes import aligned
from counterlure.portrait.match import RADIUS, matches, stacked
from counterlure.portrait.views import view_name

PLACEHOLDER = 4
"""A picture that more accounts show is the platform's, a firm's or an agency's, and nobody's own."""
ALIGNED_SCORE = 0.5
_SHOWN = """
SELECT DISTINCT p.account, t.id, t.hashes, t.eyes, t.source, t.line FROM profile AS p
JOIN source AS own ON own.id = p.source JOIN source AS beside ON beside.delivery = own.delivery
JOIN portrait AS t ON t.source = beside.id AND t.stem = p.picture ORDER BY 1, 2
"""


class _Shown(NamedTuple):
    """A portrait as an account shows it."""

    account: int
    hashes: bytes
    eyes: str | None
    cited: str


def find(case: CaseReader, _before: Detected) -> Detected:
    """The account shows a picture that another account shows too, or eyes where picture generators put them.

    Reads profile, portrait, source, target. portrait_reused: within `RADIUS` of 256 bits of a view of the other
    picture; score 1 for the same, 0.7 at the radius; a picture of more than `PLACEHOLDER` accounts is nobody's own.
    aligned_eyes, score 0.5: both eyes within a fiftieth of the side of where aligned generators put them, on every
    portrait of the account. Protected people are never judged; their picture on another account is.
    """
    shown = _shown(case)
    targets = target_accounts(case)
    found = [*_reused(shown, targets), *_aligned(shown, targets)]
    return Detected(findings=found)


def _shown(case: CaseReader) -> list[_Shown]:
    names = source_names(case)
    return [
        _Shown(account, hashes, eyes, f"{names[source]}:{line}")
        for account, _, hashes, eyes, source, line in case.rows(_SHOWN)
    ]


def _reused(shown: list[_Shown], targets: dict[int, str]) -> Iterator[Finding]:
    if len(shown) < 2:
        return
    pairs = [m for m in matches(stacked([one.hashes for one in shown])) if _differ(shown, m.one, m.other)]
    partners: dict[int, set[int]] = defaultdict(set)
    for match in pairs:
        one, other = shown[match.one].account, shown[match.other].account
        partners[one].add(other)
        partners[other].add(one)
    best: dict[int, tuple[int, str, str, str, bool]] = {}
    for match in pairs:
        for mine, theirs in ((shown[match.one], shown[match.other]), (shown[match.other], shown[match.one])):
            if mine.account in targets or len(partners[mine.account]) >= PLACEHOLDER:
                continue
            seen = (match.bits, mine.cited, theirs.cited, view_name(match.view), theirs.account in targets)
            best[mine.account] = min(best.get(mine.account, seen), seen)
    for account, (bits, mine_at, theirs_at, view, protected) in sorted(best.items()):
        whose = "a protected person" if protected else "another account"
        yield _finding(
            account, "portrait_reused", round(1 - 0.3 * bits / RADIUS, 2),
            f"{whose} shows the same picture, {bits} of 256 bits apart ({view})",
            (Evidence(mine_at), Evidence(theirs_at)), {"bits": bits, "view": view, "target": int(protected)},
        )  # fmt: skip


def _differ(shown: list[_Shown], one: int, other: int) -> bool:
    return shown[one].account != shown[other].account


def _aligned(shown: list[_Shown], targets: dict[int, str]) -> Iterator[Finding]:
    own: dict[int, list[_Shown]] = defaultdict(list)
    for portrait in shown:
        own[portrait.account].append(portrait)
    for account, portraits in sorted(own.items()):
        seen = Counter(_is_aligned(portrait) for portrait in portraits)
        if account not in targets and seen[True] and not seen[False]:
            cited = tuple(dict.fromkeys(Evidence(portrait.cited) for portrait in portraits))
            detail = "the eyes stand where one family of picture generators puts them; aligned photographs do so too"
            yield _finding(account, "aligned_eyes", ALIGNED_SCORE, detail, cited, {"portraits": len(cited)})


def _is_aligned(portrait: _Shown) -> bool:
    return portrait.eyes is not None and aligned(
        msgspec.json.decode(portrait.eyes, type=tuple[float, float, float, float])
    )


def _finding(
    account: int,
    kind: str,
    score: float,
    detail: str,
    evidence: tuple[Evidence, ...],
    params: dict[str, str | int | float],
) -> Finding:
    return Finding(
        account=account, detector="portraits", family=Family.PROFILE, kind=kind, score=score, detail=detail,
        evidence=evidence, params=params,
    )  # fmt: skip
