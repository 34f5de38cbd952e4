"""The recipe of the second opinion: from labelled conversations to a table of weights.

    python -m counterlure.bench.train --corpus corpus

Needs scikit-learn (the `bench` extra). What the labels mean, and which messages are used, is said in `docs/model.md`.
"""

from __future__ import annotations

import argparse
import functools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from counterlure.bench import train_answers, train_stages
from counterlure.bench.ranker import Ranker, Rules, Trainer
from counterlure.bench.samples import Sample, both_sides, folds, matrix, of_talk, samples, single_messages
from counterlure.bench.strategy_features import sklearn
from counterlure.bench.talks import DEVELOPMENT, Talk
from counterlure.data_files import parse_yaml
from counterlure.detect.opinion import answers, model, stages
from counterlure.detect.opinion.answers import Answers, AnswerWeight, Stacking, shipped_answers
from counterlure.detect.opinion.model import Constants, Opinion, Weight, shipped, write
from counterlure.detect.opinion.verdict import Answer, Models
from counterlure.detect.opinion.words import OVER, readable
from counterlure.errors import InputError

_WRITTEN = re.compile(r"[^\W_]+|[?!$%€£]")
COMMON = 0.05  # words in more than this share of messages are how people write, not what they ask; they weigh nothing
SEEN_IN = 3  # messages a word or pair must stand in
INVERSE_PENALTY = 2.5  # C of scikit-learn; 1 to 5 do alike on sets left out, 20 worse
WEIGHTS = Path(model.__file__).with_name("weights.tsv")
STAGES, ANSWERS = "stages.tsv", "answers.tsv"  # beside the weights, over whose words they were learned


def trainer(corpus: Path) -> Trainer:
    """Judges with a second opinion learned from the conversations it is given, and from the single messages.

    Single messages are read when it is first asked, so that a fault in them stops no other part of the benchmark;
    where the folder holds none, the conversations alone are learned from. The shipped opinion never takes the place of
    one that cannot be learned, for it has seen the sources that are left out; only the four numbers by which its two
    models are stacked stay, since to fit them anew takes six times as long. It hears no stages (`stages.py`). Raises
    as `train` and `single_messages` do.
    """
    singles, rules = functools.cache(lambda: single_messages(corpus)), Rules()

    def learned(talks: Sequence[Talk]) -> Ranker:
        given = [*(of_talk(talk) for talk in talks if talk.others), *singles()]
        weights, (step, whole) = fit(given)
        opinion = Opinion(weights, shipped().constants._replace(step=step, whole=whole))
        answers = Answers(opinion, train_answers.learn(given, weights), shipped_answers().stacking)
        return rules.with_opinion(Models(opinion, answers=answers))

    return learned


def train(given: Sequence[Sample]) -> Learned:
    """Both models and their stacking, rounded as the table holds them.

    The stacking is fitted on conversations that the models were not trained on (`FOLDS` folds, parted by group), read
    up to each of their messages, so that it holds early too; what a turning one says before its first hard step is left
    out, for nothing in it is hostile yet. The same samples give the same table.

    Raises
    ------
    InputError : too few samples of one side, or too few words that they share.
    MissingExtra : scikit-learn is not installed.
    """
    seen = [row for rest, part in folds(given) for row in _told(rest, [one for one in part if one.source])]
    weights, (step, whole) = fit(given)
    stacked = _stack([row.parts for row in seen], [row.hostile for row in seen])
    constants = Constants(step, whole, *stacked)
    answers = train_answers.learn(given, weights)
    rows, told = _beside(seen, stacked)
    stacking = Stacking(*_stack(rows, told)) if len(set(told)) == 2 else Stacking(0.0, 1.0, 0.0)
    return Learned(weights, constants, answers, stacking)


class Learned(NamedTuple):
    """What the tables hold: the second opinion, and the answers that are stacked with it."""

    weights: list[Weight]
    constants: Constants
    answers: list[AnswerWeight]
    stacking: Stacking


