"""Weights: how much each kind of finding says about each reading, read from `likelihoods.yml`.

A kind states in how many per cent of accounts of each reading its sign is seen. Its pull on a hostile reading is
log10 of that share over the larger of the two innocent shares: the innocent reading that explains it best is the
measure, so a sign that some honest trade shows freely weighs little against everybody.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec

from counterlure.assess import tables
from counterlure.assess.authenticity import load_table
from counterlure.assess.kinds import Kind, Sign
from counterlure.errors import RuleError
from counterlure.model import HOSTILE, Family, Reading

FILE = "likelihoods.yml"
INNOCENT = (Reading.ORDINARY, Reading.COMMERCIAL)


class FamilyRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the findings of one family add up.

    cap : most that hostile signs of the family may add to a reading, in log10.
    honest_cap : most that its honest signs may take away, in log10.
    discount : weight of the second strongest sign; the third has its square, and so on.
    """

    cap: float
    honest_cap: float
    discount: float


class Pool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the second opinion on the words of a conversation is averaged with the rules.

    kinds : findings that carry the second opinion, the most hostile first; unread : finding of a conversation that held
    too little for one; stages : findings of stages that only the words of a message show, which weigh as rules do and
    open no gate without the second opinion; others : power at which the ratios of the rest of their family count where
    it was given (logarithmic opinion pool, Genest and Zidek 1986).
    """

    kinds: tuple[str, ...]
    unread: str
    stages: tuple[str, ...]
    others: float
    origin: str

    @property
    def all(self) -> tuple[str, ...]:
        """Every kind that the second opinion and the stages report."""
        return (*self.kinds, self.unread, *self.stages)


@dataclass(frozen=True)
class Weights:
    """The table, checked, with the pull of every kind worked out.

    pulls : log10 ratio per kind on (fraud, intrusion, recruitment); never below 0 for a hostile sign, never above 0
        for an honest one, 0 for a neutral one.
    tilts : log10 of ordinary over commercial per kind; it only names the innocent reading.
    """

    families: dict[Family, FamilyRule]
    kinds: dict[str, Kind]
    innocent: dict[Reading, float]
    void_score: float
    pool: Pool
    pulls: dict[str, tuple[float, ...]] = field(init=False)
    tilts: dict[str, float] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pulls", {name: _pulls(kind) for name, kind in self.kinds.items()})
        object.__setattr__(self, "tilts", {name: _tilt(kind) for name, kind in self.kinds.items()})

    def kind(self, name: str, detector: str) -> Kind:
        """The entry called `name`; RuleError where a detector reports what the table does not weigh."""
        try:
            return self.kinds[name]
        except KeyError:
            raise RuleError(f"{FILE}: findings: {detector} reports {name!r}, which has no entry") from None


def _base(kind: Kind) -> float:
    return max(kind.per_cent[reading] for reading in INNOCENT)


def _pulls(kind: Kind) -> tuple[float, ...]:
    if kind.sign is Sign.NEUTRAL:
        return (0.0,) * len(HOSTILE)
    ratios = [math.log10(kind.per_cent[reading] / _base(kind)) for reading in HOSTILE]
    if kind.sign is Sign.HOSTILE:
        return tuple(max(0.0, ratio) for ratio in ratios)
    return tuple(min(0.0, ratio) for ratio in ratios)


def _tilt(kind: Kind) -> float:
    return math.log10(kind.per_cent[Reading.ORDINARY] / kind.per_cent[Reading.COMMERCIAL])


@cache
def load_weights() -> Weights:
    """The weights that ship with the program."""
    return parse_weights(tables.own_text(FILE), load_table().kinds())


def parse_weights(text: str, profile: dict[str, Kind] | None = None) -> Weights:
    """Weights from the text of a table.

    profile : kinds of the profile family, which follow from `authenticity.yml`.

    Raises
    ------
    RuleError : an entry is missing, misspelt or contradicts its own sign; the message names it.
    """
    top = tables.mapping(text, FILE)
    if set(top) != {"families", "innocent", "void_score", "pool", "findings"}:
        raise RuleError(f"{FILE}: top level: must hold families, innocent, void_score, pool and findings, nothing else")
    entries = tables.as_mapping(top["findings"], FILE, "findings")
    kinds = {name: _entry(name, entry) for name, entry in entries.items()} | (profile or {})
    for name, kind in kinds.items():
        _check_void(name, kind, kinds)
    innocent, void_score = _innocent(top["innocent"]), _void_score(top["void_score"])
    return Weights(_families(top["families"]), kinds, innocent, void_score, _pool(top["pool"], kinds))


def _families(value: object) -> dict[Family, FamilyRule]:
    rules = tables.typed(value, dict[Family, FamilyRule], FILE, "families")
    for family in Family:
        if family not in rules:
            raise RuleError(f"{FILE}: families.{family}: missing")
        rule = rules[family]
        tables.within(rule.cap, 0.0, 4.0, FILE, f"families.{family}.cap")
        tables.within(rule.honest_cap, 0.0, 4.0, FILE, f"families.{family}.honest_cap")
        # Above 0.8 correlated findings would all but multiply again.
        tables.within(rule.discount, 0.0, 0.8, FILE, f"families.{family}.discount")
    return rules


def _innocent(value: object) -> dict[Reading, float]:
    shares = tables.typed(value, dict[Reading, float], FILE, "innocent")
    if set(shares) != set(INNOCENT):
        raise RuleError(f"{FILE}: innocent: must give ordinary and commercial, nothing else")
    for reading, share in shares.items():
        tables.within(share, 0.01, 0.99, FILE, f"innocent.{reading}")
    if not math.isclose(sum(shares.values()), 1.0):
        raise RuleError(f"{FILE}: innocent: ordinary and commercial must add up to 1")
    return shares


def _void_score(value: object) -> float:
    score = tables.typed(value, float, FILE, "void_score")
    tables.within(score, 0.01, 1.0, FILE, "void_score")
    return score


def _pool(value: object, kinds: dict[str, Kind]) -> Pool:
    pool = tables.typed(value, Pool, FILE, "pool")
    tables.within(pool.others, 0.0, 1.0, FILE, "pool.others")
    for name in pool.all:
        if name not in kinds or kinds[name].family is not Family.CONVERSATION:
            raise RuleError(f"{FILE}: pool.kinds: {name!r} is no conversation finding of this table")
    return pool


def _entry(name: str, value: Any) -> Kind:
    entry = f"findings.{name}"
    kind = tables.typed(value, Kind, FILE, entry)
    if set(kind.per_cent) != set(Reading):
        raise RuleError(f"{FILE}: {entry}.per_cent: must give all five readings")
    for reading, share in kind.per_cent.items():
        tables.within(share, 0.001, 100.0, FILE, f"{entry}.per_cent.{reading}")
    if not kind.origin.strip():
        raise RuleError(f"{FILE}: {entry}.origin: says nothing")
    _check_sign(entry, kind)
    return kind


def _check_sign(entry: str, kind: Kind) -> None:
    above = [kind.per_cent[reading] > _base(kind) for reading in HOSTILE]
    below = [kind.per_cent[reading] < _base(kind) for reading in HOSTILE]
    if kind.sign is Sign.HOSTILE and not any(above):
        raise RuleError(
            f"{FILE}: {entry}: called hostile, but no hostile reading shows it more often than innocent ones"
        )
    if kind.sign is not Sign.HOSTILE and any(above):
        raise RuleError(
            f"{FILE}: {entry}: called {kind.sign}, but a hostile reading shows it more often than innocent ones"
        )
    if kind.sign is Sign.HONEST and not any(below):
        raise RuleError(f"{FILE}: {entry}: called honest, but hostile readings show it as often")
    if (kind.combination or kind.stage) and kind.family is not Family.CONVERSATION:
        raise RuleError(f"{FILE}: {entry}: only conversation findings name a stage or a combination")
    if (kind.combination or kind.stage) and kind.sign is not Sign.HOSTILE:
        raise RuleError(f"{FILE}: {entry}: only a hostile sign names a stage or a combination")


def _check_void(name: str, kind: Kind, kinds: dict[str, Kind]) -> None:
    if kind.void_with and kind.sign is not Sign.HONEST:
        raise RuleError(f"{FILE}: findings.{name}.void_with: only an honest sign can be contradicted")
    for other in kind.void_with:
        if other not in kinds or kinds[other].sign is not Sign.HOSTILE:
            raise RuleError(f"{FILE}: findings.{name}.void_with: {other!r} is no hostile sign of this table")
