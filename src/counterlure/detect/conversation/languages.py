"""Notices that an account wrote in a language we have no rules for, so that nobody takes silence for an all-clear.

The language is never evidence: it decides only whether the report says "not assessed".
"""

from __future__ import annotations

from counterlure.detect.conversation.rules import LANGUAGES
from counterlure.language import language_of

WORDS_MIN = 20
BEGINNING_CHARACTERS = 100
FUNCTION_WORDS_MIN = 2
# Words that English and French cannot do without and that their neighbours do not share.
_FUNCTION_WORDS = frozenset(
    """the and you your for with this that have are our would from about been thank thanks please hello of it be at not
    can will if as by they what when how who just know any my we could there which some hi us next good hope see let
    vous votre vos pour avec dans nous notre est sont cette une pas merci bonjour aux tu ton ta je et du mais sur plus
    très ce cet être été chez quand comment peux pouvez avez ont elle nos leur aussi déjà encore toujours salut bien
    tout quelle ai suis""".split()
)


def unassessed_language(text: str) -> str | None:
    """ISO 639-1 code of a text that is in neither English nor French; None where it is, or is too short to tell."""
    words = text.lower().split()
    if len(words) < WORDS_MIN or len(_FUNCTION_WORDS.intersection(words)) >= FUNCTION_WORDS_MIN:
        return None
    language = language_of([text])
    return None if language in LANGUAGES else language


def surely_assessed(beginning: str) -> bool:
    """Whether a text that begins so cannot be in an unassessed language; reads little, and settles nearly all."""
    words = beginning[:BEGINNING_CHARACTERS].lower().split()[:-1]  # the last word may be cut
    return len(_FUNCTION_WORDS.intersection(words)) >= FUNCTION_WORDS_MIN
