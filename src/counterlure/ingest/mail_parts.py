"""One e-mail taken apart within bounds: its header lines, its text, the names of what is attached.

The parts are split here and not by `email.feedparser`, which nests one generator per level and tests every line
against every open boundary: a few megabytes of empty lines inside nested parts occupy it for minutes. Attachments are
named, never decoded.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header

from counterlure.errors import RowError
from counterlure.ingest.dates import shown
from counterlure.ingest.limits import KIB, MIB
from counterlure.text import clean_text

MESSAGE_BYTES = 25 * MIB
HEADER_BYTES = 256 * KIB
HEADER_CHARS = 16 * KIB
PARTS = 200
DEPTH = 20
TEXT_BYTES = 4 * MIB
BOUNDARY_CHARS = 200
NEWLINE = 10

BLANK = re.compile(rb"\A\r?\n|\r?\n\r?\n")
HEADER = re.compile(r"([!-9;-~]{1,80}):(.*)", re.DOTALL)
KIND = re.compile(r"\s*([\w.+-]+/[\w.+-]+)")
CHARSETS = re.compile(
    r"ascii|utf-(?:7|8|16|32)(?:-[bl]e)?|iso8859-\d+|cp\d{3,4}|koi8-[rut]|gb2312|gbk|gb18030|hz|big5(?:hkscs)?"
    r"|shift_jis\w*|euc_\w+|iso2022_\w+|mac-\w+|tis-620"
)


@dataclass(frozen=True)
class Mail:
    """headers : name in lower case and unfolded value, as they stand from top to bottom.
    plain, html : the text parts put together, as written.
    attachments : names of the parts that were not opened, cleaned.
    cut : whether a text part was longer than 4 MiB.
    """

    headers: list[tuple[str, str]]
    plain: str
    html: str
    attachments: list[str]
    cut: bool

    def all(self, name: str) -> list[str]:
        """The values of a header, the topmost first."""
        return [value for found, value in self.headers if found == name]

    def first(self, name: str) -> str:
        """The topmost value of a header, "" where there is none."""
        return next((value for found, value in self.headers if found == name), "")


@dataclass
class _Opened:
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    parts: int = 0
    cut: bool = False


def parse_mail(data: bytes) -> Mail:
    """One message; raises RowError beyond 200 parts, 20 levels or 256 KiB of header lines."""
    opened = _Opened()
    headers, body = split_headers(data)
    _open(headers, body, 0, opened)
    return Mail(headers, "\n".join(opened.plain), "\n".join(opened.html), opened.attachments, opened.cut)


def split_headers(part: bytes) -> tuple[list[tuple[str, str]], bytes]:
    """Header lines and body of a message or part; a line that is no header line is passed over."""
    blank = BLANK.search(part, 0, HEADER_BYTES)
    if blank is None and len(part) > HEADER_BYTES:
        raise RowError(f"the header lines are longer than {HEADER_BYTES // KIB} KiB; the message was not read")
    head = part[: blank.start()] if blank else part
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", head.decode("utf-8", "replace"))
    # Only line feeds part header lines: str.splitlines would let "\x0b" in a subject begin a header of its own.
    found = (HEADER.fullmatch(line) for line in unfolded.split("\n"))
    headers = [(line[1].lower(), line[2].strip()[:HEADER_CHARS]) for line in found if line]
    return headers, part[blank.end() :] if blank else b""


def _open(headers: list[tuple[str, str]], body: bytes, depth: int, opened: _Opened) -> None:
    opened.parts += 1
    if opened.parts > PARTS:
        raise RowError(f"the message has more than {PARTS} parts; it was not read")
    if depth > DEPTH:
        raise RowError(f"the message nests parts deeper than {DEPTH} levels; it was not read")
    named = dict(reversed(headers))
    content = named.get("content-type", "text/plain")
    kind = found[1].lower() if (found := KIND.match(content)) else "text/plain"
    disposition = named.get("content-disposition", "")
    name = parameter(disposition, "filename") or parameter(content, "name")
    boundary = parameter(content, "boundary")
    if kind.startswith("multipart/") and boundary and len(boundary) <= BOUNDARY_CHARS:
        for part in split_parts(body, boundary):
            _open(*split_headers(part), depth + 1, opened)
    elif name or kind not in {"text/plain", "text/html"} or disposition.lower().startswith("attachment"):
        label = decoded_header(name) if name else f"unnamed {kind}"
        opened.attachments.append(shown(label))
    else:
        opened.cut = opened.cut or len(body) > TEXT_BYTES
        text = transfer_decoded(body[:TEXT_BYTES], named.get("content-transfer-encoding", ""))
        charset = parameter(content, "charset") or "utf-8"
        (opened.html if kind == "text/html" else opened.plain).append(in_charset(text, charset))


def split_parts(body: bytes, boundary: str) -> Iterator[bytes]:
    """The parts between the boundary lines; the last may be open to the end."""
    line = re.compile(b"--" + re.escape(boundary.encode("utf-8")) + rb"(--)?[ \t]*\r?(?=\n|\Z)")
    start: int | None = None
    for mark in line.finditer(body):
        before = mark.start() - 1
        if before >= 0 and body[before] != NEWLINE:
            continue
        if start is not None:
            yield body[start : max(start, before)].removesuffix(b"\r")
        if mark[1]:
            return
        start = min(mark.end() + 1, len(body))
    if start is not None:
        yield body[start:]


def parameter(value: str, name: str) -> str:
    """A parameter of a header value (`charset=utf-8; name="a.pdf"`), "" where it is not given."""
    pattern = rf';\s*{name}\*?0?\*?\s*=\s*(?:"((?:[^"\\]|\\.)*+)"|([^\s;"]+))'
    found = re.search(pattern, value, re.IGNORECASE)
    return (found[1] if found[1] is not None else found[2]) if found else ""


def transfer_decoded(body: bytes, encoding: str) -> bytes:
    """The bytes behind base64 or quoted-printable; damaged ones as far as they go."""
    way = encoding.strip().lower()
    if way == "quoted-printable":
        return quopri.decodestring(body)
    if way == "base64":
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
        try:
            return base64.b64decode(letters[: len(letters) // 4 * 4] + tail(letters))
        except binascii.Error:
            return b""
    return body


def tail(letters: bytes) -> bytes:
    """The last, incomplete group of base64 letters, padded; a single left-over letter says nothing."""
    rest = letters[len(letters) // 4 * 4 :]
    return rest.ljust(4, b"=") if len(rest) > 1 else b""


def in_charset(data: bytes, charset: str) -> str:
    """Text in a character set for mail, damaged bytes shown as U+FFFD; an unknown set is read as UTF-8.

    Python also decodes puzzles such as "idna", "unicode_escape" or "punycode"; no honest mail asks for them.
    """
    try:
        known = codecs.lookup(charset.strip()).name
    except (LookupError, ValueError, TypeError):
        known = "utf-8"
    if not CHARSETS.fullmatch(known):
        known = "utf-8"
    return data.decode(known, "replace")


def decoded_header(value: str) -> str:
    """A header value with encoded words decoded, on one line, without control characters."""
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return one_line(value)
    words = (
        in_charset(piece, charset or "latin-1") if isinstance(piece, bytes) else piece for piece, charset in pieces
    )
    return one_line("".join(words))


def one_line(text: str) -> str:
    """Clean text with line breaks as spaces."""
    return " ".join(clean_text(text).split())
