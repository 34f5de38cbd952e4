"""Plants an operation in synthetic organisations and counts what the scan finds, and whom it accuses wrongly.

python bench/recovery.py --seeds 1 2 3 4 5
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from counterlure.simulate.organisation import write_organisation
from measure import COUNTERLURE, run


def levels(folder: Path) -> dict[str, str]:
    """Address -> level, as the scan's JSON says."""
    deliveries = [str(path) for path in sorted((folder / "deliveries").iterdir())]
    command = [*COUNTERLURE, "scan", *deliveries, str(folder / "reported_contacts.csv"), "--case"]
    options = [str(folder / "case"), "--register", str(folder / "register.csv"), "--purpose", "benchmark", "--json"]
    document = json.loads(run([*command, *options]).output)
    return {entry["account"]: entry["level"] for entry in document["accounts"]}


def main() -> None:
    """Prints one line per organisation and the sum."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    arguments = parser.parse_args()
    sums = [0] * 6
    for seed in arguments.seeds:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            truth = write_organisation(folder, seed=seed)
            found = levels(folder)
        # Accounts shown by name or as removed cannot be told by address; they are left out on both sides.
        personas = truth.hostile_accounts & found.keys()
        honest = {address for group in truth.honest.values() for address in group} & found.keys()
        alert = {a for a, level in found.items() if level == "alert"}
        warned = alert | {a for a, level in found.items() if level == "watch"}
        row = [len(personas), len(alert & personas), len(warned & personas)]
        row += [len(honest), len(alert & honest), len(warned & honest)]
        sums = [a + b for a, b in zip(sums, row, strict=True)]
        _line(f"seed {seed}", row)
    _line("all", sums)


def _line(name: str, row: list[int]) -> None:
    hostile = f"hostile accounts {row[0]}: alert {row[1]}, watch or alert {row[2]}"
    print(f"{name:8} {hostile}; honest accounts {row[3]}: alert {row[4]}, watch or alert {row[5]}")


if __name__ == "__main__":
    main()
