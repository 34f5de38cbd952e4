"""The LinkedIn data set of Ayoobi et al. (2023), from the user's own copy: checked, read without trust, masked.

3,600 rows of 39 columns; label 0 honest, 1 fakes made by hand, 10 and 11 made by ChatGPT after the figures of honest
and of fake profiles. There is no licence and there are real people inside, so no copy comes with the program, and
nothing of a row is shown or kept: what is read here are masked words and counts.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from counterlure.bench.profiles import career, cells
from counterlure.bench.profiles.frame import frame
from counterlure.bench.profiles.unpickle import LIMITS, load
from counterlure.bench.profiles.words import Written, is_short, naming, written
from counterlure.errors import FormatError, InputError, LimitError

NAME, BYTES = "LinkedIn_Dataset.pcl", 20_786_720
SHA256 = "6d67c8015fceee06226491a8b0683bfc01e220416fed99e7f2d91aca27ba2e1a"
WHERE = "repository navid-aub/LinkedIn-Dataset"
WHAT = (
    f"{NAME} of Ayoobi et al. (2023), {WHERE}, {BYTES:,} bytes, SHA-256 {SHA256}; it holds real people and has no"
    " licence, is never redistributed, and no copy comes with the program"
)
HEADER = ("Full Name", "Workplace", "Location", "Connections", "Photo", "Followers")
SECTIONS = (
    "Experiences", "Educations", "Licenses", "Volunteering", "Skills", "Recommendations", "Projects", "Publications",
    "Courses", "Honors", "Scores", "Languages", "Organizations", "Interests", "Activities",
)  # fmt: skip
COLUMNS = ("Intro", *HEADER, "About", *(n for name in SECTIONS for n in (name, f"Number of {name}")), "Label")
COUNTED = tuple(name for name in SECTIONS if name not in ("Languages", "Scores"))
"""Sections whose number counts; languages, and scores of language tests, stand for origin."""
NUMBERS = (*(f"Number of {name}" for name in COUNTED), *career.NAMES)
HONEST, HAND_MADE, LLM = "honest", "hand_made", ("llm_after_honest", "llm_after_fakes")
LABELS = {0: HONEST, 1: HAND_MADE, 10: LLM[0], 11: LLM[1]}
CLASSES = tuple(LABELS.values())


class Profile(NamedTuple):
    """One row, as far as it is read.

    label : one of `CLASSES`. written : its masked text. numbers : as `NUMBERS` lists them, None where unknown.
    headless : whether its header is empty; tells : whether its Intro says ChatGPT (neither is a feature).
    content : a digest of text and numbers, by which rows are ordered.
    """

    label: str
    written: Written
    numbers: tuple[float | None, ...]
    headless: bool
    tells: bool
    content: str


class DataSet(NamedTuple):
    """The rows in the order of their content, whatever the order in the file.

    unreadable : cells that are no literals, by section that is parsed. published : whether it is the published file.
    """

    profiles: list[Profile]
    unreadable: dict[str, int]
    published: bool
    sha256: str
    bytes: int


def read(file: Path, *, any_file: bool = False) -> DataSet:
    """The data set in a file.

    any_file : read another file of this layout too; what is measured on it is no figure about the data set.

    Raises
    ------
    InputError : the file is not there, or is another one. FormatError, LimitError : as `unpickle.load` and
    `frame.frame` say, or a column is missing, or a label unknown.
    """
    data = _checked(file, any_file)
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 != SHA256 and not any_file:
        raise InputError(str(file), f"is not the published file, its SHA-256 is {sha256}; wanted is {WHAT}")
    table = frame(load(data, str(file)), str(file))
    if missing := [name for name in COLUMNS if name not in table.columns]:
        raise FormatError(str(file), f"no column {', '.join(missing)}; wanted is {WHAT}")
    unreadable: Counter[str] = Counter()
    profiles = []
    for at in range(table.rows):
        row = {name: table.columns[name][at] for name in COLUMNS}
        profiles.append(_profile(row, f"{file}: row {at}", unreadable))
    profiles.sort(key=lambda own: (own.content, own.label))
    return DataSet(profiles, dict(sorted(unreadable.items())), sha256 == SHA256, sha256, len(data))


def _checked(file: Path, any_file: bool) -> bytes:
    if file.is_dir():
        raise InputError(str(file), f"is a folder; give the file itself: {WHAT}")
    if not file.exists():
        raise InputError(str(file), f"is not there; give your own copy with --data: {WHAT}")
    size = file.stat().st_size
    if size != BYTES and not any_file:
        raise InputError(str(file), f"is not the published file, it has {size:,} bytes; wanted is {WHAT}")
    if size > LIMITS.bytes:
        raise LimitError(str(file), f"{size:,} bytes, and at most {LIMITS.bytes:,} are read; is it the right file?")
    return file.read_bytes()


def _profile(row: dict[str, Any], source: str, unreadable: Counter[str]) -> Profile:
    label = cells.number(row["Label"])
    if label not in LABELS:
        shown = "none" if label is None else f"{label:g}"
        raise FormatError(source, f"label {shown}; known are {', '.join(map(str, LABELS))}")
    roles = _entries(row, "Experiences", unreadable)
    schools = _entries(row, "Educations", unreadable)
    short = [part for entry in (*roles, *schools) for part in entry if is_short(part)]
    header = {name: _parts(row, name, unreadable) for name in ("Intro", "Full Name", "Location", "Workplace", "About")}
    own = naming([*header["Full Name"], *header["Location"], *short], [*header["Workplace"], *header["Intro"]])
    told = [part for entry in roles for part in entry if not is_short(part)]
    counts = [cells.number(row[f"Number of {name}"]) for name in COUNTED]
    mine = written((header["About"], told), own)
    numbers = (*counts, *career.career(roles))
    content = hashlib.sha256(repr((mine.small, numbers)).encode()).hexdigest()
    headless = all(cells.empty(row[name]) for name in HEADER)
    return Profile(LABELS[int(label)], mine, numbers, headless, "chatgpt" in _said(row["Intro"]), content)


def _said(intro: Any) -> str:
    """An Intro as one text in small letters, keys included."""
    if isinstance(intro, dict):
        return " ".join(text for pair in intro.items() for text in pair if isinstance(text, str)).lower()
    return intro.lower() if isinstance(intro, str) else ""


def _entries(row: dict[str, Any], name: str, unreadable: Counter[str]) -> list[list[str]]:
    try:
        return cells.entries(row[name])
    except cells.Unreadable:
        unreadable[name] += 1
        return []


def _parts(row: dict[str, Any], name: str, unreadable: Counter[str]) -> list[str]:
    return [part for entry in _entries(row, name, unreadable) for part in entry]
