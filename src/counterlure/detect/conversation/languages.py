"""Notices that an account wrote in a language we have no rules for, so that nobody takes silence for an all-clear.

The language is never evidence: it decides only whether the report says "not assessed".
"""

from __future__ import annotations

from counterlure.detect.conversation.rules import LANGUAGES
from counterlure.language import language_of

WORDS_MIN = 12
FUNCTION_WORDS_MIN = 2
# Words that English and French cannot do without and their neighbours do not share.
_FUNCTION_WORDS = frozenset(
    """the and you your for with this that have are our would from about been thank thanks please hello
    vous votre vos pour avec dans nous notre est sont cette une pas merci bonjour aux tu ton ta je""".split()
)


def unassessed_language(text: str) -> str | None:
    """ISO 639-1 code of a text that is in neither English nor French; None where it is, or is too short to tell."""
    words = text.lower().split()
    if len(words) < WORDS_MIN or len(_FUNCTION_WORDS.intersection(words)) >= FUNCTION_WORDS_MIN:
        return None
    language = language_of([text])
    return None if language in LANGUAGES else language
