"""A case with a fixed clock, and small batches to write into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from counterlure.case.rows import AccountRow, Batch, ConversationRow, Owner
from counterlure.case.store import Case
from tests.factories import DAY, NOW, Clock, new_case

__all__ = ["DAY", "NOW", "OWNER"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def case(tmp_path: Path, clock: Clock) -> Case:
    return new_case(tmp_path, clock)


OWNER = Owner(keys=["in:owner"], name="Ola Wner", organisation="Works", role="engineer")


@pytest.fixture
def batch() -> Callable[..., Batch]:
    def make(source: str = "a.zip/messages.csv", text: str = "hello there", **more: object) -> Batch:
        return Batch(
            source=source,
            kind="messages",
            digest="d" * 64,
            accounts=[
                AccountRow(["in:owner"], "Ola Wner"),
                AccountRow(["in:stranger"], "Stran Ger", "https://x/in/stranger"),
            ],
            conversations=[ConversationRow("2-abc", None, [0, 1])],
            messages=[(0, NOW - 100, 1, 2, 0, text, None), (0, NOW - 50, 0, 3, 0, "who are you?", None)],
            **more,  # type: ignore[arg-type]
        )

    return make
