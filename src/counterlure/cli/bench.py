"""bench: hold the judgement against corpora with a known truth."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from counterlure.cli import EXIT_SKIPPED
from counterlure.cli.console import data, out, progress, warn
from counterlure.cli.options import Quiet

UNWRAPPED = 120

app = typer.Typer(help="Benchmarks on public corpora and authored conversations.", no_args_is_help=True)


class Set(StrEnum):
    """Sets of authored conversations; nothing that ships was learned from `heldout`, everything from the others."""

    DEV = "dev"
    DEV2 = "dev2"
    DEV3 = "dev3"
    DEV4 = "dev4"
    DEV5 = "dev5"
    DEV6 = "dev6"
    DEV7 = "dev7"
    HELDOUT = "heldout"


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
    name: Annotated[Set, typer.Option("--set", help="Which authored conversations are judged.")] = Set.HELDOUT,
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
