"""A synthetic company register: seconds to index it, names looked up a second, precision and recall by sort of change.

    python bench/registers.py --rows 1000000

Names are made of invented words, trades and places with Zipf's frequencies. A thousand of the register's are changed in
the ways people change them, and a thousand absent ones share words with those that are there. The thresholds were chosen
on another seed (--seed 1).
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from counterlure.register.index import build, open_register
from counterlure.register.match import look

SYLLABLES = "ba be bo bri ca ce cla co da de dra du fa fe flo ga gre ha he ho ja ka ke la le li lo ma me mi mo na ne no" \
    " pa pe pla po qua ra re ri ro sa se si sol sta su ta te ti tor tra va ve vi vo wa we xa ya za ze zo".split()  # fmt: skip
TRADES = "consulting logistics systems energy materials advisory research engineering services technologies capital" \
    " partners industries media security health foods transport design analytics maritime aviation optics chemicals" \
    " international software networks robotics insurance construction trading legal education".split()  # fmt: skip
FORMS = ("Ltd", "GmbH", "SAS", "Inc.", "S.A.", "BV", "AG", "SARL", "LLC", "S.p.A.", "Oy", "AB", "")
TOWNS = tuple(
    f"{a}{b}" for a in ("Nord", "Sud", "Grand", "Alt", "Neu", "Port") for b in ("ville", "burg", "haven", "mont")
)
NAMES = 1_000


def word(rng: np.random.Generator) -> str:
    """An invented word of two to four syllables, now and then with an accent."""
    made = "".join(rng.choice(SYLLABLES, rng.integers(2, 5)))
    return made.replace("e", "é", 1) if rng.random() < 0.1 else made


class Namer:
    """Makes company names: often a head word of its own, sometimes one that many share."""

    def __init__(self, rng: np.random.Generator, rows: int) -> None:
        self.rng = rng
        self.heads = [word(rng) for _ in range(max(100, rows // 3))]
        self.weight = 1 / np.arange(1, len(TRADES) + 1) ** 0.7
        self.weight /= self.weight.sum()

    def name(self) -> str:
        """One name without legal form."""
        rng = self.rng
        head = self.heads[int(len(self.heads) * rng.random() ** 2)].title()
        trade = str(rng.choice(TRADES, p=self.weight)).title()
        kind = rng.random()
        if kind < 0.15:
            return f"{head} & {word(rng).title()} {trade}"
        if kind < 0.3:
            return f"{head} {word(rng).title()}"
        if kind < 0.45:
            return f"{head} {trade} {str(rng.choice(TRADES, p=self.weight)).title()}"
        return f"{head} {trade}"


def register(rng: np.random.Generator, rows: int, file: Path) -> list[str]:
    """Writes the register; its names."""
    namer, names = Namer(rng, rows), []
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("name", "country", "city"))
        for _ in range(rows):
            name = f"{namer.name()} {rng.choice(FORMS)}".strip()
            names.append(name)
            writer.writerow((name, "FR", rng.choice(TOWNS)))
    return names


def slip(text: str, rng: np.random.Generator) -> str:
    """One letter of the longest word left out, doubled or exchanged with the next."""
    long = max(text.split(), key=len)
    at = int(rng.integers(1, max(2, len(long) - 1)))
    kind = rng.integers(3)
    spelt = {0: long[:at] + long[at + 1 :], 1: long[:at] + long[at] + long[at:],
             2: long[:at] + long[at : at + 2][::-1] + long[at + 2 :]}[int(kind)]  # fmt: skip
    return text.replace(long, spelt, 1)


def bare(name: str) -> str:
    """Without the legal form."""
    parts = name.split()
    return " ".join(parts[:-1]) if parts[-1] in FORMS else name


# Every change takes the name and a generator, whether it draws or not.
CHANGES = {
    "as it stands": lambda name, _: name,
    "case": lambda name, rng: name.upper() if rng.random() < 0.5 else name.lower(),
    "no accents": lambda name, _: name.replace("é", "e").replace("É", "E"),
    "legal form left out": lambda name, _: bare(name),
    "another legal form": lambda name, rng: f"{bare(name)} {rng.choice(['Limited', 'S.A.S.', 'plc', 'Group'])}",
    "punctuation": lambda name, _: name.replace(" ", "-", 1) + ".",
    "and, et, &": lambda name, rng: name.replace("&", str(rng.choice(["and", "et", "und"]))),
    "word order": lambda name, _: " ".join(reversed(bare(name).split())),
    "one letter": slip,
    "abbreviated": lambda name, _: name.replace("International", "Intl").replace("Systems", "Sys").replace("Services", "Svcs")
    .replace("Technologies", "Tech").replace("Engineering", "Eng."),
    "place added": lambda name, rng: f"{bare(name)} {rng.choice(['France', 'Germany', *TOWNS])}",
    "brackets added": lambda name, rng: f"{name} ({word(rng).title()})",
}  # fmt: skip


def absent(names: list[str], rng: np.random.Generator, known: set[str]) -> list[str]:
    """Names that are not there and share words with some that are: another trade, or another head, or a further word."""
    found: list[str] = []
    while len(found) < NAMES:
        parts = bare(names[rng.integers(len(names))]).split()
        way = rng.integers(3)
        if way == 0:
            parts[-1] = str(rng.choice(TRADES)).title()
        elif way == 1:
            parts[0] = word(rng).title()
        else:
            parts.append(word(rng).title())
        name = " ".join(parts)
        if frozenset(name.lower().split()) not in known:
            found.append(name)
    return found


def main() -> None:
    """Prints what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=2)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        file, into = Path(folder) / "names.csv", Path(folder) / "names.register"
        names = register(rng, arguments.rows, file)
        started = time.perf_counter()
        count, _ = build([file], into)
        print(f"{count:,} names indexed in {time.perf_counter() - started:.1f} s, {into.stat().st_size >> 20} MiB")
        known = {frozenset(bare(name).lower().split()) for name in names}
        order = rng.permutation(len(names))[:NAMES]
        asked = [(change, make(names[i], rng)) for change, make in CHANGES.items() for i in order]
        wrong = absent(names, rng, known)
        index = open_register(into)
        started = time.perf_counter()
        found = look(index, [*(name for _, name in asked), *wrong])
        seconds = time.perf_counter() - started
        print(f"{len(found):,} names looked up in {seconds:.1f} s: {len(found) / seconds:,.0f} a second")
        hits: dict[str, int] = defaultdict(int)
        for change, name in asked:
            hits[change] += found[name] is not None
        for change in CHANGES:
            print(f"  {change:22} recall {hits[change] / NAMES:.3f}")
        false = [name for name in wrong if found[name] is not None]
        right = sum(hits.values()) / len(CHANGES)
        print(f"all changes: recall {sum(hits.values()) / len(asked):.4f}")
        print(
            f"of {NAMES:,} absent names {len(false)} found; precision at as many absent as present {right / (right + len(false)):.4f}"
        )
        for name in false[:5]:
            print(f"  {name} -> {found[name]}")
        index.close()


if __name__ == "__main__":
    main()
