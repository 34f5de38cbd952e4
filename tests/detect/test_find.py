"""The second opinion beside the rules: when it is asked, what it adds, and that every finding can be checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from counterlure.case.rows import AccountRow, Batch, ContactRow, Owner
from counterlure.case.write import DeliveryWriter
from counterlure.detect import Detected, allowed_columns
from counterlure.detect.conversation import find as conversations
from counterlure.detect.opinion.stages import KINDS
from counterlure.detect.opinion.verdict import STANDS_ALONE, WORTH_READING, Answer, Quote, Verdict, verdict
from tests.factories import NOW, Delivery, new_case, talk

HOSTILE_WORDS = "words_of_a_hostile_approach"
TURNING = "en-s13-t"


def approach() -> tuple[str, ...]:
    """What the other side writes in an authored conversation that turns."""
    lines = (CORPUS / "pairs.en.dev4.jsonl").read_text("utf-8").splitlines()
    (found,) = (record for record in map(json.loads, lines) if record["id"] == TURNING)
    return tuple(message["text"] for message in found["messages"] if message["from"] == "other")


CORPUS = Path(__file__).parents[2] / "corpus"
APPROACH = approach()
HELLO = "Hello, I came across your profile and read your paper on pumps."
ASK = "Could you send me the unpublished draft? Use your private mail, no need to tell your employer about it."
DEALING = (
    "Hello, we are looking for a head of signalling in Lyon; the salary band is in the advert on our site.",
    "Thank you for your CV. The interview takes about an hour and the panel will be two engineers and myself.",
)


@pytest.fixture
def case(tmp_path):
    with new_case(tmp_path) as made:
        yield made


@pytest.fixture
def no_rules(monkeypatch):
    """As if no rule knew any of the words, whatever rules there are."""
    monkeypatch.setattr(conversations, "decisive", lambda _texts: [])
    monkeypatch.setattr(conversations, "marks", lambda *_: [])


def found(case):
    with case.reader(allowed_columns()) as reader:
        return conversations.find(reader, Detected())


def words(case):
    return [finding for finding in found(case).findings if finding.kind.startswith("words_")]


def write(case, account, *texts, target="ann"):
    talk(case, account, target, *(("in", text) for text in texts))


def whole(case):
    """Second opinions on a whole conversation, without the stages that single messages show."""
    return [one for one in found(case).findings if one.kind not in KINDS]


def opinion(odds, kind=HOSTILE_WORDS):
    """A second opinion that says the same of everybody."""
    return lambda *_: Verdict(kind, 0.5, odds, (Quote(0, 0, 5),) if kind == HOSTILE_WORDS else ())


@pytest.mark.usefixtures("no_rules")
class TestWithoutRules:
    def test_strongly_hostile_words_are_found_with_a_quote_and_its_place(self, case):
        told = verdict(APPROACH, ["Ann", "Stranger"])
        assert told is not None and told.odds >= STANDS_ALONE
        write(case, "stranger", *APPROACH)
        (finding,) = whole(case)
        assert (finding.kind, finding.targets, finding.score) == (HOSTILE_WORDS, ("T-0001",), told.score)
        assert len(finding.evidence) == len(told.quotes)
        for proof in finding.evidence:
            line = int(proof.source.removeprefix("ann.zip/messages.csv:"))
            assert proof.quote and proof.quote.strip() in APPROACH[line - 2]
            assert (proof.target, proof.at) == ("T-0001", NOW + (line - 2) * 86_400)

    def test_a_stage_that_words_show_is_a_finding_of_its_own_with_its_sentence(self, case):
        write(case, "stranger", *APPROACH)
        stages = [one for one in found(case).findings if one.kind in KINDS]
        assert "words_of_a_request" in [one.kind for one in stages]
        for one in stages:
            (proof,) = one.evidence
            assert proof.quote and any(proof.quote.strip() in text for text in APPROACH)

    def test_odds_that_stand_alone_only_beside_a_stage(self, case, monkeypatch):
        write(case, "stranger", HELLO, APPROACH[1])
        monkeypatch.setattr(conversations, "stand_alone", lambda _, starts: range(len(starts)))
        for stages, kinds in (((), []), ((("words_of_a_task", Quote(1, 0, 5)),), [HOSTILE_WORDS, "words_of_a_task"])):
            told = Verdict(HOSTILE_WORDS, 0.7, WORTH_READING, (Quote(1, 0, 5),), stages)
            monkeypatch.setattr(conversations, "verdict", lambda *_, told=told: told)
            assert [one.kind for one in found(case).findings] == kinds

    def test_no_stage_is_made_of_it(self, case):
        write(case, "stranger", *APPROACH)
        assert found(case).progress == []

    def test_honest_words_are_left_alone(self, case):
        write(case, "recruiter", *DEALING)
        assert found(case).findings == []

    def test_a_thread_of_one_message_gets_no_second_opinion(self, case):
        write(case, "stranger", APPROACH[-1])
        assert found(case).findings == []

    def test_every_account_is_judged_on_its_own_words(self, case):
        write(case, "stranger", *APPROACH)
        write(case, "recruiter", *DEALING)
        write(case, "brief", APPROACH[1], target="bea")
        (finding,) = whole(case)
        key = case.db.execute("SELECT key FROM account_key WHERE account = ?", (finding.account,)).fetchone()[0]
        assert key == "in:stranger"

    def test_it_is_told_what_colleagues_answered_and_after_which_message(self, case, monkeypatch):
        asked = []
        monkeypatch.setattr(conversations, "verdict", lambda _texts, _names, answers: asked.append(answers))
        first, then = (("in", text) for text in APPROACH[:2]), (("in", text) for text in APPROACH[2:])
        talk(case, "stranger", "ann", ("out", "Yes?"), *first, ("out", "Why?"), *then)
        found(case)
        assert asked == [[Answer(0, "Yes?"), Answer(2, "Why?")]]

    def test_what_the_target_wrote_is_not_the_accounts(self, case):
        talk(case, "stranger", "ann", *(("out", text) for text in APPROACH), ("in", HELLO), ("in", DEALING[1]))
        assert found(case).findings == []

    @pytest.mark.parametrize(("odds", "count"), [(STANDS_ALONE - 0.01, 0), (STANDS_ALONE, 1)])
    def test_it_stands_alone_from_stated_odds_only(self, case, monkeypatch, odds, count):
        monkeypatch.setattr(conversations, "stand_alone", lambda _texts, starts: list(range(len(starts))))
        monkeypatch.setattr(conversations, "verdict", opinion(odds))
        write(case, "stranger", *APPROACH)
        assert len(found(case).findings) == count


class TestBesideRules:
    def test_the_rules_and_the_second_opinion_both_speak(self, case):
        write(case, "stranger", *APPROACH, ASK)
        kinds = [finding.kind for finding in found(case).findings]
        assert kinds.count(HOSTILE_WORDS) == 1
        assert len(kinds) > 1

    def test_one_message_gets_rules_alone(self, case):
        write(case, "stranger", ASK)
        assert len(found(case).findings) > 1
        assert [finding.kind for finding in words(case)] == ["words_too_few"]

    @pytest.mark.parametrize("kind", [HOSTILE_WORDS, "words_of_honest_dealing", "words_undecided"])
    def test_whatever_it_says_stands_with_evidence(self, case, monkeypatch, kind):
        monkeypatch.setattr(conversations, "verdict", opinion(0.0, kind))
        write(case, "stranger", HELLO, ASK)
        (finding,) = words(case)
        assert (finding.kind, finding.score) == (kind, 0.5)
        assert [proof.source for proof in finding.evidence] == ["ann.zip/messages.csv:2"]

    def test_every_finding_has_evidence(self, case):
        for account, texts in (("a", APPROACH), ("b", (*DEALING, ASK)), ("c", (HELLO, ASK)), ("d", (ASK,))):
            for target in ("ann", "bea"):
                write(case, account, *texts, target=target)
        talk(case, "e", "ann", ("out", "Who are you?"), *(("in", text) for text in APPROACH))
        findings = found(case).findings
        assert {HOSTILE_WORDS, "target_began"} < {finding.kind for finding in findings}
        assert len({finding.account for finding in findings}) == 5
        assert all(finding.evidence and all(proof.source for proof in finding.evidence) for finding in findings)

    def test_it_is_told_the_names_in_the_thread_in_order_to_leave_them_out(self, case, monkeypatch):
        asked = []
        monkeypatch.setattr(conversations, "verdict", lambda texts, names, _: asked.append((texts, set(names))))
        write(case, "stranger", *APPROACH)
        found(case)
        ((texts, names),) = asked
        assert texts == list(APPROACH)
        assert {"Ann", "Stranger"} <= names

    def test_what_a_colleague_reports_of_a_call_is_no_wording_of_the_account(self, case):
        rows = [ContactRow("call", 0, True, NOW + n, n + 2, text) for n, text in enumerate((*APPROACH, ASK))]
        batch = Batch("r", "reported", "0", accounts=[AccountRow(["in:caller"])], contacts=rows)
        DeliveryWriter(case).write(Delivery("r", "r", Owner(["in:ann"], "Ann", None), [batch]))
        assert len(found(case).findings) > 1
        assert [finding.kind for finding in words(case)] == ["words_too_few"]
