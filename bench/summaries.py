"""Copied summaries found among many: recall by how much a copy was edited, false pairs, seconds and memory.

    python bench/summaries.py
    python bench/summaries.py --texts 200000

The summaries are made of the sentences below, the first of each list far more often than the last (Zipf), as stock
phrases are: unrelated ones share whole sentences, which makes them hard to tell from copies. Copies have words
replaced, left out, put in and exchanged; how like they are to their originals is worked out here from the words
themselves, not by the code that is measured.
"""

from __future__ import annotations

import argparse
import re
import resource
import time
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from counterlure.alike.copies import near_texts

SEED = 7
COPIES = 0.1
EDITS_MAX = 0.11  # of a text's words
MIDDLES = (3, 7)
NEAR = 0.8
BANDS = (0.75, 0.8, 0.85, 0.9, 0.95, 1.0)
OPENINGS = """
Results-driven {role} with over {years} years of experience in {field}.
Experienced {role} with a demonstrated history of working in the {field} industry.
I am a {role} who enjoys turning complex questions about {field} into simple answers.
Passionate about {field} and everything that surrounds it.
{years} years in {field}, most of them as {role} in {kind}.
As a {role} I help {kind} to make better decisions in {field}.
Strategic thinker and hands-on {role} with deep roots in {field}.
After {years} years as {role} I still learn something about {field} every week.
My work sits where {field} meets {other}.
Dedicated {role}, curious about {field}, trained in {other}.
I moved from {other} to {field} {years} years ago and never looked back.
By training a {role}, by inclination a generalist of {field}.
"""
SENTENCES = """
Proven ability to lead cross-functional teams and deliver projects on time and within budget.
Strong communicator with excellent analytical and problem-solving skills.
I have led teams of up to {years} people across several countries.
Skilled in {skill}, {skill2} and stakeholder management.
Adept at building long-term relationships with clients and partners.
My focus is on {skill} and on the people who depend on it.
I thrive in fast-paced environments where priorities change every day.
Recognised for a pragmatic approach and a keen eye for detail.
In my current role I am responsible for {skill} in a portfolio of {kind}.
Previously I worked on {skill2} for {kind} in the {other} sector.
I have published on {skill} and speak about it at industry events.
Committed to continuous learning and to sharing what I know.
What drives me is to see {skill} make a difference for {kind}.
I hold a degree in {other} and several certificates in {skill}.
Along the way I introduced {skill2} in {years} departments and trained those who now run it.
My clients value that I say plainly what works in {field} and what does not.
I believe that good {skill} starts with listening to the shop floor.
Together with a small team I rebuilt how {kind} handle {skill2}.
I have negotiated contracts worth {years} million and kept every supplier on board.
For {years} years I coordinated audits, budgets and tenders for {kind}.
I advise boards on {skill} and on the risks that come with {other}.
Much of my time goes into {skill2}, the rest into mentoring younger colleagues.
I set up the first laboratory for {skill} in our group and ran it until {years} people worked there.
A sabbatical on {other} taught me more about {skill} than any course.
I have reviewed proposals on {field} for public programmes and private funds.
Between two projects I teach {skill} to evening classes.
I built the dashboards by which {kind} steer their {skill2} today.
Our pilot on {skill} cut lead times by {years} per cent in its first year.
I wrote the handbook on {skill2} that newcomers in {field} still receive.
As a volunteer I repair bicycles and keep the books of a rowing club.
"""
CLOSINGS = """
Always open to new connections and interesting conversations.
Feel free to reach out if you would like to discuss {field}.
Looking for opportunities to contribute to {kind}.
Let us connect and talk about {skill}.
Outside work I enjoy hiking, cooking and long train journeys.
Please contact me about {skill2}, speaking or mentoring.
All opinions are my own.
Available for projects in {field} from next spring.
"""
SLOTS = {
    "role": """project manager|consultant|business analyst|software engineer|sales manager|product owner|data scientist|
        procurement lead|process engineer|controller|operations manager|quality manager|research associate|recruiter|
        communications officer|policy adviser|maintenance planner|test engineer|supply chain manager|team leader""",
    "field": """renewable energy|logistics|medical devices|retail banking|rail signalling|food packaging|water treatment|
        insurance|marine coatings|machine tools|public transport|agriculture|telecommunications|building materials|
        satellite services|battery recycling|textile dyeing|precision optics|urban planning|animal feed|paper mills""",
    "other": """economics|mechanical engineering|law|statistics|chemistry|journalism|geography|computer science|
        psychology|physics|industrial design|public health|materials science|accounting|linguistics|forestry""",
    "kind": """medium-sized firms|start-ups|public agencies|family businesses|hospitals|manufacturers|utilities|
        universities|cooperatives|port authorities|cities and regions|wholesalers|charities|shipyards""",
    "skill": """change management|forecasting|risk assessment|demand planning|data governance|lean production|
        requirements analysis|cost control|user research|contract law|predictive maintenance|simulation|tendering|
        process mining|energy audits|vendor selection|technical writing|life-cycle analysis|calibration|scheduling""",
}  # fmt: skip
PARTS = [part.strip().splitlines() for part in (OPENINGS, SENTENCES, CLOSINGS)]
FILLINGS = {name: [" ".join(each.split()) for each in words.split("|")] for name, words in SLOTS.items()}
ROW = "{:>14} {:>8} {:>8} {:>8}"


