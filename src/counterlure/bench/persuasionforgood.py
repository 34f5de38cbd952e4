"""Real, benign persuasion: `persuasionforgood/full_dialog.csv` and `300_dialog.xlsx` (Apache-2.0).

Wang et al. (2019), Persuasion for Good, ACL: 1,017 dialogues in which one stranger asks another to give to a charity;
in 300 of them every sentence of the persuader carries a strategy.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import NamedTuple

from counterlure.bench.talks import Message, Talk, text_of
from counterlure.bench.workbooks import columns
from counterlure.errors import FormatError

SOURCE = "persuasionforgood"
DIALOGUES = "full_dialog.csv"
SENTENCES = "300_dialog.xlsx"
PERSUADER = "0"

STRATEGIES = (
    "credibility-appeal", "emotion-appeal", "logical-appeal", "self-modeling", "foot-in-the-door", "personal-story",
    "donation-information", "source-related-inquiry", "task-related-inquiry", "personal-related-inquiry",
)  # fmt: skip
NONE = "non-strategy"


class Sentence(NamedTuple):
    """One sentence; `act` is the persuader's dialogue act as annotated, None for the persuadee."""

    dialogue: str
    persuader: bool
    turn: int
    text: str
    act: str | None

    @property
    def strategy(self) -> str:
        """One of the ten strategies, or `non-strategy`."""
        return self.act if self.act in STRATEGIES else NONE


def read(folder: Path) -> list[Talk]:
    """Every dialogue in order of the file, none hostile; the persuader is the other side.

    `FormatError` where a column is missing or a role is neither 0 nor 1.
    """
    file = folder / DIALOGUES
    table = csv.DictReader(io.StringIO(text_of(file), newline=""))
    absent = {"Unit", "B4", "B2"} - set(table.fieldnames or ())
    if absent:
        raise FormatError(f"{file}:1", f"has no column {sorted(absent)[0]!r}; fetch the corpus again")
    said: dict[str, list[Message]] = {}
    for row in table:
        if row["B4"] not in ("0", "1"):
            raise FormatError(f"{file}:{table.line_num}", f"B4 is {row['B4']!r}; expected 0 (persuader) or 1")
        mine = said.setdefault(row["B2"], [])
        if row["Unit"].strip():
            mine.append(Message(row["B4"] == PERSUADER, row["Unit"], place=len(mine)))
    found = (Talk(name, SOURCE, "en", False, tuple(messages)) for name, messages in said.items())
    return [talk for talk in found if talk.others]


def sentences(folder: Path) -> list[Sentence]:
    """Every sentence of the 300 annotated dialogues, in order of the file; `FormatError` names the row that is odd."""
    file = folder / SENTENCES
    out = []
    for number, (dialogue, role, turn, text, act) in columns(file, ("B2", "B4", "Turn", "Unit", "er_label_1")):
        if str(role) not in ("0", "1"):
            raise FormatError(f"{file}:{number}", f"B4 is {role!r}; expected 0 (persuader) or 1")
        if not str(turn).isdigit():
            raise FormatError(f"{file}:{number}", f"Turn is {turn!r}; expected a number from 0")
        mine = str(role) == PERSUADER
        out.append(Sentence(str(dialogue), mine, int(str(turn)), str(text), str(act) if mine else None))
    return out
