"""How common a sign is among honest careers: what every score here has to say of itself."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources
from typing import NamedTuple

from counterlure.data_files import parse_yaml

Params = dict[str, str | int | float]


class Share(NamedTuple):
    """Of 100 honest careers, how many show a sign. hostile : which way the sign speaks."""

    honest: float
    hostile: bool


@functools.cache
def shares() -> Mapping[str, Share]:
    """Kind of finding -> share, of `commonness.yml`, where its origin stands."""
    data = parse_yaml(resources.files(__package__).joinpath("commonness.yml").read_text(encoding="utf-8"))
    return {kind: Share(entry["honest_per_cent"], entry["sign"] == "hostile") for kind, entry in data.items()}


def honest(kind: str) -> Params:
    """The parameter that tells how common a sign is."""
    return {"honest_per_cent": shares()[kind].honest}


def seen_in(kind: str) -> str:
    """The same in words: "seen in 26 of 100 honest careers", or of 1,000 where it is rare."""
    share = shares()[kind].honest
    return (
        f"seen in {share:.0f} of 100 honest careers"
        if share >= 1
        else f"seen in {10 * share:.0f} of 1,000 honest careers"
    )
