"""Text from outside, made safe to look at; escaping for HTML comes on top, where the HTML is made.

A control character, a direction override or an invisible tag can hide or reorder what an analyst reads, so each becomes
a visible U+FFFD; marks are never stacked higher than writing needs; length is bounded.
"""

from __future__ import annotations

import re
import unicodedata

NAME_LIMIT = 80
ADDRESS_LIMIT = 160
QUOTE_LIMIT = 300
REASON_LIMIT = 300
STACKED_MARKS = 4  # Vietnamese, Hebrew with cantillation and Thai stay below

SHOWN_AS_MARK = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]+"
)
# Written without spaces between words, or with endings that stick to a name: Thai to Khmer, kana, Han, Hangul.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
DROPPED = re.compile("[\u200e\u200f]+")
SCHEME = re.compile(r"htt(ps?)(?=:)", re.IGNORECASE)
WWW = re.compile(r"\bwww\.", re.IGNORECASE)
BLANKS = re.compile(r"[\t\n\x0b\x0c\r ]+")


def visible(text: str, limit: int = QUOTE_LIMIT) -> str:
    """`text` on one line, at most `limit` characters, without anything that hides or reorders it."""
    shown = BLANKS.sub(" ", DROPPED.sub("", SHOWN_AS_MARK.sub("\ufffd", text[: limit * 4]))).strip()
    if not shown.isascii():
        shown = _flatten(shown)
    return shown if len(shown) <= limit else shown[: limit - 1].rstrip() + "…"


def _flatten(text: str) -> str:
    kept: list[str] = []
    height = 0
    for char in text:
        height = height + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if height <= STACKED_MARKS:
            kept.append(char)
    return "".join(kept)


def defanged(text: str) -> str:
    """Addresses written so that no mail reader turns them into links: hxxps, and www[.]."""
    return WWW.sub("www[.]", SCHEME.sub(r"hxx\1", text))


def bare(address: str) -> str:
    """An address without its scheme, as a person would read it out; any further scheme inside is defanged."""
    return SCHEME.sub(r"hxx\1", address.removeprefix("https://").removeprefix("http://"))


class Mask:
    """Replaces the names of targets in quotes by their pseudonyms, unless the reader asked for names.

    A quote often opens with the name of the person addressed; a report by pseudonym must not give it away.
    """

    def __init__(self, names: dict[str, str | None], reveal: bool) -> None:
        self._names = {} if reveal else names
        self._patterns: dict[str, re.Pattern[str] | None] = {}

    def quote(self, text: str, targets: tuple[str, ...]) -> str:
        """`text` with the names of `targets` replaced; other words are left alone."""
        for target in targets:
            pattern = self._pattern(target)
            if pattern is not None:
                text = pattern.sub(f"[{target}]", text)
        return text

    def places(self, text: str, targets: tuple[str, ...]) -> list[tuple[int, int]]:
        """(start, end) of each name of `targets` in `text`."""
        patterns = [pattern for target in targets if (pattern := self._pattern(target)) is not None]
        return [found.span() for pattern in patterns for found in pattern.finditer(text)]

    def _pattern(self, target: str) -> re.Pattern[str] | None:
        if target not in self._patterns:
            name = self._names.get(target)
            self._patterns[target] = _name_pattern(name) if name else None
        return self._patterns[target]


def _name_pattern(name: str) -> re.Pattern[str] | None:
    words = sorted({word for word in re.split(r"[\s,]+", name) if len(word.strip(".-'’")) > 1})
    parts = [re.escape(part) for part in name.split()]
    if not words and len("".join(name.split())) < 2:
        return None
    # Single words only as a name is written: "Grant" is somebody, "grant" is money.
    forms = sorted({form for word in words for form in (word, word.upper(), word.title())})
    whole = (r"\s*" if UNSPACED.search(name) else r"\s+").join(parts)
    single = "|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))
    alone = rf"(?<!\w)(?:{single})(?:\s+(?:{single}))*(?!\w)" if single else r"(?!)"
    return re.compile(rf"(?i:{whole})|{alone}" if UNSPACED.search(name) else rf"(?<!\w)(?i:{whole})(?!\w)|{alone}")
