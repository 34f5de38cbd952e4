"""The whole command `counterlure network` against DuckDB merely sorting and counting the same table, as it grows.

    python bench/network_scale.py --plot docs/network_time.svg

Each size is a world of `counterlure simulate` with the seed's proportions: accounts, targets and contacts as in 2018,
and an operation of a four-hundredth of the accounts. The command reads three Parquet files and prints the document;
its time is from start to end of the process, its memory the peak of all its processes. DuckDB's time is that of the
one statement `READ_SORT_COUNT` on the same file, on as many threads, start of the process not counted. Both take turns,
three times, and the medians are told; memory is that of one more run, since watching it costs time.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

import duckdb

from counterlure.simulate.worlds import FULL_SCALE, Shape, WorldSpec, world
from counterlure.simulate.worlds.write import write_world
from measure import COUNTERLURE, Run, run

SEED = 7
THREADS = 2
TURNS = 3
READ_SORT_COUNT = """
CREATE OR REPLACE TABLE counted AS
SELECT account, target, count(*) AS n FROM read_parquet(?) GROUP BY account, target ORDER BY account, target
"""
PERSONAS_SHARE, PER_PERSONA, LIST_CONTACTS, PERSONAS_MIN = 1 / 400, 8, 20, 20
ROW = "{:>10} {:>8} {:>9} {:>10} {:>8} {:>7}  {}"


def draw(contacts: int, folder: Path) -> int:
    """Writes the world of about so many contacts; the number that it holds."""
    share = contacts / FULL_SCALE["contacts"]
    accounts = round(share * FULL_SCALE["accounts"])
    personas = max(PERSONAS_MIN, round(PERSONAS_SHARE * accounts))
    spec = WorldSpec(
        accounts=accounts, targets=round(share * FULL_SCALE["targets"]), contacts=contacts, operation=Shape.SEED,
        personas=personas, operation_targets=PER_PERSONA * personas, list_contacts=LIST_CONTACTS, seed=SEED,
    )  # fmt: skip
    drawn = world(spec)
    write_world(drawn, folder)
    return int(drawn.tables.contacts.account.size)


def search(folder: Path, watch: bool) -> Run:
    """One run of the command on the three tables of a world."""
    files = [str(folder / f"{name}.parquet") for name in ("contacts", "accounts", "targets")]
    return run([*COUNTERLURE, "network", *files, "--json", "--quiet"], watch=watch)


def sort_and_count(file: Path) -> float:
    """Seconds of `READ_SORT_COUNT`, on a new connection."""
    with duckdb.connect(config={"threads": str(THREADS)}) as db:
        started = time.perf_counter()
        db.execute(READ_SORT_COUNT, [str(file)])
        return time.perf_counter() - started


def compared(folder: Path) -> tuple[float, float]:
    """Median seconds of the command, and of DuckDB, taking turns."""
    turns = [(search(folder, watch=False).seconds, sort_and_count(folder / "contacts.parquet")) for _ in range(TURNS)]
    ours, bare = zip(*turns, strict=True)
    return median(ours), median(bare)


def plot(rows: list[tuple[int, float, float]], file: Path) -> None:
    """Both times against contacts on logarithmic axes, with a line of slope one through our last point."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    plt.rcParams["svg.hashsalt"] = "counterlure"
    figure, axes = plt.subplots(figsize=(6, 4))
    contacts, ours, bare = zip(*rows, strict=True)
    axes.loglog(contacts, ours, "o-", label="counterlure network")
    axes.loglog(contacts, bare, "s-", label="DuckDB: read, sort, count")
    axes.loglog(contacts, [ours[-1] * n / contacts[-1] for n in contacts], "--", color="grey", label="proportional")
    axes.set_xlabel("contacts")
    axes.set_ylabel("seconds")
    axes.legend()
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})


def main() -> None:
    """Prints one line per size; by what factor time grows is told against the size before it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--plot", type=Path, help="write the plot here")
    arguments = parser.parse_args()
    rows: list[tuple[int, float, float]] = []
    print(ROW.format("contacts", "seconds", "peak MiB", "us/contact", "DuckDB s", "ratio", "growth"), flush=True)
    for wanted in sorted(arguments.contacts):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "world"
            contacts = draw(wanted, folder)
            seconds, bare = compared(folder)
            peak = search(folder, watch=True).peak_mib
        growth = f"time x{seconds / rows[-1][1]:.1f}, contacts x{contacts / rows[-1][0]:.1f}" if rows else ""
        print(
            ROW.format(
                f"{contacts:,}", f"{seconds:.1f}", f"{peak:,.0f}", f"{1e6 * seconds / contacts:.1f}",
                f"{bare:.2f}", f"{seconds / bare:.1f}", growth,
            ), flush=True,
        )  # fmt: skip
        rows.append((contacts, seconds, bare))
    if arguments.plot:
        plot(rows, arguments.plot)


if __name__ == "__main__":
    main()
