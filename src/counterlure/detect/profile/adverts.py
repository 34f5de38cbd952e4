"""Role descriptions that are written like a job advert."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Any, NamedTuple

from counterlure.data_files import parse_yaml
from counterlure.detect.profile.texts import ROLE, Accounts, Text
from counterlure.model import Family, Finding

CHARS_MAX = 10_000
"""Characters of a description that are read."""
PHRASES_MIN = 2

_TOKEN = re.compile(r"[^\W_]+|[.:;!?\n•*-]")
_END = ":"


class Phrase(NamedTuple):
    """tokens : as `_tokens` gives them. telling : whether only an advert speaks so. language : of the file's entry."""

    tokens: tuple[str, ...]
    telling: bool
    language: str


class Seen(NamedTuple):
    """Phrases of an advert that a text holds, and where the first stands in it."""

    phrases: int
    start: int
    end: int


def findings(texts: Sequence[Text], accounts: Accounts) -> Iterator[Finding]:
    """At most one for each account that is nobody's target, by account; score 1."""
    shown: dict[int, list[tuple[Text, Seen]]] = {}
    for text in texts:
        if text.kind == ROLE and text.account not in accounts.targets:
            seen = advert(text.words)
            if seen:
                shown.setdefault(text.account, []).append((text, seen))
    for account, adverts in sorted(shown.items()):
        phrases = max(seen.phrases for _, seen in adverts)
        yield Finding(
            account=account, detector="same_words", family=Family.PROFILE, kind="advert_copied", score=1.0,
            detail="a role is described in the words of a job advert",
            evidence=tuple(dict.fromkeys(text.cited(seen.start, seen.end) for text, seen in adverts)),
            params={"phrases": phrases},
        )  # fmt: skip


def advert(text: str) -> Seen | None:
    """What shows that a text is a job advert: `PHRASES_MIN` phrases of one language, a telling one among them."""
    found: dict[str, dict[Phrase, tuple[int, int]]] = {}
    tokens = _tokens(text[:CHARS_MAX])
    words, at = [token for token, _, _ in tokens], 0
    while at < len(words):
        phrase = next(
            (p for p in _phrases().get(words[at], ()) if tuple(words[at : at + len(p.tokens)]) == p.tokens), None
        )
        if phrase is None:
            at += 1
            continue
        last = at + len(phrase.tokens) - 1
        found.setdefault(phrase.language, {}).setdefault(phrase, (tokens[at][1], tokens[last][2]))
        at = last if phrase.tokens[-1] == _END else last + 1  # what ends a heading may open the next
    for phrases in found.values():
        if len(phrases) >= PHRASES_MIN and any(phrase.telling for phrase in phrases):
            return Seen(len(phrases), *min(phrases.values()))
    return None


def examples() -> Iterator[tuple[str, bool]]:
    """(text, whether it is held to be an advert) of the data file."""
    for entry in _data().values():
        yield from ((text, True) for text in entry["match"])
        yield from ((text, False) for text in entry["no_match"])


def _tokens(text: str) -> list[tuple[str, int, int]]:
    """(word without case and accents, or a colon for whatever ends a clause; where it begins and ends)."""
    plain = str.lower if text.isascii() else _plain
    tokens = [(plain(t[0]) if t[0][0].isalnum() else _END, *t.span()) for t in _TOKEN.finditer(text)]
    return [(_END, 0, 0), *tokens, (_END, len(text), len(text))]


def _plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


@functools.cache
def _data() -> Mapping[str, Mapping[str, Any]]:
    text = resources.files(__package__).joinpath("adverts.yml").read_text(encoding="utf-8")
    data: Mapping[str, Mapping[str, Any]] = parse_yaml(text)
    return data


@functools.cache
def _phrases() -> Mapping[str, Sequence[Phrase]]:
    """Phrases by their first word, the longest first."""
    found: dict[str, list[Phrase]] = {}
    for language, entry in _data().items():
        for kind in ("telling", "beside"):
            for words in entry[kind]:
                tokens = tuple(token for token, _, _ in _tokens(words)[1:-1])
                found.setdefault(tokens[0], []).append(Phrase(tokens, kind == "telling", language))
    return {word: sorted(phrases, key=lambda p: (-len(p.tokens), p)) for word, phrases in found.items()}
