"""Messages of a mailbox, one after the other, each with the line on which it starts and none larger than 25 MiB."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from counterlure.ingest.limits import KIB
from counterlure.ingest.mail_parts import MESSAGE_BYTES
from counterlure.ingest.member import Member

PIECE = 64 * KIB
FROM_LINE = re.compile(rb"From \S{1,320}\s.{0,80}\d{1,2}:\d\d.{0,40}\r?\n")
ESCAPED = re.compile(rb">+From ")


def split_mail(member: Member) -> Iterator[tuple[int, bytes | None]]:
    """First line and bytes of each message of a file; None in place of bytes where a message is too large."""
    with member.open() as stream:
        head = stream.read(5)
    with member.open() as stream:
        if head == b"From ":
            yield from split_mbox(stream)
            return
        data = stream.read(MESSAGE_BYTES + 1)
    yield 1, data if len(data) <= MESSAGE_BYTES else None


def split_mbox(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Messages between "From " lines that follow an empty line; ">From " inside a message loses its mark."""
    line = 0
    start = 0
    held: list[bytes] = []
    size = 0
    fresh = blank = True
    while piece := stream.readline(PIECE):
        line += fresh
        if blank and fresh and piece.startswith(b"From ") and FROM_LINE.fullmatch(piece):
            if start:
                yield start, b"".join(held) if size <= MESSAGE_BYTES else None
            start, held, size = line, [], 0
            blank = False
            continue
        blank = fresh and piece in {b"\n", b"\r\n"}
        if fresh and piece.startswith(b">") and ESCAPED.match(piece):
            piece = piece[1:]
        fresh = piece.endswith(b"\n")
        size += len(piece)
        if size <= MESSAGE_BYTES:
            held.append(piece)
        else:
            held.clear()
    yield max(start, 1), b"".join(held) if size <= MESSAGE_BYTES else None
