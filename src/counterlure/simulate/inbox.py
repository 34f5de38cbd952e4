"""An endless ordinary inbox: short thanks, talk, recruiters, sellers, events."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from counterlure.simulate.chatter import GREETINGS, LONGEST, TALK, filled
from counterlure.simulate.names import full_book, in_slug
from counterlure.simulate.people import REMOVED_NAME
from counterlure.simulate.texts import LANGUAGES, general_slots, load

REFRESH = 200
"""Conversations after which the sentences get new topics, places and days."""

_KINDS = ("thanks", "talk", "recruiter", "seller", "event")
_WEIGHTS = (0.30, 0.32, 0.15, 0.14, 0.09)
_REGULARS = 3000
_REMOVED_SHARE = 0.01


class Correspondent(NamedTuple):
    """A stranger, as an archive shows it."""

    given: str
    name: str
    url: str


class Crowd:
    """The strangers: mostly a new one each time, sometimes a regular who writes to many colleagues."""

    def __init__(self, rng: Random) -> None:
        book = full_book()
        self._rng = rng
        self._given = [(name, in_slug(name)) for name in book.given]
        self._family = [(name, in_slug(name)) for name in book.family]
        self._count = 0
        self._regulars = [self.newcomer() for _ in range(_REGULARS)]

    def newcomer(self) -> Correspondent:
        """A stranger with an address nobody else has."""
        given, given_slug = self._rng.choice(self._given)
        family, family_slug = self._rng.choice(self._family)
        self._count += 1
        url = f"https://www.linkedin.com/in/{given_slug}-{family_slug}-{self._count % 10}{self._count:07x}"
        return Correspondent(given, f"{given} {family}", url)

    def anybody(self, kind: str) -> Correspondent:
        """Who writes a conversation of that kind; a few accounts are closed by the time of the export."""
        drawn = self._rng.random()
        if drawn < _REMOVED_SHARE:
            return Correspondent(self.newcomer().given, REMOVED_NAME, "")
        if kind not in ("thanks", "talk") and drawn > 0.6:
            return self._rng.choice(self._regulars)
        return self.newcomer()


class Composer:
    """Writes ordinary conversations; every message has 5 to 90 words."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._calls = 0
        self._stock: dict[str, dict[str, list[str]]] = {}

    def kind(self) -> str:
        """What the next conversation is about."""
        return self._rng.choices(_KINDS, _WEIGHTS)[0]

    def conversation(self, kind: str, language: str, stranger: str, owner: str) -> list[tuple[bool, str]]:
        """(written by the owner, text) in order of time; `stranger` and `owner` are given names."""
        if self._calls % REFRESH == 0:
            self._refresh()
        self._calls += 1
        stock, rng = self._stock[language], self._rng
        greeting, answer = (rng.choice(GREETINGS[language]).format(given) for given in (owner, stranger))
        if kind == "talk":
            first = rng.random() < 0.5
            turns = rng.randrange(2, 10)
            texts = [self._joined(stock, "talk", 1 + int(LONGEST * rng.random() ** 1.3)) for _ in range(turns)]
            return [((turn % 2 == 0) is first, text) for turn, text in enumerate(texts)]
        if kind == "thanks":
            category = "thanks" if rng.random() < 0.6 else "congrats"
            said = [(False, greeting + self._joined(stock, category, rng.randrange(1, 3)))]
            return [*said, (True, answer + self._joined(stock, "thanks", 1))] if rng.random() < 0.5 else said
        said = [(False, greeting + self._joined(stock, kind, rng.randrange(2, 5)))]
        if kind == "seller":
            return said + [(False, self._joined(stock, kind, 1)) for _ in range(rng.randrange(4))]
        if kind == "recruiter" and rng.random() < 0.5:
            said.append((True, answer + self._joined(stock, "thanks", 1)))
        return said

    def _joined(self, stock: dict[str, list[str]], category: str, count: int) -> str:
        picked = self._rng.choices(stock[category], k=count)
        if self._rng.random() < 0.2:
            picked.append(self._rng.choice(stock["close"]))
        return " ".join(dict.fromkeys(picked))

    def _refresh(self) -> None:
        rng, book = self._rng, full_book()
        suffixes = load("names.yml")["suffixes"]
        for language in LANGUAGES:
            company = f"{rng.choice(book.companies)} {rng.choice(suffixes[language])}"
            slots = general_slots(language, rng) | {"place": rng.choice(book.places), "company": company}
            stock = filled(language, slots)
            stock["talk"] = [text for category in TALK for text in stock[category]]
            self._stock[language] = stock
