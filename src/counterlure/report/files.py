"""Writing the report beside the case: each file whole or not at all, and readable by its owner only."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from counterlure.errors import CounterlureError
from counterlure.model import Judgement
from counterlure.report.document import assessment_document, document_text
from counterlure.report.html import report_html
from counterlure.report.letters import letters
from counterlure.report.tables import csv_text, tables

PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
LETTER_ENDINGS = (".txt", ".html")


def write_report(j: Judgement, into: Path, lang: str, names: bool = False) -> list[Path]:
    """Write the page, the document, the tables (accounts, exposure, findings) and the letters; returns the paths.

    A letter of an earlier run whose ground is gone is removed: nobody should hand it over.

    Raises
    ------
    CounterlureError : a file cannot be written; earlier versions of it stay as they were.
    """
    texts = {
        "report.html": report_html(j, lang, names),
        "assessment.json": document_text(assessment_document(j)),
    }
    texts |= {f"{table.name}.csv": csv_text(table) for table in tables(j)}
    for letter in letters(j, lang, names):
        name = _plain(letter.target)
        texts[f"letters/{name}.txt"] = letter.text
        texts[f"letters/{name}.html"] = letter.html
    written = _write_all(texts, into)
    _remove_stale(into / "letters", {path.name for path in written})
    return written


def _write_all(texts: dict[str, str], into: Path) -> list[Path]:
    try:
        return [_write(into / name, text) for name, text in texts.items()]
    except OSError as error:
        raise CounterlureError(
            f"{error.filename or into}: cannot be written ({error.strerror});"
            " free space, or choose another place with --report"
        ) from error


def _write(path: Path, text: str) -> Path:
    """Aside, synced, then renamed; the temporary file is made with mode 0600 and the rename keeps it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
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
    return path


def _plain(target: str) -> str:
    """A target id as a file name; ids are ours, so anything else is an error of ours."""
    if not PLAIN_NAME.fullmatch(target):
        raise CounterlureError(f"target id {target!r} cannot name a file")
    return target


def _remove_stale(folder: Path, current: set[str]) -> None:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        ours = path.suffix in LETTER_ENDINGS and re.fullmatch(r"T-\d+", path.stem)
        if ours and path.name not in current and path.is_file():
            path.unlink()
