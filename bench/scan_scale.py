"""The whole scan against DuckDB merely reading the same CSV files, on growing numbers of synthetic messages.

    python bench/scan_scale.py --archives 200 --messages 5000 --plot docs/scan_time.svg

Three bare reads are timed in the same run on the same two threads, since "merely reading" can mean each:
  default   : SELECT over read_csv(files, union_by_name), DuckDB finding out layout and types by itself
  told      : columns, types and dialect told, every column kept in a table; the one the figure is held against
  streamed  : columns told, rows counted and thrown away
"""

from __future__ import annotations

import argparse
import csv
import shutil
import tempfile
import time
from pathlib import Path

import duckdb

from counterlure.simulate.volume import write_volume
from measure import COUNTERLURE, Run, run

SEED = 7


def bare_reads(files: list[Path]) -> dict[str, float]:
    """Seconds of each bare read of the given message files."""
    names = [str(f) for f in files]
    by_header: dict[str, list[str]] = {}
    for name in names:
        with open(name, encoding="utf-8") as stream:
            by_header.setdefault(stream.readline(), []).append(name)
    return {
        "default": _timed(
            lambda db: db.execute("CREATE TABLE t AS SELECT * FROM read_csv(?, union_by_name = true)", [names])
        ),
        "told": _timed(lambda db: _told(db, by_header, "CREATE TABLE t{i} AS SELECT * FROM {read}")),
        "streamed": _timed(lambda db: _told(db, by_header, "SELECT count(*), sum(length(CONTENT)) FROM {read}")),
    }


def _timed(work) -> float:
    best = []
    for _ in range(3):
        db = duckdb.connect(config={"threads": "2"})
        started = time.perf_counter()
        work(db)
        best.append(time.perf_counter() - started)
        db.close()
    return sorted(best)[1]


def _told(db: duckdb.DuckDBPyConnection, by_header: dict[str, list[str]], sql: str) -> None:
    read = (
        "read_csv(?, auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', columns = {columns})"
    )
    for i, (header, names) in enumerate(sorted(by_header.items())):
        columns = dict.fromkeys(next(csv.reader([header])), "VARCHAR")
        db.execute(sql.format(i=i, read=read.format(columns=columns)), [names]).fetchall()


def scan(data: Path) -> Run:
    """One scan of all archives into a new case."""
    case = data.parent / "case"
    shutil.rmtree(case, ignore_errors=True)
    command = [*COUNTERLURE, "scan", str(data), "--case", str(case), "--purpose", "benchmark", "--quiet"]
    measured = run(command)
    shutil.rmtree(case)
    return measured


def plot(rows: list[tuple[int, float]], file: Path) -> None:
    """Scan time against messages, both on logarithmic axes, with a line of slope one."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    plt.rcParams["svg.hashsalt"] = "counterlure"
    figure, axes = plt.subplots(figsize=(6, 4))
    x, y = [r[0] for r in rows], [r[1] for r in rows]
    axes.loglog(x, y, "o-", label="scan")
    axes.loglog(x, [y[-1] * n / x[-1] for n in x], "--", color="grey", label="proportional to messages")
    axes.set_xlabel("messages")
    axes.set_ylabel("seconds")
    axes.legend()
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})


def main() -> None:
    """Prints one line per size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archives", type=int, default=200)
    parser.add_argument("--messages", type=int, default=5000, help="per archive")
    parser.add_argument(
        "--sizes", type=float, nargs="+", default=[0.01, 0.1, 1.0], help="shares of the archives to scan"
    )
    parser.add_argument("--plot", type=Path, help="write the plot here")
    arguments = parser.parse_args()
    rows = []
    print(
        f"{'messages':>9} {'scan s':>7} {'peak MiB':>9} {'default':>8} {'told':>6} {'streamed':>9}   scan / default, told, streamed"
    )
    for share in arguments.sizes:
        archives = max(1, round(arguments.archives * share))
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "archives"
            write_volume(data, archives=archives, messages=arguments.messages, seed=SEED)
            bare = bare_reads(sorted(data.rglob("[Mm]essages.csv")))
            measured = scan(data)
        total = archives * arguments.messages
        ratios = ", ".join(f"{measured.seconds / bare[k]:.1f}" for k in ("default", "told", "streamed"))
        print(
            f"{total:9,} {measured.seconds:7.1f} {measured.peak_mib:9,.0f} {bare['default']:8.2f} {bare['told']:6.2f}"
            f" {bare['streamed']:9.2f}   {ratios}", flush=True,
        )  # fmt: skip
        rows.append((total, measured.seconds))
    if arguments.plot:
        plot(rows, arguments.plot)


if __name__ == "__main__":
    main()
