"""Pictures of a report as escaped SVG: an interval, a timeline, and who contacted whom; `career.py` draws a fourth.

Pure functions: same values, same bytes. Colours come from the page's style sheet; shape, place and words carry the
meaning, so nothing is lost without colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from counterlure.model import Progress, StageStep
from counterlure.report.figures import day, moment, percent
from counterlure.report.outside import visible
from counterlure.report.words import LIKELIHOOD, count, interval_words, say

WIDTH = 640
LABELS = 204  # width of the stage names, the longest of which is French
DATES = 190  # width of the dates
ROW = 24
CLOSE_SECONDS = 3 * 86400  # below this span the hour matters
PICTURE_WIDTH = 760
LEFT, RIGHT = 300, 500  # where the two columns of dots stand


class Node(NamedTuple):
    """A dot of the contact picture; `mark` is "alert", "watch", "person" or "many"."""

    label: str
    mark: str


class Link(NamedTuple):
    """A line from `left` to `right` (positions); weight 0 contact only, 1 early stages, 2 tasking or beyond."""

    left: int
    right: int
    weight: int


def interval_bar(low: float, mid: float, high: float, lang: str, uid: str) -> Markup:
    """The probability of a hostile approach on a line from 0 to 100, with its interval and the bands of the words."""
    x = [round(p * WIDTH, 1) for p in (low, mid, high)]
    bands, start = [], 0.0
    for i, (bound, _) in enumerate(LIKELIHOOD):
        end = min(bound, 1.0)
        width = round((end - start) * WIDTH, 1)
        bands.append(tag("rect", x=round(start * WIDTH, 1), y=26, width=width, height=8, class_=f"band{i % 2}"))
        if end < 1:
            at = {"x": round(end * WIDTH, 1), "y": 50.0}
            bands.append(tag("text", str(round(end * 100)), **at, text_anchor="middle", class_="tick"))
        start = end
    bar = tag("rect", x=x[0], y=22, width=max(x[2] - x[0], 4), height=16, rx=3, class_="interval")
    point = tag("path", d=f"M{x[1]} 18l7 12-7 12-7-12z", class_="point")
    inside = min(max(x[1], 24), WIDTH - 24)
    label = tag("text", percent(mid, lang), x=inside, y=13, text_anchor="middle", class_="value")
    slots = {"p": percent(mid, lang), "low": percent(low, lang), "high": percent(high, lang)}
    desc = say("picture", "bar_desc", lang, words=interval_words(low, high, lang), **slots)
    return picture(WIDTH, 56, uid, say("picture", "bar_title", lang), desc, [*bands, bar, point, label])


def timeline(progress: Progress, target: str, lang: str, uid: str) -> Markup:
    """One row per stage reached, in the order in which they came, the furthest in bold; undated ones stand last."""
    rows = in_time(progress)
    furthest = max((step.stage.rank for step in rows), default=0)
    dated = [step.at for step in rows if step.at is not None]
    first, span = (min(dated), max(dated) - min(dated)) if dated else (0, 0)
    place = {step.stage: (_along(step.at, first, span), 16 + ROW * i) for i, step in enumerate(rows)}
    parts: list[Markup] = []
    said: list[str] = []
    for step in rows:
        x, y = place[step.stage]
        when = _when(step, span, lang)
        name = say("stages", step.stage.value, lang)
        dot = {"class_": "dot" if step.at is not None else "dot open"}
        parts += [
            tag("line", x1=LABELS + 12, y1=y, x2=x, y2=y, class_="rule"),
            tag("text", name, x=LABELS, y=y + 4, text_anchor="end", class_=_weighted(step, furthest)),
            tag("circle", cx=x, cy=y, r=4 + step.stage.rank * 0.35, **dot),
            tag("text", when, x=round(x + 12, 1), y=y + 4, class_="date"),
        ]
        said.append(say("picture", "timeline_step", lang, stage=name, when=when))
    path = _stair([place[step.stage] for step in rows if step.at is not None])
    title = say("picture", "timeline_title", lang, target=target)
    height = 16 + ROW * max(len(rows), 1)
    return picture(WIDTH, height, uid, title, " · ".join(said), [*([path] if path else []), *parts])


def in_time(progress: Progress) -> list[StageStep]:
    """The steps in the order in which they came, undated ones last."""
    return sorted(progress.steps, key=lambda step: (step.at is None, step.at or 0, step.stage.rank))


def contact_picture(left: Sequence[Node], right: Sequence[Node], links: Sequence[Link], lang: str, uid: str) -> Markup:
    """Accounts on the left, colleagues on the right, a line for each contact; positions are those given."""
    rows = max(len(left), len(right), 1)
    height = ROW * rows + 12
    y_left = _spread(len(left), height)
    y_right = _spread(len(right), height)
    parts = [_curve(y_left[link.left], y_right[link.right], link.weight) for link in links]
    parts += [_node(node, LEFT, y, outward=-1) for node, y in zip(left, y_left, strict=True)]
    parts += [_node(node, RIGHT, y, outward=1) for node, y in zip(right, y_right, strict=True)]
    slots = {"accounts": count("account", len(left), lang), "targets": count("target", len(right), lang)}
    desc = say("picture", "contacts_desc", lang, links=len(links), **slots)
    return picture(PICTURE_WIDTH, height, uid, say("picture", "contacts_title", lang), desc, parts)


def _along(at: int | None, first: int, span: int) -> float:
    start, end = LABELS + 24, WIDTH - DATES - 12
    if at is None or span == 0:
        return float(start)
    return round(start + (at - first) / span * (end - start), 1)


def _weighted(step: StageStep, furthest: int) -> str:
    return "stage furthest" if step.stage.rank == furthest else "stage"


def _when(step: StageStep, span: int, lang: str) -> str:
    if step.at is None:
        return say("dossier", "undated", lang)
    return day(step.at, lang) if span >= CLOSE_SECONDS else moment(step.at, lang)


def _stair(points: Sequence[tuple[float, int]]) -> Markup | None:
    if len(points) < 2:
        return None
    moves = "".join(f"V{y}H{x}" for x, y in points[1:])
    return tag("path", d=f"M{points[0][0]} {points[0][1]}{moves}", class_="stair")


def _spread(n: int, height: int) -> list[float]:
    return [round(height / (n + 1) * (i + 1), 1) for i in range(n)] if n else []


def _curve(y1: float, y2: float, weight: int) -> Markup:
    middle = (LEFT + RIGHT) // 2
    path = f"M{LEFT + 8} {y1}C{middle} {y1} {middle} {y2} {RIGHT - 8} {y2}"
    return tag("path", d=path, class_=f"link w{weight}")


def _node(node: Node, x: int, y: float, outward: int) -> Markup:
    shapes = {
        "alert": f"M{x} {y - 7}l7 12h-14z",
        "watch": f"M{x} {y - 7}l7 7-7 7-7-7z",
        "person": f"M{x - 5} {y}a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
        "many": f"M{x - 6} {y - 6}h12v12h-12z",
    }
    label = visible(node.label, 36)
    at = {"x": x + 14.0 * outward, "y": round(y + 4, 1)}
    name = tag("text", label, **at, text_anchor="end" if outward < 0 else "start", class_="name")
    return Markup("").join([tag("path", d=shapes[node.mark], class_=f"node {node.mark}"), name])


def picture(width: int, height: int, uid: str, title: str, desc: str, parts: Sequence[Markup]) -> Markup:
    """The parts in their frame, with title and description; `uid` is a name of its own on the page."""
    head = [tag("title", title, id=f"{uid}-t"), tag("desc", desc, id=f"{uid}-d")]
    return Markup('<svg viewBox="0 0 {} {}" width="{}" role="img" aria-labelledby="{}-t {}-d">{}</svg>').format(
        width, height, width, uid, uid, Markup("").join([*head, *parts])
    )


def tag(name: str, text: str | None = None, **attributes: str | float) -> Markup:
    """One element; every attribute and text is escaped, `class_` and the like lose their underscore."""
    written = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items()
    )
    if text is None:
        return Markup("<{}{}/>").format(name, written)
    return Markup("<{}{}>{}</{}>").format(name, written, text, name)
