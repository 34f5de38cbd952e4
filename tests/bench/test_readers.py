"""Each public corpus in its own layout, with its irregularities."""

from __future__ import annotations

import json

import pytest

from counterlure.bench import neal_logan, persuasionforgood, ransomchats, seconvo, telephone_se
from counterlure.errors import FormatError, InputError
from tests.bench import corpora


def test_extortion_chats_keep_the_position_of_every_message_that_is_not_empty(tmp_path):
    corpora.ransomchats(tmp_path)
    first, second = ransomchats.read(tmp_path)
    assert first.id == "Akira/20230606.json"
    assert second.hostile
    assert [(m.other, m.place) for m in first.messages] == [(False, 0), (True, 2), (False, 3), (True, 4)]


def test_a_chat_without_the_other_side_is_left_out(tmp_path):
    (tmp_path / "X").mkdir()
    (tmp_path / "X" / "1.json").write_text(json.dumps({"messages": [{"party": "Victim", "content": "hello"}]}))
    assert ransomchats.read(tmp_path) == []


@pytest.mark.parametrize("text", ['{"messages": [{"party": "Victim"}]}', "[]", "{"])
def test_a_chat_of_another_layout_is_named(tmp_path, text):
    (tmp_path / "X").mkdir()
    (tmp_path / "X" / "1.json").write_text(text)
    with pytest.raises(FormatError, match=r"1\.json"):
        ransomchats.read(tmp_path)


def test_calls_stand_in_two_columns_each(tmp_path):
    corpora.telephone_se(tmp_path)
    first, second = telephone_se.read(tmp_path)
    assert [(m.other, m.text) for m in first.messages] == [
        (True, "This is the tax office."), (False, "Oh."), (True, "Pay now."),
    ]  # fmt: skip
    assert (second.id, len(second.messages), second.hostile) == ("SCAM_1-2", 1, True)


def test_a_speaker_nobody_knows_is_an_error(tmp_path):
    corpora.workbook(tmp_path / "SCAM_1.xlsx", [[1, 1], ["Robot:", "beep"]])
    with pytest.raises(FormatError, match=r"SCAM_1\.xlsx:2: speaker is 'Robot:'"):
        telephone_se.read(tmp_path)


def test_a_file_that_is_no_workbook_is_an_error(tmp_path):
    (tmp_path / "SCAM_1.xlsx").write_bytes(b"nothing")
    with pytest.raises(FormatError, match="is no Excel workbook"):
        telephone_se.read(tmp_path)


def test_the_persuader_is_the_other_side_and_honest(tmp_path):
    corpora.persuasionforgood(tmp_path / "p")
    first, second = persuasionforgood.read(tmp_path / "p")
    assert (first.id, second.id, first.hostile) == ("d1", "d2", False)
    assert [m.other for m in first.messages] == [True, False, True, False]


def test_sentences_carry_a_strategy_or_none(tmp_path):
    corpora.persuasionforgood(tmp_path / "p")
    read = persuasionforgood.sentences(tmp_path / "p")
    assert len(read) == 80
    assert [s.strategy for s in read[:4]] == ["non-strategy", "non-strategy", "credibility-appeal", "emotion-appeal"]
    assert [s.act for s in read[:2]] == ["greeting", None]


@pytest.mark.parametrize(
    ("head", "row", "said"),
    [
        (["B2", "B4", "Turn", "Unit"], ["d", 0, 0, "x"], "has no column 'er_label_1'"),
        (["B2", "B4", "Turn", "Unit", "er_label_1"], ["d", 5, 0, "x", "y"], ":2: B4 is 5"),
        (["B2", "B4", "Turn", "Unit", "er_label_1"], ["d", 0, "late", "x", "y"], ":2: Turn is 'late'"),
    ],
)
def test_sentences_of_another_layout_are_named(tmp_path, head, row, said):
    corpora.workbook(tmp_path / "300_dialog.xlsx", [head, row])
    with pytest.raises(FormatError) as error:
        persuasionforgood.sentences(tmp_path)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"), [("Unit,B2\nx,d\n", "no column 'B4'"), ("Unit,B4,B2\nx,7,d\n", ":2: B4 is '7'")]
)
def test_dialogues_of_another_layout_are_named(tmp_path, text, said):
    (tmp_path / "full_dialog.csv").write_text(text)
    with pytest.raises(FormatError) as error:
        persuasionforgood.read(tmp_path)
    assert said in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"300_dialog\.xlsx: cannot be read"):
        persuasionforgood.sentences(tmp_path)


def test_calls_hold_the_scores_of_the_caller_and_the_place_of_the_leak(tmp_path):
    threat = [{"scores": [0.1, 0.9], "leak": 2}, {"scores": [0.2, 0.3], "leak": None}]
    benign = [{"scores": [0.0, 0.0]}, {"scores": [0.5, 0.5], "status": "error"}]
    corpora.neal_logan(tmp_path, threat, benign)
    calls = neal_logan.read(tmp_path)
    assert [c.hostile for c in calls] == [True, True, False]
    assert calls[0].scores["balanced"] == [0.1, 0.9]
    assert (calls[0].leak, calls[0].leak_turn) == (1, 2)
    assert calls[1].leak is None


def test_scores_that_are_no_numbers_are_named(tmp_path):
    corpora.neal_logan(tmp_path, [{"scores": ["x"]}], [])
    with pytest.raises(FormatError, match=r"threat_detection_metadata\.xlsx:2: .*scores are JSON lists"):
        neal_logan.read(tmp_path)


def test_irregular_records_of_seconvo_are_read(tmp_path):
    corpora.seconvo(tmp_path / "s")
    first, second = seconvo.read(tmp_path / "s")
    assert (first.id, second.id) == ("annotated_test-7", "annotated_test-7#2")
    assert (first.hostile, second.hostile) == (True, False)
    assert [(m.other, m.disclosure) for m in first.messages] == [(True, False), (False, True), (True, False)]
    assert [(m.other, m.place, m.text) for m in second.messages] == [
        (False, 1, "Hello."),
        (True, 2, "Good day to you."),
    ]


@pytest.mark.parametrize(
    ("whole", "said"),
    [
        ({"Conversations": 3}, "no list `Conversations`"),
        ({"Conversations": ["x"]}, "record 0: is 'x'"),
        ({"Conversations": [{"GroundTruth": {"IsMalicious": True}}]}, "record 0: has no list `Conversation`"),
        ({"Conversations": [{"Conversation": []}]}, "record 0: IsMalicious is None"),
    ],
)
def test_seconvo_of_another_layout_is_named(tmp_path, whole, said):
    (tmp_path / "annotated_train.json").write_text(json.dumps(whole))
    with pytest.raises(FormatError) as error:
        seconvo.read(tmp_path)
    assert said in str(error.value)


def test_no_files_of_seconvo_is_no_conversations(tmp_path):
    assert seconvo.read(tmp_path) == []
