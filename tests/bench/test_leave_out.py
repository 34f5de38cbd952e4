"""Cells that leave one hostile and one benign source out."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from counterlure.bench import early, leave_out
from counterlure.bench.ranker import Ranker
from counterlure.bench.talks import Talk
from tests.bench.corpora import talk

TALKS = [
    talk("a1", "pay me", source="a"),
    talk("a2", "pay me now", source="a"),
    talk("b1", "your data is ours", source="b"),
    talk("b2", "Pay  me", source="b"),
    talk("p1", "hello", hostile=False, source="pairs.dev"),
    talk("p2", "pay me", hostile=False, source="pairs.dev")._replace(language="fr"),
    talk("c1", "nice weather", hostile=False, source="c"),
]


def by_word(trained: list[list[str]]):
    """A trainer that remembers what it saw and tells by the word `pay`."""

    def trainer(train: Sequence[Talk]) -> Ranker:
        trained.append([one.id for one in train])
        return lambda talks: [float("pay" in one.others[-1].text.lower()) for one in talks]

    return trainer


def test_every_pair_of_sources_is_left_out_once():
    trained: list[list[str]] = []
    found = leave_out.cells(TALKS, by_word(trained))
    cells = [("a", "c"), ("a", "pairs.dev"), ("b", "c"), ("b", "pairs.dev")]
    assert [(c["hostile"], c["benign"], c["words"]) for c in found["cells"]] == [
        (*cell, words) for cell in cells for words in leave_out.WORDS
    ]
    assert len(trained) == len(cells), "one training for all numbers of words"


def test_a_conversation_is_read_as_far_as_the_row_says():
    long = talk("a1", " ".join(["word"] * 120), "pay", " ".join(["word"] * 130), "pay", source="a")
    seen: list[list[int]] = []

    def trainer(_train):
        def ranker(talks):
            seen.append([len(one.others) for one in talks])
            return [float(len(one.others)) for one in talks]

        return ranker

    found = leave_out.cells([long, talk("c1", "nice weather", hostile=False, source="c")], trainer)
    assert seen == [[1, 1], [3, 1], [4, 1]]
    assert [m["words"] for m in found["means"]] == [120, 250, 100_000]
    assert [m["auc"] for m in found["means"]] == [0.5, 1.0, 1.0]


def test_training_holds_neither_source_nor_a_copy_of_an_opening():
    trained: list[list[str]] = []
    leave_out.cells(TALKS, by_word(trained))
    assert trained[0] == ["b1", "p1"]  # a and c are out; b2 and p2 open like a1
    assert trained[3] == ["a2", "c1"]  # b and pairs.dev are out; a1 opens like b2 and p2


def test_means_are_over_cells_and_business_apart():
    found = leave_out.cells(TALKS, by_word([]))
    whole = found["cells"][2::3]
    auc = {(c["hostile"], c["benign"]): c["auc"] for c in whole}
    assert auc == {("a", "c"): 1.0, ("a", "pairs.dev"): 0.75, ("b", "c"): 0.75, ("b", "pairs.dev"): 0.5}
    assert [(c["train"], c["test"]) for c in whole] == [(2, 3), (2, 4), (2, 3), (2, 4)]
    assert found["recall_at_least"] == 0.80
    mean = found["means"][-1]
    assert mean["auc"] == 0.75
    assert mean["business_auc_all"] == 0.625
    assert mean["business_false_all"] == 0.75  # 1 of 2 at the threshold of a, both at that of b


def test_languages_are_counted_apart_and_a_missing_side_is_no_figure():
    mean = leave_out.cells(TALKS, by_word([]))["means"][-1]
    # Hostile ones are English, so the English honest one alone stands against them.
    assert (mean["business_auc_en"], mean["business_false_en"]) == (0.875, 0.5)
    assert (mean["business_auc_fr"], mean["business_false_fr"]) == (None, None)


def test_without_authored_sets_there_is_no_honest_business():
    mean = leave_out.cells([one for one in TALKS if one.source != "pairs.dev"], by_word([]))["means"][0]
    assert mean["auc"] == 0.875
    assert mean["business_auc_all"] is None


def test_progress_is_told():
    told = []
    leave_out.cells(TALKS, by_word([]), lambda *what: told.append(what))
    assert told[-1] == ("leave sources out", 4, 4)


@given(
    st.lists(st.tuples(st.sampled_from([0.1, 0.4, 0.7]), st.booleans()), min_size=2, max_size=20),
    st.sampled_from([0.5, 0.8, 1.0]),
)
def test_the_threshold_keeps_the_recall_and_is_the_highest_that_does(rows, recall):
    scores, hostile = zip(*rows, strict=True)
    found = early.false_rate_at(scores, hostile, recall)
    above = [s for s, own in rows if own]
    benign = [s for s, own in rows if not own]
    if not above or not benign:
        assert found is None
        return
    kept = [t for t in set(above) if sum(s >= t for s in above) >= recall * len(above)]
    assert found == sum(s >= max(kept) for s in benign) / len(benign)