class _Seen(NamedTuple):
    """The parts of one beginning of a conversation, what was answered by then (nan: nothing), whether it is hostile."""

    parts: tuple[float, ...]
    answered: float
    hostile: bool


def _told(rest: list[Sample], part: list[Sample]) -> list[_Seen]:
    """What models of `rest` say about every beginning of the conversations of `part`."""
    weights, (step, whole) = fit(rest)
    opinion = Opinion(weights, Constants(step, whole, 0.0, 0.0, 0.0, 0.0))
    heard = Answers(opinion, train_answers.learn(rest, weights), Stacking(0.0, 1.0, 0.0))
    begun = [(one, end) for one in part for end in range(_first_hard(one), len(one.texts) + 1)]
    starts = np.cumsum([0, *(end for _, end in begun)])[:-1]
    parts = opinion.parts(opinion.read([text for one, end in begun for text in one.texts[:end]]), starts)
    said = {id(one): heard.said(*_of(one.answers), len(one.texts)) for one in part}
    rows = zip(np.column_stack(parts).tolist(), begun, strict=True)
    return [
        _Seen(tuple(row), float(said[id(one)][end - 1]), one.hostile)
        for row, (one, end) in rows if not np.isnan(row).any()
    ]  # fmt: skip


def _of(answers: Sequence[Answer]) -> tuple[list[str], list[int]]:
    return [one.text for one in answers], [one.after for one in answers]


def _beside(seen: Sequence[_Seen], stacked: Sequence[float]) -> tuple[list[tuple[float, float]], list[bool]]:
    """Own odds beside those of the answers, where there were any."""
    base, *by = stacked
    rows = [row for row in seen if not np.isnan(row.answered)]
    return [(base + float(np.dot(by, row.parts)), row.answered) for row in rows], [row.hostile for row in rows]


def _first_hard(one: Sample) -> int:
    return next((place for place, step in enumerate(one.steps, 1) if step is not None), len(one.texts))


def _stack(parts: Sequence[Sequence[float]], told: Sequence[bool]) -> list[float]:
    both_sides(told)
    fitted = sklearn("linear_model").LogisticRegression(C=1e6, class_weight="balanced", max_iter=1000)
    fitted.fit(parts, told)
    return [round(float(value), 4) for value in (*fitted.intercept_, *fitted.coef_[0])]


def fit(given: Sequence[Sample]) -> tuple[list[Weight], tuple[float, float]]:
    """Both models without their stacking: rows by gram, and the two constants; raises as `train` does."""
    steps = [
        (text, step, one.weight)
        for one in given
        for text, step in zip(one.texts, one.steps, strict=True)
        if step is not None
    ]
    counts = [Counter(readable(text)) for text, _, _ in steps]
    kept = _kept(counts, _written_small([text for text, _, _ in steps]))
    seen = Counter(gram for count in counts for gram in count)
    rarity = dict.fromkeys(kept, 0.0) | {gram: round(_rarity(len(counts), seen[gram]), 3) for gram in kept}
    step, step_base = _regression(counts, [told for _, told, _ in steps], rarity, [weight for _, _, weight in steps])
    talks = [one for one in given if len(one.texts) > 1]
    wholes = [sum((Counter(readable(text)) for text in one.texts), Counter[str]()) for one in talks]
    whole, whole_base = _regression(wholes, [one.hostile for one in talks], rarity, [one.weight for one in talks])
    rows = [Weight(gram, r, a, b) for (gram, r), a, b in zip(rarity.items(), step, whole, strict=True)]
    return rows, (step_base, whole_base)


