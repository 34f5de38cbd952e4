"""The thresholds between levels and between degrees of confidence, read from `levels.yml`."""

from __future__ import annotations

from functools import cache

import msgspec

from counterlure.assess import tables
from counterlure.errors import RuleError
from counterlure.model import Family

FILE = "levels.yml"


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Alert(_Table, frozen=True):
    """An alert needs this likelihood, and this many distinct core stages where nothing else opens the gate.

    opinion : score of a hostile second opinion beside which one core stage is enough; sure : the same beside probing;
    heard : the same beside a stage that the words of a message show and no rule.
    """

    likelihood: float
    stages: int
    opinion: float
    sure: float
    heard: float


class Watch(_Table, frozen=True):
    """A watch needs this likelihood and one hostile sign of at least `sign` (log10)."""

    likelihood: float
    sign: float


class SecondFamily(_Table, frozen=True):
    """One core stage is enough beside a family named in `of` of at least `strength` (log10)."""

    strength: float
    of: tuple[Family, ...]


class Words(_Table, frozen=True):
    """Word counts: below `judged` there is nothing to judge on; `some` and `much` feed confidence."""

    judged: int
    some: int
    much: int


class ConfidenceRule(_Table, frozen=True):
    """How many quotes and independent families moderate and high confidence take; `bearing` in log10."""

    moderate_quotes: int
    high_quotes: int
    high_families: int
    bearing: float


class Levels(_Table, frozen=True):
    """All thresholds of the room; languages are ISO 639-1 codes with rules."""

    alert: Alert
    watch: Watch
    second_family: SecondFamily
    words: Words
    confidence: ConfidenceRule
    languages: tuple[str, ...]


@cache
def load_levels() -> Levels:
    """The thresholds that ship with the program."""
    return parse_levels(tables.own_text(FILE))


def parse_levels(text: str) -> Levels:
    """Thresholds from the text of a table; RuleError names the entry that cannot stand."""
    levels = tables.typed(tables.mapping(text, FILE), Levels, FILE, "top level")
    tables.within(levels.alert.likelihood, 0.5, 0.99, FILE, "alert.likelihood")
    tables.within(levels.alert.stages, 2, 6, FILE, "alert.stages")
    tables.within(levels.alert.opinion, 0.1, 1.0, FILE, "alert.opinion")
    tables.within(levels.alert.sure, levels.alert.opinion, 1.0, FILE, "alert.sure")
    tables.within(levels.alert.heard, levels.alert.opinion, 1.0, FILE, "alert.heard")
    tables.within(levels.watch.likelihood, 0.01, levels.alert.likelihood, FILE, "watch.likelihood")
    tables.within(levels.watch.sign, 0.1, 4.0, FILE, "watch.sign")
    tables.within(levels.second_family.strength, 0.1, 4.0, FILE, "second_family.strength")
    if {Family.CONVERSATION, Family.PROFILE} & set(levels.second_family.of):
        raise RuleError(f"{FILE}: second_family.of: conversation is the first family, profile never carries an alert")
    words = levels.words
    tables.within(words.judged, 1, words.some, FILE, "words.judged")
    tables.within(words.some, words.judged, words.much, FILE, "words.some")
    rule = levels.confidence
    tables.within(rule.moderate_quotes, 1, rule.high_quotes, FILE, "confidence.moderate_quotes")
    tables.within(rule.high_families, 2, len(Family), FILE, "confidence.high_families")
    tables.within(rule.bearing, 0.1, 4.0, FILE, "confidence.bearing")
    if not levels.languages:
        raise RuleError(f"{FILE}: languages: at least one must be assessed")
    return levels
