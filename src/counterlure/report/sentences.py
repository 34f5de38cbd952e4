"""Sentences that the page, the letters and the terminal share."""

from __future__ import annotations

import msgspec

from counterlure.model import Assessment, Finding, Judgement, Progress, Stage, Terminal
from counterlure.report.document import address
from counterlure.report.figures import percent
from counterlure.report.outside import ADDRESS_LIMIT, NAME_LIMIT, visible
from counterlure.report.words import has, interval_words, likelihood_id, likelihood_words, say


def hostile_sentence(p: float, lang: str) -> str:
    """ "A hostile approach is very likely." in `lang`."""
    band = likelihood_id(p)
    key = {"even": "hostile_even", "remote": "hostile_remote"}.get(band, "hostile")
    return say("sentence", key, lang, words=likelihood_words(p, lang))


def range_sentence(low: float, high: float, lang: str) -> str:
    """ "Range: likely to very likely (62% to 91%)." in `lang`."""
    slots = {"low": percent(low, lang), "high": percent(high, lang)}
    return say("sentence", "range", lang, words=interval_words(low, high, lang), **slots)


def stage_words(stage: Stage | None, lang: str) -> str:
    """The stage in words, or "none"."""
    return say("stages", stage.value, lang) if stage else say("dossier", "stage_none", lang)


def shows(tag: str | None, lang: str) -> str | None:
    """What a quote shows: a stage, a tactic or a sign in words."""
    if tag is None:
        return None
    section = next((s for s in ("stages", "tactics", "signs") if has(s, tag)), None)
    return say(section, tag, lang) if section else visible(tag.replace("_", " "), NAME_LIMIT)


def innocent(a: Assessment, lang: str) -> list[str]:
    """The innocent explanation of the reading, then those of the other kinds of evidence found."""
    families = sorted({f.family.value for f in a.findings if f.score > 0})
    texts = [say("innocent", a.reading.value, lang)]
    return texts + [say("innocent_family", f, lang) for f in families if has("innocent_family", f)]


def where(j: Judgement, account: int, lang: str) -> str:
    """The address of an account; in words where it has none, since a key made from names would name a target."""
    return say("sentence", "name_only", lang) if _by_name(j, account) else visible(address(j, account), ADDRESS_LIMIT)


def _by_name(j: Judgement, account: int) -> bool:
    return j.accounts[account].url is None and j.accounts[account].key.startswith("name:")


def by_kind(findings: list[Finding]) -> list[Finding]:
    """One finding per kind: the same sign in five threads is said once, with five places to check."""
    kinds: dict[str, Finding] = {}
    for f in findings:
        seen = kinds.get(f.kind)
        kinds[f.kind] = f if seen is None else _joined(seen, f)
    return list(kinds.values())


def _joined(one: Finding, other: Finding) -> Finding:
    return msgspec.structs.replace(
        one,
        score=max(one.score, other.score),
        evidence=tuple(dict.fromkeys((*one.evidence, *other.evidence))),
        targets=tuple(sorted({*one.targets, *other.targets})),
    )


def rank(p: Progress) -> int:
    """The rank of the highest stage of one course, -1 where none was seen."""
    return max((step.stage.rank for step in p.steps), default=-1)


def went_further(p: Progress) -> bool:
    """Whether a person may have done more than read: did what was asked, or kept answering up to a task or beyond."""
    return p.terminal is Terminal.COMPLIED or (rank(p) >= Stage.TASKING.rank and p.messages_out > 0)
