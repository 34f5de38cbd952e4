"""The published regimes: which fakes are trained on, and how unusual every row is among the honest ones.

Five folds keep templates whole. For the rows of one fold, four models learn from three of the others each, and say of
the honest rows of the fourth how fake they look. A row is rejected by a model where at most `REJECTED` of all these
honest rows look as fake; so no model judges what it saw, and the threshold sees no test row. Each of the four counts a
quarter: their mean would reject fewer honest rows than asked for. No setting was tuned on the data set: nobody who
wrote this had it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterlure.bench.profiles.dataset import HAND_MADE, HONEST, LLM, Profile
from counterlure.bench.profiles.features import Floats, Ints, Table, matrices
from counterlure.bench.profiles.templates import FOLDS
from counterlure.bench.strategy_features import sklearn

REJECTED = 0.02
"""Share of honest rows that may be rejected; the published detectors reject 1.5 to 3.7 %."""
EXAMPLES = 20
SIDE_MIN = 10
"""Training rows of each side, of one kind, from which a model is learned; with fewer every row is accepted."""
INVERSE_PENALTY = 10.0
Bools = NDArray[np.bool_]


class Regime(NamedTuple):
    """One way to train.

    name : its key in `published.yml`. llm : rows made by an LLM that are trained on, half of each class; None for all.
    """

    name: str
    title: str
    llm: int | None


REGIMES = (
    Regime("hand_made_only", "Trained on honest rows and fakes made by hand; no LLM-made row was seen", 0),
    Regime("few_llm", f"The same with {EXAMPLES} LLM-made rows added", EXAMPLES),
    Regime("all_fakes", "Trained on honest rows and fakes of all classes", None),
)


class Rows(NamedTuple):
    """The data set ready to be judged: rows in the order of their content, with template and fold of each."""

    profiles: list[Profile]
    table: Table
    template: Ints
    fold: Ints


def unusual(rows: Rows, regime: Regime, step: Callable[[int], None]) -> Floats:
    """Shape (rows, FOLDS - 1): the share of honest rows, itself counted, that look at least as fake to each model.

    Near 0 is fake; NaN for rows of a kind (which sections can be read) of which too few are known: they are accepted.
    """
    found = np.full((len(rows.profiles), FOLDS - 1), np.nan)
    honest = np.array([own.label == HONEST for own in rows.profiles])
    kinds, kind = kinds_of(rows.profiles)
    for fold in range(FOLDS):
        others = [other for other in range(FOLDS) if other != fold]
        learned = [_trained(rows, regime, ~np.isin(rows.fold, (fold, other))) for other in others]
        for place, read in enumerate(kinds):
            own = kind == place
            models = [
                Model(np.flatnonzero(train & own), np.flatnonzero((rows.fold == other) & honest & own))
                for train, other in zip(learned, others, strict=True)
            ]
            test = np.flatnonzero((rows.fold == fold) & own)
            found[test] = _shares(rows, models, test, text=any(read))
        step(fold + 1)
    return found


class Model(NamedTuple):
    """Rows that a model learns from, and honest rows that it is held against."""

    train: Ints
    honest: Ints


def kinds_of(profiles: Sequence[Profile]) -> tuple[list[tuple[bool, ...]], Ints]:
    """(which sections can be read, in every combination there is; the place of each row's among them)."""
    kinds = sorted({own.written.read for own in profiles})
    return kinds, np.array([kinds.index(own.written.read) for own in profiles], np.int64)


def _trained(rows: Rows, regime: Regime, outside: Bools) -> Bools:
    """Rows to learn from: of those outside all but LLM-made ones, and of these as many as the regime says."""
    label = np.array([own.label for own in rows.profiles])
    if regime.llm is None:
        return outside
    chosen = outside & np.isin(label, (HONEST, HAND_MADE))
    for name in LLM:
        mine = sorted(np.flatnonzero(outside & (label == name)), key=lambda row: _lot(rows.profiles[row]))
        chosen[mine[: regime.llm // len(LLM)]] = True
    return chosen


def _lot(profile: Profile) -> str:
    return hashlib.sha256(f"lot {profile.content}".encode()).hexdigest()


def _shares(rows: Rows, models: Sequence[Model], test: Ints, *, text: bool) -> Floats:
    """The shares of `unusual` for rows of one kind; NaN where too little is known to learn from."""
    fakes = [[rows.profiles[row].label != HONEST for row in model.train] for model in models]
    if not test.size or any(min(sum(fake), len(fake) - sum(fake)) < SIDE_MIN for fake in fakes):
        return np.full((test.size, len(models)), np.nan)
    told = [_scores(rows, model.train, np.concatenate([model.honest, test]), text=text) for model in models]
    known = [scores[: model.honest.size] for scores, model in zip(told, models, strict=True)]
    asked = [scores[model.honest.size :] for scores, model in zip(told, models, strict=True)]
    scale = np.sort(np.concatenate(known))
    above = scale.size - np.searchsorted(scale, np.array(asked).T, side="left")
    return np.asarray((1 + above) / (1 + scale.size), float)


def _scores(rows: Rows, train: Ints, test: Ints, *, text: bool) -> Floats:
    """Log odds of fake; 0 for all where nothing is left to tell by."""
    fake = np.array([rows.profiles[row].label != HONEST for row in train], bool)
    sharing = Counter(rows.template[train].tolist())
    weight = np.array([1 / sharing[template] for template in rows.template[train].tolist()])
    known, asked = matrices(rows.table, train, test, weight, text=text)
    if not known.shape[1]:
        return np.zeros(test.size)
    balanced = weight * np.where(fake, 1 / weight[fake].sum(), 1 / weight[~fake].sum()) * weight.sum() / 2
    # The default solver starts threads for every one of some hundred small models; this one takes a tenth of its time.
    model = sklearn("linear_model").LogisticRegression(C=INVERSE_PENALTY, solver="liblinear")
    return np.asarray(model.fit(known, fake, sample_weight=balanced).decision_function(asked), float)
