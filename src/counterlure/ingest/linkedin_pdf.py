"""A profile kept with the platform's "Save to PDF" button.

The page has two columns, and the side column (contact, skills, languages) runs into the text of the main one. The
name, in the largest letters, shows where the main column begins; words are told apart by that place and by font size.
Links tell which organisation a name stands for, and none is followed. Lines of the rows are page numbers, for a PDF
has no lines.
"""

from __future__ import annotations

import io
import logging
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import groupby
from types import ModuleType
from typing import Any

from counterlure.case.addresses import profile_key
from counterlure.case.rows import Batch
from counterlure.errors import FormatError, LimitError, MissingExtra
from counterlure.ingest.captured import Shown, capture, notes, seconds
from counterlure.ingest.context import Context
from counterlure.ingest.identifiers import organisation_identifier
from counterlure.ingest.limits import MIB
from counterlure.ingest.member import Member
from counterlure.ingest.pdf_limits import check_streams
from counterlure.ingest.profile_layout import NAME_SIZE, Layout, Line, read_layout
from counterlure.text import clean_text

PDF_BYTES = 20 * MIB
PAGES = 50
PAGE_CHARS = 50_000
LINES = 20_000
LINKS = 500
COLUMN_SLACK = 5.0
LINE_SLACK = 3.0

# Wrapped at a hyphen over several lines up to the mark "(LinkedIn)"; without the mark, one line.
LINK = re.compile(r"linkedin\.com/in/(?:[^\s()]+(?:\n[^\s()]+){0,4}?(?=\s*\(LinkedIn\))|[^\s()]+)", re.IGNORECASE)
CREATED = re.compile(r"D:([0-9]{4})" + 5 * "([0-9]{2})" + r"(?:([+-])([0-9]{2})'?([0-9]{2})?)?")

# What a parser of half-broken or hostile PDF streams raises beside its own errors.
BROKEN = (
    LookupError,
    TypeError,
    ValueError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    MemoryError,
    struct.error,
    zlib.error,
    OSError,
)


@dataclass
class Columns:
    """The text of a PDF, column by column, and what the file says of itself."""

    main: list[Line] = field(default_factory=list)
    side: list[Line] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    created_at: int | None = None


def accepts(name: str, head: bytes) -> bool:
    """Whether this is a PDF; whether it is a profile shows only once it is read."""
    return name.casefold().endswith(".pdf") and b"%PDF-" in head[:1024]


def read(member: Member, context: Context) -> Iterator[Batch]:
    """One Batch of kind "capture": the account, its profile and its roles and degrees.

    Raises MissingExtra without pdfplumber, LimitError beyond 20 MiB or 50 pages, FormatError when it is not such a
    profile.
    """
    parser = pdfplumber()
    columns = read_columns(member, parser)
    layout = read_layout(columns.main)
    if layout.name is None:
        reason = "not a profile saved with the platform's PDF button: no name in large letters"
        raise FormatError(member.source, reason)
    yield capture(member, context, [shown_in(columns, layout, layout.name)], warnings=notes(layout.strange))


def pdfplumber() -> ModuleType:
    """The optional parser, or MissingExtra."""
    try:
        import pdfplumber as parser
    except ImportError:
        raise MissingExtra("reading a PDF profile needs: pip install 'counterlure[profiles]'") from None
    return parser


def read_columns(member: Member, parser: ModuleType) -> Columns:
    """Both columns of every page, each from top to bottom."""
    if member.size > PDF_BYTES:
        raise LimitError(member.source, f"a PDF profile is larger than {PDF_BYTES // MIB} MiB")
    with member.open() as stream:
        data = stream.read(PDF_BYTES + 1)
    if len(data) > PDF_BYTES:
        raise LimitError(member.source, f"a PDF profile is larger than {PDF_BYTES // MIB} MiB")
    check_streams(data, member.source)
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.psexceptions import PSException
    from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

    for name in ("pdfminer", "pdfplumber"):
        # They report oddities in the file's own words, which would reach the terminal.
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        with parser.open(io.BytesIO(data), pages=list(range(1, PAGES + 2))) as document:
            return document_columns(document, member.source)
    except (PDFException, PSException, PdfminerException, MalformedPDFException, *BROKEN):
        raise FormatError(member.source, "the PDF is damaged or locked; save the profile again") from None


