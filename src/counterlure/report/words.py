"""Every wording of the reports, English and French, read from the files of `FILES`.

References
----------
ICD 203 (2015), expressions of likelihood; MISP taxonomies `estimative-language` and
`vocabulaire-des-probabilites-estimatives`.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from counterlure.data_files import parse_yaml
from counterlure.errors import RuleError
from counterlure.model import HOSTILE, Finding, Prior
from counterlure.report.figures import FIXED, NARROW, number
from counterlure.report.outside import visible

LANGS = ("en", "fr")
FILES = ("words.yml", "page.yml", "profile_words.yml", "workbench.yml")
LIKELIHOOD = (  # upper bound of the band, wording id
    (0.05, "remote"),
    (0.20, "very_unlikely"),
    (0.45, "unlikely"),
    (0.55, "even"),
    (0.80, "likely"),
    (0.95, "very_likely"),
    (1.01, "almost_certain"),
)
Slot = str | int | float


def say(section: str, key: str, lang: str, **slots: Slot) -> str:
    """The wording `section.key` in `lang`, its {slots} filled; numbers are written as the language does.

    Raises
    ------
    RuleError : no such wording, or a slot it needs is not given.
    """
    wording = _wordings().get(section, {}).get(key, {}).get(lang)
    if not isinstance(wording, str):
        raise RuleError(f"report wordings: no {section}.{key} in {lang!r}")
    return _fill(wording, slots, lang, f"{section}.{key}")


def unfilled(section: str, key: str, lang: str) -> str:
    """The wording with its slots still open, for a script to fill."""
    wording: str = _wordings()[section][key][lang]
    return wording


def has(section: str, key: str) -> bool:
    """Whether `section.key` is worded."""
    return key in _wordings().get(section, {})


def keys(section: str) -> list[str]:
    """The ids worded in `section`, as the file orders them."""
    return list(_wordings()[section])


def count(key: str, n: int, lang: str) -> str:
    """ "1 account", "3 accounts": the wording `count.key` in the singular or plural of `lang`."""
    forms = _wordings()["count"][key][lang]
    single = n <= 1 if lang == "fr" else n == 1
    return _fill(forms["one" if single else "other"], {"n": n}, lang, f"count.{key}")


def note(section: str, key: str, lang: str) -> str:
    """Like `say`, for ids that rooms below choose: an id not worded yet is shown as plain words."""
    return say(section, key, lang) if has(section, key) else visible(key.replace("_", " "))


def finding_words(finding: Finding, lang: str) -> str:
    """One sentence for the analyst; the detector's own English one where the kind is not worded."""
    wording = _wordings()["kinds"].get(finding.kind, {}).get(lang)
    if wording is None or not slots_of(wording) <= finding.params.keys():
        return visible(finding.detail)
    return _fill(wording, finding.params, lang, finding.kind)


def likelihood_words(p: float, lang: str) -> str:
    """The ICD 203 term, or the French one, for a probability in [0, 1]."""
    return say("likelihood", likelihood_id(p), lang)


def interval_words(low: float, high: float, lang: str) -> str:
    """ "likely", or "unlikely to very likely", for the terms at both ends of an interval."""
    if likelihood_id(low) == likelihood_id(high):
        return likelihood_words(low, lang)
    ends = {"low": likelihood_words(low, lang), "high": likelihood_words(high, lang)}
    return say("sentence", "interval", lang, **ends)


def likelihood_id(p: float) -> str:
    """The id of the band that holds `p`; a bound belongs to the band above it."""
    return next(key for bound, key in LIKELIHOOD if p < bound)


def natural(p: float, whole: int, lang: str) -> str:
    """`p` of `whole` as a count of accounts at two significant figures, never none and never all."""
    n = p * whole
    if n < 1:
        return say("sentence", "fewer_than_one", lang)
    if n > whole - 1:
        return say("sentence", "more_than", lang, n=whole - 1)
    figures = min(2 - len(str(int(n))), 0)
    return number(int(round(n, figures)) if n < whole * 0.9 else round(n), lang)


def about(p: float, whole: int, lang: str) -> str:
    """Like `natural`, with "about" before a plain number."""
    text = natural(p, whole, lang)
    return say("sentence", "about", lang, n=text) if text[0].isdigit() else text


def natural_frequency(low: float, mid: float, high: float, lang: str) -> str:
    """ "Of 1,000 accounts that show what this one shows, about 20 (8 to 45) would be hostile." """
    slots = {"low": natural(low, 1000, lang), "mid": about(mid, 1000, lang), "high": natural(high, 1000, lang)}
    return say("sentence", "natural_frequency", lang, whole=1000, **slots)


def base_rate(prior: Prior, lang: str) -> str:
    """What is believed before any evidence, as a count among so many strangers."""
    low, mid, high = (sum(band.get(r, 0.0) for r in HOSTILE) for band in (prior.low, prior.mid, prior.high))
    whole = next((n for n in (1_000, 10_000, 100_000) if low * n >= 1), 1_000_000)
    slots = {"low": natural(low, whole, lang), "mid": about(mid, whole, lang), "high": natural(high, whole, lang)}
    return say("sentence", "base_rate", lang, whole=whole, **slots)


def quoted(text: str, lang: str) -> str:
    """`text` between the quotation marks of `lang`."""
    return f"«{FIXED}{text}{FIXED}»" if lang == "fr" else f"“{text}”"


def typeset(text: str, lang: str) -> str:
    """French spacing: no-break before two-part punctuation and inside « »; English is left alone."""
    if lang != "fr":
        return text
    text = re.sub(r" ([;!?])", rf"{NARROW}\1", text)
    text = re.sub(r" ([:%»€])", rf"{FIXED}\1", text)
    return re.sub(r"« ", f"«{FIXED}", text)


def slots_of(wording: str) -> set[str]:
    """The names between braces in a wording."""
    return {name for _, name, _, _ in Formatter().parse(wording) if name is not None}


def _fill(wording: str, slots: dict[str, Slot], lang: str, where: str) -> str:
    shown = {k: visible(v) if isinstance(v, str) else number(v, lang) for k, v in slots.items()}
    try:
        return wording.format_map(shown)
    except KeyError as missing:
        raise RuleError(f"report wordings: {where} needs the slot {missing}") from missing


@cache
def _wordings() -> dict[str, Any]:
    sections: dict[str, Any] = {}
    for name in FILES:
        text = files(__package__).joinpath(name).read_text(encoding="utf-8")
        sections.update(parse_yaml(text))
    return {
        section: {key: _typeset_all(by_lang) for key, by_lang in entries.items()}
        for section, entries in sections.items()
    }


def _typeset_all(by_lang: dict[str, Any]) -> dict[str, Any]:
    done: dict[str, Any] = {}
    for lang, wording in by_lang.items():
        if isinstance(wording, dict):
            done[lang] = {form: typeset(text.strip(), lang) for form, text in wording.items()}
        else:
            done[lang] = typeset(wording.strip(), lang)
    return done
