"""register: company registers as indexes, and the organisations that earlier cases knew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterlure.cli.console import counted, out
from counterlure.errors import CaseError

app = typer.Typer(help="Company registers, and employers that earlier cases knew.", no_args_is_help=True)

Index = Annotated[Path, typer.Option("--in", help="The index.", show_default=False)]


@app.callback()
def register() -> None:
    """Company registers, and employers that earlier cases knew."""


@app.command()
def build(
    files: Annotated[list[Path], typer.Argument(help="GLEIF golden copy, SIRENE stock files, or any table of names.")],
    into: Annotated[Path, typer.Option("--into", help="The index to write, ending in .register.", show_default=False)],
    complete: Annotated[
        str, typer.Option(help="Countries, two letters each and separated by commas, for which you vouch: whoever is "
                          "absent there does not exist. SIRENE's units are complete for FR by themselves.")
    ] = "",
) -> None:  # fmt: skip
    """Index register files, so that `scan --register` looks millions of names up in a moment.

    Files are read as their publishers give them: CSV or Parquet. Names of natural persons are not read.

        counterlure register build StockUniteLegale.parquet gleif.csv --into companies.register
    """
    from counterlure.register.index import build as build_index

    countries = [country.strip().upper() for country in complete.split(",") if country.strip()]
    wrong = [country for country in countries if len(country) != 2 or not country.isalpha()]
    if wrong:
        raise typer.BadParameter(f"{wrong[0]!r} is no country of two letters, as FR", param_hint="'--complete'")
    count, covered = build_index(files, into, countries)
    told = ", ".join(sorted(covered - {""})) or "no country: nobody is called absent by it"
    out.print(f"{counted(count, 'name', 'names')} in {into}; complete for {told}", markup=False, soft_wrap=True)


@app.command()
def look(
    names: Annotated[list[str], typer.Argument(help="Names of organisations.", show_default=False)],
    index: Index,
) -> None:
    """Say which entry each name means, if any."""
    from counterlure.register.index import open_register
    from counterlure.register.match import look as look_up

    opened = open_register(index)
    try:
        found = look_up(opened, names)
    finally:
        opened.close()
    for name, entry in found.items():
        if entry is None:
            out.print(f"{name}: not found", markup=False, soft_wrap=True)
        else:
            seat = f" ({entry.country})" if entry.country else ""
            out.print(f"{name}: {entry.name}{seat}, {entry.score:g} of 100", markup=False, soft_wrap=True)


@app.command()
def note(
    case: Annotated[Path, typer.Argument(help="Directory of a case that was scanned.", show_default=False)],
    index: Index,
) -> None:
    """Note the employers that accounts at alert claim in a case, for later cases.

    Left out are employers of protected people, and those that the register of the scan knows: a persona may claim any
    real firm. No person, message or target is kept. Noting a case again replaces what it noted.
    """
    from counterlure import pipeline
    from counterlure.case.store import Case
    from counterlure.pipeline import claimed_at_alert
    from counterlure.register import organisations

    with Case.open(case) as opened:
        judgement = pipeline.last_judgement(opened)
        if judgement is None:
            raise CaseError(f"{case}: not judged yet; run counterlure scan first")
        claimed = claimed_at_alert(opened, judgement)
        count = organisations.note(index, judgement.case.id, judgement.generated_at, claimed)
        opened.record("export", counted(count, "organisation", "organisations"), f"noted in {index.name}")
    out.print(f"{counted(count, 'organisation', 'organisations')} noted in {index}", markup=False, soft_wrap=True)


@app.command()
def forget(
    name: Annotated[str, typer.Argument(help="Name of the organisation.", show_default=False)],
    index: Index,
) -> None:
    """Take an organisation out of the index."""
    from counterlure.register import organisations

    cases = organisations.forget(index, name)
    out.print(f"{name}: taken out of {counted(cases, 'case', 'cases')}", markup=False, soft_wrap=True)
