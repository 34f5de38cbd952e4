"""A synthetic stand-in for the LinkedIn data set: its columns, labels and leaks, with invented people and words.

Nothing of it comes from the data set. `rows` plants the leaks that its description lists: an empty header and an Intro
that says ChatGPT, constants of the LLM-made classes, sections that they never fill in, cells spelled differently,
rows sorted by label, templates shared by fakes made by hand, names, places and a language that differ by class.
"""

from __future__ import annotations

import io
import pickle
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from counterlure.bench.profiles.dataset import COLUMNS, SECTIONS

NOUNS = (
    "budget schedule report contract supplier customer team warehouse catalogue survey archive machine pump valve sample"
    " design drawing prototype course lesson exhibition garden kitchen bridge tunnel ledger invoice shipment campaign"
    " newsletter interview workshop dataset model sensor circuit battery turbine software release backup network server"
    " patient clinic therapy record policy audit license orchard harvest recipe menu stage concert costume portrait"
).split()
VERBS = (
    "planned improved reviewed prepared delivered measured repaired translated described compared counted arranged tested"
    " drafted cleaned painted installed monitored negotiated presented recorded reduced replaced shipped taught updated"
).split()
FAKE_NOUNS = "synergy mindset excellence leverage passion vision journey impact growth strategy mission success".split()
FRENCH = "gestion suivi clients équipe projet vente rapport réunion formation produits nouveaux pour dans avec les des".split()
GIVEN = {0: "Anno Berit Corvin Dalia Edvin", 1: "Fenja Gerrit Hanka Ivo Jorun", 10: "Kalle Lumi Mads Nanna Odd"}
PLACES = {0: "Ostmark Weiler", 1: "Sundhafen Brekke", 10: "Tallheim Rosvik"}
FIRMS = {0: "Arvo Mills", 1: "Belt Trading", 10: "Cask Partners"}
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
COUNTS = {0: 300, 1: 120, 10: 100, 11: 100}
Row = dict[str, Any]


def rows(
    seed: int = 1, *, counts: dict[int, int] = COUNTS, real: bool = False, literal: bool = True,
    sharing: float = 0.3, foreign: float = 0.35,
) -> list[Row]:  # fmt: skip
    """Rows sorted by label.

    real : fakes differ in their words too. literal : sections as Python literals. sharing : how likely a fake made by
    hand begins a template of three to eight, who share every text. foreign : how likely an honest row tells of itself in another language.
    """
    rng = random.Random(seed)
    found: list[Row] = []
    for label, n in counts.items():
        done = 0
        while done < n:
            shared = min(n - done, rng.randint(3, 8)) if label == 1 and rng.random() < sharing else 1
            about, told = _text(rng, 40, fake=real and label != 0), _roles(rng, fake=real and label != 0)
            foreign_too = foreign if label == 0 else 0.0
            found += [_row(rng, label, about, told, literal, foreign_too) for _ in range(shared)]
            done += shared
    return found


def _row(rng: random.Random, label: int, about: str, told: dict[str, Any], literal: bool, foreign: float) -> Row:
    kind = 10 if label >= 10 else label
    first, place, firm = rng.choice(GIVEN[kind].split()), rng.choice(PLACES[kind].split()), FIRMS[kind]
    name = f"{first} {rng.choice('Ahl Bohm Celm Dorn'.split())}"
    about = f"{first} works in {place} for {firm}. {about}"
    if rng.random() < foreign:
        about = " ".join(rng.choices(FRENCH, k=40))
    roles = {i: {**role, "Workplace": firm, "Workplace Location": place} for i, role in told.items()}
    cells: dict[str, Any] = {section: {} for section in SECTIONS}
    cells["Experiences"] = roles
    cells["Skills"] = {f"Skill {i}": rng.choice(NOUNS) for i in range(rng.randint(0, 9))}
    if kind != 10:
        cells["Interests"] = {str(i): {"Interest": firm, "ID": str(i)} for i in range(rng.randint(0, 6))}
        cells["Languages"] = {"Language 0": "Ostmarkish"} if label == 0 else {}
        cells["Activities"] = {"slug": {"Full Name": name}} if rng.random() < 0.5 else {}
        cells["Courses"] = {str(i): {"Course": rng.choice(NOUNS)} for i in range(rng.randint(0, 3))}
    row: Row = {"About": about, "Label": label}
    for section in SECTIONS:
        row[f"Number of {section}"] = len(cells[section])
        row[section] = str(cells[section]) if literal else cells[section]
    header = dict(zip(("Full Name", "Workplace", "Location"), (name, f"Clerk at {firm}", place), strict=True))
    if kind == 10:
        lines = [
            f"{i}. {'#@'.join(r[k] for k in ('Role', 'Workplace', 'Duration', 'Description'))}"
            for i, r in enumerate(roles.values(), 1)
        ]
        row["Experiences"] = str({"chatGPT": "\n".join(lines)})
        row["About"] = str({"chatGPT": about})
        row["Intro"] = str({"chatGPT": f"1. {name}#@Clerk#@{firm}#@{place}"})
        return row | dict.fromkeys(("Full Name", "Workplace", "Location", "Connections", "Photo", "Followers"), "")
    header |= {"Connections": str(rng.randint(0, 500)), "Photo": rng.choice(("Yes", "No")), "Followers": "7"}
    return row | header | {"Intro": str(header)}


