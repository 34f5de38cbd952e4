"""Texts as sets of hashed words and pairs of neighbouring words, worked out for many texts at once.

Pairs tell what was written; the words beside them keep a template recognisable when a name or two was filled in.

Case, accents, punctuation and the value of digits do not count; signs that nobody sees are dropped. Characters of
scripts written without spaces are words of their own. Hashes are fixed: the same text has the same ones everywhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from counterlure.text import clean_text

Hashes = NDArray[np.uint64]
Numbers = NDArray[np.int64]

CHARS_MAX = 2_000
"""Characters of a text that are read."""
WORDS_MIN = 6
"""Texts of fewer words have no shingles: people greet alike."""
_PLANE = 0x10000  # characters beyond it are symbols and rare scripts, and part words
_ALONE = ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3))
_LETTERS = 64  # of a word that count


def shingles(texts: Sequence[str], chars_max: int = CHARS_MAX) -> tuple[Hashes, Numbers]:
    """(hashes of all texts, one text after the other; how many each text has, 0 where it has under `WORDS_MIN` words).

    What occurs twice in a text is there twice. A text of w words has 2w - 1 hashes: word, pair, word, ..., word.

    Parameters
    ----------
    texts : each cut to `chars_max` characters by the caller.
    chars_max : characters read of a text that grows when its ligatures are written out.
    """
    plain = [text if text.isascii() else _visible(text, chars_max) for text in texts]
    lengths = np.fromiter(map(len, plain), np.int64, len(plain))
    code = np.frombuffer("".join(plain).encode("utf-32-le", "surrogatepass"), np.uint32)
    words, counts = _words(code, np.cumsum(lengths) - lengths)
    whole = np.repeat(counts >= WORDS_MIN, counts)
    last = np.cumsum(counts)[counts > 0] - 1
    both = np.empty((words.size, 2), np.uint64)
    both[:, 0] = words
    both[:-1, 1] = mixed(words[:-1] * np.uint64(0x9E3779B97F4A7C15) + words[1:])
    kept = np.stack([whole, whole], axis=1)
    kept[last, 1] = False  # a text's last word pairs with no other text's first
    return both[kept], np.where(counts >= WORDS_MIN, 2 * counts - 1, 0)


def mixed(numbers: Hashes) -> Hashes:
    """Every bit of the result depends on every bit of the number: the finaliser of MurmurHash3 (Appleby 2011)."""
    numbers = (numbers ^ (numbers >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    numbers = (numbers ^ (numbers >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return numbers ^ (numbers >> np.uint64(33))


def _visible(text: str, chars_max: int) -> str:
    return unicodedata.normalize("NFKC", clean_text(text))[:chars_max]


def _words(code: NDArray[np.uint32], text_begins: Numbers) -> tuple[Hashes, Numbers]:
    """(a hash of every word, words of each text)."""
    letters, powers = _tables()
    letter = letters[np.minimum(code, _PLANE - 1)]
    where = np.flatnonzero(letter)
    letter = letter[where]
    first = np.searchsorted(where, text_begins)  # the first letter in or after each text
    begins = np.empty(where.size, bool)
    begins[:1] = True
    begins[1:] = np.diff(where) > 1
    alone = (letter & np.uint64(1)).astype(bool)
    begins |= alone
    begins[1:] |= alone[:-1]
    begins[first[first < where.size]] = True
    start = np.flatnonzero(begins)
    if start.size == 0:
        return np.zeros(0, np.uint64), np.zeros(text_begins.size, np.int64)
    place = np.arange(where.size) - np.repeat(start, np.diff(np.append(start, where.size)))
    letter *= powers[np.minimum(place, _LETTERS - 1)]
    word = np.searchsorted(start, np.append(first, where.size))
    return mixed(np.add.reduceat(letter, start)), np.diff(word)


@cache
def _tables() -> tuple[Hashes, Hashes]:
    """(a number for each character, 0 where it parts words, odd where it is a word; a factor for each place in one)."""
    folded = np.zeros(_PLANE, np.uint64)
    for code in range(_PLANE):
        character = chr(code)
        if character.isdigit():
            folded[code] = ord("0")
        elif character.isalnum():
            folded[code] = ord(unicodedata.normalize("NFKD", character)[0].casefold()[0])
    numbers = np.where(folded > 0, mixed(folded) & ~np.uint64(1), np.uint64(0))
    for low, high in _ALONE:
        numbers[low : high + 1] |= (numbers[low : high + 1] > 0).astype(np.uint64)
    return numbers, mixed(np.arange(1, _LETTERS + 1, dtype=np.uint64)) | np.uint64(1)
