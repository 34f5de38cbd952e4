"""Packed streams of a PDF, unpacked under a limit before a parser unpacks them without one.

A stream may claim any length and hide "endstream" in its packed bytes, so each is unpacked from where it starts until
its own end, whatever the file says.
"""

from __future__ import annotations

import re
import zlib

from counterlure.errors import LimitError
from counterlure.ingest.limits import MIB

UNPACKED_BYTES = 64 * MIB
STREAMS = 20_000
PIECE = 4_096

START = re.compile(rb"stream\r?\n")
# Packed twice, a stream unpacks a million times; no profile does that.
TWICE = re.compile(rb"/Fl(?:ateDecode)?\s*/Fl|/LZW(?:Decode)?\s*/(?:LZW|Fl)|/Fl(?:ateDecode)?\s*/LZW")


def check_streams(data: bytes, source: str) -> None:
    """Raises LimitError where the streams of a PDF unpack to more than 64 MiB, or are packed twice, or too many."""
    if TWICE.search(data):
        raise LimitError(source, "a stream of the PDF is packed twice; save the profile again")
    view = memoryview(data)
    room = UNPACKED_BYTES
    for count, start in enumerate(START.finditer(data)):
        if count >= STREAMS:
            raise LimitError(source, f"the PDF holds more than {STREAMS:,} streams")
        room -= unpacked_size(view[start.end() :], room + 1)
        if room < 0:
            raise LimitError(source, f"the PDF unpacks to more than {UNPACKED_BYTES // MIB} MiB")


def unpacked_size(packed: memoryview, limit: int) -> int:
    """Bytes to which a zlib stream unpacks, counted up to `limit`; 0 where it is none."""
    unpacker = zlib.decompressobj()
    size = at = 0
    try:
        while not unpacker.eof and size < limit and at < len(packed):
            piece: bytes | memoryview = packed[at : at + PIECE]
            at += PIECE
            while piece and size < limit:
                size += len(unpacker.decompress(piece, min(MIB, limit - size)))
                piece = unpacker.unconsumed_tail
    except zlib.error:
        return size
    return size
