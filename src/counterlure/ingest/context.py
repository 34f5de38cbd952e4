"""What a source reader may know besides the file itself."""

from __future__ import annotations

from dataclasses import dataclass

from counterlure.case.rows import Owner
from counterlure.ingest.limits import DEFAULT, Limits


@dataclass(frozen=True)
class Context:
    """Settings of one delivery, the same for each of its files.

    limits : bounds every reader respects.
    owner_hint : whose delivery it is as far as known before the file is read: given by the user, or inferred from
        other files of the same delivery. None while nobody knows.
    opt_in_connections : whether names and employers of the owner's connections may be kept.
    """

    limits: Limits = DEFAULT
    owner_hint: Owner | None = None
    opt_in_connections: bool = False
