"""A saved web page as the lines a reader would see, each with its place in the file, its list items and its link.

Markup is scanned by one linear pattern, like `text.html_to_text` and for the same reason; what differs is what is kept:
lines, lists and titles, for a page has no other structure that lasts. Scripts, styles, drawings, frames, menus, side
columns and whatever the page hides are passed over; nothing is run and nothing fetched.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from counterlure.errors import LimitError
from counterlure.text import clean_text

LINES = 50_000
LISTS_DEPTH = 64
LINE_CHARS = 20_000
SCRIPTS = 100

_MARKUP = re.compile(r"<!--|<(/?)([A-Za-z][A-Za-z0-9:-]*)([^<>]*)>|<[!?][^<>]*>")
_ATTRIBUTE = re.compile(r"""([A-Za-z:_-]{1,40})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_SILENT = frozenset(
    "script style svg math iframe object template title noscript code select textarea nav footer aside audio video"
    " canvas".split()
)
_PLAIN = frozenset({"script", "style", "title", "textarea", "iframe", "noscript"})  # nothing nests in these
_BLOCK = re.compile(
    "address|article|blockquote|body|br|button|d[dlt]|div|fieldset|figure|figcaption|form|h[1-6]|head|header|hr|html|li"
    "|main|[ou]l|p|pre|section|table|tbody|t[dhr]|tfoot|thead"
)
# What a page may hide; one that nests is passed over with all inside it.
_HIDEABLE = frozenset(
    "a article button dd div dl dt h1 h2 h3 h4 h5 h6 header label li main ol p section span ul".split()
)
# Text for screen readers repeats what is shown; both would be read as one line of nonsense.
_UNSEEN_CLASSES = frozenset({"visually-hidden", "sr-only", "a11y-text", "screen-reader-text"})
_MAY_HIDE = re.compile(r"hidden|sr-only|a11y-text|screen-reader|none")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_BARE_HIDDEN = re.compile(r"(?:^|\s)hidden(?=[\s=/]|$)", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"&#[0-9]{8,}")


@dataclass(frozen=True)
class PageLine:
    """One line of visible text.

    line : of the file, counted from 1, where the text begins.
    items : numbers of the list items it stands in, the outermost first.
    title : level of the heading element it stands in, 0 outside of any.
    link : the address behind it.
    """

    text: str
    line: int
    items: tuple[int, ...] = ()
    title: int = 0
    link: str | None = None


@dataclass
class PageText:
    """What a page shows and says of itself.

    title : of the document. meta : "og:title", "og:url", "canonical" and such, as written.
    scripts : first line and text of each JSON-LD script.
    """

    lines: list[PageLine] = field(default_factory=list)
    title: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    scripts: list[tuple[int, str]] = field(default_factory=list)


def page_text(raw: str, source: str) -> PageText:
    """The text of a page; LimitError beyond 50,000 lines, or lists nested deeper than 64 levels."""
    scan = _Scan(raw, source)
    scan.run()
    return scan.page


def attributes(written: str) -> dict[str, str]:
    """The attributes of a tag by their names in lower case, entities decoded; of two with one name the first."""
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(written):
        found.setdefault(name.lower(), decoded(next(filter(None, values), "")))
    return found


def decoded(text: str) -> str:
    """Text with its entities decoded; a number longer than any character's is no character."""
    return html.unescape(_LONG_NUMBER.sub("&#65533", text)) if "&" in text else text


def is_unseen(tag: str, written: str) -> bool:
    """Whether the page hides an element from those who see it."""
    if tag not in _HIDEABLE or not _MAY_HIDE.search(written):
        return False
    given = attributes(written)
    hidden = _UNSEEN_CLASSES & set(given.get("class", "").lower().split())
    style = "".join(given.get("style", "").lower().split())
    return bool(hidden) or "display:none" in style or _BARE_HIDDEN.search(_QUOTED.sub("", written)) is not None


