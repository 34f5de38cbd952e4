"""Ordinary messages composed from hand-written sentences: the bulk of any inbox."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from random import Random

from counterlure.simulate.texts import check_slots, choose, fill, load, wordings

TALK = ("chat", "work", "logistics", "question")
"""Categories that make up a conversation between people who work together."""

SMALL_TALK = ("chat", "question")
"""Categories for people who do not."""

GREETINGS = {
    "en": ("Hi {}! ", "Hello {}! ", "Good morning {}! "),
    "fr": ("Bonjour {} ! ", "Salut {} ! ", "Bonsoir {} ! "),
}

LONGEST = 4
"""Sentences in the longest message, besides the closing one."""


@cache
def sentences(language: str) -> dict[str, tuple[str, ...]]:
    """Every wording of every sentence by category, slots open."""
    name = f"stock_{language}.yml"
    return {
        category: tuple(wording for text in texts for wording in wordings(check_slots(name, text)))
        for category, texts in load(name).items()
    }


def talk(language: str, slots: Mapping[str, str], rng: Random, categories: tuple[str, ...] = TALK) -> str:
    """One message of 1 to 5 sentences on anything of those categories."""
    stock = load(f"stock_{language}.yml")
    picked = [rng.choice(stock[rng.choice(categories)]) for _ in range(1 + int(LONGEST * rng.random() ** 2))]
    if rng.random() < 0.3:
        picked.append(rng.choice(stock["close"]))
    return " ".join(fill(choose(text, rng), slots) for text in dict.fromkeys(picked))


def filled(language: str, slots: Mapping[str, str]) -> dict[str, list[str]]:
    """Every wording of every sentence with the slots filled; costly, so made once for many messages."""
    return {category: [fill(text, slots) for text in texts] for category, texts in sentences(language).items()}
