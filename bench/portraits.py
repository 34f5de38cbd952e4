"""Portrait reuse on synthetic pictures of one composition: what is found again, what is mistaken, what it costs.

    python bench/portraits.py --images 100000

Pictures are drawn (head, hair, eyes, shoulders, light, cloth and background of a natural spectrum), none is a photograph.
Their seeds are not those on which the radius was chosen. Every fiftieth, at most 2,000, is changed in each way and looked
for among all.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from PIL import Image

from counterlure.portrait import eyes, views
from counterlure.portrait.match import Match, matches, stacked

HEIGHT, WIDTH = 160, 128
FIRST, TUNING = 1_000_000, 5_000_000
COPIES = 2_000
CROPPED = 0.05
WAYS = ("jpeg", "scale", "mirror", "crop", "crop jpeg scale", "crop mirror jpeg scale")
PLACEMENTS = 1_000_000


def drawn(seed: int) -> np.ndarray:
    """One picture, shape (HEIGHT, WIDTH), uint8."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    y, x = rows / HEIGHT, columns / WIDTH
    angle = rng.uniform(0, 2 * np.pi)
    picture = rng.uniform(60, 200) + rng.uniform(-60, 60) * (np.cos(angle) * (x - 0.5) + np.sin(angle) * (y - 0.5))
    picture += rng.uniform(12, 40) * natural(rng)
    cx, cy = 0.5 + rng.normal(0, 0.04), 0.42 + rng.normal(0, 0.04)
    rx, ry = rng.uniform(0.17, 0.24), rng.uniform(0.2, 0.27)
    cloth = rng.uniform(20, 200) + rng.uniform(-40, 40) * (x - cx) + rng.uniform(6, 25) * natural(rng)
    body = soft(y - cy - ry * 1.15, 40) * soft(rng.uniform(0.32, 0.46) - np.abs(x - cx), 40)
    picture = picture * (1 - body) + body * cloth
    hair = oval(x - cx, y - cy + 0.03, rx * rng.uniform(1.05, 1.35), ry * rng.uniform(1.05, 1.35))
    picture = picture * (1 - hair) + hair * rng.uniform(10, 160)
    light = rng.uniform(-70, 70) * (x - cx) / rx + rng.uniform(-30, 30) * (y - cy) / ry
    face = oval(x - cx, y - cy - 0.02, rx, ry)
    picture = picture * (1 - face) + face * (rng.uniform(80, 210) + light)
    apart, level = rx * rng.uniform(0.36, 0.48), cy - ry * rng.uniform(0.05, 0.2)
    for side in (-1, 1):
        picture -= spot(rng, x - cx - side * apart, y - level, rx * 0.16, ry * 0.08, 65)
        picture -= spot(rng, x - cx - side * apart, y - level + ry * 0.2, rx * 0.25, ry * 0.05, 45)
    picture -= spot(rng, x - cx, y - cy - ry * 0.52, rx * 0.32, ry * 0.08, 25)
    return np.clip(picture + rng.normal(0, rng.uniform(1, 5), picture.shape), 0, 255).astype(np.uint8)


def natural(rng: np.random.Generator) -> np.ndarray:
    """A field whose spectrum falls as those of photographs do (Field 1987), of unit variance."""
    frequency = np.hypot(np.fft.fftfreq(HEIGHT)[:, None], np.fft.rfftfreq(WIDTH)[None])
    frequency[0, 0] = 1
    shape = frequency.shape
    waves = (rng.normal(size=shape) + 1j * rng.normal(size=shape)) / frequency**1.1
    field = np.fft.irfft2(waves, s=(HEIGHT, WIDTH))
    return field / field.std()


def soft(distance: np.ndarray, sharp: float) -> np.ndarray:
    """0 to 1 across an edge."""
    return 1 / (1 + np.exp(-sharp * distance))


def oval(x: np.ndarray, y: np.ndarray, rx: float, ry: float) -> np.ndarray:
    """1 inside an ellipse, 0 outside."""
    return soft(1 - (x / rx) ** 2 - (y / ry) ** 2, 13)


def spot(rng: np.random.Generator, x: np.ndarray, y: np.ndarray, rx: float, ry: float, depth: float) -> np.ndarray:
    """A dark patch of about that size and depth."""
    rx, ry = rx * rng.uniform(0.8, 1.25), ry * rng.uniform(0.8, 1.25)
    return depth * rng.uniform(0.5, 1.5) * np.exp(-((x / rx) ** 2) - (y / ry) ** 2)


