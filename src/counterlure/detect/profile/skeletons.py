"""Summaries built on one frame with other fillings, among accounts that are linked by what they did."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain

from counterlure.alike.copies import CHARS_MAX, near_texts
from counterlure.case.read import CaseReader
from counterlure.detect.base import Detected
from counterlure.detect.coordination.shared_targets import P_MAX, SHARED_MIN, chance
from counterlure.detect.profile.texts import SUMMARY, Accounts, Text
from counterlure.model import Family, Finding

ACCOUNTS_MIN = 3
FRAME_WORDS_MIN = 20
"""Words of a frame besides its gaps; fewer are little more than the grammar of a language."""
CROWD_MAX = 200
"""Accounts of one frame among which shared targets are looked for; what more use, a CV builder offers to everybody."""
CITED_MAX = 10
"""Summaries of other accounts that a finding cites."""
COLLEAGUES = 0.5
"""Of a score, where all accounts of one frame name the same employer: firms hand such texts out."""
GAP = "0"

Pair = tuple[int, int]
Alike = Mapping[Pair, tuple[Text, Text]]

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_REACHED = """
SELECT d.target FROM participant AS p JOIN conversation_delivery AS d ON d.conversation = p.conversation
WHERE p.account = ?1
AND EXISTS (SELECT 1 FROM message AS m WHERE m.conversation = p.conversation AND m.sender = p.account)
UNION SELECT target FROM contact WHERE account = ?1 AND incoming
"""


def findings(
    case: CaseReader, before: Detected, texts: Sequence[Text], accounts: Accounts, told: Set[Pair]
) -> Iterator[Finding]:
    """One for each of `ACCOUNTS_MIN` linked accounts or more whose summaries have one frame, by account.

    Two accounts are linked by a group, by having sent the same text, or by having reached the same targets beyond
    chance. Reads participant, conversation_delivery, message, contact and target of accounts with one frame.

    Parameters
    ----------
    told : pairs of accounts, the lower first, of which it is said already that they show the same words.
    """
    summaries = [text for text in texts if text.kind == SUMMARY and text.account not in accounts.targets]
    acted = _together(before)
    alike = {pair: both for pair, both in _alike(summaries, accounts, acted).items() if pair not in told}
    shared: dict[int, dict[int, tuple[Text, Text]]] = defaultdict(dict)
    for low, high in _linked(case, alike, acted):
        one, other = alike[low, high]
        shared[low][high], shared[high][low] = (one, other), (other, one)
    for account in sorted(shared):
        members = _members(shared, account)
        if len(members) >= ACCOUNTS_MIN:
            yield _finding(account, [shared[account][other] for other in sorted(shared[account])], len(members))


def frame(text: str) -> str:
    """The text with a gap for each run of words with a capital letter or a digit; "" where too few words are left.

    Every noun of a German text falls into a gap, and nothing of a script without capital letters does.
    """
    words: list[str] = []
    kept = 0
    for word in _WORD.findall(text[:CHARS_MAX]):
        if word == word.lower() and not any(c.isdigit() for c in word):
            words.append(word)
            kept += 1
        elif words[-1:] != [GAP]:
            words.append(GAP)
    return " ".join(words) if kept >= FRAME_WORDS_MIN else ""


def _together(before: Detected) -> dict[int, set[int]]:
    """By account those that it forms a group with or sent the same text as."""
    acted: dict[int, set[int]] = defaultdict(set)
    for members in chain((group.accounts for group in before.groups), before.ties):
        for account in members:
            acted[account].update(other for other in members if other != account)
    return acted


def _alike(summaries: Sequence[Text], accounts: Accounts, acted: Mapping[int, Set[int]]) -> Alike:
    """By pair of accounts, the lower first, summaries of one frame; of a crowd only of those that act together."""
    near = near_texts([frame(text.words) for text in summaries], FRAME_WORDS_MIN)
    neighbours = near.neighbours()
    shown: list[dict[int, Text]] = [{} for _ in neighbours]
    for number, text in zip(near.of.tolist(), summaries, strict=True):
        if number >= 0:
            shown[number][text.account] = shown[number].get(text.account, text).also(text)
    alike: dict[Pair, tuple[Text, Text]] = {}
    for number, others in enumerate(neighbours):
        crowd = {account for other in others for account in shown[other]}
        for account, one in shown[number].items():
            wanted = crowd if len(crowd) <= CROWD_MAX else crowd & acted.get(account, set())
            for other in (text for at in others for text in _of(shown[at], wanted)):
                if account < other.account and not accounts.may_be_one(one, other):
                    both = alike.get((account, other.account), (one, other))
                    alike[account, other.account] = min(both, (one, other), key=lambda pair: (pair[0].age, pair[1].age))
    return alike


def _of(shown: Mapping[int, Text], wanted: Set[int]) -> Iterable[Text]:
    return (shown[account] for account in shown.keys() & wanted)


def _linked(case: CaseReader, alike: Alike, acted: Mapping[int, Set[int]]) -> Iterator[Pair]:
    """Pairs that act together or reached the same targets beyond chance, ascending."""
    rest = [pair for pair in sorted(alike) if pair[1] not in acted.get(pair[0], ())]
    reached = {account: frozenset(t for (t,) in case.rows(_REACHED, (account,))) for account in {*chain(*rest)}}
    rest = [(one, two) for one, two in rest if min(len(reached[one]), len(reached[two])) >= SHARED_MIN]
    population = next(case.rows("SELECT count(*) FROM target"))[0]
    beyond = {
        (one, two)
        for one, two in rest
        if len(reached[one] & reached[two]) >= SHARED_MIN
        and len(rest) * chance(len(reached[one] & reached[two]), len(reached[one]), len(reached[two]), population)
        <= P_MAX
    }
    yield from (pair for pair in sorted(alike) if pair in beyond or pair[1] in acted.get(pair[0], ()))


def _members(shared: Mapping[int, Mapping[int, object]], account: int) -> set[int]:
    """All accounts that a chain of shared frames joins to one."""
    members, waiting = {account}, [account]
    while waiting:
        new = shared[waiting.pop()].keys() - members
        members |= new
        waiting += new
    return members


def _finding(account: int, pairs: Sequence[tuple[Text, Text]], members: int) -> Finding:
    colleagues = all(one.houses & other.houses for one, other in pairs)
    own = dict.fromkeys(one.cited(0, 0) for one, _ in pairs)
    others = dict.fromkeys(other.cited() for _, other in pairs[:CITED_MAX])
    return Finding(
        account=account, detector="same_words", family=Family.PROFILE, kind="skeleton_shared",
        score=COLLEAGUES if colleagues else 1.0,
        detail="the summary has the frame of other accounts' that this one acts together with, and other fillings",
        evidence=(*own, *others), params={"accounts": members},
    )  # fmt: skip
