"""serve: the workbench in the browser. users: who may work on a case there."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from counterlure.case import members
from counterlure.case.store import Case, now
from counterlure.cli.console import err, out
from counterlure.cli.options import Lang
from counterlure.errors import CounterlureError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PASSWORD = "COUNTERLURE_PASSWORD"  # noqa: S105 -- the name of the variable, not a secret


class RoleName(StrEnum):
    """What a member may do."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    LEAD = "lead"
    AUDITOR = "auditor"


def serve(
    cases: Annotated[list[Path], typer.Argument(help="Directories of the cases to serve.", show_default=False)],
    host: Annotated[
        str, typer.Option(help="Address to listen on; another than this machine's own needs TLS.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")] = 8765,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate chain, PEM.", show_default=False)] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key, PEM.", show_default=False)] = None,
    name: Annotated[
        list[str], typer.Option("--name", help="A host name under which browsers may ask for it.", show_default=False)
    ] = [],  # noqa: B006 -- typer copies it
    lang: Annotated[Lang, typer.Option("--lang", help="Language where the browser asks for neither.")] = Lang.EN,
) -> None:
    """Open cases in the browser: triage, read, judge, sign letters.

    Prints a link that signs one browser in; nobody else can open the pages. Cases with members (`counterlure users`)
    ask for name and password instead, and letters then need two people. It listens on this machine alone unless told
    otherwise, and then only with TLS. The command line may go on working on the same case.
    """
    if (tls_cert is None) != (tls_key is None):
        raise typer.BadParameter("TLS needs both: --tls-cert and --tls-key")
    if host not in LOOPBACK and tls_cert is None:
        raise typer.BadParameter(
            f"{host} can be reached from other machines, so it needs --tls-cert and --tls-key; or leave --host out"
        )
    from counterlure.workbench.serving import run

    run(cases, host=host, port=port, tls=(tls_cert, tls_key) if tls_cert and tls_key else None, names=name,
        lang=lang.value, clock=now, tell=_tell)  # fmt: skip


def _tell(line: str) -> None:
    err.print(line, markup=False, soft_wrap=True, highlight=False)


users = typer.Typer(no_args_is_help=True, help="Members of a case: who may read, judge, sign and check it in `serve`.")
CaseDir = Annotated[Path, typer.Option("--case", help="Directory of the case.", show_default=False)]
Name = Annotated[str, typer.Argument(help="Lower-case name, as it will stand in the audit.", show_default=False)]
RoleOption = Annotated[RoleName, typer.Option("--role", help="What the member may do.", show_default=False)]


@users.command("add")
def add(name: Name, case: CaseDir, role: RoleOption) -> None:
    """Add a member; the password is asked for, or taken from the environment variable COUNTERLURE_PASSWORD."""
    with Case.open(case) as opened:
        members.add(opened, name, role.value, _password())
    out.print(f"{name} is {role.value} of {case}", markup=False)


@users.command("change")
def change(
    name: Name,
    case: CaseDir,
    role: Annotated[RoleName | None, typer.Option("--role", help="A new role.", show_default=False)] = None,
    password: Annotated[bool, typer.Option("--password", help="Ask for a new password.")] = False,
) -> None:
    """Give a member another role or another password; it holds from the next sign-in on."""
    if role is None and not password:
        raise typer.BadParameter("says nothing to change; give --role or --password")
    with Case.open(case) as opened:
        members.change(opened, name, role.value if role else None, _password() if password else None)
    out.print(f"{name} is changed", markup=False)


@users.command("remove")
def remove(name: Name, case: CaseDir) -> None:
    """Remove a member; what they did stays in the case under their name."""
    with Case.open(case) as opened:
        members.remove(opened, name)
    out.print(f"{name} is no longer a member of {case}", markup=False)


@users.command("list")
def listed(case: CaseDir) -> None:
    """List the members and their roles."""
    with Case.open(case) as opened:
        for member in members.members(opened.db):
            out.print(f"{member.name:32}  {member.role}", markup=False)


def _password() -> str:
    import os

    given = os.environ.get(PASSWORD)
    if given is not None:
        return given
    try:
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    except typer.Abort as error:
        raise CounterlureError(f"no password was given; type one, or set {PASSWORD}") from error
