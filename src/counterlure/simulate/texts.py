"""Texts with alternatives `[[a|b]]` and slots `{name}`, and the data files that hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import product
from random import Random
from typing import Any

from counterlure.data_files import parse_yaml
from counterlure.errors import RuleError

LANGUAGES = ("en", "fr")

SLOTS = frozenset(
    [
        *("name", "family", "organisation"),  # of the colleague
        *("me", "first", "company", "mail", "link", "second"),  # of the stranger
        *("topic", "field", "role", "place", "day", "event", "fee", "fee2", "number", "quote"),
    ]
)

_ALTERNATIVES = re.compile(r"\[\[(.+?)\]\]")
_SLOT = re.compile(r"\{(.*?)\}")
_WORD = re.compile(r"[^\W\d_]+")


@cache
def load(name: str) -> Any:
    """The content of one data file of this room."""
    text = files("counterlure.simulate").joinpath("scenes", name).read_text(encoding="utf-8")
    return parse_yaml(text)


def check_slots(where: str, text: str) -> str:
    """The text itself; `RuleError` where it names a slot that nobody fills."""
    unknown = sorted(set(_SLOT.findall(text)) - SLOTS)
    if unknown:
        raise RuleError(f"{where}: unknown slot {unknown[0]!r}; known are {', '.join(sorted(SLOTS))}")
    return text


def choose(text: str, rng: Random) -> str:
    """One wording: each `[[a|b]]` becomes one of its alternatives."""
    return _ALTERNATIVES.sub(lambda found: rng.choice(found[1].split("|")), text)


def wordings(text: str) -> list[str]:
    """Every wording of a text with alternatives, in a fixed order."""
    parts = _ALTERNATIVES.split(text)
    options = [part.split("|") if index % 2 else [part] for index, part in enumerate(parts)]
    return ["".join(picked) for picked in product(*options)]


def fill(text: str, slots: Mapping[str, str]) -> str:
    """The text with its slots filled; what fills a slot is never read as a slot itself."""
    return _SLOT.sub(lambda found: slots[found[1]], text)


def general_slots(language: str, rng: Random) -> dict[str, str]:
    """Topic, role, day and the other slots that need no person."""
    lists = load("fills.yml")[language]
    index = rng.randrange(len(lists["topic"]))
    slots = {key: rng.choice(lists[key]) for key in ("role", "day", "event", "fee", "fee2", "number")}
    return slots | {"topic": lists["topic"][index], "field": lists["field"][index]}


def strings(value: Any) -> Iterator[str]:
    """Every string inside a loaded data file."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


_KINDS = ("hostile", "honest", "stock")


@cache
def vocabulary() -> frozenset[str]:
    """Every word, in lower case, of every text that a simulated message, title or field can hold."""
    scenes = (f"{kind}_{code}" for kind in _KINDS for code in LANGUAGES)
    names = ("population", "fills", "reported", "decoys", "captures", *scenes)
    texts = (text for name in names for text in strings(load(f"{name}.yml")))
    suffixes = (word for words in load("names.yml")["suffixes"].values() for word in words)
    return frozenset(word.lower() for text in (*texts, *suffixes) for word in _WORD.findall(text))
