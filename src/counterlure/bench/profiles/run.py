"""The protocol on one page: read, block, group, split, judge by every regime, and stand beside what is published."""

from __future__ import annotations

import functools
from collections import Counter
from importlib import resources
from pathlib import Path
from typing import Any

from counterlure.bench import early
from counterlure.bench.profiles import leaks, measures
from counterlure.bench.profiles.dataset import CLASSES, HAND_MADE, HONEST, DataSet, read
from counterlure.bench.profiles.features import table
from counterlure.bench.profiles.regimes import REGIMES, REJECTED, Regime, Rows, unusual
from counterlure.bench.profiles.templates import FOLDS, folds, sizes, templates
from counterlure.bench.scorer import Tell, silent
from counterlure.data_files import parse_yaml
from counterlure.errors import InputError

SCHEMA = "counterlure/bench-profiles/1"
NOT_PUBLISHED = "not the published file"
ROWS_MIN = {HONEST: 100, HAND_MADE: 20}
"""Fewer say nothing: a threshold at 2 % of honest rows needs some."""


@functools.cache
def published() -> Any:
    """`published.yml` as plain values."""
    return parse_yaml(resources.files(__package__).joinpath("published.yml").read_text(encoding="utf-8"))


def run(file: Path, *, any_file: bool = False, tell: Tell = silent) -> dict[str, Any]:
    """The whole protocol on the data set in a file, as one document of plain values; no text of the file is in it.

    any_file : as `dataset.read`; every regime of the document then says that the figures are not of the published file.

    Raises
    ------
    InputError, FormatError, LimitError : as `dataset.read` says, or too few rows of a class.
    MissingExtra : scikit-learn is not installed.
    """
    tell("reading the file", 0, 1)
    return measure(read(file, any_file=any_file), str(file), tell)


def measure(data: DataSet, source: str, tell: Tell = silent) -> dict[str, Any]:
    """The protocol on a data set that was read; raises as `run` does."""
    counts = Counter(own.label for own in data.profiles)
    for label, least in ROWS_MIN.items():
        if counts[label] < least:
            raise InputError(source, f"{counts[label]} rows are {label}, and at least {least} are needed to measure on")
    found = leaks.report(data.profiles, data.unreadable)
    template = templates(data.profiles)
    rows = Rows(data.profiles, table(data.profiles, found["constants"]), template, folds(data.profiles, template))
    mark = None if data.published else NOT_PUBLISHED
    return {
        "schema": SCHEMA,
        "file": {"published": data.published, "mark": mark, "sha256": data.sha256, "bytes": data.bytes},
        "rows": {label: counts[label] for label in CLASSES},
        "leaks": found,
        "templates": sizes(data.profiles, template),
        "folds": FOLDS,
        "honest_rejected_aim": REJECTED,
        "regimes": [_regime(rows, regime, mark, tell) for regime in REGIMES],
        "best_point": _best_point(),
    }


def _regime(rows: Rows, regime: Regime, mark: str | None, tell: Tell) -> dict[str, Any]:
    shares = unusual(rows, regime, lambda done: tell(regime.title, done, FOLDS))
    about = {"name": regime.name, "title": regime.title, "mark": mark}
    return {
        **about, **measures.measured(rows.profiles, rows.template, shares),
        "published": published()["regimes"][regime.name],
    }  # fmt: skip


def _best_point() -> dict[str, Any]:
    point = published()["best_point"]
    right = {
        str(base): early.precision_at(1 - point["accepted"], point["rejected"], base) for base in measures.PREVALENCES
    }
    return {**point, "right": right}
