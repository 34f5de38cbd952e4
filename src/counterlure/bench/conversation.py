"""The benchmark of conversations: every corpus that is there, measured, in one document.

Part by part as `PARTS` lists them; a corpus that is absent or cannot be read is named, and the rest still runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from counterlure.bench import (
    early,
    extortion,
    leave_out,
    neal_logan,
    persuasionforgood,
    ransomchats,
    reproduction,
    seconvo,
    sides,
    strategies,
    telephone_se,
    train,
)
from counterlure.bench.published import published
from counterlure.bench.ranker import Trainer
from counterlure.bench.scorer import Scored, Scorer, Tell, base_rate, by_judgement, judge, silent
from counterlure.bench.talks import DEVELOPMENT, Talk, pairs
from counterlure.errors import InputError, MissingExtra

REMEDY = "docs/benchmarks.md says where it comes from"
SCHEMA = "counterlure/bench-conversation/1"
EARLY_MESSAGES = 5
"""Messages of both sides after which the paper gives its early figure."""


class Setting(NamedTuple):
    """Where the corpora are, which set of authored conversations is judged, and by what.

    trainer : makes a ranker from conversations, for the cells that leave sources out.
    base : base rate at which the scorer states its likelihoods.
    """

    data: Path
    corpus: Path
    name: str
    scorer: Scorer
    trainer: Trainer
    base: float
    tell: Tell


def run(
    data: Path, corpus: Path, name: str, *, scorer: Scorer | None = None, trainer: Trainer | None = None,
    base: float | None = None, tell: Tell = silent,
) -> dict[str, Any]:  # fmt: skip
    """Every part whose corpus is there, as one document of plain values.

    `absent` names the parts that did not run, why, and whether their corpus is there and of no use; `found` counts
    what was read.

    scorer, base : the shipped judgement where None; trainer : that judgement with a second opinion learned anew.

    Raises
    ------
    InputError : there is no corpus at all.
    """
    default: Scorer = lambda talks: by_judgement(talks, tell)  # noqa: E731
    setting = Setting(
        data, corpus, name, scorer or default, trainer or train.trainer(corpus),
        base_rate() if base is None else base, tell,
    )  # fmt: skip
    done: dict[str, Any] = {"schema": SCHEMA, "set": name, "found": {}, "absent": [], "parts": {}}
    for part in PARTS:
        tell(part.title, 0, 0)
        try:
            loaded = part.load(setting)
            if loaded:
                done["parts"][part.name] = part.measure(setting, loaded)
                done["found"][part.name] = len(loaded)
                continue
            absent = {"reason": f"{part.place(setting)}: not there; {REMEDY}", "damaged": False}
        except InputError as fault:
            absent = {"reason": str(fault), "damaged": True}
        except MissingExtra as fault:
            absent = {"reason": str(fault), "damaged": False}
        done["absent"].append({"part": part.name, **absent})
    if not done["found"]:
        reasons = "; ".join(entry["reason"] for entry in done["absent"][:3])
        raise InputError(str(data), f"no corpus to measure on: give the folder that holds them with --data ({reasons})")
    return done


def _pairs(setting: Setting, talks: Sequence[Talk]) -> dict[str, Any]:
    scored = setting.scorer(talks)
    whole: dict[str, Any] = {}
    for language in (*sorted({talk.language for talk in talks}), "all"):
        chosen = [i for i, talk in enumerate(talks) if language in (talk.language, "all")]
        whole[language] = sides.measured([talks[i] for i in chosen], [scored[i] for i in chosen], setting.base)
    return whole


def _reproduce(_setting: Setting, calls: Sequence[neal_logan.Call]) -> dict[str, Any]:
    return reproduction.reproduce(calls)


def _extortion(setting: Setting, talks: Sequence[Talk]) -> dict[str, Any]:
    return extortion.dated(talks, judge(talks, setting.tell))


def _alerts(setting: Setting, talks: Sequence[Talk]) -> dict[str, Any]:
    return sides.alerts([talk.hostile for talk in talks], [own.alarm for own in setting.scorer(talks)])


def _leave_out(setting: Setting, talks: Sequence[Talk]) -> dict[str, Any]:
    return {**leave_out.cells(talks, setting.trainer, setting.tell), "printed": published()["leave_out"]}


def _strategies(setting: Setting, sentences: Sequence[persuasionforgood.Sentence]) -> dict[str, Any]:
    return {**strategies.cross_validated(sentences, setting.tell), "printed": published()["strategies"]}


def _seconvo(setting: Setting, talks: Sequence[Talk]) -> dict[str, Any]:
    scored = setting.scorer(talks)
    return {
        "test": _both_f1(talks, scored),
        "early": _both_f1(talks, scored, EARLY_MESSAGES),
        "printed": published()["seconvo"],
    }


def _both_f1(talks: Sequence[Talk], scored: Sequence[Scored], messages: int | None = None) -> dict[str, Any]:
    """F1 of alerts on the test part, as far as it was seen after so many messages of both sides."""
    chosen = [i for i, talk in enumerate(talks) if talk.id.startswith("annotated_test")]
    if not chosen:
        return {"conversations": 0, "malicious_f1": None, "macro_f1": None}
    hostile = [talks[i].hostile for i in chosen]
    alarmed = [
        (alarm := scored[i].alarm) is not None
        and (messages is None or alarm <= sum(m.other for m in talks[i].messages[:messages]))
        for i in chosen
    ]
    return {
        "conversations": len(chosen),
        "malicious_f1": early.f1(alarmed, hostile, wanted=True),
        "macro_f1": early.macro_f1(alarmed, hostile),
    }


def _authored(setting: Setting) -> Path:
    return setting.corpus / f"pairs.*.{setting.name}.jsonl"


def _all_sources(setting: Setting) -> list[Talk]:
    """Authored development sets and public corpora; the held-out set never trains anything and is left aside."""
    authored = [talk for name in DEVELOPMENT for talk in pairs(setting.corpus, name)]
    folders = [folder for folder in READERS if (setting.data / folder).is_dir()]
    return [*authored, *(talk for folder in folders for talk in READERS[folder](setting.data / folder))]


READERS: dict[str, Callable[[Path], list[Talk]]] = {
    ransomchats.SOURCE: ransomchats.read,
    telephone_se.SOURCE: telephone_se.read,
    persuasionforgood.SOURCE: persuasionforgood.read,
    seconvo.SOURCE: seconvo.read,
}
"""Folder of each public corpus of conversations -> its reader."""


class Part(NamedTuple):
    """One part of the benchmark: what it reads, from where, and what it measures."""

    name: str
    title: str
    place: Callable[[Setting], Path]
    load: Callable[[Setting], Sequence[Any]]
    measure: Callable[[Setting, Any], dict[str, Any]]


def _public(name: str, title: str, folder: str, read: Callable[[Path], Sequence[Any]], measure: Any) -> Part:
    def load(setting: Setting) -> Sequence[Any]:
        return read(setting.data / folder) if (setting.data / folder).is_dir() else ()

    return Part(name, title, lambda setting: setting.data / folder, load, measure)


PARTS = (
    Part("pairs", "authored pairs", _authored, lambda setting: pairs(setting.corpus, setting.name), _pairs),
    _public("neal_logan", "published curve", neal_logan.SOURCE, neal_logan.read, _reproduce),
    _public("extortion", "extortion chats", ransomchats.SOURCE, ransomchats.read, _extortion),
    _public("telephone_se", "scam calls", telephone_se.SOURCE, telephone_se.read, _alerts),
    _public("persuasionforgood", "benign persuasion", persuasionforgood.SOURCE, persuasionforgood.read, _alerts),
    _public("seconvo", "SEConvo", seconvo.SOURCE, seconvo.read, _seconvo),
    Part("leave_out", "leave sources out", lambda s: s.data, _all_sources, _leave_out),
    _public("strategies", "persuasion strategies", persuasionforgood.SOURCE, persuasionforgood.sentences, _strategies),
)
"""In the order in which they run and are printed."""
