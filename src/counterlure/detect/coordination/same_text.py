"""The same sentences went to several people, from one account or from several."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from counterlure.case.read import CaseReader
from counterlure.detect.base import Detected
from counterlure.detect.places import Places
from counterlure.model import Evidence, Family, Finding, target_id
from counterlure.text import quote

SENTENCE_WORDS_MIN = 6
SENTENCES_MIN = 2
# A sentence that more accounts than this open with is a phrase of the trade ("I hope this message finds you well").
ACCOUNTS_MAX = 20
# Texts compared for one clause, so that the work grows with the number of openings and not with its square.
TEXTS_MAX = 40

_OPENINGS = """
SELECT m.sender, m.conversation, min(m.sent_at), m.source, m.line, m.text FROM message AS m
WHERE m.sender NOT IN (SELECT account FROM target WHERE account IS NOT NULL)
GROUP BY m.conversation, m.sender ORDER BY m.conversation, m.sender
"""
_HELD = "SELECT target FROM conversation_delivery WHERE conversation = ? ORDER BY 1"
# Shorter parts cannot hold the words.
_CLAUSE = re.compile(rf"[^.!?…;:,\n]{{{2 * SENTENCE_WORDS_MIN - 1},}}")


class Opening(NamedTuple):
    """The first message an account wrote in one thread, and where it stands."""

    account: int
    thread: int
    at: int | None
    source: int
    line: int
    text: str


class Text(NamedTuple):
    """Openings of one account that hold the same clauses among those that occur in several openings."""

    account: int
    clauses: tuple[str, ...]
    openings: list[Opening]


@dataclass
class _Same:
    """The texts that share clauses: each with the one it shares most with, and how many."""

    sent: dict[int, tuple[int, int]] = field(default_factory=dict)  # by the account itself
    others: dict[int, tuple[int, int]] = field(default_factory=dict)  # by other accounts
    matched: dict[int, tuple[int, int]] = field(default_factory=dict)  # by the account, shared with others


def find(case: CaseReader, _before: Detected) -> Detected:
    """An opening shares whole sentences with openings sent to other colleagues, by this account or by another.

    Reads message, message_also, conversation_delivery, target, account(local), source, delivery. Two openings count as
    the same text when they share two clauses of six words or more, letter case aside, that at most 20 accounts use:
    exact and indifferent to names. Of a clause in more than 40 different texts, the first 40 are compared with the
    others. Two accounts known only inside one delivery each (by a name, or as a removed member) may be one person and
    are not compared. Findings: same_text_several_targets (one account) and same_text_across_accounts, score
    1 - 1/(n + 1) for n openings, own or of the others; and the pairs of accounts that wrote the same.
    """
    texts = _texts([Opening._make(row) for row in case.rows(_OPENINGS)])
    local = frozenset(int(i) for (i,) in case.rows("SELECT id FROM account WHERE local"))
    same, ties = _compared(texts, local)
    writer = _Writer(case, texts)
    findings = [finding for account in sorted(same) for finding in writer.findings(account, same[account])]
    return Detected(findings=findings, ties=sorted(ties))


def clauses(text: str) -> list[str]:
    """Clauses of six words or more, lower case, single spaces, in order and each once."""
    parts = [part.lower().split() for part in _CLAUSE.findall(text) if part.count(" ") >= SENTENCE_WORDS_MIN - 1]
    return list(dict.fromkeys([" ".join(words) for words in parts if len(words) >= SENTENCE_WORDS_MIN]))


def _texts(openings: list[Opening]) -> list[Text]:
    """Openings with two clauses or more that others hold too; those of an account that hold the same ones are one."""
    first: dict[str, int] = {}
    users: dict[str, list[int]] = {}
    for index, opening in enumerate(openings):
        for clause in clauses(opening.text):
            before = first.setdefault(clause, index)
            if before != index:
                users.setdefault(clause, [before]).append(index)
    common: dict[int, list[str]] = defaultdict(list)
    for clause, indexes in users.items():
        if not _many_accounts(openings[i].account for i in indexes):
            for i in indexes:
                common[i].append(clause)
    texts: dict[tuple[int, tuple[str, ...]], Text] = {}
    for i in sorted(common):
        held = tuple(common[i])
        if len(held) >= SENTENCES_MIN:
            account = openings[i].account
            texts.setdefault((account, held), Text(account, held, [])).openings.append(openings[i])
    return list(texts.values())


def _many_accounts(accounts: Iterable[int]) -> bool:
    seen: set[int] = set()
    for account in accounts:
        seen.add(account)
        if len(seen) > ACCOUNTS_MAX:
            return True
    return False


def _compared(texts: list[Text], local: frozenset[int]) -> tuple[dict[int, _Same], set[tuple[int, int]]]:
    """What each account shares with itself and with others; and the pairs of accounts."""
    users: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        for clause in text.clauses:
            if len(users[clause]) < TEXTS_MAX:
                users[clause].append(i)
    same: dict[int, _Same] = defaultdict(_Same)
    ties = set()
    for i, text in enumerate(texts):
        for account, (count, other) in _closest(texts, i, users).items():
            if account != text.account and account in local and text.account in local:
                continue
            # Both ways, since the other one may know only the first texts of a clause.
            for one, two in ((i, other), (other, i)):
                mine, theirs = same[texts[one].account], same[texts[two].account]
                _keep(mine.sent if mine is theirs else mine.matched, one, two, count)
                if mine is not theirs:
                    _keep(theirs.others, one, two, count)
            if account != text.account:
                ties.add((min(text.account, account), max(text.account, account)))
    return same, ties


def _closest(texts: list[Text], i: int, users: dict[str, list[int]]) -> dict[int, tuple[int, int]]:
    """By account, how many clauses a text shares with the closest text of the account, and which that is."""
    shared = Counter(chain.from_iterable(users[clause] for clause in texts[i].clauses))
    if len(texts[i].openings) == 1:
        del shared[i]
    closest: dict[int, tuple[int, int]] = {}
    for count, other in [(count, other) for other, count in shared.items() if count >= SENTENCES_MIN]:
        account = texts[other].account
        if account not in closest or count > closest[account][0]:
            closest[account] = (count, other)
    return closest


def _keep(shared: dict[int, tuple[int, int]], text: int, other: int, count: int) -> None:
    if count > shared.get(text, (0, 0))[1]:
        shared[text] = (other, count)


class _Writer:
    """Writes the findings of accounts."""

    def __init__(self, case: CaseReader, texts: list[Text]) -> None:
        self._texts = texts
        self._places = Places(case)
        self._case = case
        self._held: dict[int, list[str]] = {}

    def findings(self, account: int, same: _Same) -> Iterator[Finding]:
        """At most one of each kind; its targets are those the account itself wrote to."""
        reached = self._reached(same.sent)
        if len(reached) > 1:
            yield self._finding(account, "same_text_several_targets", same.sent, self._proof(same.sent), reached)
        if same.others:
            proof = self._proof(same.matched) + self._proof(same.others)
            yield self._finding(account, "same_text_across_accounts", same.others, proof, self._reached(same.matched))

    def _finding(
        self, account: int, kind: str, same: dict[int, tuple[int, int]], proof: list[Evidence], reached: list[str]
    ) -> Finding:
        count = sum(len(self._texts[i].openings) for i in same)
        partners = {self._texts[i].account for i in same} - {account}
        sentences = max(shared for _, shared in same.values())
        return Finding(
            account=account, detector="same_text", family=Family.COORDINATION, kind=kind, score=1 - 1 / (count + 1),
            detail=f"{count} openings share whole sentences",
            evidence=tuple(dict.fromkeys(proof)), targets=tuple(reached),
            params={"openings": count, "accounts": len(partners), "sentences": sentences},
        )  # fmt: skip

    def _targets(self, thread: int) -> list[str]:
        """The targets in whose deliveries a thread stands; asked only for the few threads that are cited."""
        if thread not in self._held:
            self._held[thread] = [target_id(target) for (target,) in self._case.rows(_HELD, (thread,))]
        return self._held[thread]

    def _reached(self, same: dict[int, tuple[int, int]]) -> list[str]:
        return sorted({t for i in same for opening in self._texts[i].openings for t in self._targets(opening.thread)})

    def _proof(self, same: dict[int, tuple[int, int]]) -> list[Evidence]:
        """Each opening with a clause it shares, once for every target that holds it."""
        proof = []
        for i, (other, _) in sorted(same.items()):
            shared = set(self._texts[other].clauses)
            for opening in self._texts[i].openings:
                start, end = next(
                    part.span() for part in _CLAUSE.finditer(opening.text) if shared.intersection(clauses(part[0]))
                )
                words = quote(opening.text, start, end)
                targets: list[str | None] = [*self._targets(opening.thread)] or [None]
                for target in targets:
                    cited = self._places.cite(opening.thread, opening.source, opening.line, target)
                    proof.append(Evidence(cited.source, words, opening.at, None, cited.target))
        return proof
