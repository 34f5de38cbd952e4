from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterlure.errors import LimitError
from counterlure.ingest.page_lines import page_text


def texts(raw: str) -> list[str]:
    return [line.text for line in page_text(raw, "a.html").lines]


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("<p>one<p>two<br>three", ["one", "two", "three"]),
        ("<div>a <b>bold</b> word &amp; more&nbsp;words</div>", ["a bold word & more words"]),
        ("<span>1,204</span><span>followers</span>", ["1,204 followers"]),
        (
            '<p>shown</p><div style="display: none">a<div>b</div></div><p hidden>c</p><i class="sr-only">d</i>',
            ["shown", "d"],
        ),
        (
            '<span class="visually-hidden">a</span><p class="hidden md:block">b</p><p aria-hidden="true">c</p>',
            ["b", "c"],
        ),
        ("<nav>menu</nav><script>x()</script><style>p{}</style><template>t</template><aside>side</aside>end", ["end"]),
        ("<svg/><p>after</p><svg><text>in</text></svg>", ["after"]),
        ("<!-- a --><p>b</p><!-- c", ["b"]),
        ("<p>never <a href=x>closed <div hidden>gone", ["never closed"]),
        ("<p>&#99999999999999999999;x</p>" + "<p>&#" + "9" * 5000 + ";</p>", ["\ufffdx", "\ufffd"]),
        ("a\u202eb\u200bc", ["abc"]),
        ("", []),
    ],
)
def test_lines_are_what_a_reader_sees(raw: str, seen: list[str]) -> None:
    assert texts(raw) == seen


def test_each_line_knows_its_place_in_the_file_its_items_and_its_link() -> None:
    raw = "<ul>\n<li><a href='https://a.example/?x=1&amp;y=2'><b>one</b></a>\n<ul><li>\n inner</li></ul></li>\n<li>two</ul>end"
    lines = page_text(raw, "a.html").lines
    assert [(line.text, line.line, len(line.items)) for line in lines] == [
        ("one", 2, 1),
        ("inner", 4, 2),
        ("two", 5, 1),
        ("end", 5, 0),
    ]
    assert [line.link for line in lines] == ["https://a.example/?x=1&y=2", None, None, None]
    assert lines[1].items[0] == lines[0].items[0] != lines[2].items[0]


def test_a_link_around_a_picture_is_that_of_the_words_beside_it() -> None:
    [line, other] = page_text("<ul><li><a href=/c><img></a><p>name</p><p>more</p></ul>", "a").lines
    assert (line.link, other.link) == ("/c", None)


def test_titles_addresses_and_json_ld_are_kept_apart_from_the_lines() -> None:
    raw = (
        '<title>A &amp;\nB</title><link rel="canonical" href="https://a.example/"><meta property="og:title" content="C">'
        '\n<script type="application/ld+json; charset=utf-8">{"a": 1}</script><script>{"b": 2}</script><h2>D</h2>'
    )
    page = page_text(raw, "a.html")
    assert (page.title, page.meta) == ("A & B", {"canonical": "https://a.example/", "og:title": "C"})
    assert page.scripts == [(3, '{"a": 1}')]
    assert [(line.text, line.title) for line in page.lines] == [("D", 2)]


def test_lists_that_nest_without_end_and_lines_without_number_are_refused() -> None:
    with pytest.raises(LimitError, match="nest deeper"):
        texts("<ul><li>" * 200)
    with pytest.raises(LimitError, match="more than 50,000 lines"):
        texts("<p>x" * 50_001)


@given(st.text(alphabet="<>/=\"'&;#!-? \nabhidenulscript019", max_size=200))
def test_any_markup_becomes_lines(raw: str) -> None:
    for line in page_text(raw, "a.html").lines:
        assert line.text == " ".join(line.text.split())
        assert 1 <= line.line <= raw.count("\n") + 1
