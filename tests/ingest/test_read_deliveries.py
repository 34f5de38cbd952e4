from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from counterlure.case.rows import Batch
from counterlure.errors import InputError
from counterlure.ingest import DeliveryResult, process, read_deliveries
from counterlure.ingest.limits import DEFAULT
from tests.ingest.archives import (
    HEADER_2026,
    INVITATIONS_2025,
    OWNER,
    PARTNER,
    PROFILE,
    handed_in,
    messages,
    rows_of,
    table,
    taken,
    zipped,
)

INVITED = table(INVITATIONS_2025, [("Bo Example", "Ada Example", "1/24/25, 6:42 AM", "", "INCOMING", PARTNER, OWNER)])


def archive(number: int, rows: int = 3) -> bytes:
    changes = [{"CONVERSATION ID": f"2-{number}-{row}==", "CONTENT": f"{number}.{row}"} for row in range(rows)]
    return zipped({"messages.csv": messages(*changes), "Invitations.csv": INVITED})


def inbox(folder: Path, count: int = 6) -> Path:
    return handed_in(folder / "in", {f"{number:02}.zip": archive(number) for number in range(count)})


def told(found: list[tuple[DeliveryResult, list[Batch]]]) -> list[object]:
    """Everything that a result says, comparable."""
    return [
        (
            result.name,
            result.digest,
            result.owner,
            msgspec.msgpack.encode(batches),
            result.skipped,
            result.warnings,
            result.already_known,
            result.failed,
            result.rows_left_out,
        )
        for result, batches in found
    ]


