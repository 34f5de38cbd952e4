"""One world: honest accounts and an operation, mixed so that a number tells nothing, as tables with their truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from counterlure.network.model import ABSENT, Accounts, Contacts, Ints, Tables, Targets, Words
from counterlure.simulate.worlds.background import Ground, ground, honest_contacts
from counterlure.simulate.worlds.claims import Claims, claims
from counterlure.simulate.worlds.draw import generator, keys, places
from counterlure.simulate.worlds.fields import FIELDS, sector_word
from counterlure.simulate.worlds.honest import Added, Team, teams
from counterlure.simulate.worlds.personas import Operation, operation
from counterlure.simulate.worlds.spec import WorldSpec

Number = TypeVar("Number", np.int32, np.int64)
_SPARSE = 4  # keys are numbered this much wider than there are honest ones, so that others fit in between


@dataclass(frozen=True, slots=True)
class Truth:
    """What was planted. operation : per account, number of its group in the operation, or `ABSENT` where honest.

    team : per account, number of its honest team or `ABSENT`. team_kinds : what each team is: "recruiters",
    "conference", "alumni", "territory". list_contact : per contact, whether it serves the list of an operation.
    """

    operation: Ints
    team: Ints
    team_kinds: tuple[str, ...]
    list_contact: NDArray[np.bool_]

    @property
    def personas(self) -> NDArray[np.int64]:
        """The accounts of the operation, ascending."""
        return np.flatnonzero(self.operation != ABSENT)


@dataclass(frozen=True, slots=True)
class World:
    """What a platform would hold, and what nobody on it would know."""

    spec: WorldSpec
    tables: Tables
    truth: Truth


def world(spec: WorldSpec) -> World:
    """The world of a specification, the same one each time.

    Each part has a generator of its own, so an operation changes no key, claim or contact of an honest account.
    """
    land = ground(spec)
    honest = teams(spec, land)
    planted = operation(spec, land)
    said = claims(spec, land, honest, planted.group)
    numbering = _Numbering(spec, planted)
    contacts, listed = _contacts(spec, land, honest, planted, numbering)
    tables = Tables(contacts, _accounts(spec, said, numbering), _targets(spec, land, numbering))
    return World(spec, tables, _truth(honest, planted, numbering, listed))


class _Numbering:
    """Where each account and target stands once all are sorted by key; honest ones keep their order."""

    def __init__(self, spec: WorldSpec, planted: Operation) -> None:
        self.account_numbers, self.account = _mixed(spec, "accounts", spec.accounts, planted.group.size)
        self.target_numbers, self.target = _mixed(spec, "targets", spec.targets, planted.leaders.size)


def _mixed(spec: WorldSpec, part: str, honest: int, added: int) -> tuple[Ints, Ints]:
    """(numbers in the keys, ascending; place in that order of each thing, honest ones first)."""
    numbers = np.concatenate(places(generator(spec.seed, part), _SPARSE * honest, honest, added))
    order = np.argsort(numbers)
    place = np.empty(order.size, np.int32)
    place[order] = np.arange(order.size, dtype=np.int32)
    return numbers[order], place


def _contacts(
    spec: WorldSpec, land: Ground, honest: list[Team], planted: Operation, numbering: _Numbering
) -> tuple[Contacts, NDArray[np.bool_]]:
    """All contacts by account, then target, each pair once; of a pair made twice, the background's, then a list's."""
    account, target, at = honest_contacts(spec, land)
    more = Added.join([*(team.contacts for team in honest), planted.contacts])
    width = np.int64(numbering.target.size)
    pair = numbering.account[account].astype(np.int64) * width + numbering.target[target]
    extra = numbering.account[more.account].astype(np.int64) * width + numbering.target[more.target]
    first = np.unique(extra, return_index=True)[1]
    added = extra[first]
    where = np.searchsorted(pair, added)
    new = pair[np.minimum(where, pair.size - 1)] != added
    where, added, first = where[new], added[new], first[new]
    pair = np.insert(pair, where, added)
    one, other = np.divmod(pair, width)
    contacts = Contacts(one.astype(np.int32), other.astype(np.int32), np.insert(at, where, more.at[first]))
    return contacts, np.insert(np.zeros(at.size, bool), where, more.listed[first])


def _accounts(spec: WorldSpec, said: Claims, numbering: _Numbering) -> Accounts:
    rng = generator(spec.seed, "employer numbers")
    numbers = np.concatenate(places(rng, _SPARSE * spec.accounts, said.honest_employers, said.invented_employers))
    employer, employers = _coded(said.employer, keys("e", numbers))
    industry, industries = _coded(said.industry, np.array(FIELDS, dtype=object))
    place = numbering.account
    return Accounts(
        key=keys("a", numbering.account_numbers),
        created_at=_placed(said.created_at, place),
        employer=_placed(employer, place),
        industry=_placed(industry, place),
        employers=employers,
        industries=industries,
    )


def _targets(spec: WorldSpec, land: Ground, numbering: _Numbering) -> Targets:
    """The background's targets, and the profiles of leaders, each in the sector of somebody drawn at random."""
    leaders = numbering.target.size - spec.targets
    like = generator(spec.seed, "profiles of leaders").integers(0, spec.targets, leaders)
    organisation, organisations = _coded(
        np.concatenate([land.organisation, land.organisation[like]]), keys("o", np.arange(land.organisations))
    )
    sector, sectors = _coded(
        np.concatenate([land.sector, land.sector[like]]),
        np.array([sector_word(number) for number in range(land.sectors)], dtype=object),
    )
    place = numbering.target
    return Targets(
        key=keys("t", numbering.target_numbers),
        organisation=_placed(organisation, place),
        sector=_placed(sector, place),
        organisations=organisations,
        sectors=sectors,
    )


def _coded(values: NDArray[Number], words: Words) -> tuple[Ints, Words]:
    """Codes that number the words in use in their order, and these words."""
    used = np.unique(values[values != ABSENT])
    order = np.argsort(words[used])
    code = np.full(words.size + 1, ABSENT, np.int32)  # the last place stands for what is untold
    code[used[order]] = np.arange(used.size, dtype=np.int32)
    return code[values], words[used[order]]


def _placed(values: NDArray[Number], place: Ints) -> NDArray[Number]:
    """Values in the order of keys."""
    found = np.empty_like(values)
    found[place] = values
    return found


def _truth(honest: list[Team], planted: Operation, numbering: _Numbering, listed: NDArray[np.bool_]) -> Truth:
    place = numbering.account
    group = np.full(place.size, ABSENT, np.int32)
    group[place[place.size - planted.group.size :]] = planted.group
    team = np.full(place.size, ABSENT, np.int32)
    for number, members in enumerate(honest):
        team[place[members.members]] = number
    return Truth(group, team, tuple(members.kind for members in honest), listed)
