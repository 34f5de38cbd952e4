"""The protocol for the LinkedIn data set on stand-ins: chance where only leaks differ, and not where words do."""

from __future__ import annotations

import io
import json
import random
import re

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from counterlure.bench.profiles import dataset, leaks, measures, regimes, run, show, templates, words
from counterlure.bench.profiles.dataset import CLASSES, HAND_MADE, HONEST, LLM, NUMBERS, Profile
from counterlure.bench.profiles.features import table
from counterlure.bench.profiles.words import Written
from counterlure.errors import InputError, MissingExtra
from tests.bench.linkedin_standin import COUNTS, file_of, rows

SEED = 5
FAKES = (HAND_MADE, *LLM)


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    """Data sets by whether fakes differ in more than the leaks."""
    pytest.importorskip("sklearn", reason="the extra `bench` is not installed")
    folder = tmp_path_factory.mktemp("profiles")
    return {real: dataset.read(file_of(folder, rows(SEED, real=real)), any_file=True) for real in (False, True)}


@pytest.fixture(scope="module")
def documents(sets):
    """The protocol on both."""
    return {real: run.measure(data, "x.pcl") for real, data in sets.items()}


def test_leaks_alone_reach_no_more_than_chance(documents):
    right = []
    for regime in documents[False]["regimes"]:
        honest = regime["classes"][HONEST]
        for name in FAKES:
            own = regime["classes"][name]
            n, m = own["templates"]["n"], honest["rows"]["n"]
            error = ((n + m + 1) / (12 * n * m)) ** 0.5  # of an AUC of one half (Mann and Whitney 1947)
            assert abs(own["auc"] - 0.5) <= 3 * error, (regime["name"], name)
            assert 0.005 <= own["honest_alike"] <= 0.04
            assert own["templates"]["high"] >= 1 - own["honest_alike"], (regime["name"], name)
            right.append(own["right"]["0.01"])
    assert sum(right) / len(right) < 0.015, "one in a hundred is chance"


def judged(profiles, left_out_numbers=None, template=None) -> dict:
    """The classes under the regime that trains on all fakes, with some block taken away."""
    pytest.importorskip("sklearn", reason="the extra `bench` is not installed")
    found = templates.templates(profiles) if template is None else template
    numbers = leaks.constants(profiles) if left_out_numbers is None else left_out_numbers
    whole = regimes.Rows(profiles, table(profiles, numbers), found, templates.folds(profiles, found))
    return measures.measured(profiles, found, regimes.unusual(whole, regimes.REGIMES[-1], lambda _: None))["classes"]


def mean_auc(classes, names=FAKES) -> float:
    """Mean over classes."""
    return sum(classes[name]["auc"] for name in names) / len(names)


def test_the_leaks_are_there_and_are_named(sets):
    told = leaks.report(sets[False].profiles, {})
    assert told["headless_and_says"] == COUNTS[10] + COUNTS[11]
    assert {"Number of Interests", "Number of Activities", "Number of Courses"} <= told["constants"].keys()
    assert "Number of Experiences" not in told["constants"] and "Number of Skills" not in told["constants"]


def test_constants_of_a_class_let_in_would_tell(sets):
    assert mean_auc(judged(sets[False].profiles, left_out_numbers=()), LLM) > 0.9


def test_rows_of_every_kind_judged_together_would_tell_by_what_is_missing(monkeypatch, tmp_path):
    """Seven of ten honest rows have no text about themselves that is read; rows of an LLM always have one."""
    profiles = dataset.read(file_of(tmp_path, rows(SEED, foreign=0.7)), any_file=True).profiles
    assert abs(mean_auc(judged(profiles)) - 0.5) < 0.08

    def together(profiles):
        return [(True, True)], np.zeros(len(profiles), np.int64)

    monkeypatch.setattr(regimes, "kinds_of", together)
    monkeypatch.setattr(measures, "kinds_of", together)
    assert mean_auc(judged(profiles)) > 0.65


@pytest.mark.parametrize(
    ("block", "instead", "auc"), [("language_of", lambda _: words.READ, 0.62), ("_masked", None, 0.95)]
)
def test_text_in_other_languages_and_names_let_in_would_tell(sets, monkeypatch, tmp_path, block, instead, auc):
    def unmasked(text, _own):
        return words._Masked([word.lower() for word, _ in words._tokens(text)], [], set(), text)

    monkeypatch.setattr(words, block, instead or unmasked)
    profiles = dataset.read(file_of(tmp_path, rows(SEED)), any_file=True).profiles
    assert mean_auc(judged(profiles)) > auc


