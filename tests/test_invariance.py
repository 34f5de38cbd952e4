"""Renaming all people, companies and places of a whole case leaves every score, level, rank and group as it was.

This is a proof for the case at hand, not a statistic: not one number may differ (fairness by construction: names reach
no detector, and the rules name nobody). The learned parts to come have bounds of their own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from counterlure import pipeline
from counterlure.case.store import Case
from counterlure.simulate.organisation import write_organisation
from counterlure.simulate.renaming import rename_case_inputs
from tests.factories import Clock

COLLEAGUES = 14
RENAMINGS = range(12)


def judged(folder: Path, case: Path) -> list[dict[str, Any]]:
    """The judgement as numbers only, account by account in the order of the report."""
    paths = [*sorted((folder / "deliveries").iterdir()), folder / "reported_contacts.csv"]
    with Case.create(case, purpose="invariance", clock=Clock(), salt=b"s" * 16, case_id="0") as made:
        pipeline.ingest(made, paths, workers=0)
        judgement = pipeline.judge(made, register=folder / "register.csv", workers=1)
    return [
        {
            "level": a.level, "reading": a.reading, "likelihood": a.likelihood, "interval": a.interval,
            "confidence": a.confidence, "stage": a.stage, "targets": a.targets, "group": a.group,
            "findings": sorted((f.kind, f.score, len(f.evidence), sorted(f.params.items())) for f in a.findings),
            "missing": a.missing, "would_change": a.would_change,
        }
        for a in judgement.assessments
    ]  # fmt: skip


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("invariance") / "organisation"
    write_organisation(folder, seed=11, colleagues=COLLEAGUES)
    return folder, judged(folder, folder.parent / "case")


def test_the_case_has_something_to_lose(organisation):
    levels = [entry["level"] for entry in organisation[1]]
    assert levels.count("alert") >= 3
    assert levels.count("clear") >= 20
    kinds = {kind for entry in organisation[1] for kind, *_ in entry["findings"]}
    assert kinds >= {"seamless_career", "ragged_career", "profile_text_copied", "employer_not_in_register"}


@pytest.mark.parametrize("seed", RENAMINGS)
def test_a_random_renaming_changes_nothing(organisation, tmp_path, seed):
    folder, before = organisation
    rename_case_inputs(folder, tmp_path / "renamed", seed)
    assert (tmp_path / "renamed" / "truth.json").read_bytes() != (folder / "truth.json").read_bytes()
    assert judged(tmp_path / "renamed", tmp_path / "case") == before
