"""One letter per person reached by an account at alert or watch, in that person's language, to be handed over.

A letter holds what stands in that person's own conversations and counts, never names, the other people reached. Nothing
is sent: the files lie beside the report until somebody gives them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from counterlure.data_files import parse_yaml
from counterlure.errors import CounterlureError, RuleError
from counterlure.model import Assessment, Evidence, Exposure, Finding, Judgement, Level, TargetInfo
from counterlure.report.document import FAMILIES, SHOWN, in_order
from counterlure.report.figures import day, moment
from counterlure.report.outside import NAME_LIMIT, Mask, bare, defanged, visible
from counterlure.report.sentences import by_kind, hostile_sentence, innocent, range_sentence, shows, went_further, where
from counterlure.report.words import LANGS, count, finding_words, quoted, say, typeset

FINDINGS_SHOWN = 5
QUOTES_SHOWN = 2
LINE = 76
FALLBACK = "en"
CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


class Letter(NamedTuple):
    """A letter to `target`, as plain text and as a page, in `lang`."""

    target: str
    lang: str
    text: str
    html: str


def letters(j: Judgement, lang: str = FALLBACK, names: bool = False) -> list[Letter]:
    """Letters to everybody reached by an account at alert or watch, by target id.

    lang : for targets whose own language is unknown or has no letter. names : address people by name.
    """
    shown = [a for a in in_order(j) if a.level in SHOWN]
    reached = [(e, [a for a in shown if a.account in e.accounts]) for e in sorted(j.exposure, key=lambda e: e.target)]
    return [_letter(j, e, judged, lang, names) for e, judged in reached if judged]


def letter_body(j: Judgement, target: str, lang: str | None = None) -> tuple[str, str]:
    """(text, language) of the letter to one target as it is edited: headings "# ", items "- ", quotations "> ".

    lang : in place of the target's own language.

    Raises
    ------
    CounterlureError : no account at alert or watch reached the target.
    """
    exposed = next((e for e in j.exposure if e.target == target), None)
    judged = [a for a in in_order(j) if a.level in SHOWN and exposed and a.account in exposed.accounts]
    if exposed is None or not judged:
        raise CounterlureError(
            f"{target}: no account at alert or watch reached this person; there is nothing to warn of"
        )
    own = (j.targets[target].language if target in j.targets else None) or FALLBACK
    chosen = lang or (own if own in LANGS else FALLBACK)
    return _render("md", chosen, _values(j, exposed, judged, chosen, names=False)), chosen


def _letter(j: Judgement, e: Exposure, judged: list[Assessment], default: str, names: bool) -> Letter:
    person = j.targets.get(e.target)
    lang = person.language if person and person.language in LANGS else default
    values = _values(j, e, judged, lang, names)
    return Letter(e.target, lang, _render("txt", lang, values), _render("html", lang, values))


def _values(j: Judgement, e: Exposure, judged: list[Assessment], lang: str, names: bool) -> dict[str, Any]:
    person = j.targets.get(e.target) or TargetInfo(e.target, None, None, None)
    mask = Mask({person.id: person.name}, names)
    return {
        "lang": lang,
        "target": e.target,
        "name": visible(person.name, NAME_LIMIT) if names and person.name else None,
        "level": (Level.ALERT if any(a.level is Level.ALERT for a in judged) else Level.WATCH).value,
        "accounts": [_account(j, a, e.target, lang, mask) for a in judged],
        "further": _went_further(j, e),
        "advice": advice(lang),
        "written": moment(j.generated_at, lang),
        "css": Markup(files(__package__).joinpath("letter.css").read_text(encoding="utf-8")),  # noqa: S704
        "csp": CSP,
    }


def advice(lang: str) -> dict[str, Any]:
    """The advice and the contact points in `lang`, those of its own country first, with the day they were checked."""
    data = _advice()
    home = {"fr": "France", "en": "United Kingdom"}[lang]
    contacts = sorted(data["contacts"], key=lambda c: c["country"]["en"] != home)
    return {
        "tonight": [typeset(step["text"][lang], lang) for step in data["tonight"]],
        "further": [typeset(step["text"][lang], lang) for step in data["further"]],
        "contacts": [
            {k: typeset(v[lang], lang) if isinstance(v, dict) else v for k, v in contact.items()}
            for contact in contacts
        ],
        "checked": day(_noon(data["checked"]), lang),
    }


@cache
def _advice() -> dict[str, Any]:
    data = parse_yaml(files(__package__).joinpath("advice.yml").read_text(encoding="utf-8"))
    if not isinstance(data, dict) or not {"checked", "tonight", "further", "contacts"} <= data.keys():
        raise RuleError("advice.yml: needs checked, tonight, further and contacts")
    return data


def _noon(checked: date) -> int:
    return (checked - date(1970, 1, 1)).days * 86400 + 43200


def _account(j: Judgement, a: Assessment, target: str, lang: str, mask: Mask) -> dict[str, Any]:
    others = len(set(a.targets) - {target})
    return {
        "name": defanged(visible(j.accounts[a.account].name or "", NAME_LIMIT)) or say("dossier", "unnamed", lang),
        "address": _where(j, a, lang),
        "hostile": hostile_sentence(a.likelihood, lang),
        "range": range_sentence(*a.interval, lang),
        "confidence": say("confidence", a.confidence.value, lang),
        "confidence_meaning": say("confidence_meaning", a.confidence.value, lang),
        "reading": say("readings", a.reading.value, lang),
        "meaning": say("reading_meaning", a.reading.value, lang),
        "others": count("target", others, lang) if others else None,
        "seen": list(_seen(a, target, lang, mask)),
        "innocent": innocent(a, lang)[0],
    }


def _where(j: Judgement, a: Assessment, lang: str) -> str:
    if j.accounts[a.account].key.startswith("removed:"):
        return say("sentence", "removed", lang)  # the key means nothing to the person written to
    return bare(where(j, a.account, lang))


def _seen(a: Assessment, target: str, lang: str, mask: Mask) -> Iterable[dict[str, Any]]:
    cited: set[tuple[str, str | None]] = set()
    told = sorted(by_kind([f for f in a.findings if f.score > 0 and target in f.targets]), key=_weight)
    for f in told[:FINDINGS_SHOWN]:
        own = [e for e in f.evidence if e.target == target and e.quote]
        fresh = [e for e in own if (e.source, e.quote) not in cited][:QUOTES_SHOWN]
        cited.update((e.source, e.quote) for e in fresh)
        yield {"words": finding_words(f, lang), "quotes": [_quote(e, target, lang, mask) for e in fresh]}


def _quote(e: Evidence, target: str, lang: str, mask: Mask) -> dict[str, str]:
    when = day(e.at, lang) if e.at is not None else None
    text = defanged(visible(mask.quote(e.quote or "", (target,))))
    return {"text": quoted(text, lang), "where": defanged(" · ".join(filter(None, [when, shows(e.stage, lang)])))}


def _weight(f: Finding) -> tuple[int, float, str]:
    return (FAMILIES.index(f.family), -f.score, f.kind)


def _went_further(j: Judgement, e: Exposure) -> bool:
    return any(went_further(p) for p in j.progress if p.target == e.target and p.account in e.accounts)


class Typography(Extension):
    """Gives the French letter its no-break spaces, so that its template can be edited with an ordinary keyboard."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """The tokens of a template, its own words typeset; what is filled in later is left alone."""
        lang = "fr" if stream.name and ".fr." in stream.name else "en"
        for token in stream:
            yield Token(token.lineno, "data", typeset(token.value, lang)) if token.type == "data" else token


@cache
def _environment(form: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(str(files(__package__).joinpath("templates"))),
        autoescape=form == "html",  # noqa: S701 - the other form is plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[Typography],
    )
    environment.filters["wrapped"] = _wrapped
    environment.filters["lower_first"] = lambda text: text[:1].lower() + text[1:]
    return environment


def _render(form: str, lang: str, values: dict[str, Any]) -> str:
    environment = _environment(form)
    parts = environment.get_template(f"letter_form.{form}.j2").make_module(values)
    text = environment.get_template(f"letter.{lang}.j2").render(**values, form=parts)
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for i, line in enumerate(lines) if line or (i and lines[i - 1])]
    return "\n".join(kept) + "\n"


def _wrapped(text: str, indent: str = "", bullet: str = "") -> str:
    first = bullet or indent
    return textwrap.fill(
        text.strip(),
        LINE,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
