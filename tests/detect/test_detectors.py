"""What each detector sees in a small case, and what it must leave alone."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from counterlure.case.rows import AccountRow, Batch, ContactRow, ConversationRow, Owner, PositionRow, ProfileRow
from counterlure.case.write import DeliveryWriter
from counterlure.detect import DETECTORS, Detected, allowed_columns, employer, processes, removed, run
from counterlure.detect.conversation import find as conversations
from counterlure.detect.coordination import same_text, several_targets, shared_targets
from counterlure.errors import FormatError, InputError
from counterlure.model import Evidence, Family, Finding, Terminal
from tests.factories import NOW, Delivery, new_case, talk

TEXT = "I read your paper on cooling loops with great interest. We prepare a small study on that very subject for a partner."
OTHER = "Congratulations on the new role. It was good to see you at the fair last week and talk about old times."


@pytest.fixture
def case(tmp_path):
    with new_case(tmp_path) as made:
        yield made


def found(case, detector, before=None):
    with case.reader(allowed_columns()) as reader:
        return detector(reader, before or Detected())


def suspect(account, kind="sensitive_request"):
    return Finding(account, "conversation", Family.CONVERSATION, kind, 1.0, "x", (Evidence("a:1"),))


def test_every_detector_is_silent_on_an_empty_case(case):
    with case.reader(allowed_columns()) as reader:
        for name, seen in run(reader):
            assert seen == Detected(), name


def test_every_detector_says_what_it_sees_in_its_first_line():
    for name, detector in DETECTORS.items():
        assert detector.__doc__, name
        assert len(detector.__doc__.splitlines()[0]) > 40


def test_an_account_that_reached_several_colleagues_is_seen_and_one_that_reached_one_is_not(case):
    for target in ("ann", "bea", "cid"):
        talk(case, "busy", target, ("in", OTHER))
    talk(case, "single", "ann", ("in", TEXT))
    seen = found(case, several_targets.find).findings
    assert [(f.params["targets"], f.targets) for f in seen] == [(3, ("T-0001", "T-0002", "T-0003"))]
    assert seen[0].score == pytest.approx(2 / 3)


def test_a_colleague_who_writes_to_colleagues_is_no_stranger(case):
    talk(case, "ann", "bea", ("in", "lunch?"))
    talk(case, "ann", "cid", ("in", "lunch?"))
    talk(case, "x", "ann", ("in", "hello"))
    assert found(case, several_targets.find).findings == []


def test_calls_and_meetings_count_as_reaching(case):
    for target in ("ann", "bea"):
        contact = Batch(
            "r",
            "reported",
            "0",
            accounts=[AccountRow(["in:caller"])],
            contacts=[ContactRow("call", 0, True, NOW, 2, target)],
        )
        DeliveryWriter(case).write(Delivery("r", target, Owner([f"in:{target}"]), [contact]))
    assert len(found(case, several_targets.find).findings) == 1


def test_the_same_sentences_from_two_accounts_are_seen(case):
    talk(case, "one", "ann", ("in", f"Dear Ann, {TEXT}"))
    talk(case, "two", "bea", ("in", f"Hello! {TEXT} Best"))
    talk(case, "three", "cid", ("in", OTHER))
    seen = found(case, same_text.find).findings
    assert [f.kind for f in seen] == ["same_text_across_accounts"] * 2
    assert seen[0].evidence[0].quote and "cooling loops" in seen[0].evidence[0].quote


def test_the_same_text_from_one_account_to_two_colleagues_is_another_kind(case):
    talk(case, "one", "ann", ("in", TEXT))
    talk(case, "one", "bea", ("in", TEXT))
    assert [f.kind for f in found(case, same_text.find).findings] == ["same_text_several_targets"]


def test_a_phrase_of_the_trade_used_by_many_is_nobodys_text(case):
    for i in range(same_text.ACCOUNTS_MAX + 2):
        talk(case, f"seller{i}", f"t{i}", ("in", TEXT))
    assert found(case, same_text.find).findings == []


def test_short_thanks_are_not_the_same_text(case):
    talk(case, "one", "ann", ("in", "Thanks a lot! See you soon."))
    talk(case, "two", "bea", ("in", "Thanks a lot! See you soon."))
    assert found(case, same_text.find).findings == []


def test_suspects_that_share_targets_beyond_chance_form_a_group(case):
    for target in range(40):
        talk(case, "crowd", f"t{target}", ("in", "hello"))
    for account in ("p1", "p2"):
        for target in range(5):
            talk(case, account, f"t{target}", ("in", "hello"))
    ids = [i for (i,) in case.db.execute("SELECT account FROM account_key WHERE key IN ('in:p1', 'in:p2')")]
    seen = found(case, shared_targets.find, Detected(findings=[suspect(i) for i in ids]))
    assert [(len(g.accounts), len(g.targets)) for g in seen.groups] == [(2, 5)]
    assert seen.groups[0].p_value is not None and seen.groups[0].p_value < 0.001
    assert {f.kind for f in seen.findings} == {"shared_targets"}


def test_busy_accounts_without_a_sign_of_their_own_form_no_group(case):
    for account in ("s1", "s2"):
        for target in range(6):
            talk(case, account, f"t{target}", ("in", "hello"))
    assert found(case, shared_targets.find).groups == []


def test_two_suspects_that_reached_everybody_share_by_chance(case):
    for account in ("s1", "s2"):
        for target in range(6):
            talk(case, account, f"t{target}", ("in", "hello"))
    ids = [i for (i,) in case.db.execute("SELECT account FROM account_key WHERE key IN ('in:s1', 'in:s2')")]
    assert found(case, shared_targets.find, Detected(findings=[suspect(i) for i in ids])).groups == []


def test_chance_is_the_hypergeometric_tail():
    scipy_free = [(2, 2, 2, 4, 1 / 6), (1, 1, 1, 10, 0.1), (0, 3, 4, 9, 1.0), (3, 5, 3, 40, 10 / 9880)]
    for shared, a, b, n, expected in scipy_free:
        assert shared_targets.chance(shared, a, b, n) == pytest.approx(expected)


def test_a_removed_account_is_seen_with_its_last_row(case):
    talk(case, "removed:2-x", "ann", ("in", "hello"), ("in", "again"))
    talk(case, "stays", "ann", ("in", "hello"))
    seen = found(case, removed.find).findings
    assert [(f.kind, f.evidence[0].source) for f in seen] == [("removed_after_contact", "ann.zip/messages.csv:3")]


def profile(case, employer_name):
    row = ProfileRow(0, NOW, "h", "s", 1, [PositionRow("work", employer_name, "x", None, None, 4)])
    batch = Batch(employer_name, "capture", "0", accounts=[AccountRow([f"in:{employer_name}"])], profiles=[row])
    DeliveryWriter(case).write(Delivery(employer_name, employer_name, None, [batch]))


def test_an_employer_is_looked_up_by_its_normal_name(case, tmp_path):
    register = tmp_path / "register.csv"
    register.write_text("name,country\nÉtoile Conseil S.A.S.,X\nOther Ltd,Y\n", encoding="utf-8")
    profile(case, "ETOILE CONSEIL")
    profile(case, "Nowhere Strategies")
    seen = found(case, lambda reader, before: employer.find(reader, before, register=register)).findings
    assert {(f.evidence[0].quote, f.kind) for f in seen} == {
        ("ETOILE CONSEIL", "employer_in_register"), ("Nowhere Strategies", "employer_not_in_register"),
    }  # fmt: skip


def test_without_a_register_nothing_is_said_of_employers(case):
    profile(case, "Nowhere Strategies")
    assert found(case, employer.find).findings == []


def test_a_register_that_is_none_is_a_clear_error(case, tmp_path):
    profile(case, "Firm")
    (tmp_path / "r.csv").write_text("a,b\n1,2\n")
    (tmp_path / "r.parquet").write_bytes(b"PAR1 not really")
    for name, error in (("absent.csv", InputError), ("r.csv", FormatError), ("r.parquet", FormatError)):
        with pytest.raises(error, match=name):
            found(case, lambda reader, before, n=name: employer.find(reader, before, register=tmp_path / n))


LURE = (
    "Our client would pay 500 euros for a short note. Send me the internal unpublished budget, and keep this"
    " confidential from your employer; write me on Telegram."
)


def group(case, owner, people, *lines, thread="t", first=2):
    """One thread of several people as the owner's archive holds it; lines are (place among people, time, text)."""
    accounts = [AccountRow([f"in:{person}"]) for person in people]
    batch = Batch(
        f"{owner}.zip/messages.csv", "messages", "0", accounts=accounts,
        conversations=[ConversationRow(thread, None, list(range(len(people))))],
        messages=[(0, at, sender, first + i, 0, text, None) for i, (sender, at, text) in enumerate(lines)],
    )  # fmt: skip
    DeliveryWriter(case).write(Delivery(f"{owner}.zip", f"{owner} {thread}", Owner([f"in:{owner}"]), [batch]))


