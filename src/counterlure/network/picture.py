"""The picture of a group: what was seen against chance, who contacted whom on the list, and when.

Shape and words carry the meaning: what was seen is solid, other contacts are outlined, chance is a dashed line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from counterlure.network.explain import detail, odds, value_words
from counterlure.network.facts import Course, Facts, Listed
from counterlure.network.model import Ints
from counterlure.network.svg import box, label, path, standalone
from counterlure.network.wording import day, quantity, say, shown

WIDTH, MARGIN = 940, 24
ROWS_MAX, COLUMNS_MAX = 60, 120
LABELS, RASTER, GAP, BESIDE = 160, 400, 18, 120
SIDE_WIDTH = 90
BAR, BAR_ROW = 220, 20
HITS_HEIGHT, COURSE_HEIGHT = 56, 64
KEY_LIMIT = 24
DAY = 86_400


def picture(group: Facts, lang: str) -> str:
    """A group as a standalone SVG file; at most 60 rows and 120 columns, beyond which several share one."""
    parts: list[Markup] = [label(MARGIN, 34, _title(group, lang), "title")]
    parts.append(label(MARGIN, 54, say("picture.odds", lang, odds=odds(group.log_ratio, lang)), "soft"))
    y = _add(parts, _against(group, 82, lang))
    y = _add(parts, _raster(group, y + 34, lang) if group.has_list else _no_list(y + 30, lang))
    if group.has_list:
        y = _add(parts, _course(group, y + 40, lang))
    parts.append(label(MARGIN, y + 26, say("picture.note", lang), "soft small"))
    return standalone(WIDTH, round(y + 44), lang, _title(group, lang), detail(group, lang), parts)


def _add(parts: list[Markup], drawn: tuple[list[Markup], float]) -> float:
    parts += drawn[0]
    return drawn[1]


def _title(group: Facts, lang: str) -> str:
    return f"{say('picture.title', lang, id=group.id, n=len(group.members))} · {say(f'kind.{group.kind.value}', lang)}"


def _against(group: Facts, y: float, lang: str) -> tuple[list[Markup], float]:
    """One line per kind of evidence: how much was seen, and how much chance would give."""
    parts = [label(MARGIN, y, say("picture.seen_against", lang), "head")]
    y += 10
    for words, seen, expected in _evidence(group, lang):
        scale = BAR / max(seen, expected, 1e-9)
        x = MARGIN + 320
        parts += [
            label(MARGIN, y + 12, words),
            box(x, y + 2, seen * scale, 12, "mark"),
            path(f"M{x + max(expected * scale, 0.7):.1f} {y:.1f}v16", "tick"),
            label(x + BAR + 12, y + 12, say("picture.against", lang, seen=seen, expected=expected)),
        ]
        y += BAR_ROW
    return parts, y


def _evidence(group: Facts, lang: str) -> Iterator[tuple[str, int, float]]:
    if group.has_list:
        yield say("picture.bar_contacts", lang), group.listed, group.expected
        first = group.targets[0]
        yield say("picture.bar_target", lang, value=shown(first.target, KEY_LIMIT)), first.hits, first.expected
    told: set[str] = set()
    for shared in group.shared:
        if shared.layer not in told:
            told.add(shared.layer)
            value = shown(value_words(shared, lang), KEY_LIMIT)
            yield say(f"picture.bar_{shared.layer}", lang, value=value), shared.members, shared.expected


def _no_list(y: float, lang: str) -> tuple[list[Markup], float]:
    return [label(MARGIN, y, say("picture.no_list", lang), "soft")], y


@dataclass(frozen=True, slots=True)
class _Grid:
    """Contacts in rows of members and columns of targets, several to one where there are too many.

    counts : shape (rows, columns). rows_per, columns_per : members in a row, targets in a column. x, y : its upper left
    corner; wide, tall : size of a cell. kind : how its marks look.
    """

    targets: tuple[Listed, ...]
    counts: NDArray[np.int64]
    rows_per: int
    columns_per: int
    x: float
    y: float
    wide: float
    tall: float
    kind: str

    @property
    def width(self) -> float:
        return int(self.counts.shape[1]) * self.wide

    @property
    def bottom(self) -> float:
        return self.y + int(self.counts.shape[0]) * self.tall


def _grid(members: int, targets: tuple[Listed, ...], cells: tuple[Ints, Ints], x: float, y: float, kind: str) -> _Grid:
    rows_per, columns_per = -(-members // ROWS_MAX), max(1, -(-len(targets) // COLUMNS_MAX))
    rows, columns = -(-members // rows_per), -(-len(targets) // columns_per)
    place = cells[0].astype(np.int64) // rows_per * columns + cells[1] // columns_per
    counts = np.bincount(place, minlength=rows * columns).reshape(rows, columns)
    room = RASTER if kind == "mark" else BESIDE
    wide = min(14.0, room / max(columns, 1))
    return _Grid(targets, counts, rows_per, columns_per, x, y, wide, 14.0 if rows <= 30 else 11.0, kind)


def _raster(group: Facts, y: float, lang: str) -> tuple[list[Markup], float]:
    top = y + 20 + HITS_HEIGHT + 6
    grid = _grid(len(group.members), group.targets, group.cells, MARGIN + LABELS, top, "mark")
    off = _grid(len(group.members), group.beside, group.beside_cells, grid.x + grid.width + GAP, top, "open")
    scale = HITS_HEIGHT / max(_tallest(part) for part in (grid, off))
    parts = [label(MARGIN, y, say("picture.who_whom", lang), "head")]
    for part in (grid, off):
        parts += [*_hits(part, scale), *_frame(part), *_marks(part)]
    parts += _axis(grid, HITS_HEIGHT / scale, lang)
    parts += _rows(group, grid, off.x + off.width + 16, lang)
    parts.append(label(grid.x, grid.bottom + 15, say("picture.columns", lang, n=len(group.targets)), "soft"))
    if group.beside:
        words = say("picture.beside", lang, n=len(group.beside), all=group.off_list)
        near = off.x < WIDTH / 2
        at = off.x if near else off.x + off.width
        parts.append(label(at, grid.bottom + 30, words, "soft", "start" if near else "end"))
    drawn, bottom = _legend(grid, grid.bottom + 54, lang)
    return parts + drawn, bottom


def _tallest(grid: _Grid) -> float:
    return float(_means([target.hits for target in grid.targets], grid.columns_per).max(initial=0.0))


def _hits(grid: _Grid, scale: float) -> Iterator[Markup]:
    """Above the raster: how many members contacted each target, and how many would by chance."""
    if not grid.targets:
        return
    base = grid.y - 6
    hits = _means([target.hits for target in grid.targets], grid.columns_per) * scale
    expected = _means([target.expected for target in grid.targets], grid.columns_per) * scale
    for i, height in enumerate(hits.tolist()):
        yield box(grid.x + i * grid.wide + 0.5, base - height, grid.wide - 1, height, grid.kind)
    yield path(_steps((base - np.minimum(expected, HITS_HEIGHT + 3)).tolist(), grid.x, grid.wide), "chance")


def _axis(grid: _Grid, most: float, lang: str) -> Iterator[Markup]:
    base = grid.y - 6
    yield label(grid.x - 8, base - HITS_HEIGHT + 8, quantity(_counted(most), lang), "soft", "end")
    yield label(grid.x - 8, base - HITS_HEIGHT / 2 + 8, say("picture.hits", lang), "soft", "end")
    yield label(grid.x - 8, base, "0", "soft", "end")


def _means(values: Sequence[float], per: int) -> NDArray[np.float64]:
    starts = np.arange(0, len(values), per)
    return np.asarray(np.add.reduceat(np.array(values, dtype=float), starts) / np.diff([*starts, len(values)]))


def _steps(heights: Sequence[float], x: float, width: float) -> str:
    return f"M{x:.1f} {heights[0]:.1f}" + "".join(
        f"V{height:.1f}H{x + (i + 1) * width:.1f}" for i, height in enumerate(heights)
    )


def _frame(grid: _Grid) -> Iterator[Markup]:
    if grid.targets:
        yield box(grid.x, grid.y, grid.width, grid.bottom - grid.y, "frame")
    for row in range(5, int(grid.counts.shape[0]), 5):
        yield path(f"M{grid.x:.1f} {grid.y + row * grid.tall:.1f}h{grid.width:.1f}", "rule")


def _marks(grid: _Grid) -> Iterator[Markup]:
    """A mark per cell with contacts, as tall as they are many."""
    most = int(grid.counts.max(initial=1))
    for row, column in np.argwhere(grid.counts).tolist():
        tall = (grid.tall - 3) * max(grid.counts[row, column] / most, 0.2)
        x, y = grid.x + column * grid.wide + 0.5, grid.y + row * grid.tall + (grid.tall - tall) / 2
        yield box(x, y, grid.wide - 1, tall, grid.kind)


def _rows(group: Facts, grid: _Grid, side: float, lang: str) -> Iterator[Markup]:
    """Left of the raster who a row is, right of it how many contacts go to the list and how many elsewhere."""
    listed = _means([m.listed for m in group.members], grid.rows_per)
    others = _means([m.others for m in group.members], grid.rows_per)
    scale = SIDE_WIDTH / max(float((listed + others).max()), 1.0)
    yield label(side, grid.y - 24, say("picture.side", lang), "soft")
    yield label(side, grid.y - 10, say("picture.side_parts", lang), "soft")
    for row, (mine, rest) in enumerate(zip(listed.tolist(), others.tolist(), strict=True)):
        y = grid.y + row * grid.tall
        yield label(grid.x - 8, y + grid.tall - 3, _who(group, grid, row, lang), "small", "end")
        yield box(side, y + 2, mine * scale, grid.tall - 4, "mark")
        yield box(side + mine * scale, y + 2.5, rest * scale, grid.tall - 5, "open")
        numbers = f"{quantity(_counted(mine), lang)} + {quantity(_counted(rest), lang)}"
        yield label(side + (mine + rest) * scale + 6, y + grid.tall - 3, numbers, "small")


def _counted(mean: float) -> int | float:
    return int(mean) if mean == int(mean) else mean


def _who(group: Facts, grid: _Grid, row: int, lang: str) -> str:
    first = row * grid.rows_per
    last = min(first + grid.rows_per, len(group.members))
    if last - first == 1:
        return shown(group.members[first].account, KEY_LIMIT)
    return say("picture.range", lang, first=first + 1, last=last)


def _legend(grid: _Grid, y: float, lang: str) -> tuple[list[Markup], float]:
    single = grid.rows_per == grid.columns_per == 1
    most = int(grid.counts.max())
    solid = say("picture.mark_one", lang) if single else say("picture.mark_many", lang, most=most)
    parts = [
        box(MARGIN, y - 9, 10, 10, "mark"),
        label(MARGIN + 16, y, solid),
        box(MARGIN + 330.5, y - 8.5, 18, 9, "open"),
        label(MARGIN + 356, y, say("picture.mark_other", lang)),
        path(f"M{MARGIN + 640} {y - 4:.1f}h24", "chance"),
        label(MARGIN + 670, y, say("picture.mark_chance", lang)),
    ]
    if single:
        return parts, y
    words = say("picture.grouped", lang, rows=grid.rows_per, columns=grid.columns_per)
    return [*parts, label(MARGIN + 16, y + 16, words, "soft")], y + 16


def _course(group: Facts, y: float, lang: str) -> tuple[list[Markup], float]:
    parts = [label(MARGIN, y, say("picture.when", lang), "head")]
    course = group.course
    if course is None:
        return [*parts, label(MARGIN, y + 18, say("picture.untimed", lang), "soft")], y + 18
    base, x = y + (22 if group.window is None else 40) + COURSE_HEIGHT, MARGIN + 60
    width = (WIDTH - MARGIN - x) / course.seen.size
    scale = COURSE_HEIGHT / max(float(course.seen.max()), float(course.expected.max()))
    for i, height in enumerate((course.seen * scale).tolist()):
        if height:
            parts.append(box(x + i * width + 0.5, base - height, width - 1, height, "mark"))
    parts.append(path(_steps((base - course.expected * scale).tolist(), x, width), "chance"))
    parts.append(path(f"M{x} {base:.1f}H{WIDTH - MARGIN}", "frame"))
    parts.append(label(x - 8, base - COURSE_HEIGHT + 8, quantity(int(course.seen.max()), lang), "soft", "end"))
    parts.append(label(x - 8, base, "0", "soft", "end"))
    parts += _course_words(group, course, x, width, base, lang)
    parts += [
        path(f"M{WIDTH - 300} {y - 4:.1f}h24", "chance"),
        label(WIDTH - 270, y, say("picture.when_expected", lang)),
    ]
    return parts, base + 16


def _course_words(group: Facts, course: Course, x: float, width: float, base: float, lang: str) -> Iterator[Markup]:
    end = course.begin + course.width * course.seen.size
    yield label(x, base + 15, day(course.begin, lang), "soft")
    yield label(WIDTH - MARGIN, base + 15, day(end - DAY, lang), "soft", "end")
    middle = say("picture.per_slot", lang, n=course.width // DAY)
    yield label((x + WIDTH - MARGIN) / 2, base + 15, middle, "soft", "middle")
    if group.window is not None:
        first, last = (x + (at - course.begin) / course.width * width for at in group.window)
        yield path(f"M{first:.1f} {base - COURSE_HEIGHT - 2:.1f}v-6H{last:.1f}v6", "frame")
        yield label((first + last) / 2, base - COURSE_HEIGHT - 11, say("picture.when_window", lang), "small", "middle")
