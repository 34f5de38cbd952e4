"""A picture as hashes of many views, so that a mirrored, re-encoded, scaled or cropped copy has a view in common.

Each hash is the sign pattern, against their median, of the 16 by 16 lowest coefficients of a discrete cosine transform
of the view at 64 by 64 points (pHash; Zauner 2010). Order: the whole, its mirror, then crops of 98.75, 97.5, 96.25 and
95 % of both sides, each at offsets of 1.25 %, from the top left corner row by row. One hash survives re-encoding and
scaling; the views are there because it does not survive a mirror or a crop.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
"""Shape (views, WORDS)."""

HASH_BYTES = 32
WORDS = HASH_BYTES // 8
STEP = 0.0125
SCALES = (0.9875, 0.975, 0.9625, 0.95)
POINTS, KEPT = 64, 16
CONTRAST_MIN = 12.0
"""Standard deviation of grey values below which a picture is a blank or a silhouette, and is not compared."""
WORKING = 256
WHOLE, MIRROR = 0, 1


@cache
def boxes() -> tuple[tuple[float, float, float], ...]:
    """(left, top, share of both sides) of each crop, in order."""
    found = []
    for scale in SCALES:
        places = np.arange(round((1 - scale) / STEP) + 1) * STEP
        found += [(float(left), float(top), scale) for top in places for left in places]
    return tuple(found)


def hashes(grey: NDArray[np.uint8]) -> bytes:
    """`HASH_BYTES` for each view; those of a picture without contrast are all zero, and match nothing."""
    if float(grey.std()) < CONTRAST_MIN:
        return bytes(HASH_BYTES * (2 + len(boxes())))
    from scipy.fft import dctn

    low = dctn(_views(grey), axes=(-2, -1))[:, :KEPT, :KEPT].reshape(-1, KEPT * KEPT)
    bits = low > np.median(low, axis=1, keepdims=True)
    return np.packbits(bits, axis=1).tobytes()


def _views(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    from PIL import Image

    whole = Image.fromarray(grey)
    whole.thumbnail((WORKING, WORKING), Image.Resampling.BILINEAR)
    width, height = whole.size
    resized = [_shrunk(whole, None), _shrunk(whole.transpose(Image.Transpose.FLIP_LEFT_RIGHT), None)]
    for left, top, share in boxes():
        box = (left * width, top * height, (left + share) * width, (top + share) * height)
        resized.append(_shrunk(whole, box))
    return np.stack(resized)


def _shrunk(picture: Any, box: tuple[float, float, float, float] | None) -> NDArray[np.float32]:
    from PIL import Image

    small = picture.resize((POINTS, POINTS), Image.Resampling.BILINEAR, box=box)
    return np.asarray(small, dtype=np.float32)


def words(blob: bytes) -> Hashes:
    """The hashes of a picture as numbers."""
    return np.frombuffer(blob, dtype=np.uint64).reshape(-1, WORDS)


def view_name(view: int) -> str:
    """ "whole", "mirror" or "crop"."""
    return {WHOLE: "whole", MIRROR: "mirror"}.get(view, "crop")
