"""Synthetic stand-ins for the public corpora: invented, tiny, in the layout of the real ones."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import openpyxl

from counterlure.bench.talks import Message, Talk
from counterlure.detect.opinion.model import Constants, Opinion, Weight
from counterlure.detect.opinion.words import readable


def talk(name: str, *texts: str, hostile: bool = True, source: str = "pairs.dev", pair: str | None = None) -> Talk:
    """A conversation; a text that begins with "<" is the target's, one with "<!" gives something away."""
    messages = tuple(
        Message(not text.startswith("<"), text.lstrip("<!"), text.startswith("<!"), place)
        for place, text in enumerate(texts)
    )
    return Talk(name, source, "en", hostile, messages, pair)


SUBJECTS = {"dev": "pumps", "dev2": "valves", "dev3": "seals", "dev4": "gears", "heldout": "rails"}
ASKS = ["inducement", "sensitive_request"]


DULL = ("the bridge was painted green last summer", "the ferry still leaves from the same old pier")
"""Messages in which no rule sees anything."""


def opinion_on(weight: float, *texts: str) -> Opinion:
    """A second opinion that takes every word and pair of these texts for hostile (weight > 0) or for honest."""
    known = sorted({gram for text in texts for gram in readable(text)})
    return Opinion([Weight(gram, 1.0, weight, weight) for gram in known], Constants(0.0, 0.0, 0.0, 0.0, 1.0, 0.0))


