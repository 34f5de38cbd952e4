"""Every route, as every person, on every kind of object: who may not, cannot, and nothing is changed by trying."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route

from counterlure.case import members
from counterlure.case.store import Case
from counterlure.workbench.pages.reference import needs
from counterlure.workbench.roles import GRANTS, May, Role
from tests.factories import Clock
from tests.workbench import served
from tests.workbench.conftest import A, B, C
from tests.workbench.served import Facts, Watch, contents, restore, rows_of

OPEN = {"/", "/style.css", "/login", "/logout", "/lang", "/interface", "/openapi.json", "/static"}
"""What is there without a seat in a case: signing in and out, and what describes the program and no case."""
CLOSED = ("/c/{case}/", "/api/cases/{case}/")
NOWHERE = Facts("dddd0004", 999_999, "T-9999", "nowhere.zip/messages.csv:2", 999_999, 999_999, 999_999, "0" * 64)
REFUSED = {401, 403, 404}
SEATS: dict[str, dict[str, Role]] = {
    "anonymous": {},
    "viewer-a": {A: Role.VIEWER},
    "analyst-a": {A: Role.ANALYST},
    "lead-a": {A: Role.LEAD},
    "auditor-a": {A: Role.AUDITOR},
    "lead-b": {B: Role.LEAD},
    "both": {A: Role.VIEWER, B: Role.LEAD},
    "link": {C: Role.LEAD},
}


@dataclass(frozen=True)
class Asking:
    """How one route is asked so that it does something.

    letter : which of the letters. json, form, query : what is sent, made from the numbers of a case. sends : whether
    the body names an object as well, which may then be a foreign one while the path is one's own.
    """

    letter: str = "draft"
    json: Any = None
    form: Any = None
    query: Any = None
    sends: bool = False


HOW = {
    ("GET", "/c/{case}/"): Asking(),
    ("POST", "/c/{case}/queue.csv"): Asking(form=lambda f: {}),
    ("GET", "/c/{case}/a/{account}"): Asking(),
    ("GET", "/c/{case}/source"): Asking(query=lambda f: {"at": f.at}, sends=True),
    ("GET", "/c/{case}/groups"): Asking(),
    ("GET", "/c/{case}/exposure"): Asking(),
    ("GET", "/c/{case}/letters"): Asking(),
    ("GET", "/c/{case}/letters/{letter}"): Asking(),
    ("POST", "/c/{case}/letters/{letter}/file"): Asking("approved", form=lambda f: {"form": "txt"}),
    ("GET", "/c/{case}/audit"): Asking(),
    ("GET", "/api/cases/{case}/queue"): Asking(),
    ("POST", "/api/cases/{case}/verdicts"): Asking(
        json=lambda f: {"accounts": [f.account], "verdict": "benign"}, sends=True
    ),
    ("POST", "/api/cases/{case}/undo"): Asking(),
    ("GET", "/api/cases/{case}/accounts/{account}"): Asking(),
    ("POST", "/api/cases/{case}/accounts/{account}/notes"): Asking(json=lambda f: {"text": "seen"}),
    ("POST", "/api/cases/{case}/accounts/{account}/tags"): Asking(json=lambda f: {"tag": "seen"}),
    ("POST", "/api/cases/{case}/accounts/{account}/reveal"): Asking(json=lambda f: {"purpose": "to call them"}),
    ("POST", "/api/cases/{case}/accounts/{account}/events"): Asking(
        json=lambda f: {"target": f.target, "kind": "trip", "text": "went there"}, sends=True
    ),
    ("DELETE", "/api/cases/{case}/accounts/{account}/events/{event}"): Asking(),
    ("POST", "/api/cases/{case}/targets/{target}/reveal"): Asking(json=lambda f: {"purpose": "to call them"}),
    ("PUT", "/api/cases/{case}/targets/{target}/facts"): Asking(json=lambda f: {"department": "Test"}),
    ("GET", "/api/cases/{case}/judging"): Asking(),
    ("POST", "/api/cases/{case}/judging"): Asking(),
    ("GET", "/api/cases/{case}/graph"): Asking(),
    ("GET", "/api/cases/{case}/letters"): Asking(),
    ("POST", "/api/cases/{case}/letters"): Asking(json=lambda f: {"target": f.target}, sends=True),
    ("GET", "/api/cases/{case}/letters/{letter}"): Asking(),
    ("PUT", "/api/cases/{case}/letters/{letter}"): Asking(json=lambda f: {"body": "# Other\n\nwords", "base": 1}),
    ("POST", "/api/cases/{case}/letters/{letter}/approval"): Asking(json=lambda f: {"digest": f.digest}),
    ("POST", "/api/cases/{case}/letters/{letter}/handover"): Asking("approved", json=lambda f: {"how": "by hand"}),
    ("POST", "/api/cases/{case}/letters/{letter}/withdrawal"): Asking(),
}
"""Every closed route; one that is missing here fails a test."""


def routes_of(routes: list[Any], prefix: str = "") -> Iterator[Any]:
    """All routes, those of included routers too, whichever way the framework holds them."""
    for route in routes:
        held = getattr(route, "original_router", None)
        if held is not None:
            assert not route.include_context.prefix, "the table below counts on full paths"
            yield from routes_of(held.routes)
        else:
            yield route


def closed(app: Any) -> dict[tuple[str, str], APIRoute]:
    """The routes of cases by method and path."""
    return {
        (method, route.path): route
        for route in routes_of(app.routes)
        if isinstance(route, APIRoute) and route.path.startswith(CLOSED)
        for method in route.methods
    }


def address(path: str, facts: Facts, how: Asking) -> str:
    values = facts._asdict() | {"letter": getattr(facts, how.letter)}
    return re.sub(r"{(\w+)}", lambda name: str(values[name[1]]), path)


@dataclass
class Tally:
    """What was asked and how it ended."""

    asked: int = 0
    granted: int = 0
    refusals: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def people(make_desk, tmp_path_factory):
    """(desk, browsers by name), everybody signed in; "link" came by the link, which opens only the case without members."""
    with make_desk(tmp_path_factory.mktemp("matrix"), A, B, C) as desk:
        browsers = {"anonymous": desk.browser(), "link": desk.local()}
        browsers |= {name: desk.browser().sign_in(name) for name in SEATS if name not in browsers}
        yield desk, browsers


class Matrix:
    """Asks, and holds what came against who may."""

    def __init__(self, desk, browsers, saved, asked_again) -> None:
        self.desk, self.browsers, self.saved, self.asked_again = desk, browsers, saved, asked_again
        self.tally = Tally()
        self.routes = closed(desk.app)
        self.watches = [Watch(desk.path(case)) for case in (A, B, C)]
        self.contents = [watch.contents() for watch in self.watches]
        self.before = self.state()

    def state(self) -> tuple[object, ...]:
        """Changes with every commit, every name revealed, and whenever the case is to be judged again."""
        revealed = [one.user for one in self.desk.app.state.sessions._open.values() if any(one.revealed.values())]
        return (*(watch.commits() for watch in self.watches), tuple(revealed), len(self.asked_again))

    def ask(self, person: str, key: tuple[str, str], path_facts: Facts, body_facts: Facts, right: bool) -> None:
        """One request; `right`: whether everything it names belongs to the case of the path."""
        method, path = key
        how, browser, case = HOW[key], self.browsers[person], path_facts.case
        extra: dict[str, Any] = {}
        if how.json:
            extra["json"] = how.json(body_facts)
        if how.form:
            extra["data"] = how.form(body_facts) | {"csrf": browser.headers.get("x-counterlure-csrf", "")}
        if how.query:
            extra["params"] = how.query(body_facts)
        role = SEATS[person].get(case)
        due = right and role is not None and needs(self.routes[key]) in GRANTS[role]
        answer = browser.request(method, address(path, path_facts, how), **extra)
        self.count(answer, due, f"{person} {method} {answer.request.url} -> {answer.status_code}, due {due}")

    def count(self, answer, due: bool, told: str) -> None:
        self.tally.asked += 1
        changed = self.state() != self.before
        if answer.status_code < 400:
            self.tally.granted += 1
            self.tally.wrong += [] if due else [told]
        else:
            self.tally.refusals[answer.status_code] += 1
            if due or answer.status_code not in REFUSED:
                self.tally.wrong.append(f"{told} {answer.text[:200]}")
            self.tally.wrong += [f"{told}, and something was changed"] if changed else []
        if changed:
            self.reset()

    def reset(self) -> None:
        for case in (A, B, C):
            restore(self.saved / case, self.desk.path(case))
        for session in self.desk.app.state.sessions._open.values():
            session.revealed.clear()
        self.asked_again.clear()
        self.before = self.state()
        self.check()

    def check(self) -> None:
        """Every row of every table stands as in the beginning."""
        assert [watch.contents() for watch in self.watches] == self.contents

    def close(self) -> None:
        self.check()
        for watch in self.watches:
            watch.close()


@pytest.fixture
def matrix(people, built, quiet):
    desk, browsers = people
    made = Matrix(desk, browsers, built[0], quiet)
    yield made
    made.reset()
    made.close()


def test_the_table_of_requests_names_every_route_of_a_case_and_no_other(people):
    assert set(closed(people[0].app)) == set(HOW)


def test_every_other_route_is_on_the_short_list_of_open_ones(people):
    others = [route for route in routes_of(people[0].app.routes) if not getattr(route, "path", "").startswith(CLOSED)]
    assert all(isinstance(route, (APIRoute, Route, Mount)) for route in others)
    assert {route.path for route in others} == OPEN


def test_every_route_of_a_case_takes_a_seat_that_says_what_it_needs(people):
    routes = closed(people[0].app)
    assert {key: type(needs(route)) for key, route in routes.items()} == dict.fromkeys(routes, May)


def test_what_only_reads_needs_no_more_than_reading_and_what_changes_needs_more(people):
    for (method, path), route in closed(people[0].app).items():
        reads = needs(route) in (May.READ, May.AUDIT)
        assert reads == (method == "GET"), path


def test_who_may_not_never_can_and_nothing_is_changed_by_trying(matrix, built, capsys):
    facts = built[1]
    foreign, missing = facts[B]._replace(case=A), NOWHERE._replace(case=A)
    for key, how in HOW.items():
        nested = re.search("{(?!case)", key[1])
        for person in SEATS:
            for case in (A, B, C):
                matrix.ask(person, key, facts[case], facts[case], right=True)
            matrix.ask(person, key, NOWHERE, facts[A], right=False)
            if nested or how.sends:
                matrix.ask(person, key, foreign, foreign, right=False)
                matrix.ask(person, key, missing, missing, right=False)
            if nested and how.sends:
                matrix.ask(person, key, facts[A], foreign, right=False)
                matrix.ask(person, key, foreign, facts[A], right=False)
        matrix.check()
    tally = matrix.tally
    with capsys.disabled():
        refused = dict(sorted(tally.refusals.items()))
        print(
            f"\nauthorization: {tally.asked} asked, {tally.granted} granted, refused {refused}, {len(tally.wrong)} wrong"
        )
    assert tally.wrong == []
    assert tally.asked > 1_000
    assert tally.granted > 100
    assert set(tally.refusals) == REFUSED


def test_a_case_one_is_no_member_of_looks_like_one_that_is_not_there(people):
    desk, browsers = people
    for (method, path), how in HOW.items():
        told = []
        for facts in (desk.facts[B], NOWHERE._replace(case="bbbb0009")):
            answer = browsers["lead-a"].request(method, address(path, facts, how), json={}, params={"at": "a:1"})
            told.append((answer.status_code, answer.text.replace(facts.case, ""), dict(answer.headers)))
        assert told[0] == told[1]
        assert told[0][0] == 404, path


# One object allowed, another changed


def test_an_event_is_not_withdrawn_through_another_account(desk, quiet):
    lead, facts, before = desk.client("lead"), desk.facts[A], contents(desk.path(A))
    others = [i for (i,) in rows_of(desk.path(A), "SELECT id FROM account") if i != facts.account]
    assert len(others) > 3
    for other in others:
        assert lead.delete(f"/api/cases/{A}/accounts/{other}/events/{facts.event}").status_code == 404
    assert contents(desk.path(A)) == before
    assert quiet == []
    assert lead.delete(f"/api/cases/{A}/accounts/{facts.account}/events/{facts.event}").status_code == 200
    assert quiet == [A]


def test_what_a_file_tells_of_is_not_withdrawn_like_an_event(desk, quiet):
    with Case.open(desk.path(A), clock=Clock()) as case:
        sql = (
            "INSERT INTO contact(kind, account, target, incoming, at, text, zone_known, source, line)"
            " VALUES ('call', ?, 1, 1, 1, 'x', 1, 1, 99) RETURNING id"
        )
        (contact,) = case.db.execute(sql, (desk.facts[A].account,)).fetchone()
    before = contents(desk.path(A))
    address = f"/api/cases/{A}/accounts/{desk.facts[A].account}/events/{contact}"
    assert desk.client("lead").delete(address).status_code == 404
    assert contents(desk.path(A)) == before


@pytest.mark.parametrize("stranger", ["foreign", "colleague", "nobody"])
def test_a_verdict_on_own_accounts_and_others_together_decides_on_none(desk, built, stranger):
    own, before = desk.facts[A].account, contents(desk.path(A))
    (colleague,) = rows_of(desk.path(A), "SELECT account FROM target WHERE id = 1")[0]
    other = {"foreign": built[1][B].account, "colleague": colleague, "nobody": 2**53}[stranger]
    for accounts in ([own, other], [other, own], [other]):
        answer = desk.client("lead").post(
            f"/api/cases/{A}/verdicts", json={"accounts": accounts, "verdict": "confirmed"}
        )
        assert answer.status_code == 404
    assert contents(desk.path(A)) == before


def test_a_deed_is_taken_back_by_its_author_alone(desk):
    analyst, lead = desk.client("analyst"), desk.client("lead")
    note = f"/api/cases/{A}/accounts/{desk.facts[A].account}/notes"
    act = analyst.post(note, json={"text": "mine"}).json()["act"]
    taken = []
    while (answer := lead.post(f"/api/cases/{A}/undo")).status_code == 200:
        taken.append(answer.json()["act"])
    assert answer.status_code == 409
    assert len(taken) == 1
    assert act not in taken
    assert rows_of(desk.path(A), "SELECT author FROM act WHERE undone_at IS NOT NULL") == [("lead-a",)]


def test_nobody_approves_what_they_wrote_on_in_whatever_order(desk):
    lead, letter = desk.client("lead"), desk.facts[A].draft
    address = f"/api/cases/{A}/letters/{letter}"
    text = lead.get(address).json()
    for body in ("# New\n\ntext", text["body"]):
        now = lead.get(address).json()
        edited = lead.put(address, json={"body": body, "base": now["version"]}).json()
        assert lead.post(f"{address}/approval", json={"digest": edited["digest"]}).status_code == 409
    assert lead.post(f"{address}/approval", json={"digest": text["digest"]}).status_code == 409
    assert lead.get(address).json()["state"] == "draft"
    own = lead.post(f"/api/cases/{A}/letters", json={"target": desk.facts[A].target}).json()
    approval = lead.post(f"/api/cases/{A}/letters/{own['letter']}/approval", json={"digest": own["digest"]})
    assert approval.status_code == 409


def test_an_approval_names_a_text_of_its_own_letter_and_the_newest(desk):
    lead, facts = desk.client("lead"), desk.facts[A]
    analyst, address = desk.client("analyst"), f"/api/cases/{A}/letters/{facts.draft}"
    analyst.put(address, json={"body": "# Changed\n\nafter it was read", "base": 1})
    assert lead.post(f"{address}/approval", json={"digest": facts.digest}).status_code == 409
    assert lead.get(address).json()["approved_by"] is None


def test_a_letter_leaves_only_while_its_approval_holds(desk):
    lead, analyst, facts = desk.client("lead"), desk.client("analyst"), desk.facts[A]
    address = f"/api/cases/{A}/letters/{facts.approved}"
    form = {"form": "txt", "csrf": lead.csrf}
    assert lead.post(f"/c/{A}/letters/{facts.approved}/file", data=form).status_code == 200
    analyst.put(address, json={"body": "# Changed\n\nafter it was signed", "base": 1})
    before = contents(desk.path(A))
    assert lead.post(f"/c/{A}/letters/{facts.approved}/file", data=form).status_code == 409
    assert lead.post(f"/c/{A}/letters/{facts.draft}/file", data=form).status_code == 409
    assert lead.post(f"{address}/handover", json={"how": "by hand"}).status_code == 409
    assert contents(desk.path(A)) == before


@pytest.mark.parametrize("author", [{"author": "viewer-a"}, {"user": "viewer-a"}, {"case": B}, {"role": "lead"}])
def test_nobody_names_somebody_else_as_the_author(desk, author):
    lead, before = desk.client("lead"), contents(desk.path(A))
    note = f"/api/cases/{A}/accounts/{desk.facts[A].account}/notes"
    assert lead.post(note, json={"text": "x", **author}).status_code == 422
    assert contents(desk.path(A)) == before
    assert lead.post(note, params=author, json={"text": "x"}).status_code == 200
    assert rows_of(desk.path(A), "SELECT author FROM act ORDER BY id DESC LIMIT 1") == [("lead-a",)]


@pytest.mark.parametrize(
    "path",
    ["/c/{a}/../{b}/", "/c/{a}%2f..%2f{b}/", "/c/{b}%00/", "/c/{B}/", "//c/{b}/", "/c//{b}/", "/api/cases/{a}/../{b}/queue",
     "/api/cases/{b}%2fqueue", "/api/cases/{b}/queue/", "/c/{a}/a/3/../../../{b}/", "/c/{b};x/", "/api/cases/{b}?case={a}"],
)  # fmt: skip
def test_no_spelling_of_an_address_leads_into_another_case(all_three, path):
    lead = all_three.client("lead")
    where = path.format(a=A, b=B, B=B.upper())
    answer = lead.get(where)
    if answer.status_code == 307:  # to the address with the slash
        answer = lead.get(answer.headers["location"])
    assert answer.status_code in REFUSED
    assert B not in answer.text


# Membership that ends while somebody is at work


@pytest.mark.parametrize("what", ["removed", "role", "password", "removed and added"])
def test_a_change_of_membership_ends_what_is_open_at_once(desk, what, monkeypatch):
    monkeypatch.setattr(members, "_sealed", served.sealed)
    lead = desk.client("lead")
    assert lead.get(f"/c/{A}/").status_code == 200
    with Case.open(desk.path(A), clock=Clock()) as case:
        if "removed" in what:
            members.remove(case, "lead-a")
        if what == "role":
            members.change(case, "lead-a", role="viewer")
        if what == "password":
            members.change(case, "lead-a", password="another password!")
        if what == "removed and added":
            members.add(case, "lead-a", "lead", "another password!")
    before = contents(desk.path(A))
    for method, path in (("GET", f"/c/{A}/"), ("POST", f"/api/cases/{A}/undo"), ("GET", f"/api/cases/{A}/queue")):
        assert lead.request(method, path).status_code == 401
    assert contents(desk.path(A)) == before
    assert A not in lead.get("/", headers={"accept": "text/html"}).text


def test_what_the_link_opened_ends_once_the_case_has_members(all_three):
    local = all_three.local()
    assert local.get(f"/c/{C}/").status_code == 200
    served.add_members(all_three.path(C), {"local": "viewer"})
    assert local.get(f"/c/{C}/").status_code == 401
    assert all_three.browser().open_link(all_three.app.state.sessions.token).get(f"/c/{C}/").status_code == 404
    mine = all_three.browser().sign_in("local")
    assert mine.get(f"/c/{C}/").status_code == 200
    assert mine.post(f"/api/cases/{C}/undo").status_code == 403


def test_the_page_of_the_interface_says_whose_role_grants_each_route(desk):
    text = re.sub(r"<[^>]+>", " ", desk.client("viewer").page("/interface"))
    parts = re.split(r"(?=\b(?:GET|POST|PUT|DELETE) /api/)", text)[1:]
    routes = closed(desk.app)
    assert len(parts) == sum(path.startswith("/api/") for _, path in routes)
    for part in parts:
        method, path = part.split()[:2]
        named = part.split("Granted to:")[-1] if "Granted to:" in part else part
        granted = {role.value for role, grants in GRANTS.items() if needs(routes[method, path]) in grants}
        assert {role.value for role in Role if re.search(rf"\b{role.value}\b", named)} == granted, path
