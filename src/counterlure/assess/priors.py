"""The prior: how common each hostile reading is among strangers who write, before anything is known."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from counterlure.assess import tables
from counterlure.errors import RuleError
from counterlure.model import HOSTILE, Prior, Reading

FILE = "priors.yml"
LEAST, MOST = 1e-6, 0.3


class _Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    low: float
    mid: float
    high: float
    origin: str


@cache
def _own() -> Prior:
    return parse_prior(tables.own_text(FILE), FILE)


def load_prior(path: Path | None = None) -> Prior:
    """The prior that ships with the program, or the operator's own from `path`, which replaces it whole.

    Raises
    ------
    RuleError : the operator's file is not readable or an entry of it cannot stand; the message names it.
    """
    return _own() if path is None else parse_prior(tables.user_text(path), str(path))


def parse_prior(text: str, file: str) -> Prior:
    """The prior from the text of a table; RuleError names the entry that cannot stand."""
    top = tables.mapping(text, file)
    wanted = {str(reading) for reading in HOSTILE}
    if set(top) != wanted:
        raise RuleError(f"{file}: top level: must give {', '.join(sorted(wanted))}, nothing else")
    bands = {reading: _band(top[reading], file, str(reading)) for reading in HOSTILE}
    _check_total(bands, file)
    return Prior(
        mid={reading: band.mid for reading, band in bands.items()},
        low={reading: band.low for reading, band in bands.items()},
        high={reading: band.high for reading, band in bands.items()},
        origin=" ".join(f"{reading}: {' '.join(band.origin.split())}" for reading, band in bands.items()),
    )


def _band(value: object, file: str, entry: str) -> _Band:
    band = tables.typed(value, _Band, file, entry)
    for name, share in (("low", band.low), ("mid", band.mid), ("high", band.high)):
        tables.within(share, LEAST, MOST, file, f"{entry}.{name}")
    if not band.low <= band.mid <= band.high:
        raise RuleError(f"{file}: {entry}: low, mid and high must not fall")
    if not band.origin.strip():
        raise RuleError(f"{file}: {entry}.origin: says nothing; state where the numbers come from")
    return band


def _check_total(bands: dict[Reading, _Band], file: str) -> None:
    total = sum(band.high for band in bands.values())
    if total > 0.5:
        raise RuleError(
            f"{file}: high: the readings add up to {total:g}; strangers are hostile less than half the time"
        )
