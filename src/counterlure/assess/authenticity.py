"""Whether a profile is what it says, apart from whether its contact is hostile.

Signs of one group (timeline, counters, claims, history, text, portrait, employer) are correlated: the strongest counts
and the others do not. Groups add up, the second strongest at a discount, up to a cap. What a sign says about the five
readings of the contact follows from how often profiles of each reading are invented.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache

import msgspec

from counterlure.assess import tables
from counterlure.assess.ids import FINDING_KINDS
from counterlure.assess.kinds import Basis, Kind, Sign
from counterlure.case.captures import Captured
from counterlure.detect.profile.commonness import shares
from counterlure.errors import RuleError
from counterlure.model import Authenticity, AuthenticitySign, Family, Finding, Reading

FILE = "authenticity.yml"
GROUPS = ("timeline", "counters", "claims", "history", "text", "portrait", "employer")
DECIMALS = 4
REGISTER = frozenset({"employer_in_register", "employer_not_in_register"})


class Prior(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Share of inauthentic profiles among strangers who write, with its band and origin."""

    low: float
    mid: float
    high: float
    origin: str


class Bands(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which log10 ratio signs are called strong, and some."""

    strong: float
    some: float


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sign as the table tells it."""

    group: str
    per_cent: dict[str, float]
    origin: str
    basis: Basis
    sign: Sign = Sign.HOSTILE


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`authenticity.yml`, checked; `signs` give both shares."""

    inauthentic_per_cent: dict[Reading, float]
    readings_origin: str
    prior: Prior
    discount: float
    cap: float
    honest_cap: float
    bands: Bands
    signs: dict[str, Entry]

    def weight(self, kind: str) -> float:
        """log10 of inauthentic over authentic, of a sign at its full score."""
        own = self.signs[kind].per_cent
        return math.log10(own["inauthentic"] / own["authentic"])

    def kinds(self) -> dict[str, Kind]:
        """The signs of the profile family as `weights.py` weighs them: shares by reading, mixed from the two."""
        return {
            name: Kind(
                family=Family.PROFILE, sign=entry.sign, origin=entry.origin, basis=entry.basis, group=entry.group,
                per_cent={
                    reading: (share * entry.per_cent["inauthentic"] + (100 - share) * entry.per_cent["authentic"]) / 100
                    for reading, share in self.inauthentic_per_cent.items()
                },
            )
            for name, entry in self.signs.items() if FINDING_KINDS[name] is Family.PROFILE
        }  # fmt: skip


@cache
def load_table() -> Table:
    """The table that ships with the program, honest shares of careers taken from where they are counted."""
    return parse_table(tables.own_text(FILE))


def parse_table(text: str) -> Table:
    """The table of a text.

    Raises
    ------
    RuleError : an entry is missing, misspelt or contradicts its own sign; the message names it.
    """
    table = tables.typed(tables.mapping(text, FILE), Table, FILE, "top level")
    if set(table.inauthentic_per_cent) != set(Reading):
        raise RuleError(f"{FILE}: inauthentic_per_cent: must give all five readings")
    tables.within(table.discount, 0.0, 0.8, FILE, "discount")
    for name in (name for name, family in FINDING_KINDS.items() if family is Family.PROFILE):
        if name not in table.signs:
            raise RuleError(f"{FILE}: signs.{name}: missing")
    return msgspec.structs.replace(table, signs={name: _entry(name, entry) for name, entry in table.signs.items()})


def _entry(name: str, entry: Entry) -> Entry:
    place = f"signs.{name}"
    if name not in FINDING_KINDS or entry.group not in GROUPS:
        raise RuleError(f"{FILE}: {place}: no finding is called so, or no group {entry.group!r}")
    counted = shares().get(name)
    own = entry.per_cent if counted is None else {"authentic": counted.honest} | entry.per_cent
    if set(own) != {"authentic", "inauthentic"} or (counted is not None and "authentic" in entry.per_cent):
        raise RuleError(f"{FILE}: {place}.per_cent: authentic and inauthentic, each told in one place")
    for side, share in own.items():
        tables.within(share, 0.001, 100.0, FILE, f"{place}.per_cent.{side}")
    if (own["inauthentic"] > own["authentic"]) != (entry.sign is Sign.HOSTILE):
        raise RuleError(f"{FILE}: {place}: called {entry.sign}, but its shares say the contrary")
    return msgspec.structs.replace(entry, per_cent=own)


def authenticity(
    account: int, findings: Iterable[Finding], captured: Captured | None, table: Table | None = None
) -> Authenticity:
    """What the findings of one account say about its profile; findings that say nothing about profiles are left out.

    captured : what its captures allow to check; None where there is no capture.
    """
    known = load_table() if table is None else table
    kinds = {finding.kind for finding in findings}
    signs = _strongest(findings, known)
    ratio = _ratio([sign.weight for sign in signs], known)
    return Authenticity(
        account=account, ratio=round(ratio, DECIMALS), band=_band(ratio, bool(signs), captured, known.bands),
        share=_shares(ratio, known.prior), signs=signs, unchecked=_unchecked(kinds, captured),
    )  # fmt: skip


def _strongest(findings: Iterable[Finding], table: Table) -> tuple[AuthenticitySign, ...]:
    """Per group the sign that weighs most, either way; a score is the exponent of a ratio, as everywhere."""
    best: dict[str, AuthenticitySign] = {}
    seen: dict[str, set[str]] = {}
    for finding in sorted(findings, key=lambda f: (f.kind, -f.score)):
        entry = table.signs.get(finding.kind)
        if entry is None or (entry.sign is Sign.HOSTILE and not finding.score):
            continue
        power = finding.score if entry.sign is Sign.HOSTILE else 1.0
        weight = round(power * table.weight(finding.kind), DECIMALS)
        sign = AuthenticitySign(finding.kind, entry.group, weight, entry.per_cent["authentic"])
        seen.setdefault(entry.group, set()).add(finding.kind)
        if entry.group not in best or _louder(sign, best[entry.group]):
            best[entry.group] = sign
    told = (
        msgspec.structs.replace(sign, also=tuple(sorted(seen[group] - {sign.kind}))) for group, sign in best.items()
    )
    return tuple(sorted(told, key=lambda s: (-s.weight, s.kind)))


def _louder(one: AuthenticitySign, other: AuthenticitySign) -> bool:
    """A sign of invention outweighs one of honesty in its group: a copied career is honest in everything else."""
    return (one.weight > 0, abs(one.weight)) > (other.weight > 0, abs(other.weight))


def _ratio(weights: list[float], table: Table) -> float:
    for_it = sorted((w for w in weights if w > 0), reverse=True)
    against = sorted((-w for w in weights if w < 0), reverse=True)
    up = math.fsum(w * table.discount**rank for rank, w in enumerate(for_it))
    down = math.fsum(w * table.discount**rank for rank, w in enumerate(against))
    return min(table.cap, up) - min(table.honest_cap, down)


def _band(ratio: float, seen: bool, captured: Captured | None, bands: Bands) -> str:
    if ratio >= bands.strong:
        return "strong"
    if ratio >= bands.some:
        return "some"
    return "none" if seen or _checkable(captured) else "unknown"


def _checkable(captured: Captured | None) -> bool:
    """Whether a capture allows any check at all."""
    return captured is not None and (captured.captures > 1 or any(captured[1:]))


def _shares(ratio: float, prior: Prior) -> tuple[float, float, float]:
    odds = [share / (1 - share) * 10**ratio for share in (prior.low, prior.mid, prior.high)]
    low, mid, high = (round(one / (1 + one), DECIMALS) for one in odds)
    return low, mid, high


def _unchecked(kinds: set[str], captured: Captured | None) -> tuple[str, ...]:
    register = {
        "no_register": REGISTER.isdisjoint(kinds) and "employer_register_unknown" not in kinds,
        "register_not_covering": "employer_register_unknown" in kinds and REGISTER.isdisjoint(kinds),
    }
    if captured is None:
        return ("no_capture", *(name for name, there in register.items() if there))
    gaps: Mapping[str, bool] = {
        "no_month_dates": not captured.to_month, "one_capture": captured.captures < 2,
        "no_portrait": not captured.portrait, **register, "no_counters": not captured.counters,
        "no_texts": not captured.texts,
    }  # fmt: skip
    return tuple(name for name, there in gaps.items() if there)