def workbook(file: Path, rows: list[list[Any]]) -> None:
    """An Excel file with these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file.parent.mkdir(parents=True, exist_ok=True)
    book.save(file)


def pairs(folder: Path, name: str = "dev", language: str = "en", count: int = 1) -> None:
    """Pairs of one wording: both open alike, and as no other set does; the hostile one asks for internal material for money."""
    opening = f"Hello, I read your paper on {SUBJECTS[name]} and would like to talk about a project with you."
    sides = {
        True: [
            ("other", opening, [], False),
            ("target", "Tell me more.", [], False),
            ("other", "We pay 900 euros for the internal test report, please keep it between us.", ASKS, False),
            ("target", "Here is the internal report.", [], True),
            ("other", "Thank you. Send the unpublished drawings too, on WhatsApp.", ASKS, False),
        ],
        False: [
            ("other", opening, [], False),
            ("target", "Tell me more.", [], False),
            ("other", "The tender is public, the description is on our site.", [], False),
        ],
    }
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"pairs.{language}.{name}.jsonl").open("w", encoding="utf-8") as file:
        for pair, turns in itertools.product(range(1, count + 1), sides):
            record = {
                "id": f"{language}-a{pair:02}-{'t' if turns else 'h'}",
                "pair": f"{language}-a{pair:02}",
                "turns": turns,
                "language": language,
                "cover": "recruiter",
                "shape": "slow",
                "opening": "o",
                "terminal": None,
                "messages": [
                    {"from": side, "day": i, "text": text, "stages": stages, "tactics": [], "disclosure": gave}
                    for i, (side, text, stages, gave) in enumerate(sides[turns])
                ],
            }
            file.write(json.dumps(record) + "\n")


def singles(folder: Path, times: int = 6) -> None:
    """Messages alone: contrast ones in one language, ordinary ones in another."""
    folder.mkdir(parents=True, exist_ok=True)
    contrast = {
        "hostile": "We pay for the internal report, please keep it between us.",
        "honest": "The description of the project is on our site, and the tender is public.",
    }
    stages = ("sensitive_request", "tasking", "channel_shift")
    lines = [
        json.dumps({"id": f"en-a-{n:03}", "language": "en", "stage": stages[n % 3], **contrast}) for n in range(times)
    ]
    (folder / "turns.en.a.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    plain = [
        json.dumps({"id": f"fr-o-{n:03}", "language": "fr", "honest": f"Merci {n}, à lundi."}) for n in range(times)
    ]
    (folder / "ordinary.fr.jsonl").write_text("\n".join(plain), encoding="utf-8")


def ransomchats(folder: Path) -> None:
    """Two chats of one group; the first is among those read by hand, under the same name."""
    group = folder / "Akira"
    group.mkdir(parents=True)
    chat = [
        ("Victim", "what happened?"),
        ("Akira", ""),
        ("Akira ", "Wait."),
        ("victim", "ok"),
        ("Akira", "We will publish your data if you do not pay."),
    ]
    for name in ("20230606.json", "20990101.json"):
        messages = [{"party": party, "content": text, "timestamp": ""} for party, text in chat]
        (group / name).write_text(json.dumps({"chat_id": name, "messages": messages}), encoding="utf-8")
    (group / "readme.md").write_text("x", encoding="utf-8")
    (folder / "chat_index.json").write_text("{}", encoding="utf-8")


def telephone_se(folder: Path) -> None:
    """Two calls side by side; the second is shorter and has an odd spelling of the speaker."""
    workbook(
        folder / "SCAM_1.xlsx",
        [
            [1, 1, 2, 2],
            ["Scammer:", "This is the tax office.", "scammer", "You won."],
            ["Victim:", "Oh.", None, None],
            ["Scammer:", "Pay now.", None, None],
            [None, None, None, None],
        ],
    )


def persuasionforgood(folder: Path) -> None:
    """Two dialogues in both files; enough sentences of two strategies to learn them."""
    lines = [
        ("0", "Hello, do you know the charity?"),
        ("1", "No."),
        ("0", "It helps children in many countries."),
        ("1", "Nice."),
        ("0", ""),
    ]
    folder.mkdir(parents=True)
    with (folder / "full_dialog.csv").open("w", encoding="utf-8") as file:
        file.write(",Unit,Turn,B4,B2\n")
        for dialogue in ("d1", "d2"):
            for i, (role, text) in enumerate(lines):
                file.write(f'{i},"{text}",{i // 2},{role},{dialogue}\n')
    rows: list[list[Any]] = [[None, "B2", "B4", "Turn", "Unit", "er_label_1", "ee_label_1", "neg"]]
    for d in range(20):
        rows.append([0, f"d{d}", 0, 0, f"Hello number {d}, how are you today?", "greeting", None, 0])
        rows.append([0, f"d{d}", 1, 0, "Fine.", None, "greeting", 0])
        rows.append(
            [
                0,
                f"d{d}",
                0,
                1,
                f"The charity is audited and {d} of its reports are public.",
                "credibility-appeal",
                None,
                0,
            ]
        )
        rows.append([0, f"d{d}", 0, 2, "Think of the hungry children who suffer.", "emotion-appeal", None, 0])
    workbook(folder / "300_dialog.xlsx", rows)


def neal_logan(folder: Path, threat: list[dict[str, Any]], benign: list[dict[str, Any]]) -> None:
    """Calls given as {"scores": [...], "leak": turn or None, "status": ...}; the same scores for every prompt."""
    names = [f"social_engineering__{p}__p_detected" for p in ("balanced", "high_precision", "high_recall")]
    kinds = ["improper_authentication_by_turn", "improper_disclosure_by_turn", "improper_action_by_turn"]
    for side, calls in (("threat", threat), ("benign", benign)):
        rows: list[list[Any]] = [["request_id", *kinds, *names, "detection_status"]]
        for call in calls:
            turns = 2 * len(call["scores"])
            leaks = ["0"] * turns
            if call.get("leak") is not None:
                leaks[call["leak"]] = "1"
            by_turn = json.dumps([value for score in call["scores"] for value in (None, score)])
            quiet = ",".join(["0"] * turns)
            rows.append(["x", quiet, ",".join(leaks), quiet, *[by_turn] * 3, call.get("status", "success")])
        workbook(folder / f"detection_results_{side}_detection_metadata.xlsx", rows)


def seconvo(folder: Path) -> None:
    """One regular record and one with each irregularity: another key, a message without text, one without name."""
    records = [
        {
            "Conversation": [
                {"Name": "A", "Message": "Could you tell me your birth date and send the internal report?"},
                {"Name": "B", "Message": "1 May."},
                {"Name": "A", "Message": "Thanks."},
            ],
            "GroundTruth": {"ConversationID": 7, "IsMalicious": True, "PII": [{"Name": "x", "Messages": [0, 1]}]},
        },
        {
            "Conversations": [{"Name": "A"}, {"Message": "Hello."}, {"Name": "A", "Message": "Good day to you."}],
            "GroundTruth": {"ConversationID": 7, "IsMalicious": False, "FirstPII": -1},
        },
    ]
    folder.mkdir(parents=True)
    (folder / "annotated_test.json").write_text(json.dumps({"Conversations": records}), encoding="utf-8")
