"""Names stay hidden on every page and in every answer until somebody asks for one, which is kept with the reason."""

from __future__ import annotations

import html
import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterlure.model import AccountInfo, Group, Noted, TargetInfo
from counterlure.workbench import conversation
from counterlure.workbench.screen import Screen, account_id
from tests.workbench.conftest import A, B
from tests.workbench.served import ACCOUNTS, TARGETS, contents, pages, rows_of

NAMES = {**ACCOUNTS, **TARGETS}


def shown(browser, desk, case=A, viewing=False):
    """Every page and every answer of a case, by address; a dossier and an answer for each account, each source row."""
    listed = [row["account"] for row in browser.get(f"/api/cases/{case}/queue").json()["rows"]]
    sources = rows_of(desk.path(case), "SELECT s.name, m.line FROM message AS m JOIN source AS s ON s.id = m.source")
    wanted = [
        *pages(desk.facts[case]).values(), *(f"/c/{case}/a/{account}" for account in listed),
        *(f"/c/{case}/source?at={name}:{line}" for name, line in sources),
        *(f"/api/cases/{case}/accounts/{account}" for account in listed),
        *(f"/api/cases/{case}/letters/{letter}" for letter in (desk.facts[case].draft, desk.facts[case].approved)),
        f"/api/cases/{case}/queue", f"/api/cases/{case}/queue?by=group", f"/api/cases/{case}/graph",
        f"/api/cases/{case}/letters", f"/api/cases/{case}/judging",
    ]  # fmt: skip
    found = {path: browser.get(path, headers={"accept": "text/html"}) for path in wanted}
    assert len(listed) >= 3
    assert len(sources) >= 14
    texts = {path: html.unescape(answer.text) for path, answer in found.items() if answer.status_code == 200}
    # A letter is read by those who may see names as its reader will read it.
    return texts if viewing else {path: text for path, text in texts.items() if not re.search(r"/letters/\d+$", path)}


def names_in(text):
    """The people that a text names, by their whole name, a part of it or their address."""
    found = set()
    for slug, name in NAMES.items():
        words = [slug, *name.split()]
        if any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in words):
            found.add(name)
    return found


@pytest.mark.parametrize("role", ["viewer", "analyst", "lead"])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_no_page_and_no_answer_names_anybody_before_a_name_is_asked_for(reading, role, lang):
    browser = reading.client(role)
    browser.post("/lang", data={"lang": lang, "csrf": browser.csrf})
    texts = shown(browser, reading, viewing=role == "viewer")
    assert len(texts) > 30
    assert {path: names for path, text in texts.items() if (names := names_in(text))} == {}
    assert any("[T-0001]" in text for text in texts.values())


def test_a_letter_is_read_by_those_who_may_see_names(reading):
    letter = reading.facts[A].draft
    addresses = f"/c/{A}/letters/{letter}", f"/api/cases/{A}/letters/{letter}"
    for role, reads in (("viewer", False), ("analyst", True), ("lead", True)):
        browser = reading.client(role)
        assert [bool(names_in(browser.get(address).text)) for address in addresses] == [reads, reads], role
    assert reading.client("viewer").get(addresses[1]).json()["body"] is None


def test_the_story_holds_the_names_that_are_looked_for(reading):
    texts = " ".join(text for (text,) in rows_of(reading.path(A), "SELECT text FROM message"))
    assert names_in(texts) == set(NAMES.values())


def test_the_search_finds_nobody_by_name(reading):
    viewer = reading.client("viewer")
    for word in {word for name in NAMES.values() for word in name.split()} | set(NAMES):
        assert viewer.get(f"/api/cases/{A}/queue", params={"text": word}).json()["total"] == 0


def test_a_name_that_was_asked_for_is_shown_in_that_session_alone(desk):
    lead, other, account = desk.client("lead"), desk.client("lead"), desk.facts[A].account
    name = rows_of(desk.path(A), "SELECT name FROM account WHERE id = ?", account)[0][0]
    answer = lead.post(f"/api/cases/{A}/accounts/{account}/reveal", json={"purpose": "to ask the platform"}).json()
    assert answer == {
        "pseudonym": account_id(account),
        "name": name,
        "address": f"https://www.linkedin.com/in/{_slug(name)}",
    }
    assert name in lead.page(f"/c/{A}/a/{account}")
    assert {name for text in shown(lead, desk).values() for name in names_in(text)} == {name}
    assert {name for text in shown(other, desk).values() for name in names_in(text)} == set()


