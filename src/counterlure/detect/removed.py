"""The account was removed after it had written."""

from __future__ import annotations

from counterlure.case.read import CaseReader
from counterlure.detect.base import Detected
from counterlure.detect.places import Cited, Places
from counterlure.model import Evidence, Family, Finding, target_id

_LAST = """
SELECT m.sender, d.target, max(m.sent_at), m.conversation, m.source, m.line FROM account AS a
JOIN message AS m ON m.sender = a.id JOIN conversation_delivery AS d ON d.conversation = m.conversation
WHERE a.removed GROUP BY m.sender, d.target ORDER BY m.sender, d.target
"""


def find(case: CaseReader, _before: Detected) -> Detected:
    """The account wrote to a colleague and the platform now shows it only as a removed member; honest people leave too.

    Reads account(removed), message, message_also, conversation_delivery, source, delivery. Score 1 for every such
    account.
    """
    places = Places(case)
    findings = []
    for account, number, at, thread, source, line in case.rows(_LAST):
        target = target_id(number)
        findings.append(_finding(account, target, at, places.cite(thread, source, line, target)))
    return Detected(findings=findings)


def _finding(account: int, target: str, at: int | None, cited: Cited) -> Finding:
    return Finding(
        account=account, detector="removed", family=Family.DISAPPEARANCE, kind="removed_after_contact", score=1.0,
        detail="the platform shows the account only as a removed member",
        evidence=(Evidence(cited.source, None, at, None, cited.target),), targets=(target,),
    )  # fmt: skip
