"""Pictures as numbers: what survives a copy, what is told apart, and what is refused."""

from __future__ import annotations

import contextlib
import io
import itertools
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from counterlure.errors import FormatError, InputError, LimitError
from counterlure.portrait import eyes, match, views
from counterlure.portrait.decode import SIDE_MAX, open_picture
from counterlure.portrait.match import RADIUS, matches, stacked


def picture(seed: int, height: int = 160, width: int = 128) -> np.ndarray:
    """A head before a background, both drawn from the seed."""
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(40, 215, (10, 8)).astype(np.uint8)
    ground = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(ground)
    cx, cy, r = (rng.uniform(low, high) for low, high in ((0.4, 0.6), (0.35, 0.5), (0.17, 0.25)))
    draw.ellipse(
        [(cx - r) * width, (cy - r) * height, (cx + r) * width, (cy + r) * height], fill=int(rng.uniform(0, 255))
    )
    return np.asarray(ground)


def saved(grey: np.ndarray, kind: str = "PNG", **more: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(grey).save(out, kind, **more)
    return out.getvalue()


def copy(grey: np.ndarray, way: str) -> np.ndarray:
    image = Image.fromarray(grey)
    width, height = image.size
    if way == "mirror":
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    elif way == "crop":
        image = image.crop((round(0.02 * width), round(0.03 * height), round(0.97 * width), round(0.98 * height)))
    elif way == "scale":
        image = image.resize((width * 2 // 3, height * 2 // 3), Image.Resampling.LANCZOS)
    elif way == "jpeg":
        return open_picture(saved(grey, "JPEG", quality=45), "a.jpg").grey
    return np.asarray(image)


@pytest.mark.parametrize("way", ["mirror", "crop", "scale", "jpeg"])
def test_a_copy_is_found_and_a_different_picture_is_not(way: str) -> None:
    one = picture(1)
    found = matches(stacked([views.hashes(one), views.hashes(picture(2)), views.hashes(copy(one, way))]))
    assert [(m.one, m.other) for m in found] == [(0, 2)]
    assert found[0].bits <= RADIUS


def test_views_are_named_for_what_they_are() -> None:
    blob = views.hashes(picture(1))
    assert len(blob) == views.HASH_BYTES * (2 + len(views.boxes()))
    assert [views.view_name(v) for v in (0, 1, 2, 50)] == ["whole", "mirror", "crop", "crop"]
    seen = views.words(blob)
    mirrored = views.words(views.hashes(picture(1)[:, ::-1]))
    assert np.bitwise_count(seen[views.WHOLE] ^ mirrored[views.MIRROR]).sum() <= 4


def test_the_hash_is_that_of_imagehash() -> None:
    import imagehash

    small = Image.fromarray(picture(3)).resize((64, 64), Image.Resampling.BILINEAR)
    theirs = np.packbits(imagehash.phash(small, hash_size=16).hash.ravel()).tobytes()
    ours = views.hashes(np.asarray(small))[: views.HASH_BYTES]
    apart = np.bitwise_count(np.frombuffer(ours, np.uint8) ^ np.frombuffer(theirs, np.uint8)).sum()
    assert apart <= 4


@pytest.mark.parametrize("level", [0, 128, 255])
def test_blank_pictures_match_nothing_not_even_each_other(level: int) -> None:
    blank = np.full((160, 128), level, np.uint8)
    assert matches(stacked([views.hashes(blank)] * 3)) == []


def test_sorting_by_samples_finds_what_comparing_all_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    greys = [picture(seed) for seed in range(40)]
    greys += [copy(greys[n], way) for n, way in zip(range(16), itertools.cycle(("mirror", "crop", "scale", "jpeg")))]
    blobs = stacked([views.hashes(grey) for grey in greys])
    exact = matches(blobs)
    monkeypatch.setattr(match, "EXACT_MAX", 0)
    assert {(m.one, m.other) for m in matches(blobs)} == {(m.one, m.other) for m in exact}
    assert len(exact) == 16


def test_the_order_of_pictures_changes_no_pair() -> None:
    blobs = [
        views.hashes(grey) for grey in (picture(1), picture(2), copy(picture(1), "crop"), copy(picture(2), "jpeg"))
    ]
    pairs = set()
    for order in itertools.permutations(range(4)):
        found = matches(stacked([blobs[i] for i in order]))
        pairs.add(frozenset(frozenset((order[m.one], order[m.other])) for m in found))
    assert pairs == {frozenset({frozenset({0, 2}), frozenset({1, 3})})}


def test_eyes_are_found_where_they_are_drawn_and_called_aligned_only_there() -> None:
    assert eyes.aligned((*eyes.LEFT, *eyes.RIGHT))
    assert not eyes.aligned((0.30, 0.42, 0.55, 0.42))
    assert eyes.find(np.full((200, 200), 120, np.uint8)) is None


def test_a_large_picture_is_made_small_and_an_upright_one_stays_upright() -> None:
    assert max(open_picture(saved(picture(1, 2_400, 1_600)), "a").grey.shape) == SIDE_MAX
    turned = Image.fromarray(picture(1))
    exif = turned.getexif()
    exif[0x0112] = 6
    out = io.BytesIO()
    turned.save(out, "JPEG", exif=exif)
    assert open_picture(out.getvalue(), "a").grey.shape == (128, 160)


def flood(width: int, height: int) -> bytes:
    """A PNG that declares a size and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )


@pytest.mark.parametrize("size", [(20_000, 20_000), (13_000, 13_000), (8_000, 8_000), (16, 16)])
def test_a_picture_of_impossible_size_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(LimitError):
        open_picture(flood(*size), "flood.png")


@pytest.mark.parametrize(
    "data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"\xff\xd8\xff\xe0", b"PK\x03\x04"]
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        open_picture(data, "a.png")


def test_of_a_long_animation_only_the_first_frame_is_read() -> None:
    frames = [Image.fromarray(picture(seed)) for seed in range(60)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert np.abs(open_picture(out.getvalue(), "a.gif").grey.astype(int) - picture(0)).mean() < 8


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"]), st.integers(0, 600))
def test_damaged_bytes_raise_nothing_but_our_errors(junk: bytes, kind: str, at: int) -> None:
    data = saved(picture(1, 48, 40), kind)
    for spoiled in (junk, data[:at] + junk, data[: at // 2] + junk + data[at // 2 + len(junk) :]):
        with contextlib.suppress(InputError):
            assert open_picture(spoiled, "a").grey.ndim == 2
