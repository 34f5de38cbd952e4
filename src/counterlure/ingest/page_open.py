"""A saved page opened: HTML, MHTML (`.mhtml`, one file with all parts) or text copied from the screen.

What kept the page tells its address and when it was kept: SingleFile in a comment, a browser in the header of MHTML or
in a comment, the page itself in its canonical address. Text copied from the screen tells neither; a line with the
address, and one with "Name:", may be written above it.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime

from counterlure.errors import FormatError, LimitError, RowError
from counterlure.ingest.captured import moment, seconds
from counterlure.ingest.limits import MIB
from counterlure.ingest.mail_parts import in_charset, parameter, split_headers, split_parts, transfer_decoded
from counterlure.ingest.member import Member
from counterlure.ingest.page_lines import LINES, PageLine, PageText, page_text
from counterlure.ingest.profile_words import month
from counterlure.text import clean_text

PAGE_BYTES = 32 * MIB
TEXT_BYTES = 4 * MIB
ADDRESS_CHARS = 2_048
HEAD_LINES = 5

_COMMENT = re.compile(r"<!--(.{0,4000}?)-->", re.DOTALL)
_SINGLE_FILE = "Page saved with SingleFile"
_KEPT_FROM = re.compile(r"(?:^|\n)\s{0,9}url:\s{0,9}(\S+)|saved from url=\(\d{1,6}\)(\S+)")
_KEPT_AT = re.compile(r"saved date:\s{0,9}\w{3} (\w{3}) (\d{2}) (\d{4}) (\d{2}:\d{2}:\d{2}) GMT([+-]\d{2})(\d{2})")
_NAMED = re.compile(r"(?:name|nom)\s?:\s?(.{1,200})", re.IGNORECASE)
_LINKEDIN = re.compile(
    r"(?:https?://)?(?:[a-z]{2,3}\.)?linkedin\.com/(?:in|company|school|showcase)/[^\s/?#]+\S*", re.I
)


@dataclass
class SavedPage:
    """A page that was kept, whatever as.

    address : of the page. saved_at : when it was kept, UTC epoch seconds. name : of whom it shows, written above it.
    """

    text: PageText
    address: str | None = None
    saved_at: int | None = None
    name: str | None = None
    lines: list[PageLine] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = without_repeats(self.text.lines)


def open_page(member: Member) -> SavedPage:
    """The page in a file; LimitError where it is larger than 32 MiB, FormatError where it holds no text as UTF-8."""
    lower = member.name.casefold()
    if lower.endswith(".txt"):
        return copied_text(decoded(limited(member, TEXT_BYTES), member.source), member.source)
    data = limited(member, PAGE_BYTES)
    if lower.endswith((".mhtml", ".mht")):
        return archived_page(data, member.source)
    return web_page(decoded(data, member.source), member.source)


def limited(member: Member, most: int) -> bytes:
    """All bytes of a file; LimitError where there are more than `most`."""
    with member.open() as stream:
        data = stream.read(most + 1) if member.size <= most else b""
    if member.size > most or len(data) > most:
        raise LimitError(member.source, f"a saved page is larger than {most // MIB} MiB; save it without its media")
    return data


def decoded(data: bytes, source: str) -> str:
    """The text of a page: UTF-8, or UTF-16 with a byte order mark; FormatError for anything else."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        raise FormatError(source, "the page is not UTF-8; save it again as UTF-8") from None


def web_page(raw: str, source: str) -> SavedPage:
    """A page kept as HTML."""
    text = page_text(raw, source)
    first = _COMMENT.search(raw[:8_000])
    note = first.group(1) if first else ""
    kept = _KEPT_FROM.search(note) if _SINGLE_FILE in note or "saved from url=" in note else None
    address = (kept.group(1) or kept.group(2)) if kept else text.meta.get("canonical") or text.meta.get("og:url")
    return SavedPage(text, address, kept_at(note))


def kept_at(note: str) -> int | None:
    """The time in SingleFile's comment ("saved date: Sun Mar 01 2026 10:00:00 GMT+0100 (...)"), UTC epoch seconds."""
    found = _KEPT_AT.search(note) if _SINGLE_FILE in note else None
    if found is None:
        return None
    name, day, year, time, hours, minutes = found.groups()
    return moment(f"{month(f'{name} {year}')}-{day}T{time}{hours}:{minutes}")


def archived_page(data: bytes, source: str) -> SavedPage:
    """A page kept as MHTML: its first HTML part; lines count inside that part. FormatError where there is none."""
    try:
        headers, body = split_headers(data)
        named = dict(reversed(headers))
        boundary = parameter(named.get("content-type", ""), "boundary")
        parts = split_parts(body, boundary) if 0 < len(boundary) <= 200 else iter([data])
        for part in parts:
            inner, content = split_headers(part)
            held = dict(reversed(inner))
            if held.get("content-type", "").lower().startswith("text/html"):
                raw = transfer_decoded(content, held.get("content-transfer-encoding", ""))
                page = web_page(in_charset(raw, parameter(held["content-type"], "charset") or "utf-8"), source)
                page.address = named.get("snapshot-content-location") or held.get("content-location") or page.address
                page.saved_at = header_date(named.get("date")) or page.saved_at
                return page
    except RowError as error:
        raise FormatError(source, error.reason) from None
    raise FormatError(source, "the MHTML file holds no HTML part; save the page again")


def header_date(value: str | None) -> int | None:
    """The time in a Date header, UTC epoch seconds; None where it is absent or no time."""
    try:
        found = parsedate_to_datetime(value) if value else None
    except (ValueError, OverflowError):
        return None
    return seconds(found if found.tzinfo else found.replace(tzinfo=UTC)) if found else None


def copied_text(raw: str, source: str) -> SavedPage:
    """Text copied from the screen, each line one line of the page."""
    lines: list[PageLine] = []
    address = name = None
    for number, written in enumerate(re.split(r"\r\n|\r|\n", raw), start=1):
        text = " ".join(clean_text(written[:20_000]).split())
        if not text:
            continue
        if len(lines) >= LINES:
            raise LimitError(source, f"a page has more than {LINES:,} lines")
        if address is None and len(text) <= ADDRESS_CHARS and _LINKEDIN.fullmatch(text):
            address = text
        elif name is None and len(lines) < HEAD_LINES and (found := _NAMED.fullmatch(text)):
            name = found.group(1).strip()
        else:
            lines.append(PageLine(text, number))
    return SavedPage(PageText(lines), address, None, name)


def without_repeats(lines: list[PageLine]) -> list[PageLine]:
    """The lines, each that says the same as the one before it left out; its link is kept."""
    found: list[PageLine] = []
    for line in lines:
        last = found[-1] if found else None
        if last is None or last.text != line.text:
            found.append(line)
        elif last.link is None and line.link is not None:
            found[-1] = PageLine(last.text, last.line, last.items, last.title, line.link)
    return found
