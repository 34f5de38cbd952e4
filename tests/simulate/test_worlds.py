"""Event worlds hold what their specification says, whatever else is drawn beside it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.errors import CounterlureError
from counterlure.network.model import ABSENT
from counterlure.simulate.worlds import FULL_SCALE, LAYERS, Background, Shape, World, WorldSpec, world
from counterlure.simulate.worlds.background import ground
from counterlure.simulate.worlds.fields import FIELDS, SENSITIVE
from counterlure.simulate.worlds.spec import DAYS

SMALL = WorldSpec(accounts=1500, targets=60_000, contacts=30_000, sectors=300, operation=Shape.NONE, seed=3)
PLANTED = replace(SMALL, operation=Shape.SEED, personas=100, list_contacts=15)
SHAPES = [shape for shape in Shape if shape is not Shape.NONE]
DAY = 86_400
START = 1_735_689_600

made = cache(world)


def planted(shape: Shape, **changes: object) -> World:
    return made(replace(SMALL, operation=shape, **changes))


def contacts(w: World) -> set[tuple[str, str, int]]:
    found = w.tables.contacts
    return set(
        zip(
            w.tables.accounts.key[found.account],
            w.tables.targets.key[found.target],
            found.first_at.tolist(),
            strict=True,
        )
    )


def words(codes: np.ndarray, values: np.ndarray) -> list[str | None]:
    return [None if code == ABSENT else values[code] for code in codes]


def claims(w: World) -> dict[str, tuple[int, str | None, str | None]]:
    a = w.tables.accounts
    said = zip(a.created_at.tolist(), words(a.employer, a.employers), words(a.industry, a.industries), strict=True)
    return dict(zip(a.key, said, strict=True))


def people(w: World) -> dict[str, tuple[str | None, str | None]]:
    t = w.tables.targets
    return dict(
        zip(
            t.key,
            zip(words(t.organisation, t.organisations), words(t.sector, t.sectors), strict=True),
            strict=True,
        )
    )


def lists(w: World) -> list[np.ndarray]:
    """The list contacts of each persona."""
    found, listed = w.tables.contacts, w.truth.list_contact
    return [found.target[listed & (found.account == persona)] for persona in w.truth.personas]


def fields(w: World, targets: np.ndarray) -> list[str]:
    """The field of each target."""
    t = w.tables.targets
    return [str(t.sectors[code]).rpartition(" ")[0] for code in t.sector[targets]]


@pytest.mark.parametrize("shape", SHAPES)
def test_an_operation_leaves_every_honest_account_as_it_was(shape: Shape) -> None:
    empty, full = made(SMALL), planted(shape, layers=LAYERS)
    personas = set(full.tables.accounts.key[full.truth.personas])
    assert personas
    assert {row for row in contacts(full) if row[0] not in personas} == contacts(empty)
    assert {key: said for key, said in claims(full).items() if key not in personas} == claims(empty)
    assert people(empty).items() <= people(full).items()


def test_honest_teams_add_contacts_and_change_none() -> None:
    assert contacts(made(SMALL)) < contacts(
        made(replace(SMALL, teams=5, conferences=3, alumni_drives=2, territories=2))
    )


def test_another_seed_is_another_world() -> None:
    assert not contacts(made(SMALL)) & contacts(made(replace(SMALL, seed=4)))


def test_contacts_are_sorted_and_each_pair_is_there_once() -> None:
    found = made(PLANTED).tables.contacts
    pair = found.account.astype(np.int64) * 10**6 + found.target
    assert (np.diff(pair) > 0).all()
    assert found.account.dtype == found.target.dtype == np.int32
    assert found.first_at.dtype == np.int64


def test_keys_sort_as_their_numbers() -> None:
    tables = made(PLANTED).tables
    for letter, key in (("a", tables.accounts.key), ("t", tables.targets.key)):
        assert list(key) == sorted(key)
        assert all(k[0] == letter and len(k) == 8 for k in key)


def test_codes_number_the_words_in_use_in_their_order() -> None:
    tables = planted(Shape.SEED, personas=100, layers=LAYERS).tables
    a, t = tables.accounts, tables.targets
    coded = (
        (a.employer, a.employers),
        (a.industry, a.industries),
        (t.organisation, t.organisations),
        (t.sector, t.sectors),
    )
    for codes, values in coded:
        assert list(values) == sorted(set(values))
        assert set(codes[codes != ABSENT].tolist()) == set(range(values.size))


def test_degrees_are_those_asked_for_and_fall_as_a_power_law() -> None:
    w = made(WorldSpec(accounts=20_000, targets=100_000, contacts=1_000_000, operation=Shape.NONE))
    per_account = np.bincount(w.tables.contacts.account, minlength=20_000)
    per_target = np.bincount(w.tables.contacts.target, minlength=100_000)
    assert 0.95 * 10**6 < per_account.sum() <= 1.01 * 10**6
    for degree, exponent, low in ((per_account, 2.2, 40), (per_target, 2.3, 20)):
        tail = degree[degree >= low]
        assert 1 + tail.size / np.log(tail / (low - 0.5)).sum() == pytest.approx(exponent, abs=0.12)


def test_accounts_of_communities_keep_most_contacts_at_home() -> None:
    spec = WorldSpec(accounts=2000, targets=40_000, contacts=40_000, sectors=40, operation=Shape.NONE)
    home = ground(spec).home  # honest accounts keep their order
    for background, low, high in ((Background.COMMUNITIES, 0.57, 0.67), (Background.PLAIN, 0, 0.09)):
        w = made(replace(spec, background=background))
        found, t = w.tables.contacts, w.tables.targets
        sector = np.array([int(word[-4:]) for word in t.sectors])[t.sector]
        assert low < (home[found.account] == sector[found.target]).mean() < high


def test_an_industry_is_loosely_tied_to_the_home_sector() -> None:
    a = made(SMALL).tables.accounts
    told = a.industry != ABSENT
    home = ground(SMALL).home % len(FIELDS)
    same = np.array([FIELDS.index(word) for word in a.industries])[a.industry] == home
    assert 0.8 < told.mean() < 0.95
    assert 0.55 < same[told].mean() < 0.75


def test_honest_accounts_were_created_over_years_and_work_for_many_employers() -> None:
    a = made(WorldSpec(operation=Shape.NONE, contacts=100_000)).tables.accounts
    age_days = (START - a.created_at) / DAY
    assert age_days.min() > 0
    assert np.percentile(age_days, 99) > 10 * 365
    assert np.bincount((age_days // 14).astype(int)).max() < 0.02 * age_days.size
    size = np.sort(np.bincount(a.employer[a.employer != ABSENT]))[::-1]
    assert size.size > 1000
    assert size[0] > 50 * np.median(size)
    assert 0.05 < (a.employer == ABSENT).mean() < 0.11


def test_a_persona_spends_the_stated_share_of_its_contacts_on_strangers() -> None:
    for camouflage in (0.0, 0.5, 0.7):
        w = made(replace(PLANTED, camouflage=camouflage))
        of_personas = np.isin(w.tables.contacts.account, w.truth.personas)
        assert w.truth.list_contact[of_personas].mean() == pytest.approx(1 - camouflage, abs=0.02)
        assert not w.truth.list_contact[~of_personas].any()


def test_cover_is_spread_evenly_unless_popular_people_are_asked_for() -> None:
    popularity = np.bincount(made(SMALL).tables.contacts.target, minlength=SMALL.targets)
    reached = []
    for popular_cover in (False, True):
        w = made(replace(PLANTED, popular_cover=popular_cover))
        cover = np.isin(w.tables.contacts.account, w.truth.personas) & ~w.truth.list_contact
        reached.append(popularity[w.tables.contacts.target[cover]].mean())
    assert reached[0] < 1.5 * popularity.mean()
    assert reached[1] > 5 * popularity.mean()


def test_list_contacts_fall_into_the_window_and_cover_over_the_year() -> None:
    w = made(replace(PLANTED, window_start_day=40, window_days=30))
    day = (w.tables.contacts.first_at - START) / DAY
    listed = day[w.truth.list_contact]
    assert 40 <= listed.min() < 41
    assert 69 < listed.max() < 70
    cover = day[np.isin(w.tables.contacts.account, w.truth.personas) & ~w.truth.list_contact]
    assert cover.min() < 5
    assert cover.max() > DAYS - 5
    assert day.min() >= 0
    assert day.max() < DAYS


def test_the_personas_of_a_block_share_one_list() -> None:
    w = planted(Shape.SEED)
    assert w.truth.personas.size == 500
    assert all(people.size == 20 for people in lists(w))
    assert 3500 < np.unique(np.concatenate(lists(w))).size <= 4000


def test_groups_work_private_lists() -> None:
    w = planted(Shape.SEED, personas=100, group_size=20, list_contacts=30)
    group = w.truth.operation[w.truth.personas]
    assert np.bincount(group).tolist() == [20] * 5
    held = [set(np.concatenate([p for p, g in zip(lists(w), group, strict=True) if g == n]).tolist()) for n in range(5)]
    assert all(len(people) <= 160 for people in held)
    assert len(set().union(*held)) == sum(map(len, held))


def test_the_last_group_takes_those_left_over() -> None:
    w = planted(Shape.SEED, personas=50, group_size=20, list_contacts=5)
    assert np.bincount(w.truth.operation[w.truth.personas]).tolist() == [20, 30]


def test_supporters_of_a_ring_contact_its_leaders_and_few_others() -> None:
    w = planted(Shape.RINGS)
    found = w.tables.contacts
    fans = np.isin(found.account, w.truth.personas) & w.truth.list_contact
    known = people(made(SMALL))
    profiles = np.array([number for number, key in enumerate(w.tables.targets.key) if key not in known])
    assert (w.truth.personas.size, profiles.size) == (25, 5)
    per_persona = np.array([np.isin(chosen, profiles).sum() for chosen in lists(w)])
    assert sorted(per_persona.tolist()) == [0] * 5 + [4] * 20
    assert not np.isin(found.target[~fans], profiles).any()


def test_every_group_on_a_body_works_one_organisation_of_its_own() -> None:
    w = planted(Shape.BODY, personas=24, group_size=12)
    of = w.tables.targets.organisation
    group = w.truth.operation[w.truth.personas]
    bodies = [{int(of[t]) for p, g in zip(lists(w), group, strict=True) if g == n for t in p} for n in (0, 1)]
    assert [len(body) for body in bodies] == [1, 1]
    assert bodies[0] != bodies[1]
    assert ABSENT not in bodies[0] | bodies[1]


def test_personas_of_a_topic_share_a_sensitive_field_and_no_list() -> None:
    w = planted(Shape.TOPIC, personas=10, list_contacts=5)
    chosen = np.concatenate(lists(w))
    assert len(set(fields(w, chosen))) == 1
    assert set(fields(w, chosen)) <= set(SENSITIVE)
    assert np.unique(chosen).size > 0.7 * chosen.size


def test_disjoint_lists_share_nobody() -> None:
    w = planted(Shape.DISJOINT)
    chosen = lists(w)
    assert [people.size for people in chosen] == [8] * 500
    assert np.unique(np.concatenate(chosen)).size == 4000


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_shows_one_sign_and_leaves_the_others(layer: str) -> None:
    signs = {name: (_sign(name, planted(Shape.DISJOINT)), _sign(name, planted(Shape.DISJOINT, layers=(layer,))))
             for name in LAYERS}  # fmt: skip
    without, shown = signs.pop(layer)
    assert without < 0.4 < 0.75 < shown
    assert all(abs(plain - beside) < 0.15 for plain, beside in signs.values())


def _sign(layer: str, w: World) -> float:
    """How much of an operation shows a sign: share of personas, or of list contacts."""
    a, personas = w.tables.accounts, w.truth.personas
    if layer == "created":
        days = np.sort(a.created_at[personas]) / DAY
        return max(np.searchsorted(days, day + 14) - i for i, day in enumerate(days)) / days.size
    if layer == "employer":
        honest = np.delete(np.arange(a.key.size), personas)
        return float(np.mean((a.employer[personas] != ABSENT) & ~np.isin(a.employer[personas], a.employer[honest])))
    if layer == "target_mix":
        return float(np.mean([field in SENSITIVE for field in fields(w, np.concatenate(lists(w)))]))
    hours = np.bincount((w.tables.contacts.first_at[w.truth.list_contact] - START) // 3600)
    return float(np.sort(hours)[::-1][:24].sum() / hours.sum())


def test_invented_employers_are_few_and_sign_like_any_other() -> None:
    w = planted(Shape.DISJOINT, layers=("employer",))
    a = w.tables.accounts
    honest = np.delete(np.arange(a.key.size), w.truth.personas)
    invented = [word for code, word in enumerate(a.employers) if code not in a.employer[honest]]
    assert 1 <= len(invented) <= 12
    assert all(word[0] == "e" and len(word) == 8 for word in invented)


def test_numbers_of_accounts_do_not_tell_personas() -> None:
    middle = []
    for seed in range(12):
        w = made(replace(SMALL, operation=Shape.RINGS, personas=300, seed=seed))
        place = w.truth.personas / w.tables.accounts.key.size
        number = np.array([int(key[1:]) for key in w.tables.accounts.key[w.truth.personas]])
        middle.append((place.mean(), number.mean() / (4 * SMALL.accounts), place.min(), 1 - place.max()))
    means = np.array(middle).mean(axis=0)
    assert means[:2] == pytest.approx(0.5, abs=0.02)
    assert (means[2:] < 0.02).all()


def test_honest_teams_are_what_they_are_called() -> None:
    w = made(replace(SMALL, accounts=4000, contacts=60_000, teams=20, conferences=10, alumni_drives=10, territories=10))
    assert [w.truth.team_kinds.count(k) for k in ("recruiters", "conference", "alumni", "territory")] == [
        20,
        10,
        10,
        10,
    ]
    assert (w.truth.operation == ABSENT).all()
    for number, kind in enumerate(w.truth.team_kinds):
        members = np.flatnonzero(w.truth.team == number)
        employers = set(w.tables.accounts.employer[members].tolist())
        assert 5 <= members.size < 40
        assert len(employers) == 1 if kind != "conference" else len(employers) > 1


def test_recruiters_work_one_list_and_sellers_hardly_meet() -> None:
    from counterlure.simulate.worlds.honest import teams

    spec = replace(SMALL, accounts=4000, contacts=60_000, sectors=60, teams=20, conferences=20, territories=20)
    land = ground(spec)
    shared: dict[str, list[float]] = {}
    for team in teams(spec, land):
        hits = np.bincount(np.unique(team.contacts.target, return_inverse=True)[1])
        shared.setdefault(team.kind, []).append((hits > 1).mean())
        if team.kind == "conference":
            assert np.ptp(team.contacts.at) < 21 * DAY
            assert len(set((land.sector[team.contacts.target] % len(FIELDS)).tolist())) == 1
        else:
            assert len(set(land.sector[team.contacts.target].tolist())) == 1
    assert np.mean(shared["recruiters"]) > 2.5 * np.mean(shared["territory"])


def test_the_2018_operation_is_500_accounts_on_4000_people() -> None:
    case = WorldSpec(**FULL_SCALE).case()
    assert (case.personas, case.targets, case.groups) == (500, 4000, 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"accounts": 0}, "accounts is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"contacts": 100}, "ask for more contacts"),
        ({"contacts": 30_000_000}, "would repeat themselves"),
        ({"home_share": 1.5}, "home_share is 1.5"),
        ({"teams": 100}, "the honest teams need up to 4000 accounts"),
        ({"personas": 2000}, "2000 personas do not hide among 1500 accounts"),
        ({"group_size": 101}, "groups of 101 of 100 personas"),
        ({"group_size": 0}, "groups of 0"),
        ({"list_contacts": 0}, "list_contacts is 0"),
        ({"group_size": 20, "list_contacts": 161}, "161 list contacts from a list of 160"),
        ({"operation_targets": 60_001}, "the lists hold 60001 people"),
        ({"camouflage": 1.0}, "camouflage is 1.0"),
        ({"window_start_day": 340, "window_days": 30}, "not inside the 365 days"),
        ({"layers": ("text",)}, "no layer is called text"),
        ({"operation": Shape.NONE}, "no operation to have personas, list_contacts"),
        ({"operation": Shape.DISJOINT, "operation_targets": 9}, "no list in common"),
        ({"burst_hours": 0}, "burst_hours is 0"),
    ],
)
def test_a_world_that_cannot_be_is_refused_with_the_reason(change: dict[str, object], reason: str) -> None:
    with pytest.raises(CounterlureError, match=reason):
        replace(PLANTED, **change)


def test_lists_that_the_targets_cannot_fill_are_refused() -> None:
    with pytest.raises(CounterlureError, match="organisations of 3000 people are sought"):
        planted(Shape.BODY, operation_targets=3000)
    with pytest.raises(CounterlureError, match="people are sought among"):
        planted(Shape.SEED, personas=100, operation_targets=30_000, layers=("target_mix",), layer_share=1.0)
    with pytest.raises(CounterlureError, match="of one of 60 fields are sought"):
        planted(Shape.TOPIC, list_contacts=2000)


@settings(max_examples=40, deadline=None)
@given(
    shape=st.sampled_from(SHAPES),
    background=st.sampled_from(Background),
    personas=st.integers(1, 40),
    list_contacts=st.integers(1, 8),
    group_size=st.integers(1, 40),
    layers=st.sets(st.sampled_from(LAYERS)).map(tuple),
    seed=st.integers(0, 2**40),
)
def test_any_small_world_is_whole(shape, background, personas, list_contacts, group_size, layers, seed) -> None:
    spec = WorldSpec(
        accounts=200, targets=10_000, contacts=2000, sectors=300, background=background, operation=shape,
        personas=personas, list_contacts=list_contacts, group_size=min(group_size, personas), layers=layers, seed=seed,
        operation_targets=None if shape in (Shape.TOPIC, Shape.DISJOINT) else 8 * personas, teams=1, conferences=1,
        alumni_drives=1, territories=1,
    )  # fmt: skip
    try:
        w = world(spec)
    except CounterlureError:
        assert shape is Shape.BODY  # no organisation is as large
        return
    found, accounts = w.tables.contacts, w.tables.accounts.key.size
    assert accounts == 200 + personas == w.truth.operation.size == w.truth.team.size
    assert w.truth.personas.size == personas
    assert (np.diff(found.account.astype(np.int64) * w.tables.targets.key.size + found.target) > 0).all()
    assert found.first_at.size == w.truth.list_contact.size == found.account.size
    assert (w.tables.accounts.created_at < START).all()
    assert {len(people) for people in lists(w)} <= set(range(1, list_contacts + 50))
    assert set(w.truth.operation[w.truth.personas].tolist()) == set(range(spec.case().groups))