def test_templates_on_both_sides_would_tell_and_on_one_do_not(sets, tmp_path):
    """All fakes made by hand share a template, and nothing else tells them apart."""
    given_rows = rows(SEED, counts={0: 300, 1: 120}, sharing=1)
    profiles = dataset.read(file_of(tmp_path, given_rows), any_file=True).profiles
    assert mean_auc(judged(profiles, template=np.arange(len(profiles))), (HAND_MADE,)) > 0.8
    assert mean_auc(judged(profiles), (HAND_MADE,)) < 0.65


def test_real_differences_are_found_in_every_class(documents):
    for regime in documents[True]["regimes"]:
        assert regime["classes"][HONEST]["rows"]["share"] >= 0.95
        for name in FAKES:
            assert regime["classes"][name]["auc"] > 0.95, (regime["name"], name)
            assert regime["classes"][name]["rows"]["share"] < 0.3, (regime["name"], name)


def test_the_same_file_in_another_order_gives_the_same_document(sets, documents, tmp_path):
    mixed = rows(SEED)
    random.Random(1).shuffle(mixed)
    again = run.measure(dataset.read(file_of(tmp_path, mixed), any_file=True), "x.pcl")
    assert {**again, "file": None} == {**documents[False], "file": None}


def profile(label: str, *parts: str, content: str = "") -> Profile:
    """A row that is nothing but its class and its texts."""
    written = Written((), (), frozenset(), (True, True), parts)
    return Profile(label, written, (None,) * len(NUMBERS), False, False, content or repr((label, parts)))


SYLLABLES = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in "lmnrst"]


def sentence(seed: int, many: int = 30) -> str:
    """Words in an order that no other seed gives."""
    return " ".join(random.Random(seed).choices(SYLLABLES, k=many))


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(CLASSES), st.integers(0, 12), st.integers(0, 3)), min_size=1, max_size=60))
def test_a_template_is_never_on_both_sides_of_a_split(drawn):
    """Rows drawn as (class, template, how it was changed): one word of thirty is another name each time."""
    given_rows = []
    for label, seed, change in drawn:
        text = sentence(seed).split()
        text[7] = SYLLABLES[change]
        given_rows.append(profile(label, " ".join(text)))
    template = templates.templates(given_rows)
    fold = templates.folds(given_rows, template)
    for at, (_, seed, _) in enumerate(drawn):
        for other, (_, same, _) in enumerate(drawn):
            assert (template[at] == template[other]) == (seed == same)
            assert seed != same or fold[at] == fold[other]
    assert set(fold.tolist()) <= set(range(templates.FOLDS))


def test_rows_are_of_one_template_by_way_of_others_and_short_parts_never_link():
    chain = [profile(HONEST, sentence(1), sentence(2)), profile(HAND_MADE, sentence(2), sentence(3))]
    chain += [profile(HAND_MADE, sentence(3)), profile(HONEST, sentence(4)), profile(HONEST)]
    assert templates.templates(chain).tolist() == [0, 0, 0, 1, 2]
    assert templates.sizes(chain, templates.templates(chain))[HAND_MADE] == {
        "profiles": 2, "templates": 1, "sharing": 2, "largest": 2,
    }  # fmt: skip
    assert templates.templates([]).tolist() == []


def test_classes_are_spread_over_the_folds(sets):
    profiles = sets[False].profiles
    fold = templates.folds(profiles, templates.templates(profiles))
    for label, n in zip(CLASSES, COUNTS.values(), strict=True):
        held = np.bincount(fold[[own.label == label for own in profiles]], minlength=templates.FOLDS)
        assert held.max() - held.min() <= 0.1 * n + 4


@pytest.mark.parametrize(("llm", "least", "most"), [(0, 0, 0), (20, 20, 20), (None, 110, 130)])
def test_each_model_learns_from_the_fakes_that_its_regime_says_and_judges_none_of_them(
    sets, monkeypatch, llm, least, most
):
    learned = []

    def shares(given_rows, models, test, *, text):
        learned.append([sum(given_rows.profiles[row].label in LLM for row in model.train) for model in models])
        assert all(not set(model.train) & {*model.honest, *test} for model in models)
        return np.ones((test.size, len(models)))

    monkeypatch.setattr(regimes, "_shares", shares)
    profiles = sets[False].profiles
    template = templates.templates(profiles)
    whole = regimes.Rows(profiles, table(profiles, ()), template, templates.folds(profiles, template))
    regimes.unusual(whole, regimes.Regime("x", "x", llm), lambda _: None)
    by_fold = np.array(learned).reshape(templates.FOLDS, -1, templates.FOLDS - 1).sum(axis=1)
    assert least <= by_fold.min() and by_fold.max() <= most


