"""How large, deep and dense an input may be; every number can be changed by the caller, none is switched off.

The defaults come from measured attacks: a 256 KiB archive that declares 5 GB by overlapping entries, a 1 MiB one
that inflates to 1 GiB, CSV rows without end. `LimitError` names the limit that was passed.
"""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1 << 10
MIB = 1 << 20
GIB = 1 << 30
COLLECT_RARELY = (100_000, 20, 100)
"""For `gc.set_threshold` where rows are made: they make no cycles, and the default walks through them over and over."""


@dataclass(frozen=True)
class Limits:
    """Bounds on one delivery.

    archive_bytes : size of a ZIP file as it lies on disk, bytes.
    archive_entries : entries of a ZIP file, or files of a folder.
    unpacked_bytes : bytes that come out of one delivery, counted while reading and never as declared.
    member_bytes : bytes that come out of one file.
    ratio : unpacked to packed bytes of one entry, enforced above `ratio_floor` unpacked bytes.
    name_chars : characters in the name of an entry.
    folder_depth : folders below the one that was given.
    columns : columns of a table.
    field_chars : characters of one cell.
    row_chars : characters of one row, and of one quoted cell that runs over lines.
    rows : rows of one table.
    batch_rows : rows that one `Batch` carries at most.
    json_depth : nesting of a JSON document.
    frame_bytes : bytes of one MessagePack frame from a reading process.
    memory_bytes : address space of a reading process.
    cpu_seconds : processor time of one delivery.
    """

    archive_bytes: int = 512 * MIB
    archive_entries: int = 2_000
    unpacked_bytes: int = 2 * GIB
    member_bytes: int = 2 * GIB
    ratio: int = 100
    ratio_floor: int = MIB
    name_chars: int = 1_024
    folder_depth: int = 16
    columns: int = 512
    field_chars: int = MIB
    row_chars: int = 4 * MIB
    rows: int = 20_000_000
    batch_rows: int = 20_000
    json_depth: int = 64
    frame_bytes: int = 64 * MIB
    memory_bytes: int = GIB
    cpu_seconds: int = 60


DEFAULT = Limits()
