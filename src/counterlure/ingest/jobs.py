"""From the paths of the command line to jobs: which files belong together, before any of them is opened.

A folder may hold the deliveries of many people. A folder that directly holds a core file of an archive (`names.CORE`)
is one delivery with everything below it; every ZIP is one; the loose files of any other folder are one. The same rule
holds inside a ZIP.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from counterlure.ingest.limits import Limits
from counterlure.ingest.names import is_core
from counterlure.model import Skipped
from counterlure.text import clean_text

_WALK_FILES = 200_000


class Job(msgspec.Struct, frozen=True):
    """What one reading process reads in one go: a file, or files below one folder. Nothing was opened yet.

    name : as the person who handed it in knows it.
    root : the folder, as bytes of the file system.
    files : paths below it, as bytes; for a single file its name.
    single : whether it is one file that may be an archive.
    aside : loose files beside other deliveries, where finding nothing to read is no fault.
    """

    name: str
    root: bytes
    files: list[bytes]
    single: bool
    aside: bool = False


def jobs(path: str | os.PathLike[str], limits: Limits) -> Iterator[Job | Skipped]:
    """The jobs behind one path of the command line, in order of their names; what cannot be one is named instead.

    Follows a link given by the user, none inside a folder.
    """
    given = Path(path)
    label = clean_text(given.name or given.resolve().name) or "."
    try:
        status = given.stat()
        if stat.S_ISDIR(status.st_mode):
            yield from _folder_jobs(given, label, limits)
        elif stat.S_ISREG(status.st_mode):
            real = given.resolve()
            yield Job(label, os.fsencode(real.parent), [os.fsencode(real.name)], single=True)
        else:
            yield Skipped(label, "is neither a file nor a folder")
    except OSError as error:
        yield Skipped(label, f"cannot be read: {error.strerror}")


def groups(paths: Iterable[str]) -> dict[str, list[str]]:
    """The paths by the folder of the delivery they belong to ("" for the top), both sorted.

    The nearest folder above with a core file; else the folder itself.
    """
    ordered = sorted(paths)
    roots = {path.rpartition("/")[0] for path in ordered if is_core(path)}
    found: dict[str, list[str]] = {}
    for path in ordered:
        folder = path.rpartition("/")[0]
        above = folder
        while above and above not in roots:
            above = above.rpartition("/")[0]
        found.setdefault(above if above in roots else folder, []).append(path)
    return dict(sorted(found.items()))


def _folder_jobs(folder: Path, label: str, limits: Limits) -> Iterator[Job | Skipped]:
    paths: list[str] = []
    skipped: list[Skipped] = []
    _walk(folder, "", limits, paths, skipped)
    if len(paths) >= _WALK_FILES:
        skipped.append(Skipped(label, f"holds more than {_WALK_FILES:,} files; hand in smaller folders"))
        paths = []
    found: list[tuple[str, Job]] = []
    archives = [path for path in paths if path.casefold().endswith(".zip")]
    for path in archives:
        parent, name = os.path.split(path)
        root = os.fsencode((folder / parent).absolute())
        found.append((path, Job(f"{label}/{clean_text(path)}", root, [os.fsencode(name)], single=True)))
    for group, files in groups(set(paths) - set(archives)).items():
        name = clean_text(f"{label}/{group}") if group else label
        if len(files) > limits.archive_entries:
            skipped.append(Skipped(name, f"holds more than {limits.archive_entries:,} files"))
            continue
        inside = [os.fsencode(path.removeprefix(f"{group}/") if group else path) for path in files]
        root = os.fsencode((folder / group).absolute())
        found.append((group, Job(name, root, inside, single=False, aside=not any(map(is_core, files)))))
    yield from skipped
    alone = len(found) == 1
    for _, job in sorted(found, key=lambda item: item[0]):
        yield msgspec.structs.replace(job, aside=job.aside and not alone)
    if not found and not skipped:
        yield Skipped(label, "is an empty folder")


def _walk(folder: Path, below: str, limits: Limits, paths: list[str], skipped: list[Skipped]) -> None:
    try:
        with os.scandir(folder / below) as entries:
            ordered = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        source = clean_text(f"{folder.name}/{below}" if below else folder.name)
        skipped.append(Skipped(source, f"cannot be read: {error.strerror}"))
        return
    for entry in ordered:
        path = f"{below}/{entry.name}" if below else entry.name
        source = f"{clean_text(folder.name)}/{clean_text(path)}"
        if len(paths) >= _WALK_FILES:
            return
        if entry.is_symlink():
            skipped.append(Skipped(source, "is a link; links inside a folder are not followed"))
        elif entry.is_dir():
            if path.count("/") + 1 > limits.folder_depth:
                skipped.append(Skipped(source, f"lies more than {limits.folder_depth} folders deep"))
            elif entry.name != "__MACOSX":
                _walk(folder, path, limits, paths, skipped)
        elif entry.is_file():
            paths.append(path)
        else:
            skipped.append(Skipped(source, "is neither a file nor a folder"))