class _Scan:
    """One pass over the markup."""

    def __init__(self, raw: str, source: str) -> None:
        self.page = PageText()
        self._raw = raw
        self._source = source
        self._parts: list[str] = []
        self._chars = 0
        self._began = 1
        self._line, self._counted = 1, 0
        self._items: list[int] = []  # 0 marks where a list opens
        self._last_item = 0
        self._title = 0
        self._link: str | None = None
        self._linked = False  # whether words stand in the link that is open
        self._logo: str | None = None
        self._held: str | None = None  # the link of the line in the making

    def run(self) -> None:
        """Reads the page from start to end."""
        raw, at, end = self._raw, 0, len(self._raw)
        while at < end:
            found = _MARKUP.search(raw, at)
            if found is None:
                self._text(raw[at:], at)
                break
            self._text(raw[at : found.start()], at)
            at = found.end()
            if found.group() == "<!--":
                close = raw.find("-->", at)
                at = end if close < 0 else close + 3
            elif found.group(2):
                at = self._tag(found, at)
        self._flush()

    def _tag(self, found: re.Match[str], at: int) -> int:
        closing, tag, written = bool(found.group(1)), found.group(2).lower(), found.group(3)
        if _BLOCK.fullmatch(tag):
            self._flush()
        elif tag in {"span", "time"} and self._parts and self._parts[-1] != " ":
            self._parts.append(" ")  # the platform parts them by style alone
        if not closing and (tag in _SILENT or is_unseen(tag, written)):
            return at if written.endswith("/") and tag in {"svg", "math"} else self._past(tag, written, at)
        if tag == "a":
            self._anchor(written, closing=closing)
        elif tag in {"li", "ul", "ol"}:
            self._logo = None
            self._list(tag, closing)
        elif re.fullmatch("h[1-6]", tag):
            self._title = 0 if closing else int(tag[1])
        elif tag in {"meta", "link"}:
            self._note(tag, written)
        return at

    def _past(self, tag: str, written: str, at: int) -> int:
        """Where the element that opened just before `at` is closed, elements of its kind inside it passed over."""
        raw, depth, inner, last = self._raw, 1, at, at
        pattern = re.compile(rf"<(/?){tag}(?![\w:-])[^<>]*>", re.IGNORECASE)
        while depth:
            found = pattern.search(raw, at)
            last, at = (found.start(), found.end()) if found else (len(raw), len(raw))
            closes = found is None or found.group(1)
            depth += -1 if closes else int(tag not in _PLAIN)
            depth = depth if found else 0
        if tag == "title" and not self.page.title:
            self.page.title = " ".join(clean_text(decoded(raw[inner:last][:LINE_CHARS])).split())
        elif tag == "script" and len(self.page.scripts) < SCRIPTS:
            kind = attributes(written).get("type", "").partition(";")[0].strip().lower()
            if kind == "application/ld+json":
                self.page.scripts.append((self._line_at(inner), raw[inner:last]))
        return at

    def _anchor(self, written: str, *, closing: bool) -> None:
        """A link around a picture alone is that of the words beside it in the same list item."""
        if closing:
            self._logo = self._link if self._items and not self._linked else self._logo
        self._link = None if closing else attributes(written).get("href")
        self._linked = False

    def _list(self, tag: str, closing: bool) -> None:
        items = self._items
        if tag == "li":
            while items and items[-1]:
                items.pop()
            if not closing:
                self._last_item += 1
                items.append(self._last_item)
        elif closing:
            while items and items.pop():
                pass
        else:
            items.append(0)
        if len(items) > 2 * LISTS_DEPTH:
            raise LimitError(f"{self._source}:{self._line}", f"lists nest deeper than {LISTS_DEPTH} levels")

    def _note(self, tag: str, written: str) -> None:
        given = attributes(written)
        name = (given.get("property") or given.get("name") or given.get("rel") or "").lower()
        value = given.get("href") if tag == "link" else given.get("content")
        if value and len(name) <= 40 and len(self.page.meta) < 200:
            self.page.meta.setdefault(name, value)

    def _text(self, piece: str, at: int) -> None:
        words = decoded(piece)
        if self._parts or not words.isspace():
            if not self._parts:
                self._began = self._line_at(at + len(piece) - len(piece.lstrip()))
            if self._chars < LINE_CHARS:
                self._parts.append(words)
                self._chars += len(words)
            if words.strip():
                self._held = self._held or self._link or self._logo
                self._linked = True
                self._logo = None

    def _flush(self) -> None:
        text = " ".join(clean_text("".join(self._parts)[:LINE_CHARS]).split())
        if text:
            if len(self.page.lines) >= LINES:
                raise LimitError(self._source, f"a page has more than {LINES:,} lines")
            items = tuple(item for item in self._items if item)
            self.page.lines.append(PageLine(text, self._began, items, self._title, self._held))
        self._parts, self._chars, self._held = [], 0, None

    def _line_at(self, at: int) -> int:
        """The line of a place; places are asked for in rising order."""
        self._line += self._raw.count("\n", self._counted, at)
        self._counted = max(self._counted, at)
        return self._line
