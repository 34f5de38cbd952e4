"""Judges the authored conversations of corpus/ and counts alerts on both sides, by language.

    python bench/judgement.py --set dev       # the rules were corrected on these: flattering
    python bench/judgement.py --set dev2      # written later by another hand; measured first, then read
    python bench/judgement.py --set dev3      # held out once, and read since
    python bench/judgement.py --set heldout   # written blind by another hand; measured five times, one gate set after
    python bench/judgement.py --set heldout2  # written blind by one more hand; looked at some thirteen times, no longer blind
    python bench/judgement.py --set heldout3  # written blind by two more hands, softer; looked at some thirteen times, no longer blind
    python bench/judgement.py --set heldout4  # written blind by two more hands, as soft; measured when all was settled, nothing changed after

Every conversation is judged on its own, so only what was written counts; `counterlure bench conversation` measures
more. The upper bound is the exact 95 % one (Clopper-Pearson) on the share of honest conversations that alert.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from counterlure import pipeline
from counterlure.bench import scorer, talks
from counterlure.bench.early import upper_bound
from counterlure.case.rows import AccountRow, Batch, ConversationRow, Owner
from counterlure.case.store import Case
from counterlure.case.write import DeliveryWriter
from counterlure.ingest import DeliveryResult
from counterlure.model import Judgement, Level

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
START, DAY = 1_700_000_000, 86_400


@dataclass(frozen=True)
class Outcome:
    """One conversation and the level it reached."""

    id: str
    language: str
    turns: bool
    level: Level
    likelihood: float


def judge(name: str) -> list[Outcome]:
    """The level of every conversation of one set."""
    listed = talks.pairs(CORPUS, name)
    return [
        Outcome(talk.id, talk.language, talk.hostile, own.assessment.level, own.assessment.likelihood)
        for talk, own in zip(listed, scorer.judge(listed), strict=True)
    ]


def conversations(name: str) -> Iterator[dict]:
    """The conversations of one set with everything that was written down about them, in file order."""
    for file in sorted(CORPUS.glob(f"pairs.*.{name}.jsonl")):
        yield from (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line)


def batch_of(talk: dict) -> Batch:
    """One conversation as a case accepts it."""
    rows = [
        (0, START + int(m["day"] * DAY) + i, int(m["from"] == "other"), i + 1, 0, m["text"], None)
        for i, m in enumerate(talk["messages"])
    ]
    accounts = [AccountRow([f"in:{talk['id']}-target"]), AccountRow([f"in:{talk['id']}-other"])]
    threads = [ConversationRow(talk["id"], None, [0, 1])]
    return Batch(talk["id"], "messages", "0", accounts=accounts, conversations=threads, messages=rows)


def judgement_of(listed: Iterable[dict]) -> Judgement:
    """All conversations in one case, each an account and a target of its own, judged by the whole pipeline."""
    with tempfile.TemporaryDirectory() as folder, Case.create(Path(folder) / "case", purpose="benchmark") as case:
        writer = DeliveryWriter(case)
        for talk in listed:
            owner = Owner([f"in:{talk['id']}-target"])
            writer.write(DeliveryResult(talk["id"], talk["id"], owner, iter([batch_of(talk)])))
        return pipeline.judge(case)


def report(outcomes: list[Outcome]) -> None:
    """Counts by language and side."""
    for language in ("en", "fr", "both"):
        chosen = [o for o in outcomes if language in (o.language, "both")]
        turning = [o for o in chosen if o.turns]
        honest = [o for o in chosen if not o.turns]
        alert = [sum(o.level is Level.ALERT for o in side) for side in (turning, honest)]
        watch = [sum(o.level in (Level.ALERT, Level.WATCH) for o in side) for side in (turning, honest)]
        bound = upper_bound(alert[1], len(honest))
        print(
            f"{language:5} alert in {alert[0]} of {len(turning)} turning ({alert[0] / len(turning):.0%}), watch or alert in"
            f" {watch[0]} ({watch[0] / len(turning):.0%}); honest: alert in {alert[1]} of {len(honest)}"
            f" ({alert[1] / len(honest):.1%}, at most {bound:.1%}), watch or alert in {watch[1]} ({watch[1] / len(honest):.1%})"
        )


def main() -> None:
    """Prints the table; with --wrong also the conversations on the wrong side."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", default="dev", choices=talks.SETS)
    parser.add_argument(
        "--wrong", action="store_true", help="name the conversations on the wrong side (not of the held-out set)"
    )
    arguments = parser.parse_args()
    outcomes = judge(arguments.set)
    report(outcomes)
    if arguments.wrong and not arguments.set.startswith("heldout"):
        for o in outcomes:
            if o.turns != (o.level is Level.ALERT):
                print(f"{o.id:14} {o.level:12} {o.likelihood:.3f}")


if __name__ == "__main__":
    main()