def test_the_interval_is_that_of_clopper_and_pearson():
    # Published values: 0 of 10, 5 of 10 and 81 of 263 (Agresti and Coull 1998 for the last but its digits).
    assert measures.interval(0, 10) == pytest.approx((0, 0.3085), abs=1e-4)
    assert measures.interval(10, 10) == pytest.approx((0.6915, 1), abs=1e-4)
    assert measures.interval(5, 10) == pytest.approx((0.1871, 0.8129), abs=1e-4)
    assert measures.share(0, 0) is None


@given(st.integers(1, 200), st.data())
def test_the_interval_holds_the_share_and_narrows(n, data):
    hits = data.draw(st.integers(0, n))
    low, high = measures.interval(hits, n)
    assert 0 <= low <= hits / n <= high <= 1
    wide = measures.interval(hits, n, 0.99)
    assert wide[0] <= low and high <= wide[1]


def test_a_template_counts_once_beside_its_rows():
    own = [profile(HONEST), profile(HAND_MADE), profile(HAND_MADE), profile(HAND_MADE), profile(HAND_MADE)]
    unusual = np.array([[0.5] * 4, [0.5] * 4, [0.5] * 4, [0.5] * 4, [0.01, 0.02, 0.01, 0.5]])
    found = measures.measured(own, np.array([0, 1, 1, 1, 2]), unusual)
    made = found["classes"][HAND_MADE]
    assert made["rows"]["share"] == pytest.approx((3 + 0.25) / 4)
    assert made["templates"]["share"] == pytest.approx((1 + 0.25) / 2)
    assert (made["rows"]["n"], made["templates"]["n"]) == (4, 2)
    assert made["auc"] == pytest.approx((1 + 3 * 0.5) / 4)
    assert found["accuracy_llm"] is None and found["classes"][LLM[0]]["rows"] is None


def test_honest_rows_of_kinds_that_a_class_has_not_make_its_alarms_no_better():
    """Half the honest rows have no text and are never rejected; of the other half a tenth is, as of the fakes."""
    silent = Written((), (), frozenset(), (False, False), ())
    own = [profile(HONEST)] * 10 + [profile(HONEST)._replace(written=silent)] * 10 + [profile(LLM[0])] * 10
    unusual = np.full((30, 4), 0.5)
    unusual[[0, 20]] = 0.01
    found = measures.measured(own, np.arange(30), unusual)
    assert found["classes"][LLM[0]]["honest_alike"] == pytest.approx(0.1)
    assert found["classes"][LLM[0]]["right"]["0.01"] == pytest.approx(0.01)
    assert found["accuracy_llm"] == pytest.approx(0.5)
    assert found["classes"][HONEST]["rows"]["share"] == pytest.approx(0.95)


def test_rows_of_a_kind_too_rare_to_learn_from_are_accepted_and_counted():
    own = [profile(HONEST), profile(HAND_MADE)]
    found = measures.measured(own, np.array([0, 1]), np.full((2, 4), np.nan))
    assert [found["classes"][name]["rows"]["share"] for name in (HONEST, HAND_MADE)] == [1, 1]
    assert [found["classes"][name]["unjudged"] for name in (HONEST, HAND_MADE)] == [1, 1]
    assert found["classes"][HAND_MADE]["auc"] is None and found["classes"][HAND_MADE]["right"] == {
        "0.01": None,
        "0.001": None,
    }


def test_the_best_published_point_leaves_few_right_at_a_real_base_rate(documents):
    right = documents[True]["best_point"]["right"]
    assert round(right["0.01"], 2) == 0.29
    assert round(right["0.001"], 3) == 0.039


def test_published_figures_stand_for_every_regime_with_their_source():
    assert run.published()["regimes"].keys() == {regime.name for regime in regimes.REGIMES}
    for entries in run.published()["regimes"].values():
        for entry in entries:
            assert re.search(r"arXiv \d{4}\.\d{5}|replication", entry["system"])
            for key, value in entry.items():
                if key not in ("system", "accuracy_llm"):
                    assert 0 <= value[0] <= value[1] <= 1


