"""Cells of the data set made alike: what is in them counts, not how a class of rows happens to spell it.

Sections of people are dicts of dicts, written out as Python literals; those of ChatGPT are numbered lines whose parts
are separated by "#@". Both become entries, each a list of parts. Keys, numbering and separators are gone: they tell
the classes apart without being a part of any profile.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Iterator
from typing import Any

CHARACTERS_MAX = 200_000
"""Characters of a cell that are parsed; longer ones count as unreadable."""
DEPTH_MAX = 6
ENTRIES_MAX = 500
WORDS_SHORT = 6
"""Parts of fewer words are names of organisations, places, roles and dates; longer ones are free text."""
_PARTED = "#@"
_NUMBERING = re.compile(r"^\s*\d{1,2}\s*[.)]\s+", re.MULTILINE)
_NOTHING = frozenset({"", "-", "--", "none", "nan", "n/a", "{}", "[]"})


class Unreadable(Exception):
    """A cell that looks like a literal and is none."""


def empty(cell: Any) -> bool:
    """Whether a cell says nothing."""
    if isinstance(cell, float):
        return math.isnan(cell)
    return cell is None or cell in ({}, []) or (isinstance(cell, str) and cell.strip().lower() in _NOTHING)


def entries(cell: Any) -> list[list[str]]:
    """The entries of a section, in order, each a list of its parts; `Unreadable` where the literal does not parse."""
    content = _literal(cell) if isinstance(cell, str) else cell
    if empty(content):
        return []
    members = content.values() if isinstance(content, dict) else content if isinstance(content, list) else [content]
    found: list[list[str]] = []
    for member in members:
        if isinstance(member, str):
            found += _lines(member)
        else:
            found.append([part for text in _texts(member, DEPTH_MAX) for line in _lines(text) for part in line])
    return [parts for parts in found if parts][:ENTRIES_MAX]


def number(cell: Any) -> float | None:
    """A count as a number; None where there is none."""
    if isinstance(cell, str):
        cell = cell.strip().rstrip("+").replace(",", "")
    try:
        found = float(cell)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def _literal(cell: str) -> Any:
    text = cell.strip()
    if text.lower() in _NOTHING or text[0] not in "{[":
        return text
    if len(text) > CHARACTERS_MAX:
        raise Unreadable(f"{len(text):,} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of backslashes that escape nothing
            return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as fault:
        raise Unreadable(type(fault).__name__) from fault


def _texts(value: Any, depth: int) -> Iterator[str]:
    """Texts and numbers inside, in order; keys are left out, and so is what is nested deeper than a profile is."""
    if isinstance(value, dict | list | tuple):
        if depth:
            for member in value.values() if isinstance(value, dict) else value:
                yield from _texts(member, depth - 1)
    elif not empty(value):
        yield str(value)


def _lines(text: str) -> Iterator[list[str]]:
    """The entries of a text, each as its parts: its lines where they have parts, else the text as one."""
    for line in text.splitlines() if _PARTED in text else [text]:
        found = [part.strip() for part in _NUMBERING.sub("", line).split(_PARTED)]
        if kept := [part for part in found if part.lower() not in _NOTHING]:
            yield kept
