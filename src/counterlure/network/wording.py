"""The wordings of this room, English and French, from `words.yml`, and what stands in their slots made safe to show.

Everything that comes from outside passes `shown`; whoever writes SVG or CSV escapes on top of it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from math import floor, isfinite, log10
from typing import Any

from counterlure.data_files import parse_yaml
from counterlure.errors import RuleError

LANGS = ("en", "fr")
LIMIT, SENTENCE_LIMIT = 80, 2_000
STACKED_MARKS = 4
NARROW, FIXED = "\u202f", "\u00a0"
EARLIEST, LATEST = -62135596800, 253402300799  # the years 1 and 9999
MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
}
Slot = str | int | float
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\uffff\ud800-\udfff\U000e0000-\U000e0fff]+"
)
_BLANKS = re.compile(r"[\t\n\x0b\x0c\r ]+")


def say(key: str, lang: str, **slots: Slot) -> str:
    """The wording `section.name` in `lang`, its {slots} filled: texts made visible, numbers as the language does.

    Texts from outside are shortened by whoever gives them. Where the wording has a singular, the slot `n` decides.

    Raises
    ------
    RuleError : no such wording, or a slot it needs is not given.
    """
    section, _, name = key.partition(".")
    wording = _wordings().get(section, {}).get(name, {}).get(lang)
    if isinstance(wording, dict):
        single = slots["n"] in (0, 1) if lang == "fr" else slots["n"] == 1
        wording = wording["one" if single else "other"]
    if wording is None:
        raise RuleError(f"network/words.yml: no {key} in {lang!r}")
    filled = {k: shown(v, SENTENCE_LIMIT) if isinstance(v, str) else quantity(v, lang) for k, v in slots.items()}
    try:
        return str(wording).format_map(filled)
    except KeyError as missing:
        raise RuleError(f"network/words.yml: {key} needs the slot {missing}") from missing


def shown(text: str, limit: int = LIMIT) -> str:
    """Text from outside on one line, at most `limit` characters; what hides or reorders it becomes U+FFFD."""
    plain = _BLANKS.sub(" ", _HIDDEN.sub("\ufffd", text[: limit * 4])).strip()
    if not plain.isascii():
        plain = _flat(plain)
    return plain if len(plain) <= limit else plain[: limit - 1].rstrip() + "…"


def quantity(value: int | float, lang: str) -> str:
    """A count in full; of other quantities what a reader takes in: 1,240, 3.2, 0.4, "less than 0.01"."""
    if isinstance(value, int) or value >= 10:
        text = f"{round(value):,}"
    elif value >= 1:
        text = f"{value:.1f}".removesuffix(".0")
    elif value == 0 or value >= 0.01:
        text = f"{significant(value, 1):g}"
    else:
        return say("number.tiny", lang)
    return text.replace(",", NARROW).replace(".", ",") if lang == "fr" else text


def percent(share: float, lang: str) -> str:
    """A share of 1 as "20%" or "20 %"."""
    return f"{round(share * 100)}{FIXED if lang == 'fr' else ''}%"


def day(at: int, lang: str) -> str:
    """Epoch seconds as "1 March 2026" or "1er mars 2026", UTC."""
    when = _utc(at)
    number = "1er" if lang == "fr" and when.day == 1 else str(when.day)
    return f"{number}{FIXED}{MONTHS[lang][when.month - 1]}{FIXED}{when.year}"


def iso(at: int) -> str:
    """Epoch seconds as "2026-03-01T14:05:00Z"."""
    return f"{_utc(at).replace(tzinfo=None).isoformat()}Z"


def significant(value: float, digits: int = 6) -> float:
    """`value` at so many significant digits, so that documents are equal byte for byte between machines."""
    if not isfinite(value) or value == 0:
        return 0.0
    return round(value, digits - 1 - floor(log10(abs(value))))


def listing(items: list[str], lang: str, word: str = "and") -> str:
    """ "a", "a and b", "a, b and c"; word : "and" or "or"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {say(f'number.{word}', lang)} {items[-1]}"


def all_keys() -> dict[str, dict[str, Any]]:
    """Every wording by its key, as the file has it."""
    return {f"{section}.{name}": by for section, part in _wordings().items() for name, by in part.items()}


def _flat(text: str) -> str:
    kept: list[str] = []
    height = 0
    for char in text:
        height = height + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if height <= STACKED_MARKS:
            kept.append(char)
    return "".join(kept)


def _utc(at: int) -> datetime:
    return datetime.fromtimestamp(min(max(at, EARLIEST), LATEST), UTC)


@cache
def _wordings() -> dict[str, dict[str, dict[str, Any]]]:
    sections = parse_yaml(files(__package__).joinpath("words.yml").read_text(encoding="utf-8"))
    return {
        section: {name: {lang: _typeset(text, lang) for lang, text in by.items()} for name, by in part.items()}
        for section, part in sections.items()
    }


def _typeset(text: Any, lang: str) -> Any:
    """French spacing: no-break before two-part punctuation; English is left alone."""
    if isinstance(text, dict):
        return {form: _typeset(part, lang) for form, part in text.items()}
    plain = str(text).strip()
    if lang != "fr":
        return plain
    plain = re.sub(r" ([;!?])", rf"{NARROW}\1", plain)
    return re.sub(r" ([:%»])", rf"{FIXED}\1", plain).replace("« ", f"«{FIXED}")
