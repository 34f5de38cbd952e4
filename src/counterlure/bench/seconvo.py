"""SEConvo conversations (Ai et al., EMNLP 2024, arXiv 2406.12263; Zenodo record 12170260).

    {"Conversations": [{"Conversation": [{"Name": ..., "Message": ...}, ...],
                        "GroundTruth": {"ConversationID": int, "IsMalicious": bool, "PII": [{"Messages": [int]}]}}]}

A few records call their messages "Conversations", and some messages lack "Name" or "Message". Messages with an even
index are the attacker's, whoever they name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from counterlure.bench.talks import Message, Talk, json_of, numbered
from counterlure.errors import FormatError

SOURCE = "seconvo"
FILES = ("annotated_train.json", "annotated_test.json")


def read(folder: Path) -> list[Talk]:
    """The annotated conversations of the files that are there, train before test; empty where there are none.

    A message of the target that answers a request for personal data is a disclosure as far as the annotation says so:
    an odd index under "PII". `FormatError` names record and field where a record has neither messages nor truth.
    """
    found = [talk for name in FILES if (folder / name).is_file() for talk in _file(folder / name)]
    return numbered(found)


def _file(file: Path) -> list[Talk]:
    whole = json_of(file)
    records = whole.get("Conversations") if isinstance(whole, dict) else None
    if not isinstance(records, list):
        raise FormatError(str(file), "has no list `Conversations`; give the annotated files of the record")
    talks = (_talk(file, i, record) for i, record in enumerate(records))
    return [talk for talk in talks if talk.others]


def _talk(file: Path, index: int, record: Any) -> Talk:
    where = f"{file}: record {index}"
    if not isinstance(record, dict):
        raise FormatError(where, f"is {str(record)[:40]!r}; expected an object")
    lines = record.get("Conversation", record.get("Conversations"))
    truth = record.get("GroundTruth")
    if not isinstance(lines, list):
        raise FormatError(where, "has no list `Conversation`")
    if not isinstance(truth, dict) or not isinstance(truth.get("IsMalicious"), bool):
        raise FormatError(where, f"IsMalicious is {truth!r:.60}; expected true or false in `GroundTruth`")
    given = {int(place) for entry in truth.get("PII") or () for place in entry.get("Messages") or ()}
    messages = tuple(
        Message(place % 2 == 0, text, place % 2 == 1 and place in given, place)
        for place, line in enumerate(lines)
        if isinstance(line, dict) and (text := str(line.get("Message") or "").strip())
    )
    return Talk(f"{file.stem}-{truth.get('ConversationID', index)}", SOURCE, "en", truth["IsMalicious"], messages)
