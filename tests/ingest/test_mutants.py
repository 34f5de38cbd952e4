"""Whatever is done to a file of an archive, its reader gives sound batches or an input error, and nothing else."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.case.rows import Batch
from counterlure.errors import InputError
from counterlure.ingest import connections, invitations, messages, profile_files
from counterlure.ingest.context import Context
from counterlure.ingest.frames import decode, receive, send
from counterlure.ingest.limits import DEFAULT
from counterlure.ingest.member import Member
from counterlure.ingest.owner import infer_owner
from tests.ingest import archives
from tests.ingest.archives import OWNER, PARTNER, context, member, table

Reader = Callable[[Member, Context], Iterator[Batch]]
FILES: dict[str, tuple[Reader, str]] = {
    "messages.csv": (
        messages.read,
        archives.messages(
            {}, {"CONTENT": "<p>x &amp; y</p>", "SUBJECT": "é"}, {"FROM": "LinkedIn Member", "SENDER PROFILE URL": ""}
        ),
    ),
    "Messages.csv": (
        messages.read,
        table(archives.HEADER_2018, [("Bo", "Ada", "10/16/18, 8:36 AM", "", "Hi", "INCOMING", "")]),
    ),
    "Invitations.csv": (
        invitations.read,
        table(
            archives.INVITATIONS_2025,
            [
                ("Bo", "Ada", "1/24/25, 6:42 AM", "note", "INCOMING", PARTNER, OWNER),
                ("Ada", "Cai", "1/24/25, 6:42 AM", "", "OUTGOING", "urn:li:member:5", "urn:li:fsd_profile:ACoAx"),
            ],
        ),
    ),
    "Connections.csv": (
        connections.read,
        archives.PREAMBLE + table(archives.CONNECTIONS_2023, [("A", "B", PARTNER, "a@b.org", "w", "t", "27 Jun 2026")]),
    ),
    "Positions.csv": (profile_files.read, table(archives.POSITIONS, [("a", "b", "c", "d", "Jun 2018", "2019")])),
}
PIECES = st.sampled_from(
    [
        b'"',
        b",",
        b"\n",
        b"\r",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b";",
        b"\t",
        b"9" * 5000,
        b"/",
        b"\xe2\x80\xae",
        b"\xed\xa0\x80",
        b"<a href=",
        b"%ff",
        b"urn:li:member:",
        "١".encode(),
        "²".encode(),
        b" UTC",
        b"||",
        b"PK\x03\x04",
    ]
)
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), min_size=1, max_size=5)


def changed(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """The bytes with pieces cut out and others put in."""
    for place, cut, piece in changes:
        at = int(place * len(data))
        data = data[:at] + piece + data[at + cut :]
    return data


@pytest.mark.parametrize("name", FILES)
@given(CHANGES, st.sampled_from(["utf-8", "utf-16", "cp1252"]))
@settings(max_examples=60, deadline=None)
def test_a_changed_file_is_read_or_refused(name: str, changes: list[tuple[float, int, bytes]], encoding: str) -> None:
    read, text = FILES[name]
    broken = member(changed(text.encode(encoding), changes), name)
    infer_owner([(name.removesuffix(".csv").lower(), broken)], DEFAULT, "d" * 64, None)
    with contextlib.suppress(InputError):
        for batch in read(broken, context()):
            pipe = io.BytesIO()
            send(pipe, batch, DEFAULT.frame_bytes)
            pipe.seek(0)
            assert decode(receive(pipe, DEFAULT.frame_bytes) or b"") == batch
