"""Texts that say nearly the same are found: all of a few thousand, next to all of many; short ones are left alone."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.alike import copies
from counterlure.alike.copies import CHARS_MAX, CROWD, UNSPACED, WINDOW, WORDS_MIN, near_texts

VOCABULARY = [a + b + c for a in "bdfgklmnprst" for b in "aeiou" for c in ("", "n", "rk", "st", "vel")]


def sets(text: str) -> set[tuple[str, ...]]:
    """Words and pairs of neighbouring words of a plain text."""
    words = text.split()
    return {(word,) for word in words} | set(pairwise(words))


def plain(texts: list[str]) -> set[tuple[int, int]]:
    """Pairs of texts that are near, by comparing every two."""
    shown = [sets(text) for text in texts]
    return {
        (i, j)
        for i, j in combinations(range(len(texts)), 2)
        if 5 * len(shown[i] & shown[j]) >= 4 * len(shown[i] | shown[j])
    }


def found(texts: list[str]) -> set[tuple[int, int]]:
    """The same by the code that is tested."""
    near = near_texts(texts)
    neighbours = near.neighbours()
    number = near.of.tolist()
    return {
        (i, j)
        for i, j in combinations(range(len(texts)), 2)
        if number[i] >= 0 and number[j] >= 0 and number[j] in neighbours[number[i]]
    }


def written(rng: np.random.Generator, count: int, words: int = 60) -> list[str]:
    """Texts of random words, the first of the vocabulary far more often than the last."""
    share = 1 / np.arange(1, len(VOCABULARY) + 1)
    return [" ".join(row) for row in rng.choice(VOCABULARY, (count, words), p=share / share.sum())]


def edited(text: str, edits: int, rng: np.random.Generator) -> str:
    """The text with some of its words replaced."""
    words = text.split()
    for at in rng.choice(len(words), edits, replace=False):
        words[at] = str(rng.choice(VOCABULARY))
    return " ".join(words)


def copied(rng: np.random.Generator, originals: int) -> list[str]:
    """Texts, and a copy of each with none to nine words of sixty replaced, mixed."""
    texts = written(rng, originals)
    texts += [edited(text, int(rng.integers(0, 10)), rng) for text in texts]
    return [texts[at] for at in rng.permutation(len(texts))]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_few_texts_are_compared_as_if_every_two_were(seed: int) -> None:
    texts = copied(np.random.default_rng(seed), 12)
    assert found(texts) == plain(texts)


def test_a_text_is_near_another_down_to_four_fifths() -> None:
    """The first 41 words, whose 81 words and pairs are all that is in common, against 51 words and against 52."""
    short, near, far = (" ".join(VOCABULARY[:count]) for count in (41, 51, 52))
    assert (len(sets(short)), len(sets(near)), len(sets(far))) == (81, 101, 103)
    assert found([short, near]) == {(0, 1)}
    assert found([short, far]) == set()


def test_many_texts_are_compared_by_their_sketches_and_next_to_none_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = copied(np.random.default_rng(1), 1_000)
    exact = near_texts(texts)
    pairs = set(zip(exact.low.tolist(), exact.high.tolist(), strict=True))
    monkeypatch.setattr(copies, "EXACT_MAX", 0)
    sketched = near_texts(texts)
    assert (sketched.of == exact.of).all()
    by_sketch = set(zip(sketched.low.tolist(), sketched.high.tolist(), strict=True))
    assert len(pairs) > 300
    assert by_sketch <= pairs
    assert len(by_sketch) >= 0.998 * len(pairs)


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(24)), st.integers(0, 2**32 - 1))
def test_neither_order_nor_a_bijection_of_words_changes_what_is_near(order: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    texts = copied(rng, 12)
    names = dict(zip(VOCABULARY, [f"{word}x" for word in rng.permutation(VOCABULARY)], strict=True))
    renamed = [" ".join(names[word] for word in texts[at].split()) for at in order]
    expected = {(min(order.index(i), order.index(j)), max(order.index(i), order.index(j))) for i, j in found(texts)}
    assert found(renamed) == expected


def test_short_texts_are_not_compared() -> None:
    words = VOCABULARY[: WORDS_MIN - 1]
    assert near_texts([" ".join(words)] * 3).of.tolist() == [-1, -1, -1]
    assert near_texts([" ".join([*words, "more"])] * 3).of.tolist() == [0, 0, 0]


def test_a_sentence_in_a_script_without_spaces_is_as_short_as_in_another() -> None:
    sentence = "我在一家公司工作多年喜欢和同事一起解决问题也愿意学习新的东西"
    assert len(sentence) > WORDS_MIN
    assert near_texts([sentence] * 2).of.tolist() == [-1, -1]
    assert near_texts([sentence * 3] * 2).of.tolist() == [0, 0]
    assert 3 * len(sentence) >= UNSPACED * WORDS_MIN


def test_nothing_is_near_where_there_is_nothing() -> None:
    for texts in ([], [""], ["", "   ", "\x00"]):
        near = near_texts(texts)
        assert (near.of == -1).all() and near.low.size == 0 and near.neighbours() == []


def test_case_punctuation_and_numbers_do_not_hide_a_text() -> None:
    text = " ".join(VOCABULARY[:40])
    assert found([f"{text} 2019", f"{text.upper().replace(' ', ', ')} 2020!"]) == {(0, 1)}


@pytest.mark.parametrize("exact_max", [0, 3_000])
def test_hostile_texts_are_read_within_bounds(monkeypatch: pytest.MonkeyPatch, exact_max: int) -> None:
    monkeypatch.setattr(copies, "EXACT_MAX", exact_max)
    hostile = [
        "a" * 1_000_000, "word " * 200_000, "\u202e\u200b" * 500_000, "\x00\x01\x7f" * 300_000, "e\u0301" * 500_000,
        "\ufdfa " * 250_000, "\ud800 " * 40, "👩‍👩‍👧‍👦 " * 100, "我" * 1_000_000, "=cmd|' /C calc'!A0 " * 50_000,
    ]  # fmt: skip
    near = near_texts(hostile * 2)
    first, second = near.of[: len(hostile)], near.of[len(hostile) :]
    assert (first == second).all()
    compared = first[first >= 0]
    assert 3 <= compared.size < len(hostile) and np.unique(compared).size == compared.size


def test_what_stands_behind_the_bound_is_not_read() -> None:
    start = " ".join(VOCABULARY[:50]).ljust(CHARS_MAX)
    assert near_texts([f"{start}{'one ' * 300}", f"{start}{'other words ' * 300}"]).of.tolist() == [0, 0]


def test_the_work_on_variants_of_one_template_grows_with_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    template = written(rng, 1)[0]
    texts = [edited(template, 2, rng) for _ in range(1_500)]
    monkeypatch.setattr(copies, "EXACT_MAX", 0)
    near = near_texts(texts)
    partners = np.bincount(np.concatenate([near.low, near.high]))
    assert partners.min() >= 8  # enough to see that it is a template
    assert near.low.size < 2 * len(texts) * (CROWD + WINDOW)
