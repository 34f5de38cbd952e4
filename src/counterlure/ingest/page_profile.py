"""The visible lines of a saved profile page as a profile, in English, French and German.

The name comes from the page's title, or in copied text from the mark of the distance ("· 3rd") below it, the line
shown twice, or a line "Name:". What stands below it is the headline; counters are read above the first section.
Pronouns, place and contact details are passed over.
"""

from __future__ import annotations

import re
from itertools import pairwise

from counterlure.case.addresses import profile_key
from counterlure.case.rows import PositionRow
from counterlure.errors import FormatError
from counterlure.ingest.captured import Shown, notes
from counterlure.ingest.counters import network, network_at_end, recommendations
from counterlure.ingest.page_lines import PageLine, PageText
from counterlure.ingest.page_open import SavedPage
from counterlure.ingest.page_roles import degrees, is_cut, roles
from counterlure.ingest.profile_words import ACTIVITY, EDUCATION, SUMMARY, WORK, plain, section_of
from counterlure.text import clean_text

NAME_CHARS = 150
HEADING_CHARS = 60
HEAD_LINES = 60
TOP_LINES = 500
_TITLE = re.compile(r"(?:\(\d{1,4}\+?\)\s)?(.{1,150}?)\s[|–-]\s(?:.{0,300}\s[|–-]\s)?LinkedIn(?:\s.{0,40})?")
_DEGREE = (
    r"[·•]?\s?(?:1st|2nd|3rd\+?|1er|1re|2e|3e\+?|[123]\.\+?)(?:\s?(?:degree connection|degré.{0,30}|grades?.{0,30}))?"
)
_DISTANCE = re.compile(_DEGREE)
_NAMED_WITH_DISTANCE = re.compile(r"(.{1,150}?)\s?[·•]\s?(?:1st|2nd|3rd\+?|1er|2e|3e\+?|[123]\.\+?)")
_PRONOUN = r"\(?[^\W\d_]{1,10}(?:/[^\W\d_]{1,10}){1,3}\)?"
_PRONOUNS = re.compile(_PRONOUN)
_BESIDE_NAME = re.compile(rf"(?:{_PRONOUN}\s?)?(?:{_DEGREE})?(?:\s?{_PRONOUN})?")
_CONTACT = re.compile(r"(?:.*·\s)?(?:contact info|coordonnées|kontaktinfo|kontaktdaten|infos de contact)")
_MENU = re.compile(
    "skip to .*|home|my network|jobs|messaging|notifications|me|for business|linkedin|background image|accueil|réseau"
    "|emplois|messagerie|vous|passer au contenu.*|zum hauptinhalt.*|start|ihr netzwerk|nachrichten|mitteilungen|sie"
    "|learning|premium|.*\\d+ (?:new )?notifications?.*|sign in|join now|s’identifier|s’inscrire|einloggen"
    "|mitglied werden"
)
_ABOUT_COUNTERS = re.compile(r"[·.]\s?([^·.]{1,60}(?:on|sur|auf) linkedin)")


_MORE = re.compile(r"(?:…\s?)?(?:see more|more|voir plus|plus|mehr|mehr anzeigen)")


def sections(lines: list[PageLine]) -> dict[str, list[PageLine]]:
    """The lines below each heading, by section, of two of one kind the first; "" for what stands above all of them."""
    found: dict[str, list[PageLine]] = {"": []}
    held = found[""]
    for line in lines:
        section = section_of(line.text) if len(line.text) <= HEADING_CHARS else None
        if section is None:
            held.append(line)
        else:
            held = []
            found.setdefault(section, held)
    return found


