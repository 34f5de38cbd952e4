"""The conversations of an account as they are read: every message with what it shows beside it."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup, escape

from counterlure.model import Noted
from counterlure.report.figures import moment
from counterlure.report.outside import ADDRESS_LIMIT, visible
from counterlure.report.sentences import shows
from counterlure.workbench.access import Seat
from counterlure.workbench.screen import Screen

PART = 200
TEXT_LIMIT = 4_000


class Said(NamedTuple):
    """One message: who wrote it, when, the words with what they show marked, and the marks in words.

    anchor : where it stands on its page. gap : days since the message before it in the thread, None below two.
    """

    anchor: str
    side: str
    who: str
    when: str
    words: Markup
    margin: list[str]
    source: str
    gap: int | None
    opens: bool


class Talk(NamedTuple):
    """A part of the conversations; places: on which part, and under which anchor, each source row stands."""

    said: list[Said]
    part: int
    parts: int
    total: int
    places: dict[str, str]


def conversation(seat: Seat, screen: Screen, account: int, part: int) -> Talk:
    """Part number `part`, from 1; threads in which something is noted come first."""
    judged = seat.judged()
    told = seat.served.told(judged.run, account)
    parts = max(1, -(-len(told) // PART))
    part = min(part, parts)
    start = (part - 1) * PART
    targets = tuple(dict.fromkeys(line.target for line in told if line.target))
    writer = _Writer(screen, account, targets, seat.lang)
    said = [writer.said(told, place) for place in range(start, min(start + PART, len(told)))]
    places = {line.source: f"{'' if place // PART + 1 == part else f'?part={place // PART + 1}'}#m{place}"
              for place, line in enumerate(told)}  # fmt: skip
    return Talk(said, part, parts, len(told), places)


class _Writer:
    def __init__(self, screen: Screen, account: int, targets: tuple[str, ...], lang: str) -> None:
        self._screen, self._account, self._targets, self._lang = screen, account, targets, lang
        self._mask = screen.mask(account)

    def said(self, told: tuple[Noted, ...], place: int) -> Said:
        line, before = told[place], told[place - 1] if place else None
        opens = before is None or before.thread != line.thread
        gap = (
            None if opens or before is None or before.at is None or line.at is None else (line.at - before.at) // 86_400
        )
        who = (
            self._screen.account(self._account)
            if line.mine
            else self._screen.target(line.target)
            if line.target
            else ""
        )
        tags = dict.fromkeys(filter(None, (shows(tag, self._lang) for tag, _, _ in line.shows)))
        return Said(
            anchor=f"m{place}",
            side="mine" if line.mine else "theirs" if line.target else "other",
            who=who,
            when=moment(line.at, self._lang) if line.at is not None else "",
            words=self._marked(line),
            margin=list(tags),
            source=visible(line.source, ADDRESS_LIMIT),
            gap=gap if gap is not None and gap > 1 else None,
            opens=opens,
        )

    def _marked(self, line: Noted) -> Markup:
        """The words, escaped; what shows something is marked, and names are hidden after that."""
        text, parts, at = line.text[:TEXT_LIMIT], [], 0
        for start, end in _apart(line.shows, self._mask.places(text, self._targets), len(text)):
            told = dict.fromkeys(shows(tag, self._lang) for tag, a, b in line.shows if a < end and b > start)
            mark = Markup('<mark title="%s">%s</mark>') % (", ".join(filter(None, told)), self._plain(text[start:end]))
            parts += [self._plain(text[at:start]), mark]
            at = end
        parts.append(self._plain(text[at:]))
        if len(line.text) > TEXT_LIMIT:
            parts.append(Markup(" …"))
        return Markup("").join(parts)

    def _plain(self, text: str) -> Markup:
        shown = "\n".join(visible(one, TEXT_LIMIT) for one in self._mask.quote(text, self._targets).split("\n"))
        lead = " " if text[:1].isspace() and not shown.startswith("\n") else ""
        tail = " " if text[-1:].isspace() and not shown.endswith("\n") else ""
        return escape(f"{lead}{shown}{tail}" if shown else lead)


def _apart(shown: tuple[tuple[str, int, int], ...], names: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """The marked stretches without overlap, in order; none begins or ends inside a name, which could then be read."""
    kept: list[tuple[int, int]] = []
    for begin, stop in sorted({(start, min(end, length)) for _, start, end in shown}):
        start = min([begin, *(a for a, b in names if a < begin < b)])
        end = max([stop, *(b for a, b in names if a < stop < b)])
        if kept and start <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        elif start < end:
            kept.append((start, end))
    return kept
