"""The terminal shows outside text and obeys none of it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from counterlure.errors import CounterlureError
from counterlure.model import Judgement
from counterlure.report.terminal import explain, summary


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