def main() -> None:
    """Prints one row per band of likeness, then the figure and what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=100_000, help="how many summaries, the copies among them")
    arguments = parser.parse_args()
    texts, original, copy = drawn(arguments.texts, np.random.default_rng(SEED))
    likeness = np.array([jaccard(texts[one], texts[two]) for one, two in zip(original, copy, strict=True)])
    words = np.mean([len(text.split()) for text in texts])
    print(f"{len(texts):,} summaries of {words:.0f} words on average, {len(copy):,} of them edited copies", flush=True)
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    near = near_texts(texts)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pairs = set(zip(near.low.tolist(), near.high.tolist(), strict=True))
    sets = near.of[np.stack([original, copy])]
    found = np.array([one == two or (min(one, two), max(one, two)) in pairs for one, two in sets.T.tolist()])
    print(ROW.format("Jaccard index", "copies", "found", "recall"))
    for low, high in zip(BANDS, [*BANDS[1:], 1.01], strict=True):
        here = (likeness >= low) & (likeness < high)
        row = f"{low:.2f} to {high:.2f}" if low < 1 else "1"
        print(ROW.format(row, here.sum(), found[here].sum(), f"{found[here].mean():.4f}" if here.any() else ""))
    wanted = likeness >= NEAR
    print(f"recall at a Jaccard index of {NEAR} or more: {found[wanted].mean():.4f} of {wanted.sum():,}")
    first = {int(number): at for at, number in reversed(list(enumerate(near.of.tolist())))}
    measured = [jaccard(texts[first[one]], texts[first[two]]) for one, two in sorted(pairs)]
    print(f"false pairs (index below {NEAR}): {sum(each < NEAR for each in measured)} of {len(pairs):,} found")
    print(f"{seconds:.1f} s; peak memory {after / 1024:,.0f} MiB, {before / 1024:,.0f} MiB of it before the search")


def drawn(count: int, rng: np.random.Generator) -> tuple[list[str], np.ndarray, np.ndarray]:
    """(texts in random order; where the originals stand; where their copies stand)."""
    copies = round(COPIES * count)
    texts = [summary(rng) for _ in range(count - copies)]
    vocabulary = sorted({word for text in texts[:500] for word in text.split()})
    chosen = rng.choice(len(texts), copies, replace=False)
    texts += [edited(texts[at], vocabulary, rng) for at in chosen]
    order = rng.permutation(count)
    place = np.argsort(order)
    return [texts[at] for at in order], place[chosen], place[np.arange(count - copies, count)]


def summary(rng: np.random.Generator) -> str:
    """An opening, three to six other sentences and a closing, filled in."""
    count = int(rng.integers(*MIDDLES))
    chosen = [
        rng.choice(part, n, replace=False, p=zipf(len(part))) for part, n in zip(PARTS, (1, count, 1), strict=True)
    ]
    filled = {name: str(rng.choice(words, p=zipf(len(words)))) for name, words in FILLINGS.items()}
    filled |= {"skill2": str(rng.choice(FILLINGS["skill"])), "years": str(rng.integers(2, 40))}
    return " ".join(str(sentence).format(**filled) for sentence in np.concatenate(chosen))


def zipf(count: int) -> np.ndarray:
    """Shares of the first, second, ... of so many things."""
    shares = 1 / np.arange(1, count + 1)
    return shares / shares.sum()


def edited(text: str, vocabulary: Sequence[str], rng: np.random.Generator) -> str:
    """The text with up to a ninth of its words replaced, left out, put in or exchanged with the next."""
    words = text.split()
    for _ in range(rng.integers(0, int(EDITS_MAX * len(words)) + 1)):
        at, what = int(rng.integers(0, len(words) - 1)), int(rng.integers(0, 4))
        new = [str(rng.choice(vocabulary)), words[at], words[at + 1]]
        words[at : at + 2] = [[new[0], new[2]], [new[2]], new, [new[2], new[1]]][what]
    return " ".join(words)


def jaccard(one: str, other: str) -> float:
    """Of words and pairs of neighbouring words."""
    a, b = shown(one), shown(other)
    return len(a & b) / len(a | b)


def shown(text: str) -> set[tuple[str, ...]]:
    """Words and pairs of neighbouring words, without case, punctuation and the value of digits."""
    words = re.findall(r"\w+", re.sub(r"\d", "0", text.lower()))
    return {(word,) for word in words} | set(pairwise(words))


if __name__ == "__main__":
    main()
