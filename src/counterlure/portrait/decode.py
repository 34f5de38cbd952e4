"""A picture from outside as grey values, under limits that hold before anything is unpacked.

Called in a reading process that has neither network nor the right to write (`ingest/confine.py`).
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterlure.errors import FormatError, LimitError, MissingExtra

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
BYTES_MAX = 20 << 20
PIXELS_MAX = 40_000_000
SIDE_MAX = 1_024
SIDE_MIN = 32

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Picture:
    """grey : shape (height, width), upright, the longer side at most `SIDE_MAX`."""

    grey: Grey


def open_picture(data: bytes, source: str) -> Picture:
    """The first frame of a JPEG, PNG, WebP or GIF; what it carries besides is not read.

    Raises
    ------
    LimitError : more than 20 MiB, more than 40 million pixels, or smaller than 32 pixels a side. FormatError : no such
    picture, or a damaged one. MissingExtra : Pillow is not installed.
    """
    if len(data) > BYTES_MAX:
        raise LimitError(source, f"a picture is larger than {BYTES_MAX >> 20} MiB; hand in a smaller copy")
    try:
        from PIL import Image, ImageOps, UnidentifiedImageError
    except ImportError as error:
        raise MissingExtra('portraits need the extra "images": pip install counterlure[images]') from error
    damaged = (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, OverflowError, MemoryError)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                _check_size(picture.size, source)
                picture.draft("L", (SIDE_MAX, SIDE_MAX))
                upright = ImageOps.exif_transpose(picture).convert("L")
            upright.thumbnail((SIDE_MAX, SIDE_MAX), Image.Resampling.BILINEAR)
            return Picture(np.asarray(upright, dtype=np.uint8).copy())
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise LimitError(source, f"more than {PIXELS_MAX:,} pixels; hand in a smaller copy") from error
    except UnidentifiedImageError as error:
        raise FormatError(source, "no JPEG, PNG, WebP or GIF; save the picture as one of these") from error
    except Warning as error:
        raise FormatError(source, f"a damaged picture ({error}); save it again") from error
    except damaged as error:
        raise FormatError(source, f"cannot be read as a picture ({type(error).__name__}); save it again") from error


def _check_size(size: tuple[int, int], source: str) -> None:
    width, height = size
    if width * height > PIXELS_MAX:
        raise LimitError(source, f"{width:,} by {height:,} pixels; the limit is {PIXELS_MAX:,} in all")
    if min(size) < SIDE_MIN:
        raise LimitError(source, f"{width} by {height} pixels is too small to compare; at least {SIDE_MIN} a side")
