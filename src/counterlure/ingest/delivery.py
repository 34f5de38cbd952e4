"""A job opened: every file read once, checked, digested and given to the reader that takes it."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from counterlure.errors import FormatError, InputError, LimitError
from counterlure.ingest.archive import Archive
from counterlure.ingest.dates import shown
from counterlure.ingest.files import open_file
from counterlure.ingest.jobs import Job, groups
from counterlure.ingest.limits import MIB, Limits
from counterlure.ingest.media import without_media
from counterlure.ingest.member import Member
from counterlure.ingest.names import CORE, PROFILE, Verdict, base_name, is_core, is_table, judge, stem
from counterlure.ingest.sources import HEAD_BYTES, SOURCES, Source, source_by_head, source_by_name
from counterlure.ingest.zip_directory import AGAIN
from counterlure.model import Skipped
from counterlure.text import clean_text

_KEPT_BYTES = 96 * MIB
_ZIP = b"PK\x03\x04"
_ZIP_EMPTY = b"PK\x05\x06"
_OFFICE = (".xlsx", ".csv", ".tsv", ".docx")


@dataclass(frozen=True)
class Sealed(Member):
    """A member whose bytes were read once already: whole, within the limits, and with this digest."""

    sha256: str = ""

    def digest(self) -> str:
        """The digest found when the delivery was opened."""
        return self.sha256


@dataclass
class Delivery:
    """One person's files, ready to be read.

    parts : each file with its reader, in the order of reading.
    digest : SHA-256 over the sorted names and digests of the files that are read; "" where none is.
    """

    name: str
    parts: list[tuple[Source, Sealed]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[Skipped] = field(default_factory=list)
    digest: str = ""

    def tables(self) -> list[tuple[str, Member]]:
        """The files of a LinkedIn archive among the parts, each with the name it is known by."""
        return [(stem(member.name), member) for _, member in self.parts if is_core(member.name)]


@contextmanager
def opened(job: Job, limits: Limits) -> Iterator[list[Delivery]]:
    """The deliveries of a job, each with every member read once, checked and digested; readable inside the `with`.

    `InputError` where an archive is refused as a whole.
    """
    root, budget = Path(os.fsdecode(job.root)), _Budget(limits)
    if not job.single:
        members = []
        for raw in job.files:
            relative = os.fsdecode(raw)
            source = f"{job.name}/{clean_text(relative)}"
            members.append((relative, _file_member(root / relative, source, limits)))
        yield [_gather(Delivery(job.name), members, budget, named=False, aside=job.aside)]
        return
    path = root / os.fsdecode(job.files[0])
    with open_file(path, job.name, max(limits.archive_bytes, limits.member_bytes)) as file:
        head = file.read(HEAD_BYTES)
        if head.startswith((_ZIP, _ZIP_EMPTY)) and not job.name.casefold().endswith(_OFFICE):
            yield list(_unpacked(Archive(file, job.name, limits), job.name, budget))
        elif job.name.casefold().endswith(".zip"):
            raise FormatError(job.name, f"is not a ZIP archive; {AGAIN}")
        else:
            alone = [(job.name, _file_member(path, job.name, limits))]
            yield [_gather(Delivery(job.name), alone, budget, named=True)]


def _unpacked(archive: Archive, name: str, budget: _Budget) -> Iterator[Delivery]:
    found = groups(path for path in archive.entries if not path.startswith("__MACOSX/")) or {"": []}
    skipped = archive.skipped
    for group, paths in found.items():
        # One folder around everything is only wrapping; several are the archives of several people.
        delivery = Delivery(f"{name}/{clean_text(group)}" if group and len(found) > 1 else name, skipped=skipped)
        skipped = []
        yield _gather(delivery, [(path, _entry_member(archive, path)) for path in paths], budget, named=False)


class _Budget:
    """How many bytes of a job may still come out of its files, and how many of them may stay in memory."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._unpacked = limits.unpacked_bytes
        self._kept = _KEPT_BYTES

    def seal(self, member: Member) -> Sealed:
        """Reads every byte once; keeps them where there is room, so that they are unpacked once."""
        self._unpacked -= member.size
        if self._unpacked < 0:
            raise LimitError(member.source, f"more than {self._limits.unpacked_bytes:,} bytes unpacked in all")
        if member.size > self._kept:
            return Sealed(member.source, member.name, member.size, member.opener, member.digest())
        data = member.read()
        self._kept -= len(data)
        digest = hashlib.sha256(data).hexdigest()
        return Sealed(member.source, member.name, len(data), lambda: io.BytesIO(data), digest)


def _gather(
    delivery: Delivery, candidates: list[tuple[str, Member]], budget: _Budget, *, named: bool, aside: bool = False
) -> Delivery:
    """Chooses a reader for each candidate and seals what is read; `named`: the user named this very file."""
    own, beyond, passed = without_media(candidates)
    delivery.skipped += beyond
    delivery.warnings += passed
    for path, member in own:
        try:
            source = _source_of(path, member, delivery, named=named)
            if source is not None:
                delivery.parts.append((source, budget.seal(member)))
        except InputError as error:
            delivery.skipped.append(Skipped(error.source, error.reason))
    delivery.parts.sort(key=lambda part: (SOURCES.index(part[0]), part[1].source))
    _note_first_part(delivery)
    if not delivery.parts and not delivery.skipped and not aside:
        delivery.skipped.append(Skipped(delivery.name, "holds no file that is read here"))
    delivery.digest = _digest(delivery) if delivery.parts else ""
    return delivery


def _source_of(path: str, member: Member, delivery: Delivery, *, named: bool) -> Source | None:
    verdict = judge(path)
    if verdict is not Verdict.ASK:
        if named:
            delivery.skipped.append(Skipped(member.source, f"is not read: {verdict.value}"))
        return None
    source = source_by_name(path)
    if source is None:
        with member.open() as stream:
            source = source_by_head(base_name(path), stream.read(HEAD_BYTES))
    if source is None:
        note = Skipped(member.source, f"{shown(base_name(path))} is no file known here; not read")
        (delivery.skipped if named else delivery.warnings).append(note)
    return source


def _note_first_part(delivery: Delivery) -> None:
    stems = {stem(member.name) for _, member in delivery.parts if is_table(member.name)}
    if stems & PROFILE and not stems & (CORE - PROFILE):
        note = (
            "holds profile files only: it is the first part of an archive delivered in two; messages, invitations "
            "and connections come in the second, up to 24 hours later"
        )
        delivery.warnings.append(Skipped(delivery.name, note))


def _digest(delivery: Delivery) -> str:
    lines = sorted(f"{member.name.casefold()}\0{member.sha256}\n" for _, member in delivery.parts)
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _entry_member(archive: Archive, path: str) -> Member:
    source = f"{archive.source}/{clean_text(path)}"
    return Member(source, base_name(path), archive.entries[path].unpacked, lambda: archive.open(path))


def _file_member(path: Path, source: str, limits: Limits) -> Member:
    try:
        size = path.lstat().st_size
    except OSError:
        size = 0  # the opener names the reason
    return Member(source, base_name(path.name), size, lambda: open_file(path, source, limits.member_bytes))
