"""The queue as a spreadsheet: by pseudonyms, guarded, under the filter and in the order of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from counterlure.case.review import Verdict
from counterlure.report.figures import iso, significant
from counterlure.report.tables import Cell, Table, csv_text
from counterlure.workbench.rows import Row
from counterlure.workbench.screen import account_id

COLUMNS = (
    "account", "group", "level", "reading", "likelihood", "low", "high", "confidence", "stage", "people_reached",
    "evidence", "last_contact", "verdict", "verdict_by", "tags",
)  # fmt: skip


def sheet(rows: Sequence[Row], verdicts: Mapping[int, Verdict], tags: Mapping[int, tuple[str, ...]]) -> str:
    """CSV text, one line a row of the queue; likelihoods in [0, 1], times in UTC."""
    lines = tuple(_line(row, verdicts.get(row.account), tags.get(row.account, ())) for row in rows)
    return csv_text(Table("queue", COLUMNS, lines))


def _line(row: Row, decided: Verdict | None, tags: tuple[str, ...]) -> tuple[Cell, ...]:
    return (
        account_id(row.account), row.group, row.level.value, row.reading.value, significant(row.likelihood),
        significant(row.low), significant(row.high), row.confidence, row.stage.value if row.stage else None,
        row.targets, ", ".join(row.families), iso(row.last_at) if row.last_at is not None else None,
        decided.verdict if decided else None, decided.author if decided else None, ", ".join(tags),
    )  # fmt: skip
