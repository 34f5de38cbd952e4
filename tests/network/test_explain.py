"""Explanations are whole in both languages, true to their numbers, and speak of accounts only."""

from __future__ import annotations

import re
from dataclasses import replace
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.network import story

from counterlure.errors import RuleError
from counterlure.network.explain import detail, explanation, odds, sure
from counterlure.network.facts import Facts, facts
from counterlure.network.layers import NAMES
from counterlure.network.model import Kind
from counterlure.network.wording import LANGS, all_keys, quantity, say, shown

FORBIDDEN = re.compile(
    r"\b(recruitment|spy|spies|spying|espionage|fake|persona|impostor|criminal|enemy|agent|nationality|name|woman|man"
    r"|recrutement|espion\w*|faux|fausse\w*|imposteur|criminel\w*|ennemi\w*|nationalité|nom|femme|homme)\b",
    re.IGNORECASE,
)
SLOT = re.compile(r"\{(\w+)\}")


def groups() -> tuple[Facts, ...]:
    return facts(story.tables(), story.layers(), story.network())


def forms(wording: object) -> list[str]:
    return list(wording.values()) if isinstance(wording, dict) else [str(wording)]


@pytest.mark.parametrize("key", sorted(all_keys()))
def test_every_wording_has_both_languages_with_the_same_slots(key: str) -> None:
    by = all_keys()[key]
    assert set(by) == set(LANGS)
    english, french = (sorted(set(SLOT.findall(" ".join(forms(by[lang]))))) for lang in LANGS)
    assert english == french
    assert all(text for lang in LANGS for text in forms(by[lang]))
    assert isinstance(by["en"], dict) == isinstance(by["fr"], dict)


@pytest.mark.parametrize("lang", LANGS)
def test_no_wording_says_what_contacts_cannot_show(lang: str) -> None:
    said = [text for by in all_keys().values() for text in forms(by[lang])]
    said += [sentence for group in groups() for sentence in explanation(group, lang)]
    assert [text for text in said if FORBIDDEN.search(text)] == []


def test_french_has_its_spacing() -> None:
    said = " ".join(sentence for group in groups() for sentence in explanation(group, "fr"))
    assert not re.search(r" [:;!?%»]", said)


def test_an_unexplained_group_is_told_with_its_numbers_and_its_honest_readings() -> None:
    group = groups()[0]
    said = explanation(group, "en")
    assert said[0] == "8 accounts act together, and what they say of themselves does not explain it."
    assert said[1] == detail(group, "en")
    assert f"{group.listed} contacts" in said[1]
    text = "\n".join(said)
    for words in ("conference committee", "recruiting team", "alumni drive", "sales team", "less than 1 in 10^41"):
        assert words in text
    assert "7 accounts almost certainly belong and 1 very likely" in text
    assert f"The other {group.others} are cover" in text
    assert "1 April 2026".replace(" ", "\u00a0", 2)[:7] in text, "the window is named"
    assert said[-1].startswith("This is about accounts and who contacted whom.")


@pytest.mark.parametrize("layer", NAMES)
def test_every_layer_that_tells_has_its_sentence_in_both_languages(layer: str) -> None:
    group = groups()[0]
    assert [shared.layer for shared in group.shared].count(layer) == 1
    for lang in LANGS:
        assert say(f"layer.{layer}", lang)
        assert say(f"picture.bar_{layer}", lang, value="x")
    assert len(explanation(group, "fr")) == len(explanation(group, "en"))


def test_what_members_share_is_held_against_chance() -> None:
    by_layer = {shared.layer: shared for shared in groups()[0].shared}
    assert (by_layer["employer"].value, by_layer["employer"].members) == ("Borealis Consulting", 6)
    assert by_layer["employer"].expected == pytest.approx(6 * 8 / 60)
    assert by_layer["target_mix"].members == 4
    assert by_layer["target_mix"].expected == pytest.approx(5 / 60 * 8)


def test_a_layer_that_does_not_tell_is_not_mentioned() -> None:
    whole = story.network()
    quiet = replace(whole.groups[0], layers={"contacts": 80.0, "employer": 2.9, "text": -0.3})
    group = facts(story.tables(), story.layers(), replace(whole, groups=(quiet,)))[0]
    assert group.shared == ()
    assert group.telling == ["contacts"]


def test_a_commercial_group_is_told_calmly() -> None:
    group = groups()[1]
    assert group.kind is Kind.COMMERCIAL
    said = explanation(group, "en")
    assert "open about it" in said[0]
    assert any("needs no haste" in sentence for sentence in said)
    assert not any("Rule out" in sentence for sentence in said)


def test_a_group_without_a_list_says_what_ties_it() -> None:
    whole = story.network()
    alone = replace(whole.groups[0], layers={"text": 30.0, "created": 12.0, "contacts": 0.2})
    group = facts(story.tables(), story.layers(), replace(whole, groups=(alone,)))[0]
    assert detail(group, "en") == (
        "These 8 accounts share hardly any target; what ties them is: same message and created together."
    )
    assert not any("Of their" in sentence for sentence in explanation(group, "en"))


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (log(1.5), "up to 67%"),
        (log(40.5), "less than 1 in 40"),
        (log(9_999.5), "less than 1 in 9,999"),
        (12.5 * log(10), "less than 1 in 10^12"),
        (9_000.0, "less than 1 in 10^100"),
    ],
)
def test_odds_in_plain_words(ratio: float, words: str) -> None:
    assert odds(ratio, "en") == words


@given(st.floats(0.01, 200), st.sampled_from(LANGS))
def test_odds_never_promise_more_than_the_log_ratio(ratio: float, lang: str) -> None:
    said = odds(ratio, lang).replace("\u202f", "").replace(",", "")
    power = re.search(r"10\^(\d+)", said)
    plain = re.search(r"1 (?:in|sur) (\d+)$", said)
    if power:
        assert int(power[1]) <= ratio / log(10)
    elif plain:
        assert log(int(plain[1])) <= ratio + 1e-9


@given(st.floats(0, 1))
def test_every_chance_has_a_word(chance: float) -> None:
    for lang in LANGS:
        assert say(f"sure.{sure(chance)}", lang)


def test_a_missing_slot_or_wording_is_an_error_that_names_it() -> None:
    with pytest.raises(RuleError, match=r"who\.unexplained needs the slot 'n'"):
        say("who.unexplained", "en")
    with pytest.raises(RuleError, match=r"no who\.nobody in 'fr'"):
        say("who.nobody", "fr")


@pytest.mark.parametrize(
    ("value", "en", "fr"),
    [
        (1240, "1,240", "1\u202f240"), (12.6, "13", "13"), (3.21, "3.2", "3,2"), (2.0, "2", "2"),
        (0.42, "0.4", "0,4"), (0.004, "less than 0.01", "moins de 0,01"), (0.0, "0", "0"),
    ],
)  # fmt: skip
def test_quantities_are_written_as_people_read_them(value: float, en: str, fr: str) -> None:
    assert (quantity(value, "en"), quantity(value, "fr")) == (en, fr)


@given(st.text())
def test_text_from_outside_is_one_bounded_line_without_hidden_characters(text: str) -> None:
    made = shown(text)
    assert len(made) <= 80
    assert not re.search("[\n\r\t\x00-\x1f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", made)
