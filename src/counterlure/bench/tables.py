"""The document of a benchmark as tables for a terminal; what is written here comes from our own names and numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

NOTHING = "–"
WRONG_SHOWN = 20


def show(console: Console, document: dict[str, Any]) -> None:
    """Every part that ran; what is absent stands in the document and is for standard error."""
    for name, part in document["parts"].items():
        console.print(Text(f"\n{TITLES[name]}", style="bold"), VIEWS[name](part, document["set"]), sep="\n")


def number(value: float | None, decimals: int = 3) -> str:
    """ "0.764"; a dash where there is none."""
    return NOTHING if value is None else f"{value:.{decimals}f}"


def percent(value: float | None, decimals: int = 1) -> str:
    """ "41.2 %"; a dash where there is none."""
    return NOTHING if value is None else f"{100 * value:.{decimals}f} %"


def _table(*heads: str, rows: Iterable[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for i, head in enumerate(heads):
        table.add_column(head, justify="left" if i == 0 else "right")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _pairs(part: dict[str, Any], name: str) -> RenderableType:
    return Group(
        Text(f"set {name}; the likelihood is the one after the last message"),
        _table("", *_languages(part), rows=[[label, *(read(part[code]) for code in part)] for label, read in ROWS]),
        Text("\nERDE and F-latency flatter where many are hostile: never read them without the false alerts"),
        _reliability(part["all"]["forecasts"]),
    )


def _languages(part: dict[str, Any]) -> list[str]:
    return [code.upper() if code != "all" else "all" for code in part]


def _of(found: int, n: int) -> str:
    return f"{found} of {n}, {percent(found / n) if n else NOTHING}"


ROWS: tuple[tuple[str, Callable[[dict[str, Any]], str]], ...] = (
    ("hostile one likelier (ties half)", lambda m: f"{percent(m['pairs']['share'])} of {m['pairs']['pairs']}"),
    ("  pairs tied", lambda m: str(m["pairs"]["tied"])),
    ("alert, hostile", lambda m: _of(m["alerts"]["found"], m["alerts"]["hostile"])),
    ("  their messages at alert, median", lambda m: number(m["alerts"]["messages_at_alert"], 1)),
    (
        "  alert before first disclosure",
        lambda m: f"{percent(m['before_disclosure']['share'])} of {m['before_disclosure']['disclosing']}",
    ),
    ("false alert, honest", lambda m: _of(m["alerts"]["false"], m["alerts"]["honest"])),
    ("  at most (95 %)", lambda m: percent(m["alerts"]["false_at_most"])),
    ("  per 1,000", lambda m: number(m["alerts"]["per_1000"], 0)),
    ("macro F1 of the alert", lambda m: number(m["alerts"]["macro_f1"])),
    ("honest above what finds 80 %", lambda m: percent(m["false_at_recall"])),
    ("AUC of the likelihood", lambda m: number(m["auc"])),
    ("ERDE5", lambda m: number(m["early"]["erde5"])),
    ("ERDE50", lambda m: number(m["early"]["erde50"])),
    ("F-latency (K = 7)", lambda m: number(m["early"]["f_latency"])),
    ("  beside: hostile in this set", lambda m: percent(m["early"]["share_hostile"])),
    ("  beside: false-positive rate", lambda m: percent(m["early"]["false_rate"])),
    ("  beside: right at 1 in 100 hostile", lambda m: percent(m["early"]["precision_at_base_rate"])),
    ("Brier, as stated", lambda m: number(m["forecasts"]["brier"])),
    ("Brier, restated at set's share", lambda m: number(_restated(m).get("brier"))),
    ("  beside: share alone as forecast", lambda m: number(_restated(m).get("brier_of_share_alone"))),
)


def _restated(measured: dict[str, Any]) -> dict[str, Any]:
    return measured["forecasts"]["at_share_of_set"] or {}


def _reliability(forecasts: dict[str, Any]) -> RenderableType:
    restated = forecasts["at_share_of_set"]
    if restated is None:
        return Text("no reliability table: one side only")
    rows = [
        [f"{b['low']:.1f} to {b['high']:.1f}", str(b["n"]), number(b["mean"], 2), number(b["share"], 2)]
        for b in restated["reliability"]
    ]
    return Group(
        Text(f"\nreliability, restated from {percent(forecasts['base_rate'])} to {percent(restated['share'])} hostile"),
        _table("likelihood", "conversations", "mean", "share hostile", rows=rows),
    )


def _neal_logan(part: dict[str, Any], _name: str) -> RenderableType:
    k_max = part["printed"]["k_max"]
    curves = [
        [f"{prompt.replace('_', ' ')}, {label}", *(number(row[key][k])[1:] for k in places)]
        for prompt, row in part["rows"].items()
        for label, key, places in (("AUC", "auc", range(k_max)), ("macro F1", "macro_f1", range(1, k_max + 1)))
    ]
    alarms = [
        [
            prompt.replace("_", " "), number(row["recall"]), number(row["false_rate"]), number(row["delay"], 0),
            number(row["f_latency"]), number(row["erde5"]),
        ]
        for prompt, row in part["rows"].items()
    ]  # fmt: skip
    leaks = part["leaks"]
    return Group(
        _table("messages of the caller", *map(str, range(1, k_max + 1)), rows=curves),
        _table("alarm at one half", "recall", "FPR", "delay", "F-latency", "ERDE5", rows=alarms),
        Text(
            f"{number(leaks['share'], 1)} % of hostile calls leak (median turn {number(leaks['median_turn'], 0)});"
            f" alarm before the leak in {number(leaks['alarm_before'], 1)} %"
        ),
        Text(f"reproduced: {'yes' if part['reproduced'] else 'no'}"),
    )


def _extortion(part: dict[str, Any], _name: str) -> RenderableType:
    wrong = [
        [entry["chat"], *(NOTHING if entry[key] is None else str(entry[key]) for key in ("threat", "demand", "ours"))]
        for entry in part["wrong"][:WRONG_SHOWN]
    ]
    quiet = sum(entry["ours"] is not None for entry in part["unthreatening"])
    return Group(
        Text(f"coercion recognised in {_of(part['recognised'], part['chats'])} chats"),
        Text(
            f"of {part['read']} read by hand, dated at the first threat or demand {_of(part['agreed'], part['read'])};"
            f" {part['threatened']} hold a threat: dated right in"
            f" {_of(part['right'], part['threatened'])}, at the first demand instead in {part['at_demand']}"
        ),
        Text(f"in {len(part['unthreatening'])} nobody threatens: coercion said of {quiet}"),
        _table("dated otherwise", "threat", "demand", "ours", rows=wrong) if wrong else Text("none dated otherwise"),
    )


def _alerts(part: dict[str, Any], _name: str) -> RenderableType:
    if part["hostile"]:
        return Text(
            f"alert in {_of(part['found'], part['hostile'])} hostile, after"
            f" {number(part['messages_at_alert'], 1)} messages (median)"
        )
    return Text(
        f"false alert in {_of(part['false'], part['honest'])} honest, {number(part['per_1000'], 1)} per 1,000,"
        f" at most {percent(part['false_at_most'])} (95 %)"
    )


def _seconvo(part: dict[str, Any], _name: str) -> RenderableType:
    printed = [[r["system"], number(r["malicious_f1"], 2), number(r["macro_f1"], 2)] for r in part["printed"]]
    ours = [
        [label, number(part[key]["malicious_f1"], 2), number(part[key]["macro_f1"], 2)]
        for label, key in (("ours", "test"), ("ours, after 5 messages", "early"))
    ]
    return Group(
        Text(f"{part['test']['conversations']} conversations of the test part; the other rows as published"),
        _table("system", "malicious F1", "macro F1", rows=[*ours, *printed]),
    )


def _leave_out(part: dict[str, Any], _name: str) -> RenderableType:
    words = [m["words"] for m in part["means"]]
    cells: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for cell in part["cells"]:
        cells.setdefault((cell["hostile"], cell["benign"]), []).append(cell)
    rows = [
        [f"{h} | {b}", str(own[0]["test"]), *(number(c["auc"]) for c in own), *(percent(c["false_rate"]) for c in own)]
        for (h, b), own in cells.items()
    ]
    keys = ("auc", *(f"business_{what}_{side}" for side in ("all", "en", "fr") for what in ("auc", "false")))
    means = [
        [f"ours, {_words(m['words'])}", *((percent if "false" in key else number)(m[key]) for key in keys)]
        for m in part["means"]
    ]
    known = (("auc", number), ("business_auc", number), ("business_false_rate", percent))
    printed = [[p["system"], *(show(p[key]) for key, show in known), *4 * [NOTHING]] for p in part["printed"]]
    heads = [f"{what}, {_words(n)}" for what in ("AUC", "FPR") for n in words]
    return Group(
        _table("hostile | benign left out", "test", *heads, rows=rows),
        Text("\nFPR at recall .80; business: benign sides of authored sets; published: other corpora, FPR at one half"),
        _table("mean", "AUC", "AUC business", "FPR", "AUC EN", "FPR EN", "AUC FR", "FPR FR", rows=[*means, *printed]),
    )


def _words(n: int) -> str:
    return f"{n} words" if n < 10_000 else "whole"


def _strategies(part: dict[str, Any], _name: str) -> RenderableType:
    printed = [[p["system"], number(p["accuracy"]), number(p["macro_f1"])] for p in part["printed"]]
    ours = ["ours", number(part["accuracy"]), number(part["macro_f1"])]
    return Group(
        Text(f"{part['sentences']} sentences of {part['dialogues']} dialogues, {part['folds']} folds by dialogue"),
        _table("", "accuracy", "macro F1", rows=[ours, *printed]),
        _table("strategy", "F1", rows=[[name, number(value)] for name, value in part["by_class"].items()]),
    )


TITLES = {
    "pairs": "Authored pairs",
    "neal_logan": "An LLM detector's published curve, computed anew",
    "extortion": "Extortion chats",
    "telephone_se": "Scam calls",
    "persuasionforgood": "Benign persuasion",
    "seconvo": "SEConvo",
    "leave_out": "One hostile and one benign source left out",
    "strategies": "Strategies of benign persuaders",
}
VIEWS = {
    "pairs": _pairs,
    "neal_logan": _neal_logan,
    "extortion": _extortion,
    "telephone_se": _alerts,
    "persuasionforgood": _alerts,
    "seconvo": _seconvo,
    "leave_out": _leave_out,
    "strategies": _strategies,
}
