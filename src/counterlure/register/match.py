"""Whether a name stands in a register: the same words, but for order, a slip of a letter, and added places.

Entries that share a rare word with the name, or a word one letter off, are compared word by word. Every word that is
not a place must have its like on the other side: "Acme Consulting" is not "Acme Logistics", and is "Consulting Acme
France".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from counterlure.register.index import Index, batches
from counterlure.register.normal import is_nobody, tokens, without_brackets

RARE_MAX = 300
"""Entries that may share a word by which a name is sought."""
SOUGHT = 2
WORDS_APART = 2
LIKE_LETTERS = 5
"""Letters from which on two words a slip apart are one: a letter left out, put in, exchanged, or two swapped."""
SCORE_MIN = 80.0
COUNTRIES = frozenset(
    "france germany deutschland allemagne uk britain england europe italy italia spain espana belgium belgique"
    " switzerland suisse schweiz austria osterreich netherlands nederland usa america canada china india japan"
    " singapore international worldwide emea apac".split()
)


class Found(NamedTuple):
    """The entry that a name means. score : similarity of both names, 0 to 100, 100 where they are equal as compared."""

    name: str
    country: str
    score: float


def look(index: Index, names: Sequence[str]) -> dict[str, Found | None]:
    """The best entry for each name, None where the register holds none."""
    found: dict[str, Found | None] = dict.fromkeys(names)
    for part in batches([name for name in found if not is_nobody(name)], 20_000):
        sought: dict[str, set[str]] = defaultdict(set)
        for name in part:
            for form in (name, without_brackets(name)):
                sought[" ".join(tokens(form))].add(name)
        for normal, entry in _exact(index, sought).items():
            for name in sought[normal]:
                found[name] = entry
        left = {normal: whose for normal, whose in sought.items() if any(found[name] is None for name in whose)}
        for normal, entry in _similar(index, left).items():
            for name in left[normal]:
                best = found[name]
                if best is None or entry.score > best.score:
                    found[name] = entry
    return found


def _put(index: Index, name: str, columns: dict[str, list[str]]) -> None:
    import numpy as np

    arrays = {column: np.array(values, dtype=object) for column, values in columns.items()}
    index.database.register("asked_put", arrays)
    casts = ", ".join(f"{column}::VARCHAR AS {column}" for column in columns)
    index.database.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {casts} FROM asked_put")
    index.database.unregister("asked_put")


def _exact(index: Index, sought: Iterable[str]) -> dict[str, Found]:
    """Same words in the same order."""
    _put(index, "asked", {"normal": sorted(sought)})
    rows = index.database.execute(
        "SELECT e.normal, min(e.name), min(e.country) FROM asked AS a JOIN entry AS e ON e.normal = a.normal"
        " WHERE e.normal <> '' GROUP BY e.normal"
    ).fetchall()
    return {str(normal): Found(str(name), str(country), 100.0) for normal, name, country in rows}


_CANDIDATES = f"""
WITH own AS (SELECT DISTINCT normal, unnest(string_split(normal, ' ')) AS word FROM asked),
known AS (
    SELECT o.normal, r.word, r.entries FROM own AS o JOIN rare AS r ON r.word = o.word
    UNION
    SELECT o.normal, r.word, r.entries FROM (
        SELECT normal, word, word AS variant FROM own WHERE length(word) >= {LIKE_LETTERS}
        UNION ALL
        SELECT normal, word, substr(word, 1, pos - 1) || substr(word, pos + 1) AS variant FROM (
            SELECT normal, word, unnest(range(1, length(word) + 1)) AS pos FROM own
            WHERE length(word) >= {LIKE_LETTERS})
    ) AS o JOIN near AS n ON n.variant = o.variant JOIN rare AS r ON r.word = n.word
    WHERE o.word NOT IN (SELECT word FROM rare)
    UNION
    SELECT o.normal, r.word, r.entries FROM (
        SELECT normal, word, substr(word, 1, pos - 1) || substr(word, pos + 1) AS variant FROM (
            SELECT normal, word, unnest(range(1, length(word) + 1)) AS pos FROM own
            WHERE length(word) >= {LIKE_LETTERS})
    ) AS o JOIN rare AS r ON r.word = o.variant WHERE o.word NOT IN (SELECT word FROM rare)
),
chosen AS (
    SELECT normal, word FROM known WHERE entries <= {RARE_MAX}
    QUALIFY row_number() OVER (PARTITION BY normal ORDER BY entries, word) <= {SOUGHT} * 3
)
SELECT DISTINCT c.normal, e.name, e.normal, e.country FROM chosen AS c JOIN word AS w ON w.word = c.word
JOIN entry AS e ON e.id = w.entry
WHERE abs(len(string_split(e.normal, ' ')) - len(string_split(c.normal, ' '))) <= {WORDS_APART} ORDER BY 1, 3, 2
"""


def _similar(index: Index, sought: dict[str, set[str]]) -> dict[str, Found]:
    if not sought:
        return {}
    _put(index, "asked", {"normal": sorted(sought)})
    places = {str(row[0]) for row in index.database.execute("SELECT word FROM place").fetchall()} | COUNTRIES
    best: dict[str, Found] = {}
    seen: tuple[str, str] = ("", "")
    for normal, name, other, country in index.database.execute(_CANDIDATES).fetchall():
        if (normal, other) == seen:
            continue
        seen = (normal, other)
        score = similarity(normal.split(), other.split(), places)
        if score >= SCORE_MIN and (normal not in best or score > best[normal].score):
            best[normal] = Found(str(name), str(country), round(score, 1))
    return best


def similarity(one: Sequence[str], other: Sequence[str], places: frozenset[str] | set[str]) -> float:
    """0 where a word that is no place has no like on the other side, else the similarity of what pairs up, 0 to 100.

    References
    ----------
    rapidfuzz: `fuzz.ratio` is the normalised indel similarity.
    """
    left, right = list(one), list(other)
    pairs: list[tuple[str, str]] = []
    for word in list(left):
        if word in right:
            pairs.append((word, word))
            left.remove(word)
            right.remove(word)
    for word in list(left):
        like = _like(word, right)
        if like is not None:
            pairs.append((word, like))
            left.remove(word)
            right.remove(like)
    if not pairs or any(word not in places for word in (*left, *right)):
        return 0.0
    if all(word in places for word, _ in pairs):
        return 0.0
    return _ratio(" ".join(word for word, _ in pairs), " ".join(word for _, word in pairs))


def _like(word: str, others: Sequence[str]) -> str | None:
    from rapidfuzz.distance import OSA

    if len(word) < LIKE_LETTERS:
        return None
    near = (o for o in others if len(o) >= LIKE_LETTERS and OSA.distance(word, o, score_cutoff=1) <= 1)
    return next(near, None)


def _ratio(one: str, other: str) -> float:
    from rapidfuzz import fuzz

    ratio: Any = fuzz.ratio(one, other)
    return float(ratio)
