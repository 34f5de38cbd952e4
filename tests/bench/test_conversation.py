"""The whole run, on stand-ins for every corpus."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console
from typer.testing import CliRunner

from counterlure.bench import conversation, strategies, tables, train
from counterlure.bench.scorer import Scored
from counterlure.cli import bench as cli_bench
from counterlure.errors import InputError, MissingExtra
from tests.bench import corpora


def by_length(talks):
    """Ranks conversations by what was written, which no one needs to learn."""
    return [float(sum(len(message.text) for message in talk.others)) for talk in talks]


@pytest.fixture
def whole(tmp_path, monkeypatch):
    """Folders (data, corpus) that hold a stand-in for every corpus."""
    data = tmp_path / "data"
    corpora.ransomchats(data / "ransomchats")
    corpora.telephone_se(data / "telephone_se")
    corpora.persuasionforgood(data / "persuasionforgood")
    corpora.neal_logan(data / "neal_logan", [{"scores": [0.1, 0.9], "leak": 2}], [{"scores": [0.0, 0.2]}])
    corpora.seconvo(data / "seconvo")
    for name in ("dev", "dev2"):
        corpora.pairs(tmp_path / "corpus", name)
    monkeypatch.setattr(train, "trainer", lambda _corpus: lambda _talks: by_length)
    monkeypatch.setattr(strategies, "cross_validated", lambda *_: STRATEGIES)
    return data, tmp_path / "corpus"


STRATEGIES = {
    "sentences": 6, "dialogues": 3, "folds": 3, "accuracy": 0.5, "macro_f1": 0.4, "by_class": {"personal-story": 0.4},
}  # fmt: skip


def shown(document):
    written = io.StringIO()
    tables.show(Console(width=cli_bench.UNWRAPPED, file=written), document)
    return written.getvalue()


def test_every_part_runs_and_is_shown(whole):
    document = conversation.run(*whole, "dev2")
    assert list(document["parts"]) == [part.name for part in conversation.PARTS]
    assert document["absent"] == []
    assert document["found"]["pairs"] == 2
    text = shown(document)
    assert "reproduced: no" in text
    assert "ConvoSentinel + GPT-4-Turbo" in text
    for title in tables.TITLES.values():
        assert title in text


def test_the_document_is_plain_and_the_same_again(whole):
    first = json.dumps(conversation.run(*whole, "dev"))
    assert json.dumps(conversation.run(*whole, "dev")) == first


@pytest.fixture
def learnable(tmp_path):
    """Folders (data, corpus): authored sets and single messages, enough to learn from when two sources are left out."""
    corpus = tmp_path / "corpus"
    for name in ("dev", "dev2", "dev4"):
        corpora.pairs(corpus, name, count=5)
    corpora.singles(corpus)
    return tmp_path / "nothing", corpus


def leave_out_of(document):
    part = document["parts"]["leave_out"]
    return part["cells"], part["means"][-1]


def test_cells_are_judged_with_a_second_opinion_learned_without_them(learnable):
    pytest.importorskip("sklearn", reason="the extra `bench` is not installed")
    document = conversation.run(*learnable, "dev")
    assert "leave_out" not in {entry["part"] for entry in document["absent"]}
    cells, mean = leave_out_of(document)
    assert {(c["hostile"], c["benign"]) for c in cells} == {
        (name, name) for name in ("pairs.dev", "pairs.dev2", "pairs.dev4")
    }
    assert mean["business_auc_all"] == mean["business_auc_en"] == 1
    assert mean["business_auc_fr"] is None
    assert "pairs.dev | pairs.dev" in shown(document)


def test_too_few_conversations_to_learn_from_are_named_and_the_rest_still_runs(learnable):
    pytest.importorskip("sklearn", reason="the extra `bench` is not installed")
    data, corpus = learnable
    for file in corpus.glob("pairs.*.dev[24].jsonl"):
        file.unlink()
    document = conversation.run(data, corpus, "dev")
    (reason,) = (entry["reason"] for entry in document["absent"] if entry["part"] == "leave_out")
    assert "too few: " in reason
    assert "give a larger corpus" in reason
    assert "pairs" in document["parts"]


def test_a_broken_single_message_stops_only_the_part_that_learns(learnable):
    data, corpus = learnable
    (corpus / "turns.en.a.jsonl").write_text("{", encoding="utf-8")
    document = conversation.run(data, corpus, "dev")
    assert {(e["part"], e["damaged"]) for e in document["absent"]} >= {("leave_out", True)}
    assert "pairs" in document["parts"]


def test_the_trainer_of_the_given_corpus_is_used_where_none_is_given(tmp_path, monkeypatch):
    corpora.pairs(tmp_path)
    asked = []
    monkeypatch.setattr(train, "trainer", lambda corpus: asked.append(corpus) or (lambda _talks: by_length))
    conversation.run(tmp_path / "nothing", tmp_path, "dev")
    conversation.run(tmp_path / "nothing", tmp_path, "dev", trainer=lambda _talks: by_length)
    assert asked == [tmp_path]


def test_what_is_absent_is_named_and_the_rest_still_runs(whole):
    data, corpus = whole
    (data / "seconvo" / "annotated_test.json").unlink()
    (data / "seconvo").rmdir()
    document = conversation.run(data, corpus, "dev3")
    assert {entry["part"] for entry in document["absent"]} == {"pairs", "seconvo"}
    assert str(data / "seconvo") in document["absent"][1]["reason"]
    assert not any(entry["damaged"] for entry in document["absent"])
    assert "extortion" in document["parts"]


def test_a_damaged_corpus_and_a_missing_package_are_named(whole, monkeypatch):
    data, corpus = whole
    (data / "telephone_se" / "SCAM_1.xlsx").write_bytes(b"x")

    def missing(*_):
        raise MissingExtra("install counterlure[bench]")

    monkeypatch.setattr(strategies, "cross_validated", missing)
    reasons = {entry["part"]: entry["reason"] for entry in conversation.run(data, corpus, "dev")["absent"]}
    assert set(reasons) == {"telephone_se", "leave_out", "strategies"}
    assert "is no Excel workbook" in reasons["telephone_se"]
    assert reasons["strategies"] == "install counterlure[bench]"


def test_the_command_ends_with_3_where_a_corpus_is_damaged(whole):
    from counterlure.cli.app import app

    data, corpus = whole
    (data / "neal_logan" / "detection_results_threat_detection_metadata.xlsx").write_bytes(b"x")
    ended = CliRunner().invoke(app, ["bench", "conversation", "--data", str(data), "--corpus", str(corpus)])
    assert ended.exit_code == 3
    assert "leave_out left out" not in ended.stderr
    assert "pairs left out" in ended.stderr
    assert "neal_logan left out" in ended.stderr


def test_nothing_at_all_is_an_error_with_a_remedy(tmp_path):
    with pytest.raises(InputError, match=r"no corpus to measure on: give the folder .* with --data"):
        conversation.run(tmp_path / "nowhere", tmp_path, "dev")


def test_another_scorer_takes_the_place_of_the_shipped_one(whole):
    def certain(talks):
        return [Scored([1.0] * len(talk.others), [True] * len(talk.others)) for talk in talks]

    document = conversation.run(*whole, "dev", scorer=certain, base=0.5)
    assert document["parts"]["persuasionforgood"]["per_1000"] == 1000
    assert document["parts"]["pairs"]["all"]["alerts"]["recall"] == 1
    (mean, *_) = document["parts"]["leave_out"]["means"]
    assert mean["auc"] > 0.5, "cells keep their own trainer"
    assert document["parts"]["seconvo"]["test"]["malicious_f1"] == pytest.approx(2 / 3)


def test_leaving_sources_out_never_sees_the_held_out_set(whole):
    data, corpus = whole
    corpora.pairs(corpus, "heldout")
    seen = []

    def trainer(train):
        def ranker(talks):
            seen.extend([*train, *talks])
            return [0.5 for _ in talks]

        return ranker

    conversation.run(data, corpus, "heldout", trainer=trainer)
    assert seen
    assert {"pairs.dev", "pairs.dev2"} <= {talk.source for talk in seen}
    assert "pairs.heldout" not in {talk.source for talk in seen}


def test_the_command_prints_a_report_or_a_document(whole):
    from counterlure.cli.app import app

    data, corpus = whole
    arguments = ["bench", "conversation", "--data", str(data), "--corpus", str(corpus), "--set", "dev2"]
    report = CliRunner().invoke(app, arguments)
    assert report.exit_code == 0
    assert "Authored pairs" in report.stdout
    document = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    assert document["schema"] == conversation.SCHEMA
    assert document["set"] == "dev2"


def test_the_command_knows_the_sets(whole):
    from counterlure.cli.app import app

    assert CliRunner().invoke(app, ["bench", "conversation", "--data", ".", "--set", "all"]).exit_code == 2
