"""The operation: on which lists its personas work, and the cover under which they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import numpy as np

from counterlure.errors import CounterlureError
from counterlure.simulate.worlds.background import Ground
from counterlure.simulate.worlds.draw import DAY, START, by_weight, generator, seconds, weighted
from counterlure.simulate.worlds.fields import FIELDS, SENSITIVE_CODES
from counterlure.simulate.worlds.honest import Added, Numbers
from counterlure.simulate.worlds.spec import DAYS, Case, Shape, WorldSpec

_LEADS = 5  # one ring member in five leads
_CLOSED = 0.8  # share of the leaders that a supporter contacts
_SUPPORT = 4  # a supporter has a fourth of a leader's list contacts


@dataclass(frozen=True, slots=True)
class Operation:
    """Personas and their contacts. group : shape (personas,). leaders : personas that are contacted as targets, too.

    In `contacts` the n-th persona is account `accounts + n` and the n-th leader target `targets + n`: they come after
    those of the background.
    """

    group: Numbers
    leaders: Numbers
    contacts: Added


def operation(spec: WorldSpec, ground: Ground) -> Operation:
    """Who contacts whom and when, list contacts first; nobody where there is no operation."""
    case = spec.case()
    group = np.minimum(np.arange(case.personas) // case.group_size, case.groups - 1)
    rng = generator(spec.seed, "operation")
    leaders = _leaders(group) if spec.operation is Shape.RINGS else np.zeros(0, np.int64)
    chosen = _chosen(rng, spec, ground, case, group, leaders)
    sizes = np.array([people.size for people in chosen], np.int64)
    cover = rng.poisson(sizes * spec.camouflage / (1 - spec.camouflage))
    number = spec.accounts + np.arange(case.personas)
    account = np.repeat(number, sizes)
    at = _moments(generator(spec.seed, "pace"), spec, np.repeat(group, sizes))
    strangers = _strangers(rng, spec, ground, int(cover.sum()))
    contacts = Added(
        account=np.concatenate([account, np.repeat(number, cover)]),
        target=np.concatenate([np.zeros(0, np.int64), *chosen, strangers]),
        at=np.concatenate([at, seconds(rng, strangers.size, 0, DAYS)]),
        listed=np.arange(account.size + strangers.size) < account.size,
    )
    return Operation(group, leaders, contacts)


def _strangers(rng: np.random.Generator, spec: WorldSpec, ground: Ground, n: int) -> Numbers:
    return by_weight(rng, ground.popularity, n) if spec.popular_cover else rng.integers(0, spec.targets, n)


def _chosen(
    rng: np.random.Generator, spec: WorldSpec, ground: Ground, case: Case, group: Numbers, leaders: Numbers
) -> list[Numbers]:
    """The list contacts of each persona."""
    k = case.list_contacts
    match spec.operation:
        case Shape.NONE:
            return []
        case Shape.SEED:
            lists = _lists(rng, spec, ground, case)
            return [rng.choice(lists[g], k, replace=False) for g in group]
        case Shape.RINGS:
            return _ring(rng, _lists(rng, spec, ground, case), k, group, leaders, spec.targets)
        case Shape.BODY:
            bodies = _bodies(rng, ground, case)
            return [rng.choice(bodies[g], k, replace=False) for g in group]
        case Shape.TOPIC:
            return _topic(rng, ground, case)
        case Shape.DISJOINT:
            return list(_people(rng, spec, ground, case.personas * k).reshape(case.personas, k))
        case other:
            assert_never(other)


def _people(rng: np.random.Generator, spec: WorldSpec, ground: Ground, n: int) -> Numbers:
    """`n` people whom an operation seeks, in no order: popular ones more than others, as the square root of popularity.

    With the layer "target_mix", `layer_share` of them work in sensitive fields and the others do not.
    """
    weight = np.sqrt(ground.popularity)
    if "target_mix" not in spec.layers:
        return weighted(rng, weight, n)
    found = []
    inside = round(n * spec.layer_share)
    for there, wanted in ((ground.sensitive, inside), (~ground.sensitive, n - inside)):
        open_to_it = np.flatnonzero(there)
        if open_to_it.size < wanted:
            raise CounterlureError(
                f"this world cannot be made: {wanted} people are sought among {open_to_it.size}, for the layer"
                " target_mix; ask for fewer people, more targets or another layer_share"
            )
        found.append(open_to_it[weighted(rng, weight[open_to_it], wanted)])
    return rng.permutation(np.concatenate(found))


def _lists(rng: np.random.Generator, spec: WorldSpec, ground: Ground, case: Case) -> Numbers:
    """A private list per group, shape (groups, list_length)."""
    return _people(rng, spec, ground, case.groups * case.list_length).reshape(case.groups, case.list_length)


def _bodies(rng: np.random.Generator, ground: Ground, case: Case) -> list[Numbers]:
    """An organisation per group, and as many of its people as a list holds."""
    staff = np.bincount(ground.organisation[ground.organisation >= 0], minlength=ground.organisations)
    large = np.flatnonzero(staff >= case.list_length)
    if large.size < case.groups:
        raise CounterlureError(
            f"this world cannot be made: {case.groups} organisations of {case.list_length} people are sought,"
            f" {large.size} are as large, the largest has {staff.max()}; ask for fewer operation_targets"
        )
    bodies = rng.choice(large, case.groups, replace=False)
    return [rng.choice(np.flatnonzero(ground.organisation == b), case.list_length, replace=False) for b in bodies]


def _topic(rng: np.random.Generator, ground: Ground, case: Case) -> list[Numbers]:
    """People of one sensitive field, chosen by each persona for itself."""
    people = ground.field_people(int(rng.choice(SENSITIVE_CODES)))
    if people.size < case.list_contacts:
        raise CounterlureError(
            f"this world cannot be made: {case.list_contacts} people of one of {len(FIELDS)} fields are sought, and it"
            f" has {people.size}; ask for more targets or fewer list_contacts"
        )
    weight = np.sqrt(ground.popularity[people])
    return [people[weighted(rng, weight, case.list_contacts)] for _ in range(case.personas)]


def _leaders(group: Numbers) -> Numbers:
    """The first members of each ring, at least one."""
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    sizes = np.bincount(group)
    return np.concatenate(
        [start + np.arange(max(1, size // _LEADS)) for start, size in zip(starts, sizes, strict=True)]
    )


def _ring(
    rng: np.random.Generator, lists: Numbers, k: int, group: Numbers, leaders: Numbers, first_profile: int
) -> list[Numbers]:
    """Leaders work the list; supporters contact most leaders of their ring, and a few people on the list."""
    chosen = []
    for persona, ring in enumerate(group):
        people = lists[ring]
        if persona in leaders:
            chosen.append(rng.choice(people, k, replace=False))
            continue
        profiles = first_profile + np.flatnonzero(group[leaders] == ring)
        liked = rng.choice(profiles, max(1, round(_CLOSED * profiles.size)), replace=False)
        chosen.append(np.concatenate([liked, rng.choice(people, max(1, k // _SUPPORT), replace=False)]))
    return chosen


def _moments(rng: np.random.Generator, spec: WorldSpec, group: Numbers) -> Numbers:
    """When list contacts fall, one per entry of group: in the window, or, with "burst", in hours the group shares."""
    at = seconds(rng, group.size, spec.window_start_day, spec.window_days)
    if "burst" not in spec.layers or not group.size:
        return at
    hours = rng.integers(0, spec.window_days * 24, (int(group.max()) + 1, spec.burst_hours))
    hour = hours[group, rng.integers(0, spec.burst_hours, group.size)]
    together = START + spec.window_start_day * DAY + hour * 3600 + rng.integers(0, 3600, group.size)
    return np.where(rng.random(group.size) < spec.layer_share, together, at)
