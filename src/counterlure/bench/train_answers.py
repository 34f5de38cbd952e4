"""The recipe of the answers: from whole conversations to a table of weights over the words of the second opinion.

`python -m counterlure.bench.train` runs it beside its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from counterlure.bench.samples import Sample, matrix
from counterlure.bench.strategy_features import sklearn
from counterlure.detect.opinion.answers import AnswerWeight
from counterlure.detect.opinion.model import Weight
from counterlure.detect.opinion.words import readable

INVERSE_PENALTY = 2.5
ROWS = 20_000  # words and pairs that weigh most; the rest of the table changes no ranking


def learn(given: Sequence[Sample], table: Sequence[Weight]) -> list[AnswerWeight]:
    """Everything that was answered in a turning conversation against everything that was in an honest one.

    table : the second opinion over whose words it is learned. Nothing is learned where it is empty, or where only one
    side was answered.
    """
    rarity = {row.gram: row.rarity for row in table}
    told = [one for one in given if one.answers]
    if not table or len({one.hostile for one in told}) < 2:
        return []
    counts = [sum((Counter(readable(answer.text)) for answer in one.answers), Counter[str]()) for one in told]
    model = sklearn("linear_model").LogisticRegression(C=INVERSE_PENALTY, class_weight="balanced", max_iter=3000)
    pulls = model.fit(matrix(counts, rarity), [one.hostile for one in told]).coef_[0]
    heavy = np.abs(pulls) * list(rarity.values())
    kept = np.sort(np.argsort(-heavy, kind="stable")[:ROWS])
    grams = list(rarity)
    return [AnswerWeight(grams[i], round(float(pulls[i]), 2)) for i in kept.tolist()]