def test_a_revealed_target_is_named_and_nobody_else(desk):
    lead = desk.client("lead")
    answer = lead.post(f"/api/cases/{A}/targets/T-0001/reveal", json={"purpose": "to call her"}).json()
    assert answer == {"pseudonym": "T-0001", "name": "Camille Aubert", "address": None}
    texts = shown(lead, desk)
    assert {name for text in texts.values() for name in names_in(text)} == {"Camille Aubert"}
    assert "T-0001 · Camille Aubert" in texts[f"/c/{A}/exposure"]


def test_every_name_that_is_revealed_stands_in_the_chain_with_its_reason_before_anybody_sees_it(desk):
    lead, account = desk.client("lead"), desk.facts[A].account
    lead.post(f"/api/cases/{A}/accounts/{account}/reveal", json={"purpose": "to ask the platform"})
    lead.post(f"/api/cases/{A}/targets/T-0002/reveal", json={"purpose": "to call her"})
    sql = "SELECT actor, action, object, result FROM audit ORDER BY id DESC LIMIT 2"
    assert rows_of(desk.path(A), sql) == [
        ("lead-a", "reveal", "T-0002", "to call her"),
        ("lead-a", "reveal", account_id(account), "to ask the platform"),
    ]
    auditor = desk.client("auditor").page(f"/c/{A}/audit")
    assert "to ask the platform" in auditor


def test_a_name_that_cannot_be_recorded_is_not_revealed(desk, monkeypatch):
    def full(*_):
        raise OSError("no space left")

    lead, account = desk.client("lead"), desk.facts[A].account
    monkeypatch.setattr("counterlure.case.audit.append", full)
    lead._transport.raise_server_exceptions = False
    answer = lead.post(f"/api/cases/{A}/accounts/{account}/reveal", json={"purpose": "to ask the platform"})
    assert answer.status_code == 500
    assert {name for text in shown(lead, desk).values() for name in names_in(text)} == set()


@pytest.mark.parametrize("purpose", ["", "  ", "ab", "   a   ", "\u200b\u200b\u200b\u200b", "x" * 201, None])
def test_a_reason_that_says_nothing_reveals_nothing(desk, purpose):
    lead, account, before = desk.client("lead"), desk.facts[A].account, contents(desk.path(A))
    for path in (f"accounts/{account}", "targets/T-0001"):
        answer = lead.post(f"/api/cases/{A}/{path}/reveal", json={"purpose": purpose})
        assert answer.status_code == 422
    assert contents(desk.path(A)) == before
    assert {name for text in shown(lead, desk).values() for name in names_in(text)} == set()


def test_a_name_revealed_in_one_case_is_not_shown_in_another_of_the_same_session(all_three):
    both = all_three.browser().sign_in("both")
    assert both.post(f"/api/cases/{B}/targets/T-0001/reveal", json={"purpose": "to call her"}).status_code == 200
    assert "Camille" in both.page(f"/c/{B}/exposure")
    assert "Camille" not in both.page(f"/c/{A}/exposure")


def test_a_name_is_hidden_again_after_signing_out(desk):
    lead = desk.client("lead")
    lead.post(f"/api/cases/{A}/targets/T-0001/reveal", json={"purpose": "to call her"})
    lead.post("/logout", data={"csrf": lead.csrf})
    assert "Camille" not in lead.sign_in("lead-a").page(f"/c/{A}/exposure")


def _slug(name):
    return next(slug for slug, one in NAMES.items() if one == name)


# The mask by itself


@given(
    names=st.lists(
        st.sampled_from(["Ann Grant", "Mark Lee", "Bea O'Brien", "Jo", "Élodie Noël", "李 明", "Ann Lee"]), min_size=1
    ),
    words=st.lists(
        st.sampled_from(["ann", "ANN GRANT", "Mark  Lee", "mark", "the", "O'Brien,", "jo", "ÉLODIE NOËL.", "李 明"])
    ),
)
def test_a_whole_name_never_stands_in_a_quote_whoever_is_read(names, words):
    text = " ".join(words)
    judgement = _judgement(accounts={i + 1: name for i, name in enumerate(names)}, targets={})
    kept = Screen(judgement, frozenset()).mask(1).quote(text, ())
    for name in names:
        if len(name.split()) > 1:
            whole = r"\s+".join(map(re.escape, name.split()))
            assert not re.search(rf"(?<!\w){whole}(?!\w)", kept, re.IGNORECASE)


