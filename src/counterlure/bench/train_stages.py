"""The recipe of the stages: from labelled messages to a table of weights over the words of the second opinion.

`python -m counterlure.bench.train` runs it after its own; what the labels mean is said in `docs/model.md`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from counterlure.bench.samples import FOLDS, Sample, both_sides, matrix
from counterlure.bench.strategy_features import sklearn
from counterlure.detect.opinion.model import Constants, Floats, Opinion, Weight
from counterlure.detect.opinion.stages import STAGES, Stages, StageWeight
from counterlure.detect.opinion.words import readable

INVERSE_PENALTY = 5.0  # C of scikit-learn; 1 and 5 do alike, 20 worse
ROWS = 10_000  # words and pairs that weigh most; the rest of the table changes no ranking
FALSE = 0.002
"""Share of honest messages, of sets not learned from, that pass the bar of a stage."""


class Learned(NamedTuple):
    """What `stages.write` takes, the bars left out."""

    weights: list[StageWeight]
    constants: list[float]


def learn(given: Sequence[Sample], table: Sequence[Weight]) -> Learned:
    """One logistic regression a stage: messages labelled with it against honest messages, all other messages unused.

    table : the second opinion over whose words they are learned.
    """
    rarity = {row.gram: row.rarity for row in table}
    rows = matrix([Counter(readable(text)) for one in given for text in one.texts], rarity)
    said = [(labels, one.hostile) for one in given for labels in one.labels]
    weights = [one.weight for one in given for _ in one.labels]
    fitted = [_fitted(rows, [_told(*message, own) for message in said], weights) for own in STAGES.values()]
    pulls = np.column_stack([model.coef_[0] for model in fitted])
    heavy = np.abs(pulls).max(axis=1) * list(rarity.values())
    kept = np.sort(np.argsort(-heavy, kind="stable")[:ROWS])
    grams = list(rarity)
    table_rows = [StageWeight(grams[i], tuple(round(float(w), 2) for w in pulls[i])) for i in kept.tolist()]
    return Learned(table_rows, [round(float(model.intercept_[0]), 4) for model in fitted])


def train(given: Sequence[Sample], table: Sequence[Weight]) -> tuple[Learned, list[float]]:
    """The models of all samples, and bars from what models say of every set that they did not learn from.

    Whole sets are left out, a fifth of them at a time, for each has hands and subjects of its own: within a set the
    bars would come out too low.
    """
    opinion = Opinion(table, Constants(*[0.0] * len(Constants._fields)))
    sources = sorted({one.source for one in given if one.source})
    seen = []
    for out in (sources[fold::FOLDS] for fold in range(min(FOLDS, len(sources)))):
        rest, part = ([one for one in given if (one.source in out) is told] for told in (False, True))
        seen.append(honest_odds(learn(rest, table), opinion, part))
    return learn(given, table), bars(seen)


def bars(seen: Iterable[Floats]) -> list[float]:
    """The odds of each stage that `FALSE` of the honest messages pass.

    seen : log odds as `Stages.odds` gives them, of honest messages that the models did not learn from.
    """
    odds = np.concatenate(list(seen))
    odds = odds[~np.isnan(odds).any(axis=1)]
    return [round(float(np.quantile(column, 1 - FALSE)), 4) for column in odds.T]


def honest_odds(learned: Learned, opinion: Opinion, part: Sequence[Sample]) -> Floats:
    """What the models say of the honest conversations of a part that they did not learn from."""
    texts = [text for one in part if not one.hostile and one.source for text in one.texts]
    return Stages(opinion, *learned, [np.inf] * len(STAGES)).odds(texts)


def _told(labels: frozenset[str], hostile: bool, own: frozenset[str]) -> bool | None:
    """Whether a message shows the stage; None where it is hostile and shows others, or none."""
    return (True if labels & own else None) if hostile else False


def _fitted(rows: Any, told: Sequence[bool | None], weights: Sequence[float]) -> Any:
    used = [i for i, own in enumerate(told) if own is not None]
    both_sides([bool(told[i]) for i in used])
    model = sklearn("linear_model").LogisticRegression(C=INVERSE_PENALTY, class_weight="balanced", max_iter=3000)
    return model.fit(rows[used], [told[i] for i in used], sample_weight=[weights[i] for i in used])
