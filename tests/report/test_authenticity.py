"""What the page and the terminal say of a profile: signs both ways, what was not checkable, and no verdict on a person."""

from __future__ import annotations

import io
import re

import msgspec
import pytest
from rich.console import Console

from counterlure.model import Displayed, Judgement
from counterlure.report.authenticity import among_honest, share_sentence
from counterlure.report.html import report_html
from counterlure.report.letters import letters
from counterlure.report.terminal import explain


def part(j: Judgement, lang: str = "en") -> str:
    page = report_html(j, lang)
    start = page.index('<section class="profile"')
    return re.sub(r"[\u00a0\u202f]", " ", page[start : page.index("</section>", start)])


def rest(j: Judgement) -> str:
    page = report_html(j, "en")
    return page[page.index('<div class="pair evidence">') : page.index('id="a2"')]


def in_terminal(j: Judgement, width: int, lang: str = "en") -> str:
    out = io.StringIO()
    explain(Console(file=out, width=width, force_terminal=False), j, 1, lang)
    return out.getvalue().replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            (
                "Is this profile what it says?",
                "Signs of an invented profile: some.",
                "Of 1,000 profiles like this among strangers who write, about 90 (20 to 300) would be invented.",
                "An invented profile is not a hostile one",
                "also in 26 of 100 honest profiles · counts 1.7 to 1",
                "also in 10 of 100 honest profiles",
                "in 25 of 1,000 honest profiles",
                "not counted beside a stronger sign of its group",
                "The picture was not handed in",
                "Adviser, Harbour Lane",
                "mira.json:2",
            ),
        ),
        (
            "fr",
            (
                "Signes d&#39;un profil inventé : quelques-uns.",
                "Sur 1 000 profils comme celui-ci parmi les inconnus qui écrivent, environ 90 (de 20 à 300)",
                "Un profil inventé n&#39;est pas un profil hostile",
                "aussi dans 26 profils honnêtes sur 100 · compte 1,7 contre 1",
                "non compté à côté d&#39;un signe plus fort",
                "La photo n&#39;a pas été remise",
            ),
        ),
    ],
)
def test_the_page_says_both_sides_and_what_nobody_could_check(
    profiled: Judgement, lang: str, said: tuple[str, ...]
) -> None:
    text = part(profiled, lang)
    assert not [sentence for sentence in said if sentence not in text]


@pytest.mark.parametrize("reason", ["sellers", "privacy", "mistaken", "agencies"])
def test_innocent_reasons_stand_beside_every_profile(profiled: Judgement, reason: str) -> None:
    assert reason in part(profiled)
    bare = msgspec.structs.replace(profiled, authenticity={})
    assert reason in part(bare)


def test_the_signs_of_a_profile_are_not_told_again_as_signs_of_hostility(profiled: Judgement) -> None:
    assert "The career has no seam" in part(profiled)
    assert "The career has no seam" not in rest(profiled)
    assert "The claimed employer is not in the register" in rest(profiled), "an employer is evidence of its own"
    assert "Signs of an invented profile: some. They are told above, under the profile." in rest(profiled)


def test_a_profile_finding_that_nobody_weighed_stays_where_it_was(profiled: Judgement) -> None:
    unjudged = msgspec.structs.replace(profiled, authenticity={})
    assert "The career has no seam" in rest(unjudged)
    assert "They are told above" not in rest(unjudged)
    assert "would be invented" not in part(unjudged)


def test_a_profile_without_a_career_to_draw_says_so(profiled: Judgement) -> None:
    empty = msgspec.structs.replace(profiled, displayed={1: Displayed(None, 1, ())})
    assert "The capture shows neither a role nor a degree." in part(empty)
    assert "From a capture without date" in part(empty)
    assert "<svg" not in part(empty)
    none = msgspec.structs.replace(profiled, displayed={})
    assert "The career it displays" not in part(none)
    undated = tuple(msgspec.structs.replace(e, started=None, ended=None) for e in profiled.displayed[1].entries)
    listed = msgspec.structs.replace(profiled, displayed={1: Displayed(None, 1, undated)})
    assert "None of what the profile lists carries a readable date." in part(listed)
    assert "Talent partner, Vale &amp; Hart Advisory" in part(listed)


def test_nothing_found_and_nothing_open_are_said_in_words(profiled: Judgement) -> None:
    quiet = msgspec.structs.replace(profiled.authenticity[1], signs=(), unchecked=(), band="none")
    text = part(msgspec.structs.replace(profiled, authenticity={1: quiet}))
    assert "None was found; that is not a sign of invention." in text
    assert "Everything that can be checked was." in text


def test_where_nothing_could_be_checked_the_share_is_called_a_start(profiled: Judgement) -> None:
    unknown = msgspec.structs.replace(profiled.authenticity[1], band="unknown", share=(0.005, 0.02, 0.1))
    assert share_sentence(unknown, "en") == (
        "Of 1,000 strangers who write, about 20 (5 to 100) are taken to have an invented profile;"
        " nothing was learnt about this one."
    )


@pytest.mark.parametrize(
    ("per_cent", "said"),
    [(26, "26 of 100"), (1, "1 of 100"), (2.5, "25 of 1,000"), (0.6, "6 of 1,000"), (0.05, "5 of 10,000"), (0, "1 of 100,000")],
)  # fmt: skip
def test_commonness_among_honest_people_is_a_whole_number_of_profiles(per_cent: float, said: str) -> None:
    assert among_honest(per_cent, False, "en") == f"also in {said} honest profiles"
    assert among_honest(per_cent, True, "en") == f"in {said} honest profiles"


def test_a_page_without_captures_carries_nothing_of_all_this(story: Judgement) -> None:
    page = report_html(story, "en")
    assert 'class="profile"' not in page
    assert ".career" not in page


def test_letters_to_targets_say_nothing_of_a_profile(story: Judgement, profiled: Judgement) -> None:
    assert [(one.text, one.html) for one in letters(profiled)] == [(one.text, one.html) for one in letters(story)]


@pytest.mark.parametrize("width", [45, 80, 4000])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_terminal_of_any_width_shows_bars_and_signs(profiled: Judgement, width: int, lang: str) -> None:
    text = in_terminal(profiled, width, lang)
    lines = text.splitlines()
    bar = next(line for line in lines if line.strip().startswith("2021-03"))
    assert bar.count("▶") == 1
    assert max(map(len, (line.rstrip() for line in lines if "█" in line))) <= max(width, 45)
    assert ("Talent partner" in bar) == (width == 4000), "beside its bar where there is room, below it elsewhere"
    assert "\x1b" not in text
    assert "mira-2024.json:1" in text


def test_a_terminal_obeys_nothing_of_a_hostile_profile(nasty_profile: Judgement) -> None:
    text = in_terminal(nasty_profile, 4000)
    assert not [c for c in text if c != "\n" and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0)]
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_page_does_not_call_the_profile_or_its_owner_names(profiled: Judgement, lang: str) -> None:
    text = part(profiled, lang).lower()
    assert len(re.findall("hostil", text)) == 1, "only to say that it is not"
    assert not re.search(r"\bfake|\bfaux\b|suspect|liar|menteur|fraud", text)
