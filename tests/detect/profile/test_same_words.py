"""Copied words are told from a firm's own, a template's and those of one person; frames only where accounts act together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from counterlure.case.rows import AccountRow, Batch, Owner, PositionRow, ProfileRow
from counterlure.case.store import Case
from counterlure.case.write import DeliveryWriter
from counterlure.detect import Detected, allowed_columns
from counterlure.detect.profile import adverts, same_words
from counterlure.detect.profile.skeletons import frame
from counterlure.model import Finding, Group
from tests.factories import DAY, NOW, Delivery, new_case, talk

SUMMARY = (
    "Sworn to good bearings and quiet gearboxes, I have spent most of my working life in the test hall of a foundry. "
    "What I like best is the moment when a noise that nobody could explain gets a name. On the side I repair clocks."
)
EDITED = SUMMARY.replace("a foundry", "a forge").replace("quiet", "silent")
DUTIES = (
    "Kept the test stand running through two moves, wrote the plan by which bearings are checked before they are sent "
    "out, and taught six apprentices how to hear a worn gear before any instrument does so."
)
SHORT = "Engineer with a passion for quiet gearboxes and good bearings, always open to new people and ideas."


class Shown:
    """Captures of accounts that are handed in together; `write` hands them in."""

    def __init__(self, name: str, owner: str | None = None) -> None:
        self.name, self.owner = name, owner
        self.accounts: list[AccountRow] = []
        self.profiles: list[ProfileRow] = []

    def add(
        self, account: str, summary: str | None = None, *roles: tuple[str | None, str] | tuple[str | None, str, str],
        at: int | None = None,
    ) -> Shown:  # fmt: skip
        """A capture of `in:<account>`, or of a key as it stands; roles are (organisation, description, identifier)."""
        key = account if ":" in account else f"in:{account}"
        line = 10 * len(self.profiles) + 2
        entries = [
            PositionRow("work", role[0], "Engineer", "2015-03", None, line + n, role[1], *role[2:])
            for n, role in enumerate(roles, 1)
        ]
        self.profiles.append(ProfileRow(len(self.accounts), at, None, summary, line, entries))
        self.accounts.append(AccountRow([key], account))
        return self

    def write(self, case: Case, order: int = 1) -> None:
        """One batch; with order -1 the captures are written from the last to the first."""
        owner = Owner([f"in:{self.owner}"], self.owner) if self.owner else None
        batch = Batch(
            f"{self.name}/p.json", "capture", "0", owner, accounts=self.accounts, profiles=self.profiles[::order]
        )
        DeliveryWriter(case).write(Delivery(self.name, self.name, owner, [batch]))


def found(case: Case, before: Detected | None = None) -> list[Finding]:
    """What the detector says of a case."""
    with case.reader(allowed_columns()) as reader:
        return same_words.find(reader, before or Detected()).findings


def said(case: Case, before: Detected | None = None) -> set[tuple[str, str, float]]:
    """(account, kind, score) of what the detector says."""
    names = dict(case.db.execute("SELECT account, min(key) FROM account_key GROUP BY account"))
    return {(names[f.account].removeprefix("in:"), f.kind, f.score) for f in found(case, before)}


def number(case: Case, account: str) -> int:
    """The account of a slug."""
    return int(case.db.execute("SELECT account FROM account_key WHERE key = ?", (f"in:{account}",)).fetchone()[0])


def acting(case: Case, *accounts: str) -> Detected:
    """That these accounts form a group."""
    members = tuple(sorted(number(case, account) for account in accounts))
    return Detected(groups=[Group("G-01", members, (), None, "a group")])


@pytest.fixture
def case(tmp_path: Path) -> Any:
    with new_case(tmp_path) as made:
        yield made


def test_nothing_is_said_of_nothing(case: Case) -> None:
    assert found(case) == []
    Shown("a").add("ann").add("bob", "").add("eve", None, ("Acme", "Many things")).write(case)
    assert found(case) == []


def test_words_of_a_colleagues_profile_fall_on_whoever_took_them(case: Case) -> None:
    Shown("own.zip", owner="tess").add("tess", SUMMARY).write(case)
    Shown("b").add("eve", EDITED, at=NOW - 900 * DAY).write(case)
    (finding,) = found(case)
    assert (finding.account, finding.kind, finding.score) == (number(case, "eve"), "profile_text_copied", 1.0)
    assert finding.params == {"accounts": 1, "texts": 1, "targets": 1, "earlier": 0}
    own, other = finding.evidence
    assert own.source == "b/p.json:2" and (own.quote or "").startswith("Sworn to good bearings and silent")
    assert (other.source, other.quote) == ("own.zip/p.json:2", None)


def test_where_nobody_knows_who_was_first_both_are_told_weakly(case: Case) -> None:
    Shown("a").add("ann", SUMMARY, at=NOW).add("eve", EDITED, at=NOW - 364 * DAY).write(case)
    assert said(case) == {("ann", "profile_text_copied", 0.5), ("eve", "profile_text_copied", 0.5)}


def test_a_capture_of_a_year_earlier_is_the_original(case: Case) -> None:
    Shown("a").add("ann", SUMMARY, at=NOW - 365 * DAY).add("ann", EDITED, at=NOW).add("eve", EDITED, at=NOW).write(case)
    assert said(case) == {("eve", "profile_text_copied", 1.0)}


def test_a_capture_without_date_is_not_earlier(case: Case) -> None:
    Shown("a").add("ann", SUMMARY).add("eve", SUMMARY, at=NOW - 3_000 * DAY).write(case)
    assert {score for *_, score in said(case)} == {0.5}


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (("Acme", DUTIES), ("Brack Pumps", DUTIES), True),
        (("Acme GmbH", DUTIES), ("ACME", DUTIES), False),
        (("Acme", DUTIES, "company:77"), ("Acme Europe", DUTIES, "company:77"), False),
        (("Acme", DUTIES, "company:77"), ("Brack", DUTIES, "company:78"), True),
        ((None, DUTIES), ("Brack Pumps", DUTIES), False),
        (("Acme", DUTIES[:60]), ("Brack Pumps", DUTIES[:60]), False),
    ],
)
def test_a_role_is_copied_only_from_another_employer(case: Case, one: Any, other: Any, told: bool) -> None:
    Shown("a").add("ann", None, one).add("eve", None, other).write(case)
    assert bool(said(case)) == told


def test_a_role_may_be_copied_into_a_summary(case: Case) -> None:
    Shown("a").add("ann", None, ("Acme", DUTIES)).add("eve", DUTIES, ("Brack", "x")).write(case)
    assert {name for name, *_ in said(case)} == {"ann", "eve"}


def test_summaries_of_one_employer_weigh_half(case: Case) -> None:
    Shown("a").add("ann", SUMMARY, ("Acme", "x")).add("eve", SUMMARY, ("Brack", "x"), ("Acme Ltd", "y")).write(case)
    assert {score for *_, score in said(case)} == {0.25}


@pytest.mark.parametrize(("holders", "told"), [(2, 2), (5, 5), (6, 0)])
def test_what_more_than_five_accounts_show_is_a_template(case: Case, holders: int, told: int) -> None:
    shown = Shown("a")
    for n in range(holders):
        shown.add(f"a{n}", [SUMMARY, EDITED][n % 2])
    shown.write(case)
    assert len(found(case)) == told


def test_short_texts_are_stock_phrases(case: Case) -> None:
    Shown("a").add("ann", SHORT).add("eve", SHORT).write(case)
    assert found(case) == []


def test_an_account_without_address_may_be_the_same_person_seen_elsewhere(case: Case) -> None:
    Shown("a").add("ann", SUMMARY).write(case)
    Shown("b").add("name:b:ann", SUMMARY).write(case)
    assert found(case) == []


def test_two_accounts_of_one_delivery_are_two(case: Case) -> None:
    Shown("a").add("ann", SUMMARY).write(case)
    Shown("b").add("name:b:eve", SUMMARY).add("ann", SUMMARY).write(case)
    assert len(found(case)) == 2


def test_one_account_repeats_itself(case: Case) -> None:
    Shown("a").add("ann", SUMMARY, ("Acme", SUMMARY)).add("ann", EDITED, ("Brack", SUMMARY)).write(case)
    assert found(case) == []


def test_targets_are_never_judged(case: Case) -> None:
    advert = next(text for text, held in adverts.examples() if held)
    for name in ("tess", "tom", "tim"):
        Shown(f"{name}.zip", owner=name).add(name, SUMMARY, (name, DUTIES), (name, advert)).write(case)
    assert found(case, acting(case, "tess", "tom", "tim")) == []


# ---- adverts


@pytest.mark.parametrize(("text", "held"), list(adverts.examples()))
def test_examples_of_adverts_are_told_from_honest_roles(text: str, held: bool) -> None:
    assert (adverts.advert(text) is not None) == held


@pytest.mark.parametrize("text", [SUMMARY, DUTIES, SHORT, "", "you will be responsible", "h/f " * 50, "x" * 1_000_000])
def test_other_texts_are_no_adverts(text: str) -> None:
    assert adverts.advert(text) is None


def test_every_phrase_stands_once_in_the_file() -> None:
    phrases = [phrase.tokens for phrases in adverts._phrases().values() for phrase in phrases]
    assert len(phrases) == len(set(phrases)) > 150


def test_an_advert_shown_as_a_role_is_told_with_its_words(case: Case) -> None:
    text = "At Acme since spring. You will be responsible for the pumps. You'll report to the plant manager."
    Shown("a").add("eve", text, ("Acme", text), ("Brack", DUTIES)).write(case)
    (finding,) = found(case)
    assert (finding.kind, finding.score, finding.params) == ("advert_copied", 1.0, {"phrases": 2})
    assert [evidence.source for evidence in finding.evidence] == ["a/p.json:3"]
    assert "You will be responsible" in (finding.evidence[0].quote or "")


# ---- frames

FRAMES = {
    "en": "I advise {0} on everything that turns {1} into a business that lasts. Over {2} years I have built teams in {3}, "
    "negotiated with partners who had never worked together before, and learned to listen first and to decide quickly "
    "afterwards. People who know me say that I keep calm when others begin to shout.",
    "fr": "J'accompagne depuis {2} ans les équipes de {0} dans tout ce qui touche à {1}, avec une attention constante portée "
    "aux personnes. Après plusieurs années passées à {3}, je sais écouter avant de trancher, et j'aime les sujets que "
    "personne ne veut reprendre parce qu'ils demandent du temps et de la patience.",
    "de": "Seit {2} Jahren berate ich {0} in allen Fragen rund um {1} und sorge dafür, dass gute Ideen nicht in der Schublade "
    "liegen bleiben. In {3} habe ich gelernt, zuerst zuzuhören und danach schnell zu entscheiden. Wer mich kennt, der sagt "
    "von mir, dass ich ruhig bleibe, wenn andere laut werden, und lieber frage als zu behaupten.",
}  # fmt: skip
FILLINGS = [
    ("Valbrume Energies", "Marine Radar Coatings", "12", "Port Tessel"), ("Brack Pumps", "Rail Signalling", "7", "Orlanne"),
    ("Acme Industries International", "Grid Storage", "15", "Kestrel Bay"), ("Nordlund", "Satellite Links", "9", "Ulm Vale"),
]  # fmt: skip
HONEST = {
    "en": [
        SUMMARY,
        "I run a small archive in Port Tessel and spend my days with letters that nobody has opened for a century. "
        "Before that I taught Latin at a grammar school, which turned out to be useful when a parish register came in. "
        "Write to me if your attic holds paper and you do not know what to do with it.",
        "Sales manager for pumps and valves in the north of the country. I visit about two hundred plants a year, know "
        "most of the people who answer the phone there, and still find it odd to be thanked for a spare part. At home "
        "there are three dogs, a garden that is never finished and a piano which I play badly.",
    ],
    "fr": [
        "Ingénieure de formation, je travaille aujourd'hui à la direction des achats d'un fabricant de pompes à Valbrume. "
        "Ce qui me plaît, c'est de voir arriver sur la chaîne une pièce que l'on croyait introuvable. J'ai aussi été "
        "bénévole pendant dix ans dans une école de voile, où l'on apprend vite à rester simple.",
        "Après une thèse sur les sols argileux, j'ai rejoint un bureau qui conseille les communes du littoral. Je rédige "
        "des rapports que les maires lisent vraiment, du moins je l'espère, et je passe autant de temps dehors que "
        "devant un écran. Le soir, je chante dans un choeur dont je tiens les comptes.",
        "Trois métiers en vingt ans : d'abord libraire, ensuite documentaliste dans un hôpital, et maintenant responsable "
        "des archives d'un port. Le fil, ce sont les papiers des autres, que je range pour qu'on les retrouve. Je forme "
        "volontiers celles et ceux qui débutent, à condition qu'ils n'aient pas peur de la poussière.",
    ],
    "de": [
        "Als Leiterin der Werkstatt in Port Tessel bin ich für zwölf Kolleginnen und Kollegen verantwortlich und stehe "
        "trotzdem noch jeden Tag selbst an der Maschine. Gelernt habe ich in einer Gießerei, die es nicht mehr gibt. Mir "
        "ist wichtig, dass am Abend alle gesund nach Hause gehen und am Morgen gern wiederkommen.",
        "Ich arbeite als Geologe in einem Ingenieurbüro und schreibe Gutachten über Böden, auf denen andere bauen wollen. "
        "Nach dem Studium in Orlanne war ich einige Jahre auf See, was man meinen Geschichten angeblich anhört. In der "
        "Freizeit leite ich einen Chor und suche seit Jahren einen Tenor, der auch kommt, wenn es regnet.",
        "Vom Vertrieb bin ich über Umwege in die Instandhaltung gekommen und dort geblieben, weil man am Ende des Tages "
        "sieht, was man getan hat. Heute plane ich die Stillstände eines Werks und verhandle mit Lieferanten über Termine. "
        "Wenn etwas nicht klappt, rufe ich lieber an, als eine lange Nachricht zu schreiben.",
    ],
}  # fmt: skip


def framed(case: Case, texts: Sequence[str], houses: Sequence[str] = ("A", "B", "C", "D", "E", "F")) -> None:
    """Accounts a0, a1, ... that show these summaries."""
    shown = Shown("a")
    for n, text in enumerate(texts):
        shown.add(f"a{n}", text, (houses[n], "x"))
    shown.write(case)


def filled(language: str, count: int) -> list[str]:
    return [FRAMES[language].format(*filling) for filling in FILLINGS[:count]]


@pytest.mark.parametrize("language", FRAMES)
def test_three_accounts_of_a_group_that_fill_one_frame_are_told(case: Case, language: str) -> None:
    framed(case, filled(language, 4))
    assert said(case, acting(case, "a0", "a1", "a2")) == {(f"a{n}", "skeleton_shared", 1.0) for n in range(3)}
    (one, *_) = found(case, acting(case, "a0", "a1", "a2"))
    assert [e.source for e in one.evidence] == ["a/p.json:2", "a/p.json:12", "a/p.json:22"]
    assert one.params == {"accounts": 3} and one.evidence[0].quote and one.evidence[1].quote is None


@pytest.mark.parametrize("language", FRAMES)
def test_one_frame_is_nothing_among_accounts_that_are_not_linked(case: Case, language: str) -> None:
    framed(case, filled(language, 4))
    assert found(case) == []
    assert found(case, acting(case, "a0", "a1")) == []


@pytest.mark.parametrize("language", HONEST)
def test_honest_summaries_of_one_language_have_no_common_frame(case: Case, language: str) -> None:
    texts = [*HONEST[language], *filled(language, 1)]
    framed(case, texts)
    assert found(case, acting(case, "a0", "a1", "a2", "a3")) == []
    frames = [{*frame(text).split(), *pairwise(frame(text).split())} for text in texts]
    assert all(frames) and max(len(a & b) / len(a | b) for a, b in combinations(frames, 2)) < 0.4


def test_who_sent_the_same_text_is_linked(case: Case) -> None:
    framed(case, filled("en", 3))
    a, b, c = (number(case, f"a{n}") for n in range(3))
    assert len(found(case, Detected(ties=[(a, b), (b, c)]))) == 3
    assert found(case, Detected(ties=[(a, b)])) == []


def test_who_reached_the_same_targets_beyond_chance_is_linked(case: Case) -> None:
    framed(case, filled("en", 3))
    for n in range(14):
        talk(case, "other", f"t{n}", ("in", "Hello there"))
    for account in ("a0", "a1", "a2"):
        for n in range(4):
            talk(case, account, f"t{n}", ("in", "Good morning"))
    assert {name for name, *_ in said(case)} == {"a0", "a1", "a2"}


def test_who_reached_the_same_targets_as_everybody_is_not_linked(case: Case) -> None:
    framed(case, filled("en", 3))
    for account in ("a0", "a1", "a2"):
        for n in range(4):
            talk(case, account, f"t{n}", ("in", "Good morning"))
    assert found(case) == []


def test_one_frame_among_colleagues_weighs_half(case: Case) -> None:
    framed(case, filled("en", 3), ("Acme", "Acme Ltd", "ACME"))
    assert {score for *_, score in said(case, acting(case, "a0", "a1", "a2"))} == {0.5}


def test_a_template_counts_only_inside_a_group(case: Case) -> None:
    framed(case, [SUMMARY] * 6)
    assert said(case, acting(case, "a1", "a3", "a5")) == {(f"a{n}", "skeleton_shared", 1.0) for n in (1, 3, 5)}


def test_words_told_to_be_copied_are_no_frame_besides(case: Case) -> None:
    framed(case, [SUMMARY] * 3)
    assert {kind for _, kind, _ in said(case, acting(case, "a0", "a1", "a2"))} == {"profile_text_copied"}


@pytest.mark.parametrize(
    "text", [SUMMARY.upper(), SHORT, "我在一家公司工作多年" * 20, "1 2 3 " * 100, "", "a" * 1_000_000]
)
def test_a_frame_of_few_words_is_none(text: str) -> None:
    assert frame(text) == "" or len(frame(text).split()) >= 20


# ---- whatever the input


NAMES = ["Valbrume", "Tessel", "Orlanne", "Brack", "Acme", "Kestrel"]


def mixed(shown: Shown, names: dict[str, str] | None = None) -> Shown:
    """Accounts with texts of every kind; names are exchanged in all that they show."""

    def renamed(text: str) -> str:
        return re.sub("|".join(names), lambda name: names[name[0]], text) if names else text

    for n, text in enumerate(filled("en", 3)):
        shown.add(f"p{n}", renamed(text), (renamed(NAMES[n]), DUTIES if n else "x"))
    shown.add("p3", renamed(f"Orlanne Tessel {SUMMARY}"), (renamed("Tessel"), DUTIES), at=NOW)
    return shown.add("p4", renamed(f"Orlanne {SUMMARY}"), at=NOW - 500 * DAY)


def test_the_order_of_rows_and_deliveries_changes_nothing(tmp_path: Path) -> None:
    results = []
    for order in (1, -1):
        with new_case(tmp_path / str(order)) as case:
            for shown in [Shown("z", owner="tess").add("tess", EDITED), mixed(Shown("a"))][::order]:
                shown.write(case, order)
            result = found(case, acting(case, "p0", "p1", "p2"))
            names = dict(case.db.execute("SELECT account, key FROM account_key"))
            results.append(sorted((names[f.account], f.kind, f.score, f.evidence, str(f.params)) for f in result))
    assert results[0] == results[1]
    assert {kind for _, kind, *_ in results[0]} == {"profile_text_copied", "skeleton_shared"}


@pytest.mark.parametrize("seed", range(6))
def test_a_bijection_of_names_changes_nothing(tmp_path: Path, seed: int) -> None:
    """Names are exchanged for each other, or for others that nobody has seen."""
    rng = Random(seed)
    new = [NAMES, [f"Q{n}" for n in "abcdef"]][seed % 2]
    results = []
    for names in ({}, dict(zip(NAMES, rng.sample(new, 6), strict=True))):
        with new_case(tmp_path / str(len(names))) as case:
            mixed(Shown("a"), names).write(case)
            result = found(case, acting(case, "p0", "p1", "p2"))
            results.append([(f.account, f.kind, f.score, [e.source for e in f.evidence], f.params) for f in result])
    assert results[0] == results[1]
    assert {kind for _, kind, *_ in results[0]} == {"profile_text_copied", "skeleton_shared"}


def test_hostile_texts_neither_stop_nor_fool_the_detector(case: Case) -> None:
    hostile = [
        "a" * 1_000_000,
        "word " * 200_000,
        "\u202e" * 200_000,
        "x\u200b" * 100_000,
        "1 " * 500_000,
        "😀" * 100_000,
    ]
    shown = Shown("a")
    for n, text in enumerate(hostile * 2):
        shown.add(f"a{n}", text, (f"H{n}", text))
    shown.add("eve", f"\u202e{SUMMARY.replace(' ', chr(0xA0))}").add("ann", SUMMARY).write(case)
    named = {name for name, *_ in said(case)}
    assert {"eve", "ann"} <= named
    assert not named & {"a0", "a2", "a5"}
    assert all(len(e.quote or "") <= 300 for finding in found(case) for e in finding.evidence)
