"""One thread as the tracker reads it: turns in order, each with the rules it matches."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from typing import NamedTuple

from counterlure.detect.conversation.complete import Hit
from counterlure.detect.conversation.matcher import Matcher
from counterlure.detect.places import Cited
from counterlure.model import Evidence
from counterlure.text import quote

# Ways of asking for something, strongest first.
ASKS = (
    "login_asked", "identity_papers", "third_party_contacts", "sensitive_request", "internal_topic", "tasking",
    "probing",
)  # fmt: skip


class Turn(NamedTuple):
    """One message: who wrote it, when (UTC epoch seconds or None), where it stands, its flags and its text."""

    sender: int
    at: int | None
    source: int
    line: int
    flags: int
    text: str


class Mark(NamedTuple):
    """A tag shown by one turn; `start` and `end` are offsets into its text."""

    turn: int
    tag: str
    start: int
    end: int


def in_time(turns: list[Turn]) -> list[Turn]:
    """Turns as the case sorts them, by time, with the undated ones moved from the front to the end."""
    undated = sum(turn.at is None for turn in turns) if turns and turns[0].at is None else 0
    return turns[undated:] + turns[:undated] if undated else turns


def marks(
    turns: Iterable[Turn],
    outsider: int,
    targets: Container[int],
    match: Matcher,
    names: Callable[[], Iterable[str]],
) -> list[Mark]:
    """Tags in order of appearance, from what the outsider wrote and what the targets answered.

    Somebody else's words do not count: those of another outsider in the thread, a quotation, and every hostile word of
    a message that warns of it.
    """
    found: list[Mark] = []
    for index, turn in enumerate(turns):
        if turn.sender != outsider and turn.sender not in targets:
            continue
        hits = match.hits(turn.text, names)
        if not hits:
            continue
        side = "other" if turn.sender == outsider else "target"
        mine = [hit for hit in hits if hit.rule.by in ("any", side)]
        warns = [hit for hit in mine if hit.rule.tag == "quotes_warning"]
        kept = warns or strongest([hit for hit in mine if not hit.quoted])
        found += [Mark(index, hit.rule.tag, hit.start, hit.end) for hit in kept]
    return found


def strongest(hits: list[Hit]) -> list[Hit]:
    """Hits without the weaker of two requests that the same words show.

    Words count once: one sentence that asks for a document is not probing, tasking and a sensitive request at a time.
    """
    asks = [(ASKS.index(hit.rule.tag), hit) for hit in hits if hit.rule.tag in ASKS]
    weaker = {
        id(hit)
        for rank, hit in asks
        if any(other < rank and hit.start < rival.end and rival.start < hit.end for other, rival in asks)
    }
    return [hit for hit in hits if id(hit) not in weaker]


def evidence(turn: Turn, mark: Mark, cited: Cited, stage: str | None) -> Evidence:
    """Where to check a mark: file and line, and the words themselves."""
    return Evidence(cited.source, quote(turn.text, mark.start, mark.end), turn.at, stage, cited.target)
