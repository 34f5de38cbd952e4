"""The figures of `published.yml`, and whether ours are the same to the printed decimals."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Any

from counterlure.data_files import parse_yaml


@functools.cache
def published() -> Any:
    """`published.yml` as plain values."""
    return parse_yaml(resources.files(__package__).joinpath("published.yml").read_text(encoding="utf-8"))


def same(ours: Any, printed: Any, decimals: int) -> bool:
    """Whether our figures, rounded, are the printed ones; nested lists and tables are compared entry by entry."""
    if isinstance(printed, dict):
        return all(key in ours and same(ours[key], value, decimals) for key, value in printed.items())
    if isinstance(printed, list):
        return len(ours) == len(printed) and all(same(a, b, decimals) for a, b in zip(ours, printed, strict=True))
    return ours is not None and abs(ours - printed) <= 0.5 * 10**-decimals + 1e-9
