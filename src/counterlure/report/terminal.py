"""What a terminal shows: the short table of `scan` and the account that `explain` opens.

Everything is built from `Text`, so that neither Rich markup nor an escape sequence from outside is ever obeyed.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from counterlure.errors import CounterlureError
from counterlure.model import Assessment, Judgement, Level, Noted
from counterlure.report.career_text import profile_lines
from counterlure.report.document import SHOWN, in_order
from counterlure.report.dossier import MARKS, Dossier, Writer
from counterlure.report.figures import moment, number, percent
from counterlure.report.html import target_labels
from counterlure.report.lines import findings, indented, line, title
from counterlure.report.outside import ADDRESS_LIMIT, NAME_LIMIT, Mask, visible
from counterlure.report.sentences import shows, stage_words, where
from counterlure.report.words import base_rate, count, likelihood_words, say

STYLES = {Level.ALERT: "bold red", Level.WATCH: "yellow", Level.CLEAR: "green", Level.INSUFFICIENT: "dim"}
ROWS_SHOWN = 40
PEOPLE_SHOWN = 6
ACCOUNT_WIDTH = 24
TABLE_WIDTH = 80
"""Columns of a terminal below which a table would break its words; a list is shown instead."""

WORDS_WIDTH = 18
MARGIN_WIDTH = 26
MESSAGE_LIMIT = 4_000


def summary(console: Console, j: Judgement, lang: str, names: bool = False) -> None:
    """Print accounts at alert or watch, one a line, then the people reached, the counts and the base rate."""
    console.print(_summary(console, j, lang, names))


def explain(console: Console, j: Judgement, account: int, lang: str, names: bool = False) -> None:
    """Print one account in full: judgement, course with each target, for, against, missing, and what to do.

    Raises
    ------
    CounterlureError : the account has no assessment.
    """
    console.print(_explained(j, account, lang, names, console.width), soft_wrap=False)


def conversation(console: Console, j: Judgement, told: Iterable[Noted], lang: str, names: bool = False) -> None:
    """Print messages one below the other: what each shows in the margin, and the words that show it underlined."""
    labels, mask = target_labels(j, names), Mask({t.id: t.name for t in j.targets.values()}, names)
    console.print(title(say("margin", "title", lang)))
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 1, 2))
    table.add_column(justify="right", max_width=MARGIN_WIDTH, overflow="fold")
    table.add_column(overflow="fold")
    for message in told:
        noted = dict.fromkeys(shows(tag, lang) or tag for tag, _, _ in message.shows)
        table.add_row(Text("\n".join(noted), style="yellow"), _read_along(message, labels, mask, lang))
    console.print(table)


def _read_along(line: Noted, labels: dict[str, str], mask: Mask, lang: str) -> RenderableType:
    if line.mine:
        who = say("margin", "account", lang)
    else:
        who = labels.get(line.target or "", say("margin", "somebody", lang))
    when = moment(line.at, lang) if line.at is not None else say("margin", "undated", lang)
    words = Text(visible(mask.quote(line.text, tuple(labels)), MESSAGE_LIMIT))
    for _, start, end in line.shows:
        quote = visible(mask.quote(line.text[start:end], tuple(labels)), MESSAGE_LIMIT)
        before = visible(mask.quote(line.text[:start], tuple(labels)), MESSAGE_LIMIT)
        found = words.plain.find(quote, max(0, len(before) - 1))
        if quote and found >= 0:
            words.stylize("bold underline", found, found + len(quote))
    return Group(Text(f"{who} · {when} · {visible(line.source, ADDRESS_LIMIT)}", style="dim"), words)


def _summary(console: Console, j: Judgement, lang: str, names: bool) -> RenderableType:
    ranked = [a for a in in_order(j) if a.level in SHOWN]
    parts: list[RenderableType] = [_ranked(console, j, ranked[:ROWS_SHOWN], lang)] if ranked else []
    if len(ranked) > ROWS_SHOWN:
        parts.append(Text(say("page", "rest_in_json", lang, n=len(ranked) - ROWS_SHOWN), style="dim"))
    tally = j.levels
    counts = (f"{MARKS[level]} {say('levels', level.value, lang)} {number(tally[level], lang)}" for level in Level)
    if j.exposure:
        parts.append(_reached(j, lang, names))
    parts.append(Text("   ".join(counts)))
    parts.append(Text(base_rate(j.prior, lang), style="dim"))
    parts.append(Text(say("sentence", "accounts_not_people", lang), style="italic"))
    if j.skipped:
        parts.append(Text(count("skipped", len(j.skipped), lang), style="yellow"))
    return Group(*parts)


def _explained(j: Judgement, account: int, lang: str, names: bool, width: int) -> RenderableType:
    a = next((a for a in j.assessments if a.account == account), None)
    if a is None:
        raise CounterlureError(f"account {account} was not judged: only accounts that contact colleagues are")
    mask = Mask({t.id: t.name for t in j.targets.values()}, names)
    d = Writer(j, lang, target_labels(j, names), mask).dossier(a, "a1", {})
    profile = profile_lines(d.profile, lang, width) if d.profile else ()
    return Group(*_head(a, d, lang), *_courses(j, a, lang, names, width), *profile, *_weighing(d, lang))


def _reached(j: Judgement, lang: str, names: bool) -> Text:
    label = target_labels(j, names)
    deepest = sorted(j.exposure, key=lambda e: (-(e.stage.rank if e.stage else -1), e.target))
    people = [f"{label[e.target]} ({stage_words(e.stage, lang)})" for e in deepest[:PEOPLE_SHOWN]]
    more = ["…"] if len(deepest) > PEOPLE_SHOWN else []
    return _labelled("table", "people", ", ".join([*people, *more]), lang)


def _ranked(console: Console, j: Judgement, ranked: list[Assessment], lang: str) -> RenderableType:
    table = _table(j, ranked, lang)
    # What a table needs is measured without the limits of the terminal: French stages are longer than English ones.
    needed = Measurement.get(console, console.options.update(width=1_000), table).minimum
    return table if console.width >= max(needed, TABLE_WIDTH) else _list(j, ranked, lang)


def _table(j: Judgement, ranked: list[Assessment], lang: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for key in ("level", "account", "likelihood", "stage", "reached", "group"):
        wide = key == "account"
        table.add_column(
            Text(say("column", key, lang)),
            justify="right" if key == "reached" else "left",
            no_wrap=wide,
            overflow="ellipsis" if wide else "fold",
            min_width={"account": ACCOUNT_WIDTH, "likelihood": WORDS_WIDTH}.get(key),
            max_width=ACCOUNT_WIDTH if wide else None,
        )
    for a in ranked:
        table.add_row(
            _level(a, lang),
            Text("\n".join(_who(j, a, lang))),
            Text("\n".join(_likely(a, lang))),
            Text(stage_words(a.stage, lang)),
            Text(number(len(a.targets), lang)),
            Text(visible(a.group or "–", NAME_LIMIT)),
        )
    return table


def _list(j: Judgement, ranked: list[Assessment], lang: str) -> Group:
    """The same as the table, each account below the other, for a narrow terminal."""
    parts: list[RenderableType] = []
    for a in ranked:
        who, likely = _who(j, a, lang), _likely(a, lang)
        parts.append(Text.assemble(_level(a, lang), "  ", who[0]))
        parts += [Text(f"  {line}") for line in (*who[1:], *likely)]
        parts.append(_labelled("column", "stage", stage_words(a.stage, lang), lang, indent=2))
        group = f" · {say('column', 'group', lang)} {visible(a.group, NAME_LIMIT)}" if a.group else ""
        parts.append(_labelled("column", "reached", f"{number(len(a.targets), lang)}{group}", lang, indent=2))
    return Group(*parts)


def _level(a: Assessment, lang: str) -> Text:
    return Text(f"{MARKS[a.level]} {say('levels', a.level.value, lang)}", style=STYLES[a.level], no_wrap=True)


def _likely(a: Assessment, lang: str) -> tuple[str, str]:
    low, high = (percent(p, lang) for p in a.interval)
    return f"{likelihood_words(a.likelihood, lang)} ({low} – {high})", say("readings", a.reading.value, lang)


def _who(j: Judgement, a: Assessment, lang: str) -> list[str]:
    """The name, where there is one, and the address."""
    name = visible(j.accounts[a.account].name or "", 40)
    handle = where(j, a.account, lang).rpartition("/in/")[2]
    return [name, handle] if name else [handle]


def _head(a: Assessment, d: Dossier, lang: str) -> Iterable[RenderableType]:
    yield Text.assemble((f"{d.mark} {d.level_label}", STYLES[a.level]), "  ", (d.name, "bold"), f"  {d.address}")
    yield Text.assemble((d.hostile, "bold"), " ", d.range)
    yield Text(d.frequency)
    yield _labelled("column", "reading", f"{d.reading}. {d.reading_meaning}", lang)
    yield _labelled("dossier", "confidence", f"{d.confidence} – {d.confidence_meaning} {d.why}", lang)


def _courses(j: Judgement, a: Assessment, lang: str, names: bool, width: int) -> Iterable[RenderableType]:
    writer = Writer(j, lang, target_labels(j, names), Mask({}, True))
    for target, facts, steps in writer.courses_in_words(a.account):
        yield title(say("dossier", "with_target", lang, target=target))
        yield indented(Text(facts, style="dim"))
        if width < TABLE_WIDTH:
            for stage, when, source in steps:
                yield from (line(f"{stage}  {when}"), indented(Text(source, style="dim"), 4))
            continue
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2))
        for overflow in ("ellipsis", "ellipsis", "fold"):  # a source is nothing without its line
            table.add_column(no_wrap=overflow == "ellipsis", overflow=overflow)
        for stage, when, source in steps:
            table.add_row(Text(stage), Text(when), Text(source, style="dim"))
        yield indented(table)


def _weighing(d: Dossier, lang: str) -> Iterable[RenderableType]:
    yield title(say("dossier", "for", lang))
    if d.profile_band:
        yield line(d.profile_band)
    yield from findings(d.speaks_for, lang) if d.speaks_for else [line(say("dossier", "nothing_for", lang))]
    yield title(say("dossier", "against", lang))
    yield from (
        findings(d.speaks_against, lang) if d.speaks_against else [line(say("dossier", "nothing_against", lang))]
    )
    for key, lines in (
        ("missing", d.missing),
        ("innocent", d.innocent),
        ("would_change", d.would_change),
        ("todo", d.todo),
    ):
        if lines:
            yield title(say("dossier", key, lang))
            yield from (line(f"- {text}") for text in lines)


def _labelled(section: str, key: str, text: str, lang: str, indent: int = 0) -> Text:
    return Text(" " * indent + say("sentence", "labelled", lang, label=say(section, key, lang), text=text))
