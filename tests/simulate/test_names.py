"""Names can be told from words, written everywhere, and are dealt out blindly."""

from __future__ import annotations

import re
from itertools import chain
from random import Random

import pytest

from counterlure.errors import RuleError
from counterlure.simulate import names as room
from counterlure.simulate.chatter import GREETINGS
from counterlure.simulate.layouts import (
    CONNECTION_HEADERS,
    MESSAGE_HEADERS,
    POSITION_HEADER,
    PREAMBLE,
    PROFILE_HEADERS,
)
from counterlure.simulate.names import Namer, fold, full_book, in_slug
from counterlure.simulate.people import REMOVED_NAME
from counterlure.simulate.texts import vocabulary

BOOK = full_book()
ALL = [name for part in BOOK.parts for name in part]
WORDS_THAT_ARE_NAMES = """
grace rose hope faith will mark frank dawn joy iris lily ivy daisy summer pierre marine claire aurore constance
prudence olive violette marguerite colombe blanche clement desire juste felix
"""


def test_no_name_is_a_word_of_any_text_and_no_two_are_alike_without_accents() -> None:
    plain = [fold(name) for name in ALL]
    assert len(set(plain)) == len(plain)
    assert not set(plain) & {fold(word) for word in vocabulary()}
    assert {"bonjour", "thank", "partners", "conseil", "recruiter"} <= vocabulary()


def test_every_name_is_one_capitalised_word_that_a_resaved_file_can_hold() -> None:
    for name in ALL:
        assert name.isalpha()
        assert name == name[0].upper() + name[1:].lower()
        assert name.encode("cp1252").decode("cp1252") == name
        assert fold(name).isascii()
        assert fold(name).isalpha()


def test_no_name_is_a_word_of_a_header_a_greeting_or_an_everyday_name_like_word() -> None:
    headers = (*MESSAGE_HEADERS.values(), *CONNECTION_HEADERS.values(), *PROFILE_HEADERS.values(), POSITION_HEADER)
    fixed = [PREAMBLE, REMOVED_NAME, "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", *chain(*headers)]
    fixed += chain(*GREETINGS.values())
    words = {word.lower() for text in fixed for word in re.findall(r"[^\W\d_]+", text)}
    words |= set(WORDS_THAT_ARE_NAMES.split())
    assert not {fold(name) for name in ALL} & {fold(word) for word in words}


def test_a_name_is_written_by_address_kind() -> None:
    assert fold("Élodie") == "elodie"
    assert fold("Søren") == "soren"
    assert in_slug("Élodie") == "%C3%A9lodie"


def test_full_names_never_repeat_and_first_firms_stay_unique() -> None:
    namer = Namer(Random(3))
    people = [namer.person() for _ in range(3000)]
    firms = [namer.company() for _ in range(2000)]
    assert len(set(people)) == 3000
    assert len(set(firms[: len(BOOK.companies)])) == len(BOOK.companies)
    assert not set(firms[:50]) & set(firms[len(BOOK.companies) :])


def test_the_book_of_a_namer_lists_what_it_handed_out() -> None:
    namer = Namer(Random(3))
    given, family = namer.person()
    firm = namer.company()
    book = namer.book()
    assert (book.given, book.family, book.companies) == ((given,), (family,), (firm,))
    assert set(book.places) == set(namer.places)


@pytest.mark.parametrize("names", [["Merci"], ["Zqoria", "Zqória"], ["zqoria"], ["Van Zq"]])
def test_a_name_that_could_be_mistaken_is_refused(names: list[str]) -> None:
    with pytest.raises(RuleError, match=r"names\.yml"):
        room._refuse_confusion(names)
