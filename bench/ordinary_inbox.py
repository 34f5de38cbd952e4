"""Scans an ordinary inbox mix and counts the alerts on both sides, at a base rate as low as in life.

    python bench/ordinary_inbox.py

About one conversation in 20,000 is hostile. An account that stands at alert or watch and is not one of the hostile
ones is a false alarm; how many accounts wrote at all is told beside it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from counterlure.simulate.volume import write_volume
from measure import COUNTERLURE, run


def main() -> None:
    """Prints one line per level."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archives", type=int, default=200)
    parser.add_argument("--messages", type=int, default=5000, help="per archive")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        data, case = Path(name) / "in", Path(name) / "case"
        truth = write_volume(data, archives=arguments.archives, messages=arguments.messages, seed=arguments.seed)
        command = [*COUNTERLURE, "scan", str(data), "--case", str(case), "--purpose", "benchmark", "--json"]
        document = json.loads(run(command).output)
    wrote = len(document["accounts"]) + sum(document["unlisted"].values())
    print(f"{wrote:,} accounts wrote, {len(truth.hostile_accounts)} of them hostile")
    for level in ("alert", "watch"):
        at = {entry["account"] for entry in document["accounts"] if entry["level"] == level}
        print(f"{level:6} {len(at & truth.hostile_accounts)} hostile, {len(at - truth.hostile_accounts)} honest")


if __name__ == "__main__":
    main()
