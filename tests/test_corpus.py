"""The authored conversations follow their schema, and their twins are twins."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import jsonschema
import pytest

from counterlure.bench.talks import SETS

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
FILES = sorted(CORPUS.glob("pairs.*.jsonl"))
SCHEMA = json.loads((CORPUS / "pairs.schema.json").read_text(encoding="utf-8"))


def read(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_there_is_a_development_and_a_held_out_set_in_both_languages():
    names = {file.name for file in FILES}
    assert names >= {f"pairs.{language}.{part}.jsonl" for language in ("en", "fr") for part in SETS}


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


def test_there_are_as_many_pairs_as_promised_half_of_them_french():
    pairs = dict.fromkeys(("en", "fr"), 0)
    for file in FILES:
        pairs[file.name.split(".")[1]] += sum(talk["turns"] for talk in read(file))
    assert sum(pairs.values()) >= 1_900
    assert 0.4 <= pairs["fr"] / sum(pairs.values()) <= 0.6


@pytest.mark.parametrize("kind", ["turns", "ordinary"])
def test_single_messages_follow_their_schema_and_stand_once(kind):
    schema = json.loads((CORPUS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    lines = [line for file in sorted(CORPUS.glob(f"{kind}.*.jsonl")) for line in read(file)]
    assert len(lines) >= 800
    assert [error.message for line in lines for error in validator.iter_errors(line)] == []
    assert len({line["id"] for line in lines}) == len(lines)
    texts = [line[side] for line in lines for side in ("hostile", "honest") if side in line]
    assert len(set(texts)) == len(texts)


def test_nothing_that_is_learned_from_stands_in_the_held_out_set():
    held = {
        m["text"] for file in CORPUS.glob("pairs.*.heldout*.jsonl") for talk in read(file) for m in talk["messages"]
    }
    held = {text for text in held if len(text.split()) > 4}
    learned = {
        m["text"] for file in FILES if "heldout" not in file.name for talk in read(file) for m in talk["messages"]
    }
    for kind in ("turns", "ordinary"):
        for file in CORPUS.glob(f"{kind}.*.jsonl"):
            learned |= {line[side] for line in read(file) for side in ("hostile", "honest") if side in line}
    assert sorted(held & learned) == []


def test_no_opening_of_the_held_out_set_resembles_one_that_is_learned_from():
    """Near-duplicates (cosine of word counts 0.8) would let early detection be measured on copies."""
    first = {file: [Counter(talk["messages"][0]["text"].lower().split()) for talk in read(file)] for file in FILES}
    held = [words for file, own in first.items() if "heldout" in file.name for words in own]
    learned = [words for file, own in first.items() if "heldout" not in file.name for words in own]
    assert max(cosine(a, b) for a in held for b in learned) < 0.8


def cosine(one: Counter[str], other: Counter[str]) -> float:
    shared = sum(count * other[word] for word, count in one.items())
    return shared / (sum(n * n for n in one.values()) * sum(n * n for n in other.values())) ** 0.5
