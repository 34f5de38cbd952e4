"""The pictures are well-formed, escaped, stay inside their frame and never change."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

import msgspec
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.model import Judgement, Stage
from counterlure.report.contacts import MOST_ROWS, drawing
from counterlure.report.html import target_labels
from counterlure.report.svg import WIDTH, Link, Node, contact_picture, interval_bar, timeline


def parsed(svg: str) -> Element:
    return fromstring(svg)


@given(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)).map(sorted))
@settings(max_examples=60)
def test_the_interval_bar_stays_on_its_line(values: list[float]) -> None:
    low, mid, high = values
    tree = parsed(interval_bar(low, mid, high, "en", "u"))
    bar = next(e for e in tree.iter("rect") if e.get("class") == "interval")
    assert 0 <= float(bar.attrib["x"]) <= WIDTH
    assert float(bar.attrib["x"]) + float(bar.attrib["width"]) <= WIDTH + 4
    label = next(e for e in tree.iter("text") if e.get("class") == "value")
    assert 24 <= float(label.attrib["x"]) <= WIDTH - 24


def test_the_interval_bar_says_in_words_what_it_draws() -> None:
    tree = parsed(interval_bar(0.3, 0.6, 0.9, "fr", "u"))
    assert (
        tree.findtext("desc")
        == "60\u00a0% (30\u00a0% à 90\u00a0%)\u00a0: de «\u00a0probablement pas\u00a0» à «\u00a0très probable\u00a0»."
    )
    assert tree.attrib["aria-labelledby"].split() == [tree.find("title").attrib["id"], tree.find("desc").attrib["id"]]


def test_the_timeline_lists_stages_as_they_came_and_undated_ones_last(story: Judgement) -> None:
    second = next(p for p in story.progress if p.target == "T-0003")
    tree = parsed(timeline(second, "T-0003", "en", "u"))
    stages = [e.text for e in tree.iter("text") if "stage" in (e.get("class") or "")]
    assert stages == ["cover approach", "sensitive request", "rapport"]
    dates = [e.text for e in tree.iter("text") if e.get("class") == "date"]
    assert dates[2] == "undated"
    assert dates[0] is not None
    assert dates[0].endswith("UTC"), "two stages on one day need the hour"


def test_the_furthest_stage_is_marked_by_weight_not_only_by_place(story: Judgement) -> None:
    tree = parsed(timeline(story.progress[0], "T-0001", "en", "u"))
    assert [e.text for e in tree.iter("text") if e.get("class") == "stage furthest"] == ["sensitive request"]


def test_a_course_without_dates_is_still_drawn(story: Judgement) -> None:
    undated = msgspec.structs.replace(
        story.progress[0], steps=tuple(msgspec.structs.replace(s, at=None) for s in story.progress[0].steps)
    )
    assert len(list(parsed(timeline(undated, "T", "fr", "u")).iter("circle"))) == len(undated.steps)


def test_hostile_labels_are_text_and_nothing_else(hostile_texts: tuple[str, ...], story: Judgement) -> None:
    nodes = [Node(text, "alert") for text in hostile_texts]
    links = [Link(i, i, i % 3) for i in range(len(nodes))]
    tree = parsed(contact_picture(nodes, nodes, links, "en", "u"))
    assert {e.tag for e in tree.iter()} == {"svg", "title", "desc", "path", "text"}
    for text in hostile_texts:
        parsed(timeline(story.progress[0], text, "fr", "u"))


def test_the_picture_folds_hubs_into_one_dot(many: Callable[[int, int], Judgement], story: Judgement) -> None:
    people = tuple(msgspec.structs.replace(story.exposure[0], target=f"T-{i:04}", accounts=(1,)) for i in range(1, 501))
    hub = msgspec.structs.replace(
        story, exposure=(*people, msgspec.structs.replace(people[0], target="T-0501", accounts=(1, 2)))
    )
    drawn = drawing(hub, target_labels(hub, False), "en")
    assert [node.label for node in drawn.right] == ["500 colleagues", "T-0501"]
    assert drawn.left_out == 0


def test_a_crowded_picture_is_cut_and_says_by_how_much(many: Callable[[int, int], Judgement]) -> None:
    crowd = many(60, 0)
    apart = tuple(
        msgspec.structs.replace(crowd.exposure[0], target=f"T-{i:04}", accounts=(i, i % 60 + 1), stage=Stage.APPROACH)
        for i in range(1, 61)
    )
    crowd = msgspec.structs.replace(crowd, exposure=apart)
    drawn = drawing(crowd, target_labels(crowd, False), "en")
    assert len(drawn.left) == MOST_ROWS
    assert len(drawn.right) <= MOST_ROWS
    assert drawn.left_out > 0
    assert len(drawn.links) + drawn.left_out == 120


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_picture_is_the_same_twice(story: Judgement, lang: str) -> None:
    drawn = drawing(story, target_labels(story, False), lang)
    first, second = (contact_picture(drawn.left, drawn.right, drawn.links, lang, "u") for _ in range(2))
    assert first == second
