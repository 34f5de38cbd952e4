"""The document of the protocol as tables for a terminal; every line with a figure of another file says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from counterlure.bench.profiles.dataset import CLASSES, HAND_MADE, HONEST, LLM
from counterlure.bench.tables import NOTHING, number, percent

WORDS = {
    HONEST: "honest rejected",
    HAND_MADE: "hand-made accepted",
    LLM[0]: "LLM (10) accepted",
    LLM[1]: "LLM (11) accepted",
}
"""10 and 11 are the labels of the file: made by ChatGPT after the figures of honest profiles, and of fakes."""
NOTE = (
    "A benchmark of what text and counts can tell in this file: nothing of it is in the detectors, and no profile is"
    " called fake by it."
)


def show(console: Console, document: dict[str, Any]) -> None:
    """What was blocked, the templates, one table for each regime, and what a base rate leaves of it."""
    printer = _Printer(console, document["file"]["mark"])
    printer.line(NOTE)
    _leaks(printer, document)
    _templates(printer, document)
    for regime in document["regimes"]:
        _regime(printer, regime)
    _base_rates(printer, document)


class _Printer:
    """Writes lines and tables; where there is a mark, every line with a figure of the file ends with it."""

    def __init__(self, console: Console, mark: str | None) -> None:
        self._console = console
        self.mark = mark

    def line(self, text: str, style: str = "") -> None:
        self._console.print(Text(f"{text} [{self.mark}]" if self.mark else text, style=style))

    def published(self, text: str) -> None:
        self._console.print(Text(text))

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        table = Table(box=None, pad_edge=False, header_style="dim")
        for i, head in enumerate([*heads, *([""] if self.mark else [])]):
            table.add_column(head, justify="left" if i == 0 else "right", no_wrap=True)
        for row in rows:
            table.add_row(*(Text(cell) for cell in (*row, *([f"[{self.mark}]"] if self.mark else []))))
        self._console.print(table)


def _regime(printer: _Printer, regime: dict[str, Any]) -> None:
    # Figures of another file are none to hold beside published ones.
    beside = not printer.mark
    printer.line(f"\n{regime['title']}", style="bold")
    rows = (_row(regime, name, beside=beside) for name in (*CLASSES[1:], HONEST))
    printer.table((*HEADS, "published") if beside else HEADS, rows)
    unjudged = [f"{WORDS[name].rpartition(' ')[0]} {own['unjudged']}" for name, own in regime["classes"].items()]
    printer.line(f"  rows of a kind too rare to learn from, so never rejected: {', '.join(unjudged)}")
    printer.line(f"  accuracy, LLM-made and honest rows weighing the same: {percent(regime['accuracy_llm'])}")
    for entry in regime["published"]:
        printer.published(_beside(entry))


HEADS = ("", "by row", "95 %", "by template", "95 %", "AUC")


def _row(regime: dict[str, Any], name: str, *, beside: bool) -> list[str]:
    own = regime["classes"][name]
    shares = [cell for count in ("rows", "templates") for cell in _cells(own[count], turned=name == HONEST)]
    return [WORDS[name], *shares, number(own["auc"]), *([_published(regime, name)] if beside else [])]


def _cells(share: dict[str, Any] | None, *, turned: bool) -> list[str]:
    """(share, interval); the share rejected where it is `turned`."""
    if share is None:
        return [NOTHING, NOTHING]
    value, low, high = (share[key] for key in ("share", "low", "high"))
    if turned:
        value, low, high = 1 - value, 1 - high, 1 - low
    return [percent(value), _between(low, high)]


def _between(low: float, high: float) -> str:
    return percent(low) if low == high else f"{100 * low:.1f} to {percent(high)}"


def _published(regime: dict[str, Any], name: str) -> str:
    """The first range published; the lines below the table hold all of them."""
    key = {HONEST: "honest_rejected", HAND_MADE: "hand_made_accepted"}.get(name, "llm_accepted")
    return next((_between(*entry[key]) for entry in regime["published"] if key in entry), NOTHING)


def _beside(entry: dict[str, Any]) -> str:
    """Who published what."""
    told = [f"{words} {_between(*entry[key])}" for key, words in TOLD.items() if key in entry]
    if "accuracy_llm" in entry:
        told.append(f"accuracy on LLM-made about {percent(entry['accuracy_llm'], 0)}")
    return f"  published: {entry['system']}, {', '.join(told)}"


TOLD = {
    "hand_made_accepted": "hand-made accepted",
    "llm_accepted": "LLM accepted",
    "honest_rejected": "honest rejected",
}


def _leaks(printer: _Printer, document: dict[str, Any]) -> None:
    found = document["leaks"]
    printer.line("\nLeaks of the file, blocked", style="bold")
    for entry in found["blocked"]:
        printer.line(f"  {entry['leak']}: {entry['how']}")
    printer.line(f"  LLM-made rows with an empty header and an Intro that says ChatGPT: {found['headless_and_says']}")
    printer.line(f"  numbers left out as constants: {', '.join(found['constants']) or 'none'}")
    unreadable = ", ".join(f"{name} {n}" for name, n in found["cells_unreadable"].items())
    printer.line(f"  cells that are no literals, taken as empty: {unreadable or 'none'}")


def _templates(printer: _Printer, document: dict[str, Any]) -> None:
    printer.line("\nRows and templates", style="bold")
    without = document["leaks"]["without_readable_text"]
    rows = [
        [name.replace("_", " "), *(str(own[key]) for key in SIZES), str(without[name])]
        for name, own in document["templates"].items()
    ]
    printer.table(("", "rows", "templates", "rows sharing one", "in the largest", "judged by numbers alone"), rows)


SIZES = ("profiles", "templates", "sharing", "largest")


def _base_rates(printer: _Printer, document: dict[str, Any]) -> None:
    best = document["best_point"]
    bases = list(best["right"])
    printer.line(
        "\nOf 100 rejected profiles so many are fake, by the share of fakes; honest ones of the same kinds",
        style="bold",
    )
    rows = [
        [f"{regime['name'].replace('_', ' ')}: {name.replace('_', ' ')}", *(_right(own["right"], b) for b in bases)]
        for regime in document["regimes"]
        for name, own in regime["classes"].items()
        if "right" in own
    ]
    printer.table(("", *(f"{percent(float(base))} fake" for base in bases)), rows)
    right = ", ".join(f"{_right(best['right'], base)} at {percent(float(base))}" for base in bases)
    point = f"{percent(best['accepted'], 2)} accepted, {percent(best['rejected'], 2)} rejected"
    printer.published(f"  published: the best point ({point}), {right}")
    if printer.mark:
        printer.line(f"SHA-256 {document['file']['sha256']}")


def _right(right: dict[str, float | None], base: str) -> str:
    value = right[base]
    return NOTHING if value is None else f"{100 * value:.1f}"
