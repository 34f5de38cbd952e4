"""What outlives a case is the organisation and nothing of anybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterlure.errors import CaseError
from counterlure.register.organisations import Claimed, Seen, forget, note, seen


def test_an_organisation_returns_in_another_case_and_not_in_its_own(tmp_path: Path) -> None:
    file = tmp_path / "known.sqlite"
    assert note(file, "one", 10, [Claimed("Velmora Consulting Ltd", frozenset({"company:velmora"}), 3)]) == 1
    note(file, "two", 20, [Claimed("Velmora Consulting", frozenset(), 1)])
    assert seen(file, "three", ["velmora consulting"], []) == {"velmora consulting": Seen(2, 4, 10, 20)}
    assert seen(file, "three", [], ["company:velmora"]) == {"company:velmora": Seen(2, 4, 10, 20)}
    assert seen(file, "one", ["velmora consulting"], []) == {"velmora consulting": Seen(1, 1, 20, 20)}
    assert seen(file, "three", ["brevane"], ["company:brevane"]) == {}


def test_noting_a_case_again_replaces_what_it_noted(tmp_path: Path) -> None:
    file = tmp_path / "known.sqlite"
    note(file, "one", 10, [Claimed("Velmora", frozenset(), 3), Claimed("Freelance", frozenset(), 1)])
    note(file, "one", 20, [Claimed("Brevane", frozenset(), 1)])
    assert set(seen(file, "two", ["velmora", "brevane", "freelance"], [])) == {"brevane"}


def test_what_is_forgotten_is_gone_and_no_case_can_be_named_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "known.sqlite"
    note(file, "case-4711", 10, [Claimed("Velmora", frozenset({"site:velmora.example"}), 3)])
    assert b"case-4711" not in file.read_bytes()
    assert forget(file, "VELMORA Ltd") == 1
    assert seen(file, "two", ["velmora"], ["site:velmora.example"]) == {}


def test_an_absent_or_foreign_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="no index of organisations"):
        seen(tmp_path / "absent", "one", [], [])
    junk = tmp_path / "junk"
    junk.write_bytes(b"no database at all, but long enough to be looked at" * 40)
    with pytest.raises(CaseError, match="cannot be used"):
        seen(junk, "one", [], [])
