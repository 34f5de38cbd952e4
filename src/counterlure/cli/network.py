"""network: from who contacted whom to the groups of accounts that act together."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterlure.case.store import DATABASE, Case
from counterlure.cli import EXIT_INTERRUPTED, EXIT_SKIPPED
from counterlure.cli.console import counted, data, err, out, progress, warn
from counterlure.cli.options import Lang, Quiet
from counterlure.errors import CaseError, CounterlureError, InputError

if TYPE_CHECKING:
    from counterlure.engine.sql import Engine
    from counterlure.network.facts import Facts
    from counterlure.network.model import Layer, Network, Tables
    from counterlure.pipeline import Tell

NOTES_SHOWN = 20
UNWRAPPED = 160
OUR_PICTURES = re.compile(r"N-\d{2,}\.svg")
Found = tuple["Tables", "Sequence[Layer]", "Network", "tuple[Facts, ...]"]


class EngineName(StrEnum):
    """Where the counting runs."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def network(
    contacts: Annotated[
        Path,
        typer.Argument(
            help="Who contacted whom: Parquet or CSV with `account`, `target`, and `at` and `text` where known; a file,"
            " a folder of parts, or the directory of a case.",
            show_default=False,
        ),
    ],
    accounts: Annotated[
        Path | None,
        typer.Argument(help="What accounts say of themselves: `account`, `created_at`, `employer`, `industry`."),
    ] = None,
    targets: Annotated[
        Path | None, typer.Argument(help="What is known of people contacted: `target`, `organisation`, `sector`.")
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            help="Folder for network.json, tables and a picture of each group; without it nothing is written."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="The network document on standard output, and nothing else.")
    ] = False,
    lang: Annotated[
        Lang, typer.Option("--lang", help="Language of the sentences, the table and the pictures.")
    ] = Lang.EN,
    engine: Annotated[EngineName, typer.Option(help="Where counting runs; both give the same.")] = EngineName.DUCKDB,
    seed: Annotated[int, typer.Option(min=0, help="Of the draws that the search makes.")] = 0,
    quiet: Quiet = False,
) -> None:
    """Find groups of accounts that act together, from who contacted whom, and say why chance does not explain them.

    Reported is only what exceeds the number of groups one could have named. A group is a reason to look: recruiting
    teams, conference committees and sales teams act together too, and nothing here judges what was written.

    Try it on a made-up platform of 4,020 accounts, 20 of which share a list:

        counterlure simulate world --accounts 4000 --targets 20000 --contacts 160000
          --personas 20 --group-size 20 --list-contacts 16 --layers created --teams 10

        counterlure network world/contacts.parquet world/accounts.parquet world/targets.parquet --into groups

    Exit codes: 0 done, 1 error, 2 usage, 3 done but some rows were left out (each named), 130 interrupted.
    """
    from counterlure.engine.sql import open_engine

    if _is_case(contacts) and (accounts or targets):
        raise typer.BadParameter("a case brings its own accounts and targets: give the case alone")
    try:
        with progress(quiet or as_json) as tell, closing(open_engine(engine.value)) as opened:
            found = _found(opened, contacts, accounts, targets, seed, tell)
            written = _write_all(found, into, lang.value, seed, tell) if into else []
    except KeyboardInterrupt:
        warn("interrupted; a search keeps nothing: run the same command again, it starts anew")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    if as_json:
        data(_document(found, lang.value, seed))
    else:
        _show(found, into, written, lang.value)
    if found[2].groups:
        _warn_of_fields(found[0], contacts)
    _name_skipped(found[0])


def _warn_of_fields(tables: Tables, contacts: Path) -> None:
    from counterlure.network.find import strata

    if not _is_case(contacts) and strata(tables) is None:
        warn("targets tell no sector: people who work in one field show as groups; give TARGETS with a column `sector`")


def _is_case(path: Path) -> bool:
    return (path / DATABASE).is_file()


