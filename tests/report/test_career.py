"""A displayed career is drawn as it is displayed: escaped, on its axis, and no absurd date hides the rest."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from counterlure.model import CareerEntry, Displayed
from counterlure.report.career import LABELS, LEFT, RIGHT, WIDTH, career_picture, fitted
from counterlure.report.career_text import text_axis, text_bar
from counterlure.report.spans import BARS_SHOWN, UNDATED_SHOWN, Career, career

NOW = 1_772_359_500  # 1 March 2026
DATES = st.one_of(
    st.none(),
    st.from_regex(r"[0-9]{4}(-(0[1-9]|1[0-2]))?", fullmatch=True),
    st.sampled_from(["0001", "0000", "9999-12", "2026-13", "soon", "", "٢٠٢٠"]),
)
ENTRIES = st.builds(
    CareerEntry, st.sampled_from(["work", "education"]), st.one_of(st.none(), st.text(max_size=20)),
    st.one_of(st.none(), st.text(max_size=20)), DATES, DATES, st.just("a.json:2"),
)  # fmt: skip


def told(*dates: tuple[str | None, str | None], kind: str = "work", at: int | None = NOW) -> Career:
    entries = tuple(CareerEntry(kind, f"House {i}", f"Post {i}", a, b, "a.json:2") for i, (a, b) in enumerate(dates))
    return career(Displayed(at, 1, entries), NOW, "en")


def drawn(one: Career) -> Element:
    tree: Element = fromstring(career_picture(one, "en", "u"))
    return tree


def shapes(one: Career, kind: str) -> list[Element]:
    return [e for e in drawn(one).iter() if (e.get("class") or "").split(" ")[0] == kind]


def looks(one: Career) -> list[str]:
    return [part.look for part in one.bars[0].parts]


def test_a_role_dated_to_the_month_is_solid_from_its_first_day_to_its_last() -> None:
    one = told(("2019-03", "2021-02"))
    (part,) = one.bars[0].parts
    assert (part.look, part.end - part.begin) == ("solid", 24)
    assert one.bars[0].dates == "2019-03 – 2021-02"


def test_roles_without_a_gap_touch_and_overlapping_ones_keep_their_own_rows() -> None:
    later, earlier, beside = told(("2021-03", None), ("2019-03", "2021-02"), ("2020-01", "2021-12")).bars
    assert earlier.parts[0].end == later.parts[0].begin
    assert beside.parts[0].begin < earlier.parts[0].end < beside.parts[0].end
    tops = {e.attrib["y"] for e in shapes(told(("2021-03", None), ("2019-03", "2021-02"), ("2020-01", None)), "role")}
    assert len(tops) == 3


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (("2019", "2021"), ["rise", "solid", "fall"]),
        (("2019", "2020"), ["rise", "fall"]),
        (("2019", "2019"), ["rise", "fall"]),
        (("2019-05", "2019"), ["fall"]),
        (("2019", "2019-05"), ["rise"]),
        (("2019", None), ["rise", "solid"]),
        ((None, "2019"), ["rise"]),
    ],
)
def test_an_end_of_which_the_year_alone_is_known_is_faded(dates: tuple[str, str], expected: list[str]) -> None:
    one = told(dates)
    assert looks(one) == expected
    assert shapes(one, "role")


def test_a_running_role_ends_at_the_capture_with_an_arrow_and_no_degree_does() -> None:
    one = told(("2021-03", None))
    assert one.bars[0].parts[-1].end == one.now
    (arrow,), (line,) = shapes(one, "arrow"), shapes(one, "capture")
    assert arrow.attrib["d"].startswith(f"M{line.attrib['x1']} ")
    assert not shapes(told(("2021-03", "2022-01")), "arrow")
    assert not shapes(told(("2021-03", None), kind="education"), "arrow")


def test_education_is_hollow() -> None:
    one = told(("2009", "2012"), kind="education")
    assert not shapes(one, "role")
    assert len(shapes(one, "degree")) == 5, "a frame, and two dashed lines at each end"


def test_an_end_before_the_beginning_is_framed_and_said() -> None:
    one = told(("2021-05", "2019-02"))
    assert looks(one) == ["back"]
    assert one.bars[0].note == "ends before it begins"
    assert len(shapes(one, "backwards")) == 1
    assert told(("2021-05", "2021-05")).bars[0].note is None


@pytest.mark.parametrize("dates", [("0001", "2011"), ("2011", "9999"), ("0001", "9999"), ("9999", None)])
def test_an_absurd_date_is_marked_at_the_edge_and_does_not_stretch_the_axis(dates: tuple[str, str | None]) -> None:
    one = told(dates, ("2015-01", "2020-01"))
    assert one.last - one.first <= 12 * 18
    assert shapes(one, "edge")
    assert one.bars[0].note == "outside the years drawn"
    assert one.bars[1].note is None


def test_a_capture_without_date_or_of_an_absurd_one_runs_up_to_the_report() -> None:
    for at in (None, 10**13, -(10**12)):
        one = told(("2021-03", None), at=at)
        assert one.now is None
        assert not shapes(one, "capture")
        assert one.last == 12 * 2027


def test_entries_without_a_readable_date_are_listed_and_not_drawn() -> None:
    one = told((None, None), ("soon", ""), ("2020", None), *[(None, None)] * 20)
    assert [bar.title for bar in one.bars] == ["Post 2"]
    assert one.undated[:2] == ("Post 0, House 0", "Post 1, House 1")
    assert (len(one.undated), one.undated_more) == (UNDATED_SHOWN, 22 - UNDATED_SHOWN)


def test_a_thousand_positions_stay_one_readable_picture() -> None:
    one = told(*[(f"{1990 + i % 30}-0{i % 9 + 1}", None) for i in range(1000)])
    assert (len(one.bars), one.more) == (BARS_SHOWN, 1000 - BARS_SHOWN)
    text = career_picture(one, "en", "u")
    assert len(text) < 30_000
    assert "and 970 more" in text


def test_nothing_displayed_gives_an_empty_career() -> None:
    one = told()
    assert (one.bars, one.undated, one.more) == ((), (), 0)
    assert drawn(one).findtext("title") == "The career as displayed"


def test_a_role_without_title_is_called_by_its_house_and_one_without_either_is_said_to_be() -> None:
    entries = (
        CareerEntry("work", "House", None, "2020", None, "a:1"), CareerEntry("work", None, " ", "2019", None, "a:1"),
    )  # fmt: skip
    first, second = career(Displayed(NOW, 1, entries), NOW, "fr").bars
    assert (first.title, first.organisation) == ("House", "")
    assert second.title == "(rien de nommé)"


def test_hostile_titles_and_organisations_are_text_and_nothing_else(hostile_texts: tuple[str, ...]) -> None:
    entries = tuple(CareerEntry("work", text, text, "2019", None, f"{text}:1") for text in hostile_texts)
    for lang in ("en", "fr"):
        tree = fromstring(career_picture(career(Displayed(NOW, 1, entries), NOW, lang), lang, "u"))
        assert {e.tag for e in tree.iter()} == {"svg", "title", "desc", "g", "path", "rect", "line", "text"}
        keys = {key for e in tree.iter() for key in e.attrib}
        assert not [key for key in keys if key.startswith("on") or key in ("href", "style")]
        assert not set("".join(tree.itertext())) & set("\u202e\u2066\u200b\ufeff\x1b\x00\x07")


@given(st.lists(ENTRIES, max_size=6), st.one_of(st.none(), st.integers(-(10**12), 10**12)))
@settings(max_examples=80, deadline=None)
def test_whatever_is_displayed_is_drawn_on_the_axis(entries: list[CareerEntry], at: int | None) -> None:
    one = career(Displayed(at, 1, tuple(entries)), NOW, "fr")
    assert len(one.bars) + len(one.undated) == len(entries)
    assert 24 <= one.last - one.first <= 12 * 70
    tree = fromstring(career_picture(one, "fr", "u"))
    for e in tree.iter("rect"):
        start, width = float(e.attrib["x"]), float(e.attrib["width"])
        assert start >= LEFT and width > 0 and start + width <= RIGHT + 0.2
    for e in tree.iter("line"):
        assert LEFT <= float(e.attrib["x1"]) <= float(e.attrib["x2"]) <= RIGHT
    assert all(0 <= float(e.attrib["x"]) < WIDTH for e in tree.iter("text"))
    for bar in one.bars:
        for columns in (8, 40):
            line = text_bar(bar, one, columns)
            assert len(line) == columns and line.strip()


def test_the_same_career_is_drawn_the_same_twice() -> None:
    one = told(("2019", None), ("2010-02", "2019"))
    assert career_picture(one, "en", "u") == career_picture(told(("2019", None), ("2010-02", "2019")), "en", "u")


def test_a_title_is_cut_to_the_room_there_is() -> None:
    assert fitted("Buyer", LABELS) == "Buyer"
    assert fitted("W" * 80, LABELS) == "W" * 21 + "…"
    assert len(fitted("部" * 80, LABELS)) < len(fitted("i" * 80, LABELS))
    assert fitted("", 10) == ""


def test_a_terminal_draws_the_same_bars_in_characters() -> None:
    one = told(("2024-01", None), ("2020", "2023"), ("2022-05", "2021-01"), ("0001", "2021-01"))
    assert text_axis(one, 40) == "2020" + " " * 32 + "2027"
    lines = [text_bar(bar, one, 28) for bar in one.bars]
    assert lines[0] == " " * 16 + "█" * 8 + "▶" + " " * 3
    assert lines[1] == "░" * 4 + "█" * 8 + "░" * 4 + " " * 12
    assert set(lines[2]) == {" ", "×"}
    assert lines[3].startswith("◀█")
