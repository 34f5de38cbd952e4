"""Which sectors of targets are sensitive, from `sensitive_sectors.yml`."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

from counterlure.data_files import parse_yaml
from counterlure.network.model import Words

_NOT_A_LETTER = re.compile(r"[\W\d_]+")
WORD_MAX = 200
"""Characters of a sector that are compared; a longer word is none of ours."""


def sensitive_sectors(sectors: Words) -> frozenset[int]:
    """Codes of the sectors whose word, without case, punctuation and numbers, is one of the file's."""
    known = _known()
    return frozenset(code for code, word in enumerate(sectors) if plain(str(word)) in known)


def plain(word: str) -> str:
    """A sector's word as it is compared: "Defence & Space (336)" becomes "defence space"."""
    if len(word) > WORD_MAX:
        return ""
    return " ".join(_NOT_A_LETTER.sub(" ", unicodedata.normalize("NFKC", word).casefold()).split())


@cache
def _known() -> frozenset[str]:
    entries = parse_yaml((files("counterlure.network") / "sensitive_sectors.yml").read_bytes())["sectors"]
    return frozenset(plain(word) for entry in entries for word in entry["words"])
