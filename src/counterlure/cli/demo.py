"""demo: a synthetic organisation, scanned."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from counterlure.cli.console import err
from counterlure.cli.options import Lang, Language, Quiet
from counterlure.cli.scan import scan
from counterlure.errors import CaseError

COLLEAGUES = 40
MARKER = ".counterlure-demo"
WRITTEN = ("case", "deliveries", "register.csv", "reported_contacts.csv", "truth.json", MARKER)
"""What a demo leaves in its directory; the marker goes last."""


def demo(
    into: Annotated[Path, typer.Option(help="Directory to write; one that an earlier demo wrote is made anew.")] = Path(
        "demo"
    ),
    seed: Annotated[int, typer.Option(help="Another seed, another organisation.")] = 1,
    lang: Language = Lang.EN,
    quiet: Quiet = False,
) -> None:
    """Write a synthetic organisation (40 colleagues' archives, one planted operation) and scan it.

    Nothing in it is real; `truth.json` beside the archives says what was planted.
    """
    from counterlure.simulate.organisation import write_organisation

    _clear(into)
    try:
        truth = write_organisation(into, seed=seed, colleagues=COLLEAGUES)
    finally:
        # An interrupted demo is a demo too, and may be made anew.
        if into.is_dir():
            (into / MARKER).touch()
    if not quiet:
        planted = len(truth.personas)
        err.print(
            f"wrote a synthetic organisation of {COLLEAGUES} colleagues into {into}; planted: {planted} personas",
            markup=False, soft_wrap=True,
        )  # fmt: skip
    scan(
        case=into / "case", paths=[*sorted((into / "deliveries").iterdir()), into / "reported_contacts.csv"], lang=lang,
        register=into / "register.csv", purpose="demonstration on synthetic data", quiet=quiet,
    )  # fmt: skip
    if not quiet:
        err.print(f"in the browser: counterlure serve {into / 'case'}", markup=False, soft_wrap=True)


def _clear(into: Path) -> None:
    """Removes what an earlier demo wrote, and nothing else; `CaseError` where the directory holds anything else."""
    if into.exists() and not into.is_dir():
        raise CaseError(f"{into}: is a file; choose a directory with --into")
    held = {path.name for path in into.iterdir()} if into.exists() else set()
    if not held:
        return
    foreign = sorted(held - set(WRITTEN)) if MARKER in held else sorted(held)
    if foreign:
        raise CaseError(
            f"{into}: holds what no demo wrote ({', '.join(foreign[:3])}{', …' if len(foreign) > 3 else ''});"
            " choose another directory with --into, or move that away"
        )
    for name in WRITTEN:
        _remove(into / name)


def _remove(path: Path) -> None:
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise CaseError(
            f"{error.filename or path}: cannot be removed ({error.strerror}); remove it, or choose --into"
        ) from error
