"""What a kind of finding is to the assessment, whichever table tells it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from counterlure.model import Family, Reading, Stage


class Sign(StrEnum):
    """Which way a kind of finding may move the judgement."""

    HOSTILE = "hostile"
    HONEST = "honest"
    NEUTRAL = "neutral"


class Basis(StrEnum):
    """Where the share of the leading reading comes from."""

    COUNTED = "counted"
    REPORTED = "reported"
    JUDGEMENT = "judgement"


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the table; `per_cent` is the share of accounts of each reading that show the sign.

    group : of signs so correlated that only the strongest of them counts; None where the sign stands alone.
    """

    family: Family
    sign: Sign
    per_cent: dict[Reading, float]
    origin: str
    basis: Basis
    stage: Stage | None = None
    combination: bool = False
    void_with: tuple[str, ...] = ()
    group: str | None = None
