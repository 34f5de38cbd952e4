from __future__ import annotations

import hashlib
import io

import numpy as np
import pytest
from PIL import Image

from counterlure.case.rows import HASH_BYTES, Batch
from counterlure.errors import FormatError, LimitError
from counterlure.ingest import portrait_file
from counterlure.ingest.context import Context
from counterlure.ingest.member import Member
from counterlure.ingest.portrait_file import accepts, read


def drawn(kind: str = "PNG", seed: int = 1) -> bytes:
    """A picture of coloured patches."""
    patches = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(patches).resize((256, 256)).save(out, kind)
    return out.getvalue()


def one(data: bytes, name: str = "Jane.jpg") -> Batch:
    [batch] = read(Member(f"in/{name}", name, len(data), lambda: io.BytesIO(data)), Context())
    return batch


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_becomes_numbers_under_the_stem_of_its_name(kind: str) -> None:
    data = drawn(kind)
    batch = one(data)
    [row] = batch.portraits
    assert (batch.kind, batch.digest) == ("portrait", hashlib.sha256(data).hexdigest())
    assert (row.stem, row.line, row.eyes) == ("jane", 0, None)
    assert row.hashes
    assert len(row.hashes) % HASH_BYTES == 0


def test_of_a_picture_nothing_is_kept_but_hashes_and_eyes() -> None:
    batch = one(drawn())
    assert not (batch.accounts or batch.profiles or batch.pages or batch.warnings)
    assert len(repr(batch)) < 20_000


@pytest.mark.parametrize("spoil", [lambda data: data[:200], lambda data: data[:8] + bytes(500), lambda data: data[:12]])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_damaged_picture_is_refused_by_name(spoil, kind: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(FormatError) as refused:
        one(spoil(drawn(kind)))
    assert refused.value.source == "in/Jane.jpg"


def test_a_picture_beyond_its_size_is_refused_by_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portrait_file, "PICTURE_BYTES", 100)
    for size in (1, 101):
        with pytest.raises(LimitError, match="larger than"):
            list(read(Member("a.jpg", "a.jpg", size, lambda: io.BytesIO(bytes(101))), Context()))


def test_pictures_are_known_by_ending_and_first_bytes() -> None:
    for kind in ("PNG", "JPEG", "WEBP", "GIF"):
        assert accepts("a.JPG", drawn(kind)[:4096])
    assert not accepts("a.jpg", b"<html>")
    assert not accepts("a.svg", drawn()[:4096])
    assert not accepts("a.svg", b"<svg>")
    assert not accepts("a.jpg", b"RIFF\0\0\0\0AVI ")
