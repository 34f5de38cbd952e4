"""Free text without who wrote it: names, places, organisations, languages and marks of a first language masked.

What is left is compared by content words alone. A word inside a sentence with a capital is a name; so is every word of
the profile's own header, and of the short parts of its roles and schools. Words with letters outside English are no
words here, words of grammar carry no weight, and what the second opinion never learns (`left_out.yml`: sex, origin,
age, looks, late learners) is not learned here either. Text in another language is not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from counterlure.bench.profiles.cells import WORDS_SHORT
from counterlure.language import language_of

READ = "en"
"""The language that is read: the file's by far, and that of all its ChatGPT rows, so that another one would tell."""
WORDS_MIN = 10
"""Words left after masking from which a section is read."""
PART_CHARACTERS_MIN = 60
"""Masked characters from which a part may show a template; those of FAHSIMahmoud's replication (2026)."""
MAKERS = frozenset({"chatgpt", "openai", "gpt"})
"""Words by which the file itself says who wrote a row."""
LETTERS_MIN, LETTERS_MAX = 3, 20
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[.!?:;|•·\n\r\"“”()/-]+")
_PLAIN = re.compile(r"[a-z]+")
_NEUTRAL = re.compile(r"[\"“”()/-]+")


class Written(NamedTuple):
    """The free text of one profile after masking.

    small : words written without a capital, in order. first : words at the start of a sentence, which may be names.
    names : words written with a capital elsewhere. All three come from texts in `READ` alone, of sections with enough
    of them. read : which sections these are, about and roles; people write differently in each, so that whether one is
    missing would tell. parts : the masked texts that may show a template, in any language.
    """

    small: tuple[str, ...]
    first: tuple[str, ...]
    names: frozenset[str]
    read: tuple[bool, ...]
    parts: tuple[str, ...]


def written(sections: Sequence[Sequence[str]], own: frozenset[str]) -> Written:
    """The masked words of a profile.

    sections : its free texts, those about itself and those of its roles. own : words that name it, its places and
    organisations.
    """
    small: list[str] = []
    first: list[str] = []
    names: set[str] = set()
    read, parts = [], []
    for texts in sections:
        masked = [_masked(text, own) for text in texts]
        parts += [text.shown for text in masked if len(text.shown) >= PART_CHARACTERS_MIN]
        english = _english(masked)
        words = [word for text in english for word in text.small if _usable(word)]
        read.append(len(words) >= WORDS_MIN)
        if read[-1]:
            small += words
            first += [word for text in english for word in text.first if _usable(word)]
            names |= {name for text in english for name in text.names}
    return Written(tuple(small), tuple(first), frozenset(names), tuple(read), tuple(parts))


def naming(names: Iterable[str], headlines: Iterable[str]) -> frozenset[str]:
    """Words that name a profile: all of names, places and short headlines, those with a capital of longer ones."""
    found = {word.lower() for name in names for word, _ in _tokens(name)}
    for line in headlines:
        words = [word for word, _ in _tokens(line)]
        found |= {word.lower() for word in words if word[0].isupper() or len(words) < WORDS_SHORT}
    return frozenset(found)


def is_short(part: str) -> bool:
    """Whether a part is a name, a place, a role or a date rather than free text."""
    return len(part.split()) < WORDS_SHORT


class _Masked(NamedTuple):
    """Words without a capital, words that start a sentence, names, and the first two as they follow each other."""

    small: list[str]
    first: list[str]
    names: set[str]
    shown: str


def _masked(text: str, own: frozenset[str]) -> _Masked:
    small: list[str] = []
    first: list[str] = []
    names: set[str] = set()
    kept = []
    for word, starts in _tokens(text):
        lower = word.lower()
        if lower in own or lower in MAKERS:
            continue
        if word[0].isupper() and not (starts and word[1:].islower()):
            names.add(lower)
            continue
        kept.append(lower)
        (first if word[0].isupper() else small).append(lower)
    return _Masked(small, first, names, " ".join(kept))


def _english(texts: Sequence[_Masked]) -> list[_Masked]:
    """Those in `READ`, each by itself, for one in another language among them would tell; short ones together."""
    told = [language_of([" ".join(text.small)]) for text in texts]
    short = language_of(" ".join(text.small) for text, language in zip(texts, told, strict=True) if language is None)
    return [text for text, language in zip(texts, told, strict=True) if (language or short) == READ]


def _usable(word: str) -> bool:
    return LETTERS_MIN <= len(word) <= LETTERS_MAX and _PLAIN.fullmatch(word) is not None


def _tokens(text: str) -> Iterable[tuple[str, bool]]:
    """(word, whether it starts a sentence) of a text."""
    starts = True
    for token in _TOKEN.findall(text):
        if token[0].isalpha():
            yield token, starts
            starts = False
        elif not token[0].isdigit() and not _NEUTRAL.fullmatch(token):
            starts = True