def number(case, key):
    return case.db.execute("SELECT account FROM account_key WHERE key = ?", (key,)).fetchone()[0]


def cited(findings):
    return {(proof.source, proof.target) for finding in findings for proof in finding.evidence}


BOTH = {("ann.zip/messages.csv:3", "T-0001"), ("bea.zip/messages.csv:77", "T-0002")}


def shared_thread(case, account="in:evil"):
    for owner, first in (("ann", 3), ("bea", 77)):
        people = ["ann", "bea", account.removeprefix("in:")]
        group(case, owner, people, (2, NOW, f"{LURE} {TEXT}"), first=first)


def test_each_target_is_shown_its_own_copy_of_a_message(case):
    shared_thread(case)
    seen = found(case, conversations.find)
    assert seen.findings
    assert cited(seen.findings) == BOTH
    steps = {(step.evidence.source, step.evidence.target) for one in seen.progress for step in one.steps}
    assert steps == BOTH
    assert cited(found(case, several_targets.find).findings) == BOTH


def test_a_removed_account_and_a_group_cite_each_target_in_its_own_delivery(case):
    shared_thread(case)
    case.db.execute("UPDATE account SET removed = 1 WHERE id = ?", (number(case, "in:evil"),))
    assert cited(found(case, removed.find).findings) == BOTH
    talk(case, "other", "cid", ("in", "hello"))
    one, other = number(case, "in:evil"), number(case, "in:other")
    before = Detected(findings=[suspect(one), suspect(other)], ties=[(one, other)])
    assert {proof for proof in cited(found(case, shared_targets.find, before).findings) if proof[1] != "T-0003"} <= BOTH


