"""The queue as data: nothing is lost, nothing is twice, and the order is the one asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from counterlure.case.review import VERDICTS, Verdict
from counterlure.model import STAGES, Level, Reading
from counterlure.workbench.rows import LEVEL_RANK, SORTS, Asked, Row, chosen, grouped
from tests.workbench.conftest import A

TAGS = ("fair", "call back", "known")
likelihoods = st.floats(0, 1)


@st.composite
def made_rows(draw):
    accounts = draw(st.lists(st.integers(1, 500), unique=True, max_size=20))
    return [
        Row(
            account, (account,), draw(st.sampled_from([None, "G-01", "G-02"])), draw(st.sampled_from(list(Level))),
            draw(st.sampled_from(list(Reading))), draw(likelihoods), 0.0, 1.0, "low",
            draw(st.sampled_from([None, *STAGES])), draw(st.integers(0, 5)),
            tuple(draw(st.lists(st.sampled_from(["conversation", "coordination"]), unique=True))),
            draw(st.integers(0, 9)), draw(st.none() | st.integers(-(2**40), 2**40)),
        )
        for account in accounts
    ]  # fmt: skip


@st.composite
def queues(draw):
    rows = draw(made_rows())
    verdicts = {
        row.account: Verdict(1, row.account, draw(st.sampled_from(VERDICTS)), "ana", 1)
        for row in rows if draw(st.booleans())
    }  # fmt: skip
    tags = {row.account: (draw(st.sampled_from(TAGS)),) for row in rows if draw(st.booleans())}
    asked = Asked(
        draw(st.sampled_from(["", *(level.value for level in Level)])),
        draw(st.sampled_from(["", *(reading.value for reading in Reading)])),
        draw(st.sampled_from(["", *(stage.value for stage in STAGES)])),
        draw(st.sampled_from(["", "none", *VERDICTS])),
        draw(st.sampled_from(["", "fair", "CALL", "g-01", "conversation", "a-0001", "A-12", "nothing"])),
        draw(st.sampled_from(["account", "group"])), draw(st.sampled_from(list(SORTS))), draw(st.booleans()),
    )  # fmt: skip
    return rows, asked, verdicts, tags


@given(queues())
def test_what_is_shown_is_a_part_of_what_there_is_each_once(queue):
    rows, asked, verdicts, tags = queue
    found = chosen(rows, asked._replace(by="account"), verdicts, tags)
    assert len({row.account for row in found}) == len(found)
    assert all(row in rows for row in found)
    everything = chosen(rows, Asked(sort=asked.sort, descending=asked.descending), verdicts, tags)
    assert sorted(row.account for row in everything) == sorted(row.account for row in rows)


@given(queues())
def test_every_row_fits_what_was_asked_and_every_row_that_fits_is_there(queue):
    rows, asked, verdicts, tags = queue
    found = {row.account for row in chosen(rows, asked._replace(by="account", text=""), verdicts, tags)}
    for row in rows:
        decided = verdicts[row.account].verdict if row.account in verdicts else "none"
        fits = (
            asked.level in ("", row.level.value)
            and asked.reading in ("", row.reading.value)
            and asked.stage in ("", row.stage.value if row.stage else "-")
            and asked.verdict in ("", decided)
        )
        assert (row.account in found) == fits


@given(queues())
def test_the_order_is_the_one_asked_for_and_equals_are_told_apart_the_same_way(queue):
    rows, asked, verdicts, tags = queue
    found = chosen(rows, asked, verdicts, tags)
    keys = [SORTS[asked.sort](row, verdicts) for row in found]
    assert keys == sorted(keys, reverse=asked.descending)
    assert found == chosen(rows[::-1], asked, verdicts, tags)
    for key, one, other in zip(keys, found, found[1:], strict=False):
        if key == SORTS[asked.sort](other, verdicts):
            assert (-one.likelihood, one.account) < (-other.likelihood, other.account)


@given(made_rows())
def test_groups_hold_every_account_once_and_stand_as_high_as_their_highest_member(rows):
    found = grouped(rows)
    assert sorted(account for row in found for account in row.accounts) == sorted(row.account for row in rows)
    for row in found:
        own = [one for one in rows if one.account in row.accounts]
        assert {one.group for one in own} == {row.group}
        assert row.accounts[0] == row.account
        assert LEVEL_RANK[row.level] == max(LEVEL_RANK[one.level] for one in own)
        assert row.stage == max((one.stage for one in own if one.stage), key=lambda stage: stage.rank, default=None)
        assert row.targets == max(one.targets for one in own)
        assert row.last_at == max((one.last_at for one in own if one.last_at is not None), default=None)
        assert set(row.families) == {family for one in own for family in one.families}
    groups = [row.group for row in found if row.group]
    assert len(groups) == len(set(groups))


def test_the_number_of_an_account_finds_it_alone_and_zeros_do_not_matter():
    rows = [
        Row(i, (i,), None, Level.CLEAR, Reading.ORDINARY, 0.1, 0, 1, "low", None, 1, (), 0, None) for i in (1, 10, 12)
    ]
    for text, found in (
        ("A-0012", [12]),
        ("a-12", [12]),
        (" A-1 ", [1]),
        ("a-0", []),
        ("12", []),
        ("a-", []),
        ("a-²", []),
    ):
        assert [row.account for row in chosen(rows, Asked(text=text), {}, {})] == found, text


def test_no_order_and_no_filter_looks_at_who_somebody_is():
    assert not {"name", "headline", "country", "language"} & (
        set(SORTS) | set(Asked._fields) | set(Row.__struct_fields__)
    )


def test_windows_of_the_queue_put_together_are_the_queue(reading):
    lead = reading.client("lead")
    whole = lead.get(f"/api/cases/{A}/queue").json()
    assert whole["total"] == len(whole["rows"]) >= 3
    for size in (1, 2):
        parts = [
            lead.get(f"/api/cases/{A}/queue", params={"offset": at, "limit": size}).json()
            for at in range(0, whole["total"] + 2, size)
        ]
        assert [row for part in parts for row in part["rows"]] == whole["rows"]
        assert {part["total"] for part in parts} == {whole["total"]}
        assert {part["run"] for part in parts} == {whole["run"]}
