"""Which of the 72 bad inputs of the catalogue are tested in this room, and where the others are."""

from __future__ import annotations

from collections.abc import Callable

WAITING = {
    55: "no STIX leaves this room: tests/report or export",
    56: "no MISP leaves this room: tests/report or export",
    69: "JSON: tests/ingest/test_json_limits.py",
    71: "a case from a stranger: tests/case",
}
TESTED: set[int] = set()
Test = Callable[..., None]


def bad(*numbers: int) -> Callable[[Test], Test]:
    """Marks the test of these entries of the catalogue."""

    def mark(test: Test) -> Test:
        TESTED.update(numbers)
        return test

    return mark
