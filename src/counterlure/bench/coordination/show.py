"""The document of the benchmark as tables for a terminal."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from counterlure.bench.coordination.run import OURS
from counterlure.bench.tables import number, percent

Row = dict[str, Any]
WORDS = ("method", "status", "reason")


def show(console: Console, document: Row) -> None:
    """One table per world and graph, its aims below it, and last how far each peer came."""
    for entry in summary(document["entries"]):
        console.print(Text(f"\n{entry['name']}: {entry['title']}", style="bold"))
        console.print(Text(_what(entry)))
        done = [own for own in entry["runs"] if own["status"] == "done"]
        console.print(_table([heading for heading, _ in COLUMNS], ([read(own) for _, read in COLUMNS] for own in done)))
        for own in entry["runs"]:
            if (lost := own if own["status"] != "done" else own["lost"]) is not None:
                seeds = f" (the figures are of {own['done']} of {entry['seeds']} seeds)" if lost is not own else ""
                console.print(Text(f"  {own['method']}: {ENDED[lost['status']]}, {lost['reason']}{seeds}"))
        for aim in entry["aims"]:
            console.print(Text(_aim(aim)))
    if document["largest"]:
        console.print(Text("\nThe largest input of each peer", style="bold"))
        heads = ["", "contacts", "on", "seconds", "/ ours", "MiB", "/ ours"]
        console.print(_table(heads, map(_far, document["largest"])))


def summary(entries: list[Row]) -> list[Row]:
    """The entries of one world taken together: medians over the seeds, and the aims met in how many of them."""
    together: dict[str, list[Row]] = {}
    for entry in entries:
        together.setdefault(entry["name"], []).append(entry)
    return [_together(own) for own in together.values()]


def _together(entries: list[Row]) -> Row:
    first = entries[0]
    runs = [
        _medians([own for entry in entries for own in entry["runs"] if own["method"] == model["method"]])
        for model in first["runs"]
    ]
    aims = []
    for i, aim in enumerate(first["aims"]):
        each = [entry["aims"][i] for entry in entries]
        got = [one["got"] for one in each if one["got"] is not None]
        worst = (min if aim["sense"] == ">=" else max)(got) if got else None
        aims.append({**aim, "got": worst, "met": sum(one["met"] is True for one in each), "of": len(each)})
    return {**first, "seeds": len(entries), "runs": runs, "aims": aims}


def _medians(runs: list[Row]) -> Row:
    done = [own for own in runs if own["status"] == "done"]
    if not done:
        return runs[0]
    lost = next((own for own in runs if own["status"] != "done"), None)
    numbers = {key: [own[key] for own in done if own[key] is not None] for key in done[0]}
    kept = {key: statistics.median(values) for key, values in numbers.items() if values and key not in WORDS}
    return {**done[0], **kept, "done": len(done), "lost": lost}


def _what(entry: Row) -> str:
    truth = "no labels" if entry["hostile"] is None else f"{entry['hostile']:,} hostile"
    size = f"{entry['accounts']:,} accounts, {entry['contacts']:,} contacts, {truth}"
    return size if entry["seeds"] == 1 else f"{size}; median of {entry['seeds']} seeds"


def _table(heads: Iterable[str], rows: Iterable[list[str]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for i, heading in enumerate(heads):
        table.add_column(heading, justify="left" if i == 0 else "right")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _count(own: Row, key: str) -> str:
    return number(own[key], 0)


def _times(own: Row, key: str) -> str:
    value = own[key]
    if own["method"] == OURS or value is None:
        return ""
    return f"{value:.3g}"


def _aim(aim: Row) -> str:
    state = "no figure" if aim["got"] is None else "reached" if aim["met"] == aim["of"] else "MISSED"
    seeds = f", in {aim['met']} of {aim['of']} seeds" if aim["of"] > 1 else ""
    return f"  aim: {aim['measure']} {aim['sense']} {aim['wanted']:g}; worst {number(aim['got'])}: {state}{seeds}"


def _far(own: Row) -> list[str]:
    return [
        own["method"], f"{own['contacts']:,}", own["on"], number(own["seconds"], 1), _times(own, "seconds_ratio"),
        number(own["peak_mib"], 0), _times(own, "memory_ratio"),
    ]  # fmt: skip


COLUMNS: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ("", lambda m: str(m["method"])),
    ("flagged", lambda m: _count(m, "accounts_flagged")),
    ("precision", lambda m: number(m["precision"])),
    ("recall", lambda m: number(m["recall"])),
    ("F1", lambda m: number(m["f1"])),
    ("AP", lambda m: number(m["average_precision"])),
    ("groups", lambda m: _count(m, "groups")),
    ("mixed", lambda m: _count(m, "groups_mixed")),
    ("others", lambda m: percent(m["others_in_groups"])),
    ("seconds", lambda m: number(m["seconds"], 1)),
    ("/ ours", lambda m: _times(m, "seconds_ratio")),
    ("MiB", lambda m: _count(m, "peak_mib")),
    ("/ ours", lambda m: _times(m, "memory_ratio")),
)

ENDED = {
    "absent": "not installed",
    "time": "out of time",
    "memory": "out of memory",
    "failed": "failed",
    "skipped": "not tried",
}
