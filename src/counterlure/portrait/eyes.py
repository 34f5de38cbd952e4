"""Where the eyes of a portrait are, if they stand about where aligned generators put them; nothing else is looked for.

Generators of the StyleGAN family learned from pictures aligned as FFHQ was (Karras, Laine and Aila 2019,
`recreate_aligned_images`): the square is centred a tenth of the way from the eyes to the mouth, and its half side is
twice the distance between the eyes, or 1.8 times that from eyes to mouth. So the eyes stand an eighth of the side left
and right of the middle, and a fortieth above it. No face is described, compared or named.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterlure.errors import MissingExtra

LEFT, RIGHT = (0.375, 0.475), (0.625, 0.475)
"""Centres of the eyes on an aligned picture, shares of width and height."""
TOLERANCE = 0.02
"""How far a coordinate may lie off; the detector itself is about a hundredth of the side exact."""
REACH = 0.11
"""Eyes are looked for within this of where they are expected."""
SIDE = 400
NEIGHBOURS = 6
"""Boxes of the cascade that must agree on an eye; with half as many, patches of colour have eyes."""
Eyes = tuple[float, float, float, float]


def find(grey: NDArray[np.uint8]) -> Eyes | None:
    """(left x, left y, right x, right y) as shares of width and height; None where either is not found, which is no
    evidence of anything.

    References
    ----------
    Viola and Jones (2001), cascades of OpenCV for eyes.

    Raises
    ------
    MissingExtra : OpenCV is not installed.
    """
    try:
        import cv2
    except ImportError as error:
        raise MissingExtra('portraits need the extra "images": pip install counterlure[images]') from error
    cv2.setNumThreads(0)
    scale = SIDE / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    cascade = cv2.CascadeClassifier(f"{files('cv2') / 'data' / 'haarcascade_eye.xml'}")
    left, right = (_eye(cascade, small, place) for place in (LEFT, RIGHT))
    return None if left is None or right is None else (*left, *right)


def _eye(cascade: Any, grey: NDArray[Any], place: tuple[float, float]) -> tuple[float, float] | None:
    height, width = grey.shape
    x0, x1 = (round((place[0] + side * (REACH + 0.04)) * width) for side in (-1, 1))
    y0, y1 = (round((place[1] + side * (REACH + 0.04)) * height) for side in (-1, 1))
    window = np.ascontiguousarray(grey[max(y0, 0) : y1, max(x0, 0) : x1])
    size = max(8, round(0.07 * width)), max(8, round(0.07 * height))
    boxes, _, weights = cascade.detectMultiScale3(window, 1.05, NEIGHBOURS, 0, size, outputRejectLevels=True)
    if len(boxes) == 0:
        return None
    x, y, w, h = boxes[int(np.argmax(np.ravel(weights)))]
    return (float(max(x0, 0) + x + w / 2) / width, float(max(y0, 0) + y + h / 2) / height)


def aligned(eyes: Eyes) -> bool:
    """Whether both eyes stand where an aligned generator puts them."""
    expected = (*LEFT, *RIGHT)
    return all(abs(seen - wanted) <= TOLERANCE for seen, wanted in zip(eyes, expected, strict=True))
