"""Measures the signs of careers, counters, claims and history on synthetic accounts whose truth is known.

    python bench/careers.py --estimate        # shares among honest careers, seed 1: what commonness.yml is held against
    python bench/careers.py                   # measured on seed 2, with the threshold of seed 1

Everything here is synthetic. Honest and fabricated careers are drawn from the distributions of
`src/counterlure/simulate/careers/*.yml`, each with its origin; most are our judgement. The figures say what the signs do
under these assumptions, not how often they occur in the world. The score is the program's own, the ratio of
`assess/authenticity.py`. The threshold is the smallest that at most `--false` of the honest accounts of seed 1 reach;
what it does is counted on seed 2, as are the two bands that reports show. Bounds are exact 95 % ones.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scipy.stats import beta

from counterlure.assess.authenticity import authenticity, load_table
from counterlure.case.rows import Batch, Owner
from counterlure.case.store import Case
from counterlure.case.write import DeliveryWriter
from counterlure.detect import allowed_columns
from counterlure.detect.base import Detected
from counterlure.detect.profile import career, counters, held_roles, history, identifiers
from counterlure.detect.profile.commonness import shares
from counterlure.model import Finding, Skipped
from counterlure.simulate.careers import RECIPES, Population, population

DETECTORS = (career.find, counters.find, held_roles.find, identifiers.find, history.find)
GROUPS = {
    "timeline": ("seamless_career", "impossible_dates", "seniority_too_fast", "degree_after_the_job", "ragged_career"),
    "counters": ("impossible_counters", "followers_without_staff", "thin_account"),
    "claims": ("role_held_by_another", "identifier_conflicts", "identifier_nobody_cites"),
    "history": ("story_changed", "story_held"),
}
SETS = {
    "all signs": tuple(GROUPS),
    "one account by itself: without what others claim": ("timeline", "counters", "history"),
}
ESTIMATE_SEED, MEASURE_SEED = 1, 2
PREVALENCES = (0.01, 0.001)


@dataclass
class Delivery:
    """One thing handed in, as a case takes it."""

    name: str
    owner: Owner | None
    batches: Sequence[Batch]
    skipped: Sequence[Skipped] = ()
    warnings: Sequence[Skipped] = ()
    failed: bool = False

    @property
    def digest(self) -> str:
        """Any text that no other delivery has."""
        return self.name


@dataclass
class Judged:
    """One account. recipe : "" for an honest one."""

    path: str
    recipe: str
    findings: list[Finding]

    def score(self, groups: Iterable[str]) -> float:
        """Log10 of how much likelier what was seen in these groups is of an inauthentic profile."""
        kinds = {kind for name in groups for kind in GROUPS[name]}
        return authenticity(0, [finding for finding in self.findings if finding.kind in kinds], None).ratio


def main() -> None:
    """Prints one line per sign, and what all signs together do."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--honest", type=int, default=6_000)
    parser.add_argument("--fabricated", type=int, default=1_000)
    parser.add_argument(
        "--false", type=float, default=0.01, help="share of honest accounts that may reach the threshold"
    )
    parser.add_argument("--estimate", action="store_true", help="only the shares of the estimation seed")
    given = parser.parse_args()
    print("synthetic figures: drawn from stated distributions, no real profile is among them")
    estimated = judged(population(given.honest, given.fabricated, ESTIMATE_SEED))
    if given.estimate:
        show_signs(estimated, ESTIMATE_SEED)
        return
    measured = judged(population(given.honest, given.fabricated, MEASURE_SEED))
    show_signs(measured, MEASURE_SEED)
    for title, groups in SETS.items():
        print(f"\n{title}")
        show_together(estimated, measured, given.false, groups)


def judged(made: Population) -> list[Judged]:
    """All accounts that are no target's, with what the detectors find in one case that holds them all."""
    with tempfile.TemporaryDirectory() as folder:
        with Case.create(Path(folder) / "case", purpose="bench") as case:
            writer = DeliveryWriter(case)
            for delivery in deliveries(made):
                writer.write(delivery)
            keys = dict(case.db.execute("SELECT key, account FROM account_key"))
        with Case.open(Path(folder) / "case") as case, case.reader(allowed_columns()) as reader:
            found: dict[int, list[Finding]] = defaultdict(list)
            for find in DETECTORS:
                for finding in find(reader, Detected()).findings:
                    found[finding.account].append(finding)
    return [Judged(s.path, s.recipe, found[keys[s.key]]) for s in made.accounts if not s.target and s.key in keys]


