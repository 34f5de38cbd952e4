"""How many messages a second the rules and the tracker judge, on the ordinary inbox mix, in one process and in two.

    python bench/rules_speed.py --archives 200 --messages 5000
    python bench/rules_speed.py --case CASE      # a case that was scanned before

Measured is the whole detector `conversation`: reading the rows from the case, both sieves, the second opinion where an
account wrote twice or more, the tracker, and counting who wrote how much. Loading the rules is told apart for one
process and counted in for two, their start included; so is the second opinion on every message.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from counterlure import pipeline
from counterlure.case.read import CaseReader
from counterlure.case.store import Case
from counterlure.detect import Detected, allowed_columns
from counterlure.detect.conversation import find as conversations
from counterlure.detect.conversation.prefilter import decisive
from counterlure.detect.opinion.model import shipped
from counterlure.detect.processes import side_by_side
from counterlure.simulate.volume import write_volume

SEED = 7
BATCH = 8000


@contextmanager
def lap(what: str, messages: int) -> Iterator[None]:
    """Prints wall time, processor time of this process and its children, and messages a second."""
    before, started = _processor_seconds(), time.perf_counter()
    yield
    wall, processor = time.perf_counter() - started, _processor_seconds() - before
    speed = f"{messages / wall:12,.0f} messages/s, {messages / processor:10,.0f} per processor" if messages else ""
    print(f"{what:24} {wall:6.2f} s, processor {processor:6.2f} s {speed}", flush=True)


def _processor_seconds() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def measure(reader: CaseReader) -> None:
    """Prints the speed of one process and of two, over all threads of a case."""
    messages = next(reader.rows("SELECT count(*) FROM message"))[0]
    print(f"{messages:,} messages")
    texts = [text for (text,) in reader.rows("SELECT text FROM message")]
    with lap("second opinion alone", messages):
        for start in range(0, len(texts), BATCH):
            shipped().read(texts[start : start + BATCH])
    del texts
    with lap("loading the rules", 0):
        decisive(["We would pay you in cash for a confidential report."])
    with lap("one process", messages):
        one = conversations.find(reader, Detected())
    with lap("two processes", messages), side_by_side(reader, 2) as pool:
        two = conversations.find(reader, Detected(), pool)
    if (one.findings, one.progress) != (two.findings, two.progress):
        raise SystemExit("one process and two found different things")


def main() -> None:
    """Measures the given case, or one made for the purpose."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", type=Path, help="a case that was scanned before, in place of a new one")
    parser.add_argument("--archives", type=int, default=200)
    parser.add_argument("--messages", type=int, default=5000, help="per archive")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.case or Path(folder) / "case"
        if not arguments.case:
            write_volume(Path(folder) / "in", archives=arguments.archives, messages=arguments.messages, seed=SEED)
            with Case.create(path, purpose="benchmark") as made:
                pipeline.ingest(made, [Path(folder) / "in"])
        with Case.open(path) as case, case.reader(allowed_columns()) as reader:
            measure(reader)


if __name__ == "__main__":
    main()
