"""The page: nothing runs, nothing is fetched, nothing outside becomes markup, and it says what it must."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from importlib.resources import files

import msgspec
import pytest

from counterlure.model import Judgement, Level
from counterlure.report.html import report_html

TAGS = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "p", "h1", "h2", "h3", "h4", "dl", "div",
    "dt", "dd", "time", "code", "bdi", "nav", "ol", "ul", "li", "span", "main", "section", "strong", "em",
    "table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "svg", "desc", "rect", "path",
    "circle", "line", "text", "article", "blockquote", "footer", "h5", "g",
}  # fmt: skip
CSS = files("counterlure.report").joinpath("style.css").read_text(encoding="utf-8")
PROFILE_CSS = files("counterlure.report").joinpath("profile.css").read_text(encoding="utf-8")


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, key, value or "") for key, value in attrs]
        if tag not in ("meta", "rect", "path", "circle", "line"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "tags are nested and closed"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    def values(self, key: str) -> list[str]:
        return [value for _, k, value in self.attributes if k == key]

    @property
    def text(self) -> str:
        return re.sub(r"[\s\u00a0\u202f]+", " ", " ".join(self.words))


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("names", [False, True])
def test_hostile_text_adds_no_tag_no_attribute_and_no_style(
    nasty_profile: Judgement, profiled: Judgement, lang: str, names: bool
) -> None:
    page, calm = Page(report_html(nasty_profile, lang, names)), Page(report_html(profiled, lang, names))
    assert page.tags <= TAGS
    assert not page.open
    keys = {(tag, key) for tag, key, _ in page.attributes}
    assert keys <= {(tag, key) for tag, key, _ in calm.attributes} | {("p", "dir")}
    assert not [key for _, key, _ in page.attributes if key.startswith("on")]
    styles = [v for v in page.values("style") if not re.fullmatch(r"inline-size:\d{1,3}%", v)]
    assert not styles


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_nothing_is_fetched_and_nothing_runs(nasty_profile: Judgement, lang: str) -> None:
    text = report_html(nasty_profile, lang)
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base", "use", "image"} & page.tags
    assert all(value.startswith("#") for value in page.values("href"))
    assert not page.values("src") + page.values("xlink:href") + page.values("action")
    assert "url(" not in CSS + PROFILE_CSS
    assert "@import" not in CSS + PROFILE_CSS
    policies = [v for v in page.values("content") if "default-src" in v]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")


def test_outside_text_does_nothing_in_template_or_direction(nasty_profile: Judgement) -> None:
    text = report_html(nasty_profile, "en", names=True)
    assert "{{ 7*7 }}" in text
    assert "49" not in Page(text).text.split("{{ 7*7 }}")[0][-5:]
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff\x1b\x07\x00")
    assert max(len(run) for run in re.findall("W+", text)) < 300, "a name of 5,000 letters is cut"
    assert "\u0301" * 5 not in text


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_anchor_leads_somewhere_and_every_id_is_its_own(profiled: Judgement, lang: str) -> None:
    page = Page(report_html(profiled, lang))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {value[1:] for value in page.values("href")} <= set(ids)
    labelled = {part for value in page.values("aria-labelledby") for part in value.split()}
    assert labelled <= set(ids)


def test_names_of_targets_are_shown_only_when_asked_for(story: Judgement) -> None:
    people = ("Camille", "Aubert", "Dana", "Iris", "Jo Bell")
    hidden = Page(report_html(story, "en")).text
    assert not [name for name in people if name in hidden]
    assert "Dear [T-0001], I came across" in hidden
    shown = Page(report_html(story, "en", names=True)).text
    assert "T-0001 · Camille Aubert" in shown
    assert "The names of colleagues are shown because they were asked for." in shown


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            (
                "About accounts, never about the people behind them.",
                "of 10,000 strangers who write, about 20 (5 to 80) are taken to be hostile",
                "A hostile approach is very likely.",
                "about 930 (710 to 980) would be hostile",
                "Confidence: high",
                "The innocent explanation",
                "What would change this judgement",
            ),
        ),
        (
            "fr",
            (
                "Il s'agit de comptes, jamais des personnes qui se trouvent derrière.",
                "sur 10 000 inconnus qui écrivent, environ 20 (de 5 à 80) sont supposés hostiles",
                "Approche hostile : très probable.",
                "environ 930 (de 710 à 980) seraient hostiles",
                "Confiance : élevée",
                "L'explication innocente",
                "Ce qui changerait ce jugement",
            ),
        ),
    ],
)
def test_the_page_says_what_no_option_can_switch_off(story: Judgement, lang: str, said: tuple[str, ...]) -> None:
    text = Page(report_html(story, lang)).text
    assert not [sentence for sentence in said if sentence not in text]


def test_an_empty_case_still_says_where_it_starts_from(story: Judgement) -> None:
    clear = tuple(a for a in story.assessments if a.level is Level.CLEAR)
    empty = msgspec.structs.replace(
        story, assessments=clear, progress=(), groups=(), exposure=(), skipped=(), warnings=()
    )
    text = Page(report_html(empty, "en")).text
    assert "No account is at alert." in text
    assert "of 10,000 strangers who write" in text
    assert "an empty report is not a clean bill of health" in text


def test_levels_are_told_by_sign_and_word_not_by_colour_alone(story: Judgement) -> None:
    text = Page(report_html(story, "en")).text
    assert "▲ Alert" in text
    assert "◆ Watch" in text


def test_the_same_sign_in_two_threads_is_said_once_with_both_places(story: Judgement) -> None:
    first = story.assessments[0]
    twice = first.findings[0]
    elsewhere = msgspec.structs.replace(
        twice.evidence[0], source="other.zip/messages.csv:4", quote="Once more, the draft?"
    )
    again = msgspec.structs.replace(twice, evidence=(elsewhere,), targets=("T-0002",))
    judged = msgspec.structs.replace(first, findings=(*first.findings, again))
    text = report_html(msgspec.structs.replace(story, assessments=(judged, *story.assessments[1:])), "en")
    dossier = text.split('id="a1"')[1].split('id="a2"')[0]
    assert dossier.count("Pay and a request for what is not public meet") == 1
    assert "other.zip/messages.csv:4" in dossier


def test_one_row_that_shows_two_things_is_named_once(story: Judgement) -> None:
    first = story.assessments[0]
    proof = first.findings[0].evidence[0]
    both = msgspec.structs.replace(
        first.findings[0], evidence=(proof, msgspec.structs.replace(proof, stage="paid_work"))
    )
    judged = msgspec.structs.replace(first, findings=(both,))
    text = report_html(msgspec.structs.replace(story, assessments=(judged, *story.assessments[1:])), "en")
    dossier = text.split('id="a1"')[1].split('id="a2"')[0]
    assert dossier.count("archive.zip/messages.csv:31") == 1
    assert "<em>sensitive request, paid work offered</em>" in dossier


def test_an_account_known_by_name_only_gives_no_key_away(story: Judgement) -> None:
    key = "name:in:camille-aubert/robin vale"
    accounts = story.accounts | {1: msgspec.structs.replace(story.accounts[1], url=None, key=key)}
    text = report_html(msgspec.structs.replace(story, accounts=accounts), "en")
    assert "known by its displayed name only" in text
    assert "camille" not in text.lower()


def test_a_quote_is_given_once_and_then_referred_to(story: Judgement) -> None:
    first = report_html(story, "en").split('id="a1"')[1].split('id="a2"')[0]
    assert first.count("Our client would pay 900 EUR") == 1
    assert "quoted above" in first


def test_twelve_dossiers_stay_light_and_clear_accounts_are_counted_not_listed(
    many: Callable[[int, int], Judgement],
) -> None:
    text = report_html(many(12, 50_000), "fr")
    assert len(text.encode()) < 400_000
    assert text.count('class="dossier"') == 12
    assert "Clear 20000" not in text
    assert "50\u202f000 comptes que rien ne distingue" in text


def test_a_page_for_thousands_of_accounts_says_how_many_it_leaves_out(
    many: Callable[[int, int], Judgement], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counterlure.report.html.DOSSIERS_SHOWN", 3)
    text = Page(report_html(many(13, 0), "en")).text
    assert "10 more are listed in assessment.json." in text


def test_the_page_does_not_depend_on_the_order_of_the_case(story: Judgement) -> None:
    turned = msgspec.structs.replace(
        story,
        assessments=story.assessments[::-1],
        exposure=story.exposure[::-1],
        progress=story.progress[::-1],
    )
    assert report_html(turned, "en") == report_html(story, "en")


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1, 2], ids=["light", "dark", "print"])
def test_every_ink_is_legible_on_every_ground(theme: int) -> None:
    block = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[theme]
    colour = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    inks = ("ink", "soft", "accent", "alert", "watch", "clear", "insufficient")
    for ground in ("paper", "card"):
        for ink in inks:
            assert contrast(colour[ink], colour[ground]) >= 4.5, (ink, ground)
    assert contrast(colour["ink"], colour["quote"]) >= 4.5
    assert contrast(colour["ink"], colour["interval"]) >= 3, "the point stands out on its interval"
