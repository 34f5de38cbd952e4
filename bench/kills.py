"""Kills a scan at random moments and looks whether a row that was acknowledged is ever lost.

    python bench/kills.py --kills 200

A child process reads deliveries into a case and judges it, and says on a pipe which delivery was committed (its rows
are acknowledged from then on). It is killed with SIGKILL after a random part of the time it would take; the case is opened again, checked
whole, and every acknowledged delivery must hold every message. The same case goes on until all is read, then a new
one begins.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from counterlure.case import audit
from counterlure.case.store import Case
from counterlure.simulate.volume import write_volume

PATIENCE = 600
SOONEST, LATEST = 0.2, 1.0
"""A child is killed after this share of the time that one takes which nobody kills."""

CHILD = """
import sys
from pathlib import Path
from counterlure import pipeline
from counterlure.case.store import Case
path, data = Path(sys.argv[1]), Path(sys.argv[2])
case = Case.open(path) if (path / "case.sqlite").exists() else Case.create(path, purpose="kills")
def tell(what, done, total):
    if what.startswith("read "):
        print(what[5:], flush=True)
pipeline.ingest(case, sorted(p for p in data.iterdir() if p.is_dir()), tell=tell)
print("judging", flush=True)
pipeline.judge(case)
print("finished", flush=True)
"""


def one_kill(case: Path, data: Path, after: float) -> tuple[set[str], bool]:
    """Runs the child, kills it after the given time; returns what it acknowledged and whether it had finished."""
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(case), str(data)], stdout=subprocess.PIPE, text=True)
    try:
        out, _ = child.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        child.kill()
        out, _ = child.communicate()
    lines = set(out.split("\n")[:-1])
    return lines - {"judging", "finished"}, "finished" in lines


def lost(case: Path, acknowledged: set[str], messages: int) -> tuple[int, float, str | None]:
    """Acknowledged messages that are missing, seconds to reopen, and what else is wrong."""
    if not (case / "case.sqlite").exists():
        return (messages * len(acknowledged), 0.0, None)
    started = time.perf_counter()
    with Case.open(case) as opened:
        seconds = time.perf_counter() - started
        whole = opened.db.execute("PRAGMA integrity_check").fetchone()[0]
        fault = audit.verify(opened.db) or (None if whole == "ok" else whole)
        sql = "SELECT count(*) FROM message m JOIN source s ON s.id = m.source JOIN delivery d ON d.id = s.delivery WHERE d.name = ?"
        missing = sum(messages - opened.db.execute(sql, (name,)).fetchone()[0] for name in acknowledged)
    return missing, seconds, fault


def main() -> None:
    """Prints a line every ten kills and the total."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--archives", type=int, default=6)
    parser.add_argument("--messages", type=int, default=800)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    total = {"lost": 0, "broken": 0, "acknowledged": 0, "during": 0}
    slowest, finished = 0.0, 0
    with tempfile.TemporaryDirectory() as folder:
        data, case = Path(folder) / "archives", Path(folder) / "case"
        write_volume(data, archives=arguments.archives, messages=arguments.messages, seed=5)
        started = time.perf_counter()
        one_kill(case, data, PATIENCE)
        whole = time.perf_counter() - started
        shutil.rmtree(case)
        acknowledged: set[str] = set()
        for kill in range(1, arguments.kills + 1):
            more, done = one_kill(case, data, whole * rng.uniform(SOONEST, LATEST))
            acknowledged |= more
            total["during"] += not done
            missing, seconds, fault = lost(case, acknowledged, arguments.messages)
            total["lost"] += missing
            total["broken"] += fault is not None
            total["acknowledged"] += len(more)
            slowest = max(slowest, seconds)
            if done:
                finished += 1
                shutil.rmtree(case)
                acknowledged = set()
            if kill % 20 == 0:
                print(f"{kill} runs: {total}, reopening at most {slowest:.2f} s, {finished} ran to the end", flush=True)
    if total["lost"] or total["broken"]:
        sys.exit("rows were lost or a case was broken")


if __name__ == "__main__":
    main()
