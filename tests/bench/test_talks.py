"""Conversations as every reader makes them, and the authored ones."""

from __future__ import annotations

import pytest

from counterlure.bench import talks
from counterlure.errors import FormatError, InputError
from tests.bench import corpora
from tests.bench.corpora import talk


def test_prefixes_end_with_each_message_of_the_other_side():
    one = talk("a", "hello", "<hi", "<who?", "me", "<bye")
    assert [[m.text for m in prefix.messages] for prefix in one.prefixes()] == [
        ["hello"],
        ["hello", "hi", "who?", "me"],
    ]


def test_a_disclosure_is_placed_by_the_messages_before_it():
    assert talk("a", "hello", "<hi", "tell me", "<!the secret", "thanks").disclosed_after() == 2
    assert talk("a", "hello", "<hi").disclosed_after() is None
    assert talk("a", "!hello").disclosed_after() is None


def test_a_conversation_is_cut_after_the_message_that_fills_the_words():
    one = talk("a", "one two", "<many words that do not count", "three four", "five")
    assert len(one.until_words(3).messages) == 3
    assert one.until_words(99) is one


def test_openings_are_alike_whatever_their_case_and_spaces():
    assert talk("a", "<x", "Hello  You").opening == talk("b", "hello you").opening == "hello you"
    assert talk("a", "<x").opening == ""


def test_the_authored_pairs_are_read_in_order(tmp_path):
    corpora.pairs(tmp_path)
    corpora.pairs(tmp_path, language="fr")
    read = talks.pairs(tmp_path, "dev")
    assert [(t.id, t.source, t.hostile) for t in read] == [
        ("en-a01-t", "pairs.dev", True), ("en-a01-h", "pairs.dev", False),
        ("fr-a01-t", "pairs.dev", True), ("fr-a01-h", "pairs.dev", False),
    ]  # fmt: skip
    assert all(t.source.startswith(talks.AUTHORED) for t in read)
    assert [t.language for t in read] == ["en", "en", "fr", "fr"]
    assert read[0].pair == read[1].pair == "en-a01"
    assert read[0].disclosed_after() == 2
    assert talks.pairs(tmp_path, "dev2") == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{not json", "is no conversation"),
        ('{"id": "x", "pair": null, "turns": "no", "language": "en", "messages": []}', "turns"),
        (
            '{"id": "x", "pair": null, "turns": true, "language": "en",'
            ' "messages": [{"from": "me", "text": "a", "disclosure": false, "stages": []}]}',
            "from is 'me'; give `other` or `target`",
        ),
    ],
)
def test_a_bad_line_is_named_with_file_line_value_and_remedy(tmp_path, line, said):
    corpora.pairs(tmp_path)
    file = tmp_path / "pairs.en.dev.jsonl"
    file.write_text(file.read_text(encoding="utf-8") + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"pairs\.en\.dev\.jsonl:4: ") as error:
        talks.pairs(tmp_path, "dev")
    assert said in str(error.value)


def test_a_message_keeps_the_stages_its_author_gave_it(tmp_path):
    corpora.pairs(tmp_path)
    hostile, honest = talks.pairs(tmp_path, "dev")
    assert [m.stages for m in hostile.others] == [(), tuple(corpora.ASKS), tuple(corpora.ASKS)]
    assert [m.stages for m in honest.others] == [(), ()]
    assert talk("a", "hello").others[0].stages is None


def test_a_file_that_is_no_text_is_named(tmp_path):
    (tmp_path / "pairs.en.dev.jsonl").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(InputError, match=r"cannot be read .*fetch the corpus again"):
        talks.pairs(tmp_path, "dev")


def test_ids_that_occur_twice_are_told_apart():
    assert [t.id for t in talks.numbered([talk("a", "x"), talk("a", "y"), talk("b", "z")])] == ["a", "a#2", "b"]
