"""A company name as it is compared: without case, accents, script, punctuation, legal form and filling words."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from anyascii import anyascii

from counterlure.data_files import parse_yaml

_APART = re.compile(r"[^a-z0-9&]+")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}[a-z]?\b|\b[a-z](?:\.[a-z])+\b")
NAME_MAX = 300


class Words(NamedTuple):
    """`words.yml`, ready to use."""

    forms: frozenset[str]
    same: dict[str, str]
    joining: frozenset[str]
    nobody: frozenset[str]


@cache
def words() -> Words:
    """The table that ships with the program."""
    data: dict[str, Any] = parse_yaml(resources.files(__package__).joinpath("words.yml").read_text(encoding="utf-8"))
    nobody = frozenset(str(entry) for entry in data["nobody"])
    same = {str(old): str(new) for old, new in data["same"].items()}
    return Words(frozenset(data["legal_forms"].split()), same, frozenset(data["joining"].split()), nobody)


def tokens(name: str) -> list[str]:
    """The words of a name that count, in order; all of them where nothing else would be left."""
    plain = (name if name.isascii() else anyascii(name))[:NAME_MAX].lower().replace("'", " ")
    if "." in plain:
        plain = _DOTTED.sub(lambda found: found[0].replace(".", ""), plain)
    own = words()
    found = [own.same.get(word, word) for word in _APART.split(plain.replace("&", " & ")) if word]
    kept = [word for word in found if word not in own.forms and word not in own.joining]
    return kept or found


def normal_name(name: str) -> str:
    """The same as one text, words in order."""
    return " ".join(tokens(name))


def without_brackets(name: str) -> str:
    """A name without what stands in brackets, often a trade name or a place; as it is where nothing else is left."""
    return _BRACKETS.sub(" ", name).strip() or name


def is_nobody(name: str) -> bool:
    """Whether it says that there is no employer: self-employed, student, retired."""
    plain = " ".join(_APART.split(anyascii(name).lower())).strip()
    return plain in words().nobody
