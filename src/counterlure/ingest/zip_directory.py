"""The directory of a ZIP file, read strictly: one reading only, or none.

The format lets a file say the same thing in several places, and programs disagree on which to believe: that is how
harmless-looking archives unpack to something else. Here every place must agree (APPNOTE.TXT 6.3.10, sections 4.3 and
4.4). Python's own `zipfile` opens overlapping entries before 3.11.8 and cuts names at NUL.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from counterlure.errors import FormatError, LimitError
from counterlure.ingest.limits import Limits

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_MAX_COMMENT = 0xFFFF
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_EXTRA_ZIP64 = 0x0001
_ENTRY_BYTES = 4096  # of directory per allowed entry: header, name, extra fields and comment
_COMPARED_FLAGS = 0x0809  # encrypted, sizes follow the data, UTF-8 name
_DESCRIPTOR = 0x0008
_UTF8 = 0x0800

AGAIN = "download the archive again, or hand in its files unpacked"


@dataclass(frozen=True)
class Entry:
    """One entry as the central directory states it; `start` is where its packed bytes begin in the file."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    unpacked: int
    offset: int
    mode: int
    start: int = 0

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder and holds no bytes."""
        return self.name.endswith("/")

    @property
    def is_encrypted(self) -> bool:
        """Whether any kind of encryption is flagged."""
        return bool(self.flags & 0x2041)


@dataclass(frozen=True)
class _End:
    entries: int
    size: int
    offset: int
    at: int


def read_directory(file: BinaryIO, source: str, limits: Limits) -> list[Entry]:
    """Every entry of the archive in the order of the file, checked against its local header.

    `LimitError` for too many bytes or entries; `FormatError` where the archive is damaged, spans disks, has bytes
    before or behind it, or where two places contradict each other or two entries share bytes.
    """
    size = file.seek(0, 2)
    if size > limits.archive_bytes:
        raise LimitError(source, f"archive exceeds {limits.archive_bytes:,} bytes")
    end = _find_end(file, size, source)
    if end.entries > limits.archive_entries or end.size > limits.archive_entries * _ENTRY_BYTES:
        raise LimitError(source, f"archive has more than {limits.archive_entries:,} entries")
    if end.offset + end.size != end.at:
        raise FormatError(source, f"bytes stand before or inside the archive; {AGAIN}")
    file.seek(end.offset)
    listed = list(_central(file.read(end.size), source))
    if len(listed) != end.entries:
        raise FormatError(source, f"archive counts {end.entries} entries and lists {len(listed)}; {AGAIN}")
    return _placed(file, listed, end.offset, source)


def _find_end(file: BinaryIO, size: int, source: str) -> _End:
    tail_size = min(size, _END.size + _MAX_COMMENT)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        raise FormatError(source, f"is not a complete ZIP archive; {AGAIN}")
    _, disk, first_disk, here, entries, cd_size, cd_offset, comment = _END.unpack_from(tail, at)
    if at + _END.size + comment != len(tail):
        raise FormatError(source, f"bytes follow the end of the archive; {AGAIN}")
    end = _End(entries, cd_size, cd_offset, size - tail_size + at)
    if disk or first_disk or here != entries:
        raise FormatError(source, "is one part of an archive split over several files")
    return _find_end64(file, end, source)


def _find_end64(file: BinaryIO, end: _End, source: str) -> _End:
    if end.at < _END64_LOCATOR.size:
        return end
    file.seek(end.at - _END64_LOCATOR.size)
    mark, disk, at, disks = _END64_LOCATOR.unpack(file.read(_END64_LOCATOR.size))
    if mark != b"PK\x06\x07":
        if _FULL32 in (end.size, end.offset) or end.entries == _FULL16:
            raise FormatError(source, f"the end of the archive is incomplete; {AGAIN}")
        return end
    if disk or disks > 1 or at + _END64.size > end.at:
        raise FormatError(source, f"the end of the archive is damaged; {AGAIN}")
    file.seek(at)
    mark, length, _, _, this, first, here, entries, size, offset = _END64.unpack(file.read(_END64.size))
    if mark != b"PK\x06\x06" or this or first or here != entries:
        raise FormatError(source, f"the end of the archive is damaged; {AGAIN}")
    if at + 12 + length != end.at - _END64_LOCATOR.size or not _agree(end, entries, size, offset):
        raise FormatError(source, f"the end of the archive contradicts itself; {AGAIN}")
    return _End(entries, size, offset, at)


def _agree(end: _End, entries: int, size: int, offset: int) -> bool:
    return end.entries in (entries, _FULL16) and end.size in (size, _FULL32) and end.offset in (offset, _FULL32)


def _central(data: bytes, source: str) -> Iterator[Entry]:
    at = 0
    while at < len(data):
        if at + _CENTRAL.size > len(data) or data[at : at + 4] != b"PK\x01\x02":
            raise FormatError(source, f"the directory of the archive is damaged; {AGAIN}")
        fields = _CENTRAL.unpack_from(data, at)
        flags, method, crc, packed, unpacked = fields[3], fields[4], *fields[7:10]
        name_size, extra_size, comment_size, disk, _, attributes, offset = fields[10:]
        names = at + _CENTRAL.size
        extras = names + name_size
        at = extras + extra_size + comment_size
        if at > len(data) or disk not in (0, _FULL16):
            raise FormatError(source, f"the directory of the archive is damaged; {AGAIN}")
        extra = data[extras : extras + extra_size]
        unpacked, packed, offset = _wide([unpacked, packed, offset], extra, source)
        name = _name(data[names:extras], flags, source)
        yield Entry(name, flags, method, crc, packed, unpacked, offset, attributes >> 16)


def _name(raw: bytes, flags: int, source: str) -> str:
    try:
        name = raw.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        raise FormatError(source, f"a name in the archive is not in the encoding it states; {AGAIN}") from None
    if "\0" in name or not name:
        raise FormatError(source, f"a name in the archive is empty or holds a NUL; {AGAIN}")
    return name


def _wide(fields: list[int], extra: bytes, source: str) -> list[int]:
    """The fields with those that say "see the ZIP64 extra" replaced from it, in the order of the standard."""
    if _FULL32 not in fields:
        return fields
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == _EXTRA_ZIP64:
            block = extra[at + 4 : at + 4 + length]
            asked = fields.count(_FULL32)
            if len(block) < 8 * asked:
                break
            wide = iter(struct.unpack_from(f"<{asked}Q", block))
            return [next(wide) if value == _FULL32 else value for value in fields]
        at += 4 + length
    raise FormatError(source, f"an entry of the archive has no size; {AGAIN}")


def _placed(file: BinaryIO, entries: list[Entry], end: int, source: str) -> list[Entry]:
    placed: list[Entry] = []
    free = 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        # The first entry opens the file, and none begins inside another.
        if (not placed and entry.offset) or entry.offset < free:
            raise FormatError(source, f"entries of the archive overlap or do not open it; {AGAIN}")
        start = _local(file, entry, end, source)
        free = start + entry.packed
        if free > end:
            raise FormatError(source, f"an entry runs into the directory of the archive; {AGAIN}")
        placed.append(replace(entry, start=start))
    return placed


def _local(file: BinaryIO, entry: Entry, end: int, source: str) -> int:
    """Where the bytes of the entry begin, once its local header says what the directory says."""
    file.seek(entry.offset)
    data = file.read(_LOCAL.size) if entry.offset + _LOCAL.size <= end else b""
    if len(data) != _LOCAL.size:
        raise FormatError(source, f"an entry lies outside the archive; {AGAIN}")
    mark, _, flags, method, _, _, crc, packed, unpacked, name_size, extra_size = _LOCAL.unpack(data)
    if mark != b"PK\x03\x04":
        raise FormatError(source, f"an entry lies outside the archive; {AGAIN}")
    name = file.read(name_size)
    encoded = entry.name.encode("utf-8" if entry.flags & _UTF8 else "cp437")
    same = name == encoded and method == entry.method
    same = same and flags & _COMPARED_FLAGS == entry.flags & _COMPARED_FLAGS
    if not entry.flags & _DESCRIPTOR:
        same = same and crc == entry.crc
        same = same and packed in (entry.packed, _FULL32) and unpacked in (entry.unpacked, _FULL32)
    if not same:
        raise FormatError(source, f"an entry and the directory of the archive contradict each other; {AGAIN}")
    return int(entry.offset + _LOCAL.size + name_size + extra_size)
