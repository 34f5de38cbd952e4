"""The picture of groups: what belongs together, where it stands, and what is folded so that it stays readable."""

from __future__ import annotations

import json
import time
from collections import Counter
from itertools import combinations
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.model import (
    AccountInfo,
    Assessment,
    CaseInfo,
    Confidence,
    Group,
    Judgement,
    Level,
    Prior,
    Reading,
    Stage,
    TargetInfo,
    target_id,
)  # fmt: skip
from counterlure.workbench.clusters import HUB, PART, clusters
from counterlure.workbench.folding import GLYPHS, MEMBERS
from counterlure.workbench.graph import graph_document
from counterlure.workbench.grouped import ACCOUNTS_SHOWN, CLUSTERS_SHOWN, LONE_SHOWN, graph_table
from counterlure.workbench.layout import disc, packed
from counterlure.workbench.screen import Screen


def assessed(account, *targets, level=Level.WATCH, group=None, stage=Stage.PROBING):
    named = tuple(target_id(t) for t in targets)
    return Assessment(
        account, level, Reading.FRAUD, dict.fromkeys(Reading, 0.2), 0.5, (0.3, 0.7), Confidence.LOW, stage, named, group, ()
    )  # fmt: skip


def judged(*assessments, groups=()):
    accounts = {a.account for a in assessments} | {account for g in groups for account in g.accounts}
    targets = {t for a in assessments for t in a.targets} | {t for g in groups for t in g.targets}
    return Judgement(
        CaseInfo("case", "id", None, 0, "head", {}), 0, "1", Prior({}, {}, {}, "none"),
        {a: AccountInfo(a, f"in:{a}", f"Account Name {a}", None) for a in accounts},
        {t: TargetInfo(t, f"Target Name {t}", None, None) for t in targets},
        tuple(assessments), (), tuple(groups), (), (),
    )  # fmt: skip


def group(name, *accounts, targets=(), p_value=None):
    return Group(name, accounts, tuple(target_id(t) for t in targets), p_value, "detail")


def drawn(j, *unfolded, revealed=frozenset(), lang="en"):
    return graph_document(j, Screen(j, revealed), lang, frozenset(unfolded))


def table(j, lang="en"):
    return graph_table(j, Screen(j, frozenset()), lang)


def by_id(document):
    return {node["id"]: node for node in document["nodes"]}


def joined(document):
    return {(edge["source"], edge["target"]) for edge in document["edges"]}


def star(n, target=1, first=1, **more):
    return [assessed(first + i, target, **more) for i in range(n)]


@st.composite
def judgements(draw):
    levels = st.sampled_from(list(Level))
    sets = st.sets(st.integers(1, 12), max_size=5)
    made = [assessed(i, *sorted(draw(sets)), level=draw(levels)) for i in range(1, draw(st.integers(0, 40)) + 1)]
    members = draw(st.lists(st.sets(st.integers(1, 45), min_size=2, max_size=6), max_size=4))
    groups = [group(f"G-{i:02d}", *sorted(own), targets=sorted(draw(sets))) for i, own in enumerate(members, 1)]
    return judged(*made, groups=groups)


def test_accounts_at_alert_or_watch_members_of_groups_and_whom_they_reached_are_drawn():
    j = judged(
        assessed(1, 1, level=Level.ALERT), assessed(2, 2), assessed(3, 3, level=Level.CLEAR),
        assessed(4, 4, level=Level.CLEAR, group="G-01"), assessed(5, 4, group="G-01"),
        groups=[group("G-01", 4, 5, targets=[4, 5])],
    )  # fmt: skip
    document = drawn(j)
    assert set(by_id(document)) == {"A-0001", "A-0002", "A-0004", "A-0005", "T-0001", "T-0002", "T-0004", "T-0005"}
    assert joined(document) == {("A-0001", "T-0001"), ("A-0002", "T-0002"), ("A-0004", "T-0004"), ("A-0005", "T-0004")}


