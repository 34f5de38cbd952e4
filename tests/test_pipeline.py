"""The whole flow: quiet accounts are listed while they are few, and counted when they are very many."""

from __future__ import annotations

import json

import pytest

from counterlure import pipeline
from counterlure.case import retention
from counterlure.case.rows import AccountRow, Batch, PositionRow, ProfileRow
from counterlure.case.write import DeliveryWriter
from counterlure.errors import CaseError
from counterlure.model import Level
from counterlure.report.document import assessment_document
from tests.factories import NOW, Delivery, new_case, talk

ORDINARY = (
    "It was good to see you at fair {0} last week, and thank you for the kind words about stand {0} over there. Best."
)
HOSTILE = "We would pay you 500 euros in cash for a confidential report. Please do not tell your employer about it."


@pytest.fixture
def case(tmp_path):
    with new_case(tmp_path) as made:
        for i in range(5):
            talk(made, f"quiet{i}", "ann", ("in", ORDINARY.format(i)))
        talk(made, "loud", "ann", ("in", HOSTILE))
        yield made


def test_a_few_quiet_accounts_are_listed(case):
    judgement = pipeline.judge(case)
    assert len(judgement.assessments) == 6
    assert judgement.unlisted == {}


def test_very_many_quiet_accounts_are_only_counted(case, monkeypatch):
    whole = pipeline.judge(case).levels
    monkeypatch.setattr(pipeline, "QUIET_LISTED_MAX", 3)
    judgement = pipeline.judge(case)
    assert [judgement.accounts[a.account].key for a in judgement.assessments] == ["in:loud"]
    assert judgement.levels == whole
    assert judgement.levels[Level.CLEAR] == 5
    assert assessment_document(judgement)["unlisted"] == {"clear": 5}


def test_counting_by_sort_gives_the_levels_that_listing_gives(case, monkeypatch):
    german = (
        "Guten Tag, ich würde mich gern mit Ihnen über Ihren Vortrag unterhalten, wenn Sie nächste Woche Zeit finden,"
    )
    for i, text in enumerate(
        ("", "Hello", "Hello", f"{german} {german.lower()}", ORDINARY.format(9), f"{HOSTILE} Bye")
    ):
        talk(case, f"other{i}", "bea", ("in", text), ("out", "Yes"))
    talk(case, "quiet1", "bea", ("out", "Good morning"), ("in", ORDINARY.format(7)))
    whole = pipeline.judge(case).levels
    assert whole[Level.INSUFFICIENT] >= 4
    monkeypatch.setattr(pipeline, "QUIET_LISTED_MAX", 0)
    assert pipeline.judge(case).levels == whole


def test_what_is_kept_in_the_case_is_what_was_judged(case):
    judgement = pipeline.judge(case)
    assert pipeline.last_judgement(case) == judgement


def test_one_judgement_is_kept_under_a_number_that_never_comes_again(case):
    def run() -> list[int]:
        pipeline.judge(case)
        return [number for (number,) in case.db.execute("SELECT id FROM assessment_run")]

    seen = [run(), run()]
    retention.purge(case, [1])
    seen += [run(), run()]
    assert seen == [[1], [2], [3], [4]]


def test_a_case_judged_before_numbers_were_kept_goes_on_after_its_last(case):
    pipeline.judge(case)
    case.db.execute("UPDATE assessment_run SET id = 41")
    case.db.execute("DELETE FROM meta WHERE key = 'last_run'")
    pipeline.judge(case)
    assert case.db.execute("SELECT id FROM assessment_run").fetchall() == [(42,)]


def test_a_judgement_quotes_the_words_that_counted(case):
    loud = next(a for a in pipeline.judge(case).assessments if a.findings)
    assert loud.level is Level.ALERT
    assert any("confidential report" in (e.quote or "") for f in loud.findings for e in f.evidence)


def capture(case, account, *starts):
    """A capture of `in:<account>` with a role for each begin, the next one ending the month before."""
    ends = [None, *(f"{int(start[:4]) - 1}-12" for start in starts)]
    roles = [
        PositionRow("work", f"House {i}", "Analyst", start, end, i + 2)
        for i, (start, end) in enumerate(zip(starts, ends, strict=False))
    ]
    shown = Batch(
        f"{account}.json", "capture", "0", accounts=[AccountRow([f"in:{account}"])],
        profiles=[ProfileRow(0, NOW, None, None, 1, roles)],
    )  # fmt: skip
    DeliveryWriter(case).write(Delivery(f"{account}.json", f"capture {account}", None, [shown]))


def test_a_judgement_says_of_each_captured_profile_whether_it_is_what_it_says(case):
    for account in ("loud", "quiet1"):
        capture(case, account, "2024-01", "2020-01", "2016-01", "2012-01", "2008-01")
    capture(case, "stranger", "2024-01")
    judgement = pipeline.judge(case)
    key = {account: info.key for account, info in judgement.accounts.items()}
    assert {key[account] for account in judgement.authenticity} == {"in:loud", "in:quiet1"}
    assert {tuple(sign.kind for sign in told.signs) for told in judgement.authenticity.values()} == {
        ("seamless_career",)
    }
    assert [key[account] for account in judgement.displayed] == ["in:loud"], "careers are kept for alerts and watches"
    (shown,) = judgement.displayed.values()
    assert [entry.started for entry in shown.entries] == ["2024-01", "2020-01", "2016-01", "2012-01", "2008-01"]
    assert (shown.captured_at, shown.captures, shown.entries[0].source) == (NOW, 1, "loud.json:2")
    assert pipeline.last_judgement(case) == judgement


def test_judging_again_asks_the_same_register_and_says_so_where_it_is_gone(case, tmp_path):
    register = tmp_path / "register.csv"
    register.write_text("name\nNorthgate Works\n", encoding="utf-8")
    first = pipeline.judge(case, register=register)
    again = pipeline.judge_again(case)
    assert again.assessments == first.assessments
    assert json.loads(case.meta["judged_with"]) == {"register": str(register)}
    register.unlink()
    with pytest.raises(CaseError, match="the register of the last scan is not there"):
        pipeline.judge_again(case)
    pipeline.judge(case)
    assert pipeline.judge_again(case).levels == first.levels
