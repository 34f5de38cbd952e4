"""A group in plain words: who, which list, what is improbable, what may be cover, how sure, what else it could be."""

from __future__ import annotations

from datetime import UTC, datetime
from math import floor, log
from statistics import median_low

from counterlure.network.facts import Facts, Shared
from counterlure.network.model import Kind
from counterlure.network.wording import day, listing, percent, say, shown

SURE = (  # upper bound of the band, wording
    (0.05, "remote"),
    (0.20, "very_unlikely"),
    (0.45, "unlikely"),
    (0.55, "even"),
    (0.80, "likely"),
    (0.95, "very_likely"),
    (1.01, "almost_certain"),
)
POWER_MAX = 100
"""Odds beyond 1 in 10^100 are told as that; the log ratio in the document has the rest."""
TARGETS_TOLD = 3
HONEST = ("team", "committee", "alumni", "territory")


def explanation(group: Facts, lang: str) -> list[str]:
    """Sentences about a group, in the order in which a person reads them; outside words in them are safe to show."""
    return [*story(group, lang), *honest(group, lang), say("honest.limits", lang)]


def story(group: Facts, lang: str) -> list[str]:
    """What was seen of a group, and how sure it is."""
    return [
        say(f"who.{group.kind.value}", lang, n=len(group.members)),
        *list_words(group, lang),
        say("who.odds", lang, odds=odds(group.log_ratio, lang)),
        *_window(group, lang),
        *(shared_words(shared, lang) for shared in group.shared),
        *_contacts(group, lang),
        _sureness(group, lang),
    ]


def detail(group: Facts, lang: str) -> str:
    """What is improbable about a group, in one sentence."""
    n = len(group.members)
    if not group.has_list:
        layers = listing([layer_words(name, lang) for name in group.telling], lang)
        return say("detail.no_list", lang, n=n, layers=layers)
    reaching = sum(member.listed > 0 for member in group.members)
    counts = {"listed": group.listed, "targets": len(group.targets), "expected": group.expected}
    if reaching == n:
        return say("detail.list_all", lang, n=n, **counts)
    return say("detail.list", lang, n=n, reaching=reaching, **counts)


def list_words(group: Facts, lang: str) -> list[str]:
    """The list, and who on it was contacted by the most members."""
    top = group.targets[:TARGETS_TOLD] if group.has_list else ()
    return [
        detail(group, lang),
        *(say("seen.target", lang, target=shown(t.target), members=t.hits, expected=t.expected) for t in top),
    ]


def odds(log_ratio: float, lang: str) -> str:
    """How often chance gives such a group, from the log ratio: "less than 1 in 40", "less than 1 in 10^12"."""
    power = log_ratio / log(10)
    if power < 1:
        return say("odds.weak", lang, percent=percent(10**-power, lang))
    if power < 4:
        return say("odds.plain", lang, n=floor(10**power))
    return say("odds.power", lang, n=min(floor(power), POWER_MAX))


def sure(chance: float) -> str:
    """The band that holds a chance in [0, 1]; a bound belongs to the band above it."""
    return next(name for bound, name in SURE if chance < bound)


def layer_words(name: str, lang: str) -> str:
    """What a layer compares."""
    return say(f"layer.{name}", lang)


def shared_words(shared: Shared, lang: str) -> str:
    """What members have in common besides targets, against chance."""
    value = shown(value_words(shared, lang))
    return say(f"seen.{shared.layer}", lang, members=shared.members, expected=shared.expected, value=value)


def value_words(shared: Shared, lang: str) -> str:
    """A shared value as people write it: the day that a week begins, an hour without its seconds, else as it stands."""
    value = shared.value or ""
    if shared.layer == "created":
        return _week(value, lang)
    return f"{value[:10]} {value[11:16]} UTC" if shared.layer == "burst" else value


def honest(group: Facts, lang: str) -> list[str]:
    """What remains to be ruled out before anybody thinks ill of the group."""
    if group.kind is Kind.COMMERCIAL:
        return [say("honest.commercial", lang)]
    others = listing([say(f"honest.{name}", lang) for name in HONEST], lang, "or")
    return [f"{say('honest.unexplained', lang)} {others}."]


def _week(begins: str, lang: str) -> str:
    return day(int(datetime.fromisoformat(begins).replace(tzinfo=UTC).timestamp()), lang)


def _window(group: Facts, lang: str) -> list[str]:
    if group.window is None:
        return []
    first, last = (day(at, lang) for at in group.window)
    return [say("who.window", lang, first=first, last=last)]


def _contacts(group: Facts, lang: str) -> list[str]:
    if not group.has_list:
        return []
    counts = [member.listed for member in group.members]
    return [
        say("contacts.split", lang, all=group.listed + group.others, listed=group.listed, others=group.others),
        say("contacts.spread", lang, median=median_low(counts), most=max(counts)),
    ]


def _sureness(group: Facts, lang: str) -> str:
    bands = [sure(member.sureness) for member in group.members]
    high, good = bands.count("almost_certain"), bands.count("very_likely")
    counts = {"almost_certain": high, "very_likely": good, "less": len(bands) - high - good}
    parts = [say(f"members.{name}", lang, n=n) for name, n in counts.items() if n]
    return say("members.all", lang, parts=listing(parts, lang))