def test_of_those_near_by_every_part_of_a_name_is_hidden_and_of_others_whole_names_only():
    judgement = _judgement(
        accounts={1: "Grant Hale", 2: "Mark Stone"}, targets={"T-0001": "Ann Pole", "T-0002": "Rose Hill"}
    )
    mask = Screen(judgement, frozenset()).mask(1)
    text = "Ann, a grant for Mark? Rose Hill and rose. Yours, Grant. Mark Stone"
    assert mask.quote(text, ("T-0001",)) == (
        "[T-0001], a grant for [A-0002]? [T-0002] and rose. Yours, [A-0001]. [A-0002]"
    )
    for start, end in mask.places(text, ("T-0001",)):
        assert text[start:end] in ("Ann", "Rose Hill", "Grant", "Mark", "Mark Stone")
    assert mask.quote("Mark this, and the hill", ()) == "Mark this, and the hill"
    revealed = Screen(judgement, {"A-0001", "T-0002"}).mask(1)
    assert revealed.quote(text, ("T-0001",)) == (
        "[T-0001], a grant for [A-0002]? Rose Hill and rose. Yours, Grant. [A-0002]"
    )


def test_a_name_of_one_word_that_is_not_near_by_hides_no_ordinary_word():
    judgement = _judgement(accounts={1: "Ann Pole", 2: "The", 3: "Expert"}, targets={})
    text = "The expert of The Expert"
    assert Screen(judgement, frozenset()).mask(1).quote(text, ()) == text
    assert Screen(judgement, frozenset()).mask(3).quote(text, ()) == "The [A-0003] of The [A-0003]"


def test_names_in_scripts_without_spaces_are_hidden_in_the_middle_of_a_sentence():
    names = {1: "李 明", 2: "王小红", 3: "김민수", 4: "สมชาย ใจดี"}
    mask = Screen(_judgement(accounts=names, targets={"T-0001": "田中 さくら"}), frozenset()).mask(1)
    text = "李明先生，王小红和김민수씨는 田中さくらさん คุณสมชาย ใจดีครับ 李 明"
    kept = mask.quote(text, ())
    assert kept == "[A-0001]先生，[A-0002]和[A-0003]씨는 [T-0001]さん คุณ[A-0004]ครับ [A-0001]"
    assert "".join(text[a:b] for a, b in sorted(mask.places(text, ()))) == "李明王小红김민수田中さくらสมชาย ใจดี李 明"


def test_members_of_a_group_are_near_by():
    judgement = _judgement(accounts={1: "Ann Pole", 2: "Bea Stone"}, targets={}, group=(1, 2))
    assert Screen(judgement, frozenset()).mask(1).quote("Yours, Bea", ()) == "Yours, [A-0002]"


def test_a_mark_in_a_message_never_cuts_a_name_in_two():
    judgement = _judgement(accounts={1: "Ann Pole"}, targets={"T-0001": "Rose Hill"})
    text = "Dear Rose Hill, pay in cash. Ann Pole"
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            line = Noted(
                thread=1, at=1, mine=True, target="T-0001", source="a:1", text=text, shows=(("fee", start, end),)
            )
            words = conversation._Writer(Screen(judgement, frozenset()), 1, ("T-0001",), "en")._marked(line)
            plain = re.sub("<[^>]+>", "", words)
            assert not re.search("Rose|Hill|Ann|Pole", plain), (start, end, plain)


def _judgement(accounts, targets, group=()):
    infos = {i: AccountInfo(i, f"in:{i}", name, None) for i, name in accounts.items()}
    people = {i: TargetInfo(i, name, None, None) for i, name in targets.items()}
    groups = (Group("G-01", group, (), 0.1, "", ()),) if group else ()
    return SimpleNamespace(accounts=infos, targets=people, groups=groups, assessments=(), exposure=())