def test_the_same_text_is_cited_from_every_delivery_that_holds_it(case):
    shared_thread(case)
    talk(case, "other", "cid", ("in", TEXT))
    seen = found(case, same_text.find).findings
    assert cited(seen) == BOTH | {("cid.zip/messages.csv:2", "T-0003")}
    targets = {f.account: f.targets for f in seen if f.kind == "same_text_across_accounts"}
    assert targets == {number(case, "in:evil"): ("T-0001", "T-0002"), number(case, "in:other"): ("T-0003",)}


def test_a_message_that_one_delivery_lacks_is_cited_from_the_one_that_holds_it(case):
    people = ["ann", "bea", "evil"]
    group(case, "ann", people, (2, NOW, LURE))
    group(case, "bea", people, (0, NOW + 9, "Hello both"))
    assert cited(found(case, conversations.find).findings) == {("ann.zip/messages.csv:2", "T-0001")}


def test_another_stranger_in_the_thread_does_not_answer_for_the_target(case):
    group(
        case, "ann", ["ann", "evil", "friend"],
        (1, NOW, LURE), (2, NOW + 1, "I am not interested, please stop contacting me."),
    )  # fmt: skip
    (one,) = found(case, conversations.find).progress
    assert (one.terminal, one.messages_in, one.messages_out) == (None, 1, 0)


