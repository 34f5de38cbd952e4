"""The picture of a group is well-formed, escaped, bounded, deterministic, and says in words what it draws."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree.ElementTree import Element

import numpy as np
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.network import story
from tests.network.golden import golden

from counterlure.network.facts import Course, Facts, Listed, Member, facts
from counterlure.network.model import ABSENT, Contacts, Kind, Tables
from counterlure.network.picture import COLUMNS_MAX, ROWS_MAX, WIDTH, picture

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {"svg", "title", "desc", "style", "rect", "text", "path"}


def groups(**keys: story.Key) -> tuple[Facts, ...]:
    return facts(story.tables(**keys), story.layers(), story.network())


def parsed(svg: str) -> Element:
    return fromstring(svg)


def texts(tree: Element) -> list[str]:
    return [element.text or "" for element in tree.iter(f"{SVG}text")]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_line_of_text_fits_the_frame(lang: str) -> None:
    for group in groups(target_key=lambda i: f"{'W' * 40}{i:03}", account_key=lambda i: f"{'W' * 40}{i:03}"):
        for text in parsed(picture(group, lang)).iter(f"{SVG}text"):
            left, right = reach(text)
            assert left >= 0 and right <= WIDTH, text.text


def large(members: int, targets: int, seed: int = 0) -> Facts:
    """A group of any size; every member contacts up to twenty of the list."""
    rng = np.random.default_rng(seed)
    pair = np.unique(np.repeat(np.arange(members), 20) * targets + rng.integers(0, targets, members * 20))
    row, column = (pair // targets).astype(np.int32), (pair % targets).astype(np.int32)
    listed, hits = np.bincount(row, minlength=members), np.bincount(column, minlength=targets)
    return Facts(
        id="N-01", kind=Kind.UNEXPLAINED, log_ratio=5_000.0, p_value=0.0, window=None, layers={"contacts": 9_000.0},
        members=tuple(Member(f"a{i:05}", 0.99, 0.3, 9.0, int(n), 31) for i, n in enumerate(listed)),
        targets=tuple(Listed(f"t{i:05}", None, None, int(n), 0.4) for i, n in enumerate(hits)),
        shared=(), cells=(row, column), beside=(), beside_cells=(row[:0], row[:0]), off_list=0, course=None,
    )  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_picture_changes_only_on_purpose(lang: str) -> None:
    for group in groups():
        golden(f"{group.id}.{lang}.svg", picture(group, lang))


def test_the_same_group_is_drawn_alike_each_time() -> None:
    assert [picture(group, "en") for group in groups()] == [picture(group, "en") for group in groups()]


def test_nothing_but_plain_shapes_words_and_its_own_styles() -> None:
    for group in groups():
        svg = picture(group, "en")
        tree = parsed(svg)
        assert {element.tag.removeprefix(SVG) for element in tree.iter()} <= ALLOWED
        assert not any(name.startswith("on") or name.endswith("href") for e in tree.iter() for name in e.attrib)
        assert "url(" not in svg and "@import" not in svg
        assert "prefers-color-scheme:dark" in svg


def test_each_contact_with_the_list_is_one_solid_mark_where_there_is_room() -> None:
    group = groups()[0]
    solid = [e for e in parsed(picture(group, "en")).iter(f"{SVG}rect") if e.get("class") == "mark"]
    bars = len(group.members) + len(group.targets) + int((group.course.seen > 0).sum())
    evidence, legend = 2 + len({shared.layer for shared in group.shared}), 1
    assert len(solid) == group.listed + bars + evidence + legend


def test_legend_words_and_numbers_say_what_colour_alone_would_not() -> None:
    group = groups()[0]
    said = texts(parsed(picture(group, "en")))
    for words in (
        "contact with a person on the list",
        "other contacts: cover, or everyday ones",
        "what chance would give",
    ):
        assert words in said
    assert f"{group.members[0].listed} + {group.members[0].others}" in said
    assert any(text.startswith("found in this period") for text in said)


@pytest.mark.parametrize(("members", "targets"), [(10_000, 6_000), (61, 121), (3, 1), (500, 4_000)])
def test_large_groups_share_rows_and_columns_and_say_so(members: int, targets: int) -> None:
    svg = picture(large(members, targets), "en")
    tree = parsed(svg)
    rows = {e.get("y") for e in tree.iter(f"{SVG}text") if e.get("class") == "small" and e.get("text-anchor") == "end"}
    assert len(rows) <= ROWS_MAX
    assert len(svg) < 1_500_000
    grouped = [text for text in texts(tree) if text.startswith("a mark stands for")]
    assert bool(grouped) == (members > ROWS_MAX or targets > COLUMNS_MAX)
    if members == 10_000:
        assert grouped == ["a mark stands for 167 accounts and 50 people"]


@given(st.integers(1, 130), st.integers(1, 250), st.integers(0, 5))
@settings(max_examples=20, deadline=None)
def test_everything_stays_inside_the_frame(members: int, targets: int, seed: int) -> None:
    tree = parsed(picture(large(members, targets, seed), "fr"))
    height = float(tree.attrib["height"])
    for rect in tree.iter(f"{SVG}rect"):
        x, y, wide, tall = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
        assert wide >= 0 and tall >= 0
        assert x >= 0 and y >= 0 and x + wide <= WIDTH + 0.2 and y + tall <= height + 0.2
    for text in tree.iter(f"{SVG}text"):
        assert 0 < float(text.attrib["y"]) < height
        left, right = reach(text)
        assert left >= 0 and right <= WIDTH, text.text


def reach(text: Element) -> tuple[float, float]:
    """About where a line of text begins and ends, in a wide font."""
    wide = len(text.text or "") * {"title": 11.0, "head": 8.2, "small": 5.8, "soft small": 5.8}.get(
        text.get("class", ""), 6.4
    )
    x, anchor = float(text.attrib["x"]), text.get("text-anchor", "start")
    left = x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
    return left, left + wide


HOSTILE = [
    "<script>alert(1)</script>",
    '"/><image href="http://x"/>',
    "\u202ereversed\u202c",
    "two\nlines\tand\x00more",
    "a\u200bb\U000e0041",
    "]]>&amp;&lt;",
    "x" * 5_000,
    "Z" + "\u0301" * 500,
    "\ud800",
]


@pytest.mark.parametrize("key", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_keys_are_shown_as_plain_text(key: str) -> None:
    group = groups(account_key=lambda i: f"{key}{i:03}", target_key=lambda i: f"{key}{i:03}")[0]
    svg = picture(group, "en")
    tree = parsed(svg)
    svg.encode("utf-8")
    assert {element.tag.removeprefix(SVG) for element in tree.iter()} <= ALLOWED
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\x00-\x08]", svg)
    assert max(len(text) for text in texts(tree)) < 200


@given(st.text(max_size=60))
@settings(max_examples=30, deadline=None)
def test_no_key_breaks_the_picture(key: str) -> None:
    group = groups(account_key=lambda i: f"{i:03}{key}", target_key=lambda i: f"{i:03}{key}")[0]
    parsed(picture(group, "fr"))


def test_a_group_without_a_shared_list_is_drawn_by_what_else_it_shares() -> None:
    whole = story.network()
    alone = replace(whole.groups[0], targets=story.ints([]), hits=story.ints([]), layers={"employer": 40.0})
    group = facts(story.tables(), story.layers(), replace(whole, groups=(alone,)))[0]
    said = texts(parsed(picture(group, "en")))
    assert "These accounts share hardly any target; there is no list to draw." in said
    assert "claim Borealis Consulting" in said
    assert not any("people on the list" in text for text in said)


def test_times_that_nobody_told_are_said_to_be_untold() -> None:
    tables = story.tables()
    untimed = replace(
        tables,
        contacts=Contacts(
            tables.contacts.account, tables.contacts.target, np.full_like(tables.contacts.first_at, ABSENT)
        ),
    )
    group = facts(untimed, story.layers(), story.network())[0]
    assert group.course is None
    assert "The tables do not tell when contacts happened." in texts(parsed(picture(group, "en")))


def test_the_course_counts_each_timed_contact_once_and_expects_as_many() -> None:
    group = groups()[0]
    assert isinstance(group.course, Course)
    assert group.course.seen.sum() == group.listed, "all contacts of this list have a time"
    assert group.course.expected.sum() == pytest.approx(group.listed)
    second = groups()[1]
    assert second.course is not None
    assert second.course.seen.sum() < second.listed, "most contacts of this list have none"


def test_a_platform_of_one_moment_has_a_course_of_one_slot() -> None:
    tables: Tables = story.tables()
    at = np.full_like(tables.contacts.first_at, story.BEGIN + 5)
    moment = replace(tables, contacts=replace(tables.contacts, first_at=at))
    course = facts(moment, story.layers(), story.network())[0].course
    assert course is not None and course.seen.size == 1