def shown(document) -> str:
    """The document as a terminal of 120 columns has it."""
    written = io.StringIO()
    show.show(Console(width=120, file=written, soft_wrap=True), document)
    return written.getvalue()


def test_every_figure_of_another_file_says_so_and_none_stands_beside_a_published_one(documents):
    text = shown(documents[True])
    for line in filter(None, text.splitlines()):
        if re.search(r"\d", line) and "95 %" not in line and " % fake " not in line:
            assert line.rstrip().endswith(f"[{run.NOT_PUBLISHED}]") or line.startswith("  published: "), line
    assert "…" not in text
    assert "published  " not in text
    assert all(regime["mark"] == run.NOT_PUBLISHED for regime in documents[True]["regimes"])


def test_figures_of_the_published_file_stand_beside_the_published_ones(sets):
    document = run.measure(sets[True]._replace(published=True), "x.pcl")
    text = shown(document)
    assert run.NOT_PUBLISHED not in text and "…" not in text
    hand_made, llm, _, honest = re.split(r"AUC +published\n", text)[3].splitlines()[:4]
    assert hand_made.endswith("4.4 to 7.2 %") and llm.endswith("0.0 to 1.5 %") and honest.endswith("1.5 to 3.7 %")
    assert "54.0 to 84.0 %" in text and "about 70 %" in text and "about 90 %" in text


def test_no_text_of_the_file_is_in_the_document(documents):
    text = json.dumps(documents[True])
    assert "Ostmark" not in text and "warehouse" not in text and "leverage" not in text


def test_too_few_rows_are_refused(sets):
    few = sets[False]._replace(profiles=[own for own in sets[False].profiles if own.label != HAND_MADE])
    with pytest.raises(InputError, match="0 rows are hand_made, and at least 20"):
        run.measure(few, "x.pcl")


def test_a_file_without_llm_made_rows_is_measured_without_them(sets):
    some = sets[True]._replace(profiles=[own for own in sets[True].profiles if own.label not in LLM])
    document = run.measure(some, "x.pcl")
    assert [regime["accuracy_llm"] for regime in document["regimes"]] == [None] * 3
    assert "LLM (10) accepted" in shown(document)


def test_where_nothing_is_left_to_tell_by_everything_is_accepted(sets):
    own = [profile(label, content=f"{label}{i}") for label in (HONEST, HAND_MADE) for i in range(100)]
    document = run.measure(sets[False]._replace(profiles=own), "x.pcl")
    assert document["leaks"]["constants"].keys() == set(NUMBERS)
    for regime in document["regimes"]:
        assert regime["classes"][HAND_MADE]["rows"]["share"] == regime["classes"][HONEST]["rows"]["share"] == 1
        assert regime["classes"][HAND_MADE]["auc"] == 0.5


def test_the_command_prints_and_writes_the_same_document(sets, documents, tmp_path, monkeypatch):
    from counterlure.cli.app import app

    file = file_of(tmp_path, rows(SEED, real=True))
    monkeypatch.setattr(run, "measure", lambda data, source, tell: documents[True])
    arguments = ["bench", "profiles", "--data", str(file), "--any-file"]
    ended = CliRunner().invoke(app, arguments)
    assert ended.exit_code == 0 and "no profile is called fake" in ended.stdout
    as_json = CliRunner().invoke(app, [*arguments, "--json"])
    assert json.loads(as_json.stdout) == msgspec.json.decode(msgspec.json.encode(documents[True]))
    assert json.loads(as_json.stdout)["schema"] == run.SCHEMA


def test_without_the_file_the_command_ends_with_1_and_says_what_it_is(tmp_path, monkeypatch, capsys):
    from counterlure import cli

    for place, said in ((tmp_path / "no.pcl", "is not there"), (tmp_path, "is a folder")):
        monkeypatch.setattr("sys.argv", ["counterlure", "bench", "profiles", "--data", str(place)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 1
        errors = capsys.readouterr().err
        assert said in errors and dataset.SHA256 in errors and "never redistributed" in errors


def test_without_scikit_learn_the_extra_is_named(sets, monkeypatch):
    def absent(_part):
        raise MissingExtra("install counterlure[bench]")

    monkeypatch.setattr("counterlure.bench.profiles.features.sklearn", absent)
    with pytest.raises(MissingExtra, match="bench"):
        run.measure(sets[True], "x.pcl")
