"""Words and pairs of words of many messages at once, as numbers.

A batch of messages is one array of bytes; a word is a run of letters, digits and marks outside ASCII in it, and its
number a polynomial over its bytes modulo 2**64. No Python runs per word, which is what makes a second look at every
message of a large case affordable. Every digit counts as 0, every currency as $; accents and the case of letters are
dropped, but first names go: a word with a capital inside a sentence is no word here and parts its neighbours, so that
who writes, for whom and from where cannot carry weight.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Places = NDArray[np.intp]

END = "\0"
GAP = "\1"
_CAPITALS = "".join(letter for letter in map(chr, range(ord("A"), 0x250)) if letter.isupper())
_CHANNELS = "WhatsApp|WeChat|Telegram|Signal|Skype|Zoom|Teams|Viber"
# Begins with the space itself: a literal is what the regular expression engine finds fast.
_NAME = re.compile(rf" (?<=[\w,;&)'’-] )(?!{_CHANNELS})[{_CAPITALS}][^\W\d_{_CAPITALS}][\w'’-]*")
SPELLINGS = (
    {"’": "'", "€": " $ ", "£": " $ ", "ée": "é", "œ": "oe", "ç": "c"}
    | dict.fromkeys("«»“”…–—\u00a0\u202f\u2009", " ")
    | dict.fromkeys("éèêë", "e") | dict.fromkeys("àâä", "a") | dict.fromkeys("îï", "i") | dict.fromkeys("ôö", "o")
    | dict.fromkeys("ùûü", "u")
)  # fmt: skip
SYMBOLS = b"?!$%"
_SYMBOLS = [bytes([symbol]) for symbol in SYMBOLS]
LONGEST = 64  # bytes of a word that tell it apart; longer ones repeat the powers
_BASE, _LEFT, _BRIDGE, _MIX = (
    np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xFF51AFD7ED558CCD)
)
OVER = " _ "
"""Stands in a pair for the word that it leaves out: "send _ report" is in "send the report" and in "send a report"."""


class Grams(NamedTuple):
    """Words, then pairs of neighbours, then pairs with a word between them, of a batch.

    hashes : one number per word and per pair; message : place in the batch of the message it stands in;
    words, pairs : how many of them are single words, and neighbours; gaps : message of each name that was left out.
    """

    hashes: Hashes
    message: Places
    words: int
    pairs: int
    gaps: Places


def grams(texts: Sequence[str]) -> Grams:
    """The words and pairs of every text, in order; a pair never spans two texts."""
    raw = np.frombuffer(_plain(texts), np.uint8)
    kind = _kinds()[raw]
    word = kind == 1
    first = word.copy()
    first[1:] &= ~word[:-1]
    first |= kind == 2
    inside = np.flatnonzero(kind > 0)
    starts = np.flatnonzero(first[inside])
    if not len(starts):
        return Grams(np.empty(0, np.uint64), np.empty(0, np.intp), 0, 0, np.empty(0, np.intp))
    begins = inside[starts]
    lengths = np.diff(np.append(starts, len(inside)))
    offset = inside - np.repeat(begins, lengths)
    hashes = _mixed(np.add.reduceat(raw[inside] * _powers()[offset % LONGEST], starts))
    ends = np.flatnonzero(raw == 0)
    message = np.searchsorted(ends, begins)
    gaps = np.searchsorted(ends, np.flatnonzero(raw == 1))
    part = np.searchsorted(np.flatnonzero(raw <= 1), begins)
    near, over = part[:-1] == part[1:], part[:-2] == part[2:]
    pairs = _mixed(hashes[:-1] * _LEFT + hashes[1:])[near]
    bridges = _mixed(hashes[:-2] * _BRIDGE + hashes[2:])[over]
    return Grams(
        np.concatenate([hashes, pairs, bridges]), np.concatenate([message, message[:-1][near], message[:-2][over]]),
        len(hashes), len(pairs), gaps,
    )  # fmt: skip


def readable(text: str) -> list[str]:
    """The same words and pairs as text, for learning and for the table that people read."""
    raw = functools.reduce(lambda raw, mark: raw.replace(mark, b" " + mark + b" "), _SYMBOLS, _plain([text]))
    parts = [part.decode("utf-8", "replace").split(" ") for part in raw.replace(b"\0", b"\1").split(b"\1")]
    words = [[word for word in part if word] for part in parts]
    pairs = [f"{left} {right}" for part in words for left, right in itertools.pairwise(part)]
    bridges = [f"{left}{OVER}{right}" for part in words for left, right in zip(part, part[2:], strict=False)]
    return [word for part in words for word in part] + pairs + bridges


def hash_of(names: Sequence[str]) -> Hashes:
    """The number of each word or pair that `readable` gives."""
    found = grams([name.replace(OVER, " x ") for name in names])
    last = dict(zip(found.message.tolist(), found.hashes, strict=True))
    return np.array([last[place] for place in range(len(names))], np.uint64)


def _plain(texts: Sequence[str]) -> bytes:
    joined = END.join(texts)
    if GAP in joined or joined.count(END) >= len(texts):
        joined = END.join(text.replace(END, " ").replace(GAP, " ") for text in texts)
    joined = _NAME.sub(GAP, joined).lower()
    if not joined.isascii():
        for mark, plain in SPELLINGS.items():
            joined = joined.replace(mark, plain)
    return joined.encode("utf-8", "replace").translate(_table())


@functools.cache
def _table() -> bytes:
    """Every digit to 0; every byte that is neither letter, symbol, end, gap nor outside ASCII, to a space."""
    kept = b"abcdefghijklmnopqrstuvwxyz\0\1" + SYMBOLS + bytes(range(128, 256))
    return bytes(ord("0") if 48 <= byte <= 57 else byte if byte in kept else 32 for byte in range(256))


@functools.cache
def _kinds() -> NDArray[np.uint8]:
    """1 for bytes of words, 2 for symbols, which are words of their own, 0 for what lies between."""
    return np.array([2 if b in SYMBOLS else 0 if b in b" \0\1" else 1 for b in range(256)], np.uint8)


@functools.cache
def _powers() -> Hashes:
    return np.cumprod(np.full(LONGEST, _BASE, np.uint64), dtype=np.uint64)


def _mixed(hashes: Hashes) -> Hashes:
    """Spreads a polynomial over all bits, so that words which differ little have numbers that differ much."""
    mixed: Hashes = (hashes ^ (hashes >> np.uint64(33))) * _MIX
    return mixed ^ (mixed >> np.uint64(29))
