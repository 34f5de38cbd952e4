"""JSON-LD of schema.org as plain nodes: which there are, of which type, and what a property says in words.

Only what a document holds itself is read: no context is fetched, and a reference ("@id") leads to a node of the same
document or nowhere. Properties are read by their plain names; a document that renames them says nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from counterlure.errors import LimitError
from counterlure.ingest.json_limits import Located
from counterlure.text import clean_text

_PREFIX = re.compile(r"(?:https?://schema\.org/|schema:)", re.IGNORECASE)
_HIDDEN = re.compile(r"[*•\s]*\*[*•\s]*")
_INNER = ("mainEntityOfPage", "mainEntity", "@graph")
NODES = 10_000

Index = dict[str, Located]


def top_nodes(document: object, source: str) -> list[Located]:
    """The nodes that a document is about: alone, in lists, in "@graph", or what a page shows.

    Of several nodes under one "@id" the fullest stands for all. LimitError beyond ten thousand.
    """
    found: list[Located] = []
    at: dict[str, int] = {}
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, Located):
            waiting.extend(value[key] for key in _INNER if key in value)
            name = value.get("@id")
            place = at.setdefault(name, len(found)) if isinstance(name, str) else len(found)
            if place == len(found):
                found.append(value)
                if len(found) > NODES:
                    raise LimitError(source, f"more than {NODES:,} nodes of JSON-LD; split it")
            elif len(value) > len(found[place]):
                found[place] = value
    return found


def index_of(nodes: list[Located]) -> Index:
    """The nodes by their "@id"; of two under one, the first."""
    found: Index = {}
    for node in nodes:
        if isinstance(name := node.get("@id"), str):
            found.setdefault(name, node)
    return found


def types(node: Located) -> set[str]:
    """The types of a node in lower case, without the address of schema.org."""
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return {_PREFIX.sub("", name).casefold() for name in names if isinstance(name, str)}


def values(node: Located, key: str, index: Index) -> Iterator[str | int | Located]:
    """What stands under a property, one by one: texts, whole numbers, nodes; references lead to nodes of the index."""
    value = node.get(key)
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Located):
            name = item.get("@id")
            known = index.get(name) if isinstance(name, str) and len(item) == 1 else None
            yield known if known is not None else item
        elif isinstance(item, str | int) and not isinstance(item, bool):
            yield item


def words(value: object) -> str | None:
    """The clean text of a value: itself, its "@value", or the name of a node; None where it is blank or masked.

    The platform shows names to visitors as rows of asterisks; such a text is no name.
    """
    if isinstance(value, Located):
        value = value.get("@value", value.get("name"))
    if isinstance(value, list):
        value = value[0] if value else None
    text = clean_text(value).strip() if isinstance(value, str) else ""
    return None if not text or _HIDDEN.fullmatch(text) else text


def first_words(node: Located, index: Index, *keys: str) -> str | None:
    """The first text under the first of these properties that has one."""
    found = (words(value) for key in keys for value in values(node, key, index))
    return next(filter(None, found), None)
