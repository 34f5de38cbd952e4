"""Leave one hostile source and one benign source out: what a model knows of approaches, and what of its corpora.

A model that tells extortion from small talk may only have learned the sound of business; so it is tested on sources it
never saw on either side, and on honest business conversations above all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from counterlure.bench import early
from counterlure.bench.ranker import Trainer
from counterlure.bench.scorer import Tell, silent
from counterlure.bench.talks import AUTHORED, Talk

WORDS = (120, 250, 100_000)
"""A conversation is read until the other side has written so many words; the last reads all of it."""
RECALL = 0.80
LANGUAGES = ("en", "fr")


def cells(talks: Sequence[Talk], trainer: Trainer, tell: Tell = silent) -> dict[str, Any]:
    """AUC of every cell and their means by words read, and the false alarms on honest business where recall is >= 0.80.

    Trained is on all other sources, without any conversation that opens like one of the cell, so that a twin or a copy
    never stands on both sides. Honest business are the benign sides of the authored sets. Two authored sets are not
    mixed: each is a cell of its own, and meets every public source.
    """
    hostile = sorted({talk.source for talk in talks if talk.hostile})
    benign = sorted({talk.source for talk in talks if not talk.hostile})
    whole = [
        (h, b) for h in hostile for b in benign if h == b or not (h.startswith(AUTHORED) and b.startswith(AUTHORED))
    ]
    rows: list[dict[str, Any]] = []
    for done, (h, b) in enumerate(whole, start=1):
        rows += _cell(talks, h, b, trainer)
        tell("leave sources out", done, len(whole))
    return {"cells": rows, "recall_at_least": RECALL, "means": [_means(rows, words) for words in WORDS]}


def _means(rows: Sequence[dict[str, Any]], words: int) -> dict[str, Any]:
    read = [row for row in rows if row["words"] == words]
    business = [row for row in read if row["benign"].startswith(AUTHORED)]
    found: dict[str, Any] = {"words": words, "auc": _mean([row["auc"] for row in read])}
    for side in ("all", *LANGUAGES):
        found[f"business_auc_{side}"] = _mean([row["by"][side]["auc"] for row in business])
        found[f"business_false_{side}"] = _mean([row["by"][side]["false_rate"] for row in business])
    return found


def split(talks: Sequence[Talk], hostile: str, benign: str) -> tuple[list[Talk], list[Talk]]:
    """(train, test) of one cell, as `cells` says."""
    left_out = {True: hostile, False: benign}
    test = [talk for talk in talks if talk.source == left_out[talk.hostile]]
    openings = {talk.opening for talk in test}
    rest = (talk for talk in talks if talk.source != left_out[talk.hostile])
    return [talk for talk in rest if talk.opening not in openings], test


def _cell(talks: Sequence[Talk], hostile: str, benign: str, trainer: Trainer) -> list[dict[str, Any]]:
    """One row for each number of words read."""
    train, test = split(talks, hostile, benign)
    ranker = trainer(train)
    rows = []
    for words in WORDS:
        short = [talk.until_words(words) for talk in test]
        scores = ranker(short)
        by = {side: _figures(short, scores, side) for side in ("all", *LANGUAGES)}
        about = {"hostile": hostile, "benign": benign, "words": words, "train": len(train), "test": len(test)}
        rows.append(about | by["all"] | {"by": by})
    return rows


def _figures(talks: Sequence[Talk], scores: Sequence[float], side: str) -> dict[str, float | None]:
    chosen = [i for i, talk in enumerate(talks) if side in (talk.language, "all")]
    mine, truth = [scores[i] for i in chosen], [talks[i].hostile for i in chosen]
    return {"auc": early.auc(mine, truth), "false_rate": early.false_rate_at(mine, truth, RECALL)}


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
