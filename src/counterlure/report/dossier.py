"""One account at alert or watch, as its dossier reads: every value in words, nothing left for the page to decide."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from counterlure.model import (
    HOSTILE,
    Assessment,
    Finding,
    Judgement,
    Level,
    Progress,
    Reading,
)
from counterlure.report.authenticity import Profile, band_words, profile_part, told_there
from counterlure.report.document import FAMILIES, findings_in_order
from counterlure.report.figures import day, number, percent
from counterlure.report.outside import ADDRESS_LIMIT, NAME_LIMIT, Mask, bare, visible
from counterlure.report.seen import QUOTES_SHOWN, Cited, Seen, seen
from counterlure.report.sentences import (
    by_kind,
    hostile_sentence,
    innocent,
    range_sentence,
    rank,
    stage_words,
    went_further,
    where,
)  # fmt: skip
from counterlure.report.svg import in_time, interval_bar, timeline
from counterlure.report.words import count, likelihood_words, natural_frequency, note, say

MARKS = {Level.ALERT: "▲", Level.WATCH: "◆", Level.CLEAR: "○", Level.INSUFFICIENT: "–"}
FINDINGS_SHOWN = 14
TIMELINES_SHOWN = 8
PAYLOAD_KINDS = frozenset({"payload_pushed", "login_or_credentials_asked"})


class Course(NamedTuple):
    """How it went with one target."""

    target: str
    facts: list[str]
    picture: Markup | None


class Dossier(NamedTuple):
    """What the page shows of one account."""

    anchor: str
    level: str
    level_label: str
    mark: str
    name: str
    address: str
    short_address: str
    displays: str | None
    reading: str
    reading_meaning: str
    hostile: str
    likelihood: str
    percents: str
    range: str
    frequency: str
    bar: Markup
    confidence: str
    confidence_meaning: str
    why: str
    readings: list[tuple[str, str, int]]
    stage: str
    reached: str
    reached_n: str
    companions: list[tuple[str, str | None]]
    courses: list[Course]
    courses_left: int
    profile: Profile | None
    profile_band: str | None
    speaks_for: list[Seen]
    speaks_against: list[Seen]
    findings_left: int
    missing: list[str]
    innocent: list[str]
    would_change: list[str]
    todo: list[str]


class Writer:
    """Writes dossiers of one judgement in one language; `label` maps a target id to how it is shown."""

    def __init__(self, j: Judgement, lang: str, label: dict[str, str], mask: Mask) -> None:
        self.j, self.lang, self.label, self.mask = j, lang, label, mask
        self._progress: dict[int, list[Progress]] = {}
        for p in j.progress:
            self._progress.setdefault(p.account, []).append(p)
        self._groups = {g.id: g for g in j.groups}

    def dossier(self, a: Assessment, anchor: str, anchors: dict[int, str]) -> Dossier:
        """The dossier of one assessment; `anchors` maps accounts to their places on the page."""
        lang, info = self.lang, self.j.accounts[a.account]
        low, high = a.interval
        shown = [f for f in (info.headline, info.employer) if f]
        cited: Cited = set()
        profile = profile_part(self.j, a, lang, anchor, lambda f: self._seen(f, cited))
        weighty = sorted(by_kind(findings_in_order(a)), key=lambda f: -f.score)
        judged = self.j.authenticity.get(a.account)
        weighty = [f for f in weighty if not told_there(f, judged)]
        speaks_for = [f for f in weighty if f.score > 0]
        courses = sorted(self._progress.get(a.account, []), key=_depth)
        return Dossier(
            anchor=anchor,
            level=a.level.value,
            level_label=say("levels", a.level.value, lang),
            mark=MARKS[a.level],
            name=visible(info.name or "", NAME_LIMIT) or say("dossier", "unnamed", lang),
            address=where(self.j, a.account, lang),
            short_address=bare(where(self.j, a.account, lang)).removeprefix("www."),
            displays=" · ".join(visible(text, ADDRESS_LIMIT) for text in shown) or None,
            reading=say("readings", a.reading.value, lang),
            reading_meaning=say("reading_meaning", a.reading.value, lang),
            hostile=hostile_sentence(a.likelihood, lang),
            likelihood=likelihood_words(a.likelihood, lang),
            percents=f"{percent(low, lang)} – {percent(high, lang)}",
            range=range_sentence(low, high, lang),
            frequency=natural_frequency(low, a.likelihood, high, lang),
            bar=interval_bar(low, a.likelihood, high, lang, f"{anchor}-bar"),
            confidence=say("confidence", a.confidence.value, lang),
            confidence_meaning=say("confidence_meaning", a.confidence.value, lang),
            why=self._why(a),
            readings=self._readings(a),
            stage=stage_words(a.stage, lang),
            reached=count("target", len(a.targets), lang),
            reached_n=number(len(a.targets), lang),
            companions=self._companions(a, anchors),
            courses=[self._course(p, f"{anchor}-c{i}") for i, p in enumerate(courses[:TIMELINES_SHOWN])],
            courses_left=max(len(courses) - TIMELINES_SHOWN, 0),
            profile=profile,
            profile_band=self._profile_band(a),
            speaks_for=[self._seen(f, cited) for f in speaks_for[:FINDINGS_SHOWN]],
            speaks_against=[self._seen(f, cited) for f in weighty if f.score == 0][:FINDINGS_SHOWN],
            findings_left=max(len(speaks_for) - FINDINGS_SHOWN, 0),
            missing=[note("missing", key, lang) for key in a.missing],
            innocent=innocent(a, lang),
            would_change=[note("would_change", key, lang) for key in a.would_change],
            todo=[say("todo", key, lang) for key in self._todo(a)],
        )

    def _seen(self, f: Finding, cited: Cited) -> Seen:
        return seen(f, cited, self.mask, self.lang)

    def _profile_band(self, a: Assessment) -> str | None:
        """What the profile adds, in a line, where its findings are told elsewhere and some of them speak for it."""
        judged = self.j.authenticity.get(a.account)
        if judged is None or not any(told_there(f, judged) and f.score > 0 for f in a.findings):
            return None
        return say("profile", "see", self.lang, band=band_words(judged, self.lang))

    def _why(self, a: Assessment) -> str:
        families = sorted({f.family for f in a.findings if f.score > 0}, key=FAMILIES.index)
        if not families:
            return ""
        slots = {
            "findings": count("finding", len({f.kind for f in a.findings if f.score > 0}), self.lang),
            "families": count("family", len(families), self.lang),
            "list": ", ".join(say("families", f.value, self.lang) for f in families),
        }
        return say("dossier", "why", self.lang, **slots)

    def _readings(self, a: Assessment) -> list[tuple[str, str, int]]:
        ordered = sorted(a.posterior.items(), key=lambda item: (-item[1], list(Reading).index(item[0])))
        return [(say("readings", r.value, self.lang), percent(p, self.lang), round(p * 100)) for r, p in ordered]

    def _companions(self, a: Assessment, anchors: dict[int, str]) -> list[tuple[str, str | None]]:
        group = self._groups.get(a.group) if a.group else None
        others = [account for account in group.accounts if account != a.account] if group else []
        named = [(self.account_name(account), anchors.get(account)) for account in others]
        return sorted(named, key=lambda item: (item[1] is None, item[0]))[: QUOTES_SHOWN * 3]

    def account_name(self, account: int) -> str:
        """The displayed name, or the address where none is displayed."""
        info = self.j.accounts[account]
        return visible(info.name or "", NAME_LIMIT) or where(self.j, account, self.lang)

    def courses_in_words(self, account: int) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
        """For each target: how it is shown, the facts, and (stage, date, source) in the order in which they came."""
        told = []
        for p in sorted(self._progress.get(account, []), key=_depth):
            steps = [
                (
                    say("stages", step.stage.value, self.lang),
                    day(step.at, self.lang) if step.at is not None else say("dossier", "undated", self.lang),
                    visible(step.evidence.source, ADDRESS_LIMIT),
                )
                for step in in_time(p)
            ]
            told.append((self.label.get(p.target, p.target), " · ".join(self._facts(p)), steps))
        return told

    def _course(self, p: Progress, uid: str) -> Course:
        target = self.label.get(p.target, p.target)
        return Course(target, self._facts(p), timeline(p, target, self.lang, uid) if p.steps else None)

    def _facts(self, p: Progress) -> list[str]:
        lang, facts = self.lang, []
        if p.first_at is not None and p.last_at is not None:
            first, last = day(p.first_at, lang), day(p.last_at, lang)
            facts.append(first if first == last else f"{first} – {last}")
        facts.append(say("dossier", "messages", lang, inward=p.messages_in, outward=p.messages_out))
        facts.append(say("terminals", p.terminal.value, lang) if p.terminal else say("dossier", "open", lang))
        return facts

    def _todo(self, a: Assessment) -> list[str]:
        further = any(went_further(p) for p in self._progress.get(a.account, []))
        kinds = {f.kind for f in a.findings}
        chosen = {
            "warn": a.level is Level.ALERT,
            "ask": a.level is not Level.ALERT,
            "further": further,
            "keep": True,
            "pause": a.reading in HOSTILE or a.level is Level.ALERT,
            "payload": a.reading is Reading.INTRUSION or bool(kinds & PAYLOAD_KINDS),
            "money": a.reading is Reading.FRAUD,
            "check": True,
            "wider": a.level is Level.ALERT or len(a.targets) > 1,
            "third_party": True,
        }
        return [key for key, wanted in chosen.items() if wanted]


def _depth(p: Progress) -> tuple[int, str, int]:
    return (-rank(p), p.target, p.conversation)
