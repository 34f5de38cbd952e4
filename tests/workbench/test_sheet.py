"""The queue as a spreadsheet: pseudonyms, guarded cells, the rows that fit."""

from __future__ import annotations

import csv
import io

from counterlure.case.review import Verdict
from counterlure.model import Level, Reading, Stage
from counterlure.workbench.rows import Row
from counterlure.workbench.sheet import COLUMNS, sheet

ROW = Row(
    12, (12,), "G-01", Level.ALERT, Reading.FRAUD, 0.71, 0.5, 0.9, "high", Stage.TASKING, 3,
    ("conversation", "coordination"), 4, 1_750_000_000,
)  # fmt: skip


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_a_row_is_told_by_pseudonym_with_its_verdict_and_tags():
    (line,) = read(sheet([ROW], {12: Verdict(1, 12, "likely", "ana", 5)}, {12: ("seen", "wave 2")}))
    assert line == {
        "account": "A-0012", "group": "G-01", "level": "alert", "reading": "fraud", "likelihood": "0.71", "low": "0.5",
        "high": "0.9", "confidence": "high", "stage": "tasking", "people_reached": "3",
        "evidence": "conversation, coordination", "last_contact": "2025-06-15T15:06:40Z", "verdict": "likely",
        "verdict_by": "ana", "tags": "seen, wave 2",
    }  # fmt: skip


def test_a_tag_that_a_spreadsheet_would_run_is_guarded():
    (line,) = read(sheet([ROW], {}, {12: ("=cmd|' /c calc'!a0",)}))
    assert line["tags"].startswith("'=")


def test_no_row_leaves_the_heading():
    assert sheet([], {}, {}) == ",".join(COLUMNS) + "\r\n"
