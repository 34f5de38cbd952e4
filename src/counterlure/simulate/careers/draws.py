"""Draws from the distributions of a data file, each of which says where its numbers come from."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources
from math import exp, log
from random import Random
from typing import Any

from counterlure.data_files import parse_yaml
from counterlure.errors import RuleError

BASES = ("cited", "fitted", "judgement")
FORMS = ("share", "weights", "lognormal", "uniform")


@functools.cache
def load(name: str) -> Any:
    """The content of one data file of this folder."""
    return parse_yaml(resources.files(__package__).joinpath(name).read_text(encoding="utf-8"))


class Draws:
    """The distributions of one file by name; `RuleError` where one has no origin, or none of the known forms."""

    def __init__(self, name: str) -> None:
        self.entries: Mapping[str, Mapping[str, Any]] = load(name)
        for key, entry in self.entries.items():
            if entry.get("basis") not in BASES or not entry.get("origin"):
                raise RuleError(f"{name}: {key} does not say where it comes from")
            if sum(form in entry for form in FORMS) != 1:
                raise RuleError(f"{name}: {key} is none of {', '.join(FORMS)}")

    def happens(self, name: str, rng: Random) -> bool:
        """Whether something of a given share happens."""
        return rng.random() < float(self.entries[name]["share"])

    def one(self, name: str, rng: Random) -> str:
        """One of several, by weight."""
        weights = self.entries[name]["weights"]
        return str(rng.choices(list(weights), list(weights.values()))[0])

    def number(self, name: str, rng: Random) -> int:
        """A whole number of a lognormal or uniform distribution, or one of several numbers by weight."""
        entry = self.entries[name]
        if "weights" in entry:
            return int(self.one(name, rng))
        if "uniform" in entry:
            low, high = entry["uniform"]
            return rng.randint(int(low), int(high))
        median, sigma, low, high = entry["lognormal"]
        return int(min(high, max(low, round(exp(rng.gauss(log(median), sigma))))))


@functools.cache
def honest() -> Draws:
    """The distributions of honest careers."""
    return Draws("honest.yml")


@functools.cache
def fabricated() -> Draws:
    """The distributions of fabricated careers."""
    return Draws("fabricated.yml")
