"""The judgement on one account, from what was found, how far it went and how much there was to read."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from counterlure.assess.confidence import confidence
from counterlure.assess.level import decide
from counterlure.assess.levels import Levels, Words
from counterlure.assess.missing import missing, would_change
from counterlure.assess.stats import AccountStats
from counterlure.assess.weigh import Weighed, scores, weigh_scores
from counterlure.assess.weights import Weights
from counterlure.model import Assessment, Confidence, Finding, Level, Prior, Progress, Stage


class Judge:
    """Judges accounts by one prior, one table of weights and one set of thresholds.

    It remembers what it weighed: in a large case most accounts show nothing, or the same two or three signs.
    """

    def __init__(self, prior: Prior, weights: Weights, levels: Levels) -> None:
        self.prior = prior
        self.weights = weights
        self.levels = levels
        self._weighed: dict[frozenset[tuple[str, float]], Weighed] = {}
        self._quiet: dict[tuple[object, ...], Assessment] = {}

    def account(
        self, stats: AccountStats, findings: Sequence[Finding], progress: Sequence[Progress], group: str | None
    ) -> Assessment:
        """The judgement on the account of `stats`; findings and progress are its own, in any order."""
        if findings or progress:
            return self._full(stats, findings, progress, group)
        return self._nothing_found(stats, group)

    def _full(
        self, stats: AccountStats, findings: Sequence[Finding], progress: Sequence[Progress], group: str | None
    ) -> Assessment:
        weighed = self._weigh(findings)
        level = decide(findings, progress, weighed, stats, self.weights, self.levels)
        kinds = {finding.kind for finding in findings}
        gaps = missing(kinds, progress, stats, self.levels)
        return Assessment(
            account=stats.account,
            level=level,
            reading=weighed.reading,
            posterior=weighed.posterior,
            likelihood=weighed.likelihood,
            interval=weighed.interval,
            confidence=_confidence(level, findings, progress, weighed, stats, self.levels),
            stage=self._stage(findings, progress),
            targets=_targets(stats, findings, progress),
            group=group,
            findings=tuple(findings) if len(findings) < 2 else tuple(sorted(findings, key=_place)),
            missing=gaps,
            would_change=would_change(kinds, level, gaps),
        )

    def _weigh(self, findings: Sequence[Finding]) -> Weighed:
        best = scores(findings, self.weights)
        key = frozenset(best.items())
        if key not in self._weighed:
            self._weighed[key] = weigh_scores(best, self.prior, self.weights)
        return self._weighed[key]

    def _nothing_found(self, stats: AccountStats, group: str | None) -> Assessment:
        """The full judgement, made once per sort of account and used for all of that sort."""
        sort = _sort(stats, self.levels.words)
        like = self._quiet.get(sort)
        if like is None:
            like = self._quiet[sort] = self._full(stats, (), (), None)
        return Assessment(
            stats.account,
            like.level,
            like.reading,
            like.posterior,
            like.likelihood,
            like.interval,
            like.confidence,
            None,
            stats.targets if len(stats.targets) < 2 else _targets(stats, (), ()),
            group,
            (),
            like.missing,
            like.would_change,
        )

    def _stage(self, findings: Sequence[Finding], progress: Sequence[Progress]) -> Stage | None:
        """The highest stage of its progress; of the kinds found where no progress was kept."""
        if progress:
            stages = [step.stage for one in progress for step in one.steps]
        else:
            named = [self.weights.kinds[finding.kind].stage for finding in findings if finding.score > 0]
            stages = [stage for stage in named if stage is not None]
        return max(stages, key=lambda stage: stage.rank, default=None)


def _confidence(
    level: Level,
    findings: Sequence[Finding],
    progress: Sequence[Progress],
    weighed: Weighed,
    stats: AccountStats,
    levels: Levels,
) -> Confidence:
    """Low wherever there was nothing to judge on."""
    if level is Level.INSUFFICIENT:
        return Confidence.LOW
    return confidence(findings, progress, weighed, stats, levels)


def _targets(stats: AccountStats, findings: Sequence[Finding], progress: Sequence[Progress]) -> tuple[str, ...]:
    named = {target for finding in findings for target in finding.targets}
    return tuple(sorted(named.union(stats.targets, (one.target for one in progress))))


def _place(finding: Finding) -> tuple[str, str, float, bytes]:
    """Any order of findings gives the same document."""
    return (finding.family, finding.kind, -finding.score, msgspec.json.encode(finding))


def _sort(stats: AccountStats, words: Words) -> tuple[object, ...]:
    """All that `missing`, `decide` and `confidence` read of an account on which nothing was found."""
    return (
        stats.has_text,
        (stats.words >= words.judged) + (stats.words >= words.some) + (stats.words >= words.much),
        stats.messages_in > 0,
        stats.messages_out > 0,
        stats.undated > 0,
        stats.attachments > 0,
        stats.spam_seen,
        stats.name_only,
        stats.has_profile,
        stats.languages,
    )
