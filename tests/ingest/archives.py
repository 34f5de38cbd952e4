"""Synthetic archives, and what is read from them; nobody in here exists."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from counterlure.case.rows import Batch, MessageRow, Owner, Skip
from counterlure.ingest import DeliveryResult, read_deliveries
from counterlure.ingest.context import Context
from counterlure.ingest.limits import DEFAULT, Limits
from counterlure.ingest.member import Member

OWNER = "https://www.linkedin.com/in/ada-example"
PARTNER = "https://www.linkedin.com/in/bo-example"
CAI = "https://www.linkedin.com/in/cai-example"
THREAD = "2-" + "A" * 54 + "=="

HEADER_2026 = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,"
    "FOLDER,ATTACHMENTS,IS MESSAGE DRAFT,IS CONVERSATION DRAFT"
)
HEADER_2023 = HEADER_2026[: HEADER_2026.index(",ATTACHMENTS")]
HEADER_2018 = "From,To,Date,Subject,Content,Direction,Folder"
INVITATIONS_2025 = "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl"
CONNECTIONS_2023 = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
PREAMBLE = (
    'Notes:\n"When exporting your connection data, you may notice that some addresses are missing, see ""help""."\n\n'
)
PROFILE = (
    "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,Geo Location,"
    "Twitter Handles,Websites,Instant Messengers"
)
POSITIONS = "Company Name,Title,Description,Location,Started On,Finished On"

ROW = {
    "CONVERSATION ID": THREAD,
    "FROM": "Bo Example",
    "SENDER PROFILE URL": PARTNER,
    "TO": "Ada Example",
    "RECIPIENT PROFILE URLS": OWNER,
    "DATE": "2025-03-07 11:13:51 UTC",
    "CONTENT": "Dear Dr Example, may I call you?",
    "FOLDER": "INBOX",
    "IS MESSAGE DRAFT": "No",
    "IS CONVERSATION DRAFT": "No",
}
SENT_AT = 1741346031


def table(
    header: str, rows: Iterable[Mapping[str, str] | Sequence[str]], *, delimiter: str = ",", quoting: int = 0
) -> str:
    """CSV text with that header; a row is a mapping by column, or the cells themselves."""
    columns = header.split(",")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n", quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(columns)
    for row in rows:
        writer.writerow([row.get(name, "") for name in columns] if isinstance(row, Mapping) else row)
    return out.getvalue()


def messages(*changes: Mapping[str, str], header: str = HEADER_2026) -> str:
    """messages.csv with one row per change to `ROW`; one plain row without any."""
    return table(header, [{**ROW, **change} for change in changes or ({},)])


def member(data: str | bytes, name: str = "messages.csv") -> Member:
    """A member with these bytes."""
    raw = data.encode() if isinstance(data, str) else data
    return Member(f"archive.zip/{name}", name, len(raw), lambda: io.BytesIO(raw))


def owner(name: str | None = "Ada Example") -> Owner:
    """The owner of the synthetic archive."""
    return Owner(["in:ada-example"], name)


def context(hint: Owner | None = None, limits: Limits = DEFAULT, *, opt_in: bool = False) -> Context:
    """A context; the synthetic owner where no other is given."""
    return Context(limits, hint or owner(), opt_in)


def zipped(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, method)
    return out.getvalue()


def taken(
    *paths: Path, workers: int = 0, limits: Limits = DEFAULT, owner: Owner | str | None = None
) -> list[tuple[DeliveryResult, list[Batch]]]:
    """Every delivery with its batches, read in this process unless told otherwise."""
    found = []
    for result in read_deliveries(paths, workers=workers, limits=limits, owner=owner):
        found.append((result, list(result.batches)))
    return found


def rows_of(batches: Iterable[Batch]) -> list[MessageRow]:
    """All messages."""
    return [row for batch in batches for row in batch.messages]


def skips_of(batches: Iterable[Batch]) -> list[Skip]:
    """All rows left out or read with a loss."""
    return [skip for batch in batches for skip in batch.skipped]


def warnings_of(batches: Iterable[Batch]) -> str:
    """All warnings in one text."""
    return "\n".join(text for batch in batches for text in batch.warnings)


def handed_in(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """A folder with these files, folders made on the way."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


def texts(batches: Iterable[Batch]) -> Iterator[str]:
    """The words of each message in order."""
    return (row[5] for row in rows_of(batches))
