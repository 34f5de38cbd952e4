"""How likely whole conversations are hostile, by the rules and by a second opinion that changes from cell to cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from counterlure.assess import load_prior, load_weights
from counterlure.assess.weigh import weigh
from counterlure.bench.scorer import asked, judge
from counterlure.bench.talks import Talk
from counterlure.detect.opinion.verdict import Models
from counterlure.model import Finding

Ranker = Callable[[Sequence[Talk]], list[float]]
"""Likelihood of each conversation after its last message."""
Trainer = Callable[[Sequence[Talk]], Ranker]


class Rules:
    """What the rules found in conversations; each is read once, however often it is asked about."""

    def __init__(self) -> None:
        self._found: dict[Talk, tuple[Finding, ...]] = {}

    def with_opinion(self, models: Models) -> Ranker:
        """The likelihoods that the rules and these models give together."""
        return lambda talks: [self._likelihood(talk, found, models) for talk, found in self._read(talks)]

    def _likelihood(self, talk: Talk, found: tuple[Finding, ...], models: Models) -> float:
        account = found[0].account if found else 0
        return weigh([*found, *asked(account, talk, models)], load_prior(), load_weights()).likelihood

    def _read(self, talks: Sequence[Talk]) -> list[tuple[Talk, tuple[Finding, ...]]]:
        new = [talk for talk in dict.fromkeys(talks) if talk not in self._found]
        for talk, judged in zip(new, judge(new), strict=True):
            findings = judged.assessment.findings
            self._found[talk] = tuple(one for one in findings if one.kind not in load_weights().pool.all)
        return [(talk, self._found[talk]) for talk in talks]
