"""Counts each kind of finding in the authored conversations, by reading, beside the shares the assessment uses.

    python bench/count_signs.py --sets dev dev2

What the shares of `assess/likelihoods.yml` are held against: turning conversations by shape (slow and compressed:
recruitment; payload: intrusion; fraud), honest ones all together. The honest ones were written to be hard, so their
shares are an upper bound for honest contacts at large. Never run on the held-out set.
"""

from __future__ import annotations

import argparse
from collections import Counter

from counterlure.assess import load_weights
from judgement import conversations, judgement_of

READING = {"slow": "recruitment", "compressed": "recruitment", "payload": "intrusion", "fraud": "fraud"}


def main() -> None:
    """Prints one line per kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", default=["dev", "dev2"], choices=["dev", "dev2"])
    arguments = parser.parse_args()
    talks = {t["id"]: t for name in arguments.sets for t in conversations(name)}
    sizes: Counter[str] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    for side in (True, False):
        judgement = judgement_of([talk for talk in talks.values() if talk["turns"] is side])
        for assessment in judgement.assessments:
            talk = talks[judgement.accounts[assessment.account].key.removeprefix("in:").removesuffix("-other")]
            reading = READING[talk["shape"]] if talk["turns"] else "honest"
            sizes[reading] += 1
            seen.update((kind, reading) for kind in {finding.kind for finding in assessment.findings})
    columns = ("recruitment", "intrusion", "fraud", "honest")
    print(f"{'kind':32}" + "".join(f"{c[:11]:>12}" for c in columns) + "   shares in use (recr intr fraud | comm ord)")
    print(f"{'conversations':32}" + "".join(f"{sizes[c]:12}" for c in columns))
    for name, kind in load_weights().kinds.items():
        if not any(seen[name, c] for c in columns):
            continue
        shares = "".join(f"{seen[name, c] / sizes[c]:12.0%}" for c in columns)
        used = kind.per_cent
        print(
            f"{name:32}{shares}   {used['recruitment']:5} {used['intrusion']:5} {used['fraud']:5} | {used['commercial']:5} {used['ordinary']:5}"
        )


if __name__ == "__main__":
    main()
