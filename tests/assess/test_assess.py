"""The whole room: every account once, in order, whatever the order of input and whatever the ids."""

from __future__ import annotations

import time

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.assess import AccountStats, assess, load_prior, load_weights
from counterlure.model import Assessment, Group, Level, Stage

KINDS = sorted(load_weights().kinds)
FIXED = {"priors": load_prior(), "weights": load_weights()}


def test_nothing_gives_nothing():
    assert assess((), (), (), **FIXED, stats={}) == ()


def test_every_account_is_judged_once_alerts_first(make):
    found = [*make.findings("coercion", account=9), *make.findings("sensitive_request", account=4)]
    found += [*make.findings("sensitive_request_for_pay", account=2), *make.findings("paid_work", account=7)]
    stats = {i: make.stats(i) for i in (9, 7, 4, 3, 2, 1)}
    judged = assess(found, (), (), **FIXED, stats=stats)
    assert [a.account for a in judged] == [9, 2, 4, 7, 1, 3]
    assert [a.level for a in judged[:3]] == [Level.ALERT, Level.ALERT, Level.WATCH]


def test_an_assessment_holds_what_it_was_made_from(make):
    found = make.findings("tasking", "sensitive_request")
    gone = [make.progress("approach", "tasking", target="T-0009"), make.progress("probing")]
    judgement = make.one(found, gone, make.stats(targets=("T-0003", "T-0001")))
    assert sorted(judgement.findings, key=str) == sorted(found, key=str)
    assert judgement.targets == ("T-0001", "T-0003", "T-0009")
    assert judgement.stage is Stage.TASKING


def test_targets_are_ascending_even_where_nothing_was_found(make):
    assert make.one(of=make.stats(targets=("T-0003", "T-0001"))).targets == ("T-0001", "T-0003")


def test_the_stage_comes_from_the_findings_where_no_progress_was_kept(make):
    assert make.one(make.findings("paid_work", "tasking")).stage is Stage.TASKING
    assert make.one([make.finding("tasking", 0.0)]).stage is None
    assert make.one().stage is None


def test_an_account_of_several_groups_is_named_with_the_least_likely_by_chance(make):
    groups = [Group("G-1", (1,), (), None, ""), Group("G-3", (1, 5), (), 0.001, ""), Group("G-2", (1,), (), 0.001, "")]
    assert make.one(groups=groups).group == "G-2"
    assert make.one(make.findings("tasking"), groups=groups[::-1]).group == "G-2"
    assert make.one(groups=[Group("G-1", (5,), (), None, "")]).group is None


def test_a_finding_on_an_unknown_account_is_an_error(make):
    with pytest.raises(ValueError, match="account 8 has findings or progress but no stats"):
        assess(make.findings("tasking", account=8), (), (), **FIXED, stats={1: make.stats()})
    with pytest.raises(ValueError, match="account 8 has findings"):
        assess((), [make.progress("tasking", account=8)], (), **FIXED, stats={1: make.stats()})


def test_stats_under_a_wrong_id_are_an_error(make):
    with pytest.raises(ValueError, match="stats of account 1 stand under 2"):
        assess((), (), (), **FIXED, stats={2: make.stats(1)})


def test_findings_alike_but_for_one_field_are_still_put_in_one_order(make):
    plain = make.finding("tasking", 0.5)
    alike = [
        plain,
        make.finding("tasking", 0.9),
        msgspec.structs.replace(plain, params={"n": 2}),
        msgspec.structs.replace(plain, targets=("T-0002",)),
    ]
    assert make.one(alike).findings == make.one(alike[::-1]).findings
    assert make.one(alike).findings[0].score == 0.9


seen = st.lists(st.tuples(st.integers(1, 4), st.sampled_from(KINDS), st.floats(0, 1)), max_size=12)


@given(seen=seen, data=st.data())
@settings(max_examples=40, deadline=None)
def test_the_order_of_input_does_not_change_a_byte(make, seen, data):
    found = [make.finding(kind, score, account, source=f"a.csv:{i}") for i, (account, kind, score) in enumerate(seen)]
    stats = {i: make.stats(i) for i in data.draw(st.permutations([1, 2, 3, 4]))}
    again = assess(data.draw(st.permutations(found)), (), (), **FIXED, stats=stats)
    first = assess(found, (), (), **FIXED, stats={i: make.stats(i) for i in (1, 2, 3, 4)})
    assert msgspec.json.encode(again) == msgspec.json.encode(first)


@given(seen=seen, ids=st.permutations([1, 2, 3, 4, 50, 700]))
@settings(max_examples=40, deadline=None)
def test_renaming_accounts_changes_nothing_but_the_ids(make, seen, ids):
    new = dict(zip((1, 2, 3, 4), ids, strict=False))

    def judged(name):
        found = [make.finding(kind, score, name(account)) for account, kind, score in seen]
        stats = {name(i): make.stats(name(i)) for i in new}
        return {a.account: a for a in assess(found, (), (), **FIXED, stats=stats)}

    plain, renamed = judged(lambda i: i), judged(new.__getitem__)
    for old, fresh in new.items():
        back = tuple(msgspec.structs.replace(f, account=old) for f in renamed[fresh].findings)
        assert msgspec.structs.replace(renamed[fresh], account=old, findings=back) == plain[old]


@given(kinds=st.lists(st.sampled_from(KINDS), max_size=5, unique=True), words=st.integers(0, 400))
@settings(max_examples=30, deadline=None)
def test_an_account_is_judged_alike_alone_and_among_others(make, kinds, words):
    of = make.stats(words=words, has_text=words > 0)
    alone = make.one(make.findings(*kinds), of=of)
    others = {i: make.stats(i, words=20 * i) for i in range(2, 20)}
    noise = [f for i in others for f in make.findings(KINDS[i], account=i)]
    judged = assess([*noise, *make.findings(*kinds)], (), (), **FIXED, stats=others | {1: of})
    assert next(a for a in judged if a.account == 1) == alone


@pytest.mark.parametrize("words", [0, 1, 19, 20, 21, 119, 120, 249, 250, 251])
@pytest.mark.parametrize("messages_out", [0, 4])
def test_the_common_judgement_of_quiet_accounts_is_the_one_each_would_get(make, words, messages_out):
    sorts = [
        make.stats(1, words=words, has_text=words > 0, messages_out=messages_out, **more)
        for more in ({}, {"undated": 2}, {"attachments": 1}, {"spam_seen": False}, {"name_only": True},
                     {"has_profile": True}, {"messages_in": 0}, {"languages": ("de",)})
    ]  # fmt: skip
    sharing = [msgspec.structs.replace(of, account=i) for i, of in enumerate([*sorts, *sorts], 1)]
    judged = assess((), (), (), **FIXED, stats={of.account: of for of in sharing})
    for of in sharing:
        together = next(a for a in judged if a.account == of.account)
        assert together == make.one(of=of)


def test_an_assessment_survives_the_way_to_disk_and_back(make):
    judgement = make.one(make.findings("sensitive_request_for_pay", "part_of_group"), [make.progress("tasking")])
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(judgement), type=Assessment) == judgement


def test_a_hundred_and_fifty_thousand_quiet_accounts_cost_no_weighing():
    stats = {i: AccountStats(i, 1, 1, i % 300, i % 7 > 0, (f"T-{i % 50:04d}",)) for i in range(150_000)}
    start = time.process_time()
    judged = assess((), (), (), **FIXED, stats=stats)
    assert len(judged) == 150_000
    # About 0.4 s; one weighing per account would take over ten.
    assert time.process_time() - start < 3
    assert len({id(a.posterior) for a in judged}) == 1
