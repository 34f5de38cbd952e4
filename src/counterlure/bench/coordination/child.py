"""One method on one graph in a process of its own: `python -m counterlure.bench.coordination.child` runs it.

Arguments: module:function, file of tables, folder for the answer, then folders to import from. A function takes a
`Graph`, or `Tables` where its module says `WHOLE = True`, and returns an `Answer`.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path

from counterlure.bench.coordination.sample import Answer, load_graph, load_tables, save_answer
from counterlure.errors import MissingExtra


def main(target: str, tables: str, into: str, *sources: str) -> None:
    """Writes `answer.npz` and `outcome.json`: seconds from arrays in memory to the answer, imports included."""
    sys.path.extend(sources)
    module, _, function = target.partition(":")
    outcome: dict[str, object] = {"status": "done", "reason": None}
    try:
        loaded = importlib.import_module(module)
        given = load_tables(Path(tables)) if getattr(loaded, "WHOLE", False) else load_graph(Path(tables))
        started = time.perf_counter()
        answer: Answer = getattr(loaded, function)(given)
        outcome["seconds"] = time.perf_counter() - started
        save_answer(answer, Path(into) / "answer.npz")
    except MissingExtra as fault:
        outcome = {"status": "absent", "reason": str(fault)}
    except MemoryError:
        outcome = {"status": "memory", "reason": "the process could get no more memory"}
    outcome["peak_mib"] = high_water("self")
    (Path(into) / "outcome.json").write_text(json.dumps(outcome), encoding="utf-8")


def high_water(process: str) -> float:
    """Largest memory in use of a process so far, MiB; 0 when it is gone.

    Not `getrusage`: that counts the process that started this one as well, until the program was loaded.
    """
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


if __name__ == "__main__":
    main(*sys.argv[1:])