def changed(grey: np.ndarray, way: str, rng: np.random.Generator) -> np.ndarray:
    """A copy: cropped to 95 to 100 % of both sides anywhere, mirrored, scaled by 0.4 to 1.5, saved at quality 40 to 90."""
    picture = Image.fromarray(grey)
    width, height = picture.size
    if "crop" in way:
        share = rng.uniform(1 - CROPPED, 1)
        left, top = rng.uniform(0, 1 - share, 2)
        box = (left * width, top * height, (left + share) * width, (top + share) * height)
        picture = picture.crop(tuple(round(edge) for edge in box))
    if "mirror" in way:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if "scale" in way:
        factor = rng.uniform(0.4, 1.5)
        size = tuple(max(32, round(side * factor)) for side in picture.size)
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    if "jpeg" in way:
        saved = io.BytesIO()
        picture.save(saved, "JPEG", quality=int(rng.integers(40, 91)))
        picture = Image.open(saved)
    return np.asarray(picture.convert("L"))


def hashed(seeds: range) -> list[bytes]:
    """The hashes of drawn pictures."""
    return [views.hashes(drawn(seed)) for seed in seeds]


def copies(seeds: list[int]) -> list[tuple[str, int, bytes]]:
    """(way, seed, hashes) of every change of the pictures of some seeds."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng(seed + 1)
        grey = drawn(seed)
        found += [(way, seed, views.hashes(changed(grey, way, rng))) for way in WAYS]
    return found


def spread(pool: ProcessPoolExecutor, first: int, count: int) -> list[bytes]:
    """Hashes of `count` pictures from `first` on."""
    parts = [range(at, min(at + 500, first + count)) for at in range(first, first + count, 500)]
    return [one for part in pool.map(hashed, parts) for one in part]


def placed(rng: np.random.Generator, count: int) -> Iterator[eyes.Eyes]:
    """Eyes of unaligned head-and-shoulders pictures: middle, distance and tilt as people crop themselves, a judgement."""
    middle_x, middle_y = rng.normal(0.5, 0.05, count), rng.normal(0.42, 0.07, count)
    half = np.clip(rng.normal(0.1, 0.03, count), 0.03, 0.25)
    tilt = np.radians(rng.normal(0, 4, count))
    across, down = half * np.cos(tilt), half * np.sin(tilt)
    yield from zip(middle_x - across, middle_y - down, middle_x + across, middle_y + down, strict=True)


def report(found: list[Match], originals: int, ways: list[str], of: list[int]) -> None:
    """Prints recall per way, and pairs that are no copies."""
    right = {(min(match.one, match.other), max(match.one, match.other)) for match in found}
    for way in WAYS:
        places = [i for i, own in enumerate(ways) if own == way]
        hit = sum((of[i], originals + i) in right for i in places)
        print(f"  {way:24} found {hit:5} of {len(places)}: {hit / len(places):.4f}")
    origin = [*range(originals), *of]
    false = [match for match in found if origin[match.one] != origin[match.other]]
    print(f"pairs that are no copies: {len(false)} among {originals * (originals - 1) // 2:.2e} pairs of originals")
    for match in false[:5]:
        print(f"  {match}")


def main() -> None:
    """Prints what a run found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--tuning", type=int, default=0, help="only show how near so many other pictures come")
    arguments = parser.parse_args()
    started = time.perf_counter()
    with ProcessPoolExecutor(2) as pool:
        if arguments.tuning:
            tune(stacked(spread(pool, TUNING, arguments.tuning)))
            return
        blobs = spread(pool, FIRST, arguments.images)
        hashing = time.perf_counter() - started
        step = max(50, arguments.images // COPIES)
        chosen = list(range(0, arguments.images, step))
        parts = [[FIRST + place for place in chosen[at : at + 25]] for at in range(0, len(chosen), 25)]
        made = [copy for part in pool.map(copies, parts) for copy in part]
    print(f"{arguments.images:,} pictures drawn and hashed in {hashing:.0f} s, {len(made):,} copies")
    started = time.perf_counter()
    found = matches(stacked([*blobs, *(blob for _, _, blob in made)]))
    print(f"compared in {time.perf_counter() - started:.0f} s, {len(found):,} pairs")
    report(found, arguments.images, [way for way, _, _ in made], [seed - FIRST for _, seed, _ in made])
    close = sum(eyes.aligned(place) for place in placed(np.random.default_rng(7), PLACEMENTS))
    print(f"aligned by chance (simulated placements): {100 * close / PLACEMENTS:.2f} %")


def tune(pictures: np.ndarray) -> None:
    """Prints the nearest distances between different pictures: what the radius was chosen by."""
    nearest = np.full(257, 0, dtype=np.int64)
    for one in range(pictures.shape[0]):
        ends = pictures[one + 1 :, :2]
        if not len(ends):
            break
        apart = np.bitwise_count(pictures[one][None, :, None] ^ ends[:, None]).sum(axis=3).min(axis=(1, 2))
        nearest += np.bincount(apart, minlength=257)
    print("pairs by bits apart:", {bits: int(nearest[bits]) for bits in np.flatnonzero(nearest)[:16]})


if __name__ == "__main__":
    main()
