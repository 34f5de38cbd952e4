"""How much evidence there is and how independent: said beside the likelihood, never mixed into it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from counterlure.assess.level import unassessed
from counterlure.assess.levels import Levels
from counterlure.assess.stats import AccountStats
from counterlure.assess.weigh import Weighed
from counterlure.model import Confidence, Finding, Progress


def confidence(
    findings: Sequence[Finding],
    progress: Sequence[Progress],
    weighed: Weighed,
    stats: AccountStats,
    levels: Levels,
) -> Confidence:
    """High needs independent families, quotes and both sides of the conversation; low is where little can be read."""
    rule, words = levels.confidence, levels.words
    if unassessed(progress, stats, levels):
        return Confidence.LOW
    quotes = count_quotes(findings)
    families = sum(pull >= rule.bearing for pull in weighed.bearing.values())
    both = stats.messages_in > 0 and stats.messages_out > 0
    if families >= rule.high_families and quotes >= rule.high_quotes and both and stats.words >= words.some:
        return Confidence.HIGH
    read = stats.words >= words.much or (stats.words >= words.some and both)
    if families >= rule.high_families or quotes >= rule.moderate_quotes or read:
        return Confidence.MODERATE
    return Confidence.LOW


def count_quotes(findings: Iterable[Finding]) -> int:
    """Distinct quotes, by place and words."""
    pieces = (piece for finding in findings for piece in finding.evidence)
    return len({(piece.source, piece.quote) for piece in pieces if piece.quote is not None and piece.quote.strip()})
