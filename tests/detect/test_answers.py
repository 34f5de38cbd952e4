"""What was answered beside what was asked: when it counts, how much, and what a broken table is told."""

from __future__ import annotations

import math

import numpy as np
import pytest

from counterlure.detect.opinion import answers as answers_module
from counterlure.detect.opinion.answers import Answers, AnswerWeight, Stacking, parse, shipped_answers, write
from counterlure.detect.opinion.model import Constants, Opinion, Weight
from counterlure.detect.opinion.verdict import Answer, Models, verdict
from counterlure.errors import RuleError
from tests.detect.test_opinion import APPROACH, DEALING

OPINION = Opinion(
    [Weight("why", 1.0, 0.0, 0.0), Weight("gladly", 1.0, 0.0, 0.0)], Constants(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
)
HEARD = Answers(OPINION, [AnswerWeight("gladly", -2.0), AnswerWeight("why", 3.0)], Stacking(0.5, 1.0, 2.0))


def test_an_answer_counts_from_the_message_that_it_follows_on():
    assert HEARD.said(["why", "gladly"], [1, 3], 3).tolist() == pytest.approx([3.0, 3.0, 1.0 / np.sqrt(2)])


def test_before_the_first_answer_the_words_of_the_account_stand_alone():
    own = np.array([0.1, 0.2, 0.3])
    told = HEARD.beside(own, HEARD.said(["why"], [2], 3))
    assert told.tolist() == pytest.approx([0.1, 0.5 + 0.2 + 6.0, 0.5 + 0.3 + 6.0])


def test_glad_answers_speak_for_nobody_beyond_a_factor_of_two():
    own = np.array([2.0])
    assert HEARD.beside(own, HEARD.said(["gladly gladly gladly"], [1], 1)).tolist() == pytest.approx(
        [2.0 - math.log(2)]
    )


@pytest.mark.parametrize("texts", [[], ["zqx zqx"], [""]])
def test_answers_without_a_known_word_change_nothing(texts):
    said = HEARD.said(texts, [1] * len(texts), 2)
    assert np.isnan(said).all()
    assert HEARD.beside(np.array([0.1, np.nan]), said).tolist() == pytest.approx([0.1, np.nan], nan_ok=True)


def test_a_wary_answer_makes_a_request_look_worse_and_a_glad_one_better():
    plain = verdict(APPROACH[:2], answers=[Answer(2, "Why would you want that? That is not mine to give out.")])
    glad = verdict(APPROACH[:2], answers=[Answer(2, "Lovely, thank you, see you at the library then.")])
    assert plain is not None and glad is not None
    assert plain.odds > glad.odds


def test_models_without_answers_read_the_account_alone():
    wary = [Answer(1, "Why would you want that?")]
    assert verdict(DEALING, answers=wary, models=Models(OPINION)) == verdict(DEALING, models=Models(OPINION))


def test_a_name_in_an_answer_counts_for_nothing():
    told = [
        verdict(APPROACH, [f"{name} Dubois"], [Answer(2, f"I shall ask {name} whether that may leave the house.")])
        for name in ("Grant", "Zbynek")
    ]
    assert told[0] == told[1]


def test_a_written_table_reads_back(tmp_path):
    write(tmp_path / "a.tsv", ["about"], [AnswerWeight("why", 3.0)], Stacking(0.5, 1.0, 2.0))
    read = parse(tmp_path / "a.tsv", OPINION)
    assert read.stacking == Stacking(0.5, 1.0, 2.0)
    assert read.said(["why not gladly"], [1], 1).tolist() == pytest.approx([3.0 / np.sqrt(2)])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("why\t1\n", "must give 3 numbers"),
        ("# stacking\t0\t1\n", "must give 3 numbers"),
        ("# stacking\t0\t1\tx\n", "stacking: 'x' is no number"),
        ("# stacking\t0\t1\t1\nwhy\n", "line 2 has not 2 cells"),
        ("# stacking\t0\t1\t1\nwhy\ty\n", "line 2: 'y' is no number"),
    ],
)
def test_a_broken_table_is_named(tmp_path, text, said):
    (tmp_path / "a.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=said):
        parse(tmp_path / "a.tsv", OPINION)


def test_the_shipped_table_holds_only_words_of_the_second_opinion_and_stays_small():
    folder = answers_module.resources.files("counterlure.detect.opinion")
    grams = [
        {line.split("\t")[0] for line in folder.joinpath(name).read_text("utf-8").splitlines() if line[0] != "#"}
        for name in ("answers.tsv", "weights.tsv")
    ]
    assert grams[0] < grams[1]
    assert len(folder.joinpath("answers.tsv").read_bytes()) < 600_000
    assert shipped_answers().stacking.by_answers > 0