def _roles(rng: random.Random, fake: bool) -> dict[str, dict[str, str]]:
    month, found = rng.randint(0, 120), {}
    for i in range(rng.randint(2, 5)):
        begin = month
        month += rng.randint(3, 40)
        spelled = [f"{MONTHS[m % 12]} {2001 + m // 12}" for m in (begin, month)]
        month += rng.choice((0, 1, 1, 5))
        found[str(i)] = {
            "Role": rng.choice(("Clerk", "Fitter", "Planner")),
            "Duration": f"{spelled[0]} - {spelled[1]} · {i} yrs",
            "Description": _text(rng, 25, fake),
        }
    return found


def _text(rng: random.Random, words: int, fake: bool) -> str:
    sentences = []
    for _ in range(words // 8):
        nouns = [rng.choice(FAKE_NOUNS if fake and rng.random() < 0.4 else NOUNS) for _ in range(3)]
        sentences.append(
            f"We {rng.choice(VERBS)} the {nouns[0]} and {rng.choice(VERBS)} a {nouns[1]} with the {nouns[2]}."
        )
    return " ".join(sentences)


class DataFrame:
    """Written by name only, as pandas writes it."""


class Index:
    """Written by name only."""


class RangeIndex:
    """Written by name only."""


def _new_Index(kind: type, content: Row) -> Any:
    """Written by name only."""


def _unpickle_block(values: Any, places: Any, ndim: int) -> Any:
    """Written by name only."""


class _Named:
    def __init__(self, made: Any, *given: Any) -> None:
        self.reduced = (made, given)

    def __reduce__(self) -> Any:
        return self.reduced


class BlockManager:
    """Written by name only."""


MODULES: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("pandas", "pandas.core", "pandas._libs", "pandas.core.indexes", "pandas.core.internals"), ()),
    "pandas.core.frame": (DataFrame,),
    "pandas.core.indexes.base": (Index, _new_Index),
    "pandas.core.indexes.range": (RangeIndex,),
    "pandas._libs.internals": (_unpickle_block,),
    "pandas.core.internals.managers": (BlockManager,),
}


@contextmanager
def _as_pandas() -> Iterator[None]:
    """While it lasts, the empty classes above are written under the names of pandas."""
    before = {name: sys.modules.get(name) for name in MODULES}
    own = {thing: thing.__module__ for things in MODULES.values() for thing in things}
    try:
        for name, things in MODULES.items():
            sys.modules[name] = ModuleType(name)
            for thing in things:
                setattr(sys.modules[name], thing.__name__, thing)
                thing.__module__ = name
        yield
    finally:
        for thing, module in own.items():
            thing.__module__ = module
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def pickled(given: Sequence[Row], protocol: int = 4) -> bytes:
    """The rows as pandas 1.3 and later write a table of objects with an integer label."""
    names = [name for name in COLUMNS if name != "Label"]
    cells = np.empty((len(names), len(given)), object)
    for i, name in enumerate(names):
        cells[i] = [row[name] for row in given]
    labels = np.array([[row["Label"] for row in given]], np.int64)
    with _as_pandas():
        blocks = (
            _Named(_unpickle_block, cells, slice(0, len(names), 1), 2),
            _Named(_unpickle_block, labels, slice(len(names), len(names) + 1, 1), 2),
        )
        axes = [
            _Named(_new_Index, Index, {"data": np.array([*names, "Label"], object), "name": None}),
            _Named(_new_Index, RangeIndex, {"name": None, "start": 0, "stop": len(given), "step": 1}),
        ]
        table = DataFrame()
        table.__dict__ |= {
            "_mgr": _Named(BlockManager, blocks, axes),
            "_typ": "dataframe",
            "_metadata": [],
            "attrs": {},
        }
        file = io.BytesIO()
        pickle.Pickler(file, protocol).dump(table)
    return file.getvalue()


def file_of(folder: Path, given: Sequence[Row]) -> Path:
    """The rows in a file."""
    file = folder / "standin.pcl"
    file.write_bytes(pickled(given))
    return file


def main(seeds: int = 20) -> None:
    """Prints what the protocol comes to where only the leaks differ, mean over seeds, for docs/benchmarks.md."""
    from counterlure.bench.profiles.dataset import HONEST
    from counterlure.bench.profiles.run import run

    print("regime, class: AUC, fakes rejected, honest of their kinds rejected, right of 100 at 1 % fakes")
    told: dict[tuple[str, str], list[list[float]]] = {}
    for seed in range(seeds):
        with tempfile.TemporaryDirectory() as folder:
            document = run(file_of(Path(folder), rows(seed, counts={0: 300, 1: 150, 10: 150, 11: 150})), any_file=True)
        for regime in document["regimes"]:
            for name, own in regime["classes"].items():
                if name != HONEST:
                    rejected = 1 - own["rows"]["share"]
                    figures = [own["auc"], 100 * rejected, 100 * own["honest_alike"], 100 * own["right"]["0.01"]]
                    told.setdefault((regime["name"], name), []).append(figures)
    for (regime, name), figures in told.items():
        means = np.mean(figures, axis=0)
        print(f"{regime}, {name}: {means[0]:.3f}, {means[1]:.1f} %, {means[2]:.1f} %, {means[3]:.1f}")


if __name__ == "__main__":
    main()
