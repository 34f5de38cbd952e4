"""Rules and fragments as data: loading, checking, and the tables the matcher runs on.

A fragment is a named list of phrases (`fragments/<lang>.yml`). A rule (`rules/*.yml`) names the fragments that must
meet in one sentence, and the tag this shows: a stage, a tactic, or a sign (`tags.yml`).
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import msgspec
import yaml

from counterlure.data_files import parse_yaml
from counterlure.detect.conversation.kept import kept
from counterlure.detect.conversation.phrases import Phrase, parse
from counterlure.errors import RuleError

LANGUAGES = ("en", "fr")
_FOLDER = resources.files(__package__)


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule.

    id : "<lang>.<tag>.<what>".
    tag : a stage, a tactic, or a sign of `tags.yml`.
    all : groups that must all occur; a group is a fragment name or alternatives "a|b".
    none : fragments that void the rule when they occur in the same place.
    phrases : phrases of the rule's own; where given, one of them must occur as well.
    within : "sentence", or "message" where the parts may stand apart.
    near : most words between the first and the last part, inside one sentence.
    by : who must have written it: "other", "target" or "any".
    negation : "void" (a negation just before the first part, or between the parts, voids it) or "keep".
    question : "any", "only" or "never": whether the sentence must (not) be a question.
    origin : where the rule comes from: a case id, an indicator code, or "judgement".
    match, no_match : messages it must and must not match.
    """

    id: str
    tag: str
    match: list[str]
    no_match: list[str]
    origin: str
    all: list[str] = []
    none: list[str] = []
    phrases: list[str] = []
    within: str = "sentence"
    near: int = 30
    by: str = "other"
    negation: str = "void"
    question: str = "any"

    @property
    def language(self) -> str:
        """ISO 639-1 code, the first part of the id."""
        return self.id.partition(".")[0]


@dataclass(frozen=True)
class Book:
    """All rules, and the phrases the matcher looks for.

    phrases : every phrase of every fragment, once.
    masks : per phrase, the fragments it belongs to, as a bit mask.
    bits : fragment name -> its bit.
    version : changes with every rule and phrase.
    """

    rules: tuple[Rule, ...]
    phrases: tuple[Phrase, ...]
    masks: tuple[int, ...]
    bits: dict[str, int]
    version: str


def read_yaml(file: Traversable) -> Any:
    """The content of one of our YAML files; RuleError names the file when it does not parse."""
    try:
        return parse_yaml(file.read_bytes())
    except yaml.YAMLError as error:
        raise RuleError(f"{file.name}: {error}") from error


def _yaml_files(folder: str) -> list[Traversable]:
    return sorted((f for f in (_FOLDER / folder).iterdir() if f.name.endswith(".yml")), key=lambda f: f.name)


def _read_rules() -> Iterator[Rule]:
    seen: set[str] = set()
    for file in _yaml_files("rules"):
        for entry in read_yaml(file) or []:
            try:
                rule = msgspec.convert(entry, Rule)
            except msgspec.ValidationError as error:
                raise RuleError(f"{file.name}: rule {entry.get('id', entry)!r}: {error}") from error
            if rule.id in seen:
                raise RuleError(f"{file.name}: rule {rule.id!r} stands twice")
            seen.add(rule.id)
            yield rule


def _check(rule: Rule, tags: Mapping[str, str], fragments: set[str]) -> None:
    unknown = [f for group in rule.all for f in group.split("|") if f"{rule.language}.{f}" not in fragments]
    unknown += [f for f in rule.none if f"{rule.language}.{f}" not in fragments]
    problems = {
        f"language {rule.language!r} is not one of {LANGUAGES}": rule.language not in LANGUAGES,
        f"tag {rule.tag!r} is not in tags.yml": rule.tag not in tags,
        f"fragments {unknown} are not defined": bool(unknown),
        "neither `all` nor `phrases` is given": not rule.all and not rule.phrases,
        "`within` must be sentence or message": rule.within not in ("sentence", "message"),
        "`by` must be other, target or any": rule.by not in ("other", "target", "any"),
        "`negation` must be void or keep": rule.negation not in ("void", "keep"),
        "`question` must be any, only or never": rule.question not in ("any", "only", "never"),
        "`match` and `no_match` must hold messages": not rule.match or not rule.no_match,
    }
    for problem, present in problems.items():
        if present:
            raise RuleError(f"rule {rule.id!r}: {problem}")


def _read_fragments() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in _yaml_files("fragments"):
        language = file.name.removesuffix(".yml").partition("_")[0]
        for name, entries in read_yaml(file).items():
            if f"{language}.{name}" in found:
                raise RuleError(f"{file.name}: fragment {name!r} stands twice")
            found[f"{language}.{name}"] = entries
    return found


def compile_book(rules: Sequence[Rule], fragments: Mapping[str, Sequence[str]], tags: Mapping[str, str]) -> Book:
    """Checks rules against fragments ("<lang>.<name>" -> phrases) and tags, and expands every phrase.

    Raises
    ------
    RuleError names the rule or phrase that is wrong.
    """
    phrases = dict(fragments)
    for rule in rules:
        _check(rule, tags, set(fragments))
        if rule.phrases:
            phrases[rule.id] = rule.phrases
    bits = _bits(sorted(phrases))
    masks: dict[str, int] = {}
    for name, bit in bits.items():
        for phrase in phrases[name]:
            text = str(phrase)
            masks[text] = masks.get(text, 0) | bit
    content = msgspec.json.encode((rules, sorted(phrases.items())))
    return Book(
        rules=tuple(rules),
        phrases=tuple(map(parse, masks)),
        masks=tuple(masks.values()),
        bits=bits,
        version=hashlib.sha256(content).hexdigest()[:12],
    )


def _bits(fragments: Iterable[str]) -> dict[str, int]:
    return {name: 1 << i for i, name in enumerate(fragments)}


@functools.cache
def known_tags() -> dict[str, str]:
    """What a rule may show (`tags.yml`): tag -> "stage", "tactic" or "sign"."""
    return {tag: kind for kind, names in read_yaml(_FOLDER / "tags.yml").items() for tag in names}


class _Flat(msgspec.Struct, array_like=True):
    """A book as it is kept: the names of the fragments in the order of their bits, the masks as bytes."""

    rules: tuple[Rule, ...]
    phrases: tuple[Phrase, ...]
    masks: tuple[bytes, ...]
    fragments: tuple[str, ...]
    version: str


@functools.cache
def book() -> Book:
    """The rule book shipped with the package, checked and compiled; the same object at every call."""
    flat = kept("book", _Flat, _ingredients(), _compiled)
    masks = tuple(int.from_bytes(mask, "little") for mask in flat.masks)
    return Book(flat.rules, flat.phrases, masks, _bits(flat.fragments), flat.version)


def _ingredients() -> Iterator[bytes]:
    """All that the book depends on: the files of this folder, the code that compiles them included."""
    files = [f for f in _FOLDER.iterdir() if f.name.endswith((".py", ".yml"))]
    for file in sorted([*files, *_yaml_files("rules"), *_yaml_files("fragments")], key=str):
        yield file.name.encode()
        yield file.read_bytes()


def _compiled() -> _Flat:
    made = compile_book(tuple(_read_rules()), _read_fragments(), known_tags())
    size = len(made.bits) // 8 + 1
    masks = tuple(mask.to_bytes(size, "little") for mask in made.masks)
    return _Flat(made.rules, made.phrases, masks, tuple(made.bits), made.version)
