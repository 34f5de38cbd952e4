"""ZIP archives opened without trust: names are looked up and never used as paths, bytes are counted as they come.

An archive that contradicts itself is refused as a whole (`zip_directory`); an entry that is a link, an archive,
encrypted or packed too densely is left out, named, and the rest is read.
"""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zlib
from typing import BinaryIO, cast

from counterlure.errors import FormatError, LimitError
from counterlure.ingest.dates import shown
from counterlure.ingest.files import BUFFER
from counterlure.ingest.limits import Limits
from counterlure.ingest.zip_directory import AGAIN, Entry, read_directory
from counterlure.model import Skipped

_STORED, _DEFLATED = 0, 8
_NESTED = re.compile(r"\.(?:zip|zipx|jar|7z|rar|tar|gz|tgz|bz2|xz|zst|cab|iso)", re.IGNORECASE)
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
_DRIVE = re.compile(r"[A-Za-z]:")
_CHUNK = 1 << 16


class Archive:
    """A ZIP archive whose entries may be read one after the other.

    entries : readable entries by their path with forward slashes, in order of the path.
    skipped : entries left out, each with the reason.
    """

    def __init__(self, file: BinaryIO, source: str, limits: Limits) -> None:
        self.source = source
        self.entries: dict[str, Entry] = {}
        self.skipped: list[Skipped] = []
        self._file = file
        self._limits = limits
        listed = read_directory(file, source, limits)
        self._refuse_twins(listed)
        for entry in sorted(listed, key=lambda entry: entry.name):
            path = entry.name.replace("\\", "/")
            reason = self._unfit(entry, path)
            if reason:
                self.skipped.append(Skipped(f"{source}/{shown(path)[1:-1]}", reason))
            elif not entry.is_folder:
                self.entries[path] = entry

    def open(self, path: str) -> BinaryIO:
        """The unpacked bytes; the stream raises `FormatError` where size or checksum are not what was declared."""
        raw = _Unpacked(self._file, self.entries[path], f"{self.source}/{path}")
        return cast(BinaryIO, io.BufferedReader(raw, BUFFER))

    def _refuse_twins(self, entries: list[Entry]) -> None:
        seen: set[str] = set()
        for entry in entries:
            name = unicodedata.normalize("NFC", entry.name.replace("\\", "/")).casefold()
            name = unicodedata.normalize("NFC", name)
            if len(name) > self._limits.name_chars:
                raise LimitError(self.source, f"a name exceeds {self._limits.name_chars:,} characters")
            if name in seen:
                raise FormatError(self.source, f"two entries are called {shown(entry.name)}; {AGAIN}")
            seen.add(name)

    def _unfit(self, entry: Entry, path: str) -> str | None:
        kind = stat.S_IFMT(entry.mode)
        checks = (
            (_HIDDEN.search(path) is not None, "its name holds invisible characters"),
            (_leaves(path), "its name points outside the archive"),
            (kind not in (0, stat.S_IFREG, stat.S_IFDIR), "is a link or a device, not a file"),
            (entry.is_encrypted, "is encrypted; hand it in without password"),
            (not entry.is_folder and entry.method not in (_STORED, _DEFLATED), f"packed by method {entry.method}"),
            (entry.unpacked > self._limits.member_bytes, f"larger than {self._limits.member_bytes:,} bytes"),
            (self._too_dense(entry), f"unpacks to more than {self._limits.ratio} times its size"),
            (_NESTED.search(path[-6:]) is not None, "is an archive inside an archive; unpack it first"),
        )
        return next((reason for unfit, reason in checks if unfit), None)

    def _too_dense(self, entry: Entry) -> bool:
        return entry.unpacked > max(self._limits.ratio_floor, self._limits.ratio * entry.packed)


class _Unpacked(io.RawIOBase):
    """The bytes of one entry, never more than it declared."""

    def __init__(self, file: BinaryIO, entry: Entry, source: str) -> None:
        self._file = file
        self._entry = entry
        self._source = source
        self._at = entry.start
        self._left = entry.packed
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS) if entry.method == _DEFLATED else None
        self._size = 0
        self._crc = 0
        self._done = False

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """The next bytes; 0 at the end, once size and checksum are as declared."""
        if self._done:
            return 0
        data = self._more(len(buffer))
        self._size += len(data)
        self._crc = zlib.crc32(data, self._crc)
        if self._size > self._entry.unpacked:
            raise FormatError(self._source, f"is larger than the archive says; {AGAIN}")
        if not data:
            self._done = True
            if self._size != self._entry.unpacked or self._crc != self._entry.crc:
                raise FormatError(self._source, f"is damaged: size or checksum differ; {AGAIN}")
        buffer[: len(data)] = data
        return len(data)

    def _more(self, room: int) -> bytes:
        if self._inflate is None:
            return self._packed(room)
        while not self._inflate.eof:
            packed = self._inflate.unconsumed_tail or self._packed(_CHUNK)
            try:
                data = self._inflate.decompress(packed, room)
            except zlib.error as error:
                raise FormatError(self._source, f"is damaged: {error}; {AGAIN}") from None
            if data:
                return data
            if not packed:
                raise FormatError(self._source, f"is damaged: it ends too early; {AGAIN}")
        if self._left or self._inflate.unused_data:
            raise FormatError(self._source, f"is damaged: bytes follow its end; {AGAIN}")
        return b""

    def _packed(self, room: int) -> bytes:
        self._file.seek(self._at)
        data = self._file.read(min(room, self._left))
        self._at += len(data)
        self._left -= len(data)
        return data


def _leaves(path: str) -> bool:
    return path.startswith("/") or _DRIVE.match(path) is not None or ".." in path.split("/")
