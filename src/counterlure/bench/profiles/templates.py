"""Which rows share a template, and splits that keep each template on one side.

Fakes made by hand share whole texts: 248 of the 421 with an About share it word for word with other fakes, and a
detector of random splits finds those (recall .996) more often than fakes of a template it never saw (.908): the
replication of FAHSIMahmoud (2026), whose rule, one identical text of over 60 characters, is widened to near-duplicates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from counterlure.alike.near import JACCARD_MIN, bands, candidates, jaccard
from counterlure.alike.shingles import shingles
from counterlure.bench.profiles.dataset import CLASSES, Profile

FOLDS = 5
Ints = NDArray[np.int64]


def templates(profiles: Sequence[Profile]) -> Ints:
    """A number for each row, the same for rows that share a masked part or nearly do, directly or by way of others."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    parts = [(row, part) for row, own in enumerate(profiles) for part in own.written.parts]
    hashes, counts = shingles([part for _, part in parts])
    full = np.flatnonzero(counts)
    owner = np.array([row for row, _ in parts], np.int64)[full]
    starts = (np.cumsum(counts) - counts)[full]
    low, high = candidates(bands(hashes, starts))
    near = jaccard(hashes, np.repeat(np.arange(full.size), counts[full]), low, high) >= JACCARD_MIN
    ends = (owner[low[near]], owner[high[near]])
    linked = coo_matrix((np.ones(ends[0].size), ends), (len(profiles), len(profiles)))
    _, found = connected_components(linked, directed=False)
    return np.asarray(found, np.int64)


def folds(profiles: Sequence[Profile], template: Ints) -> Ints:
    """A fold for each row, one for all rows of a template, each class spread as evenly as that allows.

    The largest template comes first, into the fold that holds the smallest share of its classes so far.
    """
    code = np.array([CLASSES.index(own.label) for own in profiles], np.int64)
    size = np.maximum(np.bincount(code, minlength=len(CLASSES)), 1)
    held = np.zeros((int(template.max(initial=-1)) + 1, len(CLASSES)))
    np.add.at(held, (template, code), 1)
    shares = held / size
    filled = np.zeros((FOLDS, len(CLASSES)))
    place = np.zeros(len(held), np.int64)
    for one in np.argsort(-held.sum(axis=1), kind="stable"):
        place[one] = np.argmin(filled @ (held[one] > 0))
        filled[place[one]] += shares[one]
    return np.asarray(place[template], np.int64)


def sizes(profiles: Sequence[Profile], template: Ints) -> dict[str, dict[str, int]]:
    """Per class: rows, templates, rows in templates of more than one row, and rows of the largest template."""
    found = {}
    for label in CLASSES:
        own = Counter(int(t) for t, profile in zip(template, profiles, strict=True) if profile.label == label)
        found[label] = {
            "profiles": own.total(),
            "templates": len(own),
            "sharing": sum(n for n in own.values() if n > 1),
            "largest": max(own.values(), default=0),
        }
    return found
