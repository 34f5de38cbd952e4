"""Starts one method in a process of its own, watches its time and memory, and brings back what it said."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

import counterlure
from counterlure.bench.coordination.child import high_water
from counterlure.bench.coordination.sample import Answer, load_answer
from counterlure.errors import InputError

LOOK_SECONDS = 0.05
LOOK_AT_FAMILY_SECONDS = 0.5
TAIL = 2000


class Limits(NamedTuple):
    """What one run may take: seconds of wall time, and MiB over its whole family of processes."""

    seconds: float = 600.0
    memory_mib: float = 16_384.0


@dataclass(frozen=True, slots=True)
class Method:
    """A method to run: module:function, the interpreter, and folders that it imports from."""

    name: str
    target: str
    python: str = sys.executable
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    status : "done", "absent" (not installed), "time", "memory", "failed" (it raised or was killed), "skipped".
    seconds : from arrays in memory to the answer, imports included; None unless done. peak_mib : largest memory of
    the family of processes, pages that they share counted once.
    """

    status: str
    reason: str | None = None
    seconds: float | None = None
    peak_mib: float | None = None
    answer: Answer | None = None


def run(method: Method, tables: Path, limits: Limits) -> Outcome:
    """One method on the tables in a file; whatever happens to it ends as an outcome, never as an error here.

    Raises
    ------
    InputError : its interpreter cannot be started.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Only this package, not whatever else is installed beside it, is lent to the other interpreter.
        (folder / "counterlure").symlink_to(Path(counterlure.__file__).parent, target_is_directory=True)
        with open(folder / "stderr", "wb") as stderr:
            process = _started(method, tables, name, stderr)
            broken, peak = _watch(process, limits)
        return _outcome(folder, process.returncode, broken, peak)


def _started(method: Method, tables: Path, folder: str, stderr: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [method.python, "-P", "-m", f"{__package__}.child", method.target, str(tables), folder, *method.sources]
    try:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True,
            env={**os.environ, "PYTHONPATH": folder},
        )  # fmt: skip
    except OSError as fault:
        raise InputError(method.python, f"cannot be started ({fault}); name another interpreter") from fault


def _watch(process: subprocess.Popen[bytes], limits: Limits) -> tuple[str | None, float]:
    """(which limit was broken, largest memory seen in MiB); the processes are gone afterwards."""
    started, peak, broken = time.monotonic(), 0.0, None
    try:
        while process.poll() is None and broken is None:
            family = _family(process.pid)
            peak = max(peak, high_water(str(process.pid)) if len(family) == 1 else sum(map(_shared_out, family)))
            if peak > limits.memory_mib:
                broken = "memory"
            elif time.monotonic() - started > limits.seconds:
                broken = "time"
            time.sleep(LOOK_SECONDS if len(family) == 1 else LOOK_AT_FAMILY_SECONDS)
    finally:
        _end(process)
    return broken, peak


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text(encoding="utf-8").split()
        except OSError:
            continue
        for child in children:
            found += _family(int(child))
    return found


def _shared_out(pid: int) -> float:
    """Memory of one process, pages that it shares counted in part, MiB; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def _outcome(folder: Path, code: int, broken: str | None, peak: float) -> Outcome:
    file = folder / "outcome.json"
    if broken is not None:
        return Outcome(broken, "stopped at the limit", peak_mib=peak)
    if code != 0 or not file.is_file():
        tail = (folder / "stderr").read_bytes()[-TAIL:].decode("utf-8", "replace").strip().splitlines()
        how = f"ended by signal {-code}" if code < 0 else f"ended with code {code}"
        return Outcome("failed", f"{how}: {tail[-1]}" if tail else how, peak_mib=peak)
    told = json.loads(file.read_text(encoding="utf-8"))
    answer = load_answer(folder / "answer.npz") if told["status"] == "done" else None
    return Outcome(told["status"], told["reason"], told.get("seconds"), max(peak, told["peak_mib"]), answer)