def document_columns(document: Any, source: str) -> Columns:
    """The words of an open document, split at the left edge of the name."""
    if len(document.pages) > PAGES:
        raise LimitError(source, f"a PDF profile has more than {PAGES} pages")
    columns = Columns(created_at=created_at(document.metadata.get("CreationDate")))
    edge: float | None = None
    for number, page in enumerate(document.pages, start=1):
        if len(page.chars) > PAGE_CHARS:
            raise LimitError(f"{source}:{number}", f"a page has more than {PAGE_CHARS} letters")
        words = page.extract_words(extra_attrs=["size"])
        if edge is None:
            edge = min((word["x0"] for word in words if word["size"] >= NAME_SIZE), default=None)
        split = (edge or 0.0) - COLUMN_SLACK
        links = page.hyperlinks[:LINKS]
        columns.side.extend(lines([word for word in words if word["x0"] < split], number, []))
        columns.main.extend(lines([word for word in words if word["x0"] >= split], number, links))
        columns.links.extend(str(link.get("uri") or "") for link in links)
        page.close()
        if len(columns.main) + len(columns.side) > LINES:
            raise LimitError(source, f"a PDF profile has more than {LINES} lines")
    return columns


def lines(words: list[dict[str, Any]], page: int, links: list[dict[str, Any]]) -> Iterator[Line]:
    """Words of one column put into lines by their height on the page, each with a link that lies on it."""
    row = 0
    last: float | None = None
    ordered = sorted(words, key=lambda word: (word["bottom"], word["x0"]))
    rows: list[tuple[int, dict[str, Any]]] = []
    for word in ordered:
        if last is not None and word["bottom"] - last > LINE_SLACK:
            row += 1
        last = word["bottom"]
        rows.append((row, word))
    named = [link for link in links if organisation_identifier(str(link.get("uri") or ""))]
    for _, held in groupby(rows, key=lambda item: item[0]):
        placed = sorted((word for _, word in held), key=lambda word: float(word["x0"]))
        text = clean_text(" ".join(word["text"] for word in placed)).strip()
        if text:
            middle = (placed[0]["top"] + placed[0]["bottom"]) / 2
            on_it = (str(link["uri"]) for link in named if link["top"] <= middle <= link["bottom"])
            yield Line(text, max(float(word["size"]) for word in placed), page, next(on_it, None))


def shown_in(columns: Columns, layout: Layout, name: str) -> Shown:
    """The profile in the two columns."""
    link = profile_link(columns)
    key = profile_key(link) if link else None
    return Shown(
        name,
        1,
        [key] if key else [],
        link,
        layout.headline,
        layout.summary,
        layout.positions,
        captured_at=columns.created_at,
    )


def profile_link(columns: Columns) -> str | None:
    """The profile address of the contact block, wrapped lines put together; else the first one linked."""
    side = "\n".join(line.text for line in columns.side)
    if shown := LINK.search(side):
        return "https://www." + shown.group().replace("\n", "")
    linked = (link for link in columns.links if profile_key(link) is not None)
    return next(linked, None)


def created_at(value: object) -> int | None:
    """When the PDF was made, UTC epoch seconds, a time without zone read as UTC; None where the file does not say."""
    found = CREATED.match(value) if isinstance(value, str) else None
    if not found:
        return None
    *parts, sign, hours, minutes = found.groups()
    away = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        zone = timezone(-away if sign == "-" else away)
        return seconds(datetime(*(int(part) for part in parts), tzinfo=zone))  # type: ignore[misc,arg-type]
    except ValueError:
        return None
