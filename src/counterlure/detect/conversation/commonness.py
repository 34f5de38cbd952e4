"""How often a phrase stands in an ordinary business message, roughly: what makes a part of a phrase worth searching."""

from __future__ import annotations

import functools
import math

# Words that stand in more than about one message in fifty, in English and French.
_EVERYDAY = frozenset(
    """the a you on i la i de le for est is à vous in to pour l it je et and we my j was sur your of week une un at this
    have des about will ce ai en from days know les soon au aux has been merci que semaine dans si votre vos last with
    please tu nous open are hello good if be cette notre d n c s qu m t cela still how would thank thanks small as
    these all am let call do next meeting short new client il team bonjour free that message work more time end
    jours temps no se us great sorry did when say should who until far help month an points up there so by add again
    non now one people not them they our me she he his her or but out can could any some what which where why than
    then there here get make see share need like want also just only very well back send happy may might must was were
    had does their its into over after before between other such much many most first project company interest
    interesting profile role experience opportunity look looking forward discuss discussion day year ne pas plus par
    avec son sa ses leur elle ils elles mais ou où donc car qui quoi dont tout tous toute très bien aussi peu fait
    faire avez êtes sont être avoir était mon ma mes ton ta tes moi toi lui entre sans sous chez vers comme lors
    travail projet poste entreprise échange échanger échangé bonne journée prendre besoin peut peux pouvez
    souhaite souhaitez serait point question questions quand contre dès des que condition
    cette ces cet aucun aucune rien jamais toujours encore seulement plutôt moins avant après pendant lors
    cela ça""".split()
)
_EVERYDAY_SHARE = 0.1
_RARE_SHARE = 0.005
_AMOUNT_SHARE = 0.0003


@functools.cache
def commonness(words: str) -> float:
    """Roughly the share of messages that hold these words in this order; only its order means anything."""
    return together([_share(word) for word in words.split()])


def _share(word: str) -> float:
    if word in _EVERYDAY:
        return _EVERYDAY_SHARE
    # An amount or a sign is rarer than its length would say.
    return min(_RARE_SHARE, 10.0 ** (-1 - len(word) / 3)) if word.isalpha() else _AMOUNT_SHARE


def together(shares: list[float]) -> float:
    """The share of several parts that stand side by side: the rarest counts in full, the others by half.

    Words that follow one another are not independent.
    """
    rarest = min(shares, default=1.0)
    return rarest * math.sqrt(math.prod(shares) / rarest)