def deliveries(made: Population) -> Iterable[Delivery]:
    """What every target handed in of their own profile, and one with all captures."""
    for shown, batch in made.of_targets():
        yield Delivery(f"{shown.key}.zip", Owner([shown.key]), [batch])
    yield Delivery("captures.zip", None, [made.captured()])


def show_signs(accounts: Sequence[Judged], seed: int) -> None:
    """Per sign: share of honest and of fabricated accounts, and of each recipe."""
    sizes = Counter(account.recipe for account in accounts)
    fabricated = len(accounts) - sizes[""]
    print(f"\nseed {seed}: {sizes['']} honest accounts, {fabricated} fabricated; per cent that show the sign")
    print(
        f"{'sign':26}{'stated':>8}{'honest':>8}{'95 % bounds':>14}{'fabricated':>12}"
        + "".join(f"{r[:11]:>13}" for r in RECIPES)
    )
    for kind in (kind for kinds in GROUPS.values() for kind in kinds):
        seen = Counter(a.recipe for a in accounts if any(f.kind == kind for f in a.findings))
        low, high = bounds(seen[""], sizes[""])
        line = f"{kind:26}{shares()[kind].honest:8}{100 * seen[''] / sizes['']:8.1f}{100 * low:7.2f}-{100 * high:6.2f}"
        line += f"{100 * (seen.total() - seen['']) / max(1, fabricated):12.1f}"
        print(line + "".join(f"{100 * seen[r] / max(1, sizes[r]):13.1f}" for r in RECIPES))


def show_together(estimated: Sequence[Judged], measured: Sequence[Judged], false: float, groups: Sequence[str]) -> None:
    """What the signs of some groups find together, at the threshold of the other seed."""
    threshold = cut([a.score(groups) for a in estimated if not a.recipe], false)
    hit = [(account, account.score(groups) >= threshold) for account in measured]
    honest = [found for account, found in hit if not account.recipe]
    fakes = [found for account, found in hit if account.recipe]
    print(f"threshold {threshold:.2f} (log10): at most {false:.1%} of the honest of seed {ESTIMATE_SEED} reach it")
    print(f"false {told(honest)}")
    print(f"recall {told(fakes)}")
    for recipe in RECIPES:
        print(f"  {recipe:16}{told([found for account, found in hit if account.recipe == recipe])}")
    rate, recall = sum(honest) / len(honest), sum(fakes) / len(fakes)
    for prevalence in PREVALENCES:
        right = prevalence * recall
        print(f"precision at {prevalence:.1%} prevalence: {right / (right + (1 - prevalence) * rate):.1%}")
    for name, band in (("some", load_table().bands.some), ("strong", load_table().bands.strong)):
        marked = [(account, account.score(groups) >= band) for account in measured]
        print(f"band {name!r} and above: honest {told([found for account, found in marked if not account.recipe])}")
        print(f"  fabricated {told([found for account, found in marked if account.recipe])}")
    for path in sorted({account.path for account in measured if account.path}):
        print(f"  false, {path:16}{told([found for account, found in hit if account.path == path])}")


def told(found: Sequence[bool]) -> str:
    """A share with its count and bounds."""
    low, high = bounds(sum(found), len(found))
    return f"{sum(found) / len(found):6.2%} ({sum(found)} of {len(found)}, {low:.2%} to {high:.2%})"


def cut(scores: Sequence[float], share: float) -> float:
    """The smallest score that at most `share` of them reach; just above the highest where none is."""
    ordered = sorted(set(scores))
    for score in ordered:
        if score > 0 and sum(s >= score for s in scores) <= share * len(scores):
            return score
    return ordered[-1] + 1e-9


def bounds(hits: int, of: int) -> tuple[float, float]:
    """Exact 95 % bounds of a share (Clopper and Pearson, 1934)."""
    low = 0.0 if hits == 0 else float(beta.ppf(0.025, hits, of - hits + 1))
    return low, 1.0 if hits == of else float(beta.ppf(0.975, hits + 1, of - hits))


if __name__ == "__main__":
    main()