def _regression(
    counts: Sequence[Counter[str]], hostile: Sequence[bool], rarity: dict[str, float], weight: Sequence[float]
) -> tuple[list[float], float]:
    """Weights in the order of `rarity`, and the constant."""
    both_sides(hostile)
    if not rarity:
        raise InputError(
            "samples to learn from", f"no word stands in {SEEN_IN} of {len(counts)} messages; give a larger corpus"
        )
    fitted = sklearn("linear_model").LogisticRegression(C=INVERSE_PENALTY, class_weight="balanced", max_iter=3000)
    fitted.fit(matrix(counts, rarity), list(hostile), sample_weight=list(weight))
    return [round(float(w), 3) for w in fitted.coef_[0]], round(float(fitted.intercept_[0]), 4)


def _kept(counts: Sequence[Counter[str]], small: frozenset[str]) -> list[str]:
    """Words and pairs that stand in enough messages, of words that are no names."""
    seen = Counter(gram for count in counts for gram in count)
    often = (gram for gram, times in seen.items() if times >= SEEN_IN)
    return sorted(gram for gram in often if small.issuperset(gram.replace(OVER, " ").split(" ")))


def _written_small(texts: Iterable[str]) -> frozenset[str]:
    """Words written without a capital somewhere; what never is, is most likely a name at the start of a sentence."""
    written_small = frozenset(
        word
        for text in texts
        for written in _WRITTEN.findall(text)
        if not written[0].isupper() or written.isupper()
        for word in readable(f"x {written}")[1:2]
    )
    return written_small - left_out()


@functools.cache
def left_out() -> frozenset[str]:
    """Words that are never learned: see `left_out.yml`."""
    groups = parse_yaml((WEIGHTS.parent / "left_out.yml").read_text(encoding="utf-8"))
    words = readable(" ".join(line for lines in groups.values() for line in lines))
    return frozenset(word for word in words if " " not in word)


def _rarity(messages: int, seen: int) -> float:
    """Inverse document frequency, smoothed as scikit-learn does it; 0 for what is too common to tell anything."""
    return 0.0 if seen > COMMON * messages else float(np.log((1 + messages) / (1 + seen)) + 1)


def main() -> None:
    """Writes the two tables that ship."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of the authored conversations")
    parser.add_argument("--sets", nargs="+", default=DEVELOPMENT, help="sets of pairs to learn from")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    given = samples(arguments.corpus, arguments.sets)
    weights, constants, pulls, stacking = train(given)
    hostile = sum(one.hostile for one in given)
    about = [
        f"Weights of the second opinion, learned from {hostile} hostile and {len(given) - hostile} honest samples.",
        "One word or pair a line: gram, rarity, weight in a message, weight in the whole; positive speaks for hostile.",
        "Constants: log odds of no words in a message and in the whole; base, steps, whole and count of the stacking.",
    ]
    write(arguments.out, about, weights, constants)
    print(f"{arguments.out}: {len(weights)} words and pairs from {len(given)} samples; {constants}")
    _write_stages(arguments.out.with_name(STAGES), given, weights)
    _write_answers(arguments.out.with_name(ANSWERS), pulls, stacking)


def _write_answers(file: Path, weights: Sequence[AnswerWeight], stacking: Stacking) -> None:
    about = [
        "What the person approached answers: word or pair of the second opinion, and its weight; positive speaks for",
        "a hostile approach. Stacking: base, own words, answers, all in log odds.",
    ]
    answers.write(file, about, weights, stacking)
    print(f"{file}: {len(weights)} words and pairs; {stacking}")


def _write_stages(file: Path, given: Sequence[Sample], weights: Sequence[Weight]) -> None:
    learned, bars = train_stages.train(given, weights)
    about = [
        "Stages that the words of a message show: word or pair of the second opinion, and its weight for each kind of",
        f"{', '.join(stages.KINDS)}.",
        "Constants: log odds of no words; bars: log odds from which a message shows the kind.",
    ]
    stages.write(file, about, learned.weights, learned.constants, bars)
    print(f"{file}: {len(learned.weights)} words and pairs; bars {bars}")


if __name__ == "__main__":
    main()
