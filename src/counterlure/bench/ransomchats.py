"""Real extortion negotiations: `ransomchats/<group>/<chat>.json` (MIT; github.com/Casualtek/Ransomchats)."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from counterlure.bench.talks import Message, Talk, json_of
from counterlure.errors import FormatError

SOURCE = "ransomchats"
QUOTED = re.compile(r"^>[ ]?", re.MULTILINE)
VICTIMS = frozenset({"victim", "client"})


class _Line(msgspec.Struct):
    party: str
    content: str


class _Chat(msgspec.Struct):
    messages: list[_Line]


def read(folder: Path) -> list[Talk]:
    """Every chat, by group and file; the party that is not the victim is the other side, and all are hostile.

    Empty messages are left out; the rest keep their position in the file. A chat without a word of the other side is
    left out too. Some exports mark every line as a quotation; the marks are taken off. The id is "<group>/<file>".
    `FormatError` where a file has another layout.
    """
    talks = (_talk(folder, file) for file in sorted(folder.glob("*/*.json")))
    return [talk for talk in talks if talk.others]


def _talk(folder: Path, file: Path) -> Talk:
    try:
        chat = msgspec.convert(json_of(file), _Chat)
    except msgspec.ValidationError as error:
        raise FormatError(str(file), f"{error}; each message needs `party` and `content`") from error
    messages = tuple(
        Message(line.party.strip().lower() not in VICTIMS, QUOTED.sub("", line.content), place=place)
        for place, line in enumerate(chat.messages)
        if line.content.strip()
    )
    return Talk(file.relative_to(folder).as_posix(), SOURCE, "en", hostile=True, messages=messages)
