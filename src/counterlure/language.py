"""Which language a text is in, for choosing the language of a letter and saying what was not assessed."""

from __future__ import annotations

from collections.abc import Iterable

CHARACTERS_MIN = 40
CHARACTERS_MAX = 4000


def language_of(texts: Iterable[str]) -> str | None:
    """ISO 639-1 code of what the texts are written in together; None where they are too short to tell."""
    sample = " ".join(texts)[:CHARACTERS_MAX]
    if len(sample) < CHARACTERS_MIN:
        return None
    import py3langid

    return str(py3langid.classify(sample)[0])
