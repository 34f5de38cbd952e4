"""The career a profile displays, as escaped SVG: one bar for each role and degree, the newest on top.

Filled against hollow, faded ends, arrows and edges carry the meaning; colour is only added. All text from outside is
cut to the room there is by an estimate of its width, since nothing measures text here.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from markupsafe import Markup

from counterlure.report.outside import ADDRESS_LIMIT, visible
from counterlure.report.spans import YEAR, Bar, Career, Part
from counterlure.report.svg import picture, tag
from counterlure.report.words import say

WIDTH = 760
LABELS = 262  # width of the titles
LEFT, RIGHT = 276, 608  # where the axis begins and ends
DATES = 622
TOP, ROW, THICK = 22, 34, 12
TICKS_MOST = 8
SLICES = 4
"""Steps in which a faded end loses its ink; a gradient would need an id for each."""

LEAST = 3.0
STEPS = (1, 2, 5, 10, 20, 50)


def career_picture(told: Career, lang: str, uid: str) -> Markup:
    """The bars on their axis; `uid` makes the ids of its title and description its own."""
    height = TOP + ROW * len(told.bars) + 8
    parts = [*_axis(told, height)]
    parts += [_row(bar, TOP + ROW * i, told) for i, bar in enumerate(told.bars)]
    return picture(WIDTH, height, uid, say("profile", "picture_title", lang), _said(told, lang), parts)


def fitted(text: str, room: float, size: float = 12) -> str:
    """`text` cut so that it is not wider than `room` at a letter height of `size`, both in pixels."""
    ends = [*accumulate(_width(char) * size for char in text)]
    if not ends or ends[-1] <= room:
        return text
    return text[: bisect_right(ends, room - 0.95 * size)].rstrip() + "…"


def _width(char: str) -> float:
    """Of a letter in a plain typeface, in letter heights; rather too wide than too narrow."""
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.05
    if char in "MWmw@%…—" or ord(char) > 0x1000:
        return 0.95
    return 0.74 if char.isupper() else 0.57


def _said(told: Career, lang: str) -> str:
    education = sum(bar.entry.kind == "education" for bar in told.bars)
    counts = {"work": len(told.bars) - education, "education": education}
    years = {"first": f"{told.first // YEAR}", "last": f"{told.last // YEAR - 1}"}
    lines = [bar.words for bar in told.bars]
    if told.more:
        lines.append(say("profile", "and_more", lang, n=told.more))
    return " ".join([say("profile", "picture_desc", lang, **years, **counts), "; ".join(lines)])


def _axis(told: Career, height: int) -> Iterator[Markup]:
    years = (told.last - told.first) // YEAR
    step = next((step for step in STEPS if years / step <= TICKS_MOST), STEPS[-1])
    first = told.first // YEAR
    for year in range(-(-first // step) * step, first + years + 1, step):
        x = _x(year * YEAR, told)
        yield tag("line", x1=x, y1=TOP - 6, x2=x, y2=height - 4, class_="rule")
        yield tag("text", str(year), x=x, y=TOP - 10, text_anchor="middle", class_="tick")
    if told.now is not None:
        x = _x(told.now, told)
        yield tag("line", x1=x, y1=TOP - 6, x2=x, y2=height - 4, class_="capture")


def _row(bar: Bar, y: int, told: Career) -> Markup:
    education = bar.entry.kind == "education"
    shape = y + 7
    parts = [tag("title", f"{bar.words} ({visible(bar.entry.source, ADDRESS_LIMIT)})")]
    parts.append(tag("text", fitted(bar.title, LABELS), x=0, y=y + 12, class_="post"))
    if bar.organisation:
        parts.append(tag("text", fitted(bar.organisation, LABELS, 11), x=0, y=y + 26, class_="date"))
    for part in told.seen(bar):
        parts += _hollow(part, shape, told) if education or part.look == "back" else _filled(part, shape, told)
    parts += _edges(bar, shape, told)
    parts.append(tag("text", bar.dates, x=DATES, y=y + 12, class_="date"))
    if bar.note:
        parts.append(tag("text", bar.note, x=DATES, y=y + 25, class_="note"))
    return Markup("<g>{}</g>").format(Markup("").join(parts))


def _filled(part: Part, y: int, told: Career) -> Iterator[Markup]:
    start, end = _ends(part, told)
    if part.look == "solid":
        yield tag("rect", x=start, y=y, width=round(end - start, 1), height=THICK, class_="role")
        return
    for i in range(SLICES):
        left, right = (round(start + (end - start) * (i + k) / SLICES, 1) for k in (0, 1))
        pale = i + 1 if part.look == "rise" else SLICES - i
        yield tag("rect", x=left, y=y, width=round(right - left, 1), height=THICK, class_=f"role pale{pale}")


def _hollow(part: Part, y: int, told: Career) -> Iterator[Markup]:
    start, end = _ends(part, told)
    if part.look in ("solid", "back"):
        look = "degree" if part.look == "solid" else "backwards"
        yield tag("rect", x=start, y=y + 0.5, width=round(end - start, 1), height=THICK - 1, class_=look)
        return
    for edge in (y + 0.5, y + THICK - 0.5):
        yield tag("line", x1=start, y1=edge, x2=end, y2=edge, class_="degree vague")


def _edges(bar: Bar, y: int, told: Career) -> Iterator[Markup]:
    """Points where a bar runs on: to the right of a running one, and at the ends of the axis."""
    if bar.before:
        yield tag("path", d=f"M{LEFT - 2} {y - 1}l-8 7 8 7z", class_="edge")
    if bar.after:
        yield tag("path", d=f"M{RIGHT + 2} {y - 1}l8 7-8 7z", class_="edge")
    elif bar.running and told.seen(bar):
        x = _ends(told.seen(bar)[-1], told)[1]
        yield tag("path", d=f"M{x} {y - 2}l9 8-9 8z", class_="arrow")


def _ends(part: Part, told: Career) -> tuple[float, float]:
    """Where a stretch is drawn: wide enough to be seen, and always on the axis."""
    start, end = _x(part.begin, told), _x(part.end, told)
    if end - start >= LEAST:
        return start, end
    start = min(start, RIGHT - LEAST)
    return start, round(start + LEAST, 1)


def _x(month: int, told: Career) -> float:
    inside = min(max(month, told.first), told.last)
    return round(LEFT + (inside - told.first) / (told.last - told.first) * (RIGHT - LEFT), 1)
