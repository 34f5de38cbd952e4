"""The benchmark of coordination: every method on every world and public graph, in one document.

A method that is not installed, runs out of time or memory, or fails is reported as such, and the rest still runs. One
that broke a limit is not tried again on as many contacts or more.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from counterlure.bench.coordination import process, worlds
from counterlure.bench.coordination.graphs import GRAPHS
from counterlure.bench.coordination.measures import quality
from counterlure.bench.coordination.peers import PEERS, SOURCES
from counterlure.bench.coordination.process import Limits, Method, Outcome
from counterlure.bench.coordination.sample import Answer, Sample, save_tables
from counterlure.bench.coordination.worlds import Aim
from counterlure.errors import InputError
from counterlure.pipeline import Tell, silent
from counterlure.simulate.worlds import WorldSpec, world

SCHEMA = "counterlure/bench-coordination/1"
OURS = "ours"
REMEDY = "docs/benchmarks.md says where it comes from"


@dataclass(frozen=True, slots=True)
class Setting:
    """What runs, on what, within which limits.

    worlds : names of `WORLDS`, "all" or none. scale : of `SHARES`. seeds : per world, None for its own number. climb :
    also run every method on larger and larger worlds. data : folder of public graphs. methods : in the order in which
    they run; ratios are to the one called "ours".
    """

    methods: tuple[Method, ...]
    worlds: str = "all"
    scale: str = "full"
    seeds: int | None = None
    climb: bool = False
    data: Path | None = None
    limits: Limits = field(default_factory=Limits)
    tell: Tell = silent


def methods(python: str = sys.executable, sources: Path | None = None, names: str = "all") -> tuple[Method, ...]:
    """Our search under this interpreter, and the peers under the one given, those named or all of them.

    Raises
    ------
    KeyError : no method has such a name.
    """
    ours = Method(OURS, "counterlure.bench.coordination.ours:rank")
    known = {OURS: ours} | {name: _peer(name, python, sources) for name in PEERS}
    return tuple(known.values()) if names == "all" else tuple(known[name.strip()] for name in names.split(","))


def _peer(name: str, python: str, sources: Path | None) -> Method:
    folder = () if sources is None or name not in SOURCES else (str(sources.resolve() / SOURCES[name]),)
    return Method(name, f"counterlure.bench.coordination.peers.{name}:rank", python, folder)


def run(setting: Setting, draw: Callable[[WorldSpec], Any] = world) -> dict[str, Any]:
    """Everything that the setting asks for, as one document of plain values.

    entries : one per world and seed, rung and graph, each with a run per method; aims only at the scale they are for.
    absent : graphs left out, and why. largest : per peer, the most contacts on which it came to an end, and how it
    compares with ours there.

    Raises
    ------
    InputError : no graph at all was found, and no world asked for.
    """
    absent: list[dict[str, Any]] = []
    runner = _Runner(setting)
    entries = [
        *(runner.entry("world", *drawn) for drawn in _worlds(setting, draw)),
        *(runner.entry("ladder", *drawn) for drawn in _ladder(setting, draw)),
        *(runner.entry("graph", *read) for read in _graphs(setting, absent)),
    ]
    if not entries:
        raise InputError(str(setting.data), f"nothing to measure on: name a world, or a folder of graphs; {REMEDY}")
    return {
        "schema": SCHEMA,
        "scale": setting.scale,
        "limits": {"seconds": setting.limits.seconds, "memory_mib": setting.limits.memory_mib},
        "methods": [method.name for method in setting.methods],
        "entries": entries,
        "largest": largest(entries, [method.name for method in setting.methods if method.name != OURS]),
        "absent": absent,
    }


Drawn = tuple[Sample, int | None, tuple[Aim, ...]]


def _worlds(setting: Setting, draw: Callable[[WorldSpec], Any]) -> Iterator[Drawn]:
    for name, named in worlds.chosen(setting.worlds):
        aims = named.aims if worlds.SHARES[setting.scale] >= named.share else ()
        for seed in range(named.seeds if setting.seeds is None else setting.seeds):
            setting.tell(f"draw {name}", 0, 0)
            yield worlds.sample(name, named.title, named.at(setting.scale, seed), draw), seed, aims


def _ladder(setting: Setting, draw: Callable[[WorldSpec], Any]) -> Iterator[Drawn]:
    for share in worlds.LADDER if setting.climb else ():
        if share <= worlds.SHARES[setting.scale]:
            setting.tell(f"draw rung {share}", 0, 0)
            title = f"one block, {100 * share:g} % of the background"
            yield worlds.sample(f"rung{share:g}", title, worlds.ladder(share, 0), draw), 0, ()


def _graphs(setting: Setting, absent: list[dict[str, Any]]) -> Iterator[Drawn]:
    if setting.data is None:
        return
    for name, graph in GRAPHS.items():
        folder = setting.data / graph.folder
        if not folder.is_dir():
            absent.append({"part": name, "reason": f"{folder}: not there; {REMEDY}", "damaged": False})
            continue
        try:
            yield graph.read(folder), None, ()
        except InputError as fault:
            absent.append({"part": name, "reason": str(fault), "damaged": True})


class _Runner:
    """Runs the methods on one sample after another and remembers who broke a limit where."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._broke: dict[str, int] = {}

    def entry(self, kind: str, sample: Sample, seed: int | None, aims: Iterable[Aim]) -> dict[str, Any]:
        """What every method makes of one sample, with ratios to ours, and which aims ours meets."""
        accounts, targets, contacts = sample.size
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "tables.npz"
            save_tables(sample.tables, file)
            outcomes = {m.name: self._outcome(m, sample.name, file, contacts) for m in self._setting.methods}
        ours = outcomes.get(OURS)
        runs = [{"method": name, **_figures(sample, outcome, ours)} for name, outcome in outcomes.items()]
        mine = next((own for own in runs if own["method"] == OURS), {})
        return {
            "kind": kind, "name": sample.name, "title": sample.title, "seed": seed,
            "accounts": accounts, "targets": targets, "contacts": contacts,
            "hostile": None if sample.hostile is None else int(sample.hostile.sum()),
            "runs": runs,
            "aims": [{**aim._asdict(), "got": (got := mine.get(aim.measure)), "met": aim.met(got)} for aim in aims],
        }  # fmt: skip

    def _outcome(self, method: Method, name: str, file: Path, contacts: int) -> Outcome:
        self._setting.tell(f"{name}: {method.name}", 0, 0)
        broke = self._broke.get(method.name)
        if broke is not None and contacts >= broke:
            return Outcome("skipped", f"it broke a limit at {broke:,} contacts")
        outcome = process.run(method, file, self._setting.limits)
        if outcome.status in ("time", "memory"):
            self._broke[method.name] = contacts
        return outcome


