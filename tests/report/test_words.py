"""Both languages say everything, in the terms that the references fix."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.assess import ids
from counterlure.assess.authenticity import GROUPS
from counterlure.errors import RuleError
from counterlure.model import Confidence, Evidence, Family, Finding, Level, Reading, Stage, Tactic, Terminal
from counterlure.report import words

ROOM = files("counterlure.report")
DATA: dict[str, Any] = {}
for _name in words.FILES:
    DATA |= yaml.safe_load(ROOM.joinpath(_name).read_text(encoding="utf-8"))
ENTRIES = [(section, key) for section, entries in DATA.items() for key in entries]


def texts(wording: Any) -> list[str]:
    return list(wording.values()) if isinstance(wording, dict) else [wording]


@pytest.mark.parametrize(("section", "key"), ENTRIES)
def test_each_wording_stands_in_both_languages_with_the_same_slots(section: str, key: str) -> None:
    wording = DATA[section][key]
    assert set(wording) == {"en", "fr"}
    slots = [set().union(*(words.slots_of(text) for text in texts(wording[lang]))) for lang in words.LANGS]
    assert slots[0] == slots[1]
    assert all(text.strip() for lang in words.LANGS for text in texts(wording[lang]))
    assert all(re.fullmatch(r"[a-z_]+", slot) for slot in slots[0]), "a slot is a plain name, never an attribute"


@pytest.mark.parametrize(
    ("section", "nouns"),
    [
        ("levels", Level),
        ("level_meaning", Level),
        ("readings", Reading),
        ("reading_meaning", Reading),
        ("innocent", Reading),
        ("stages", Stage),
        ("tactics", Tactic),
        ("terminals", Terminal),
        ("families", Family),
        ("confidence", Confidence),
        ("confidence_meaning", Confidence),
        ("missing", ids.MISSING_IDS),
        ("would_change", ids.WOULD_CHANGE_IDS),
        ("kinds", ids.FINDING_KINDS),
    ],
)
def test_each_noun_has_exactly_one_wording(section: str, nouns: Any) -> None:
    assert set(words.keys(section)) == {str(noun) for noun in nouns}


def test_each_band_group_and_gap_of_a_profile_is_worded() -> None:
    assert words.keys("profile_band") == ["strong", "some", "none", "unknown"]
    assert words.keys("profile_group") == list(GROUPS)
    gaps = ["no_capture", "no_month_dates", "one_capture", "no_portrait", "no_register", "register_not_covering"]
    assert words.keys("profile_unchecked") == [*gaps, "no_counters", "no_texts"]


def test_no_section_is_told_in_two_files() -> None:
    told = [s for name in words.FILES for s in yaml.safe_load(ROOM.joinpath(name).read_text(encoding="utf-8"))]
    assert len(told) == len(set(told))


def test_no_wording_calls_a_profile_hostile() -> None:
    sections = [s for s in DATA if s.startswith("profile") and s != "profile_note"]
    said = [text for s in sections for key in DATA[s] for lang in words.LANGS for text in texts(DATA[s][key][lang])]
    assert said
    assert not [text for text in said if "hostil" in text.lower()]


def test_each_kind_that_the_likelihood_table_weighs_is_worded() -> None:
    table = files("counterlure.assess").joinpath("likelihoods.yml")
    if not table.is_file():
        pytest.skip("the likelihood table is not part of this installation")
    kinds = yaml.safe_load(table.read_text(encoding="utf-8"))["findings"]
    assert set(kinds) <= set(words.keys("kinds"))


def test_each_sign_that_a_rule_can_show_is_worded() -> None:
    tags = yaml.safe_load(files("counterlure.detect.conversation").joinpath("tags.yml").read_text(encoding="utf-8"))
    assert set(tags["sign"]) == set(words.keys("signs"))


@pytest.mark.parametrize(
    ("p", "english", "french"),
    [
        (0.03, "almost no chance", "presque aucune chance"),
        (0.05, "very unlikely", "très improbable"),
        (0.2, "unlikely", "probablement pas"),
        (0.45, "roughly even chance", "chances à peu près égales"),
        (0.55, "likely", "probable"),
        (0.8, "very likely", "très probable"),
        (0.95, "almost certain", "quasi certaine"),
        (1.0, "almost certain", "quasi certaine"),
        (0.0, "almost no chance", "presque aucune chance"),
    ],
)
def test_likelihood_is_worded_as_icd_203_and_the_french_vocabulary_do(p: float, english: str, french: str) -> None:
    assert words.likelihood_words(p, "en") == english
    assert words.likelihood_words(p, "fr") == french


def test_an_interval_within_one_band_is_said_once() -> None:
    assert words.interval_words(0.6, 0.7, "en") == "likely"
    assert words.interval_words(0.3, 0.9, "en") == "unlikely to very likely"


def test_natural_frequencies_are_counts_that_never_reach_none_or_all() -> None:
    said = words.natural_frequency(0.008, 0.02, 0.045, "en")
    assert said == "Of 1,000 accounts that show what this one shows, about 20 (8 to 45) would be hostile."
    assert "fewer than 1 (fewer than 1 to 30)" in words.natural_frequency(0.0, 0.0004, 0.03, "en")
    assert "more than 999" in words.natural_frequency(0.9, 1.0, 1.0, "en")


@given(p=st.floats(0, 1), q=st.floats(0, 1))
@settings(max_examples=100)
def test_a_higher_probability_is_never_worded_lower(p: float, q: float) -> None:
    order = [key for _, key in words.LIKELIHOOD]
    low, high = sorted((p, q))
    assert order.index(words.likelihood_id(low)) <= order.index(words.likelihood_id(high))


@pytest.mark.parametrize(("section", "key"), [entry for entry in ENTRIES if entry[0] != "count"])
def test_french_punctuation_never_starts_a_line(section: str, key: str) -> None:
    slots = dict.fromkeys(words.slots_of(DATA[section][key]["fr"]), "x")
    assert not re.search(r" [;:!?»%]|« ", words.say(section, key, "fr", **slots))


def test_counts_follow_the_plural_of_each_language() -> None:
    assert [words.count("account", n, "en") for n in (0, 1, 2)] == ["0 accounts", "1 account", "2 accounts"]
    assert [words.count("account", n, "fr") for n in (0, 1, 2)] == ["0 compte", "1 compte", "2 comptes"]
    assert words.count("message", 1204, "fr") == "1\u202f204 messages"


def test_a_kind_without_wording_falls_back_to_the_detectors_sentence() -> None:
    odd = Finding(1, "d", Family.PROFILE, "not_worded", 0.5, "Detector's own \x1b[31msentence.", (Evidence("a:1"),))
    assert words.finding_words(odd, "fr") == "Detector's own \ufffd[31msentence."


def test_text_in_a_slot_is_shown_as_text_even_where_it_looks_like_a_slot() -> None:
    said = words.say("dossier", "with_target", "en", target="{target.__class__} \u202e")
    assert said == "With {target.__class__} \ufffd"


def test_a_missing_wording_or_slot_is_an_error_of_ours() -> None:
    with pytest.raises(RuleError, match=r"no levels\.purple"):
        words.say("levels", "purple", "en")
    with pytest.raises(RuleError, match="needs the slot"):
        words.say("dossier", "with_target", "en")
    with pytest.raises(RuleError, match="'de'"):
        words.say("levels", "alert", "de")


def test_every_level_has_its_own_word_and_none_accuses_a_person() -> None:
    everything = " ".join(text for s, k in ENTRIES for lang in words.LANGS for text in texts(DATA[s][k][lang])).lower()
    assert not re.search(r"\b(spy|spies|espion\w*|traitor|traître|criminal|criminel)\b", everything)
