from __future__ import annotations

import io
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.case.rows import AccountRow, Batch, ContactRow, ConversationRow, ProfileRow, Skip
from counterlure.errors import FormatError
from counterlure.ingest.frames import Done, Frame, Garbage, Wanted, decode, is_kind, receive, send
from counterlure.ingest.reading import Head, Heads
from counterlure.model import Skipped

LIMIT = 1 << 20


def batch(**changes: Any) -> Batch:
    fields: dict[str, Any] = {
        "accounts": [AccountRow(["in:a"]), AccountRow(["in:b"], "B", "url")],
        "conversations": [ConversationRow("2-x", None, [0, 1])],
        "messages": [(0, 1_700_000_000, 1, 2, 0, "hello", None)],
        **changes,
    }
    return Batch("a.zip/messages.csv", "messages", "d" * 64, **fields)


def bytes_of(*frames: Frame) -> bytes:
    out = io.BytesIO()
    for frame in frames:
        send(out, frame, LIMIT)
    return out.getvalue()


def received(data: bytes) -> list[Frame]:
    stream, found = io.BytesIO(data), []
    while (piece := receive(stream, LIMIT)) is not None:
        found.append(decode(piece))
    return found


def test_frames_come_back_as_they_were_sent() -> None:
    frames: list[Frame] = [Heads([Head("a", "d", [Skipped("x", "y")])]), Wanted([True]), batch(), Done()]
    assert received(bytes_of(*frames)) == frames


def test_a_frame_past_the_limit_is_not_sent_and_not_received() -> None:
    with pytest.raises(FormatError):
        send(io.BytesIO(), batch(), 20)
    with pytest.raises(Garbage, match="length"):
        receive(io.BytesIO(bytes_of(batch())), 20)


def test_a_stream_that_ends_inside_a_frame_has_ended() -> None:
    data = bytes_of(batch())
    assert receive(io.BytesIO(data[:-1]), LIMIT) is None
    assert receive(io.BytesIO(data[:2]), LIMIT) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"messages": [(1, None, 0, 2, 0, "", None)]},
        {"messages": [(-1, None, 0, 2, 0, "", None)]},
        {"messages": [(0, None, 2, 2, 0, "", None)]},
        {"messages": [(0, None, -1, 2, 0, "", None)]},
        {"messages": [(0, 2**62, 0, 2, 0, "", None)]},
        {"messages": [(0, -1, 0, 2, 0, "", None)]},
        {"messages": [(0, None, 0, -1, 0, "", None)]},
        {"messages": [(0, None, 0, 2, 128, "", None)]},
        {"conversations": [ConversationRow("k", None, [2])]},
        {"contacts": [ContactRow("mail", 5, True, None, 1)]},
        {"contacts": [ContactRow("mail", 0, True, 2**60, 1)]},
        {"profiles": [ProfileRow(9, None, None, None, 1, [])]},
        {"accounts": [AccountRow([]), AccountRow(["in:b"])]},
        {"skipped": [Skip(-5, "x")]},
    ],
)
def test_a_batch_whose_numbers_make_no_sense_is_garbage(changes: dict[str, Any]) -> None:
    with pytest.raises(Garbage, match="no sense"):
        received(bytes_of(batch(**changes)))


@pytest.mark.parametrize("change", [{"kind": "novel"}, {"digest": "short"}])
def test_a_batch_of_unknown_kind_or_without_digest_is_garbage(change: dict[str, str]) -> None:
    with pytest.raises(Garbage):
        received(bytes_of(msgspec.structs.replace(batch(), **change)))


def test_types_other_than_the_agreed_ones_are_garbage() -> None:
    good = bytes_of(batch())
    wrong = msgspec.msgpack.encode(["a", "messages", "d" * 64, None, [], [], [[0, "soon", 0, 1, 0, "x", None]]])
    with pytest.raises(Garbage):
        decode(good[4:5] + wrong)
    with pytest.raises(Garbage, match="unknown kind"):
        decode(b"\xf0")


@given(st.binary(min_size=1, max_size=200))
@settings(max_examples=100)
def test_any_bytes_are_a_frame_or_garbage(data: bytes) -> None:
    try:
        frame = decode(data)
    except Garbage:
        return
    assert is_kind(data, type(frame))
