"""Whether a profile is what it says, in words: its career, signs for and against, and what nobody could check.

Here a profile is invented or genuine. What its account wants is said elsewhere, and this is no answer to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from markupsafe import Markup

from counterlure.model import Assessment, Authenticity, AuthenticitySign, Displayed, Family, Finding, Judgement
from counterlure.report.career import career_picture
from counterlure.report.document import findings_in_order
from counterlure.report.figures import number
from counterlure.report.outside import visible
from counterlure.report.seen import Seen
from counterlure.report.sentences import by_kind
from counterlure.report.spans import Career, captured_sentence, career, sources
from counterlure.report.words import about, natural, note, say

SOURCES_SHOWN = 2
WHOLE = 1_000
WHOLES = (100, 1_000, 10_000, 100_000)
Tell = Callable[[Finding], Seen]


class Sign(NamedTuple):
    """One sign in words with its places, its group, how common it is among honest people and what it counts.

    honest : both; says instead that it does not count where a stronger one of its group does.
    """

    seen: Seen
    group: str
    honest: str


class Profile(NamedTuple):
    """What the page shows of one profile; None where there is nothing to say it from.

    captured, places : on the capture; career : its bars, which `picture` draws; band, share : in words.
    speaks_for, speaks_against, unchecked : empty where the profile was not judged, and then `band` is None.
    """

    captured: str | None
    places: str | None
    career: Career | None
    picture: Markup | None
    band: str | None
    share: str | None
    speaks_for: list[Sign]
    speaks_against: list[Sign]
    unchecked: list[str]
    notes: list[str]


def profile_part(j: Judgement, a: Assessment, lang: str, anchor: str, tell: Tell) -> Profile | None:
    """The profile of an assessed account, None where none of it was captured or judged.

    anchor : a name of its own on the page. tell : words a finding and its places.
    """
    shown, judged = j.displayed.get(a.account), j.authenticity.get(a.account)
    if shown is None and judged is None:
        return None
    told = career(shown, j.generated_at, lang) if shown else None
    signs = _signs(judged, a, lang, tell) if judged else []
    return Profile(
        captured=captured_sentence(shown, lang) if shown else None,
        places=_places(shown, lang) if shown else None,
        career=told,
        picture=career_picture(told, lang, f"{anchor}-career") if told and told.bars else None,
        band=band_words(judged, lang) if judged else None,
        share=share_sentence(judged, lang) if judged else None,
        speaks_for=[sign for against, sign in signs if not against],
        speaks_against=[sign for against, sign in signs if against],
        unchecked=[note("profile_unchecked", key, lang) for key in judged.unchecked] if judged else [],
        notes=[say("profile_note", key, lang) for key in ("not_hostile", "innocent")],
    )


def told_there(f: Finding, judged: Authenticity | None) -> bool:
    """Whether a finding is told in the part on the profile and need not be told again beside it."""
    if judged is None or f.family is not Family.PROFILE:
        return False
    return any(f.kind == sign.kind or f.kind in sign.also for sign in judged.signs)


def band_words(judged: Authenticity, lang: str) -> str:
    """How strong the signs of an invented profile are."""
    return note("profile_band", judged.band, lang)


def share_sentence(judged: Authenticity, lang: str) -> str:
    """ "Of 1,000 profiles like this among strangers who write, about 90 (20 to 300) would be invented." """
    low, mid, high = judged.share
    slots = {"low": natural(low, WHOLE, lang), "mid": about(mid, WHOLE, lang), "high": natural(high, WHOLE, lang)}
    return say("profile_share", "start" if judged.band == "unknown" else "known", lang, whole=WHOLE, **slots)


def among_honest(per_cent: float, against: bool, lang: str) -> str:
    """ "also in 26 of 100 honest profiles", of so many that the count is whole.

    against : the sign speaks against an invented profile.
    """
    whole = next((n for n in WHOLES if _tells(per_cent / 100 * n)), WHOLES[-1])
    n = max(round(per_cent / 100 * whole), 1)
    return say("profile_share", "honest" if against else "honest_too", lang, n=n, whole=whole)


def times(weight: float, lang: str) -> str:
    """How many times as common, from the log10 of it, at two significant figures; the side is not told."""
    ratio = 10 ** abs(weight)
    return number(round(ratio) if ratio >= 10 else round(ratio, 1), lang)


def _tells(n: float) -> bool:
    """Whether rounding to a whole number loses less than a twentieth."""
    return n >= 0.95 and abs(n - round(n)) <= n / 20


def _signs(judged: Authenticity, a: Assessment, lang: str, tell: Tell) -> list[tuple[bool, Sign]]:
    """(against, sign), in the order of the judgement; those that do not count stand behind those that do."""
    found = {f.kind: f for f in by_kind(findings_in_order(a))}
    counted, besides = [], []
    for sign in judged.signs:
        group, against = note("profile_group", sign.group, lang), sign.weight < 0
        common = among_honest(sign.honest_per_cent, against, lang)
        facts = f"{common} · {say('profile_share', 'counts', lang, n=times(sign.weight, lang))}"
        counted.append((against, Sign(_seen(sign, found, tell), group, facts)))
        for kind in sign.also:
            if kind in found:
                idle = Sign(tell(found[kind]), group, say("profile", "not_counted", lang))
                besides.append((found[kind].score == 0, idle))
    return counted + besides


def _seen(sign: AuthenticitySign, found: dict[str, Finding], tell: Tell) -> Seen:
    if sign.kind in found:
        return tell(found[sign.kind])
    return Seen(visible(sign.kind.replace("_", " ")), "", [], None)


def _places(shown: Displayed, lang: str) -> str | None:
    named, more = sources(shown, SOURCES_SHOWN)
    if not named:
        return None
    if more:
        named.append(say("profile", "and_more", lang, n=more))
    # Joined here: a slot would be cut.
    return f"{say('profile', 'source', lang)} {', '.join(named)}"
