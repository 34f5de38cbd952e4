"""bench: hold the judgement and the search against corpora with a known truth, against peers and published figures."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from counterlure.cli import EXIT_SKIPPED
from counterlure.cli.console import data, out, progress, warn
from counterlure.cli.options import Quiet

UNWRAPPED = 120
SECONDS, MIB_PER_GIB = 600.0, 1024

app = typer.Typer(help="Benchmarks on public corpora and authored conversations.", no_args_is_help=True)


class Set(StrEnum):
    """Sets of authored conversations; what ships was learned from all of them but the held-out ones."""

    DEV = "dev"
    DEV2 = "dev2"
    DEV3 = "dev3"
    DEV4 = "dev4"
    DEV5 = "dev5"
    DEV6 = "dev6"
    DEV7 = "dev7"
    DEV8 = "dev8"
    DEV9 = "dev9"
    DEV10 = "dev10"
    DEV11 = "dev11"
    DEV12 = "dev12"
    DEV13 = "dev13"
    DEV14 = "dev14"
    DEV15 = "dev15"
    DEV16 = "dev16"
    DEV17 = "dev17"
    DEV18 = "dev18"
    DEV19 = "dev19"
    DEV20 = "dev20"
    DEV21 = "dev21"
    DEV22 = "dev22"
    HELDOUT = "heldout"
    HELDOUT2 = "heldout2"
    HELDOUT3 = "heldout3"
    HELDOUT4 = "heldout4"


class Scale(StrEnum):
    """The largest share of the background of 2018 that is drawn."""

    TENTH = "tenth"
    QUARTER = "quarter"
    FULL = "full"


@app.callback()
def bench() -> None:
    """Benchmarks on public corpora and authored conversations."""


@app.command()
def conversation(
    data_dir: Annotated[
        Path,
        typer.Option("--data", help="Folder of the public corpora, each in a folder of its name.", show_default=False),
    ],
    corpus: Annotated[Path, typer.Option(help="Folder of the authored conversations.")] = Path("corpus"),
    name: Annotated[Set, typer.Option("--set", help="Which authored conversations are judged.")] = Set.HELDOUT4,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as one document, and nothing else.")] = False,
    quiet: Quiet = False,
) -> None:
    """Measure the judgement of conversations: authored pairs, extortion chats, scam calls, benign persuasion.

    A corpus that is absent is named and left out. The strategies of persuaders need the extra `bench`, and minutes.

    Exit codes: 0 done, 1 no corpus at all, 2 usage, 3 a corpus is there and cannot be read.
    """
    from counterlure.bench.conversation import run
    from counterlure.bench.tables import show

    with progress(quiet) as tell:
        document = run(data_dir, corpus, name.value, tell=tell)
    if as_json:
        data(msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n")
    else:
        out.width = out.width if out.is_terminal else UNWRAPPED
        show(out, document)
    for entry in document["absent"]:
        warn(f"{entry['part']} left out: {entry['reason']}")
    if any(entry["damaged"] for entry in document["absent"]):
        raise typer.Exit(EXIT_SKIPPED)


@app.command()
def coordination(
    worlds: Annotated[str, typer.Option(help="Names of worlds, separated by commas; all, or empty for none.")] = "all",
    methods: Annotated[str, typer.Option(help="What runs, separated by commas: ours and peers; or all.")] = "all",
    scale: Annotated[Scale, typer.Option(help="Largest share of the full background, for quick looks.")] = Scale.FULL,
    seeds: Annotated[int | None, typer.Option(min=1, help="Worlds of each kind.", show_default=False)] = None,
    climb: Annotated[bool, typer.Option("--climb", help="Larger and larger worlds, up to the scale.")] = False,
    data_dir: Annotated[
        Path | None,
        typer.Option("--data", help="Folder of the public graphs, each in a folder of its name.", show_default=False),
    ] = None,
    peers: Annotated[
        Path | None, typer.Option(help="Folder of the peers that are folders of sources.", show_default=False)
    ] = None,
    python: Annotated[
        str, typer.Option(help="Interpreter in whose environment the peers are installed.", show_default=False)
    ] = sys.executable,
    seconds: Annotated[float, typer.Option(min=1, help="Time that one run may take.")] = SECONDS,
    memory: Annotated[float, typer.Option(min=0.1, help="Memory that one run may take, GiB.")] = 16,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as one document, and nothing else.")] = False,
    quiet: Quiet = False,
) -> None:
    """Measure the search for coordinated groups against peers: quality, time and memory, each as a ratio to ours.

    A peer or a graph that is absent is named and left out; a peer that fails or takes too much is reported as such.

    Exit codes: 0 done, 1 nothing to measure on, 2 usage, 3 a public graph is there and cannot be read.
    """
    from counterlure.bench.coordination.process import Limits
    from counterlure.bench.coordination.run import Setting, run
    from counterlure.bench.coordination.run import methods as named
    from counterlure.bench.coordination.show import show
    from counterlure.bench.coordination.worlds import chosen

    try:
        list(chosen(worlds))
        running = named(python, peers, methods)
    except KeyError as fault:
        raise typer.BadParameter(f"nothing is called {fault.args[0]!r}; docs/benchmarks.md lists the names") from fault
    limits = Limits(seconds, memory * MIB_PER_GIB)
    with progress(quiet) as tell:
        document = run(Setting(running, worlds, scale.value, seeds, climb, data_dir, limits, tell))
    if as_json:
        data(msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n")
    else:
        out.width = out.width if out.is_terminal else UNWRAPPED
        show(out, document)
    for entry in document["absent"]:
        warn(f"{entry['part']} left out: {entry['reason']}")
    if any(entry["damaged"] for entry in document["absent"]):
        raise typer.Exit(EXIT_SKIPPED)


@app.command()
def profiles(
    file: Annotated[
        Path,
        typer.Option("--data", help="Your own copy of LinkedIn_Dataset.pcl; none comes along.", show_default=False),
    ],
    any_file: Annotated[
        bool, typer.Option("--any-file", help="Read another file of this layout; every figure is marked as such.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as one document, and nothing else.")] = False,
    quiet: Quiet = False,
) -> None:
    """Measure what text and counts tell of fakes in the LinkedIn data set, its leaks blocked, beside what is published.

    A benchmark protocol: nothing learned is kept, and no detector uses it. Needs the extra `bench`.

    Exit codes: 0 done, 1 the file is absent, another one or unreadable, 2 usage.
    """
    from counterlure.bench.profiles.run import run
    from counterlure.bench.profiles.show import show

    with progress(quiet) as tell:
        document = run(file, any_file=any_file, tell=tell)
    if as_json:
        data(msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n")
    else:
        out.width = out.width if out.is_terminal else UNWRAPPED
        show(out, document)
