"""init, doctor, purge: the life of a case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import asdict

from counterlure import __version__
from counterlure.case import doctor as checks
from counterlure.case import retention
from counterlure.case.store import Case
from counterlure.cli import EXIT_ERROR
from counterlure.cli.console import agreed, counted, out, warn
from counterlure.cli.options import CaseDir, Purpose
from counterlure.errors import CaseError
from counterlure.ingest import confinement

DEFAULT_RETENTION_DAYS = 90
DELIVERIES = ("delivery", "deliveries")


def init(
    case: Annotated[Path, typer.Argument(help="Directory to make.", show_default=False)],
    purpose: Purpose = None,
    controller: Annotated[str | None, typer.Option(help="Who answers for the processing.")] = None,
    basis: Annotated[str | None, typer.Option(help="Legal basis, or the reference of the assessment on file.")] = None,
    retention_days: Annotated[
        int, typer.Option(min=1, max=3660, help="Days a delivery may stay, counted from the day it was read.")
    ] = DEFAULT_RETENTION_DAYS,
) -> None:
    """Make a case and record why it exists and how long it may keep what it reads.

    Set COUNTERLURE_PASSPHRASE to encrypt it (needs counterlure[encrypt]).
    """
    if purpose is None:
        warn("no --purpose given: the case will say `not declared` in every report")
    made = Case.create(case, purpose=purpose, controller=controller, basis=basis, retention_days=retention_days)
    stay = counted(retention_days, "day", "days")
    with made:
        out.print(
            f"made {case} (deliveries stay {stay}); next: counterlure scan ARCHIVES --case {case}",
            markup=False,
        )


def doctor(
    case: CaseDir,
    head: Annotated[
        str | None, typer.Option(help="An audit head printed in an earlier report, to be found again.")
    ] = None,
) -> None:
    """Check that a case is whole and that files are read in confinement.

    Ends with exit code 1 when a check fails.
    """
    with Case.open(case) as opened:
        results = [*checks.examine(opened, head), _confinement()]
    for check in results:
        mark = "[green]ok  [/]" if check.ok else "[bold red]FAIL[/]"
        out.print(mark, end=" ")
        out.print(f"{check.name}: {check.detail}", markup=False)
    if not all(check.ok for check in results):
        raise typer.Exit(EXIT_ERROR)


def _confinement() -> checks.Check:
    """What this machine lets a reading process give up; told, not failed, since it is no fault of the case."""
    missing = [name for name, holds in asdict(confinement()).items() if not holds]
    detail = f"without {', '.join(missing)}: read archives from strangers elsewhere" if missing else "complete"
    return checks.Check("confinement of reading", ok=True, detail=detail)


def purge(
    case: CaseDir,
    due: Annotated[bool, typer.Option("--due", help="Remove the deliveries whose retention has ended.")] = False,
    delivery: Annotated[
        list[int] | None, typer.Option(help="Remove this delivery (number as listed); repeatable.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove deliveries and everything read only from them.

    Without options: list the deliveries and when they expire.
    """
    with Case.open(case) as opened:
        if not due and not delivery:
            _list(opened)
            return
        chosen = _chosen(opened, due, delivery or [])
        if not chosen:
            out.print("nothing is past its time")
            return
        if not yes and not agreed(f"Remove {counted(len(chosen), *DELIVERIES)} for good?"):
            raise typer.Abort
        gone = retention.purge(opened, chosen)
    removed = (
        counted(len(gone.deliveries), *DELIVERIES),
        counted(gone.messages, "message", "messages"),
        counted(gone.accounts, "account", "accounts"),
    )
    out.print(f"removed {', '.join(removed)}")


def _chosen(opened: Case, due: bool, given: list[int]) -> list[int]:
    """The deliveries to remove, ascending; a number that is not listed is an error."""
    known = {int(number) for (number,) in opened.db.execute("SELECT id FROM delivery")}
    if unknown := sorted(set(given) - known):
        numbers = ", ".join(map(str, unknown))
        raise CaseError(f"{opened.path}: no delivery {numbers}; `counterlure purge --case {opened.path}` lists them")
    return sorted({*given, *(i for i, _ in retention.due(opened) if due)})


def _list(opened: Case) -> None:
    sql = "SELECT id, name, date(read_at, 'unixepoch'), date(expires_at, 'unixepoch') FROM delivery ORDER BY id"
    for number, name, read, expires in opened.db.execute(sql):
        out.print(f"{number:5}  read {read}  expires {expires or 'never'}  {name}", markup=False)


def version() -> None:
    """Print the version of the program and of its rules."""
    from counterlure.detect.conversation.rules import book

    out.print(f"counterlure {__version__}, rules {book().version}")
