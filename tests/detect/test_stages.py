"""Stages that the words of a message show: bars, sentences, the table, and what is never learned."""

from __future__ import annotations

import numpy as np
import pytest

from counterlure.detect.opinion import stages as stages_module
from counterlure.detect.opinion.model import Constants, Opinion, Weight, shipped
from counterlure.detect.opinion.stages import KINDS, Stages, StageWeight, parse, shipped_stages, write
from counterlure.detect.opinion.verdict import Models, verdict
from counterlure.errors import RuleError
from tests.detect.test_opinion import APPROACH, DEALING

WORDS = ("please", "send", "the", "secret", "report", "today")
FLAT = Constants(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
OPINION = Opinion([Weight(word, 1.0, 0.0, 0.0) for word in WORDS], FLAT)
NOTHING = (0.0,) * len(KINDS)


def stages(bar: float = 0.5, **pulls: float) -> Stages:
    """Only the first kind weighs anything."""
    rows = [StageWeight(word, (pull, *NOTHING[1:])) for word, pull in pulls.items()]
    return Stages(OPINION, rows, NOTHING, [bar] * len(KINDS))


def test_odds_are_the_weighted_mean_direction_of_the_words_of_the_second_opinion():
    odds = stages(secret=2.0).odds(["please send the secret"])
    assert odds[0].tolist() == pytest.approx([2.0 / np.sqrt(4), *NOTHING[1:]])


def test_words_that_the_second_opinion_does_not_know_weigh_nothing():
    assert stages(secret=2.0, zyx=9.0).odds(["please send the secret zyx"])[0, 0] == pytest.approx(1.0)


def test_a_text_of_mostly_unknown_words_shows_nothing():
    assert np.isnan(stages(secret=9.0).odds(["das ist ein secret bericht"])).all()
    assert stages(secret=9.0).shown(["das ist ein secret bericht"]) == {}
    assert stages(secret=9.0).shown([]) == {}


def test_a_kind_is_shown_from_its_bar_on_by_the_loudest_message():
    quiet, loud = "please send the secret", "please secret the secret"
    assert stages(0.99, secret=2.0).shown([quiet, loud]) == {KINDS[0]: 1}
    assert stages(1.01, secret=2.0).shown([quiet]) == {}


def test_the_sentence_that_says_it_loudest_is_quoted():
    text = "Please send the report today. Please send the secret today."
    start, end = stages(secret=2.0).sentence(text, KINDS[0])
    assert text[start:end] == "Please send the secret today."


def test_only_what_leans_to_hostile_has_stages():
    hostile, honest = verdict(APPROACH), verdict(DEALING)
    assert hostile is not None and honest is not None
    assert {"words_of_a_request", "words_of_a_task"} & dict(hostile.stages).keys()
    assert honest.stages == ()


def test_a_conversation_far_from_what_was_learned_has_no_stages(monkeypatch):
    monkeypatch.setattr("counterlure.detect.opinion.verdict.NEAR_STAGES", 1.1)
    told = verdict(APPROACH)
    assert told is not None and told.stages == ()


def test_another_second_opinion_knows_only_the_stages_it_is_given():
    without, given = (
        verdict(APPROACH, models=Models(shipped())),
        verdict(APPROACH, models=Models(shipped(), shipped_stages())),
    )
    assert without is not None and given is not None
    assert (without.stages, given) == ((), verdict(APPROACH))


def test_a_written_table_reads_back(tmp_path):
    rows = [StageWeight("secret", (2.0, 0.0, -1.25)), StageWeight("the secret", (0.0, 0.5, 0.0))]
    write(tmp_path / "s.tsv", ["about"], rows, [0.1, 0.2, 0.3], [1.0, 2.0, 3.0])
    read = parse(tmp_path / "s.tsv", OPINION)
    assert read.bars.tolist() == [1.0, 2.0, 3.0]
    assert read.odds(["please send the secret"])[0].tolist() == pytest.approx([1.1, 0.2, 0.3 - 1.25 / 2])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# constants\t0\t0\t0\n", "'# bars' must give 3"),
        ("# constants\t0\t0\n# bars\t1\t1\t1\n", "'# constants' must give 3"),
        ("# constants\t0\t0\t0\n# bars\t1\t1\tx\n", "'x' is no number"),
        ("# constants\t0\t0\t0\n# bars\t1\t1\t1\nsecret\t1\n", "line 3 has not 4 cells"),
        ("# constants\t0\t0\t0\n# bars\t1\t1\t1\nsecret\t1\ty\t\n", "line 3: 'y' is no number"),
    ],
)
def test_a_broken_table_is_named(tmp_path, text, said):
    (tmp_path / "s.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=said):
        parse(tmp_path / "s.tsv", OPINION)


def test_the_shipped_table_holds_only_words_of_the_second_opinion_and_stays_small():
    folder = stages_module.resources.files("counterlure.detect.opinion")
    grams = [
        {line.split("\t")[0] for line in folder.joinpath(name).read_text("utf-8").splitlines() if line[0] != "#"}
        for name in ("stages.tsv", "weights.tsv")
    ]
    assert grams[0] < grams[1]
    assert len(folder.joinpath("stages.tsv").read_bytes()) < 400_000
