"""The shapes in which people hand an archive in: ZIP, folder, loose files, two parts, a re-save from a spreadsheet."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from counterlure.errors import InputError

MOMENT = (2026, 11, 1, 0, 0, 0)
"""Time stamp of every ZIP member, so that the same content gives the same bytes."""

_PROFILE_PART = ("Profile.csv", "Positions.csv")


class Form(StrEnum):
    """How one colleague hands the archive in."""

    ZIP = "zip"
    ZIP_AGAIN = "zip_again"  # downloaded twice: "... (1).zip"
    ZIP_TWICE = "zip_twice"  # "....zip.zip"
    INNER = "inner_folder"
    FOLDER = "folder"
    LOOSE = "loose"
    TWO_PARTS = "two_parts"
    RESAVED = "resaved"


def start_empty(into: Path) -> None:
    """Make the folder; `InputError` where it already holds something."""
    into.mkdir(parents=True, exist_ok=True)
    if any(into.iterdir()):
        raise InputError(str(into), "is not empty; name a new folder for the simulation")


def hand_in(form: Form, files: Mapping[str, bytes], into: Path, exported_at: int) -> list[Path]:
    """Write one archive below `into` and return the paths to give to a scan, ascending."""
    into.mkdir(parents=True)
    stamp = f"{datetime.fromtimestamp(exported_at, UTC):%m-%d-%Y}"
    return _WRITERS[form](files, into, f"Complete_LinkedInDataExport_{stamp}")


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP whose bytes depend on names and content only."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            archive.writestr(info, content, compresslevel=6)
    return out.getvalue()


def resaved(name: str, content: bytes) -> bytes:
    """The CSV as a French spreadsheet saves it: semicolons, CRLF, Windows-1252, short dates, rows of equal width."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8"))))
    width = max((len(row) for row in rows), default=0)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        cells = [_short_date(cell) for cell in row] if name == "Connections.csv" else row
        writer.writerow([*cells, *[""] * (width - len(row))])
    return out.getvalue().encode("cp1252", "replace")


def _short_date(cell: str) -> str:
    try:
        return f"{datetime.strptime(cell, '%d %b %Y').replace(tzinfo=UTC):%d-%b-%y}"
    except ValueError:
        return cell


def _zip_named(ending: str) -> Callable[[Mapping[str, bytes], Path, str], list[Path]]:
    def write(files: Mapping[str, bytes], into: Path, name: str) -> list[Path]:
        path = into / f"{name}{ending}"
        path.write_bytes(zipped(files))
        return [path]

    return write


def _inner(files: Mapping[str, bytes], into: Path, name: str) -> list[Path]:
    return _zip_named(".zip")({f"{name}/{member}": content for member, content in files.items()}, into, name)


def _loose(files: Mapping[str, bytes], into: Path, _name: str) -> list[Path]:
    for member, content in files.items():
        (into / member).write_bytes(content)
    return [into]


def _folder(files: Mapping[str, bytes], into: Path, name: str) -> list[Path]:
    path = into / name
    path.mkdir()
    return _loose(files, path, name)


def _two_parts(files: Mapping[str, bytes], into: Path, name: str) -> list[Path]:
    first = {member: content for member, content in files.items() if member in _PROFILE_PART}
    second = {member: content for member, content in files.items() if member not in _PROFILE_PART}
    write = _zip_named(".zip")
    return [*write(first, into, name.replace("Complete", "Basic")), *write(second, into, name)]


def _resaved(files: Mapping[str, bytes], into: Path, name: str) -> list[Path]:
    return _loose({member: resaved(member, content) for member, content in files.items()}, into, name)


_WRITERS: dict[Form, Callable[[Mapping[str, bytes], Path, str], list[Path]]] = {
    Form.ZIP: _zip_named(".zip"),
    Form.ZIP_AGAIN: _zip_named(".zip (1).zip"),
    Form.ZIP_TWICE: _zip_named(".zip.zip"),
    Form.INNER: _inner,
    Form.FOLDER: _folder,
    Form.LOOSE: _loose,
    Form.TWO_PARTS: _two_parts,
    Form.RESAVED: _resaved,
}
