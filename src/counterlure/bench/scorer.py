"""How likely a conversation is hostile after each message of the other side: the one seam of the benchmark.

The shipped scorer puts many conversations into a case of its own and judges them as a scan would, on what was written
alone: whether several accounts wrote the same text is not asked, since copies in a corpus say nothing about life.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from counterlure.account_stats import Gathered
from counterlure.assess import assess, load_prior, load_weights
from counterlure.bench.talks import Talk
from counterlure.case.rows import AccountRow, Batch, ConversationRow, MessageRow, Owner
from counterlure.case.store import Case
from counterlure.case.write import DeliveryWriter
from counterlure.detect import DETECTORS, Detected, allowed_columns
from counterlure.detect.opinion.verdict import Models, Quote, verdict
from counterlure.ingest import DeliveryResult
from counterlure.model import HOSTILE, Assessment, Evidence, Family, Finding, Level, Stage

START, HOUR = 1_700_000_000, 3600
MESSAGES_PER_CASE = 20_000


class Scored(NamedTuple):
    """One conversation: after each message of the other side, how likely it is hostile, and whether that is an alert.

    The likelihood is stated at the scorer's own base rate.
    """

    likelihood: list[float]
    alert: list[bool]

    @property
    def alarm(self) -> int | None:
        """Messages of the other side seen at the first alert; None without one."""
        return next((k for k, raised in enumerate(self.alert, start=1) if raised), None)


Scorer = Callable[[Sequence[Talk]], list[Scored]]
Tell = Callable[[str, int, int], None]
"""Progress: what is going on, how much is done, how much there is (0: unknown)."""


class Judged(NamedTuple):
    """One conversation as a whole; `stages` holds the position of the message that first shows each stage."""

    assessment: Assessment
    stages: dict[Stage, int]


def silent(_what: str, _done: int, _total: int) -> None:
    """Tells nobody."""


def base_rate() -> float:
    """The share of hostile strangers at which the shipped scorer states its likelihoods."""
    prior = load_prior().mid
    return sum(prior[reading] for reading in HOSTILE)


def by_judgement(talks: Sequence[Talk], tell: Tell = silent) -> list[Scored]:
    """The shipped judgement of every prefix of every conversation."""
    prefixes = [list(talk.prefixes()) for talk in talks]
    judged = iter(judge([prefix for own in prefixes for prefix in own], tell))
    scored = []
    for own in prefixes:
        seen = [next(judged).assessment for _ in own]
        scored.append(Scored([a.likelihood for a in seen], [a.level is Level.ALERT for a in seen]))
    return scored


def judge(talks: Sequence[Talk], tell: Tell = silent) -> list[Judged]:
    """Every conversation judged as it stands, each on its own.

    A scan asks for the second opinion only where a rule or the opinion itself saw something; here it is always asked,
    so that conversations below every alert can be ranked too.
    """
    out: list[Judged] = []
    for piece in _pieces(talks):
        out += _judge(piece)
        tell("judge conversations", len(out), len(talks))
    return out


def _pieces(talks: Iterable[Talk]) -> Iterator[list[Talk]]:
    piece: list[Talk] = []
    held = 0
    for talk in talks:
        if piece and held + len(talk.messages) > MESSAGES_PER_CASE:
            yield piece
            piece, held = [], 0
        piece.append(talk)
        held += len(talk.messages)
    if piece:
        yield piece


def _judge(talks: Sequence[Talk]) -> list[Judged]:
    with tempfile.TemporaryDirectory() as folder, Case.create(Path(folder) / "case", purpose="benchmark") as case:
        owner = Owner(["in:target"])
        DeliveryWriter(case).write(DeliveryResult("bench", "bench", owner, iter([_batch(talks)])))
        ids = {str(key): int(account) for account, key in case.db.execute("SELECT account, key FROM account_key")}
        with case.reader(allowed_columns()) as reader:
            seen = DETECTORS["conversation"](reader, Detected())
        stats = Gathered(case, seen)
        accounts = [ids[_key(i)] for i in range(len(talks))]
        findings = [finding for finding in seen.findings if finding.kind not in load_weights().pool.all]
        findings += [one for account, talk in zip(accounts, talks, strict=True) for one in asked(account, talk)]
        found = assess(
            findings, seen.progress, (), priors=load_prior(), weights=load_weights(),
            stats=stats.of(stats.accounts.tolist()),
        )  # fmt: skip
    assessments = {a.account: a for a in found}
    stages: dict[int, dict[Stage, int]] = {}
    for progress in seen.progress:
        steps = stages.setdefault(progress.account, {})
        steps.update({s.stage: (s.at - START) // HOUR for s in progress.steps if s.at is not None})
    return [
        Judged(assessments[account], {s: talk.messages[i].place for s, i in stages.get(account, {}).items()})
        for account, talk in zip(accounts, talks, strict=True)
    ]


def asked(account: int, talk: Talk, models: Models | None = None) -> list[Finding]:
    """The second opinion on a conversation as findings; models : the shipped ones where None."""
    told = verdict([message.text for message in talk.others], answers=list(talk.answers()), models=models)
    if told is None:
        return [Finding(account, "conversation", Family.CONVERSATION, "words_too_few", 0.0, "words too few", ())]
    stages = [_told(account, talk, kind, 1.0, [quote]) for kind, quote in told.stages]
    return [_told(account, talk, told.kind, told.score, told.quotes), *stages]


def _told(account: int, talk: Talk, kind: str, score: float, quotes: Sequence[Quote]) -> Finding:
    texts = [message.text for message in talk.others]
    proof = tuple(Evidence(talk.id, texts[q.place][q.start : q.end], None, None, None) for q in quotes)
    return Finding(account, "conversation", Family.CONVERSATION, kind, score, kind, proof)


def _key(number: int) -> str:
    return f"in:other-{number}"


def _batch(talks: Sequence[Talk]) -> Batch:
    """All conversations as one file of one target, each with an account of its own."""
    rows: list[MessageRow] = [
        (i, START + n * HOUR, i + 1 if m.other else 0, n + 1, 0, m.text, None)
        for i, talk in enumerate(talks)
        for n, m in enumerate(talk.messages)
    ]
    return Batch(
        "bench", "messages", "0", messages=rows,
        accounts=[AccountRow(["in:target"]), *(AccountRow([_key(i)]) for i in range(len(talks)))],
        conversations=[ConversationRow(str(i), None, [0, i + 1]) for i in range(len(talks))],
    )  # fmt: skip
