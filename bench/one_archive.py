"""One ordinary archive of 5,000 messages, from command to report; the interpreter's own start is taken off.

python bench/one_archive.py
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from counterlure.simulate.volume import write_volume
from measure import COUNTERLURE, run

RUNS = 5


def main() -> None:
    """Prints the median of five runs."""
    with tempfile.TemporaryDirectory() as folder:
        data, case = Path(folder) / "archives", Path(folder) / "case"
        write_volume(data, archives=1, messages=5000, seed=3)
        command = [*COUNTERLURE, "scan", str(data), "--case", str(case), "--purpose", "benchmark", "--quiet"]
        scans, starts = [], []
        for _ in range(RUNS):
            shutil.rmtree(case, ignore_errors=True)
            scans.append(run(command, watch=False).seconds)
            starts.append(run([sys.executable, "-c", "pass"], watch=False).seconds)
    net = median(scans) - median(starts)
    print(
        f"scan {median(scans):.2f} s ({min(scans):.2f}-{max(scans):.2f}), interpreter {median(starts):.2f} s, net {net:.2f} s"
    )


if __name__ == "__main__":
    main()
