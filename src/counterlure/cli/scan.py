"""scan: from archives to warnings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from counterlure import pipeline
from counterlure.assess import load_prior
from counterlure.case.database import PASSPHRASE
from counterlure.case.store import DATABASE, Case
from counterlure.cli import EXIT_FOUND, EXIT_SKIPPED
from counterlure.cli.console import counted, data, err, out, progress, warn
from counterlure.cli.options import (
    CaseDir,
    FailOn,
    Json,
    Lang,
    Language,
    Names,
    Organisations,
    Purpose,
    Quiet,
    Register,
)
from counterlure.ingest.owner import owner_given
from counterlure.model import Judgement, Level, Skipped
from counterlure.register import organisations as known
from counterlure.register.index import check_register
from counterlure.report.document import assessment_document, document_text
from counterlure.report.files import write_report
from counterlure.report.terminal import summary

NOTES_SHOWN = 20


def scan(
    case: CaseDir,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Archives (ZIP), folders, mails, captures; none: judge the case again.", show_default=False
        ),
    ] = None,
    lang: Language = Lang.EN,
    as_json: Json = False,
    fail_on: Annotated[
        FailOn | None, typer.Option(help="End with exit code 10 when an account reaches this level.")
    ] = None,
    owner: Annotated[
        str | None,
        typer.Option(
            help="Whose delivery it is, where the files do not tell: profile address, slug, e-mail address or name."
        ),
    ] = None,
    register: Register = None,
    organisations: Organisations = None,
    names: Names = False,
    purpose: Purpose = None,
    keep_connections: Annotated[
        bool, typer.Option("--keep-connections", help="Keep names and employers of connections, not only their hashes.")
    ] = False,
    priors: Annotated[Path | None, typer.Option(help="A YAML file of priors in place of the shipped one.")] = None,
    report: Annotated[Path | None, typer.Option(help="Where to write the report; default: CASE/report.")] = None,
    workers: Annotated[int, typer.Option(min=0, max=64, help="Reading and matching processes.")] = 2,
    quiet: Quiet = False,
) -> None:
    """Read what colleagues handed in, judge every account, and write the report and the letters.

    Reads any mix of LinkedIn archives (ZIP or folder), saved API answers, notification mails, reported contacts and
    profile captures. Reading the same file again adds nothing; a scan that was interrupted goes on where it stopped.

    Exit codes: 0 done, 1 error, 2 usage, 3 some input of this scan was skipped (each named), 10 findings at --fail-on,
    130 interrupted.
    """
    owner = owner.removeprefix("in:") if owner else None  # an address key is taken as the slug it holds
    _check(paths or [], owner, register, organisations, priors)
    into = report or case / "report"
    with _opened(case, purpose) as opened, progress(quiet or as_json) as tell:
        done = pipeline.ingest(
            opened, paths or [], owner=owner, opt_in_connections=keep_connections, workers=workers, tell=tell
        )
        judgement = pipeline.judge(
            opened, register=register, organisations=organisations, priors=priors, workers=workers, tell=tell
        )
        tell("write the report", 0, 0)
        written = write_report(judgement, into, lang.value, names=names)
        opened.record("scan", counted(done.deliveries, "delivery", "deliveries"), f"report in {written[0].parent}")
    if as_json:
        data(document_text(assessment_document(judgement)))
    else:
        summary(out, judgement, lang.value, names=names)
        out.print(f"report: {written[0]}", markup=False)
    _name("skipped ", done.skipped)
    _name("", done.warnings)
    _remind(done, owner, into)
    _exit(judgement, fail_on, skipped=bool(done.skipped))


def _check(
    paths: list[Path], owner: str | None, register: Path | None, organisations: Path | None, priors: Path | None
) -> None:
    """Everything that can be known to be wrong before a case is made and hours of reading begin."""
    absent = [path for path in paths if _absent(path)]
    if absent and len(absent) == len(paths):
        names = ", ".join(map(str, absent[:NOTES_SHOWN]))
        raise typer.BadParameter(f"no such file or folder: {names}", param_hint="'PATHS'")
    for path in absent[:NOTES_SHOWN]:
        warn(f"{path}: no such file or folder; going on with the others")
    if owner:
        owner_given(owner)
    load_prior(priors)
    if register is not None:
        check_register(register)
    if organisations is not None:
        with known.opened(organisations):
            pass


def _absent(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False  # it is there, and reading it names what is wrong
    return False


def _opened(path: Path, purpose: str | None) -> Case:
    if (path / DATABASE).exists():
        return Case.open(path)
    made = Case.create(path, purpose=purpose)
    if purpose is None:
        warn("no --purpose given: the case says `not declared`; the law asks for one before messages are read")
    return made


def _name(what: str, entries: list[Skipped]) -> None:
    for entry in entries[:NOTES_SHOWN]:
        warn(f"{what}{entry.source}: {entry.reason}")
    if len(entries) > NOTES_SHOWN:
        err.print(f"and {len(entries) - NOTES_SHOWN} more, all listed in the report")


def _remind(done: pipeline.Ingested, owner: str | None, into: Path) -> None:
    if owner and done.known:
        known = counted(done.known, "delivery was", "deliveries were")
        warn(f"{known} read before, and --owner changed nothing there: purge first to read again")
    if os.environ.get(PASSPHRASE):
        warn(f"the case is encrypted, the report and the letters in {into} are not: keep them on an encrypted disk")


def _exit(judgement: Judgement, fail_on: FailOn | None, *, skipped: bool) -> None:
    levels = {assessment.level for assessment in judgement.assessments}
    reached = {FailOn.ALERT: {Level.ALERT}, FailOn.WATCH: {Level.ALERT, Level.WATCH}}
    if fail_on and levels & reached[fail_on]:
        raise typer.Exit(EXIT_FOUND)
    if skipped:
        raise typer.Exit(EXIT_SKIPPED)