def _found(engine: Engine, contacts: Path, accounts: Path | None, targets: Path | None, seed: int, tell: Tell) -> Found:
    from counterlure.network.facts import enough, facts, nobody
    from counterlure.network.find import contacts_graph, find
    from counterlure.network.layers import all_layers

    tell("read who contacted whom", 0, 0)
    tables = _read_case(engine, contacts) if _is_case(contacts) else _read(engine, contacts, accounts, targets)
    if not enough(tables):
        return tables, (), nobody(tables), ()
    tell("compare what accounts say and do", 0, 0)
    with ThreadPoolExecutor(1) as beside:
        graph = beside.submit(contacts_graph, tables)
        layers = all_layers(tables, engine)
    network = find(tables, layers, engine=engine, seed=seed, tell=tell, contacts=graph.result())
    tell("gather the evidence", 0, 0)
    return tables, layers, network, facts(tables, layers, network, graph.result())


def _read(engine: Engine, contacts: Path, accounts: Path | None, targets: Path | None) -> Tables:
    import numpy as np

    from counterlure.network.tables import read_tables

    # Contacts without a column `text` leave no such table, and then no text is compared.
    none = np.empty(0, dtype=np.int32)
    engine.put("contact_text", {"account": none, "target": none, "text": np.empty(0, dtype=object)})
    tables = read_tables(engine, contacts, accounts, targets)
    if tables.contacts.account.size == 0:
        raise InputError(str(contacts), "holds no contact with both account and target; nothing can be compared")
    return tables


def _read_case(engine: Engine, path: Path) -> Tables:
    from counterlure.network.from_case import case_tables

    with Case.open(path) as case:
        tables = case_tables(case, engine)
        contacts = tables.contacts.account.size
        if contacts == 0:
            raise CaseError(
                f"{path}: holds no contact of a stranger with a colleague; read deliveries in with scan first"
            )
        case.record("network", counted(contacts, "contact", "contacts"), "compared")
    return tables


def _document(found: Found, lang: str, seed: int) -> str:
    from counterlure.network.document import network_document
    from counterlure.report.document import document_text

    return document_text(network_document(*found, lang=lang, seed=seed))


def _write_all(found: Found, into: Path, lang: str, seed: int, tell: Tell) -> list[str]:
    """Writes document, tables and pictures, each whole or not at all; pictures of an earlier run that are none any
    more are removed. Returns the names of the files."""
    from counterlure.network.document import sheets
    from counterlure.network.picture import picture
    from counterlure.report.tables import Table, csv_text

    tell("write the files", 0, 0)
    groups = found[3]
    texts = {"network.json": _document(found, lang, seed)}
    texts |= {f"{sheet.name}.csv": csv_text(Table(*sheet)) for sheet in sheets(groups, lang)}
    texts |= {f"{group.id}.svg": picture(group, lang) for group in groups}
    try:
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, text in texts.items():
            _write(into / name, text)
        for path in sorted(into.iterdir()):
            if OUR_PICTURES.fullmatch(path.name) and path.name not in texts and path.is_file():
                path.unlink()
    except OSError as error:
        raise CounterlureError(
            f"{error.filename or into}: cannot be written ({error.strerror}); free space, or choose another --into"
        ) from error
    return list(texts)


def _write(path: Path, text: str) -> None:
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8", "backslashreplace"))
            stream.flush()
            os.fsync(stream.fileno())
        Path(aside).replace(path)
    except OSError:
        Path(aside).unlink(missing_ok=True)
        raise


def _show(found: Found, into: Path | None, written: list[str], lang: str) -> None:
    from counterlure.cli.groups_table import summary
    from counterlure.network.wording import say

    tables, layers, _, groups = found
    if not out.is_terminal:
        out.width = max(out.width, UNWRAPPED)
    with out.capture() as shown:
        summary(out, tables, layers, groups, lang)
    data("".join(f"{line.rstrip()}\n" for line in shown.get().splitlines()))
    if into is not None:
        pictures = [name for name in written if name.endswith(".svg")]
        names = [name for name in written if name not in pictures]
        names += [f"{pictures[0]} … {pictures[-1]}"] if len(pictures) > 1 else pictures
        out.print(f"{say('table.written', lang)} {into}: {', '.join(names)}", markup=False)


def _name_skipped(tables: Tables) -> None:
    for entry in tables.skipped[:NOTES_SHOWN]:
        warn(f"skipped {entry.source}: {entry.reason}")
    if len(tables.skipped) > NOTES_SHOWN:
        err.print(f"and {len(tables.skipped) - NOTES_SHOWN} more, all listed in the document")
    if tables.skipped:
        raise typer.Exit(EXIT_SKIPPED)
