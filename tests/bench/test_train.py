"""The recipe of the second opinion: what counts as a step, what is never learned, and that the shipped table is its."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import numpy as np
import pytest

from counterlure.bench import train, train_answers, train_stages
from counterlure.bench.samples import HARD, ORDINARY, Sample, of_talk, samples, single_messages
from counterlure.bench.talks import DEVELOPMENT, Message, pairs
from counterlure.detect.opinion.answers import Answers, Stacking, shipped_answers
from counterlure.detect.opinion.answers import parse as parse_answers
from counterlure.detect.opinion.model import Constants, Opinion, Weight, parse, write
from counterlure.detect.opinion.model import shipped as shipped_opinion
from counterlure.detect.opinion.stages import KINDS, Stages, shipped_stages
from counterlure.detect.opinion.stages import parse as parse_stages
from counterlure.detect.opinion.verdict import Answer, verdict
from counterlure.detect.opinion.words import readable
from counterlure.errors import FormatError, InputError, MissingExtra
from tests.bench import corpora
from tests.bench.corpora import talk

CORPUS = Path(__file__).parents[2] / "corpus"
TEXTS = ("We pay for the internal report, keep it between us.", "The tender is public, the description is on our site.")

LEARNED = [], Constants(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """Six pairs and some single messages, of which no word counts as too common: in so few, every word is."""
    pytest.importorskip("sklearn", reason="the extra `bench` is not installed")
    monkeypatch.setattr(train, "COMMON", 1.0)
    corpora.pairs(tmp_path / "corpus", count=6)
    corpora.singles(tmp_path / "corpus")
    return tmp_path / "corpus"


def alone(text: str, hostile: bool, number: int) -> Sample:
    """A conversation of one message with words and one without."""
    return Sample([text, "..."], [hostile, hostile], hostile, f"alone-{number}", [frozenset[str]()] * 2)


def grams_of(given: list[Sample]) -> set[str]:
    return {row.gram for row in train.fit(given)[0]}


class TestSamples:
    def test_in_a_turning_conversation_only_hard_stages_are_steps(self):
        one = talk("t", "hello", "<who is it?", "we pay well", "send the report", pair="p")
        stages: list[tuple[str, ...]] = [("approach",), (), ("inducement", "rapport"), ("inducement", "probing")]
        messages = tuple(m._replace(stages=s) for m, s in zip(one.messages, stages, strict=True))
        sample = of_talk(one._replace(messages=messages))
        assert sample.texts == ["hello", "we pay well", "send the report"]
        assert sample.steps == [None, None, True]
        assert (sample.hostile, sample.group) == (True, "p")

    @pytest.mark.parametrize("stage", sorted(HARD))
    def test_every_hard_stage_makes_a_step(self, stage):
        assert of_talk(talk("t")._replace(messages=(Message(True, "x", stages=(stage,)),))).steps == [True]

    def test_without_stages_a_corpus_says_it_of_every_message(self):
        assert of_talk(talk("t", "hello", "pay me")).steps == [True, True]

    def test_all_messages_of_an_honest_conversation_are_honest_steps_whatever_their_stage(self):
        messages = (Message(True, "may I ask", stages=("probing",)), Message(True, "thanks", stages=()))
        assert of_talk(talk("h", hostile=False)._replace(messages=messages)).steps == [False, False]

    def test_contrast_and_ordinary_messages_are_read_in_the_order_of_files(self, tmp_path):
        corpora.singles(tmp_path, times=2)
        read = single_messages(tmp_path)
        assert [(s.group, s.hostile, s.steps) for s in read] == [
            ("en-a-000", True, [True]), ("en-a-000", False, [False]),
            ("en-a-001", True, [True]), ("en-a-001", False, [False]),
            ("fr-o-000", False, [False]), ("fr-o-001", False, [False]), ("fr-o-000", False, [None, None]),
        ]  # fmt: skip
        assert read[-2].texts == ["Merci 1, à lundi."]
        assert read[-1].texts == ["Merci 0, à lundi.", "Merci 1, à lundi."]

    def test_an_ordinary_message_counts_for_several(self, tmp_path):
        corpora.singles(tmp_path, times=2)
        assert [one.weight for one in single_messages(tmp_path)] == [1, 1, 1, 1, ORDINARY, ORDINARY, 1]

    def test_a_folder_without_single_messages_has_none(self, tmp_path):
        assert single_messages(tmp_path) == []
        assert single_messages(tmp_path / "nowhere") == []

    @pytest.mark.parametrize("file", ["turns.fr.a.jsonl", "ordinary.en.jsonl"])
    @pytest.mark.parametrize("line", ['{"id": "x"}', "{not json", '{"id": "x", "honest": 7}'])
    def test_a_broken_line_is_named_with_file_line_value_and_remedy(self, tmp_path, file, line):
        good = json.dumps({"id": "a", "honest": "Good morning to you."})
        (tmp_path / file).write_text(f"{good}\n\n{line}\n", encoding="utf-8")
        with pytest.raises(FormatError) as error:
            single_messages(tmp_path)
        assert error.value.source == str(tmp_path / f"{file}:3")
        assert repr(line) in error.value.reason
        assert f"see corpus/{file.split('.')[0]}.schema.json" in error.value.reason

    def test_conversations_of_the_named_sets_come_before_single_messages(self, corpus):
        corpora.pairs(corpus, "heldout")
        assert len(samples(corpus, ["dev"])) == 12 + 20
        assert len(samples(corpus, [])) == 20

    def test_the_held_out_set_is_not_learned_from(self):
        assert "heldout" not in DEVELOPMENT


class TestRecipe:
    def test_the_same_samples_give_the_same_table(self, corpus, tmp_path):
        for name in ("one", "two"):
            write(tmp_path / name, ["about"], *train.train(samples(corpus, ["dev"]))[:2])
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()

    def test_a_learned_table_reads_back_as_it_was_learned(self, corpus, tmp_path):
        weights, constants, *_ = train.train(samples(corpus, ["dev"]))
        write(tmp_path / "w.tsv", ["about"], weights, constants)
        learned, read = Opinion(weights, constants), parse(tmp_path / "w.tsv")
        for one, other in zip(learned.read(TEXTS), read.read(TEXTS), strict=True):
            assert one.tolist() == other.tolist()
        assert learned.conversations(learned.read(TEXTS), [0]) == read.conversations(read.read(TEXTS), [0])

    def test_what_was_learned_tells_the_sides_apart(self, corpus):
        learned = Opinion(*train.train(samples(corpus, ["dev"]))[:2])
        hostile, honest = learned.read(TEXTS).step
        assert hostile > 0 > honest

    def test_conversations_alone_are_enough(self, corpus):
        for file in [*corpus.glob("turns.*"), *corpus.glob("ordinary.*")]:
            file.unlink()
        ranker = train.trainer(corpus)(pairs(corpus, "dev"))
        hostile, honest = ranker(pairs(corpus, "dev")[:2])
        assert hostile > honest

    def test_a_trainer_learns_from_the_given_conversations_and_from_the_single_messages(self, corpus, monkeypatch):
        seen: list[list[Sample]] = []
        monkeypatch.setattr(train, "fit", lambda given: seen.append(given) or (LEARNED[0], (0.0, 0.0)))
        train.trainer(corpus)([*pairs(corpus, "dev"), talk("silent", "<hello")])
        assert [len(given) for given in seen] == [12 + 20], "who wrote nothing teaches nothing"

    def test_the_command_writes_the_table_and_says_so(self, corpus, tmp_path, monkeypatch, capsys):
        out = tmp_path / "w.tsv"
        monkeypatch.setattr("sys.argv", ["train", "--corpus", str(corpus), "--sets", "dev", "--out", str(out)])
        train.main()
        assert "32 samples" in capsys.readouterr().out
        assert "12 hostile and 20 honest samples" in out.read_text("utf-8").splitlines()[0]
        assert parse(out).read(TEXTS).step[0] > 0

    @pytest.mark.parametrize("hostile", [True, False])
    def test_one_side_only_is_an_error_that_says_what_is_missing(self, corpus, hostile):
        given = [sample for sample in samples(corpus, ["dev"]) if sample.hostile is hostile]
        with pytest.raises(InputError, match=r"too few: \d+ hostile and \d+ honest ones .*give a larger corpus"):
            train.train(given)

    @pytest.mark.parametrize("held", [0, 1])
    def test_single_messages_or_nothing_are_too_few(self, corpus, held):
        with pytest.raises(InputError, match="too few"):
            train.train(single_messages(corpus) * held)

    def test_no_word_in_common_is_an_error(self):
        given = [alone("hello there", False, 1), alone("send money", True, 2)]
        with pytest.raises(InputError, match="no word stands in 3 of 4 messages; give a larger corpus"):
            train.fit(given)

    def test_without_the_package_the_error_names_the_extra(self, tmp_path, monkeypatch):
        def absent(name):
            raise ModuleNotFoundError(name)

        corpora.pairs(tmp_path, count=6)
        monkeypatch.setattr(importlib, "import_module", absent)
        with pytest.raises(MissingExtra, match=r"install counterlure\[bench\]"):
            train.train(samples(tmp_path, ["dev"]))


class TestNeverLearned:
    @pytest.fixture(autouse=True)
    def package(self):
        pytest.importorskip("sklearn", reason="the extra `bench` is not installed")

    def learned(self, text: str) -> set[str]:
        """Grams of a table for which this text is all that hostile messages say."""
        given = [alone(text, True, n) for n in range(4)] + [alone("the agenda is public", False, n) for n in range(4)]
        return grams_of(given)

    def test_words_and_pairs_that_stand_in_enough_messages_are_learned(self):
        assert {"send", "send the", "the draft"} <= self.learned("send the draft now")

    def test_words_of_very_many_messages_weigh_nothing(self):
        given = [alone(f"send the draft {'zyx' * (n < 5)}", n % 2 == 0, n) for n in range(100)]
        rarity = {row.gram: row.rarity for row in train.fit(given)[0]}
        assert rarity["send"] == rarity["the draft"] == 0
        assert rarity["zyx"] > 0

    def test_rare_words_are_not(self):
        given = [alone("the agenda is public", False, n) for n in range(4)]
        odd = [alone("the zeppelin", True, n) for n in range(train.SEEN_IN - 1)]
        assert "zeppelin" not in grams_of(given + odd)
        assert "zeppelin" in grams_of([*given, *odd, odd[0]])

    @pytest.mark.parametrize("word", ["madam", "elle", "young", "jolie", "chinese", "etranger", "directrice"])
    def test_words_that_tell_who_somebody_is_are_learned_neither_alone_nor_in_pairs(self, word):
        assert word in train.left_out()
        found = self.learned(f"dear {word} please send the draft")
        assert {"please", "send the"} <= found
        assert not [gram for gram in found if word in gram.split()]

    @pytest.mark.parametrize(
        "text", ["please ask Amara about the draft", "Amara wrote about the draft", "Amara, hello"]
    )
    def test_names_are_learned_neither_within_a_sentence_nor_at_its_start(self, text):
        found = self.learned(text)
        assert found
        assert not [gram for gram in found if "amara" in gram]

    def test_the_start_of_a_sentence_is_learned_where_the_word_is_written_small_elsewhere(self):
        given = [alone("Send the draft", True, n) for n in range(3)] + [alone("we send it", False, n) for n in range(3)]
        assert "send the" in grams_of(given)
        assert "send" not in grams_of([alone("Send the draft", True, 1)] * 3 + [alone("we read it", False, 2)] * 3)


def shipped() -> dict[str, tuple[float, ...]]:
    rows = [line.split("\t") for line in train.WEIGHTS.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {gram: tuple(map(float, cells)) for gram, *cells in rows}


class TestShipped:
    def test_it_holds_no_word_that_is_left_out(self):
        assert not [gram for gram in shipped() if train.left_out() & set(gram.split())]

    def test_it_is_what_the_recipe_gives(self):
        pytest.importorskip("sklearn", reason="the extra `bench` is not installed")
        learned, _ = train.fit(samples(CORPUS, DEVELOPMENT))
        assert [row.gram for row in learned] == list(shipped())
        found = np.array([row[1:] for row in learned])
        assert np.abs(found - np.array(list(shipped().values()))).max() <= 0.02

    @pytest.mark.parametrize(
        "agreement", [("intéressé", "intéressée"), ("habilité", "habilitée"), ("rémunérés", "rémunérées")]
    )
    def test_a_feminine_agreement_does_not_change_a_verdict(self, agreement):
        told = [verdict([line.format(word) for line in AGREEING]) for word in agreement]
        assert told[0] is not None
        assert told[1] is not None
        assert told[0][:3] == told[1][:3]
        assert readable(agreement[0]) == readable(agreement[1])


AGREEING = [
    "Bonjour, vous seriez {} par une mission pour notre client ? Un petit mot de deux pages suffit.",
    "Envoyez-moi le rapport interne avant sa parution, {} ou non, et n'en parlez pas à votre employeur.",
]


class TestStages:
    def test_only_messages_with_the_label_and_honest_ones_are_learned_from(self, corpus):
        given = samples(corpus, ["dev"])
        table, _ = train.fit(given)
        learned = train_stages.learn(given, table)
        assert len(learned.constants) == len(KINDS)
        told = Stages(Opinion(table, LEARNED[1]), *learned, [0.0] * len(KINDS)).odds(TEXTS)
        assert (told[0] > told[1]).all()

    def test_few_honest_messages_pass_a_bar_that_others_set(self):
        seen = [np.arange(3000.0).reshape(-1, 3), np.full((1, 3), np.nan)]
        share = [(seen[0][:, i] > bar).mean() for i, bar in enumerate(train_stages.bars(seen))]
        assert share == pytest.approx([train_stages.FALSE] * 3, abs=0.001)

    def test_the_command_writes_the_stages_beside_the_weights(self, corpus, tmp_path, monkeypatch):
        out = tmp_path / "w.tsv"
        monkeypatch.setattr("sys.argv", ["train", "--corpus", str(corpus), "--sets", "dev", "--out", str(out)])
        train.main()
        read = parse_stages(tmp_path / train.STAGES, parse(out))
        assert np.isfinite(read.bars).all()

    def test_the_shipped_stages_are_what_the_recipe_gives(self):
        """A weight may differ in its last digit from one machine to another; what is said about words may not."""
        pytest.importorskip("sklearn", reason="the extra `bench` is not installed")
        table = [Weight(gram, *cells) for gram, cells in shipped().items()]
        mine = Stages(shipped_opinion(), *train_stages.learn(samples(CORPUS, DEVELOPMENT), table), [0.0] * len(KINDS))
        assert np.nanmax(np.abs(mine.odds(AGREEING) - shipped_stages().odds(AGREEING))) <= 0.02


WORDS = [Weight("why", 2.0, 0.0, 0.0), Weight("gladly", 2.0, 0.0, 0.0)]
ALONE = [Sample(["why gladly"], [None], True, "alone", [frozenset()])]
"""A conversation in which nothing was answered."""


class TestAnswers:
    def sample(self, hostile, *said):
        answers = tuple(Answer(i, text) for i, text in enumerate(said, 1))
        return Sample(["x"] * len(said), [None] * len(said), hostile, f"{hostile}{said}", [], answers=answers)

    def test_they_tell_a_wary_answer_from_a_glad_one(self):
        given = [self.sample(True, "but why", "why"), self.sample(False, "yes gladly", "gladly"), *ALONE]
        learned = {row.gram: row.pull for row in train_answers.learn(given, WORDS)}
        assert learned["why"] > 0 > learned["gladly"]

    @pytest.mark.parametrize("hostile", [True, False])
    def test_answers_on_one_side_teach_nothing(self, hostile):
        assert train_answers.learn([self.sample(hostile, "why"), *ALONE], WORDS) == []
        heard = Answers(Opinion(WORDS, LEARNED[1]), [], Stacking(0.0, 1.0, 0.0))
        assert heard.beside(np.array([0.7]), heard.said(["why"], [1], 1)).tolist() == [0.7]

    def test_the_command_writes_them_beside_the_weights(self, corpus, tmp_path, monkeypatch):
        out = tmp_path / "w.tsv"
        monkeypatch.setattr("sys.argv", ["train", "--corpus", str(corpus), "--sets", "dev", "--out", str(out)])
        train.main()
        assert np.isfinite(parse_answers(tmp_path / train.ANSWERS, parse(out)).stacking).all()

    def test_the_shipped_answers_are_what_the_recipe_gives(self):
        pytest.importorskip("sklearn", reason="the extra `bench` is not installed")
        table = [Weight(gram, *cells) for gram, cells in shipped().items()]
        learned = train_answers.learn(samples(CORPUS, DEVELOPMENT), table)
        mine = Answers(shipped_opinion(), learned, shipped_answers().stacking)
        said = ["Why would you need to know that?", "No, that is not mine to give.", "Merci, je passe par mon service."]
        told = [one.said(said, [1, 2, 3], 3) for one in (mine, shipped_answers())]
        assert np.abs(told[0] - told[1]).max() <= 0.03
