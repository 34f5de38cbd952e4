"""Length-prefixed MessagePack frames between a reading process and the process that asked it to read.

A frame is four bytes of length (big-endian, kind byte included), one byte of kind, and the body. Bodies are decoded
into exactly one type per kind, and their numbers are checked, before anybody looks at them.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import BinaryIO

import msgspec

from counterlure.case.rows import HASH_BYTES, Batch, PortraitRow
from counterlure.errors import FormatError
from counterlure.ingest.confine import Confinement
from counterlure.ingest.context import Context
from counterlure.ingest.jobs import Job
from counterlure.ingest.reading import Closing, Heads, Opening

_LENGTH = struct.Struct(">I")
_DIGEST_CHARS = 64
_MAX_FLAGS = 127
_LAST_SECOND = 4_133_980_800  # 2101-01-01
_LAST_LINE = 1 << 40
_LAST_COUNT = 1 << 40
_VIEWS_MAX = 64
MEMORY_EXIT = 12
"""How a reading process ends that ran out of memory."""
KINDS = frozenset({"messages", "invitations", "connections", "profile", "mail", "reported", "portability", "capture",
                   "portrait"})  # fmt: skip


class Request(msgspec.Struct, array_like=True):
    """A job, and the settings under which it is read."""

    job: Job
    context: Context


class Wanted(msgspec.Struct, array_like=True):
    """The answer to `Heads`: which deliveries to read."""

    wanted: list[bool]


class Done(msgspec.Struct, array_like=True):
    """The job is finished."""


Frame = Request | Wanted | Confinement | Heads | Opening | Batch | Closing | Done
_TYPES: tuple[type, ...] = (Request, Wanted, Confinement, Heads, Opening, Batch, Closing, Done)
_KIND_OF = {kind: bytes([index]) for index, kind in enumerate(_TYPES)}
_DECODERS: list[msgspec.msgpack.Decoder[Frame]] = [msgspec.msgpack.Decoder(kind) for kind in _TYPES]
_encoder = msgspec.msgpack.Encoder()


class Garbage(Exception):
    """The other side sent something that is no frame."""


def send(stream: BinaryIO, frame: Frame, limit: int) -> None:
    """Writes a frame and flushes; `FormatError` where it exceeds `limit` bytes."""
    body = _encoder.encode(frame)
    if len(body) + 1 > limit:
        raise FormatError("frame", f"{len(body):,} bytes of rows in one batch")
    stream.write(_LENGTH.pack(len(body) + 1))
    stream.write(_KIND_OF[type(frame)])
    stream.write(body)
    stream.flush()


def receive(stream: BinaryIO, limit: int) -> bytes | None:
    """The next frame undecoded; None at the end of the stream, also inside a frame; `Garbage` past the limit."""
    prefix = stream.read(_LENGTH.size)
    if len(prefix) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(prefix)[0]
    if not 1 <= length <= limit:
        raise Garbage("a frame of impossible length")
    data = stream.read(length)
    return data if len(data) == length else None


def decode(data: bytes) -> Frame:
    """The frame behind received bytes; `Garbage` where it is of no known type or its numbers make no sense."""
    if data[0] >= len(_DECODERS):
        raise Garbage("a frame of unknown kind")
    try:
        frame: Frame = _DECODERS[data[0]].decode(memoryview(data)[1:])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Garbage(f"a frame that is not what it says ({error})") from None
    if isinstance(frame, Batch):
        _check(frame)
    return frame


def _check(batch: Batch) -> None:
    """Positions lie inside the batch's lists, times and lines inside their ranges."""
    accounts, conversations = len(batch.accounts), len(batch.conversations)
    positions = [at for row in batch.conversations for at in row.participants]
    positions += [row.account for row in batch.contacts]
    positions += [row.account for row in batch.profiles]
    times = [row.at for row in batch.contacts]
    times += [row.captured_at for row in batch.profiles]
    times += [row.connected_on for row in batch.connections]
    times += [row.captured_at for row in batch.pages]
    lines = [row.line for row in batch.contacts]
    lines += [row.line for row in batch.portraits] + [row.line for row in batch.pages]
    lines += [row.line for row in batch.connections]
    lines += [row.line for row in batch.skipped]
    lines += [line for row in batch.profiles for line in (row.line, *(position.line for position in row.positions))]
    sound = batch.kind in KINDS and len(batch.digest) == _DIGEST_CHARS and all(row.keys for row in batch.accounts)
    sound = sound and all(_is_portrait(row) for row in batch.portraits)
    counts = [row.connections for row in batch.profiles] + [row.followers for row in batch.profiles]
    counts += [row.recommendations for row in batch.profiles]
    counts += [row.followers for row in batch.pages] + [row.staff for row in batch.pages]
    sound = sound and _within([n for n in counts if n is not None], _LAST_COUNT)
    if batch.messages:
        in_conversation, sent, senders, starts, flags, _, _ = zip(*batch.messages, strict=True)
        sound = sound and _within(in_conversation, conversations) and _within(senders, accounts)
        sound = sound and _within(flags, _MAX_FLAGS + 1) and _within(starts, _LAST_LINE)
        times += sent
    known = [at for at in times if at is not None]
    if not (sound and _within(positions, accounts) and _within(known, _LAST_SECOND) and _within(lines, _LAST_LINE)):
        raise Garbage("a batch whose numbers make no sense")


def _is_portrait(row: PortraitRow) -> bool:
    """Whole hashes, and eyes on the picture."""
    whole = 0 < len(row.hashes) <= _VIEWS_MAX * HASH_BYTES and len(row.hashes) % HASH_BYTES == 0
    return whole and all(0.0 <= share <= 1.0 for share in row.eyes or ())


def _within(numbers: Sequence[int], end: int) -> bool:
    return not numbers or (min(numbers) >= 0 and max(numbers) < end)


def is_kind(data: bytes, kind: type) -> bool:
    """Whether received bytes claim to be a frame of this type."""
    return data[:1] == _KIND_OF[kind]
