"""What people read, byte for byte. COUNTERLURE_GOLDEN=write renews it; read the difference."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parent.parent / "golden" / "network"


def golden(name: str, made: str) -> None:
    """Compares with the kept file of that name."""
    path = GOLDEN / name
    if os.environ.get("COUNTERLURE_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made.encode("utf-8"))
    assert path.read_bytes() == made.encode("utf-8")