@pytest.fixture
def bad_worker(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a few lines of Python where the reading process would run; `worker.serve` stays at hand."""

    def put(code: str) -> None:
        prelude = (
            "import os, sys, resource, time\nfrom counterlure.ingest import worker, frames\n"
            "from counterlure.ingest.frames import send, receive, decode\n"
            "from counterlure.ingest.reading import Head\n"
            "from counterlure.ingest.reading import Head\n"
        )
        monkeypatch.setattr(process, "_COMMAND", (sys.executable, "-c", prelude + code))

    return put


def test_an_archive_comes_back_with_its_owner_and_rows(tmp_path: Path) -> None:
    [(result, batches)] = taken(handed_in(tmp_path, {"a.zip": archive(1)}) / "a.zip")
    assert result.name == "a.zip"
    assert result.owner is not None
    assert result.owner.keys == ["in:ada-example"]
    assert [batch.kind for batch in batches] == ["invitations", "messages"]
    assert len(rows_of(batches)) == 3
    assert not result.failed


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_are_the_same_bytes_in_the_same_order_whoever_reads(tmp_path: Path, workers: int) -> None:
    folder = inbox(tmp_path)
    handed_in(folder, {"broken.zip": b"PK\x03\x04broken", "p/Profile.csv": PROFILE + "\n", "novel.txt": "x"})
    assert told(taken(folder, tmp_path / "gone", workers=workers)) == told(taken(folder, tmp_path / "gone"))


def test_a_delivery_that_the_case_knows_is_not_read_again(tmp_path: Path) -> None:
    folder = inbox(tmp_path, 3)
    first = list(read_deliveries([folder], workers=0))
    known = {first[1].digest}
    for workers in (0, 2):
        again = [
            (result.already_known, len(list(result.batches)))
            for result in read_deliveries([folder], workers=workers, known_digests=known.__contains__)
        ]
        assert again == [(False, 2), (True, 0), (False, 2)]


def test_the_same_delivery_twice_in_one_run_is_read_once(tmp_path: Path) -> None:
    folder = handed_in(tmp_path / "in", {"a.zip": archive(1), "b/messages.csv": messages(), "c.zip": archive(1)})
    for workers in (0, 2):
        found = taken(folder, workers=workers)
        assert [(result.name, result.already_known) for result, _ in found] == [
            ("in/a.zip", False),
            ("in/b", False),
            ("in/c.zip", True),
        ]


def test_the_question_what_is_known_is_asked_in_the_thread_that_takes_the_results(tmp_path: Path) -> None:
    asked: set[int] = set()

    def known(_: str) -> bool:
        asked.add(threading.get_ident())
        return False

    list(read_deliveries([inbox(tmp_path)], workers=2, known_digests=known))
    assert asked == {threading.get_ident()}


def test_results_may_be_taken_late(tmp_path: Path) -> None:
    results = list(read_deliveries([inbox(tmp_path)], workers=2))
    assert [len(rows_of(result.batches)) for result in results] == [3] * 6


def test_reading_can_be_left_off_at_any_time(tmp_path: Path) -> None:
    before = threading.active_count()
    results = read_deliveries([inbox(tmp_path, 12)], workers=2)
    next(next(results).batches)
    results.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


def test_what_is_read_ahead_is_bounded_and_still_arrives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("counterlure.ingest.pool.AHEAD_BYTES", 200)
    monkeypatch.setattr("counterlure.ingest.pool.AHEAD_JOBS", 1)
    assert [len(rows_of(batches)) for _, batches in taken(inbox(tmp_path), workers=2)] == [3] * 6


def test_a_refused_archive_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    folder = handed_in(tmp_path / "in", {"a.zip": archive(1), "b.zip": archive(2)[:-30], "c.zip": archive(3)})
    for workers in (0, 2):
        found = [result for result, _ in taken(folder, workers=workers)]
        assert [result.failed for result in found] == [False, True, False]
        assert found[1].digest == ""
        assert "ZIP" in found[1].skipped[0].reason


def test_a_file_that_cannot_be_read_costs_itself_alone(tmp_path: Path) -> None:
    data = zipped({"messages.csv": "no header\n", "Invitations.csv": INVITED})
    [(result, batches)] = taken(handed_in(tmp_path, {"a.zip": data}) / "a.zip")
    assert [batch.kind for batch in batches] == ["invitations"]
    assert [skip.source for skip in result.skipped] == ["a.zip/messages.csv"]
    assert result.failed


def test_rows_left_out_are_counted(tmp_path: Path) -> None:
    [(result, _)] = taken(handed_in(tmp_path, {"messages.csv": messages() + "short,row\n"}) / "messages.csv")
    assert result.rows_left_out == 1


def test_an_owner_that_names_nobody_is_an_error_of_the_user(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        list(read_deliveries([tmp_path], owner="https://example.org/x"))


def test_a_process_that_dies_costs_its_delivery_and_the_next_one_gets_another(
    tmp_path: Path, bad_worker: Callable[[str], None]
) -> None:
    bad_worker(
        "real = worker.read_job\n"
        "def dying(job, context, choose):\n"
        "    for step in real(job, context, choose):\n"
        "        yield step\n"
        "        if '02' in job.name and isinstance(step, frames.Opening): os._exit(7)\n"
        "worker.read_job = dying\nworker.main()\n"
    )
    found = taken(inbox(tmp_path), workers=2)
    assert [result.failed for result, _ in found] == [False, False, True, False, False, False]
    assert "exit 7" in found[2][0].skipped[0].reason
    assert [len(rows_of(batches)) for _, batches in found] == [3, 3, 0, 3, 3, 3]


def test_a_process_that_dies_at_once_every_time_costs_every_delivery_and_ends(
    tmp_path: Path, bad_worker: Callable[[str], None]
) -> None:
    bad_worker("os._exit(3)")
    found = taken(inbox(tmp_path, 3), workers=2)
    assert [result.failed for result, _ in found] == [True] * 3


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        ("frame.write(b'\\xff' * 100); frame.flush()", "impossible length"),
        ("frame.write(b'\\0\\0\\0\\x02\\x05\\xc1'); frame.flush()", "rows before their heads"),
        ("send(frame, frames.Heads([]), 99)", "heads twice or none"),
        ("h = frames.Heads([Head('a', 'd')]); send(frame, h, 99); send(frame, h, 99)", "heads twice or none"),
        ("send(frame, frames.Heads([frames.Heads]), 99)", "ended"),
        ("send(frame, frames.Done(), 99)", "said nothing"),
    ],
)
def test_a_process_that_sends_garbage_costs_its_delivery(
    tmp_path: Path, bad_worker: Callable[[str], None], lie: str, words: str
) -> None:
    bad_worker(f"frame = os.fdopen(1, 'wb'); receive(sys.stdin.buffer, 1 << 20); {lie}; time.sleep(0.2)")
    [(result, batches)] = taken(inbox(tmp_path, 1), workers=1)
    assert batches == []
    assert words in result.skipped[0].reason


def test_rows_that_make_no_sense_end_their_delivery_and_no_other(
    tmp_path: Path, bad_worker: Callable[[str], None]
) -> None:
    bad_worker(
        "real = worker.send\n"
        "def lying(stream, frame, limit):\n"
        "    if isinstance(frame, frames.Batch) and '02' in frame.source and frame.messages:\n"
        "        frame.messages[0] = (999, *frame.messages[0][1:])\n"
        "    real(stream, frame, limit)\n"
        "worker.send = lying\nworker.main()\n"
    )
    found = taken(inbox(tmp_path), workers=2)
    assert [result.failed for result, _ in found] == [False, False, True, False, False, False]
    assert "make no sense" in found[2][0].skipped[0].reason


def test_a_process_past_its_processor_time_is_ended_and_named(
    tmp_path: Path, bad_worker: Callable[[str], None]
) -> None:
    bad_worker("def spin(*_):\n    while True: pass\nworker.read_job = spin\nworker.main()\n")
    limits = replace(DEFAULT, cpu_seconds=0)
    [(result, _)] = taken(inbox(tmp_path, 1), workers=1, limits=limits)
    assert "0 s of processor time" in result.skipped[0].reason


def test_a_process_past_its_memory_is_ended_and_named(tmp_path: Path, bad_worker: Callable[[str], None]) -> None:
    bad_worker(
        "def hoard(*_):\n    data = bytearray(2 << 30)\n    yield data\nworker.read_job = hoard\nworker.main()\n"
    )
    [(result, _)] = taken(inbox(tmp_path, 1), workers=1)
    assert "bytes of memory" in result.skipped[0].reason


def test_a_process_that_says_nothing_is_given_up(
    tmp_path: Path, bad_worker: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counterlure.ingest.pool._SLACK_SECONDS", 1)
    bad_worker("time.sleep(60)")
    [(result, _)] = taken(inbox(tmp_path, 1), workers=1, limits=replace(DEFAULT, cpu_seconds=0))
    assert "said nothing for 1 s" in result.skipped[0].reason


def test_what_a_library_prints_does_not_get_between_the_frames(
    tmp_path: Path, bad_worker: Callable[[str], None]
) -> None:
    bad_worker(
        "real = worker.read_job\n"
        "def loud(*args):\n"
        "    print('hello'); os.write(1, b'raw')\n"
        "    yield from real(*args)\n"
        "worker.read_job = loud\nworker.main()\n"
    )
    assert len(rows_of(taken(inbox(tmp_path, 1), workers=1)[0][1])) == 3


def test_many_rows_come_through_the_processes_whole(tmp_path: Path) -> None:
    changes = [{"CONVERSATION ID": f"2-{row % 50}==", "CONTENT": f"number {row}"} for row in range(5_000)]
    path = handed_in(tmp_path, {"messages.csv": messages(*changes, header=HEADER_2026)}) / "messages.csv"
    limits = replace(DEFAULT, batch_rows=1_000)
    [(_, batches)] = taken(path, workers=1, limits=limits)
    assert [len(batch.messages) for batch in batches] == [1_000] * 5 + [0]
    assert [row[5] for row in rows_of(batches)] == [f"number {row}" for row in range(5_000)]


def test_a_process_that_cannot_even_be_started_costs_every_delivery_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_COMMAND", (str(tmp_path / "no-such-program"),))
    found = taken(inbox(tmp_path, 3), workers=2)
    assert ["no reading process can be started" in result.skipped[0].reason for result, _ in found] == [True] * 3


def test_a_process_that_stops_listening_costs_its_delivery(tmp_path: Path, bad_worker: Callable[[str], None]) -> None:
    bad_worker("os.close(0); time.sleep(0.5)")
    [(result, _)] = taken(handed_in(tmp_path / "in", {f"{'x' * 200}{n}.eml": "x" for n in range(1_500)}), workers=1)
    assert result.failed


def test_a_process_that_closes_its_mouth_and_lives_on_is_ended(
    tmp_path: Path, bad_worker: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_EXIT_SECONDS", 0.2)
    bad_worker("os.close(1); time.sleep(60)")
    [(result, _)] = taken(inbox(tmp_path, 1), workers=1)
    assert "exit -9" in result.skipped[0].reason
