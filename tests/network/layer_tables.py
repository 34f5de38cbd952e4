"""Tables made by hand and honest worlds, and how to read a layer: for the tests of layers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import numpy as np

from counterlure.network.model import ABSENT, Accounts, Contacts, Layer, Tables, Targets
from counterlure.simulate.worlds import Background, Shape, World, WorldSpec, world
from counterlure.simulate.worlds.fields import SENSITIVE

HONEST = WorldSpec(accounts=20_000, targets=40_000, contacts=500_000, sectors=600, operation=Shape.NONE)

made = cache(world)


def words(prefix: str, count: int) -> np.ndarray:
    return np.array([f"{prefix}{number:06d}" for number in range(count)], dtype=object)


def tables(
    accounts: int,
    contacts: Iterable[tuple[int, int, int]] = (),
    *,
    created_at: Iterable[int] | None = None,
    employers: Iterable[int] | None = None,
    industries: Iterable[int] | None = None,
    sectors: Iterable[int] | None = None,
    targets: int = 1,
) -> Tables:
    """Tables of accounts 0.., with (account, target, moment) contacts; what is not given is untold."""
    untold = np.full(accounts, ABSENT)
    employed = np.array(untold if employers is None else list(employers), np.int32)
    trade = np.array(untold if industries is None else list(industries), np.int32)
    rows = np.array(sorted(contacts), np.int64).reshape(-1, 3)
    targets = max(targets, int(rows[:, 1].max(initial=0)) + 1)
    sector = np.array(np.full(targets, ABSENT) if sectors is None else list(sectors), np.int32)
    return Tables(
        Contacts(rows[:, 0].astype(np.int32), rows[:, 1].astype(np.int32), rows[:, 2]),
        Accounts(
            words("a", accounts),
            np.array(untold if created_at is None else list(created_at), np.int64),
            employed,
            trade,
            words("e", employed.max(initial=-1) + 1),
            words("i", trade.max(initial=-1) + 1),
        ),
        Targets(
            words("t", targets),
            np.full(targets, ABSENT, np.int32),
            sector,
            words("o", 0),
            words("s", sector.max(initial=-1) + 1),
        ),
    )


def sensitive_of(tables: Tables) -> set[int]:
    return {code for code, word in enumerate(tables.targets.sectors) if str(word).rpartition(" ")[0] in SENSITIVE}


def honest(seed: int, background: Background = Background.COMMUNITIES, **more: int) -> World:
    return made(replace(HONEST, seed=seed, background=background, **more))


def holders(layer: Layer, least: int = 2) -> set[frozenset[int]]:
    """The sets of accounts that share a value."""
    groups: dict[int, set[int]] = {}
    for account, value in zip(layer.account.tolist(), layer.value.tolist(), strict=True):
        groups.setdefault(value, set()).add(account)
    return {frozenset(group) for group in groups.values() if len(group) >= least}


def named(layer: Layer, word: str) -> list[int]:
    """The accounts that hold the value of that name."""
    assert layer.words is not None
    return layer.account[layer.words[layer.value] == word].tolist()


def group_of(layer: Layer, account: int) -> set[int]:
    """Everybody who shares a value with the account."""
    return set().union(*(group for group in holders(layer) if account in group), set())
