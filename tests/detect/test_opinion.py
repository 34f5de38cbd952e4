"""The second opinion: words and their numbers agree, names carry nothing, and the table says what the model does."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterlure.detect.opinion import model as model_module
from counterlure.detect.opinion.model import Constants, Opinion, Weight, parse, shipped, write
from counterlure.detect.opinion.verdict import ENOUGH, stand_alone, verdict
from counterlure.detect.opinion.words import grams, hash_of, readable
from counterlure.errors import RuleError

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), min_size=1, max_size=5)

HOSTILE = "Could you send me the unpublished draft? Use your private mail, no need to tell your employer about it."
HONEST = "Thank you, the agenda is on our website and the contract comes from our legal team next week."


APPROACH = [
    "Hello, your work on signalling is impressive, our client pays well for a short paper.",
    "They liked it. What the papers do not say would interest them more, your own view from the inside, 900 euros.",
    HOSTILE,
]
DEALING = [
    "Hello, we are looking for a head of signalling in Lyon; the salary band is in the advert on our site.",
    "Thank you for your CV. The interview takes about an hour and the panel will be two engineers and myself.",
    HONEST,
]
STACK = Constants(step=0.0, whole=0.0, base=0.0, by_steps=1.0, by_whole=0.0, by_count=0.0)


def model(constants: Constants = STACK, **weights: float) -> Opinion:
    return Opinion([Weight(g.replace("_", " "), 1.0, weight, weight) for g, weight in weights.items()], constants)


def score(one: Opinion, text: str) -> float:
    return float(one.read([text]).step[0])


class TestWords:
    @given(TEXTS)
    def test_a_batch_has_the_words_of_its_texts_one_by_one(self, texts):
        together = grams(texts)
        for place, text in enumerate(texts):
            mine = together.hashes[together.message == place]
            assert mine.tolist() == hash_of(readable(text)).tolist()

    def test_a_pair_never_spans_two_texts_or_a_name(self):
        assert "tell them" not in readable("Please tell")
        assert len(grams(["tell", "them"]).hashes) == 2
        assert "ask to" not in readable("we ask Miriam to come")

    def test_a_pair_over_a_word_stands_in_both_wordings(self):
        assert "send _ report" in readable("send the report")
        assert "send _ report" in readable("Send a report")
        assert "send _ report" not in readable("send me the report")
        assert not any("_" in pair for pair in readable("ask Miriam to"))

    def test_case_digits_and_currencies_do_not_matter(self):
        assert readable("PAY 350 € now") == readable("pay 999 £ now")

    @pytest.mark.parametrize("name", ["Amara", "Émile", "Fennick-Vale", "Ōshima"])
    def test_a_name_inside_a_sentence_leaves_no_word(self, name):
        assert name.lower() not in " ".join(readable(f"please ask {name} about it"))

    def test_the_channels_that_share_a_form_with_names_stay(self):
        assert "whatsapp" in readable("let us use WhatsApp for this")

    def test_no_texts_and_empty_texts_have_no_words(self):
        assert len(grams(["", "  ", "..."]).hashes) == 0


class TestScores:
    def test_the_score_is_the_weighted_mean_direction_of_its_words(self):
        one = model(secret=2.0, report=-1.0, the=0.0, send=0.0)
        assert score(one, "send the secret report") == pytest.approx((2.0 - 1.0) / math.sqrt(4))

    def test_unknown_words_neither_help_nor_hurt(self):
        one = model(send=1.0, the=0.0, secret=2.0, report=0.0)
        assert score(one, "send the secret report") == score(one, "send the secret report zyx")

    def test_a_text_of_mostly_unknown_words_gets_no_opinion(self):
        assert np.isnan(score(model(secret=2.0), "das ist ein secret bericht von uns"))

    def test_scores_do_not_depend_on_the_batch(self):
        assert shipped().read([HONEST, HOSTILE]).step[1] == score(shipped(), HOSTILE)

    def test_the_sentence_that_speaks_loudest_is_quoted(self):
        text = f"{HONEST} {HOSTILE}"
        start, end = shipped().sentence(text)
        assert text[start:end].strip() in HOSTILE

    def test_a_text_of_one_mark_is_its_own_sentence(self):
        assert shipped().sentence("...") == (0, 3)


class TestConversations:
    def test_each_account_is_judged_as_if_alone(self):
        one = shipped()
        together = one.conversations(one.read(APPROACH + DEALING), [0, 3])
        assert together.tolist() == [one.conversations(one.read(talk), [0])[0] for talk in (APPROACH, DEALING)]

    def test_the_order_of_messages_does_not_matter(self):
        one = shipped()
        assert one.conversations(one.read(APPROACH[::-1]), [0])[0] == pytest.approx(
            one.conversations(one.read(APPROACH), [0])[0]
        )

    def test_many_dull_messages_never_add_up_to_an_alarm(self):
        one = model(dull=-3.0, the=0.0, of=0.0, week=0.0, the_dull=0.0, dull_of=0.0, of_week=0.0)
        few, many = (one.conversations(one.read(["the dull of week"] * n), [0])[0] for n in (4, 400))
        assert few == many

    def test_words_that_stand_together_in_unknown_ways_are_no_ground_for_an_opinion(self):
        one = model(dull=-3.0, the=0.0, of=0.0, week=0.0, of_week=0.0)
        assert np.isnan(one.conversations(one.read(["of the dull dull of week"] * 3), [0])[0])

    def test_where_nothing_can_be_read_there_is_no_number(self):
        assert np.isnan(shipped().conversations(shipped().read(["...", "Guten Morgen"]), [0])).all()


class TestBeginnings:
    def test_the_last_beginning_is_the_whole(self):
        one = shipped()
        read = one.read(APPROACH + DEALING)
        assert one.beginnings(read)[-1] == pytest.approx(one.conversations(read, [0])[0])

    def test_small_talk_afterwards_excuses_nothing(self):
        told, more = verdict(APPROACH), verdict([*APPROACH, *DEALING, *DEALING])
        assert told is not None and more is not None
        assert more.odds >= told.odds

    @pytest.mark.parametrize("quoted", ['"{}"', "« {} »", "> {}"])
    def test_what_is_quoted_is_not_ones_own(self, quoted):
        talk = [f"{DEALING[0]}\n{quoted.format(HOSTILE)}", *DEALING[1:]]
        told = verdict(talk)
        assert told is not None and told.kind != "words_of_a_hostile_approach"

    @pytest.mark.parametrize("unit", ["«", "“zq", "\n", " ", '"', "> ", "«zq»"])
    def test_marks_without_end_take_no_longer_than_words(self, unit):
        assert verdict([unit * (300_000 // len(unit))] * 2) is None

    def test_a_message_in_title_case_is_not_read(self):
        assert np.isnan(score(shipped(), HOSTILE.title()))

    def test_a_large_batch_is_read_in_portions(self, monkeypatch):
        whole = shipped().read(APPROACH + DEALING)
        monkeypatch.setattr(model_module, "CHARACTERS", 150)
        assert all(np.array_equal(a, b) for a, b in zip(whole, shipped().read(APPROACH + DEALING), strict=True))


class TestVerdict:
    def test_it_leans_the_right_way_and_quotes_what_it_leans_on(self):
        hostile, honest = verdict(APPROACH), verdict(DEALING)
        assert hostile is not None
        assert honest is not None
        assert (hostile.kind, honest.kind) == ("words_of_a_hostile_approach", "words_of_honest_dealing")
        assert {quote.place for quote in hostile.quotes} <= {0, 1, 2}
        assert honest.quotes == ()

    def test_one_message_gets_none(self):
        assert verdict([HOSTILE]) is None
        assert verdict([]) is None
        assert ENOUGH == 2

    @pytest.mark.parametrize("name", ["Will Grant", "Amara Nwosu", "Rose de la Note"])
    def test_who_writes_does_not_matter_even_at_the_start_of_a_sentence(self, name):
        first = name.split()[0]
        told = verdict([f"{first} here. {text}" for text in APPROACH], [name])
        other = verdict([f"Zbynek here. {text}" for text in APPROACH], ["Zbynek Kral"])
        assert told is not None and other is not None
        assert told[:3] == other[:3]
        assert [kind for kind, _ in told.stages] == [kind for kind, _ in other.stages]

    def test_only_the_sure_stand_alone(self):
        assert stand_alone(["", *DEALING], np.array([0, 1])) == []
        assert stand_alone([], np.array([], dtype=np.intp)) == []


class TestTable:
    def test_a_written_table_reads_back(self, tmp_path: Path):
        rows = [Weight("the secret", 2.5, 1.25, 0.5), Weight("the", 1.0, -0.5, 0.0), Weight("secret", 1.0, 0.0, 0.0)]
        write(tmp_path / "w.tsv", ["about"], rows, STACK)
        read = parse(tmp_path / "w.tsv")
        assert score(read, "the secret the secret") > 0 > score(read, "the the the the")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "one line must give"),
            ("# constants\t0\t0\t0\t0\t0\t0\nword\t1.0\n", "line 2 has 2 cells"),
            ("# constants\t0\t0\t0\t0\t0\tx\n", "'x' is no number"),
        ],
    )
    def test_a_broken_table_is_named(self, tmp_path, text, said):
        (tmp_path / "w.tsv").write_text(text, encoding="utf-8")
        with pytest.raises(RuleError, match=said):
            parse(tmp_path / "w.tsv")

    def test_the_shipped_one_tells_the_plain_cases_apart(self):
        assert score(shipped(), HOSTILE) > 0.5 > -0.5 > score(shipped(), HONEST)

    def test_the_shipped_one_holds_no_word_for_where_somebody_is_from(self):
        words = {line.split("\t")[0] for line in SHIPPED.read_text("utf-8").splitlines()}
        assert not words & {"french", "chinese", "russian", "indian", "african", "chinois", "russe", "amara", "minh"}


SHIPPED = Path(__file__).parents[2] / "src/counterlure/detect/opinion/weights.tsv"
