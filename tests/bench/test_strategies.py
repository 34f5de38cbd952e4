"""Strategies of persuaders: what stands around a sentence, and what can be learned by cross-validation."""

from __future__ import annotations

import importlib

import pytest

from counterlure.bench import strategies, strategy_features
from counterlure.bench.persuasionforgood import Sentence, sentences
from counterlure.errors import MissingExtra
from tests.bench import corpora

WHOLE = [
    Sentence("d1", True, 0, "Hello.", "greeting"),
    Sentence("d1", True, 0, "How are you?", "greeting"),
    Sentence("d1", False, 0, "Fine.", None),
    Sentence("d1", False, 0, "You?", None),
    Sentence("d1", True, 1, "Give $2 please.", "foot-in-the-door"),
    Sentence("d2", True, 0, "Hi.", "greeting"),
]


def test_a_sentence_knows_what_stands_around_it_in_its_own_dialogue():
    first, second, third, other = strategy_features.places(WHOLE)
    assert (first.before, first.reply, first.after) == ("", "", "How are you?")
    assert (second.before, second.reply, second.after) == ("Hello.", "", "Give $2 please.")
    assert (third.before, third.reply, third.after) == ("How are you?", "Fine. You?", "")
    assert (other.before, other.reply, other.after) == ("", "", "")


def test_numbers_say_turn_place_length_and_marks():
    first, second, third, _ = (place.numbers for place in strategy_features.places(WHOLE))
    assert first[:6] == (0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    assert third[:6] == (0.1, 0.0, 1.0, 0.0, pytest.approx(2 / 3), pytest.approx(1 / 3))
    assert (second[6], second[7]) == (3 / 40, 1.0)
    assert third[8:10] == (1.0, 1.0)
    assert (first[10:], second[10:], third[10:]) == ((0.0, 1.0), (1.0, 0.0), (0.0, 0.0))


def test_signs_count_up_to_three():
    assert strategy_features.signs("Hm.") == (0.0,) * len(strategy_features.LEXICON)
    assert strategy_features.signs("I gave my son my coat")[0] == 1.0
    assert strategy_features.signs("I gave MY SON a coat")[7] == pytest.approx(1 / 3)


def test_without_the_package_the_error_names_the_extra(monkeypatch):
    def absent(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(MissingExtra, match=r"install counterlure\[bench\]"):
        strategies.cross_validated(WHOLE)


@pytest.fixture
def learned(tmp_path):
    pytest.importorskip("sklearn", reason="the extra `bench` is not installed")
    corpora.persuasionforgood(tmp_path / "p")
    return sentences(tmp_path / "p")


def test_what_is_plain_is_learned_and_the_same_again(learned):
    told = []
    found = strategies.cross_validated(learned, lambda *what: told.append(what))
    assert (found["sentences"], found["dialogues"], found["folds"]) == (60, 20, 10)
    assert found["macro_f1"] == found["accuracy"] == 1
    assert list(found["by_class"]) == ["credibility-appeal", "emotion-appeal", "non-strategy"]
    assert told[-1] == ("persuasion strategies", 10, 10)
    assert strategies.cross_validated(learned) == found


def test_a_dialogue_is_never_split(learned):
    cut = strategy_features.sklearn("model_selection").GroupKFold(10)
    groups = [place.sentence.dialogue for place in strategy_features.places(learned)]
    for train, test in cut.split(groups, groups=groups):
        assert not {groups[i] for i in train} & {groups[i] for i in test}


def test_two_acts_only_are_told_apart(learned):
    two = [s for s in learned if s.act in (None, "greeting", "credibility-appeal")]
    assert strategies.cross_validated(two)["macro_f1"] == 1
