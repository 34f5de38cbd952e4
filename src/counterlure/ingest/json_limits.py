"""JSON from strangers: bounded before it is parsed, strict while it is parsed, and every object knows its line.

Refused: nesting beyond `Limits.json_depth` (counted before the parser sees the text, for the parser recurses), a
key given twice in one object (two readers would disagree on which holds), NaN and Infinity, numbers that overflow
(1e999) and integers too long for any time or counter. Malformed text is refused with its line and column.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NoReturn

from counterlure.errors import FormatError, LimitError, RowError
from counterlure.ingest.dates import shown
from counterlure.ingest.limits import MIB, Limits
from counterlure.ingest.member import Member
from counterlure.text import clean_text

# A document is held in memory several times over: bytes, text, objects. 64 MiB stay below the memory of a worker.
DOCUMENT_BYTES = 64 * MIB
OBJECTS = 1_000_000
INTEGER_DIGITS = 20

# Possessive, so that a string of many megabytes is passed over without remembering where it could have ended.
TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["{}\[\]\n]', re.DOTALL)


class Located(dict[str, object]):
    """A JSON object and the line of the document on which it opens, counted from 1; 0 where we made it."""

    __slots__ = ("line",)

    def __init__(self, *pairs: Iterable[tuple[str, object]], **named: object) -> None:
        super().__init__(*pairs, **named)
        self.line = 0


def read_document(member: Member, limits: Limits) -> object:
    """The one JSON value in a file; its objects are `Located`.

    Raises LimitError when it is larger than 64 MiB or nested deeper than `limits.json_depth`, FormatError when it
    is not strict JSON.
    """
    if member.size > DOCUMENT_BYTES:
        raise too_large(member.source)
    with member.open() as stream:
        data = stream.read(DOCUMENT_BYTES + 1)
    if len(data) > DOCUMENT_BYTES:
        raise too_large(member.source)
    return parse(decoded(data, member.source), member.source, limits)


def parse(text: str, source: str, limits: Limits, first_line: int = 1) -> object:
    """The JSON value in `text`, which starts on line `first_line` of `source`; raises as `read_document`."""
    lines = object_lines(text, source, limits, first_line)
    opened = iter(lines)

    def located(pairs: list[tuple[str, object]]) -> Located:
        found = Located(pairs)
        found.line = next(opened)
        if len(found) < len(pairs):
            raise FormatError(f"{source}:{found.line}", repeated_key([key for key, _ in pairs]))
        return found

    def constant(name: str) -> NoReturn:
        raise FormatError(source, f"{name} is not a number that JSON allows; replace it with null")

    def integer(digits: str) -> int:
        if len(digits) > INTEGER_DIGITS:
            raise FormatError(source, f"an integer has {len(digits)} digits; at most {INTEGER_DIGITS} are read")
        return int(digits)

    def real(digits: str) -> float:
        value = float(digits)
        if not math.isfinite(value):
            raise FormatError(source, f"the number {shown(digits)} is too large; write it as text or correct it")
        return value

    try:
        return json.loads(text, object_pairs_hook=located, parse_constant=constant, parse_int=integer, parse_float=real)
    except json.JSONDecodeError as error:
        place = f"{source}:{error.lineno + first_line - 1}"
        raise FormatError(place, f"not valid JSON: {error.msg} at column {error.colno}") from None
    except MemoryError:
        raise LimitError(source, "the JSON needs more memory than may be used; split it") from None


def read_lines(member: Member, limits: Limits) -> Iterator[tuple[int, str]]:
    """Line number and text of each non-empty line of a JSON Lines file, for `parse`.

    Raises LimitError on a line longer than `limits.row_chars` bytes or more than `limits.rows` lines, FormatError on
    bytes that are not UTF-8.
    """
    with member.open() as stream:
        for number, raw in numbered(stream, member.source, limits):
            text = decoded(raw, f"{member.source}:{number}").strip()
            if text:
                yield number, text


def numbered(stream: BinaryIO, source: str, limits: Limits) -> Iterator[tuple[int, bytes]]:
    """Physical lines, each counted and measured before it is whole in memory."""
    number = 0
    while raw := stream.readline(limits.row_chars + 1):
        number += 1
        if len(raw) > limits.row_chars:
            raise LimitError(f"{source}:{number}", f"a line is longer than {limits.row_chars} bytes; split it")
        if number > limits.rows:
            raise LimitError(source, f"more than {limits.rows} lines; split the file")
        yield number, raw


def decoded(data: bytes, source: str) -> str:
    """UTF-8 with or without mark, or UTF-16 and UTF-32 as RFC 4627 recognises them; anything else is refused."""
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        reason = f"byte {error.start} is not valid {encoding}; save the file as UTF-8"
        raise FormatError(source, reason) from None


def object_lines(text: str, source: str, limits: Limits, first_line: int) -> list[int]:
    """Line on which each object opens, in the order in which objects close, which is the parser's order.

    Raises LimitError when brackets nest deeper than `limits.json_depth`, or there are more than a million objects.
    """
    line = first_line
    closed: list[int] = []
    opened: list[tuple[str, int]] = []
    for match in TOKEN.finditer(text):
        mark = match.group() if match.end() - match.start() == 1 else ""
        if mark == "\n":
            line += 1
        elif mark in {"{", "["}:
            opened.append((mark, line))
            if len(closed) + len(opened) > OBJECTS:
                raise LimitError(f"{source}:{line}", f"more than {OBJECTS:,} objects; split the document")
            if len(opened) > limits.json_depth:
                raise LimitError(f"{source}:{line}", f"nested deeper than {limits.json_depth} levels")
        elif mark in {"}", "]"}:
            bracket, start = opened.pop() if opened else ("", line)
            if bracket + mark not in {"{}", "[]"}:
                raise FormatError(f"{source}:{line}", f"not valid JSON: {mark} closes nothing")
            if mark == "}":
                closed.append(start)
        elif mark == '"':
            raise FormatError(f"{source}:{line}", "not valid JSON: a text is not closed")
    return closed


def repeated_key(keys: list[str]) -> str:
    """The reason for refusing an object, naming the first key that comes twice."""
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            return f"the key {shown(key)} is given twice in one object; keep one"
        seen.add(key)
    return "a key is given twice in one object; keep one"


def too_large(source: str) -> LimitError:
    """The error for a document beyond `DOCUMENT_BYTES`."""
    return LimitError(source, f"a JSON document is larger than {DOCUMENT_BYTES // MIB} MiB; split it")


def objects(value: object) -> list[Located]:
    """The objects in a list, or the one object; anything else holds none."""
    if isinstance(value, Located):
        return [value]
    if isinstance(value, list):
        return [item for item in value if isinstance(item, Located)]
    return []


def text_of(item: Located, key: str) -> str | None:
    """The clean text under a key, None where it is absent, null or blank; RowError where it is no text."""
    value = item.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise RowError(f"{shown(key)} holds {kind_of(value)}; expected a text")
    return clean_text(value).strip() or None


def kind_of(value: object) -> str:
    """What a JSON value is, in words."""
    names = {dict: "an object", Located: "an object", list: "a list", str: "a text", bool: "true or false"}
    return names.get(type(value), "a number")
