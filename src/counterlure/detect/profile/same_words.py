"""What an account says of itself stands in other people's profiles, or in a job advert."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import NamedTuple

from counterlure.alike.copies import near_texts
from counterlure.case.read import CaseReader
from counterlure.detect.base import Detected
from counterlure.detect.profile import adverts, skeletons
from counterlure.detect.profile.texts import ROLE, Accounts, Text, accounts, read
from counterlure.model import Family, Finding

HOLDERS_MAX = 5
"""Accounts that show a text, beyond which it is a template of a platform or a service."""
EARLIER = 365 * 86_400
"""Seconds between two captures from which on the earlier one is the original. Captures are made when somebody hands
them in, so that a shorter time says nothing of who wrote first: judgement."""
ORIGIN_KNOWN, ORIGIN_UNKNOWN = 1.0, 0.5
COLLEAGUES = 0.5
"""Of a score, where two summaries name a common employer: firms hand such texts out."""

Pair = tuple[int, int]


class Shared(NamedTuple):
    """Texts of two accounts, the lower account first, that say the same; and whether both name one employer."""

    one: Text
    other: Text
    colleagues: bool


class Copy(NamedTuple):
    """That one account shows what another does.

    own, others : the texts. origin : "target" or "earlier" where the other one is known to be first, else "".
    """

    own: list[Text]
    others: list[Text]
    origin: str
    score: float


def find(case: CaseReader, before: Detected) -> Detected:
    """A summary or role description says what another account's does, was written as a job advert, or fills a frame.

    Reads profile, source, career, target, account(local), and the texts, which are compared and never judged. The same:
    a Jaccard index of words and pairs of words of at least 0.8, from 25 words on, at most 5 accounts. Not a sign: a
    role at one organisation, or at one that is not known; an account without address in another delivery, which may be
    the same person. Findings: profile_text_copied, score 1 where the other text is a target's or was captured a year
    earlier, 0.5 for both where nobody knows who was first, halved for summaries of colleagues; advert_copied, 1;
    skeleton_shared, 1, or 0.5 among colleagues.
    """
    texts = read(case, case.profile_texts())
    known = accounts(case)
    if known.targets.issuperset(text.account for text in texts):
        return Detected()
    pairs = _pairs(texts, known)
    found = [
        *_copied(pairs, known),
        *adverts.findings(texts, known),
        *skeletons.findings(case, before, texts, known, pairs.keys()),
    ]
    return Detected(findings=sorted(found, key=lambda finding: (finding.account, finding.kind)))


def _pairs(texts: Sequence[Text], known: Accounts) -> dict[Pair, list[Shared]]:
    """By pair of accounts, the lower first, the texts that say the same and are no template and no firm's own."""
    near = near_texts([text.words for text in texts])
    neighbours = near.neighbours()
    shown: list[dict[tuple[int, str], Text]] = [{} for _ in neighbours]
    for number, text in zip(near.of.tolist(), texts, strict=True):
        if number >= 0:
            held = text.account, text.kind
            shown[number][held] = shown[number].get(held, text).also(text)
    few = [len({account for at in others for account, _ in shown[at]}) <= HOLDERS_MAX for others in neighbours]
    pairs: dict[Pair, list[Shared]] = defaultdict(list)
    for number, others in enumerate(neighbours):
        for other in others:
            if number <= other and few[number] and few[other]:
                theirs = None if number == other else shown[other].values()
                for both in _shared(shown[number].values(), theirs, known):
                    pairs[both.one.account, both.other.account].append(both)
    return {pair: pairs[pair] for pair in sorted(pairs)}


def _shared(some: Collection[Text], others: Collection[Text] | None, known: Accounts) -> Iterator[Shared]:
    """What is worth telling of the texts of two near sets, or of one."""
    for each in combinations(some, 2) if others is None else product(some, others):
        one, other = sorted(each, key=lambda text: text.account)
        if one.account == other.account:
            continue
        if known.targets >= {one.account, other.account} or known.may_be_one(one, other):
            continue
        common = bool(one.houses & other.houses)
        if ROLE not in (one.kind, other.kind) or (one.houses and other.houses and not common):
            yield Shared(one, other, common)


def _copied(pairs: Mapping[Pair, Sequence[Shared]], known: Accounts) -> Iterator[Finding]:
    """One finding for each account that nobody protects and that is not known to be the original."""
    copies: dict[int, list[Copy]] = defaultdict(list)
    for (one, other), shared in pairs.items():
        ones, others = [both.one for both in shared], [both.other for both in shared]
        weight = COLLEAGUES if all(both.colleagues for both in shared) else 1.0
        first = _first(ones, others, known)
        for account, own, theirs in ((one, ones, others), (other, others, ones)):
            if first is None:
                copies[account].append(Copy(own, theirs, "", weight * ORIGIN_UNKNOWN))
            elif account != first:
                origin = "target" if first in known.targets else "earlier"
                copies[account].append(Copy(own, theirs, origin, weight * ORIGIN_KNOWN))
    yield from (_finding(account, copies[account]) for account in sorted(copies))


def _first(ones: Sequence[Text], others: Sequence[Text], known: Accounts) -> int | None:
    """Of two accounts the one whose text is the original; None: nobody knows."""
    one, other = min(ones, key=lambda text: text.age), min(others, key=lambda text: text.age)
    for text in (one, other):
        if text.account in known.targets:
            return text.account
    if one.at is None or other.at is None or abs(one.at - other.at) < EARLIER:
        return None
    return one.account if one.at < other.at else other.account


def _finding(account: int, copies: Sequence[Copy]) -> Finding:
    """The strongest of an account's copies gives the score; all are cited, its own texts with their words."""
    own = sorted({text for copy in copies for text in copy.own}, key=lambda text: text.age)
    others = sorted({text for copy in copies for text in copy.others}, key=lambda text: text.age)
    origins = [copy.origin for copy in copies]
    detail = "shows the same words as another account"
    if "target" in origins:
        detail = "shows the words of the profile of a person who was approached"
    elif "earlier" in origins:
        detail = "shows the words of another account, which had them a year earlier or more"
    return Finding(
        account=account, detector="same_words", family=Family.PROFILE, kind="profile_text_copied",
        score=max(copy.score for copy in copies), detail=detail,
        evidence=tuple(dict.fromkeys([*(text.cited(0, 0) for text in own), *(text.cited() for text in others)])),
        params={
            "accounts": len(copies), "texts": len(own),
            "targets": origins.count("target"), "earlier": origins.count("earlier"),
        },
    )  # fmt: skip
