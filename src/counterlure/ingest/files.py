"""Files on disk opened without trust: no link, no device, no pipe, no end behind the limit."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import BinaryIO, cast

from counterlure.errors import FormatError, LimitError

BUFFER = 1 << 18


def open_file(path: Path, source: str, limit: int) -> BinaryIO:
    """A regular file, at most `limit` bytes of it; never a link, a device or a pipe."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise FormatError(source, f"cannot be read: {error.strerror}") from None
    raw = _Counted(handle, source, limit)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        raw.close()
        raise FormatError(source, "is not a regular file")
    return cast(BinaryIO, io.BufferedReader(raw, BUFFER))


class _Counted(io.FileIO):
    """A file that may grow while it is read, cut at the limit."""

    def __init__(self, handle: int, source: str, limit: int) -> None:
        super().__init__(handle, "rb")
        self._source = source
        self._limit = limit

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """The next bytes; `LimitError` where the file goes on behind the limit."""
        count = super().readinto(buffer) or 0
        self._check()
        return count

    def readall(self) -> bytes:
        """All bytes that follow, within the limit."""
        data = super().readall() or b""
        self._check()
        return data

    def _check(self) -> None:
        if self.tell() > self._limit:
            raise LimitError(self._source, f"exceeds {self._limit:,} bytes")
