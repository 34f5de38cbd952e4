"""Running a command and measuring it: wall time, and the peak memory of the whole family of processes."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.5
COUNTERLURE = [sys.executable, "-m", "counterlure"]


@dataclass(frozen=True)
class Run:
    """One finished command: seconds from start to end, and peak proportional memory of its processes in MiB."""

    seconds: float
    peak_mib: float
    code: int
    output: str


def run(command: list[str], ok: tuple[int, ...] = (0, 3), watch: bool = True) -> Run:
    """Runs a command to its end; exits with its error output where the exit code is not one of `ok`.

    watch : look at the memory twice a second, which costs a little time.
    """
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    if watch:
        watcher.start()
    out, err = process.communicate()
    seconds = time.perf_counter() - started
    if watch:
        watcher.join()
    if process.returncode not in ok:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{err[-2000:]}")
    return Run(seconds, peak[0] / 1024, process.returncode, out)


def _watch(process: subprocess.Popen[str], peak: list[float]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(_pss_kib(pid) for pid in _family(process.pid)))
        time.sleep(SAMPLE_SECONDS)


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            found += _family(int(child))
    return found


def _pss_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
