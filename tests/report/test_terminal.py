"""The terminal shows outside text and obeys none of it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from counterlure.errors import CounterlureError
from counterlure.model import Judgement, Noted
from counterlure.report.terminal import MESSAGE_LIMIT, conversation, explain, summary


def shown(show: Callable[..., None], *args: object, colour: bool = False, **kwargs: object) -> str:
    out = io.StringIO()
    console = Console(file=out, width=400, force_terminal=colour, color_system="standard" if colour else None)
    show(console, *args, **kwargs)
    return out.getvalue().replace("\u00a0", " ")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_escape_sequences_and_markup_from_outside_are_shown_not_obeyed(nasty: Judgement, lang: str) -> None:
    text = shown(summary, nasty, lang, names=True) + "".join(
        shown(explain, nasty, i, lang, names=True) for i in range(1, 6)
    )
    assert not [c for c in text if c != "\n" and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0)]
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert "[bold red]markup[/bold red] :smile:" in text


def test_colour_comes_from_us_only(nasty: Judgement) -> None:
    coloured = shown(explain, nasty, 1, "en", colour=True)
    assert "\x1b]8" not in coloured, "no terminal hyperlink"
    assert "\x1b[31mred" not in coloured


def test_the_short_table_names_accounts_at_alert_and_watch_only(story: Judgement) -> None:
    text = shown(summary, story, "en")
    assert all(name in text for name in ("Robin Vale", "Noa Lindqvist", "Sam Okafor", "Yuki Marsh"))
    assert "account-9" not in text
    assert "Clear 24" in text
    assert "of 10,000 strangers who write, about 20 (5 to 80)" in text
    assert "never about the people behind them" in text
    assert "People reached: T-0001 (sensitive request), T-0003 (sensitive request), T-0004 (paid lure)" in text


def test_explain_shows_stages_with_dates_and_both_sides(story: Judgement) -> None:
    text = shown(explain, story, 3, "en")
    assert "paid lure" in text
    assert "19 February 2026" in text
    assert "The account says that nothing confidential may be shared. (conversation)" in text
    assert "“Please do not share anything confidential" in text
    assert text.index("Speaks for") < text.index("Speaks against") < text.index("What is missing")


def test_explain_masks_the_names_of_targets_unless_asked(story: Judgement) -> None:
    assert "Camille" not in shown(explain, story, 1, "fr")
    assert "T-0001 · Camille Aubert" in shown(explain, story, 1, "fr", names=True)


def test_an_account_without_assessment_is_an_error(story: Judgement) -> None:
    with pytest.raises(CounterlureError, match="999 was not judged"):
        shown(explain, story, 999, "en")


TEXT = "Dear Camille Aubert, could you share the draft before release? Nobody needs to know, CAMILLE."
ASKED = "share the draft before release"


def noted(
    text: str, *shows: tuple[str, str], mine: bool = True, target: str | None = None, at: int | None = 1
) -> Noted:
    """A message; shows are (tag, words that show it)."""
    marks = tuple((tag, text.index(words), text.index(words) + len(words)) for tag, words in shows)
    return Noted(10, at, "archive.zip/messages.csv:31", mine, target, text, marks)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_hostile_text_in_a_conversation_is_shown_not_obeyed(
    nasty: Judgement, hostile_texts: tuple[str, ...], lang: str
) -> None:
    told = [
        Noted(1, None, f"{text}:1", mine, "T-0001", text, ((text, 0, len(text)), ("probing", 0, 3)))
        for text in hostile_texts
        for mine in (True, False)
    ]
    text = shown(conversation, nasty, told, lang, names=True)
    assert not [c for c in text if c != "\n" and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0)]
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b")
    assert "[bold red]markup[/bold red] :smile:" in text
    coloured = shown(conversation, nasty, told, lang, colour=True)
    assert "\x1b]8" not in coloured, "no terminal hyperlink"
    assert "\x1b[31mred" not in coloured
    assert "\x07" not in coloured and "\x00" not in coloured


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("The conversation", "the account · 19 February 2026", "T-0004 · ", "somebody else · undated", "sensitive request", "the target refuses")),
        ("fr", ("La conversation", "le compte · 19 février 2026", "T-0004 · ", "une autre personne · sans date", "demande sensible", "la cible refuse")),
    ],
)  # fmt: skip
def test_who_wrote_when_and_what_it_shows_stand_beside_each_message(
    story: Judgement, lang: str, words: tuple[str, ...]
) -> None:
    day = 1_771_495_500  # 19 February 2026
    told = [
        noted("Send it.", ("sensitive_request", "Send"), at=day),
        noted("No.", ("refuses", "No"), mine=False, target="T-0004", at=day),
        noted("Hello all.", mine=False, at=None),
    ]
    text = shown(conversation, story, told, lang)
    places = [text.index(part) for part in words[:4]]
    assert places == sorted(places)
    assert all(part in text for part in words)
    assert text.count("archive.zip/messages.csv:31") == 3


def test_a_tag_stands_once_in_the_margin_however_often_it_is_shown(story: Judgement) -> None:
    one = noted("Send it, send it now.", ("sensitive_request", "Send it"), ("sensitive_request", "send it now"))
    assert shown(conversation, story, [one], "en").count("sensitive request") == 1


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_names_of_targets_in_a_conversation_are_masked_unless_asked(story: Judgement, lang: str) -> None:
    told = [noted(TEXT, ("sensitive_request", TEXT)), noted("Regards, Aubert", mine=False, target="T-0001")]
    masked = shown(conversation, story, told, lang)
    assert not [word for word in ("camille", "aubert") if word in masked.lower()]
    assert masked.count("[T-0001]") == 3
    open_ = shown(conversation, story, told, lang, names=True)
    assert TEXT in open_
    assert "T-0001 · Camille Aubert · " in open_


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("names", [True, False])
def test_the_words_that_show_something_are_underlined(story: Judgement, lang: str, names: bool) -> None:
    coloured = shown(conversation, story, [noted(TEXT, ("sensitive_request", ASKED))], lang, names=names, colour=True)
    assert coloured.count("\x1b[1;4m") == 1
    assert f"\x1b[1;4m{ASKED}\x1b[0m" in coloured


def test_marked_words_with_a_masked_name_in_them_are_underlined_as_shown(story: Judgement) -> None:
    one = noted(TEXT, ("approach", "Dear Camille Aubert"))
    assert "\x1b[1;4mDear [T-0001]\x1b[0m" in shown(conversation, story, [one], "en", colour=True)


def test_nothing_is_underlined_where_nothing_is_shown(story: Judgement) -> None:
    assert "\x1b[1;4m" not in shown(conversation, story, [noted(TEXT)], "en", colour=True)


def test_a_very_long_message_is_cut_aloud(story: Judgement) -> None:
    text = shown(conversation, story, [noted("word " * MESSAGE_LIMIT)], "en")
    assert "…" in text
    assert text.count("word") < MESSAGE_LIMIT


def test_no_messages_give_the_title_alone(story: Judgement) -> None:
    assert shown(conversation, story, [], "en").split() == ["The", "conversation"]
