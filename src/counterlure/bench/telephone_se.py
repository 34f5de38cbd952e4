"""Scam calls written by volunteers: `telephone_se/SCAM_1..5.xlsx` (MIT)."""

from __future__ import annotations

from pathlib import Path

from counterlure.bench.talks import Message, Talk
from counterlure.bench.workbooks import rows
from counterlure.errors import FormatError

SOURCE = "telephone_se"
SPEAKERS = {"scammer:": True, "victim:": False}


def read(folder: Path) -> list[Talk]:
    """Every call, all hostile; a call is two columns side by side, speaker and text, under its number.

    Some calls end, and the sheet goes on empty. `FormatError` where a speaker is neither scammer nor victim.
    """
    return [talk for file in sorted(folder.glob("SCAM_*.xlsx")) for talk in _calls(file)]


def _calls(file: Path) -> list[Talk]:
    said: dict[int, list[Message]] = {}
    for number, row in rows(file):
        if number == 1:
            continue
        for column in range(0, len(row) - 1, 2):
            speaker, text = row[column], row[column + 1]
            if speaker is None or text is None or not str(text).strip():
                continue
            mine = said.setdefault(column // 2 + 1, [])
            mine.append(Message(_is_other(file, number, str(speaker)), str(text), place=len(mine)))
    found = (Talk(f"{file.stem}-{n}", SOURCE, "en", True, tuple(said[n])) for n in sorted(said))
    return [talk for talk in found if talk.others]


def _is_other(file: Path, number: int, speaker: str) -> bool:
    known = speaker.strip().lower().rstrip(": ") + ":"
    if known not in SPEAKERS:
        raise FormatError(f"{file}:{number}", f"speaker is {speaker[:40]!r}; expected `Scammer:` or `Victim:`")
    return SPEAKERS[known]
