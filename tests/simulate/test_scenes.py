"""The scenes are complete, short, and say what they show."""

from __future__ import annotations

from random import Random

import pytest

from counterlure.errors import RuleError
from counterlure.model import HOSTILE
from counterlure.simulate import scenes as room
from counterlure.simulate.chatter import sentences
from counterlure.simulate.scenes import Scene, honest, scenes
from counterlure.simulate.texts import LANGUAGES, choose, fill, load, wordings

ALL = scenes()


def hostile() -> list[Scene]:
    return [scene for scene in ALL.values() if scene.hostile]


def test_there_are_enough_scenes_of_each_side_and_language() -> None:
    assert sum(scene.language == "en" for scene in hostile()) >= 8
    assert sum(scene.language == "fr" for scene in hostile()) >= 6
    assert len(ALL) - len(hostile()) >= 40


@pytest.mark.parametrize("scene", ALL.values(), ids=ALL)
def test_a_scene_shows_stages_if_and_only_if_it_is_hostile(scene: Scene) -> None:
    shown = [stage for line in scene.lines for stage in line.stages]
    assert bool(shown) is scene.hostile
    assert (scene.reading in HOSTILE) is scene.hostile
    assert not any(line.stages for line in scene.lines if line.mine)
    assert not scene.lines[0].mine


@pytest.mark.parametrize("scene", hostile(), ids=lambda scene: scene.id)
def test_hostile_scenes_stay_too_short_to_be_of_use_to_anybody(scene: Scene) -> None:
    assert len(scene.lines) <= 10
    assert max(len(wording.split()) for line in scene.lines for wording in wordings(line.text)) <= 70


def test_the_script_of_the_operation_uses_every_hostile_scene_that_is_not_lone() -> None:
    script = load("operation.yml")
    used = {entry[language] for entry in script for language in LANGUAGES if language in entry}
    assert used == {scene.id for scene in hostile() if not scene.lone}
    assert len(script) == 12


def test_every_kind_of_stranger_has_scenes_and_titles_in_both_languages() -> None:
    population = load("population.yml")
    for kind in population["strangers"]:
        assert honest(kind, "en"), kind
        assert all(population["titles"][language][kind] for language in LANGUAGES)
    assert sum(entry["share"] for entry in population["strangers"].values()) == 100


def test_personas_call_themselves_what_honest_strangers_do() -> None:
    for titles in load("population.yml")["titles"].values():
        honest_titles = {title for kind, known in titles.items() if kind != "persona" for title in known}
        assert set(titles["persona"]) <= honest_titles


def test_a_line_gives_the_stage_reached_so_far() -> None:
    scene = ALL["en-pressure"]
    assert scene.stage(1) == "inducement"
    assert scene.stage(len(scene.lines)) == "coercion"
    assert ALL["en-alumni"].stage(4) is None


def test_alternatives_are_all_reachable_and_slots_are_filled_once() -> None:
    assert wordings("a [[b|c]] d[[e|f]]") == ["a b de", "a b df", "a c de", "a c df"]
    assert {choose("[[a|b]]", Random(seed)) for seed in range(9)} == {"a", "b"}
    assert fill("{name} {topic}", {"name": "{topic}", "topic": "x"}) == "{topic} x"


@pytest.mark.parametrize("language", LANGUAGES)
def test_stock_sentences_have_five_to_sixteen_words(language: str) -> None:
    for texts in sentences(language).values():
        for text in texts:
            assert 5 <= len(text.split()) <= 16, text


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"id": "x", "kind": "k", "lines": [{"them": "{nobody}"}]}, "x: unknown slot 'nobody'"),
        ({"id": "x", "kind": "k", "lines": [{"them": "a"}, {"me": "b", "after": "soon"}]}, "'soon' is no time"),
        ({"id": "x", "lines": [{"them": "a"}]}, "x: KeyError 'kind'"),
        ({"id": "x", "kind": "k", "lines": [{"them": "a", "stage": "charm"}]}, "charm"),
    ],
)
def test_a_faulty_scene_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, raw: object, says: str) -> None:
    monkeypatch.setattr(room, "load", lambda name: [raw])
    with pytest.raises(RuleError, match=says):
        scenes.__wrapped__()


def test_two_scenes_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = {"id": "x", "kind": "recruiter", "lines": [{"them": "a"}], "reading": "fraud"}
    monkeypatch.setattr(room, "load", lambda name: [raw, raw])
    with pytest.raises(RuleError, match="'x' occurs twice"):
        scenes.__wrapped__()
