"""Every source reader, in the order in which the files of one delivery are read.

A reader module offers `accepts(name, head) -> bool` and `read(member, context) -> Iterator[Batch]`. It is imported when
a file first needs it: a reading process that sees only archives never loads a PDF or mail parser.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from counterlure.case.rows import Batch
from counterlure.ingest.context import Context
from counterlure.ingest.member import Member

HEAD_BYTES = 4096


@dataclass(frozen=True)
class Source:
    """One kind of file.

    kind : the `Batch.kind` it yields.
    module : where its reader is.
    by_name : whether the name alone decides, so that no byte has to be read to know.
    """

    kind: str
    module: str
    by_name: bool = False

    def accepts(self, name: str, head: bytes) -> bool:
        """Whether this reader takes a file of that name with these first bytes."""
        return bool(import_module(self.module).accepts(name, head))

    def read(self, member: Member, context: Context) -> Iterator[Batch]:
        """The rows of the file in batches of bounded size; `InputError` where it cannot be read at all."""
        batches: Iterator[Batch] = import_module(self.module).read(member, context)
        return batches


SOURCES: tuple[Source, ...] = (
    Source("profile", "counterlure.ingest.profile_files", by_name=True),
    Source("invitations", "counterlure.ingest.invitations", by_name=True),
    Source("connections", "counterlure.ingest.connections", by_name=True),
    Source("messages", "counterlure.ingest.messages", by_name=True),
    Source("portability", "counterlure.ingest.portability"),
    Source("reported", "counterlure.ingest.reported"),
    Source("capture", "counterlure.ingest.json_resume"),
    Source("capture", "counterlure.ingest.linkedin_pdf"),
    Source("capture", "counterlure.ingest.schema_org"),
    Source("capture", "counterlure.ingest.saved_page"),
    Source("portrait", "counterlure.ingest.portrait_file"),
    Source("mail", "counterlure.ingest.mail"),
)


def source_by_name(name: str) -> Source | None:
    """The reader that takes a file for its name alone."""
    return next((source for source in SOURCES if source.by_name and source.accepts(name, b"")), None)


def source_by_head(name: str, head: bytes) -> Source | None:
    """The reader that takes a file for its name and first bytes."""
    return next((source for source in SOURCES if not source.by_name and source.accepts(name, head)), None)
