"""The authored conversations follow their schema, and their twins are twins."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import jsonschema
import pytest

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
FILES = sorted(CORPUS.glob("pairs.*.jsonl"))
SCHEMA = json.loads((CORPUS / "pairs.schema.json").read_text(encoding="utf-8"))


def read(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_there_is_a_development_and_a_held_out_set_in_both_languages():
    names = {file.name for file in FILES}
    assert names >= {
        f"pairs.{language}.{part}.jsonl" for language in ("en", "fr") for part in ("dev", "dev2", "heldout")
    }


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.name)
def test_every_conversation_follows_the_schema_and_the_order_of_time(file):
    validator = jsonschema.Draft202012Validator(SCHEMA)
    talks = read(file)
    assert len({talk["id"] for talk in talks}) == len(talks)
    for talk in talks:
        assert [error.message for error in validator.iter_errors(talk)] == [], talk["id"]
        days = [message["day"] for message in talk["messages"]]
        assert days == sorted(days), talk["id"]
        assert talk["id"].endswith("-t") is talk["turns"]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.name)
def test_twins_share_cover_and_opening(file):
    pairs = defaultdict(list)
    for talk in read(file):
        if talk["pair"]:
            pairs[talk["pair"]].append(talk)
    for name, twins in pairs.items():
        assert [t["turns"] for t in sorted(twins, key=lambda t: t["turns"])] == [False, True], name
        assert len({t["cover"] for t in twins}) == 1, name
        assert len({t["opening"] for t in twins}) == 1, name


def test_no_conversation_stands_in_two_sets():
    texts = defaultdict(set)
    for file in FILES:
        for talk in read(file):
            texts["\n".join(m["text"] for m in talk["messages"])].add(file.name)
    assert [names for names in texts.values() if len(names) > 1] == []
