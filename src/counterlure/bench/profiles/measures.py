"""Shares with exact intervals, per row and per template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from counterlure.bench import early
from counterlure.bench.profiles.dataset import CLASSES, HONEST, LLM, Profile
from counterlure.bench.profiles.features import Floats, Ints
from counterlure.bench.profiles.regimes import REJECTED, kinds_of

PREVALENCES = (0.01, 0.001)
CONFIDENCE = 0.95


def interval(hits: float, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The two-sided exact interval of a share (Clopper and Pearson 1934); n >= 1, hits need not be whole."""
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = float(betaincinv(hits, n - hits + 1, tail)) if hits > 0 else 0.0
    high = float(betaincinv(hits + 1, n - hits, 1 - tail)) if hits < n else 1.0
    return low, high


def share(hits: float, n: int) -> dict[str, float | int] | None:
    """Share and interval; None of nothing."""
    if not n:
        return None
    low, high = interval(hits, n)
    return {"n": n, "share": hits / n, "low": low, "high": high}


def measured(profiles: Sequence[Profile], template: Ints, unusual: Floats) -> dict[str, Any]:
    """What one regime comes to: per class what is accepted, by row and with each template counted once.

    Rows of one template are no independent trials, so the interval by row is too narrow where templates are shared;
    the other one holds. unjudged : rows of a kind (which sections can be read) too rare to learn from, which are
    accepted. auc : probability that a fake of the class looks faker than an honest row of its kind. honest_alike :
    honest rows rejected if their kinds were as frequent as in the class, for being of a kind is not to tell. right :
    share of alarms that are right at that rate where the stated share of profiles is fake. accuracy : honest and
    LLM-made rows weighing the same, at that rate too.
    """
    label = np.array([own.label for own in profiles])
    kind = kinds_of(profiles)[1]
    accepted = 1 - (unusual <= REJECTED).mean(axis=1)
    classes = {name: _class(label == name, accepted, template) for name in CLASSES}
    for name, own in classes.items():
        own["unjudged"] = int(np.isnan(unusual[label == name, 0]).sum())
        own["auc"] = None if name == HONEST else _auc(kind, unusual, label, name)
        if name != HONEST and own["rows"] is not None:
            own["honest_alike"] = _alike(kind, accepted, label == HONEST, label == name)
            own["right"] = {
                str(base): early.precision_at(1 - own["rows"]["share"], own["honest_alike"], base)
                for base in PREVALENCES
            }
    made = np.isin(label, LLM)
    rejected = _alike(kind, accepted, label == HONEST, made) if made.any() else None
    accuracy = None if rejected is None else float(1 - rejected + 1 - accepted[made].mean()) / 2
    return {"classes": classes, "accuracy_llm": accuracy}


def _alike(kind: Ints, accepted: Floats, honest: Any, others: Any) -> float:
    """Share of honest rows rejected, their kinds weighing as in others; 0 where no kind has honest rows."""
    kinds = [place for place in np.unique(kind[others]) if (honest & (kind == place)).any()]
    rates = [float(1 - accepted[honest & (kind == place)].mean()) for place in kinds]
    weights = [int((others & (kind == place)).sum()) for place in kinds]
    return float(np.average(rates, weights=weights)) if kinds else 0.0


def _class(own: Any, accepted: Any, template: Ints) -> dict[str, Any]:
    """Of one class: accepted by row, and with each of its templates counted once."""
    names, place = np.unique(template[own], return_inverse=True)
    means = np.bincount(place, accepted[own], names.size) / np.maximum(np.bincount(place, minlength=names.size), 1)
    return {
        "rows": share(float(accepted[own].sum()), int(own.sum())),
        "templates": share(float(means.sum()), int(names.size)),
    }


def _auc(kind: Ints, unusual: Floats, label: Any, name: str) -> float | None:
    """Over pairs of one kind: which sections can be read tells the classes apart, and is not to be counted."""
    mean = unusual.mean(axis=1)
    right, pairs = 0.0, 0
    for place in np.unique(kind):
        mine, honest = (mean[(kind == place) & (label == side) & ~np.isnan(mean)] for side in (name, HONEST))
        scores, hostile = [*-mine, *-honest], [True] * mine.size + [False] * honest.size
        right += (early.auc(scores, hostile) or 0.0) * mine.size * honest.size
        pairs += mine.size * honest.size
    return float(right / pairs) if pairs else None
