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
from typing import Any, NamedTuple

import msgspec
import numpy as np

from counterlure.bench.ranker import Ranker, Rules, Trainer
from counterlure.bench.strategy_features import sklearn
from counterlure.bench.talks import Talk, pairs, text_of
from counterlure.data_files import parse_yaml
from counterlure.detect.opinion import model
from counterlure.detect.opinion.model import Constants, Opinion, Weight, shipped, write
from counterlure.detect.opinion.words import readable
from counterlure.errors import FormatError, InputError

_WRITTEN = re.compile(r"[^\W_]+|[?!$%€£]")
COMMON = 0.05  # words in more than this share of messages are how people write, not what they ask; they weigh nothing
SEEN_IN = 3  # messages a word or pair must stand in
INVERSE_PENALTY = 20.0  # C of scikit-learn; 10 to 100 differ by less than one point of AUC
FOLDS = 5
WEIGHTS = Path(model.__file__).with_name("weights.tsv")
SETS = ["dev", "dev2", "dev3", "dev4", "dev5", "dev6"]
HARD = frozenset({"probing", "tasking", "sensitive_request", "compromise", "coercion", "channel_shift"})


class Sample(NamedTuple):
    """What one account wrote to one person.

    texts : its messages; steps : per message whether it is a hostile step, None where that was not said; hostile :
    whether the whole is; group : samples of one group share an opening and are never parted between folds.
    """

    texts: list[str]
    steps: list[bool | None]
    hostile: bool
    group: str


def of_talk(talk: Talk) -> Sample:
    """One conversation; in a turning one that has stages only messages that show a hard one are called steps."""
    texts = [message.text for message in talk.others]
    steps = [_step(talk.hostile, message.stages) for message in talk.others]
    return Sample(texts, steps, talk.hostile, talk.pair or talk.id)


def _step(hostile: bool, stages: tuple[str, ...] | None) -> bool | None:
    return None if hostile and stages is not None and HARD.isdisjoint(stages) else hostile


def single_messages(corpus: Path) -> list[Sample]:
    """Contrast messages (corpus/turns) and ordinary ones (corpus/ordinary), in file order.

    Raises
    ------
    FormatError : a line is not as the schema beside it says; names file, line, value and remedy.
    """
    files = [file for kind in ("turns", "ordinary") for file in sorted(corpus.glob(f"{kind}.*.jsonl"))]
    lines = [(file, number, line) for file in files for number, line in enumerate(text_of(file).splitlines(), 1)]
    return [one for file, number, line in lines if line for one in _of_line(file, number, line)]


def _of_line(file: Path, number: int, line: str) -> list[Sample]:
    try:
        read = msgspec.json.decode(line, type=_Line)
    except msgspec.MsgspecError as error:
        schema = f"corpus/{file.name.split('.')[0]}.schema.json"
        raise FormatError(f"{file}:{number}", f"{line[:60]!r} is no message ({error}); see {schema}") from error
    sides = [(read.hostile, True), (read.honest, False)]
    return [Sample([text], [hostile], hostile, read.id) for text, hostile in sides if text is not None]


class _Line(msgspec.Struct):
    id: str
    honest: str
    hostile: str | None = None


def samples(corpus: Path, sets: Iterable[str]) -> list[Sample]:
    """All samples of the named sets of conversations, then single messages."""
    return [*(of_talk(talk) for name in sets for talk in pairs(corpus, name)), *single_messages(corpus)]


def trainer(corpus: Path) -> Trainer:
    """Judges with a second opinion learned from the conversations it is given, and from the single messages.

    Single messages are read when it is first asked, so that a fault in them stops no other part of the benchmark; where
    the folder holds none, the conversations alone are learned from. The shipped opinion never takes the place of one
    that cannot be learned, for it has seen the sources that are left out; only the four numbers by which its two models
    are stacked stay, since to fit them anew takes six times as long. Raises as `train` and `single_messages` do.
    """
    singles, rules = functools.cache(lambda: single_messages(corpus)), Rules()

    def learned(talks: Sequence[Talk]) -> Ranker:
        weights, (step, whole) = fit([*(of_talk(talk) for talk in talks if talk.others), *singles()])
        return rules.with_opinion(Opinion(weights, shipped().constants._replace(step=step, whole=whole)))

    return learned


def train(given: Sequence[Sample]) -> tuple[list[Weight], Constants]:
    """Both models and their stacking, rounded as the table holds them.

    The stacking is fitted on conversations that the models were not trained on (`FOLDS` folds, parted by group), read
    up to each of their messages, so that it holds early too; what a turning one says before its first hard step is left
    out, for nothing in it is hostile yet. The same samples give the same table.

    Raises
    ------
    InputError : too few samples of one side, or too few words that they share.
    MissingExtra : scikit-learn is not installed.
    """
    seen = [row for rest, part in _folds(given) for row in _told(rest, [one for one in part if len(one.texts) > 1])]
    weights, (step, whole) = fit(given)
    return weights, Constants(step, whole, *_stack(seen))


class _Seen(NamedTuple):
    """The parts of one beginning of a conversation, and whether it is hostile."""

    parts: tuple[float, ...]
    hostile: bool


