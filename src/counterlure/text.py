"""Outside text made plain: NFC, no control or invisible characters, no markup.

Markup is scanned by a few linear patterns. `html.parser` is not used: on Python 3.11 forty kilobytes of "<a <a <a"
occupy it for twenty seconds, and anybody can send such a message.
"""

from __future__ import annotations

import html
import re
import unicodedata

# Kept: line feed. Variation selectors go too: they carry hidden bytes, and emoji read the same without them.
_HIDDEN = (
    "\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Living scripts stack a few marks on a letter; dozens only deface the line.
_MARK = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_STACKED = re.compile(f"([{_MARK}]{{8}})[{_MARK}]+")
_UNSEEN = re.compile(f"[{_HIDDEN}]")
_ODD = re.compile(f"[{_HIDDEN}{_MARK}]")
_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")

_KNOWN_TAG = re.compile(
    r"</?(?:a|b|blockquote|body|br|div|em|font|h[1-6]|head|html|i|iframe|img|li|math|ol|p|script|span|strong|style"
    r"|svg|table|td|tr|u|ul)(?:\s[^<>]*|/)?>",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<!--|<(/?)([A-Za-z][A-Za-z0-9:-]*)([^<>]*)>|<[!?][^<>]*>")
_SILENT = frozenset({"script", "style", "svg", "math", "iframe", "object", "template", "title", "noscript"})
_BLOCK = re.compile(
    "address|article|aside|blockquote|body|d[dlt]|div|fieldset|figure|footer|form|h[1-6]|head|header|hr|html|li|main"
    "|nav|[ou]l|p|pre|section|table|tbody|t[dhr]|tfoot|thead"
)
_HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"&#[0-9]{8,}")
_GAPS = re.compile(r"\n{3,}")
ELLIPSIS = "…"


def clean_text(raw: str) -> str:
    """The text in NFC without control, zero-width, bidirectional, tag and lone surrogate characters.

    Line breaks of every kind become line feeds, tabs become spaces. More than eight combining marks on one letter
    are cut to eight. Idempotent.
    """
    if raw.isascii():
        return raw if raw.isprintable() else _seen(raw)
    if raw.isprintable() and _is_latin1(raw):
        return raw
    if _ODD.search(raw) is None:
        return raw if unicodedata.is_normalized("NFC", raw) else unicodedata.normalize("NFC", raw)
    return _STACKED.sub(r"\1", unicodedata.normalize("NFC", _seen(raw)))


def looks_like_html(text: str) -> bool:
    """Whether a known tag stands in the text; "<3" and "<name@host>" are none."""
    return "<" in text and _KNOWN_TAG.search(text) is not None


def html_to_text(raw: str) -> str:
    """What a reader would see of the markup, as clean text with one line per block.

    Scripts, styles, drawings and frames are dropped with their content, images and comments without trace. An
    address behind other words follows them in brackets, since that is where a reader would be led; only http and
    https count. Entities are decoded, no-break spaces become spaces. Nothing is fetched.
    """
    parts: list[str] = [""]
    link = _Link()
    at, end = 0, len(raw)
    while at < end:
        found = _MARKUP.search(raw, at)
        if found is None:
            parts.append(_words(raw[at:]))
            break
        _add(parts, _words(raw[at : found.start()]))
        at = found.end()
        closing, tag = bool(found.group(1)), (found.group(2) or "").lower()
        if found.group() == "<!--":
            at = _after(raw, "-->", at)
        elif tag in _SILENT and not closing and not found.group(3).endswith("/"):
            at = _after_closing(raw, tag, at)
        elif tag == "a":
            _add(parts, link.end(parts))
            if not closing:
                link.begin(parts, found.group(3))
        elif tag == "br" or (_BLOCK.fullmatch(tag) and parts[-1] != "\n"):
            parts.append("\n")
    _add(parts, link.end(parts))
    lines = clean_text("".join(parts)).split("\n")
    text = "\n".join([" ".join(line.split()) for line in lines])
    return _GAPS.sub("\n\n", text).strip() if "\n\n\n" in text else text.strip()


def _decoded(text: str) -> str:
    """Entities as characters; a number too long for any becomes the sign for an unreadable one."""
    return html.unescape(_LONG_NUMBER.sub("&#65533", text))


def _add(parts: list[str], piece: str) -> None:
    if piece and not (piece == " " and parts[-1] == "\n"):
        parts.append(piece)


def _is_latin1(raw: str) -> bool:
    # All of Latin-1 is NFC, and what hides in it is not printable.
    try:
        raw.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _seen(raw: str) -> str:
    return _UNSEEN.sub("", _BREAK.sub("\n", raw).replace("\t", " "))


def quote(text: str, start: int, end: int, limit: int = 300) -> str:
    """The words `text[start:end]` with what stands around them, on one line, at most `limit` characters.

    An ellipsis shows each side that was cut; cuts fall between words where one is near.
    """
    if limit < 3:
        raise ValueError("limit must be at least 3")
    if len(text) <= limit:
        return text.replace("\n", " ").strip()
    room = limit - 2
    start, end = max(0, start), min(len(text), max(start, end))
    if end - start >= room:
        left, right = start, start + room
    else:
        left = max(0, min(start - (room - (end - start)) // 2, len(text) - room))
        right = min(len(text), left + room)
        left, right = _between_words(text, left, right, start, end)
    words = text[left:right].replace("\n", " ").strip()
    return (ELLIPSIS if left > 0 else "") + words + (ELLIPSIS if right < len(text) else "")


def _words(piece: str) -> str:
    plain = _decoded(piece) if "&" in piece else piece
    words = " ".join(plain.split())
    return f"{' ' if plain[:1].isspace() else ''}{words}{' ' if words and plain[-1].isspace() else ''}"


def _after(raw: str, mark: str, at: int) -> int:
    found = raw.find(mark, at)
    return len(raw) if found < 0 else found + len(mark)


def _after_closing(raw: str, tag: str, at: int) -> int:
    found = re.compile(rf"</{tag}[^<>]*>", re.IGNORECASE).search(raw, at)
    return len(raw) if found is None else found.end()


class _Link:
    """The anchor that is open; a new one closes it, as browsers do."""

    def __init__(self) -> None:
        self.address = ""
        self.opened = 0

    def begin(self, parts: list[str], attributes: str) -> None:
        found = _HREF.search(attributes)
        written = next((group for group in found.groups() if group is not None), "") if found else ""
        self.address = " ".join(_decoded(written).split())
        self.opened = len(parts)

    def end(self, parts: list[str]) -> str:
        address, self.address = self.address, ""
        if not address.lower().startswith(("http://", "https://")):
            return ""
        return "" if address in "".join(parts[self.opened :]) else f" ({address})"


def _between_words(text: str, left: int, right: int, start: int, end: int) -> tuple[int, int]:
    if left > 0:
        space = text.find(" ", left, min(left + 20, start))
        left = space + 1 if space >= 0 else left
    if right < len(text):
        space = text.rfind(" ", max(right - 20, end), right)
        right = space if space >= 0 else right
    return left, right
