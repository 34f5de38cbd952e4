"""What the words of a title say about a post, by the lists of `ranks.yml`."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, NamedTuple

from counterlure.data_files import parse_yaml

HEAD, TOP, OWNER_LIKE = "head", "top", "owner_like"
SOLE, SOLE_IN_PART = "sole", "sole_in_part"
_WORD = re.compile(r"[^\W_]+")
_BOTH = re.compile(r"(?<=\w)[*:_·./(](?:in|innen|e|fe|ne|rice|trice|ice|euse)\b\)?")
"""What marks both sexes in one word, as in "Leiter*in" and "Directeur(trice)"."""
Words = tuple[str, ...]


class Title(NamedTuple):
    """A title as far as it is known; all of it is empty or False for one that is not.

    key : its words without the small ones, as two titles are compared.
    rank : `HEAD`, `TOP`, `OWNER_LIKE` or "". sole : `SOLE`, `SOLE_IN_PART` or "".
    entry, own, aside, posted, to_come, degree : as the lists of that name.
    """

    key: Words
    rank: str = ""
    sole: str = ""
    entry: bool = False
    own: bool = False
    aside: bool = False
    posted: bool = False
    to_come: bool = False
    degree: bool = False


@functools.lru_cache(maxsize=100_000)
def title(text: str | None) -> Title:
    """What a title says; of None nothing."""
    lists = _lists()
    words = _words(text or "")
    key = tuple(word for word in words if word not in lists.small)
    if not key:
        return Title(())
    entry, own, aside = (lists.holds(name, words) for name in ("entry", "own", "aside"))
    return Title(
        key,
        rank="" if entry or own or aside else _rank(words, key),
        sole="" if entry or own or aside or lists.holds("shared", words) else _sole(words),
        entry=entry,
        own=own,
        aside=aside,
        posted=lists.holds("posted", words),
        to_come=lists.holds("to_come", words),
        degree=lists.holds("degree", words) and not _but(words),
    )


def _rank(words: Words, key: Words) -> str:
    lists = _lists()
    if lists.holds("no_rank", words):
        return ""
    if len(key) == 1 and key[0] in lists.alone:
        return OWNER_LIKE
    return next((rank for rank in (OWNER_LIKE, TOP, HEAD) if lists.holds(rank, words)), "")


def _sole(words: Words) -> str:
    if words in _lists().phrases[SOLE].get(words[0], ()):
        return SOLE
    return SOLE_IN_PART if _lists().starts(SOLE_IN_PART, words) else ""


def _but(words: Words) -> bool:
    """Whether the title is only near a post that needs a degree; "assistant professor" is one, "assistant to" none."""
    rest = " ".join(words).replace("assistant professor", "professor")
    return _lists().holds("no_degree", tuple(rest.split()))


class _Lists(NamedTuple):
    """Phrases of each list by their first word; words that are left out; forms of one word; titles of one word."""

    phrases: Mapping[str, Mapping[str, tuple[Words, ...]]]
    small: frozenset[str]
    same: Mapping[str, Words]
    alone: frozenset[str]

    def holds(self, name: str, words: Words) -> bool:
        """Whether a phrase of the list stands anywhere in the title."""
        own = self.phrases[name]
        return any(words[at : at + len(p)] == p for at, word in enumerate(words) for p in own.get(word, ()))

    def starts(self, name: str, words: Words) -> bool:
        """Whether the title begins with a phrase of the list."""
        return any(words[: len(p)] == p for p in self.phrases[name].get(words[0], ()))


@functools.cache
def _lists() -> _Lists:
    data: dict[str, Any] = parse_yaml(resources.files(__package__).joinpath("ranks.yml").read_text(encoding="utf-8"))
    same = {form: tuple(word.split()) for form, word in data.pop("same").items()}
    small, alone = frozenset(data.pop("small")), frozenset(data.pop("owner_like_alone"))
    phrases: dict[str, dict[str, tuple[Words, ...]]] = {}
    for name, given in data.items():
        own: dict[str, list[Words]] = {}
        for phrase in _flat(given):
            words = tuple(phrase.split())
            own.setdefault(words[0], []).append(words)
        phrases[name] = {first: tuple(sorted(of)) for first, of in own.items()}
    return _Lists(phrases, small, same, alone)


def _flat(given: Mapping[str, Iterable[str]] | Iterable[str]) -> Iterable[str]:
    if isinstance(given, Mapping):
        return [phrase for phrases in given.values() for phrase in phrases]
    return given


def _words(text: str) -> Words:
    """Words without case and accents, each in the form that stands for all of its own."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    plain = _BOTH.sub("", plain)
    same = _lists().same
    return tuple(word for found in _WORD.findall(plain) for word in same.get(found, (found,)))
