"""The page, a letter and the document, byte for byte. COUNTERLURE_GOLDEN=write renews them; read the difference."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from counterlure.model import Judgement
from counterlure.report.document import assessment_document, document_text
from counterlure.report.html import report_html
from counterlure.report.letters import letters

GOLDEN = Path(__file__).parent.parent / "golden" / "report"
MADE: dict[str, Callable[[Judgement], str]] = {
    "report.en.html": lambda j: report_html(j, "en"),
    "report.fr.html": lambda j: report_html(j, "fr"),
    "letter.en.txt": lambda j: letters(j)[3].text,
    "letter.fr.txt": lambda j: letters(j)[0].text,
    "letter.fr.html": lambda j: letters(j)[0].html,
    "assessment.json": lambda j: document_text(assessment_document(j)),
}


@pytest.mark.parametrize("name", MADE)
def test_what_people_read_changes_only_on_purpose(story: Judgement, name: str) -> None:
    made = MADE[name](story)
    path = GOLDEN / name
    if os.environ.get("COUNTERLURE_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == made
