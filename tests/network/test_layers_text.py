"""Near-identical messages join accounts; what everybody sends, and what is only short, does not."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.alike import near
from counterlure.alike.shingles import CHARS_MAX, WORDS_MIN, shingles
from counterlure.engine.sql import Engine, open_engine
from counterlure.network.layers import text
from counterlure.network.model import Accounts, Contacts, Layer, Tables, Targets

TEMPLATE = (
    "Hello {name}, I came across your excellent profile and I am very impressed by your experience in {field}. "
    "My client prepares a report on the market and would gladly pay for two pages of your personal opinion."
)
INVITATION = "Hi {name}, I'd like to add you to my professional network on LinkedIn."


@pytest.fixture
def engine() -> Iterator[Engine]:
    opened = open_engine(threads=1)
    yield opened
    opened.close()


def of(accounts: int) -> Tables:
    """Tables of which only the number of accounts counts."""
    nothing, none = np.zeros(0, np.int32), np.zeros(0, object)
    untold = np.full(accounts, -1, np.int32)
    return Tables(
        Contacts(nothing, nothing, np.zeros(0, np.int64)),
        Accounts(np.arange(accounts).astype(object), untold.astype(np.int64), untold, untold, none, none),
        Targets(none, nothing, nothing, none, none),
    )


def layer_of(engine: Engine, messages: list[tuple[int, str | None]], accounts: int = 1_000) -> Layer | None:
    """The layer of (account, text) messages, each to a target of its own."""
    engine.put(
        "contact_text",
        {
            "account": np.array([account for account, _ in messages], np.int32),
            "target": np.arange(len(messages), dtype=np.int32),
            "text": np.array([words for _, words in messages], dtype=object),
        },
    )
    return text.layer(of(accounts), engine)


def shared(layer: Layer | None) -> set[frozenset[int]]:
    """The sets of accounts that use one text."""
    assert layer is not None
    groups = [frozenset(layer.account[layer.value == value].tolist()) for value in np.unique(layer.value)]
    return {group for group in groups if len(group) > 1}


def prose(rng: np.random.Generator, count: int, words: int = 30) -> list[str]:
    """Texts of random words that have nothing in common."""
    vocabulary = np.array(
        ["".join(rng.choice(list("abcdefghijklmnoprstuvw"), rng.integers(2, 9))) for _ in range(4_000)]
    )
    return [" ".join(row) for row in vocabulary[rng.integers(0, 4_000, (count, words))]]


def test_one_template_filled_with_other_names_joins_those_who_used_it(engine: Engine) -> None:
    rng = np.random.default_rng(0)
    messages: list[tuple[int, str | None]] = list(enumerate(prose(rng, 300)))
    for account, (name, field) in enumerate([("Anna", "optics"), ("Boris", "radar"), ("Claude", "propulsion")]):
        messages.append((10 * account, TEMPLATE.format(name=name, field=field)))
    assert shared(layer_of(engine, messages)) == {frozenset({0, 10, 20})}


def test_case_accents_punctuation_and_numbers_do_not_hide_a_text(engine: Engine) -> None:
    plain = "Bonjour, votre étude de 2024 nous intéresse et nous vous proposons 500 euros pour un résumé"
    other = "BONJOUR votre ETUDE de 2025 nous interesse; et nous vous proposons 800 euros, pour un re\u0301sume\u0301!"
    assert shared(layer_of(engine, [(1, plain), (2, other)])) == {frozenset({1, 2})}


def test_signs_that_nobody_sees_do_not_hide_a_text(engine: Engine) -> None:
    hidden = TEMPLATE.replace("e", "e\u200b").replace(" ", "\u00a0")
    assert shared(layer_of(engine, [(1, TEMPLATE), (2, hidden)])) == {frozenset({1, 2})}


def test_a_default_invitation_is_no_evidence_because_of_its_frequency(engine: Engine) -> None:
    rng = np.random.default_rng(1)
    names = prose(rng, 400, words=1)
    messages: list[tuple[int, str | None]] = [(n, INVITATION.format(name=name)) for n, name in enumerate(names)]
    messages += list(enumerate(prose(rng, 400)))
    messages += [(account, TEMPLATE) for account in (3, 5, 8)]
    assert shared(layer_of(engine, messages)) == {frozenset({3, 5, 8})}


def test_a_text_that_many_use_is_no_evidence_though_the_sample_never_met_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "SAMPLE", 0)
    messages: list[tuple[int, str | None]] = list(enumerate(prose(np.random.default_rng(6), 400)))
    messages += [(account, TEMPLATE) for account in range(100)]
    assert shared(layer_of(engine, messages)) == set()


def test_texts_under_six_words_hold_nothing(engine: Engine) -> None:
    assert layer_of(engine, [(n, "Hello, nice to meet you") for n in range(5)]) is None
    assert layer_of(engine, [(n, None) for n in range(5)]) is None
    assert layer_of(engine, []) is None
    assert WORDS_MIN == 6


def test_who_writes_only_own_words_holds_one_value_alone(engine: Engine) -> None:
    texts = prose(np.random.default_rng(2), 40)
    layer = layer_of(engine, [(n % 4, words) for n, words in enumerate(texts)])
    assert layer is not None and layer.account.tolist() == [0, 1, 2, 3] and layer.values == 4


def test_one_account_repeating_itself_shares_with_nobody(engine: Engine) -> None:
    assert shared(layer_of(engine, [(7, TEMPLATE)] * 50 + [(8, prose(np.random.default_rng(3), 1)[0])])) == set()


def test_order_of_rows_and_portions_change_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    base = prose(rng, 60)
    messages: list[tuple[int, str | None]] = [
        (int(rng.integers(0, 40)), words + extra) for words in base for extra in ("", " kind regards")
    ]
    first = layer_of(engine, messages)
    rng.shuffle(messages)
    monkeypatch.setattr(text, "PORTION", 7)
    monkeypatch.setattr(text, "SLICE", 3)
    again = layer_of(engine, messages)
    assert first is not None and again is not None and shared(first)
    assert (first.account == again.account).all() and (first.value == again.value).all()


HOSTILE = [
    "=cmd|' /C calc'!A0 " * 5, "<script>alert(1)</script> " * 8, "\x00\x01 null and control \x7f signs in a text of words",
    "\u202eright to left override in a text of words", "a" * 50_000, "x " * 50_000, "\ufdfa" * 5_000 + " one two three four five six",
    "'; DROP TABLE contact_text; -- and more words", "👩‍👩‍👧‍👦 " * 40, "𝓯𝓪𝓷𝓬𝔂 𝓵𝓮𝓽𝓽𝓮𝓻𝓼 𝓲𝓷 𝓪 𝓽𝓮𝔁𝓽 𝓸𝓯 𝔀𝓸𝓻𝓭𝓼", "", "   ",
]  # fmt: skip


def test_hostile_texts_are_read_within_bounds_and_only_numbers_leave(engine: Engine) -> None:
    layer = layer_of(engine, [(n, words) for n, words in enumerate(HOSTILE * 2)])
    assert layer is not None and layer.words is None
    assert layer.account.dtype == layer.value.dtype == np.int32


def test_lone_surrogates_and_long_texts_are_hashed_within_bounds() -> None:
    _, counts = shingles([text_[:CHARS_MAX] for text_ in [*HOSTILE, "\ud800 one two three four five six \udfff"]])
    assert counts.max() <= 2 * CHARS_MAX
    assert counts[-1] == 11


def test_scripts_without_spaces_have_words_too() -> None:
    _, counts = shingles(["您好我对您的研究非常感兴趣希望合作", "你好"])
    assert counts.tolist() == [2 * 17 - 1, 0]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="ab é,.0\n我\u200b", max_size=60), max_size=8))
def test_a_text_has_the_same_shingles_whatever_stands_beside_it(texts: list[str]) -> None:
    hashes, counts = shingles(texts)
    alone = [shingles([each]) for each in texts]
    assert counts.tolist() == [int(count[0]) for _, count in alone]
    assert hashes.tolist() == [number for found, _ in alone for number in found.tolist()]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sets(st.integers(0, 2**64 - 1), min_size=1, max_size=12), min_size=2, max_size=12))
def test_jaccard_is_that_of_the_sets(sets: list[set[int]]) -> None:
    sets += [sets[0] | {1}, sets[0] | sets[1]]
    hashes = np.array([number for each in sets for number in each], np.uint64)
    owner = np.repeat(np.arange(len(sets)), [len(each) for each in sets])
    low, high = np.triu_indices(len(sets), 1)
    found = near.jaccard(hashes, owner, low, high)
    wanted = [len(sets[a] & sets[b]) / len(sets[a] | sets[b]) for a, b in zip(low, high, strict=True)]
    assert found.tolist() == pytest.approx(wanted)


@pytest.mark.parametrize(("common", "least", "most"), [(90, 0.97, 1.0), (66, 0.2, 0.55), (20, 0.0, 0.02)])
def test_sets_meet_in_a_band_as_often_as_their_likeness_says(common: int, least: float, most: float) -> None:
    """Of 100 hashes in each, 90, 66 and 20 in common: Jaccard 0.82, 0.49 and 0.11; the rates follow from the bands."""
    rng = np.random.default_rng(0)
    pool = rng.integers(0, 2**64 - 1, (1_000, 200 - common), dtype=np.uint64)
    one, other = pool[:, :100], np.concatenate([pool[:, :common], pool[:, 100:]], axis=1)
    starts = np.arange(1_000) * 100
    met = (near.bands(one.ravel(), starts) == near.bands(other.ravel(), starts)).any(axis=1).mean()
    assert least <= met <= most


def test_fifty_thousand_texts_a_second_are_within_reach() -> None:
    """Half that rate is asked for, of the processor and not of the clock, so that a slow machine passes."""
    texts = prose(np.random.default_rng(5), 20_000, words=33)
    assert 150 < np.mean([len(each) for each in texts]) < 250
    text._marked(texts[:100])
    begun = time.process_time()
    for at in range(0, len(texts), text.SLICE):
        text._marked(texts[at : at + text.SLICE])
    assert len(texts) / (time.process_time() - begun) > 25_000
