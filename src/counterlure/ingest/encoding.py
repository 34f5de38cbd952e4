"""Which characters the bytes of a table stand for.

Archives are UTF-8, or UTF-16 with a byte order mark in old ones. A Western Excel saves Windows-1252; that is read
too, with a warning. Chinese, Japanese, Korean and Cyrillic code pages cannot be told apart safely and are refused.
"""

from __future__ import annotations

import codecs
import io
import itertools
from collections.abc import Iterator
from typing import BinaryIO

from counterlure.errors import FormatError
from counterlure.ingest.member import Member

_ADVICE = "save it again as 'CSV UTF-8', or hand in the archive as it was downloaded"
_PAIRS_SURE = 8
_RUN_BYTES = 64
_PIECE_BYTES = 8192
_numbers = itertools.count()  # handlers are found by name, and two tables may be open at once


def decoded(member: Member, stream: BinaryIO, head: bytes, warnings: list[str]) -> Iterator[str]:
    """The stream as text in pieces, line ends as they are; `head` is its first bytes, still to come from `stream`.

    A byte that is not UTF-8 is read as Windows-1252 and named once in `warnings`; a file in which such bytes come
    mostly in runs is another code page: `FormatError`. No piece ends between a carriage return and its line feed.
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _pieces(stream, "utf-16", "strict")
    if b"\0" in head[:2] or head[:64].count(0) > len(head[:64]) // 3:
        raise FormatError(member.source, f"looks like UTF-16 or UTF-32 without a byte order mark; {_ADVICE}")
    name = f"counterlure-western-{next(_numbers)}"
    codecs.register_error(name, _Fallback(member.source, warnings))
    # Not "utf-8-sig": its decoder takes twice as long, for three bytes at the start.
    stream.read(len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0)
    return _pieces(stream, "utf-8", name)


def _pieces(stream: BinaryIO, encoding: str, errors: str) -> Iterator[str]:
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(errors), translate=False)
    while data := stream.read(_PIECE_BYTES):
        yield decoder.decode(data)
    yield decoder.decode(b"", final=True)


class _Fallback:
    """Decodes what is not UTF-8; Western letters stand alone among ASCII, other code pages come in runs."""

    def __init__(self, source: str, warnings: list[str]) -> None:
        self._source = source
        self._warnings = warnings
        self._alone = 0
        self._paired = 0
        self._look_at = _PAIRS_SURE
        self._told = False

    def __call__(self, error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        data, end = error.object, error.start + 1
        while end < len(data) and data[end] >= 0x80 and end - error.start < _RUN_BYTES:
            end += 1
        if end - error.start > 1:
            self._paired += (end - error.start) // 2
            self._refuse_other_code_pages(data)
        else:
            self._alone += 1
        if not self._told:
            self._told = True
            self._warnings.append(f"is not UTF-8; read as Windows-1252, accents may be wrong; {_ADVICE}")
        run = data[error.start : end]
        return "".join(bytes([byte]).decode("cp1252", "replace") for byte in run), end

    def _refuse_other_code_pages(self, data: bytes) -> None:
        if self._paired < self._look_at or self._paired <= 2 * self._alone:
            return
        self._look_at = 2 * self._paired
        high = sum(byte >= 0x80 for byte in data)
        sound = sum(len(char.encode()) for char in data.decode("utf-8", "ignore") if char > "\x7f")
        # Mostly sound UTF-8 with a few broken sequences stays readable.
        if sound < high / 2:
            raise FormatError(self._source, f"is in a regional encoding such as GB18030, not UTF-8; {_ADVICE}")
