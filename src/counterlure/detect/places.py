"""Where a message stands in the delivery of each person who holds it."""

from __future__ import annotations

from typing import NamedTuple

from counterlure.case.read import CaseReader
from counterlure.detect.base import source_names
from counterlure.model import target_id

_OWNERS = """
SELECT s.id, d.target FROM source AS s JOIN delivery AS d ON d.id = s.delivery WHERE d.target IS NOT NULL
"""
_ALSO = """
SELECT m.source, m.line, a.source, a.line FROM message AS m JOIN message_also AS a ON a.message = m.id
WHERE m.conversation = ? ORDER BY a.source DESC
"""
_HOLDERS = "SELECT target FROM conversation_delivery WHERE conversation = ?"


class Cited(NamedTuple):
    """The "file:line" of a row, and the target in whose delivery it stands."""

    source: str
    target: str | None


class Places:
    """Cites messages; a thread is looked up only where a message was read from somebody else's delivery."""

    def __init__(self, case: CaseReader) -> None:
        self._case = case
        self._names = source_names(case)
        self._owners = {int(source): target_id(int(target)) for source, target in case.rows(_OWNERS)}
        self._thread = 0
        self._also: dict[tuple[int, int], dict[str, tuple[int, int]]] = {}
        self._holders: frozenset[str] = frozenset()

    def cite(self, thread: int, source: int, line: int, target: str | None) -> Cited:
        """A message as the target's own delivery holds it; where that lacks it, as the delivery that has it does.

        A row that nobody in the thread handed in (a list of reported contacts) is cited for the target it is about.
        """
        owner = self._owners.get(source)
        if owner != target:
            self._load(thread)
            own = self._also.get((source, line), {}).get(target or "")
            if own:
                source, line = own
            elif owner in self._holders:
                target = owner
        return Cited(f"{self._names[source]}:{line}", target)

    def _load(self, thread: int) -> None:
        if thread == self._thread:
            return
        self._thread = thread
        self._holders = frozenset(target_id(int(target)) for (target,) in self._case.rows(_HOLDERS, (thread,)))
        self._also = {}
        for source, line, other, there in self._case.rows(_ALSO, (thread,)):
            owner = self._owners.get(other)
            if owner is not None:
                self._also.setdefault((source, line), {})[owner] = (other, there)
