from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from counterlure.ingest.media import PICTURES_MOST, brought_along, without_media
from counterlure.ingest.member import Member
from tests.ingest.archives import handed_in, messages, taken, zipped
from tests.ingest.pages import MEMBER_PAGE
from tests.ingest.test_portrait_file import drawn

RESUME = json.dumps({"basics": {"name": "Jane", "profiles": [{"url": "https://www.linkedin.com/in/jane-synthetic"}]}})


def candidates_of(*sources: str) -> list[tuple[str, Member]]:
    return [(s.partition("/")[2], Member(s, s.rpartition("/")[2], 1, lambda: io.BytesIO(b"x"))) for s in sources]


def kept(*paths: str) -> list[str]:
    found, skipped, passed = without_media(candidates_of(*(f"in/{path}" for path in paths)))
    assert skipped == passed == []
    return [path for path, _ in found]


@pytest.mark.parametrize(
    "path", ["in/Rich_Media/a.jpg", "in/Rich Media/x/a.png", "Articles/Articles/a.html", "in\\articles\\a.htm"]
)
def test_pictures_and_pages_of_an_archive_are_told_by_their_folder(path: str) -> None:
    assert brought_along(path)
    assert not brought_along(path.replace("\\", "/").rpartition("/")[2])


@pytest.mark.parametrize("folder", ["Jane _ LinkedIn_files", "Jane_fichiers", "Jane-Dateien"])
def test_parts_of_a_saved_page_are_passed_over_with_a_word(folder: str) -> None:
    sources = candidates_of("in/Jane.html", f"in/{folder}/b.jpg", f"in/{folder}/frame.html")
    found, skipped, passed = without_media(sources)
    assert ([path for path, _ in found], skipped) == (["Jane.html"], [])
    assert [note.source for note in passed] == [f"in/{folder}"]


def test_a_folder_given_by_name_is_meant() -> None:
    sources = candidates_of("case_files/jane.html", "case_files/jane.jpg")
    assert without_media(sources) == (sources, [], [])


def test_a_table_below_such_a_folder_is_a_table() -> None:
    assert not brought_along("in/articles/messages.csv")


def test_pictures_count_beside_a_capture_or_where_there_is_nothing_else() -> None:
    assert kept("jane.json", "jane.jpg", "bo.jpg") == ["jane.json", "jane.jpg", "bo.jpg"]
    assert kept("bo.jpg", "jane.png") == ["bo.jpg", "jane.png"]
    assert kept("reported.csv", "bo.jpg") == ["reported.csv"]
    assert kept("messages.csv", "x.jpg", "more/jane.html", "more/jane.jpg", "more/deep/x.jpg") == [
        "messages.csv",
        "more/jane.html",
        "more/jane.jpg",
    ]


def test_so_many_pictures_are_read_and_the_first_of_the_others_is_named() -> None:
    names = [f"{number:04}.jpg" for number in range(PICTURES_MOST + 2)]
    found, [skip], _ = without_media(candidates_of(*(f"in/{name}" for name in reversed(names))))
    assert sorted(path for path, _ in found) == names[:PICTURES_MOST]
    assert skip.source == f"in/{names[PICTURES_MOST]}"
    assert skip.reason.startswith("2 pictures beyond 500")


def test_a_folder_of_captures_and_portraits_is_read(tmp_path: Path) -> None:
    files = {"Jane.json": RESUME, "jane.JPG": drawn("JPEG"), "ada.html": MEMBER_PAGE, "ada.png": drawn(seed=2)}
    [(result, batches)] = taken(handed_in(tmp_path / "in", files))
    assert result.skipped == []
    assert [row.picture for batch in batches for row in batch.profiles] == ["jane", "ada"]
    assert [row.stem for batch in batches for row in batch.portraits] == ["ada", "jane"]


def test_a_picture_may_be_handed_in_alone_or_in_a_zip(tmp_path: Path) -> None:
    handed_in(tmp_path, {"jane.jpg": drawn("JPEG"), "in.zip": zipped({"a/jane.json": RESUME, "a/jane.jpg": drawn()})})
    for name in ("jane.jpg", "in.zip"):
        [(result, batches)] = taken(tmp_path / name)
        assert result.skipped == []
        assert [row.stem for batch in batches for row in batch.portraits] == ["jane"]


def test_media_of_an_archive_and_parts_of_a_saved_page_are_not_opened(tmp_path: Path) -> None:
    broken = b"\xff\xd8\xff broken"
    folder = handed_in(
        tmp_path / "in",
        {
            "one/messages.csv": messages(),
            "one/Rich_Media/x.jpg": broken,
            "one/Rich_Media/x.pdf.html": "<html>",
            "one/other/x.png": broken,
            "two/jane.json": RESUME,
            "two/Jane_files/x.jpg": broken,
            "two/Jane_files/frame.html": "<html>",
        },
    )
    found = taken(folder)
    assert [skip for result, _ in found for skip in result.skipped] == []
    assert [row for _, batches in found for batch in batches for row in batch.portraits] == []
    assert len([row for _, batches in found for batch in batches for row in batch.profiles]) == 1


def test_captures_and_portraits_are_read_in_a_confined_process_as_without(tmp_path: Path) -> None:
    files = {"jane.json": RESUME, "jane.jpg": drawn("JPEG"), "ada.html": MEMBER_PAGE, "broken.png": drawn()[:99]}
    folder = handed_in(tmp_path / "in", files)
    [(here, plain)] = taken(folder)
    [(there, confined)] = taken(folder, workers=1)
    assert plain == confined
    assert here.skipped == there.skipped
    assert [skip.source for skip in there.skipped] == ["in/broken.png"]
