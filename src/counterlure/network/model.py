"""What travels through the room: tables as arrays, layers, groups. Accounts, targets and values are numbers from 0."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from counterlure.model import Skipped

Ints = NDArray[np.int32]
Times = NDArray[np.int64]
Floats = NDArray[np.float64]
Words = NDArray[np.object_]

ABSENT = -1
"""A code or a time that the input does not tell."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """Each account with each target it contacted, once, sorted by account, then target.

    account, target : shape (contacts,). first_at : UTC epoch seconds of the first contact, `ABSENT` where untold.
    """

    account: Ints
    target: Ints
    first_at: Times


@dataclass(frozen=True, slots=True)
class Accounts:
    """One entry per account, in the order of their keys. Codes number the distinct values in their order.

    key : as the input writes it. created_at : UTC epoch seconds or `ABSENT`. employer, industry : codes or `ABSENT`;
    their words are in employers and industries.
    """

    key: Words
    created_at: Times
    employer: Ints
    industry: Ints
    employers: Words
    industries: Words


@dataclass(frozen=True, slots=True)
class Targets:
    """One entry per target, in the order of their keys. organisation, sector : codes or `ABSENT`."""

    key: Words
    organisation: Ints
    sector: Ints
    organisations: Words
    sectors: Words


@dataclass(frozen=True, slots=True)
class Tables:
    """What was read: the three tables, and every row or file that was left out, with the reason."""

    contacts: Contacts
    accounts: Accounts
    targets: Targets
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """Which accounts hold which values, for one kind of evidence; under its null each holds them independently.

    name : "contacts", "employer", "created", "text", "burst" or "target_mix". account, value : shape (held,), sorted
    by account, then value, each pair once. values : how many values there are. words : how to name each value.
    """

    name: str
    account: Ints
    value: Ints
    values: int
    words: Words | None = None


class Kind(StrEnum):
    """What contacts alone allow to say of a group; never that it recruits."""

    COMMERCIAL = "commercial"
    """Coordinated, and open about it: one claimed employer or trade, and lists inside the fields of that trade."""
    UNEXPLAINED = "unexplained"
    """Coordinated, and nothing that the accounts say of themselves explains it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that act together beyond chance.

    accounts : members, ascending. scores : natural logarithm of each member's e-value, leaving its own contacts out.
    chance : of each member, that it belongs, given that the group is one. share : estimated share of each member's
    contacts that belong to the group's list, 0 to 1. targets : the list, ascending. hits : members that contacted each
    of them. log_ratio : natural log-likelihood ratio of the group less the cost of naming it among all groups of its
    size; p_value : at most exp(-log_ratio). layers : log ratio that each layer adds. window : first and last second of
    the period in which it was found, None for all of it.
    """

    accounts: Ints
    scores: Floats
    share: Floats
    targets: Ints
    hits: Ints
    log_ratio: float
    p_value: float
    layers: dict[str, float]
    chance: Floats
    window: tuple[int, int] | None = None
    kind: Kind = Kind.UNEXPLAINED


@dataclass(frozen=True, slots=True)
class Network:
    """The groups, most significant first, and per account its score in [0, 1] and its group (`ABSENT`: none)."""

    groups: tuple[Group, ...]
    score: Floats
    group: Ints
    notes: dict[str, float] = field(default_factory=dict)
