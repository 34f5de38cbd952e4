"""The matcher finds a rule exactly where its parts meet, in linear time, and never inside a name or a quotation."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.detect.conversation.check import problems
from counterlure.detect.conversation.matcher import Matcher, matcher
from counterlure.detect.conversation.phrases import expand, fold, match_at, parse
from counterlure.detect.conversation.rules import Rule, book, compile_book, known_tags
from counterlure.errors import RuleError

FRAGMENTS = {
    "en.pay": ["pay", "fee[s]".replace("[s]", ""), "compensat*"],
    "en.paper": ["report", "(short|brief) note", "white paper"],
    "en.joke": ["just kidding"],
    "en.negation": ["not", "no", "never"],
    "fr.pay": ["rémunér*"],
    "fr.negation": ["ne", "pas"],
}
TAGS = {"paid_work": "sign", "refuses": "sign"}


def rule(**changes: object) -> Rule:
    base = {
        "id": "en.paid_work.x",
        "tag": "paid_work",
        "all": ["pay", "paper"],
        "origin": "C2",
        "match": ["a"],
        "no_match": ["b"],
    }
    return Rule(**(base | changes))  # type: ignore[arg-type]


def run(*rules: Rule) -> Matcher:
    return Matcher(compile_book(rules, FRAGMENTS, TAGS))


def words(found: list, text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in found]


def test_the_parts_must_meet_in_one_sentence():
    assert run(rule()).hits("We pay for a report.")
    assert not run(rule()).hits("We pay well. A report is due.")
    assert run(rule(within="message")).hits("We pay well. A report is due.")


def test_the_hit_covers_the_words_that_show_it():
    text = "Hello! We would compensate you for a brief note, of course."
    assert words(run(rule()).hits(text), text) == ["compensate you for a brief note"]


def test_a_part_is_a_whole_word_unless_it_is_open_ended():
    assert not run(rule()).hits("The payroll reporter.")
    assert run(rule()).hits("Compensation for the report.")


def test_case_accents_hyphens_and_typographic_marks_do_not_matter():
    mine = run(rule(id="fr.x.y", all=["pay"]))
    assert mine.hits("une note RÉMUNÉRÉE") and mine.hits("une note remuneree")
    assert run(rule()).hits("PAY for the white-paper")


def test_a_negation_before_or_between_the_parts_voids_the_rule():
    assert not run(rule()).hits("We do not pay for a report.")
    assert not run(rule()).hits("We pay and no report is needed.")
    assert run(rule()).hits("I am not from here, but my firm would gladly pay you for a report.")
    assert run(rule(negation="keep")).hits("We do not pay for a report.")


def test_questions_can_be_required_or_excluded():
    assert not run(rule(question="only")).hits("We pay for a report.")
    assert run(rule(question="only")).hits("Can we pay for a report?")
    assert not run(rule(question="never")).hits("Can we pay for a report?")


def test_a_voiding_fragment_and_distance_count():
    assert not run(rule(none=["joke"])).hits("We pay for a report, just kidding.")
    far = "We pay " + "very " * 40 + "well for a report."
    assert not run(rule()).hits(far)
    assert run(rule(near=60)).hits(far)


def test_words_inside_a_name_do_not_count():
    text = "We at Pay Partners wrote a report."
    assert run(rule()).hits(text)
    assert not run(rule()).hits(text, lambda: ["Pay Partners"])
    assert run(rule()).hits(text + " We pay for the report.", lambda: ["Pay Partners"])


def test_somebody_elses_words_are_marked_as_quoted():
    for text in (
        'He wrote "we pay for a report" to me',
        "Elle m'a écrit « we pay for a report » hier",
        "> we pay for a report",
    ):
        assert [hit.quoted for hit in run(rule()).hits(text)] == [True]
    assert [hit.quoted for hit in run(rule()).hits('A "short" word: we pay for a report')] == [False]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tag": "nonsense"}, "tags.yml"),
        ({"all": ["nonsense"]}, "not defined"),
        ({"none": ["nonsense"]}, "not defined"),
        ({"all": []}, "neither"),
        ({"within": "page"}, "within"),
        ({"by": "me"}, "by"),
        ({"negation": "maybe"}, "negation"),
        ({"question": "maybe"}, "question"),
        ({"match": []}, "match"),
        ({"id": "xx.a.b"}, "language"),
    ],
)
def test_a_wrong_rule_is_named_with_what_is_wrong(change, message):
    with pytest.raises(RuleError, match=message) as caught:
        run(rule(**change))
    assert rule(**change).id in str(caught.value)


@pytest.mark.parametrize("phrase", ["a (b", "a]", "in*side", "*", "", "[a] (|b)", "((a|b)|c)"])
def test_a_wrong_phrase_is_refused(phrase):
    with pytest.raises(RuleError):
        expand(phrase)


def test_a_phrase_expands_to_all_its_spellings():
    assert expand("[very] (good|bad) idée") == sorted(
        f"{a}{b} {c}" for a in ("very ", "") for b in ("good", "bad") for c in ("idée", "idee")
    )
    assert expand("some (|more )time [now]") == ["some more time", "some more time now", "some time", "some time now"]


PHRASES = [
    "(we|they) (would |could |)pay",
    "[a] short (note|paper)*",
    "d'ici (|la |ce )(fin|soir)",
    "end [of] (week|day)",
    "€",
    "rémunér*",
]


@given(st.sampled_from(PHRASES), st.data(), st.text("ab c'€.", max_size=5), st.text("ab c'€.", max_size=5))
def test_every_spelling_of_a_phrase_is_found_where_it_stands(pattern, data, before, after):
    literal = data.draw(st.sampled_from(expand(pattern)))
    low = b" " + fold(f"{before} {literal} {after}") + b" "
    phrase = parse(pattern)
    spans = []
    for text, start, end in phrase.literals:
        at = low.find(text)
        while at >= 0:
            spans.append(match_at(phrase, low, at + start, at + end))
            at = low.find(text, at + 1)
    place = len(fold(before)) + 2
    assert any(span and span[0] <= place and span[1] >= place + len(fold(literal)) for span in spans)


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_folding_keeps_every_offset(text):
    assert len(fold(text).decode()) == len(text)


@given(
    st.lists(
        st.sampled_from(["we", "pay", "not", "for", "a report", ".", "?", "“", "”", "İ", "🙂", "just kidding", "\n"]),
        max_size=30,
    )
)
def test_the_fast_path_agrees_with_a_plain_search(parts):
    text = " ".join(parts)
    fast = bool(run(rule(negation="keep", near=1000)).hits(text))
    plain = any("pay" in s.split() and "a report" in " ".join(s.split()) for s in _plain_sentences(text))
    assert fast == plain


def _plain_sentences(text: str) -> list[str]:
    for mark in ".?\n":
        text = text.replace(mark, "\n")
    return text.split("\n")


@pytest.mark.parametrize(
    "flood",
    [
        "a",
        "pay report ",
        "é Clonez le dépôt puis faites npm install ",
        "We would pay for a confidential report. ",
        '"we pay ',
        "«",
        "not ",
    ],
)
def test_a_flood_is_answered_within_seconds(flood):
    started = time.process_time()
    matcher().hits(flood * (1_000_000 // len(flood)), lambda: ["npm install", "pay"])
    assert time.process_time() - started < 3.0


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_shipped_rule_matches_its_own_messages_and_no_others(language):
    assert [line for line in problems() if line.startswith(f"{language}.")] == []


def test_every_tag_can_be_shown_in_both_languages():
    shown = {language: {r.tag for r in book().rules if r.language == language} for language in ("en", "fr")}
    assert shown["en"] == shown["fr"] == set(known_tags())
