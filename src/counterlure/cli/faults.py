"""What can go wrong outside the program, each in one line that says what to do."""

from __future__ import annotations

import errno
import sqlite3
from typing import Any

from typer.core import TyperGroup

from counterlure.case import database
from counterlure.cli.console import complain
from counterlure.errors import CounterlureError, MissingExtra

NOTHING_LOST = "nothing acknowledged is lost"
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


class Interrupted(Exception):
    """The person at the keyboard stopped the command."""


class Commands(TyperGroup):
    """Commands whose faults reach `main`; typer would end some of them in silence."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command that `ctx` names."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as fault:
            raise Interrupted from fault
        except BrokenPipeError as fault:
            # Standard output has an error of its own: this pipe led to a process of ours.
            raise CounterlureError(
                f"a process of this run has ended too early; run the same command again, {NOTHING_LOST}"
            ) from fault


def known_faults() -> tuple[type[Exception], ...]:
    """Errors raised on purpose, errors of the database and errors of the operating system."""
    try:
        return (CounterlureError, OSError, *database.errors())
    except MissingExtra:
        return (CounterlureError, OSError, sqlite3.Error)


def complain_about(fault: Exception) -> None:
    """One line on standard error: what happened, and what to do."""
    if isinstance(fault, CounterlureError):
        complain(str(fault))
    elif isinstance(fault, OSError):
        complain(_system(fault))
    else:
        complain(_database(str(fault)))


def _database(reason: str) -> str:
    if "locked" in reason or "busy" in reason:
        return f"the case is in use by another program; try again when it has ended ({reason})"
    if "full" in reason:
        return f"no space left for the case: free some and run the same command again; {NOTHING_LOST} ({reason})"
    if "readonly" in reason:
        return f"the case cannot be written: see who owns its files, and whether the disk is read-only ({reason})"
    return f"the case cannot be used as it is: run `counterlure doctor` on it, or restore a copy ({reason})"


def _system(fault: OSError) -> str:
    place = f"{fault.filename}: " if fault.filename is not None else ""
    reason = fault.strerror or str(fault) or type(fault).__name__
    if fault.errno in NO_SPACE:
        return f"{place}no space left: free some and run the same command again; {NOTHING_LOST} ({reason})"
    if isinstance(fault, PermissionError):
        return f"{place}this may not be done here: see who owns it, or choose another place ({reason})"
    return f"{place}cannot be used: see whether it is there and of the right kind ({reason})"
