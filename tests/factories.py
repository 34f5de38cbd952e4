"""One tiny factory per noun, for tests of every room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from counterlure.case.rows import AccountRow, Batch, ConversationRow, Owner
from counterlure.case.store import Case
from counterlure.case.write import DeliveryWriter
from counterlure.model import Skipped

NOW = 1_790_000_000
DAY = 86_400


@dataclass
class Delivery:
    """A delivery as `ingest` hands it to the case."""

    name: str
    digest: str
    owner: Owner | None
    batches: Sequence[Batch]
    skipped: Sequence[Skipped] = ()
    warnings: Sequence[Skipped] = ()
    failed: bool = False


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


def new_case(folder: Path, clock: Clock | None = None) -> Case:
    """An empty case with fixed clock, id and salt."""
    return Case.create(
        folder / "case", purpose="test", clock=clock or Clock(), salt=b"s" * 16, case_id="c0ffee", retention_days=30
    )


def talk(case: Case, account: str, target: str, *lines: tuple[str, str], start: int = NOW, flags: int = 0) -> None:
    """One thread between `in:<account>` and `in:<target>`; lines are ("in" | "out", text), one day apart."""
    me, other = (
        AccountRow([f"in:{target}"], target.title()),
        AccountRow([account if ":" in account else f"in:{account}"], account.title()),
    )
    rows = [(0, start + i * DAY, int(side == "in"), i + 2, flags, text, None) for i, (side, text) in enumerate(lines)]
    thread = ConversationRow(f"{account}-{target}-{start}", None, [0, 1])
    batch = Batch(
        f"{target}.zip/messages.csv", "messages", "0", accounts=[me, other], conversations=[thread], messages=rows
    )
    digest = f"{account} {target} {start}"
    DeliveryWriter(case).write(
        Delivery(f"{target}.zip", digest, Owner([f"in:{target}"], target.title(), "Works"), [batch])
    )
