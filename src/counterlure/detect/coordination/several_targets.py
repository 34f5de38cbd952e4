"""One account reached several colleagues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from counterlure.case.read import CaseReader
from counterlure.detect.base import Detected, target_accounts
from counterlure.detect.places import Places
from counterlure.model import Evidence, Family, Finding, target_id

TARGETS_MIN = 2

# One row per (account, target): the first incoming contact of either kind, and where it stands.
_REACHED = """
WITH reached AS (
    SELECT m.sender AS account, d.target AS target, m.sent_at AS at, m.conversation AS thread, m.source AS source,
        m.line AS line
    FROM message AS m JOIN conversation_delivery AS d ON d.conversation = m.conversation
    WHERE m.sender IN (
        SELECT p.account FROM participant AS p JOIN conversation_delivery AS d ON d.conversation = p.conversation
        GROUP BY p.account HAVING count(DISTINCT d.target) >= ?
        UNION SELECT account FROM contact WHERE incoming)
    UNION ALL
    SELECT account, target, at, 0, source, line FROM contact WHERE incoming)
SELECT account, target, min(at), thread, source, line FROM reached GROUP BY account, target ORDER BY account, target
"""


def find(case: CaseReader, _before: Detected) -> Detected:
    """The account contacted several of the people whose archives are here; what it wrote decides what that means.

    Reads message, message_also, conversation_delivery, participant, contact, target, source, delivery. One finding per
    account; its score is 1 - 1/n for n colleagues reached, since sales teams and niche recruiters also saturate one
    employer.
    """
    return Detected(findings=list(_findings(case)))


def _findings(case: CaseReader) -> Iterator[Finding]:
    own = target_accounts(case)
    places = Places(case)
    reached: dict[int, list[tuple[str, int | None, int, int, int]]] = {}
    for account, target, at, thread, source, line in case.rows(_REACHED, (TARGETS_MIN,)):
        if account not in own:
            reached.setdefault(account, []).append((target_id(target), at, thread, source, line))
    typical = Counter(len(rows) for rows in reached.values())
    for account, rows in reached.items():
        n = len(rows)
        if n < TARGETS_MIN:
            continue
        as_many = sum(count for size, count in typical.items() if size >= n)
        cited = [(places.cite(thread, source, line, target), at) for target, at, thread, source, line in rows]
        yield Finding(
            account=account, detector="several_targets", family=Family.COORDINATION, kind="several_targets",
            score=1 - 1 / n, detail=f"{n} colleagues were reached by this account",
            evidence=tuple(dict.fromkeys(Evidence(c.source, None, at, None, c.target) for c, at in cited)),
            targets=tuple(target for target, *_ in rows), params={"targets": n, "accounts_as_many": as_many},
        )  # fmt: skip
