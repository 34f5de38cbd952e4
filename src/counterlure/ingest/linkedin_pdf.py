"""A profile kept with the platform's "Save to PDF" button.

The page has two columns, and the side column (contact, skills, languages) runs into the text of the main one. The
name, in the largest letters, shows where the main column begins; words are told apart by that place and by font size.
No link is followed. Lines of the rows are page numbers, for a PDF has no lines.
"""

from __future__ import annotations

import io
import logging
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from types import ModuleType
from typing import Any

from counterlure.case.addresses import local_name_key, profile_key
from counterlure.case.rows import AccountRow, Batch, PositionRow, ProfileRow
from counterlure.errors import FormatError, LimitError, MissingExtra
from counterlure.ingest.context import Context
from counterlure.ingest.dates import shown
from counterlure.ingest.limits import MIB
from counterlure.ingest.member import Member
from counterlure.ingest.pdf_limits import check_streams
from counterlure.ingest.profile_layout import NAME_SIZE, Layout, Line, read_layout
from counterlure.text import clean_text

PDF_BYTES = 20 * MIB
PAGES = 50
PAGE_CHARS = 50_000
LINES = 20_000
COLUMN_SLACK = 5.0
LINE_SLACK = 3.0

# Wrapped at a hyphen over several lines up to the mark "(LinkedIn)"; without the mark, one line.
LINK = re.compile(r"linkedin\.com/in/(?:[^\s()]+(?:\n[^\s()]+){0,4}?(?=\s*\(LinkedIn\))|[^\s()]+)", re.IGNORECASE)
CREATED = re.compile(r"D:(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(Z|[+-]00'?00'?)?")

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
    yield batch(member, context, columns, layout)


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
        columns.side.extend(lines([word for word in words if word["x0"] < split], number))
        columns.main.extend(lines([word for word in words if word["x0"] >= split], number))
        columns.links.extend(str(link.get("uri") or "") for link in page.hyperlinks)
        page.close()
        if len(columns.main) + len(columns.side) > LINES:
            raise LimitError(source, f"a PDF profile has more than {LINES} lines")
    return columns


def lines(words: list[dict[str, Any]], page: int) -> Iterator[Line]:
    """Words of one column put into lines by their height on the page."""
    row = 0
    last: float | None = None
    ordered = sorted(words, key=lambda word: (word["bottom"], word["x0"]))
    rows: list[tuple[int, dict[str, Any]]] = []
    for word in ordered:
        if last is not None and word["bottom"] - last > LINE_SLACK:
            row += 1
        last = word["bottom"]
        rows.append((row, word))
    for _, held in groupby(rows, key=lambda item: item[0]):
        placed = sorted((word for _, word in held), key=lambda word: float(word["x0"]))
        text = clean_text(" ".join(word["text"] for word in placed)).strip()
        if text:
            yield Line(text, max(float(word["size"]) for word in placed), page)


def batch(member: Member, context: Context, columns: Columns, layout: Layout) -> Batch:
    """The capture as rows; without a profile address the account is known only inside this delivery."""
    warnings = [f"not understood: {shown(words)}" for words in layout.strange[:20]]
    link = profile_link(columns)
    key = profile_key(link) if link else None
    if key is None:
        warnings.append("the PDF shows no profile address; the account cannot be matched with others by it")
        key = local_name_key(owner_key(context, member), layout.name or "")
    account = AccountRow([key], layout.name, link, layout.headline, current_employer(layout.positions))
    profile = ProfileRow(0, columns.created_at, layout.headline, layout.summary, 1, layout.positions)
    return Batch(
        member.source,
        "capture",
        member.digest(),
        accounts=[account],
        profiles=[profile],
        warnings=warnings,
    )


def owner_key(context: Context, member: Member) -> str:
    """What local keys of this delivery hang on: the owner's strongest key, else the file itself."""
    owner = context.owner_hint
    return owner.keys[0] if owner and owner.keys else member.digest()


def profile_link(columns: Columns) -> str | None:
    """The profile address of the contact block, wrapped lines put together; else the first one linked."""
    side = "\n".join(line.text for line in columns.side)
    if shown := LINK.search(side):
        return "https://www." + shown.group().replace("\n", "")
    linked = (link for link in columns.links if profile_key(link) is not None)
    return next(linked, None)


def current_employer(positions: list[PositionRow]) -> str | None:
    """The organisation of the first role without an end."""
    running = (row.organisation for row in positions if row.kind == "work" and row.started and not row.ended)
    return next(running, None)


def created_at(value: object) -> int | None:
    """When the PDF was made, UTC epoch seconds; None unless the file says so with its zone as UTC."""
    found = CREATED.match(value) if isinstance(value, str) else None
    if not found:
        return None
    try:
        moment = datetime(*(int(part) for part in found.groups()[:6]), tzinfo=UTC)  # type: ignore[misc,arg-type]
    except ValueError:
        return None
    return int(moment.timestamp())