def _told(rest: list[Sample], part: list[Sample]) -> list[_Seen]:
    """What a model of `rest` says about every beginning of the conversations of `part`."""
    weights, (step, whole) = fit(rest)
    opinion = Opinion(weights, Constants(step, whole, 0.0, 0.0, 0.0, 0.0))
    begun = [(one.texts[:end], one.hostile) for one in part for end in range(_first_hard(one), len(one.texts) + 1)]
    starts = np.cumsum([0, *(len(texts) for texts, _ in begun)])[:-1]
    parts = opinion.parts(opinion.read([text for texts, _ in begun for text in texts]), starts)
    rows = zip(np.column_stack(parts).tolist(), (hostile for _, hostile in begun), strict=True)
    return [_Seen(tuple(row), hostile) for row, hostile in rows if not np.isnan(row).any()]


def _first_hard(one: Sample) -> int:
    return next((place for place, step in enumerate(one.steps, 1) if step is not None), len(one.texts))


def _folds(given: Sequence[Sample]) -> list[tuple[list[Sample], list[Sample]]]:
    place = {group: i % FOLDS for i, group in enumerate(sorted({one.group for one in given}))}
    return [
        ([one for one in given if place[one.group] != fold], [one for one in given if place[one.group] == fold])
        for fold in range(FOLDS)
    ]


def _stack(seen: Sequence[_Seen]) -> list[float]:
    told = [row.hostile for row in seen]
    _both_sides(told)
    fitted = sklearn("linear_model").LogisticRegression(C=1e6, class_weight="balanced", max_iter=1000)
    fitted.fit([row.parts for row in seen], told)
    return [round(float(value), 4) for value in (*fitted.intercept_, *fitted.coef_[0])]


def fit(given: Sequence[Sample]) -> tuple[list[Weight], tuple[float, float]]:
    """Both models without their stacking: rows by gram, and the two constants; raises as `train` does."""
    steps = [(text, step) for one in given for text, step in zip(one.texts, one.steps, strict=True) if step is not None]
    counts = [Counter(readable(text)) for text, _ in steps]
    kept = _kept(counts, _written_small([text for text, _ in steps]))
    seen = Counter(gram for count in counts for gram in count)
    rarity = dict.fromkeys(kept, 0.0) | {gram: round(_rarity(len(counts), seen[gram]), 3) for gram in kept}
    step, step_base = _regression(counts, [told for _, told in steps], rarity)
    talks = [one for one in given if len(one.texts) > 1]
    wholes = [sum((Counter(readable(text)) for text in one.texts), Counter[str]()) for one in talks]
    whole, whole_base = _regression(wholes, [one.hostile for one in talks], rarity)
    rows = [Weight(gram, r, a, b) for (gram, r), a, b in zip(rarity.items(), step, whole, strict=True)]
    return rows, (step_base, whole_base)


def _regression(
    counts: Sequence[Counter[str]], hostile: Sequence[bool], rarity: dict[str, float]
) -> tuple[list[float], float]:
    """Weights in the order of `rarity`, and the constant."""
    _both_sides(hostile)
    if not rarity:
        raise InputError(
            "samples to learn from", f"no word stands in {SEEN_IN} of {len(counts)} messages; give a larger corpus"
        )
    fitted = sklearn("linear_model").LogisticRegression(C=INVERSE_PENALTY, class_weight="balanced", max_iter=3000)
    fitted.fit(_matrix(counts, rarity), list(hostile))
    return [round(float(w), 3) for w in fitted.coef_[0]], round(float(fitted.intercept_[0]), 4)


def _both_sides(hostile: Sequence[bool]) -> None:
    if len(set(hostile)) < 2:
        held = f"{sum(hostile)} hostile and {len(hostile) - sum(hostile)} honest ones can be read in some part of them"
        raise InputError("samples to learn from", f"too few: {held}; give a larger corpus")


def _matrix(counts: Sequence[Counter[str]], rarity: dict[str, float]) -> Any:
    """One row a text, of length one where no word repeats."""
    from scipy.sparse import csr_matrix, diags

    place = {gram: i for i, gram in enumerate(rarity)}
    cells = [(i, gram, n) for i, count in enumerate(counts) for gram, n in count.items() if gram in place]
    rows = [i for i, _, _ in cells]
    length = np.bincount(rows, [n * rarity[gram] ** 2 for _, gram, n in cells], len(counts))
    values = [n * rarity[gram] for _, gram, n in cells]
    matrix = csr_matrix((values, (rows, [place[gram] for _, gram, _ in cells])), (len(counts), len(place)))
    return diags(1 / np.sqrt(np.maximum(length, 1e-9))) @ matrix


def _kept(counts: Sequence[Counter[str]], small: frozenset[str]) -> list[str]:
    """Words and pairs that stand in enough messages, of words that are no names."""
    seen = Counter(gram for count in counts for gram in count)
    return sorted(g for g, times in seen.items() if times >= SEEN_IN and small.issuperset(g.split(" ")))


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
    """Writes the table of weights that ships."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of the authored conversations")
    parser.add_argument("--sets", nargs="+", default=SETS, help="sets of pairs to learn from")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    given = samples(arguments.corpus, arguments.sets)
    weights, constants = train(given)
    hostile = sum(one.hostile for one in given)
    about = [
        f"Weights of the second opinion, learned from {hostile} hostile and {len(given) - hostile} honest samples.",
        "One word or pair a line: gram, rarity, weight in a message, weight in the whole; positive speaks for hostile.",
        "Constants: log odds of no words in a message and in the whole; base, steps, whole and count of the stacking.",
    ]
    write(arguments.out, about, weights, constants)
    print(f"{arguments.out}: {len(weights)} words and pairs from {len(given)} samples; {constants}")


if __name__ == "__main__":
    main()
