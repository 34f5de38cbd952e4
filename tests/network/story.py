"""A small platform made by hand: one group that nothing explains, one that is open about itself, and everybody else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from counterlure.model import Skipped
from counterlure.network.model import ABSENT, Accounts, Contacts, Group, Kind, Layer, Network, Tables, Targets

DAY = 86_400
BEGIN = 1_767_225_600  # 1 January 2026
ACCOUNTS, TARGETS = 60, 160
UNEXPLAINED = tuple(range(8))
COMMERCIAL = (20, 21, 22, 23, 24)
LIST = tuple(range(10))
TEAM_LIST = tuple(range(50, 56))
Key = Callable[[int], str]


def words(values: Sequence[str]) -> NDArray[np.object_]:
    return np.array(values, dtype=object)


def ints(values: Sequence[int]) -> NDArray[np.int32]:
    return np.array(values, dtype=np.int32)


def contacts() -> Contacts:
    """Everybody contacts eleven people; members also four or five of their list, in one month."""
    at: dict[tuple[int, int], int] = {}
    for account in range(ACCOUNTS):
        for turn in range(11):
            target = 10 + (account * 17 + turn * 29) % 150
            at[account, target] = BEGIN + (account * 5 + turn * 37) % 360 * DAY
    for account in UNEXPLAINED:
        for target in LIST:
            if (account + target * 2) % 5 < 2 or (account < 2 and target < 5):
                at[account, target] = BEGIN + (100 + account + target) * DAY
    for account in COMMERCIAL:
        for target in TEAM_LIST:
            if (account + target) % 4:
                at[account, target] = ABSENT
    pairs = sorted(at)
    return Contacts(
        ints([a for a, _ in pairs]), ints([t for _, t in pairs]), np.array([at[p] for p in pairs], dtype=np.int64)
    )


def tables(account_key: Key = "a{:03}".format, target_key: Key = "t{:03}".format) -> Tables:
    """The three tables; keys as told."""
    untold = ints([ABSENT] * ACCOUNTS)
    employer = untold.copy()
    employer[list(COMMERCIAL)] = 1
    employer[list(UNEXPLAINED[:6])] = 0
    half = ints([t % 2 if t < 80 else ABSENT for t in range(TARGETS)])
    return Tables(
        contacts(),
        Accounts(
            words([account_key(i) for i in range(ACCOUNTS)]), untold.astype(np.int64), employer, untold,
            words(["Borealis Consulting", "Searchers & Sons"]), words([]),
        ),
        Targets(
            words([target_key(i) for i in range(TARGETS)]), half, ints([ABSENT] * TARGETS),
            words(["Institute", "Works"]), words([]),
        ),
        (Skipped("contacts.csv:17", "no target: left out"),),
    )  # fmt: skip


def layers() -> list[Layer]:
    """One layer of each name: the first six members share an employer, five a week, four an hour, a text and a mix."""
    return [
        layer("employer", {0: range(6), 1: COMMERCIAL}, ["Borealis Consulting", "Searchers & Sons"]),
        layer("created", {0: range(5), 1: (30, 31)}, ["2025-12-01", "2025-06-02"]),
        layer("burst", {0: range(4)}, ["2026-04-12T09:00:00Z"]),
        layer("text", {0: (1, 3, 5, 7)}, None),
        layer("target_mix", {0: range(3), 1: (3, 40)}, ["p <= 0.05", "p <= 0.01"]),
    ]


def layer(name: str, held: dict[int, Sequence[int]], called: list[str] | None) -> Layer:
    """Who holds which shared value; all others hold a value of their own, called ""."""
    shared = len(held)
    pairs = [(account, value) for value, accounts in held.items() for account in accounts]
    alone = sorted(set(range(ACCOUNTS)) - {account for account, _ in pairs})
    pairs += [(account, shared + place) for place, account in enumerate(alone)]
    pairs.sort()
    named = None if called is None else words([*called, *[""] * len(alone)])
    return Layer(name, ints([a for a, _ in pairs]), ints([v for _, v in pairs]), shared + len(alone), named)


def network() -> Network:
    """Both groups as the search would report them."""
    first = group(UNEXPLAINED, LIST, 96.5, layers={
        "contacts": 80.0, "employer": 12.0, "created": 9.5, "burst": 6.0, "text": 5.0, "target_mix": 4.0,
    })  # fmt: skip
    first = replace(first, window=(BEGIN + 90 * DAY, BEGIN + 150 * DAY - 1))
    second = replace(group(COMMERCIAL, TEAM_LIST, 3.2, layers={"contacts": 9.0, "employer": 4.0}), kind=Kind.COMMERCIAL)
    belongs = ints([ABSENT] * ACCOUNTS)
    belongs[list(UNEXPLAINED)], belongs[list(COMMERCIAL)] = 0, 1
    score = np.zeros(ACCOUNTS)
    score[list(UNEXPLAINED)], score[list(COMMERCIAL)] = first.chance, second.chance
    score[[40, 41]] = 0.7, 0.3
    return Network((first, second), score, belongs)


def group(
    accounts: Sequence[int], listed: Sequence[int], log_ratio: float, layers: dict[str, float] | None = None
) -> Group:
    """A group of such accounts on such a list; the last member is less sure than the others."""
    size = len(accounts)
    chance = np.full(size, 0.999)
    chance[-1] = 0.85
    return Group(
        accounts=ints(accounts), scores=np.full(size, 12.5), share=np.full(size, 0.3), targets=ints(listed),
        hits=ints([2] * len(listed)), log_ratio=log_ratio, p_value=float(np.exp(-log_ratio)),
        layers=layers or {"contacts": log_ratio + 20}, chance=chance,
    )  # fmt: skip
