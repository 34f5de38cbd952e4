from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.errors import FormatError, InputError, LimitError
from counterlure.ingest.archive import Archive
from counterlure.ingest.limits import DEFAULT, Limits
from tests.ingest.archives import zipped


def opened(data: bytes, limits: Limits = DEFAULT) -> Archive:
    return Archive(io.BytesIO(data), "a.zip", limits)


def contents(archive: Archive) -> dict[str, bytes]:
    return {path: archive.open(path).read() for path in archive.entries}


def reasons(archive: Archive) -> str:
    return "; ".join(f"{skip.source}: {skip.reason}" for skip in archive.skipped)


def with_entry(change: Callable[[zipfile.ZipInfo], None], data: bytes = b"x") -> bytes:
    """An archive whose first entry was changed before it was written, and a plain second one."""
    out = io.BytesIO()
    info = zipfile.ZipInfo("messages.csv")
    change(info)
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, data)
        archive.writestr("Profile.csv", b"y")
    return out.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_entries_are_read_as_they_were_written(method: int) -> None:
    files = {"a.csv": b"a" * 100_000, "folder/b.csv": b"", "c é.csv": bytes(range(256))}
    archive = opened(zipped(files, method))
    assert contents(archive) == files
    assert archive.skipped == []


def test_an_archive_written_as_a_stream_is_read() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, piece: bytes) -> int:  # type: ignore[override]
            self.data += bytes(piece)
            return len(piece)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        archive.writestr("messages.csv", b"hello" * 100)
    assert contents(opened(pipe.data)) == {"messages.csv": b"hello" * 100}


@given(st.dictionaries(st.text("abcxyzé /", min_size=1, max_size=8), st.binary(max_size=200), max_size=6))
@settings(max_examples=100)
def test_it_reads_what_zipfile_reads(files: dict[str, bytes]) -> None:
    files = {name: data for name, data in files.items() if not name.endswith("/") and not name.startswith("/")}
    data = zipped(files)
    with zipfile.ZipFile(io.BytesIO(data)) as plain:
        expected = {name: plain.read(name) for name in plain.namelist()}
    try:
        assert contents(opened(data)) == expected
    except FormatError as error:
        assert "two entries" in str(error)  # noqa: PT017 - names that differ by case alone


@given(st.integers(0, 10_000), st.integers(0, 255), st.integers(0, 2**32))
@settings(max_examples=100)
def test_no_changed_byte_raises_anything_but_an_input_error(at: int, value: int, seed: int) -> None:
    data = bytearray(zipped({"messages.csv": random.Random(seed).randbytes(100) + b"a" * 400, "b/c.csv": b"b"}))
    data[at % len(data)] = value
    try:
        contents(opened(bytes(data)))
    except InputError as error:
        assert error.source.startswith("a.zip")  # noqa: PT017


def test_an_archive_past_its_size_is_refused() -> None:
    with pytest.raises(LimitError, match="exceeds"):
        opened(zipped({"a.csv": bytes(1000)}, zipfile.ZIP_STORED), replace(DEFAULT, archive_bytes=500))


def test_an_entry_past_its_size_is_left_out() -> None:
    archive = opened(zipped({"a.csv": b"ab" * 500, "b.csv": b"b"}), replace(DEFAULT, member_bytes=500))
    assert list(archive.entries) == ["b.csv"]
    assert "larger than 500" in reasons(archive)


def test_backslashes_separate_folders() -> None:
    assert list(opened(with_entry(lambda info: setattr(info, "filename", "in\\messages.csv"))).entries) == [
        "Profile.csv",
        "in/messages.csv",
    ]


@pytest.mark.parametrize("name", ["old.zip", "x/y.7z", "z.RAR", "t.tar.gz", "j.jar"])
def test_archives_inside_are_left_out(name: str) -> None:
    archive = opened(zipped({name: b"PK", "messages.csv": b"x"}))
    assert list(archive.entries) == ["messages.csv"]
    assert "archive inside an archive" in reasons(archive)


def test_an_entry_of_the_directory_that_lies_outside_is_refused() -> None:
    data = bytearray(zipped({"messages.csv": b"x"}))
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<L", data, at + 42, 5_000)
    with pytest.raises(FormatError):
        opened(bytes(data))


def test_a_directory_that_counts_wrong_is_refused() -> None:
    data = bytearray(zipped({"messages.csv": b"x", "b.csv": b"y"}))
    at = data.index(b"PK\x05\x06")
    struct.pack_into("<HH", data, at + 8, 1, 1)
    with pytest.raises(FormatError, match="counts 1"):
        opened(bytes(data))


def test_a_comment_at_the_end_is_harmless() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("messages.csv", b"x")
        archive.comment = b"hello PK\x05 there"
    assert contents(opened(out.getvalue())) == {"messages.csv": b"x"}
