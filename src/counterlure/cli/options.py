"""Arguments that several commands share, so that they read the same everywhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


def _said(purpose: str | None) -> str | None:
    if purpose is not None and not purpose.strip():
        raise typer.BadParameter("says nothing; say why these messages are read")
    return purpose


class Lang(StrEnum):
    """Language of what people read."""

    EN = "en"
    FR = "fr"


class FailOn(StrEnum):
    """Level from which a scan ends with exit code 10."""

    ALERT = "alert"
    WATCH = "watch"


CaseDir = Annotated[Path, typer.Option("--case", help="Directory of the case.", show_default=False)]
Language = Annotated[
    Lang, typer.Option("--lang", help="Language of the table, the report and the letters without one of their own.")
]
Names = Annotated[bool, typer.Option("--names", help="Show the names of the people approached, not only T-0001.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on standard error.")]
Json = Annotated[bool, typer.Option("--json", help="The assessment document on standard output, and nothing else.")]
Purpose = Annotated[
    str | None,
    typer.Option("--purpose", callback=_said, help="Why these messages are read; recorded in a new case."),
]
Register = Annotated[
    Path | None,
    typer.Option(
        "--register",
        help="A company register to check claimed employers: CSV or Parquet, or an index that `register build` made.",
    ),
]
Organisations = Annotated[
    Path | None,
    typer.Option(
        "--organisations",
        help="An index of employers that accounts warned about in other cases claimed (`register note`).",
    ),
]