def profile_of(page: SavedPage, source: str, warnings: list[str]) -> Shown:
    """The profile a page shows; `warnings` takes what was not understood; FormatError where there is no name."""
    parts = sections(page.lines)
    top = parts[""]
    name = page.name or titled(page.text) or _copied_name(page.text.lines, top)
    if name is None:
        reason = "no name is shown where a profile has it; write it on a line above the page, as in 'Name: Jane Doe'"
        raise FormatError(source, reason)
    key = profile_key(page.address) if page.address else None
    below = _below_name(top, name, above=page.name is not None)
    headline = _headline([line.text for line in below])
    counters = _counters(page.text, [*top, *parts.get(ACTIVITY, [])], headline)
    received = (recommendations(line.text) for line in page.lines)
    about = [line.text for line in parts.get(SUMMARY, []) if not _MORE.fullmatch(plain(line.text[:40]))]
    return Shown(
        name,
        below[0].line if below else 1,
        [key] if key else [],
        page.address if key else None,
        headline,
        "\n".join(about) or None,
        _positions(parts.get(WORK, []), parts.get(EDUCATION, []), warnings),
        counters.get("connections"),
        counters.get("followers"),
        next((number for number in received if number is not None), None),
        captured_at=page.saved_at,
    )


def _positions(work: list[PageLine], education: list[PageLine], warnings: list[str]) -> list[PositionRow]:
    strange: list[str] = []
    positions = [*roles(work, strange), *degrees(education, strange)]
    warnings += notes(strange)
    if is_cut(work) or is_cut(education):
        warnings.append("the page shows only some of the roles or degrees; open the whole list, and save that page too")
    return positions


def _below_name(top: list[PageLine], name: str, *, above: bool) -> list[PageLine]:
    """The lines below the last place of the name; `above`: the name was written above the page, which may lack it."""
    marked = (f"{name} ·", f"{name} •")
    places = [at for at, line in enumerate(top) if line.text == name or line.text.startswith(marked)]
    if places:
        return top[places[-1] + 1 :]
    return [line for line in top if not _MENU.fullmatch(plain(line.text[:300]))] if above else []


def titled(text: PageText) -> str | None:
    """The name in a title such as "(3) Jane Doe | LinkedIn" or "Jane Doe - Consultant - Invented | LinkedIn"."""
    for title in (text.meta.get("og:title", ""), text.title):
        if found := _TITLE.fullmatch(" ".join(title[:500].split())):
            return clean_text(found.group(1)).strip() or None
    heads = (line.text for line in text.lines if line.title == 1 and len(line.text) <= NAME_CHARS)
    return next(heads, None)


def _copied_name(written: list[PageLine], top: list[PageLine]) -> str | None:
    """The name among copied lines: with or above the mark of the distance, shown twice, or where the copy begins."""
    lines = [line.text for line in top if _may_be_name(line.text)]
    for line in lines:
        if found := _NAMED_WITH_DISTANCE.fullmatch(line):
            return found.group(1)
    for one, other in pairwise(lines):
        if _DISTANCE.fullmatch(plain(other)):
            return one
    for one, other in pairwise([line.text for line in written[:HEAD_LINES]]):
        if one == other and _may_be_name(one) and section_of(one) is None:
            return one
    begins = bool(lines) and bool(top) and lines[0] == top[0].text and len(top) <= HEAD_LINES
    return lines[0] if begins else None


def _may_be_name(text: str) -> bool:
    words = plain(text[: 2 * NAME_CHARS])
    return len(text) <= NAME_CHARS and not (_PRONOUNS.fullmatch(text) or _MENU.fullmatch(words) or network(text))


def _headline(below: list[str]) -> str | None:
    """The line that says what somebody does, of those below the name."""
    for text in below:
        words = plain(text[:300])
        if network(text) or _CONTACT.fullmatch(words):
            return None
        if not _BESIDE_NAME.fullmatch(words):
            return text
    return None


def _counters(page: PageText, lines: list[PageLine], headline: str | None) -> dict[str, int]:
    """Connections and followers as the lines show them, else as the page describes itself.

    The headline is the account's own words, and counts nothing.
    """
    described = plain((page.meta.get("og:description") or page.meta.get("description") or "")[:2_000])
    own = [line.text for line in lines if line.text != headline][:TOP_LINES]
    seen = [*map(network, own), *map(network_at_end, own), *map(network, _ABOUT_COUNTERS.findall(described))]
    return {kind: number for found in reversed(seen) for kind, number in found.items()}