def test_a_member_that_was_not_assessed_is_drawn_without_level_line_or_dossier():
    j = judged(assessed(1, 1, group="G-01"), groups=[group("G-01", 1, 2, targets=[1])])
    node = by_id(drawn(j))["A-0002"]
    assert "account" not in node
    assert "level" not in node
    assert joined(drawn(j)) == {("A-0001", "T-0001")}
    assert [(m.name, m.number) for m in table(j).blocks[0].members] == [("A-0001", 1), ("A-0002", None)]


def test_nothing_to_draw_is_an_empty_picture_and_an_empty_table():
    j = judged(assessed(1, 1, level=Level.CLEAR))
    document = drawn(j)
    assert document["nodes"] == document["edges"] == document["clusters"] == []
    assert table(j).blocks == table(j).lone == []


def test_names_show_only_where_they_were_revealed():
    j = judged(assessed(1, 1), assessed(2, 1))
    assert "Name" not in json.dumps(drawn(j))
    assert "Name" not in str(table(j))
    nodes = by_id(drawn(j, revealed=frozenset({"A-0001", "T-0001"})))
    assert nodes["A-0001"]["label"] == "A-0001 · Account Name 1"
    assert nodes["T-0001"]["label"] == "T-0001 · Target Name T-0001"
    assert nodes["A-0002"]["label"] == "A-0002"
    assert nodes["A-0002"]["targets"] == ["T-0001 · Target Name T-0001"]


def test_accounts_that_share_targets_are_a_cluster_named_by_the_most_reached_one():
    j = judged(assessed(1, 1, 2), assessed(2, 2, 3), assessed(3, 3, 2), assessed(4, 9))
    found = {c.id: c.accounts for c in clusters(j).all}
    assert found == {"C-T-0002": (1, 2, 3), "C-T-0009": (4,)}


def test_a_target_that_very_many_reached_joins_nobody():
    j = judged(*star(HUB + 1), assessed(900, 1, 2), assessed(901, 1, 2))
    found = {c.id: len(c.accounts) for c in clusters(j).all}
    assert found == {"C-T-0001": HUB + 1, "C-T-0002": 2}


