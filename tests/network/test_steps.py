"""The steps against plain counting in Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from itertools import combinations, pairwise
from math import log

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterlure.engine.sql import Engine, open_engine
from counterlure.network import steps
from counterlure.network.steps import Pairs, components, edges, pairs

held = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 15)), unique=True, max_size=80)
links = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).filter(lambda link: link[0] != link[1]), max_size=40)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with closing(open_engine(memory="1GB")) as opened:
        yield opened


def put(
    engine: Engine, rows: list[tuple[int, int]], table: str = "edge", names: tuple[str, str] = ("account", "target")
) -> None:
    columns = np.array(rows, np.int32).reshape(-1, 2)
    engine.put(table, {names[0]: columns[:, 0], names[1]: columns[:, 1]})


def plain_pairs(
    rows: list[tuple[int, int]], cap: int, shared_min: int, surprise_min: float
) -> list[tuple[int, int, int, float]]:
    """What the documentation says, by loops."""
    holders = defaultdict(set)
    for account, value in rows:
        holders[value].add(account)
    holders = {value: who for value, who in holders.items() if 2 <= len(who) <= cap}
    volume = Counter(account for who in holders.values() for account in who)
    total = sum(volume.values())
    meeting = sum(len(who) * (len(who) - 1) for who in holders.values()) / total**2 if total else 0.0
    shared = Counter(pair for who in holders.values() for pair in combinations(sorted(who), 2))
    found = []
    for (one, other), s in sorted(shared.items()):
        l = volume[one] * volume[other] * meeting  # noqa: E741 -- as in the formula
        surprise = round((s * log(s / l) - s + l) / log(10), 6) if s > l else 0.0
        if s >= shared_min and surprise >= surprise_min:
            found.append((one, other, s, surprise))
    return found


def rows_of(found: Pairs) -> list[tuple[int, int, int, float]]:
    return list(
        zip(found.one.tolist(), found.other.tolist(), found.shared.tolist(), found.surprise.tolist(), strict=True)
    )


@quick
@given(held, st.integers(2, 8), st.integers(1, 3), st.sampled_from([0.0, 0.3, 1.0]))
def test_pairs_are_those_that_loops_count(engine: Engine, rows, cap, shared_min, surprise_min) -> None:
    put(engine, rows)
    found = rows_of(pairs(engine, cap, shared_min, surprise_min))
    expected = plain_pairs(rows, cap, shared_min, 0.0)
    near = {pair[:2]: pair for pair in expected if abs(pair[3] - surprise_min) < 2e-6}
    assert [p[:3] for p in found if p[:2] not in near] == [
        p[:3] for p in expected if p[3] >= surprise_min and p[:2] not in near
    ]
    assert [p[3] for p in found] == pytest.approx([p[3] for p in expected if p[:2] in {f[:2] for f in found}], abs=2e-6)


@quick
@given(held)
def test_counting_in_parts_changes_nothing(engine: Engine, rows) -> None:
    put(engine, rows)
    whole = rows_of(pairs(engine, 8, 1, 0.0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "rows_at_once", 5)
        assert rows_of(pairs(engine, 8, 1, 0.0)) == whole


@quick
@given(held, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(engine: Engine, rows, random) -> None:
    put(engine, rows)
    before = rows_of(pairs(engine, 8, 1, 0.0))
    shuffled = random.sample(rows, len(rows))
    put(engine, shuffled)
    assert rows_of(pairs(engine, 8, 1, 0.0)) == before


def test_a_published_shape_two_accounts_with_one_list_stand_out(engine: Engine) -> None:
    rng = np.random.default_rng(0)
    crowd = {(int(a), int(t)) for a, t in zip(rng.integers(2, 300, 3000), rng.integers(0, 2000, 3000), strict=True)}
    listed = {(a, 5_000 + t) for a in (0, 1) for t in range(10)}
    put(engine, sorted(crowd | listed))
    found = pairs(engine, 20)
    best = int(np.argmax(found.surprise))
    assert (found.one[best], found.other[best], found.shared[best]) == (0, 1, 10)


def test_targets_past_the_cap_join_nobody(engine: Engine) -> None:
    put(engine, [(account, target) for account in range(6) for target in range(3)])
    assert pairs(engine, 5, 1, 0.0).one.size == 0
    assert pairs(engine, 6, 1, 0.0).one.size == 15


@pytest.mark.parametrize(("cap", "shared_min"), [(1, 2), (50, 0)])
def test_bounds_without_meaning_are_refused(engine: Engine, cap: int, shared_min: int) -> None:
    with pytest.raises(ValueError, match="at least"):
        pairs(engine, cap, shared_min)


@quick
@given(links)
def test_components_are_those_of_a_plain_search(engine: Engine, rows) -> None:
    put(engine, rows, "pair", ("one", "other"))
    found = components(engine, "pair")
    label = {node: node for link in rows for node in link}
    for _ in label:
        for one, other in rows:
            label[one] = label[other] = min(label[one], label[other])
    assert dict(zip(found["node"].tolist(), found["label"].tolist(), strict=True)) == label
    assert found["node"].tolist() == sorted(label)


def test_a_chain_of_ten_thousand_takes_a_few_rounds(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    order = np.random.default_rng(1).permutation(10_000).tolist()
    put(engine, list(pairwise(order)), "pair", ("one", "other"))
    rounds = []
    monkeypatch.setattr(steps, "_total", lambda *a, count=steps._total: rounds.append(count(*a)) or rounds[-1])
    assert set(components(engine, "pair")["label"].tolist()) == {0}
    assert len(rounds) < 20


def test_a_contact_made_twice_counts_once_and_from_the_first_known_time(engine: Engine) -> None:
    rows = {"account": [0, 0, 0, 1, 1], "target": [5, 5, 5, 5, 6], "first_at": [30, -1, 20, -1, 7]}
    engine.put("contact_row", {name: np.array(column, np.int64) for name, column in rows.items()})
    edges(engine, "contact_row")
    found = engine.arrays("SELECT * FROM edge ORDER BY account, target")
    assert found["first_at"].tolist() == [20, -1, 7]


def test_every_step_file_says_what_it_makes() -> None:
    names = ("edges", "degrees", "capping", "volumes", "chance", "pairs", "scoring", "links", "labels", "above", "hook")
    for name in names:
        assert steps._template(name).template.startswith("-- "), name
