"""A letter warns one person, without blame, and gives nobody else away."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from importlib.resources import files

import msgspec
import pytest
import yaml

from counterlure.model import Exposure, Judgement, Level
from counterlure.report.letters import Letter, advice, letters

ADVICE = yaml.safe_load(files("counterlure.report").joinpath("advice.yml").read_text(encoding="utf-8"))


def to(target: str, j: Judgement, lang: str = "en", names: bool = False) -> Letter:
    return next(letter for letter in letters(j, lang, names) if letter.target == target)


def flat(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


def test_everybody_reached_by_an_alert_or_watch_gets_one_letter(story: Judgement) -> None:
    assert [letter.target for letter in letters(story)] == ["T-0001", "T-0002", "T-0003", "T-0004", "T-0005"]


def test_nobody_is_written_to_about_a_clear_account(story: Judgement) -> None:
    reached = Exposure("T-0007", None, None, None, (6,), ())
    assert letters(msgspec.structs.replace(story, exposure=(reached,))) == []


def test_the_language_is_the_targets_own_and_otherwise_the_one_given(story: Judgement) -> None:
    assert {letter.target: letter.lang for letter in letters(story, "fr")} == {
        "T-0001": "fr",
        "T-0002": "en",
        "T-0003": "fr",
        "T-0004": "en",
        "T-0005": "fr",
    }


@pytest.mark.parametrize("form", ["text", "html"])
def test_a_letter_never_shows_what_another_person_was_told(story: Judgement, form: str) -> None:
    text = flat(getattr(to("T-0002", story), form))
    assert "cryogenic pumps" in text
    assert not re.search("turbine|900 EUR|draft before release|zip today|Camille|Aubert|T-0001|T-0003", text)
    assert "1 colleague besides you" in text


def test_names_appear_only_when_asked_for(story: Judgement) -> None:
    assert "Camille" not in to("T-0001", story).text
    assert "Bonjour Camille Aubert," in flat(to("T-0001", story, names=True).text)


def test_somebody_who_went_further_is_told_so_first_and_others_last(story: Judgement) -> None:
    further, approached = flat(to("T-0001", story).text), flat(to("T-0004", story).text)
    assert further.index("Si vous êtes déjà allé plus loin") < further.index("Que faire ce soir")
    assert "If you have already gone further" not in approached
    assert "it is never too late to ask for help" in approached


def test_a_task_that_nobody_answered_is_not_taken_for_going_further(story: Judgement) -> None:
    silent = tuple(msgspec.structs.replace(p, messages_out=0, terminal=None) for p in story.progress)
    text = flat(to("T-0001", msgspec.structs.replace(story, progress=silent)).text)
    assert "Si vous êtes déjà allé plus loin" not in text


def test_an_account_known_by_name_only_gives_no_key_away(story: Judgement) -> None:
    key = "name:in:camille-aubert/sam okafor"
    accounts = story.accounts | {3: msgspec.structs.replace(story.accounts[3], url=None, key=key)}
    text = flat(to("T-0004", msgspec.structs.replace(story, accounts=accounts)).text)
    assert "known by its displayed name only" in text
    assert "camille" not in text


def test_the_letter_blames_nobody_and_says_how_sure_it_is(story: Judgement) -> None:
    text = flat(to("T-0004", story).text)
    assert "You have done nothing wrong" in text
    assert "A hostile approach is very unlikely. Range: almost no chance to unlikely (4% to 31%)." in text
    assert "There may be an innocent explanation" in text
    assert "nothing leaves by itself" in text
    assert "never of the people behind them" in text


def test_watch_and_alert_are_worded_apart(story: Judgement) -> None:
    assert to("T-0004", story).text.startswith("Please be careful")
    assert to("T-0002", story).text.startswith("An account that wrote to you may not be what it says")


def test_no_line_of_text_is_wider_than_a_mail_allows(story: Judgement, nasty: Judgement) -> None:
    lines = [line for j in (story, nasty) for letter in letters(j, "fr") for line in letter.text.splitlines()]
    assert not [line for line in lines if len(line) > 78 and " " in line.strip()[:70] and "/" not in line]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_hostile_text_stays_text(nasty: Judgement, lang: str) -> None:
    for letter in letters(nasty, lang, names=True):
        assert not [c for c in letter.text if c != "\n" and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0)]
        assert not re.search(r"https?://", letter.text + letter.html), "a mail reader must not make a link of it"
        parser = Tags()
        parser.feed(letter.html)
        assert parser.seen <= LETTER_TAGS
        assert not parser.bad


LETTER_TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "strong", "bdi", "br", "code",
    "blockquote", "ul", "li",
}  # fmt: skip


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.bad: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.bad += [a for a in attrs if a[0].startswith("on") or a[0] in ("src", "href", "srcset", "style")]


def test_a_letter_of_a_case_with_only_watches_is_gentle(story: Judgement) -> None:
    watched = tuple(
        msgspec.structs.replace(a, level=Level.WATCH) if a.level is Level.ALERT else a for a in story.assessments
    )
    text = flat(to("T-0002", msgspec.structs.replace(story, assessments=watched)).text)
    assert "we would rather ask than stay silent" in text


def test_every_piece_of_advice_has_its_ground_and_both_languages() -> None:
    assert isinstance(ADVICE["checked"], date)
    for step in (*ADVICE["tonight"], *ADVICE["further"]):
        assert set(step["text"]) == {"en", "fr"}
        assert step["basis"] == "judgement" or (step["basis"] == "reported" and step["source"])
    for contact in ADVICE["contacts"]:
        assert set(contact["country"]) == set(contact["body"]) == {"en", "fr"}
        assert contact["confirmed"] is True or contact["confirmed"] is False
        assert not contact["confirmed"] or contact["source"]


def test_an_address_that_was_not_confirmed_says_so(story: Judgement) -> None:
    unsure = [c["address"] for c in ADVICE["contacts"] if not c["confirmed"]]
    text = flat(to("T-0004", story).text)
    assert unsure
    assert all(f"{address} (please check this address before use)" in text for address in unsure)


def test_contacts_of_the_readers_own_country_come_first() -> None:
    assert advice("fr")["contacts"][0]["country"] == "France"
    assert advice("en")["contacts"][0]["country"] == "United Kingdom"