def test_a_component_that_is_too_large_falls_apart_around_its_most_reached_targets():
    ring = [assessed(i, i // 4 + 1, (i + 3) // 4 + 1) for i in range(1, 3 * PART)]
    parts = [len(c.accounts) for c in clusters(judged(*ring)).all]
    assert max(parts) <= HUB
    assert sum(parts) == len(ring)


def test_a_target_stands_in_the_cluster_most_of_whose_accounts_reached_it():
    j = judged(
        assessed(1, 1, 2, group="G-01"), assessed(2, 2, group="G-01"), assessed(3, 1), assessed(4, 1),
        groups=[group("G-01", 1, 2, targets=[1, 2])],
    )  # fmt: skip
    assert {c.id: c.targets for c in clusters(j).all} == {"G-01": ("T-0002",), "C-T-0001": ("T-0001",)}
    assert ("A-0001", "T-0001") in joined(drawn(j))


@given(judgements())
@settings(max_examples=60, deadline=None)
def test_every_account_and_target_is_in_one_cluster_and_every_contact_is_a_line(j):
    c = clusters(j)
    accounts = Counter(a for one in c.all for a in one.accounts)
    targets = Counter(t for one in c.all for t in one.targets)
    assert set(accounts.values()) | set(targets.values()) <= {1}
    grouped = {a for g in j.groups for a in g.accounts}
    assert set(accounts) == grouped | {a.account for a in j.assessments if a.level in (Level.ALERT, Level.WATCH)}
    contacts = {(f"A-{a:04d}", t) for a, reached in c.reached.items() for t in reached}
    assert joined(drawn(j)) == contacts


@given(judgements())
@settings(max_examples=60, deadline=None)
def test_equal_input_gives_equal_bytes_and_glyphs_do_not_lie_on_each_other(j):
    document = drawn(j)
    assert json.dumps(document) == json.dumps(drawn(j))
    for one, other in combinations(document["nodes"], 2):
        assert hypot(one["x"] - other["x"], one["y"] - other["y"]) > 0.45, (one["id"], other["id"])
    for one, other in combinations(document["clusters"], 2):
        assert hypot(one["x"] - other["x"], one["y"] - other["y"]) > one["r"] + other["r"] - 0.1


@given(judgements(), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_groups_does_not_change_the_picture(j, random):
    groups = list(j.groups)
    random.shuffle(groups)
    other = judged(*j.assessments, groups=groups)
    assert drawn(other) == drawn(j)


@given(st.lists(st.floats(0.5, 9, allow_nan=False), max_size=60))
@settings(deadline=None)
def test_discs_are_packed_beside_each_other(radii):
    places = packed(radii)
    for (a, p), (b, q) in combinations(zip(radii, places, strict=True), 2):
        assert hypot(p[0] - q[0], p[1] - q[1]) >= a + b


def test_the_first_discs_are_in_the_middle():
    far = [hypot(*place) for place in packed([1.0] * 200)]
    assert max(far[:20]) < min(far[-20:])


def test_accounts_stand_around_their_targets_beside_those_that_reached_the_same():
    around = [f"a{i}" for i in range(40)]
    middle = [f"t{i}" for i in range(8)]
    placed = disc(middle, around, [(a, middle[i % 8]) for i, a in enumerate(around)])
    place = placed.places
    near = [hypot(*(p - q for p, q in zip(place[a], place[middle[i % 8]], strict=True))) for i, a in enumerate(around)]
    assert max(hypot(*place[t]) for t in middle) < min(hypot(*place[a]) for a in around)
    assert sum(near) / len(near) < 0.6 * placed.radius


@pytest.mark.parametrize(
    ("inner", "outer"), [(0, 3), (0, 90), (5, 0), (1, 1), (1, 140), (2, 3), (7, 50), (60, 349), (400, 400)]
)
def test_no_glyph_of_a_disc_covers_another(inner, outer):
    middle, around = [f"t{i}" for i in range(inner)], [f"a{i}" for i in range(outer)]
    placed = disc(middle, around, [(a, middle[i * 7 % inner]) for i, a in enumerate(around) if middle])
    assert min(hypot(p[0] - q[0], p[1] - q[1]) for p, q in combinations(placed.places.values(), 2)) > 0.75
    assert max(hypot(*place) for place in placed.places.values()) < placed.radius


def test_a_hub_is_drawn_with_its_number_and_its_lines_only_when_asked_for():
    j = judged(*star(HUB + 5))
    document = drawn(j)
    assert document["hubs"] == {"T-0001": HUB + 5}
    assert document["edges"] == []
    assert by_id(document)["T-0001"]["label"] == f"T-0001 · {HUB + 5} accounts"
    assert any("More than 40 lines" in sentence for sentence in document["told"])
    opened = drawn(j, "T-0001")
    assert len(opened["edges"]) == HUB + 5
    assert opened["hubs"] == {}


@pytest.fixture(scope="module")
def large():
    """60 groups of growing size, each with its targets, and 1,500 accounts on their own."""
    made, groups, account, target = [], [], 1, 1
    for g in range(60):
        own, reached = range(account, account + 3 + 2 * g), list(range(target, target + 2 + g))
        made += [assessed(a, *reached[a % len(reached) :][:2], group=f"G-{g:02d}") for a in own]
        groups.append(group(f"G-{g:02d}", *own, targets=reached, p_value=0.0004))
        account, target = own.stop, reached[-1] + 1
    made += [assessed(account + i, target + i) for i in range(1_500)]
    return judged(*made, groups=groups)


def test_the_largest_clusters_are_one_glyph_each_where_there_would_be_too_many(large):
    document = drawn(large)
    assert len(document["nodes"]) <= GLYPHS
    assert document["folded"]
    folded = set(document["folded"])
    sizes = {g.id: len(g.accounts) for g in large.groups}
    assert min(sizes[name] for name in folded) > max(n for name, n in sizes.items() if name not in folded)
    node = by_id(document)["G-59"]
    assert node["kind"] == "cluster"
    assert node["label"] == "G-59 · 121 accounts"
    assert node["n"] == 121
    assert f"Clusters drawn as one glyph each: {len(folded)}; click on one to open it." in document["told"]


def test_a_folded_cluster_opens_and_the_picture_still_has_room(large):
    document = drawn(large, "G-59")
    assert len(document["nodes"]) <= GLYPHS
    assert "G-59" not in document["folded"]
    assert sum(n["cluster"] == "G-59" and n["kind"] == "account" for n in document["nodes"] if "cluster" in n) == 121


def test_whoever_is_searched_is_shown_whatever_it_was_folded_into(large):
    last = large.assessments[-1]
    name = f"A-{last.account:04d}"
    assert name not in by_id(drawn(large))
    assert "rest" in by_id(drawn(large))
    assert name in by_id(drawn(large, name))
    assert last.targets[0] in by_id(drawn(large, last.targets[0]))
    assert drawn(large, "A-9999") == drawn(large)


def test_an_open_cluster_beyond_measure_shows_its_first_members_and_whoever_is_searched():
    own = range(1, 3 * MEMBERS)
    j = judged(*(assessed(a, a, group="G-01") for a in own), groups=[group("G-01", *own)])
    document = drawn(j, "G-01")
    shown = by_id(document)
    assert len(shown) == 2 * MEMBERS + 1
    assert shown["G-01+"]["n"] == len(own) - MEMBERS
    assert f"A-{own[-1]:04d}" not in shown
    assert f"A-{own[-1]:04d}" in by_id(drawn(j, f"A-{own[-1]:04d}"))


def test_lines_of_folded_clusters_are_added_up(large):
    document = drawn(large)
    nodes = by_id(document)
    assert all(edge["source"] in nodes and edge["target"] in nodes for edge in document["edges"])
    assert all(edge["source"] != edge["target"] for edge in document["edges"])


def test_the_table_says_per_cluster_what_shows_it_how_deep_and_who(large):
    j = judged(
        assessed(1, 1, level=Level.ALERT, group="G-01", stage=Stage.COERCION), assessed(2, 2, group="G-01"),
        assessed(3, 5, group="G-02"), assessed(4, 5, group="G-02"), assessed(5, 7), assessed(6, 7), assessed(7, 8),
        groups=[group("G-01", 1, 2, targets=[1, 2], p_value=0.0004), group("G-02", 3, 4, targets=[5])],
    )  # fmt: skip
    told = table(j)
    first, second, third = told.blocks
    assert (first.id, first.p_value, first.stage) == ("G-01", "4.0e-04", "coercion")
    assert first.shows == "They reached the same people more often than chance explains."
    assert [(m.number, m.level_words) for m in first.members] == [(1, "Alert"), (2, "Watch")]
    assert first.people == ["T-0001", "T-0002"]
    assert (second.shows, second.p_value) == ("Their openings share whole sentences.", None)
    assert (third.id, third.name) == ("C-T-0007", "around T-0007")
    assert [m.number for m in told.lone] == [7]
    assert told.left == (0, 0)


def test_the_table_says_what_it_leaves_out(large):
    pairs = [assessed(n, n // 2 + 1) for n in range(2, 2 * CLUSTERS_SHOWN + 8)]
    assert table(judged(*pairs)).left == (3, 0)
    assert table(judged(*star(ACCOUNTS_SHOWN + 4))).blocks[0].more == (4, 0)
    assert table(large).left[1] == 1_500 - LONE_SHOWN


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_both_languages_word_everything(large, lang):
    words = " ".join(drawn(large, lang=lang)["told"])
    assert ("groupes" in words) == (lang == "fr")
    assert table(large, lang).blocks[0].stage == {"en": "access assessment", "fr": "évaluation de l'accès"}[lang]


def test_the_time_grows_with_the_contacts_and_not_with_their_square():

    def seconds(n):
        j = judged(*(assessed(a, a * 7 % (n // 8) + 1, a * 13 % (n // 8) + 1) for a in range(1, n)))
        start = time.process_time()
        drawn(j)
        return time.process_time() - start

    small = min(seconds(4_000) for _ in range(2))
    assert seconds(32_000) < 24 * small