def test_a_target_is_not_held_to_what_another_target_answered(case):
    people = ["ann", "bea", "evil"]
    lines = [(2, NOW, LURE), (1, NOW + 1, "I am not interested, please stop contacting me.")]
    for owner in ("ann", "bea"):
        group(case, owner, people, *lines)
    ended = {one.target: (one.terminal, one.messages_out) for one in found(case, conversations.find).progress}
    assert ended == {"T-0001": (None, 0), "T-0002": (Terminal.REFUSED, 1)}


@pytest.mark.parametrize(("at", "began"), [(None, False), (NOW + 5, False), (NOW - 5, True)])
def test_only_a_dated_first_message_shows_that_the_colleague_began(case, at, began):
    group(case, "ann", ["ann", "evil"], (1, NOW, LURE), (0, at, "Hello, what is your work about?"))
    kinds = {finding.kind for finding in found(case, conversations.find).findings}
    assert ("target_began" in kinds) is began


FIRST, SECOND = "our client would value a short note on your field.", "we pay within two days of receiving the text."


def same_texts(case, *texts):
    """One account for each text, each to a colleague of its own; what was seen, and accounts by number of the text."""
    for i, text in enumerate(texts):
        talk(case, f"x{i}", f"t{i}", ("in", text))
    order = {number(case, f"in:x{i}"): i for i in range(len(texts))}
    return found(case, same_text.find), order


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([FIRST, FIRST + SECOND, FIRST + SECOND], {(1, 2)}),
        ([FIRST + SECOND] * 2, {(0, 1)}),
        ([FIRST + SECOND] * 3, {(0, 1), (0, 2), (1, 2)}),
        ([FIRST, SECOND, FIRST + SECOND], set()),
    ],
)
def test_every_pair_of_accounts_with_the_same_text_is_tied(case, texts, expected):
    seen, order = same_texts(case, *texts)
    assert {(order[a], order[b]) for a, b in seen.ties} == expected
    assert {order[f.account] for f in seen.findings} == {i for pair in expected for i in pair}
    groups = found(case, shared_targets.find, seen).groups
    assert [{order[a] for a in g.accounts} for g in groups] == [{i for pair in expected for i in pair}] * bool(expected)


def test_two_pairs_with_texts_of_their_own_are_two_groups(case):
    other = "the seminar takes place in the first week of june. travel and hotel are paid by our institute in full."
    seen, order = same_texts(case, FIRST + SECOND, other, FIRST + SECOND, other)
    assert [[order[a] for a in g.accounts] for g in found(case, shared_targets.find, seen).groups] == [[0, 2], [1, 3]]


def test_many_texts_of_one_account_do_not_hide_the_text_of_another(case):
    lead = " ".join(f"filler{i}" for i in range(12))
    for i in range(same_text.TEXTS_MAX + 5):
        twin = f"and this remark number {i} closes the letter"
        talk(case, "busy", f"t{i}", ("in", f"{FIRST} {SECOND} {twin}."), start=NOW)
        talk(case, "busy", f"t{i}", ("in", f"{lead}. {twin}."), start=NOW + 1)
    talk(case, "late", "zoe", ("in", FIRST + SECOND))
    seen = found(case, same_text.find)
    assert seen.ties == [(number(case, "in:busy"), number(case, "in:late"))]
    across = {f.account for f in seen.findings if f.kind == "same_text_across_accounts"}
    assert across == {number(case, "in:busy"), number(case, "in:late")}


def test_two_accounts_known_only_inside_their_deliveries_may_be_one(case):
    talk(case, "removed:2-x", "ann", ("in", TEXT))
    talk(case, "removed:2-y", "bea", ("in", TEXT))
    assert found(case, same_text.find) == Detected()


def test_the_quote_shows_the_shared_clause_whatever_the_spaces(case):
    long = "Nothing of note here at all. " * 30
    seen, _ = same_texts(case, long + "Our client would  value a short   note on your field. " + SECOND, FIRST + SECOND)
    quotes = [proof.quote for finding in seen.findings for proof in finding.evidence]
    assert all("short" in (quote or "") for quote in quotes)


