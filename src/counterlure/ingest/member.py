"""One file of a delivery, as every source reader receives it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

CHUNK = 1 << 20


@dataclass(frozen=True)
class Member:
    """A file inside an archive or folder, or a loose file.

    source : what a person calls it, "archive.zip/messages.csv".
    name : the last component only, never used as a path.
    size : declared size in bytes; the stream itself is counted and cut at the limits.
    """

    source: str
    name: str
    size: int
    opener: Callable[[], BinaryIO] = field(repr=False)

    def open(self) -> BinaryIO:
        """A fresh binary stream that raises `LimitError` when it outgrows the limits."""
        return self.opener()

    def read(self) -> bytes:
        """All bytes; for small members only (the limits apply)."""
        with self.open() as stream:
            return stream.read()

    def digest(self) -> str:
        """SHA-256 of the bytes, hex."""
        seen = hashlib.sha256()
        with self.open() as stream:
            while chunk := stream.read(CHUNK):
                seen.update(chunk)
        return seen.hexdigest()
