"""Accounts that reach the same colleagues more often than chance, and the groups they form."""

from __future__ import annotations

from collections.abc import Iterator
from math import comb

from counterlure.case.read import CaseReader
from counterlure.detect.base import Detected
from counterlure.detect.places import Places
from counterlure.model import Evidence, Family, Finding, Group, target_id

SHARED_MIN = 2
P_MAX = 0.01
Pair = tuple[int, int]

_REACHED = """
SELECT d.target FROM participant AS p JOIN conversation_delivery AS d ON d.conversation = p.conversation
WHERE p.account = ?1
AND EXISTS (SELECT 1 FROM message AS m WHERE m.conversation = p.conversation AND m.sender = p.account)
UNION SELECT target FROM contact WHERE account = ?1 AND incoming ORDER BY 1
"""
_FIRST = """
SELECT m.conversation, m.source, m.line, m.sent_at, 0, m.id FROM participant AS p
JOIN conversation_delivery AS d ON d.conversation = p.conversation
JOIN message AS m ON m.conversation = p.conversation AND m.sender = p.account
WHERE p.account = ?1 AND d.target = ?2
UNION ALL SELECT 0, source, line, at, 1, id FROM contact WHERE account = ?1 AND target = ?2 AND incoming
ORDER BY 4 NULLS LAST, 5, 6 LIMIT 1
"""
# Signs that make an account worth comparing; whom it reached plays no part in them, so the null below holds.
SUSPECT_KINDS = frozenset({
    "paid_work_and_trip", "sensitive_request_for_pay", "pay_rises_with_confidentiality", "public_to_internal",
    "secrecy_with_channel_change", "client_withheld_then_probing", "insists_after_refusal", "payload_pushed",
    "login_or_credentials_asked", "leverage_built", "coercion", "sensitive_request", "many_stages", "secrecy",
    "tasking_before_contract", "third_party_contacts_paid", "unusual_payment_route", "same_text_across_accounts",
})  # fmt: skip


def find(case: CaseReader, before: Detected) -> Detected:
    """The account and other suspected ones reached the same colleagues beyond chance, or wrote the same sentences.

    Reads participant, conversation_delivery, contact, message, message_also, source, delivery. Two accounts that
    reached a and b of n targets share at least s by chance with the hypergeometric probability; a pair counts when
    that, times the number of pairs compared, is at most 0.01 (Bonferroni). Pairs and equal texts are joined into
    groups. Whoever takes part in a thread without writing in it has reached nobody.
    """
    suspects = sorted({finding.account for finding in before.findings if finding.kind in SUSPECT_KINDS})
    reached = {a: {target_id(target) for (target,) in case.rows(_REACHED, (a,))} for a in suspects}
    population = next(case.rows("SELECT count(*) FROM target"))[0]
    pairs = dict(_pairs(reached, population))
    groups = _groups(reached, pairs, before.ties)
    findings = [f for group in groups for f in _findings(case, group, reached)]
    return Detected(findings=findings, groups=groups)


def chance(shared: int, a: int, b: int, population: int) -> float:
    """Probability that two accounts which reached a and b of `population` targets share at least `shared` of them."""
    ways = comb(population, b)
    hits = sum(comb(a, k) * comb(population - a, b - k) for k in range(shared, min(a, b) + 1))
    return hits / ways


def _pairs(reached: dict[int, set[str]], population: int) -> Iterator[tuple[Pair, float]]:
    accounts = [account for account, targets in sorted(reached.items()) if len(targets) >= SHARED_MIN]
    compared = len(accounts) * (len(accounts) - 1) / 2
    for i, one in enumerate(accounts):
        for other in accounts[i + 1 :]:
            shared = len(reached[one] & reached[other])
            if shared >= SHARED_MIN:
                p = min(1.0, compared * chance(shared, len(reached[one]), len(reached[other]), population))
                if p <= P_MAX:
                    yield (one, other), p


def _groups(reached: dict[int, set[str]], pairs: dict[Pair, float], ties: list[Pair]) -> list[Group]:
    leader: dict[int, int] = {}

    def root(account: int) -> int:
        while leader.setdefault(account, account) != account:
            account = leader[account]
        return account

    for one, other in [*pairs, *ties]:
        a, b = sorted((root(one), root(other)))
        leader[b] = a
    members: dict[int, list[int]] = {}
    for account in sorted(leader):
        members.setdefault(root(account), []).append(account)
    groups: list[Group] = []
    for accounts in members.values():
        if len(accounts) < 2:
            continue
        targets = sorted(set().union(*(reached.get(a, set()) for a in accounts)))
        values = [p for (one, other), p in pairs.items() if one in accounts and other in accounts]
        groups.append(
            Group(
                id=f"G-{len(groups) + 1:02d}",
                accounts=tuple(accounts),
                targets=tuple(targets),
                p_value=min(values) if values else None,
                detail=f"{len(accounts)} accounts, {len(targets)} colleagues reached",
                params={"accounts": len(accounts), "targets": len(targets), "pairs": len(values)},
            )
        )
    return groups


def _findings(case: CaseReader, group: Group, reached: dict[int, set[str]]) -> Iterator[Finding]:
    places = Places(case)
    for account in group.accounts:
        others = set().union(*(reached.get(a, set()) for a in group.accounts if a != account))
        common = sorted(reached.get(account, set()) & others)
        proof = []
        for target in common or sorted(reached.get(account, set()))[:1]:
            for thread, source, line, at, *_ in case.rows(_FIRST, (account, int(target.removeprefix("T-")))):
                cited = places.cite(thread, source, line, target)
                proof.append(Evidence(cited.source, None, at, None, cited.target))
        if not proof:
            continue
        kind = "shared_targets" if group.p_value is not None and common else "part_of_group"
        yield Finding(
            account=account, detector="shared_targets", family=Family.COORDINATION, kind=kind,
            score=1.0 if kind == "shared_targets" else 0.5,
            detail=f"reached {len(common)} colleagues whom other accounts of {group.id} reached too",
            evidence=tuple(dict.fromkeys(proof)), targets=tuple(common),
            params={"group": group.id, "accounts": len(group.accounts), "targets": len(common)},
        )  # fmt: skip
