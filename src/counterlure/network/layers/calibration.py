"""Whether honest accounts share values as often as a layer's null says: measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from counterlure.network.model import ABSENT, Ints, Layer


@dataclass(frozen=True, slots=True)
class Sharing:
    """Values shared by pairs of accounts inside the same stratum, counted over all such pairs.

    observed : count. expected : count under the null, d d' sum(f^2) per pair of accounts that hold d and d' values,
    f being the share of all holdings that a value has.
    """

    observed: float
    expected: float

    @property
    def ratio(self) -> float:
        """Observed over expected: 1 is calibrated, above 1 honest accounts of a stratum share for a dull reason."""
        return self.observed / self.expected if self.expected > 0 else float(self.observed > 0)


def sharing(layer: Layer, stratum: Ints) -> Sharing:
    """How often accounts of the same stratum share a value of the layer.

    stratum : shape (accounts,), code or `ABSENT` for accounts that are left out; all 0 for all pairs.
    """
    inside = stratum[layer.account] != ABSENT
    place, value = stratum[layer.account][inside].astype(np.int64), layer.value[inside]
    together = np.unique(place * max(layer.values, 1) + value, return_counts=True)[1]
    degree = np.bincount(layer.account, minlength=stratum.size).astype(np.float64)
    known = stratum != ABSENT
    total = np.bincount(stratum[known], weights=degree[known])
    square = np.bincount(stratum[known], weights=degree[known] ** 2)
    holders = np.bincount(layer.value, minlength=layer.values).astype(np.float64)
    # A value has n (n - 1) ordered pairs of holders, not n^2: without this a value of one's own would be shared.
    meet = float((holders * (holders - 1)).sum()) / max(float(degree.sum() ** 2 - (degree**2).sum()), 1.0)
    pairs = float((total**2 - square).sum()) / 2
    return Sharing(float((together * (together - 1)).sum()) / 2, pairs * meet)