def _figures(sample: Sample, outcome: Outcome, ours: Outcome | None) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "status": outcome.status, "reason": outcome.reason, "seconds": outcome.seconds, "peak_mib": outcome.peak_mib,
        "seconds_ratio": None, "memory_ratio": None,
    }  # fmt: skip
    if ours is not None and ours.status == outcome.status == "done":
        figures["seconds_ratio"] = _ratio(outcome.seconds, ours.seconds)
        figures["memory_ratio"] = _ratio(outcome.peak_mib, ours.peak_mib)
    return figures | quality(sample, outcome.answer or Answer())


def _ratio(theirs: float | None, ours: float | None) -> float | None:
    return theirs / ours if theirs is not None and ours else None


def largest(entries: list[dict[str, Any]], names: list[str]) -> list[dict[str, Any]]:
    """Per method its run on the most contacts that came to an end; those that never did are left out."""
    found = []
    for name in names:
        done = [
            (entry["contacts"], entry["name"], own)
            for entry in entries for own in entry["runs"]
            if own["method"] == name and own["status"] == "done"
        ]  # fmt: skip
        if done:
            contacts, where, own = max(done, key=lambda row: row[0])
            kept = ("seconds", "peak_mib", "seconds_ratio", "memory_ratio", "f1", "average_precision")
            found.append({"method": name, "contacts": contacts, "on": where, **{key: own[key] for key in kept}})
    return found