def test_what_is_found_does_not_depend_on_the_seed_of_hashes(case):
    same_texts(case, *[FIRST + SECOND + TEXT] * 3)
    script = (
        "import sys, msgspec; from pathlib import Path; from counterlure.case.read import CaseReader;"
        "from counterlure.detect import allowed_columns, Detected;"
        "from counterlure.detect.coordination import same_text;"
        "seen = same_text.find(CaseReader(Path(sys.argv[1]), allowed_columns()), Detected());"
        "sys.stdout.buffer.write(msgspec.json.encode([seen.findings, seen.ties]))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script, str(case.file)], check=True, capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3", "4")
    }  # fmt: skip
    assert len(outputs) == 1


def test_whoever_never_wrote_in_a_thread_reached_nobody(case):
    for target in range(40):
        talk(case, "crowd", f"t{target}", ("in", "hello"))
    for target in range(5):
        people = [f"t{target}", "p1", "p2"]
        group(case, f"t{target}", people, (1, NOW, "hello"), thread=f"g{target}")
    accounts = [number(case, "in:p1"), number(case, "in:p2")]
    seen = found(case, shared_targets.find, Detected(findings=[suspect(i) for i in accounts]))
    assert seen.groups == []


def reported(case, owner, *rows):
    """A list of reported contacts: (account, employer or None, line)."""
    batch = Batch(
        f"{owner}/reported.csv", "reported", "0",
        accounts=[AccountRow([f"in:{account}"], employer=claim) for account, claim, _ in rows],
        contacts=[ContactRow("call", i, True, NOW + line, line) for i, (_, _, line) in enumerate(rows)],
    )  # fmt: skip
    DeliveryWriter(case).write(Delivery(owner, f"reported {owner}", Owner([f"in:{owner}"]), [batch]))


def test_a_reported_employer_is_cited_from_the_report_and_never_of_a_colleague(case, tmp_path):
    register = tmp_path / "register.csv"
    register.write_text("name\nOther\n", encoding="utf-8")
    invitation = Batch(
        "ann.zip/Invitations.csv", "invitations", "0", accounts=[AccountRow(["in:evil"])],
        contacts=[ContactRow("invitation", 0, True, NOW, 2)],
    )  # fmt: skip
    DeliveryWriter(case).write(Delivery("ann.zip", "a", Owner(["in:ann"]), [invitation]))
    reported(case, "bea", ("evil", "Acme", 9), ("ann", "Works", 10))
    seen = found(case, lambda reader, before: employer.find(reader, before, register=register)).findings
    assert [(f.account, f.evidence[0].source) for f in seen] == [(number(case, "in:evil"), "bea/reported.csv:9")]


def test_processes_side_by_side_see_what_one_process_sees(case, monkeypatch):
    monkeypatch.setattr(processes, "PARALLEL_FROM", 1)
    monkeypatch.setattr(conversations, "MESSAGES_PER_RANGE", 2)
    for account, target in (("one", "ann"), ("one", "bea"), ("two", "ann"), ("two", "bea"), ("removed:3", "cid")):
        talk(
            case, account, target, ("in", TEXT), ("out", "Yes"), ("in", "We pay you in cash for a confidential report.")
        )
    with case.reader(allowed_columns()) as reader:
        alone, beside = ([seen for _, seen in run(reader, workers=workers)][-1] for workers in (1, 2))
    assert len(alone.findings) > 5
    assert (alone.findings, alone.progress, alone.groups, alone.ties) == (
        beside.findings, beside.progress, beside.groups, beside.ties,
    )  # fmt: skip
    assert np.concatenate(alone.talks).tolist() == np.concatenate(beside.talks).tolist()


def test_clauses_are_split_counted_and_told_once():
    text = "One two three four five six, a b; One  two three FOUR five six! a b c d e f\ng h i j k"
    assert same_text.clauses(text) == ["one two three four five six", "a b c d e f"]
