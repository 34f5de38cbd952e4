"""What every corpus is read into: a conversation, who wrote what, and whether it was hostile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from counterlure.detect.opinion.verdict import Answer
from counterlure.errors import FormatError, InputError

DEVELOPMENT = ("dev", *(f"dev{i}" for i in range(2, 23)))
SETS = (*DEVELOPMENT, "heldout", "heldout2", "heldout3", "heldout4")
"""Sets of authored conversations; only the last was read by nobody who writes rules."""


AUTHORED = "pairs."
"""The source of an authored conversation is this and the set, for each set has a hand of its own."""


class Message(NamedTuple):
    """One message.

    other : written by the other side, the one that is judged; False for the person approached.
    disclosure : gives away something that is not public.
    place : position among the messages of the source, from 0; messages left out by a reader leave a gap.
    stages : stages it shows, where the corpus says so; None where it does not.
    """

    other: bool
    text: str
    disclosure: bool = False
    place: int = 0
    stages: tuple[str, ...] | None = None


class Talk(NamedTuple):
    """One conversation; `pair` names the twin that shares its opening, where there is one."""

    id: str
    source: str
    language: str
    hostile: bool
    messages: tuple[Message, ...]
    pair: str | None = None

    @property
    def others(self) -> list[Message]:
        """What the other side wrote."""
        return [message for message in self.messages if message.other]

    def answers(self) -> Iterator[Answer]:
        """What the person approached wrote, with how many messages of the other side came before."""
        before = 0
        for message in self.messages:
            before += message.other
            if not message.other:
                yield Answer(before, message.text)

    @property
    def opening(self) -> str:
        """First message of the other side in lower case, spaces made one; what twins and copies share."""
        return " ".join(self.others[0].text.lower().split()) if self.others else ""

    def prefixes(self) -> Iterator[Talk]:
        """The conversation as it stood after each message of the other side."""
        for i, message in enumerate(self.messages):
            if message.other:
                yield self._replace(messages=self.messages[: i + 1])

    def disclosed_after(self) -> int | None:
        """How many messages of the other side came before the first disclosure; None where nothing was given away."""
        for i, message in enumerate(self.messages):
            if message.disclosure and not message.other:
                return sum(m.other for m in self.messages[:i])
        return None

    def until_words(self, words: int) -> Talk:
        """Cut after the message with which the other side has written that many words."""
        written = 0
        for i, message in enumerate(self.messages):
            written += len(re.findall(r"\w+", message.text)) if message.other else 0
            if written >= words:
                return self._replace(messages=self.messages[: i + 1])
        return self


class _Line(msgspec.Struct, rename={"sender": "from"}):
    sender: str
    text: str
    disclosure: bool
    stages: tuple[str, ...]


class _Record(msgspec.Struct):
    """The fields of `corpus/pairs.schema.json` that are needed here."""

    id: str
    pair: str | None
    turns: bool
    language: str
    messages: list[_Line]


def pairs(folder: Path, name: str) -> list[Talk]:
    """The authored conversations of one set, in the order of files and lines; empty where there are none.

    Raises
    ------
    FormatError : a line is not a conversation; names file, line, value and remedy.
    """
    return [talk for file in sorted(folder.glob(f"pairs.*.{name}.jsonl")) for talk in _read(file, name)]


def _read(file: Path, name: str) -> Iterator[Talk]:
    for number, line in enumerate(text_of(file).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = msgspec.json.decode(line, type=_Record)
        except msgspec.MsgspecError as error:
            raise FormatError(
                f"{file}:{number}", f"{line[:60]!r} is no conversation ({error}); see corpus/pairs.schema.json"
            ) from error
        for m in record.messages:
            if m.sender not in ("other", "target"):
                raise FormatError(f"{file}:{number}", f"from is {m.sender!r}; give `other` or `target`")
        messages = tuple(
            Message(m.sender == "other", m.text, m.disclosure, place, m.stages)
            for place, m in enumerate(record.messages)
        )
        yield Talk(record.id, f"{AUTHORED}{name}", record.language, record.turns, messages, record.pair)


def text_of(file: Path) -> str:
    """A file of a corpus as text; `InputError` where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(file), f"cannot be read ({error}); fetch the corpus again") from error


def json_of(file: Path) -> object:
    """A JSON file of a corpus; `FormatError` names the line where it does not parse."""
    try:
        return json.loads(text_of(file))
    except json.JSONDecodeError as error:
        raise FormatError(f"{file}:{error.lineno}", f"{error.msg}; fetch the corpus again") from error


def numbered(talks: Sequence[Talk]) -> list[Talk]:
    """The same conversations with ids that no two share, for corpora that name some twice."""
    seen: dict[str, int] = {}
    out = []
    for talk in talks:
        seen[talk.id] = seen.get(talk.id, 0) + 1
        out.append(talk if seen[talk.id] == 1 else talk._replace(id=f"{talk.id}#{seen[talk.id]}"))
    return out
