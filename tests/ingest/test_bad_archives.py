"""Bad inputs 1 to 31: ZIP archives that lie, hide, overflow or are none."""

from __future__ import annotations

import io
import lzma
import random
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from counterlure.errors import FormatError, InputError, LimitError
from counterlure.ingest.archive import Archive
from counterlure.ingest.limits import DEFAULT, Limits
from tests.ingest.archives import (
    handed_in,
    messages,
    rows_of,
    taken,
    zipped,
)
from tests.ingest.catalogue import bad


def opened(data: bytes, limits: Limits = DEFAULT) -> Archive:
    return Archive(io.BytesIO(data), "a.zip", limits)


def reasons(archive: Archive) -> str:
    return "; ".join(skip.reason for skip in archive.skipped)


def written(
    *entries: tuple[zipfile.ZipInfo | str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b""
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for info, data in entries:
            archive.writestr(info, data, method)
        archive.comment = comment
    return out.getvalue()


def entry(name: str = "messages.csv", **fields: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def patched(data: bytes, mark: bytes, offset: int, form: str, value: int) -> bytes:
    """The archive with one number changed, `offset` bytes behind the first `mark`."""
    changed = bytearray(data)
    struct.pack_into(form, changed, data.index(mark) + offset, value)
    return bytes(changed)


CENTRAL, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"


@bad(1, 2, 3, 4)
@pytest.mark.parametrize(
    "name",
    [
        "../messages.csv",
        "a/../../messages.csv",
        "/etc/messages.csv",
        "C:\\messages.csv",
        "c:messages.csv",
        "\\\\host\\share\\messages.csv",
        "..\\messages.csv",
    ],
)
def test_names_that_point_outside_are_left_out(name: str) -> None:
    archive = opened(written((entry(name), b"x"), (entry("Profile.csv"), b"y")))
    assert list(archive.entries) == ["Profile.csv"]
    assert "points outside" in reasons(archive)


@bad(5, 6)
@pytest.mark.parametrize("mode", [0o120777, 0o060644, 0o020644, 0o010644, 0o140644])
def test_links_devices_pipes_and_sockets_are_left_out(mode: int) -> None:
    archive = opened(written((entry(external_attr=mode << 16), b"/etc/passwd"), (entry("Profile.csv"), b"y")))
    assert list(archive.entries) == ["Profile.csv"]
    assert "link or a device" in reasons(archive)


@bad(7)
def test_a_flat_bomb_is_left_out() -> None:
    archive = opened(written((entry(), bytes(20 << 20)), (entry("Profile.csv"), b"y")))
    assert list(archive.entries) == ["Profile.csv"]
    assert "100 times" in reasons(archive)


@bad(8)
def test_entries_that_share_bytes_refuse_the_archive() -> None:
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = kernel.compress(bytes(100_000)) + kernel.flush()
    local = struct.pack("<4s5H3L2H", LOCAL, 20, 0, 8, 0, 33, zlib.crc32(bytes(100_000)), len(packed), 100_000, 5, 0)
    body = local + b"a.csv" + packed
    directory = b""
    for number in range(50):
        name = b"a.csv" if number == 0 else f"{number:05}".encode()
        fields = (20, 20, 0, 8, 0, 33, zlib.crc32(bytes(100_000)), len(packed), 100_000, 5, 0, 0, 0, 0, 0, 0)
        directory += struct.pack("<4s6H3L5H2L", CENTRAL, *fields) + name
    end = struct.pack("<4s4H2LH", END, 0, 0, 50, 50, len(directory), len(body), 0)
    with pytest.raises(FormatError, match="overlap"):
        opened(body + directory + end)


@bad(9)
def test_an_archive_nested_42_levels_deep_is_not_entered(tmp_path: Path) -> None:
    data = b"x"
    for level in range(42):
        data = zipped({f"{level}.zip": data})
    [(result, batches)] = taken(handed_in(tmp_path, {"a.zip": data}) / "a.zip")
    assert batches == []
    assert "archive inside an archive" in result.skipped[0].reason


@bad(10)
def test_too_many_entries_refuse_the_archive_before_they_are_listed() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(2_001):
            archive.writestr(entry(f"{number:x}"), b"")
    data = out.getvalue()
    with pytest.raises(LimitError, match="2,000 entries"):
        opened(data)
    lying = patched(patched(data, END, 8, "<H", 5), END, 10, "<H", 5)
    with pytest.raises(InputError, match="entries"):
        opened(lying)
    with pytest.raises(LimitError, match="entries"):
        opened(lying, replace(DEFAULT, archive_entries=10))


@bad(11, 12)
@pytest.mark.parametrize(("size", "words"), [(10, "larger than the archive says"), (5_000, "size or checksum")])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_size_that_lies_is_found_while_reading(size: int, words: str, method: int) -> None:
    data = written((entry(), b"0123456789" * 100), method=method)
    data = patched(patched(data, CENTRAL, 24, "<L", size), LOCAL, 22, "<L", size)
    archive = opened(data)
    with pytest.raises(FormatError, match=words):
        archive.open("messages.csv").read()


@bad(13)
def test_a_wrong_checksum_is_found() -> None:
    data = written((entry(), b"0123456789" * 100))
    data = patched(patched(data, CENTRAL, 16, "<L", 5), LOCAL, 14, "<L", 5)
    with pytest.raises(FormatError, match="checksum"):
        opened(data).open("messages.csv").read()


@bad(13)
def test_a_damaged_stream_is_found() -> None:
    data = bytearray(written((entry(), random.Random(1).randbytes(2_000) + bytes(2_000))))
    for at in range(200, 400):
        data[at] ^= 0xFF
    with pytest.raises(FormatError, match="damaged"):
        opened(bytes(data)).open("messages.csv").read()


@bad(14)
def test_an_archive_cut_off_anywhere_is_refused() -> None:
    data = zipped({"messages.csv": messages(), "Profile.csv": "y"})
    for percent in range(100):
        with pytest.raises(FormatError):
            opened(data[: len(data) * percent // 100])


@bad(15, 16)
@pytest.mark.parametrize("change", [lambda data: b"MZ" + bytes(500) + data, lambda data: data + b"more"])
def test_bytes_before_or_behind_the_archive_refuse_it(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(FormatError, match="bytes"):
        opened(change(zipped({"messages.csv": "x"})))


@bad(15)
def test_a_program_before_entries_that_know_of_it_refuses_the_archive() -> None:
    out = io.BytesIO(b"MZ" + bytes(500))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("messages.csv", "x")
    with pytest.raises(FormatError):
        opened(out.getvalue())


@bad(17)
def test_zip64_fields_are_understood_and_checked() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("messages.csv", "w", force_zip64=True) as f,
    ):
        f.write(b"x" * 100)
    assert opened(out.getvalue()).open("messages.csv").read() == b"x" * 100
    with pytest.raises(FormatError, match="no size"):
        opened(patched(zipped({"messages.csv": "x"}), CENTRAL, 24, "<L", 0xFFFFFFFF))
    with pytest.raises(InputError, match=r"entries|incomplete"):
        opened(patched(patched(zipped({"messages.csv": "x"}), END, 8, "<H", 0xFFFF), END, 10, "<H", 0xFFFF))


@bad(17)
def test_a_zip64_end_is_understood_and_must_agree() -> None:
    data = zipped({"messages.csv": "hello"})
    at = data.index(END)
    _, _, _, _, entries, size, offset, _ = struct.unpack_from("<4s4H2LH", data, at)
    wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4s4H2LH", END, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert opened(data[:at] + wide + locator + end).open("messages.csv").read() == b"hello"
    with pytest.raises(FormatError):
        opened(data[:at] + wide + locator + data[at:].replace(struct.pack("<L", size), struct.pack("<L", size - 1)))
    with pytest.raises(FormatError):
        opened(data[:at] + wide[:-8] + struct.pack("<Q", offset + 1) + locator + end)


@bad(18)
def test_an_encrypted_entry_is_left_out() -> None:
    data = zipped({"messages.csv": "x", "Profile.csv": "y"})
    data = patched(patched(data, CENTRAL, 8, "<H", 1), LOCAL, 6, "<H", 1)
    archive = opened(data)
    assert list(archive.entries) == ["Profile.csv"]
    assert "without password" in reasons(archive)


@bad(19)
@pytest.mark.parametrize("method", [1, 9, 12, 14, 93, 99])
def test_other_ways_of_packing_are_left_out_and_never_tried(method: int) -> None:
    data = zipped({"messages.csv": lzma.compress(b"x"), "Profile.csv": "y"})
    data = patched(patched(data, CENTRAL, 10, "<H", method), LOCAL, 8, "<H", method)
    archive = opened(data)
    assert list(archive.entries) == ["Profile.csv"]
    assert f"method {method}" in reasons(archive)


@bad(20, 21, 22)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("messages.csv", "messages.csv"),
        ("messages.csv", "Messages.CSV"),
        ("é.csv", unicodedata.normalize("NFD", "é.csv")),
        ("a/b.csv", "a\\b.csv"),
        ("straße.csv", "STRASSE.csv"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_differ_by_spelling_alone_refuse_the_archive(one: str, other: str) -> None:
    with pytest.raises(FormatError, match="two entries"):
        opened(written((entry(one), b"x"), (entry(other), b"y")))


@bad(23)
@pytest.mark.parametrize("name", ["messages\u202evsc.exe", "\u200bmessages.csv", "mess\x1bages.csv", "a\u2066.csv"])
def test_names_with_invisible_characters_are_left_out_and_shown_clean(name: str) -> None:
    archive = opened(written((entry(name), b"x"), (entry("Profile.csv"), b"y")))
    assert list(archive.entries) == ["Profile.csv"]
    assert archive.skipped[0].source.isprintable()


@bad(24)
def test_a_nul_in_a_name_refuses_the_archive() -> None:
    data = zipped({"messages.csvX.exe": "x"}).replace(b"csvX", b"csv\0")
    with pytest.raises(FormatError, match="NUL"):
        opened(data)


@bad(25)
def test_names_are_in_the_encoding_they_state_or_the_archive_is_refused() -> None:
    old = zipped({"caf?/messages.csv": "x"}).replace(b"caf?", b"caf\x82")
    assert list(opened(old).entries) == ["café/messages.csv"]
    new = zipped({"café/messages.csv": "x"})
    assert list(opened(new).entries) == ["café/messages.csv"]
    with pytest.raises(FormatError, match="encoding"):
        opened(new.replace("é".encode(), b"\xff\xfe"))


@bad(26)
def test_a_name_of_60000_characters_refuses_the_archive() -> None:
    with pytest.raises(LimitError, match="1,024 characters"):
        opened(written((entry("a" * 60_000), b"x")))


@bad(27)
def test_names_of_devices_are_names_like_others(tmp_path: Path) -> None:
    data = zipped({"CON": "x", "nul.csv": "x", "aux/messages.csv": messages()})
    [(result, batches)] = [one for one in taken(handed_in(tmp_path, {"a.zip": data}) / "a.zip") if one[1]]
    assert len(rows_of(batches)) == 1
    assert not result.failed


@bad(28)
@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(LOCAL, LOCAL, 1).replace(b"messages.csv", b"messages.exe", 1),
        lambda data: patched(data, LOCAL, 8, "<H", 0),
        lambda data: patched(data, LOCAL, 6, "<H", 0x800),
        lambda data: patched(data, LOCAL, 14, "<L", 1),
        lambda data: patched(data, LOCAL, 18, "<L", 1),
        lambda data: patched(data, LOCAL, 22, "<L", 1),
        lambda data: patched(data, LOCAL, 0, "<H", 1),
    ],
)
def test_two_places_that_disagree_refuse_the_archive(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(FormatError):
        opened(change(zipped({"messages.csv": "x" * 50})))


@bad(29)
@pytest.mark.parametrize(
    ("mark", "offset", "form"), [(END, 4, "<H"), (END, 6, "<H"), (END, 8, "<H"), (CENTRAL, 34, "<H")]
)
def test_an_archive_split_over_disks_is_refused(mark: bytes, offset: int, form: str) -> None:
    with pytest.raises(FormatError):
        opened(patched(zipped({"messages.csv": "x"}), mark, offset, form, 3))


@bad(30, 31)
@pytest.mark.parametrize(
    ("data", "words"),
    [(zipped({}), "no file that is read"), (b"", "not a ZIP"), (b"hello" * 500, "not a ZIP"), (b"PK", "not a ZIP")],
)
def test_an_empty_zip_and_what_is_none_are_named(tmp_path: Path, data: bytes, words: str) -> None:
    [(result, batches)] = taken(handed_in(tmp_path, {"a.zip": data}) / "a.zip")
    assert batches == []
    assert words in result.skipped[0].reason
