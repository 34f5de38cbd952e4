"""Invented names, drawn in one stream so that nobody's name depends on what they are up to.

Every name part is a single capitalised word that is no ordinary English or French word and occurs in no text of this
room, so that a reader can tell names from text, and `renaming.py` can exchange them, by the word alone.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from random import Random
from urllib.parse import quote

import msgspec

from counterlure.errors import RuleError
from counterlure.simulate.texts import load, vocabulary

_PLAIN = str.maketrans({"ø": "o", "Ø": "O", "æ": "ae", "ß": "ss", "đ": "d"})


class NameBook(msgspec.Struct, frozen=True):
    """Every name part in use; the four lists share no word, not even without accents and capitals."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    companies: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """The four lists: a name is only ever exchanged for another of its own list."""
        return (self.given, self.family, self.companies, self.places)


def fold(name: str) -> str:
    """The name in lower-case ASCII, as e-mail addresses and host names write it."""
    plain = unicodedata.normalize("NFKD", name.translate(_PLAIN))
    return plain.encode("ascii", "ignore").decode("ascii").lower()


def in_slug(name: str) -> str:
    """The name as a profile address writes it: lower case, percent-encoded where not ASCII."""
    return quote(name.lower(), safe="")


@cache
def full_book() -> NameBook:
    """Every name part that this room can use; `RuleError` where one of them could be mistaken for a word."""
    data = load("names.yml")
    built = {kind: tuple(_built(data[kind])) for kind in ("family", "company", "place")}
    book = NameBook(tuple(data["given"].split()), built["family"], built["company"], built["place"])
    _refuse_confusion([name for part in book.parts for name in part])
    return book


def _built(styles: list[dict[str, list[str]]]) -> list[str]:
    return [start + end for style in styles for end in style["ends"] for start in style["starts"]]


def _refuse_confusion(names: list[str]) -> None:
    words = {fold(word) for word in vocabulary()}
    seen: set[str] = set()
    for name in names:
        plain = fold(name)
        if plain in words or plain in seen or not name[0].isupper() or not name.isalpha():
            raise RuleError(f"names.yml: {name!r} is a word of a text, occurs twice or is no capitalised word")
        seen.add(plain)


class Namer:
    """Hands out names in random order and remembers which it used.

    Full names never repeat. Companies do not repeat until all are used; then the later half returns, so that the
    first comers keep theirs for themselves.
    """

    def __init__(self, rng: Random) -> None:
        book = full_book()
        self._rng = rng
        self._given = list(book.given)
        self._family = list(book.family)
        self._companies = rng.sample(book.companies, len(book.companies))
        self.places = tuple(rng.sample(book.places, 24))
        self._people: set[tuple[str, str]] = set()
        self._firms = 0

    def person(self) -> tuple[str, str]:
        """A new (given, family) name."""
        while True:
            name = (self._rng.choice(self._given), self._rng.choice(self._family))
            if name not in self._people:
                self._people.add(name)
                return name

    def company(self) -> str:
        """The next company word."""
        index, known = self._firms, len(self._companies)
        self._firms += 1
        return self._companies[index if index < known else known // 2 + index % (known // 2)]

    def book(self) -> NameBook:
        """The name parts handed out so far, sorted."""
        given, family = (sorted({name[index] for name in self._people}) for index in (0, 1))
        firms = sorted(self._companies[: self._firms])
        return NameBook(tuple(given), tuple(family), tuple(firms), tuple(sorted(self.places)))
