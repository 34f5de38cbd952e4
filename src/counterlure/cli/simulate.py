"""simulate: a world of contact events whose truth is known."""

from __future__ import annotations

import shlex
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from counterlure.cli.console import counted, out, progress
from counterlure.cli.options import Quiet
from counterlure.errors import CounterlureError, InputError

if TYPE_CHECKING:
    from counterlure.simulate.worlds import World


class Ground(StrEnum):
    """How honest accounts choose whom they contact."""

    PLAIN = "plain"
    COMMUNITIES = "communities"


class Planted(StrEnum):
    """What an operation looks like in contacts."""

    SEED = "seed"
    RINGS = "rings"
    BODY = "body"
    TOPIC = "topic"
    DISJOINT = "disjoint"
    NONE = "none"


def simulate(
    into: Annotated[Path, typer.Argument(metavar="DIR", help="New folder to write.", show_default=False)],
    shape: Annotated[
        Ground,
        typer.Option(
            help="plain: accounts contact whoever is popular. communities: they keep 60 % of contacts in one sector."
        ),
    ] = Ground.PLAIN,
    accounts: Annotated[int, typer.Option(min=1, help="Honest accounts.")] = 50_000,
    targets: Annotated[int, typer.Option(min=1, help="People who may be contacted.")] = 250_000,
    contacts: Annotated[
        int, typer.Option(min=1, help="Honest contacts, before repeated ones are dropped.")
    ] = 2_500_000,
    operation: Annotated[
        Planted,
        typer.Option(
            help="seed: personas share lists. rings: leaders, and supporters who contact them. body: one organisation."
            " topic: one field, no list. disjoint: nobody is contacted by two."
        ),
    ] = Planted.SEED,
    personas: Annotated[
        int | None, typer.Option(min=1, help="Personas; default: as in the public case behind the operation.")
    ] = None,
    list_contacts: Annotated[
        int | None, typer.Option(min=1, help="Contacts of each persona with people on its list.")
    ] = None,
    group_size: Annotated[
        int | None, typer.Option(min=1, help="Personas that share a private list; default for seed: all share one.")
    ] = None,
    layers: Annotated[
        str | None,
        typer.Option(help="Further signs of the operation: created, employer, target_mix, burst; with commas between."),
    ] = None,
    teams: Annotated[int, typer.Option(min=0, help="Honest recruiting teams, each with one candidate list.")] = 0,
    conferences: Annotated[int, typer.Option(min=0, help="Programme committees that invite one field.")] = 0,
    alumni_drives: Annotated[int, typer.Option(min=0, help="Employers whose staff write to one organisation.")] = 0,
    territories: Annotated[int, typer.Option(min=0, help="Sales teams that divide a list among them.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another world; the same seed, the same bytes.")] = 0,
    quiet: Quiet = False,
) -> None:
    """Write a platform's tables with a planted operation, to see what `network` finds and what it misses.

    Contact events and a few structured fields, invented by chance: no names, no texts. `truth.parquet` says which
    accounts were planted; nothing else does. The scale of the 2018 case, 500 accounts among 200,000, is
    `--accounts 200000 --targets 1000000 --contacts 10000000`.

    Exit codes: 0 done, 1 error, 2 usage.
    """
    from counterlure.simulate.worlds import Background, Shape, world, write_world

    spec = _spec(
        background=Background(shape), accounts=accounts, targets=targets, contacts=contacts,
        operation=Shape(operation), personas=personas, list_contacts=list_contacts, group_size=group_size,
        layers=tuple(word.strip() for word in layers.split(",")) if layers else (), teams=teams,
        conferences=conferences, alumni_drives=alumni_drives, territories=territories, seed=seed,
    )  # fmt: skip
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise InputError(str(into), "is not an empty folder; name a new one")
    with progress(quiet) as tell:
        tell("draw the contacts", 0, 2)
        made = world(spec)
        tell("write the tables", 1, 2)
        write_world(made, into)
    _say(made, into)


def _spec(**asked: Any) -> Any:
    from counterlure.simulate.worlds import WorldSpec

    try:
        return WorldSpec(**asked)
    except CounterlureError as fault:
        raise typer.BadParameter(str(fault)) from fault


def _say(made: World, into: Path) -> None:
    tables, truth = made.tables, made.truth
    contacts = tables.contacts.account.size
    out.print(
        f"{into}: {contacts:,} contacts of {tables.accounts.key.size:,} accounts with"
        f" {tables.targets.key.size:,} targets in 365 days",
        markup=False,
    )
    planted = truth.personas.size
    groups = len(set(truth.operation[truth.personas].tolist()))
    if planted:
        listed = int(truth.list_contact.sum())
        out.print(
            f"planted: {counted(planted, 'persona', 'personas')} in {counted(groups, 'group', 'groups')},"
            f" {listed:,} contacts with people on their lists",
            markup=False,
        )
    else:
        out.print("planted: nothing")
    honest = {kind: truth.team_kinds.count(kind) for kind in dict.fromkeys(truth.team_kinds)}
    if honest:
        out.print("honest teams: " + ", ".join(f"{count} {kind}" for kind, count in honest.items()), markup=False)
    files = shlex.join(str(into / f"{name}.parquet") for name in ("contacts", "accounts", "targets"))
    out.print(f"the truth is in {into}/truth.parquet; next:", markup=False)
    out.print(f"  counterlure network {files}", markup=False)
