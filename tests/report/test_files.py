"""Files are written whole or not at all, for the owner's eyes only."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from counterlure.errors import CounterlureError
from counterlure.model import Exposure, Judgement
from counterlure.report.files import write_report


def names(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def test_the_report_writes_what_it_promises(story: Judgement, tmp_path: Path) -> None:
    written = write_report(story, tmp_path / "out", "en")
    letters = {f"letters/T-000{i}.{end}" for i in range(1, 6) for end in ("txt", "html")}
    expected = {"report.html", "assessment.json", "accounts.csv", "exposure.csv", "findings.csv"} | letters
    assert names(tmp_path / "out") == expected
    assert {str(p.relative_to(tmp_path / "out")) for p in written} == expected


def test_only_the_owner_may_read_the_files(story: Judgement, tmp_path: Path) -> None:
    before = os.umask(0o000)
    try:
        written = write_report(story, tmp_path / "out", "en")
    finally:
        os.umask(before)
    assert {p.stat().st_mode & 0o777 for p in written} == {0o600}
    assert {(tmp_path / f).stat().st_mode & 0o777 for f in ("out", "out/letters")} == {0o700}


def test_writing_twice_gives_the_same_bytes(story: Judgement, tmp_path: Path) -> None:
    first = {p.name: p.read_bytes() for p in write_report(story, tmp_path, "fr")}
    assert {p.name: p.read_bytes() for p in write_report(story, tmp_path, "fr")} == first


def test_a_full_disk_leaves_the_earlier_report_and_no_scraps(
    story: Judgement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_report(story, tmp_path, "en")
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CounterlureError, match="No space left"):
        write_report(story, tmp_path, "fr")
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_a_letter_whose_ground_is_gone_is_removed_and_other_files_are_kept(story: Judgement, tmp_path: Path) -> None:
    write_report(story, tmp_path, "en")
    (tmp_path / "letters" / "notes.txt").write_text("mine")
    (tmp_path / "letters" / "T-0001 answered.txt").write_text("mine")
    write_report(msgspec.structs.replace(story, exposure=story.exposure[:1]), tmp_path, "en")
    assert names(tmp_path / "letters") == {"T-0001.txt", "T-0001.html", "notes.txt", "T-0001 answered.txt"}


def test_a_target_id_that_is_a_path_is_refused(story: Judgement, tmp_path: Path) -> None:
    escape = Exposure("../../x", None, None, None, (1,), ())
    with pytest.raises(CounterlureError, match="cannot name a file"):
        write_report(msgspec.structs.replace(story, exposure=(escape,)), tmp_path / "out", "en")
    assert names(tmp_path) == set()


def test_a_link_in_the_place_of_a_file_is_replaced_not_followed(story: Judgement, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.html").symlink_to(victim)
    write_report(story, out, "en")
    assert victim.read_text() == "untouched"
    assert not (out / "report.html").is_symlink()


def test_hostile_text_is_written_as_utf_8(nasty: Judgement, tmp_path: Path) -> None:
    for path in write_report(nasty, tmp_path, "fr", names=True):
        path.read_text(encoding="utf-8")
