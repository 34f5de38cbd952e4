"""The report: one HTML file without script and without anything to fetch, for the screen and for paper."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from counterlure.model import Exposure, Group, Judgement, Level, Skipped, Stage
from counterlure.report.contacts import drawing
from counterlure.report.document import SHOWN, address, in_order
from counterlure.report.dossier import MARKS, Writer
from counterlure.report.figures import iso, moment, number
from counterlure.report.outside import ADDRESS_LIMIT, NAME_LIMIT, REASON_LIMIT, Mask, visible
from counterlure.report.sentences import stage_words
from counterlure.report.svg import contact_picture
from counterlure.report.words import base_rate, count, say

DOSSIERS_SHOWN = 200
ROWS_SHOWN = 500
ORIGIN_LIMIT = 3000
READ = ("delivery", "conversation", "message", "account")
CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


class Reached(NamedTuple):
    """One line of the exposure table; accounts are (name, anchor)."""

    target: str
    organisation: str
    role: str
    stage: str
    accounts: list[tuple[str, str | None]]
    groups: str


class Acting(NamedTuple):
    """One group of accounts that act together."""

    id: str
    detail: str
    accounts: list[tuple[str, str | None]]
    targets: str
    p_value: str


def report_html(j: Judgement, lang: str, names: bool = False) -> str:
    """The whole report as one HTML text.

    lang : "en" or "fr". names : show the names of targets beside their pseudonyms.
    """
    template = _environment().get_template("report.html.j2")
    return template.render(**_values(j, lang, names))


def target_labels(j: Judgement, names: bool) -> dict[str, str]:
    """How each target is shown: the pseudonym, with the name behind it only where the reader asked."""
    return {
        t.id: f"{t.id} · {visible(t.name, NAME_LIMIT)}" if names and t.name else t.id for t in j.targets.values()
    } | {e.target: e.target for e in j.exposure if e.target not in j.targets}


@cache
def _environment() -> Environment:
    folder = str(files(__package__).joinpath("templates"))
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _values(j: Judgement, lang: str, names: bool) -> dict[str, Any]:
    label = target_labels(j, names)
    writer = Writer(j, lang, label, Mask({t.id: t.name for t in j.targets.values()}, names))
    ranked = [a for a in in_order(j) if a.level in SHOWN]
    anchors = {a.account: f"a{i}" for i, a in enumerate(ranked[:DOSSIERS_SHOWN], 1)}
    dossiers = [writer.dossier(a, anchors[a.account], anchors) for a in ranked[:DOSSIERS_SHOWN]]
    drawn = drawing(j, label, lang)
    exposure = sorted(j.exposure, key=_deepest_first)
    return {
        "lang": lang,
        "csp": CSP,
        "css": _style("profile.css") if any(d.profile for d in dossiers) else _style(),
        "say": lambda section, key, **slots: say(section, key, lang, **slots),
        "case": visible(j.case.name, NAME_LIMIT),
        "case_id": visible(j.case.id, NAME_LIMIT),
        "purpose": visible(j.case.purpose or "", REASON_LIMIT) or say("page", "purpose_none", lang),
        "written": moment(j.generated_at, lang),
        "written_iso": iso(j.generated_at),
        "version": visible(j.version, NAME_LIMIT),
        "audit_head": visible(j.case.audit_head, ADDRESS_LIMIT),
        "read": _read(j, lang),
        "levels": _levels(j, lang),
        "summary": _summary(j, lang),
        "base_rate": base_rate(j.prior, lang),
        "origin": visible(j.prior.origin, ORIGIN_LIMIT),
        "dossiers": dossiers,
        "dossiers_left": len(ranked) - len(dossiers),
        "groups": [_acting(writer, g, label, anchors) for g in sorted(j.groups, key=lambda g: g.id)[:ROWS_SHOWN]],
        "group_of": {anchors[a.account]: a.group for a in ranked if a.account in anchors},
        "exposure": [_reached(writer, e, label, anchors) for e in exposure[:ROWS_SHOWN]],
        "exposure_left": max(len(exposure) - ROWS_SHOWN, 0),
        "organisations": _organisations(j, lang),
        "picture": contact_picture(drawn.left, drawn.right, drawn.links, lang, "pic") if drawn.links else None,
        "picture_left": drawn.left_out,
        "skipped": _not_read(j.skipped),
        "skipped_left": max(len(j.skipped) - ROWS_SHOWN, 0),
        "warnings": _not_read(j.warnings),
        "warnings_left": max(len(j.warnings) - ROWS_SHOWN, 0),
        "method": _method(lang, names),
        "number": lambda n: number(n, lang),
    }


def _style(*more: str) -> Markup:
    # Ours alone: no text from outside ever reaches the style sheet.
    room = files(__package__)
    sheets = [room.joinpath(name).read_text(encoding="utf-8") for name in ("style.css", *more)]
    return Markup("".join(sheets))  # noqa: S704


def _read(j: Judgement, lang: str) -> str:
    counts = {key.removesuffix("s").replace("deliverie", "delivery"): n for key, n in j.case.counts.items()}
    return ", ".join(count(word, counts[word], lang) for word in READ if word in counts)


def _levels(j: Judgement, lang: str) -> list[tuple[str, str, str, str, str]]:
    tally = j.levels
    return [
        (
            level.value,
            MARKS[level],
            say("levels", level.value, lang),
            number(tally[level], lang),
            say("level_meaning", level.value, lang),
        )
        for level in Level
    ]


def _summary(j: Judgement, lang: str) -> list[str]:
    tally = j.levels
    told = []
    if tally[Level.ALERT]:
        told.append(say("summary", "alerts", lang, accounts=count("account", tally[Level.ALERT], lang)))
    else:
        told.append(say("summary", "no_alerts", lang))
    if tally[Level.WATCH]:
        told.append(say("summary", "watches", lang, accounts=count("account", tally[Level.WATCH], lang)))
    stages = [e.stage for e in j.exposure if e.stage]
    if stages:
        furthest = say("stages", max(stages, key=lambda stage: stage.rank).value, lang)
        told.append(say("summary", "reached", lang, targets=number(len(j.exposure), lang), stage=furthest))
    for key, level in (("clear", Level.CLEAR), ("insufficient", Level.INSUFFICIENT)):
        if tally[level]:
            told.append(say("summary", key, lang, accounts=count("account", tally[level], lang)))
    if j.skipped:
        told.append(say("summary", "skipped", lang, skipped=count("skipped", len(j.skipped), lang)))
    return told


def _deepest_first(e: Exposure) -> tuple[int, str]:
    return (-(e.stage.rank if e.stage else -1), e.target)


def _named(writer: Writer, accounts: tuple[int, ...], anchors: dict[int, str]) -> list[tuple[str, str | None]]:
    ordered = sorted(accounts, key=lambda a: (a not in anchors, int(anchors.get(a, "a0")[1:]), address(writer.j, a)))
    return [(writer.account_name(account), anchors.get(account)) for account in ordered]


def _reached(writer: Writer, e: Exposure, label: dict[str, str], anchors: dict[int, str]) -> Reached:
    return Reached(
        label[e.target],
        visible(e.organisation or "–", NAME_LIMIT),
        visible(e.role or "–", NAME_LIMIT),
        stage_words(e.stage, writer.lang),
        _named(writer, e.accounts, anchors),
        ", ".join(sorted(e.groups)),
    )


def _acting(writer: Writer, g: Group, label: dict[str, str], anchors: dict[int, str]) -> Acting:
    lang = writer.lang
    detail = say("group", "text" if g.p_value is None else "targets", lang)
    p = "–" if g.p_value is None else f"{g.p_value:.1e}" if g.p_value < 0.001 else f"{g.p_value:.3f}"
    people = ", ".join(label.get(t, t) for t in g.targets[:12]) + (" …" if len(g.targets) > 12 else "")
    return Acting(visible(g.id, NAME_LIMIT), detail, _named(writer, g.accounts, anchors), people, p)


def _organisations(j: Judgement, lang: str) -> list[tuple[str, str, str]]:
    """(organisation, people reached, furthest stage), the deepest first; empty where there is only one."""
    houses: dict[str, list[Stage | None]] = {}
    for e in j.exposure:
        houses.setdefault(e.organisation or say("table", "not_known", lang), []).append(e.stage)
    if len(houses) < 2:
        return []
    rows = []
    for house, stages in houses.items():
        furthest = max((s for s in stages if s), key=lambda s: s.rank, default=None)
        rank = furthest.rank if furthest else -1
        rows.append((-rank, -len(stages), visible(house, NAME_LIMIT), stage_words(furthest, lang)))
    return [(house, number(-n, lang), stage) for _, n, house, stage in sorted(rows)[:ROWS_SHOWN]]


def _not_read(entries: tuple[Skipped, ...]) -> list[tuple[str, str]]:
    ordered = sorted(entries, key=lambda s: (s.source, s.reason))[:ROWS_SHOWN]
    return [(visible(s.source, ADDRESS_LIMIT), visible(s.reason, REASON_LIMIT)) for s in ordered]


def _method(lang: str, names: bool) -> list[str]:
    always = ("readings", "words", "inauthentic", "never", "unseen", "people", "wrong")
    return [say("method", key, lang) for key in (*always, "names_shown" if names else "pseudonyms")]
