"""What holds for every request and every answer, whatever the route."""

from __future__ import annotations

import threading
from html.parser import HTMLParser

import pytest

from counterlure.workbench.guard import BODY_MAX, CSP, HEADERS
from counterlure.workbench.sessions import ABSOLUTE_SECONDS, FREE_ATTEMPTS, IDLE_SECONDS, NAMES_REMEMBERED, Attempts
from tests.workbench.conftest import A, B, C, Seconds
from tests.workbench.served import PASSWORD, contents, pages

NOTES = f"/api/cases/{A}/accounts/3/notes"
NOTE = {"text": "a note"}


class Marks(HTMLParser):
    """What in a page the policy forbids, and every address that it names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forbidden: list[str] = []
        self.addresses: list[str] = []
        self._data_script = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in ("style", "base", "iframe", "object", "embed") or (
            tag == "script" and "src" not in given and given.get("type") != "application/json"
        ):
            self.forbidden.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith("on") or name in ("srcdoc", "formaction"):
                self.forbidden.append(f"{tag} {name}")
            if name in ("href", "src", "action"):
                self.addresses.append(value or "")


@pytest.fixture(scope="module")
def lead(reading):
    return reading.client("lead")


def assert_guarded(answer):
    for name, value in HEADERS.items():
        if name != "Cache-Control":
            assert answer.headers.get(name) == value, (answer.request.url, name)
    assert "Cache-Control" in answer.headers


# Host names


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8765", "localhost:1", "[::1]:8765", "LOCALHOST"])
def test_it_answers_to_the_names_of_this_machine(reading, host):
    assert reading.browser().get("/login", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example:8765", "127.0.0.1@evil.example",
     "evil.example#127.0.0.1", "0.0.0.0", "127.0.0.2", "[::1", "[]", "::1", "", "a b", "127.0.0.1, evil.example"],
)  # fmt: skip
def test_a_host_name_that_is_not_ours_is_refused_whatever_it_looks_like(reading, host):
    answer = reading.browser().get("/login", headers={"host": host})
    assert answer.status_code == 421
    assert_guarded(answer)


# Where a change comes from


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "", "SAME-ORIGIN"])
def test_a_change_from_another_site_is_refused_even_with_the_token(desk, quiet, site):
    lead, before = desk.client("lead"), contents(desk.path(A))
    for method, path, sent in (("POST", NOTES, {"json": NOTE}), ("POST", "/logout", {"data": {"csrf": lead.csrf}})):
        assert lead.request(method, path, headers={"sec-fetch-site": site}, **sent).status_code == 403
    assert contents(desk.path(A)) == before
    assert lead.page(f"/c/{A}/")


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://127.0.0.1:9", "http://127.0.0.1.evil.example", "", "http://[evil",
     "http://127.0.0.1@evil.example", "127.0.0.1"],
)  # fmt: skip
def test_a_change_from_another_origin_is_refused_even_with_the_token(desk, origin):
    lead, before = desk.client("lead"), contents(desk.path(A))
    assert lead.post(NOTES, json=NOTE, headers={"origin": origin}).status_code == 403
    assert lead.post("/login", data={"csrf": lead.csrf}, headers={"origin": origin}).status_code == 403
    assert contents(desk.path(A)) == before


def test_a_change_from_our_own_pages_is_taken(desk):
    lead = desk.client("lead")
    ours = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
    assert lead.post(NOTES, json=NOTE, headers=ours).status_code == 200


@pytest.mark.parametrize("token", [None, "", "wrong", "é", "another's"])
def test_a_change_without_the_sessions_own_token_is_refused(desk, token):
    lead, before = desk.client("lead"), contents(desk.path(A))
    given = desk.client("lead").csrf if token == "another's" else token
    del lead.headers["x-counterlure-csrf"]
    headers = {} if given is None else {"x-counterlure-csrf": given.encode()}
    fields = {"form": "txt", "lang": "fr"} | ({} if given is None else {"csrf": given})
    letter = desk.facts[A].approved
    for method, path, sent in (
        ("POST", NOTES, {"json": NOTE, "headers": headers}),
        ("PUT", f"/api/cases/{A}/letters/1", {"json": {"body": "x", "base": 1}, "headers": headers}),
        ("DELETE", f"/api/cases/{A}/accounts/3/events/1", {"headers": headers}),
        ("POST", f"/c/{A}/letters/{letter}/file", {"data": fields}),
        ("POST", "/lang", {"data": fields}),
        ("POST", "/logout", {"data": fields}),
        ("POST", "/login", {"data": fields}),
    ):
        assert lead.request(method, path, **sent).status_code == 403, path
    assert contents(desk.path(A)) == before
    assert 'lang="en"' in lead.page(f"/c/{A}/")


def test_a_token_in_the_address_or_in_the_header_does_not_stand_for_the_field_of_a_form(desk):
    lead = desk.client("lead")
    assert lead.post(f"/logout?csrf={lead.csrf}").status_code == 403
    assert lead.post("/logout", json={"csrf": lead.csrf}).status_code == 403
    assert lead.post("/logout", content=b"csrf=%ff\xff").status_code == 403
    assert lead.post("/logout", data={f"f{i}": "x" for i in range(30)} | {"csrf": lead.csrf}).status_code == 403


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PATCH", "GET", "QUERY"])
def test_no_other_method_changes_anything(desk, method):
    lead, before = desk.client("lead"), contents(desk.path(A))
    del lead.headers["x-counterlure-csrf"]
    for path in (NOTES, f"/api/cases/{A}/undo", "/logout", "/lang", f"/c/{A}/letters/2/file"):
        assert lead.request(method, path).status_code in (403, 405), path
    assert contents(desk.path(A)) == before
    assert lead.page("/interface")


# How much may be sent


def test_a_body_that_is_too_large_or_of_unknown_length_is_not_read(desk):
    lead, before = desk.client("lead"), contents(desk.path(A))
    assert lead.post(NOTES, content=b"x" * (BODY_MAX + 1)).status_code == 413
    assert lead.post("/login", content=b"x" * (BODY_MAX + 1)).status_code == 413
    assert lead.post(NOTES, content=iter([b'{"text":', b' "x"}'])).status_code == 411
    assert lead.post("/login", content=iter([b"name=x"])).status_code == 411
    for length in ("-1", "1e3", " 5", "²", "+5", "9" * 30):
        refused = lead.post(NOTES, content=b"", headers={"content-length": length.encode()})
        assert refused.status_code == 411, length
        assert_guarded(refused)
    assert contents(desk.path(A)) == before


# Every answer


def test_every_answer_carries_the_headers_whatever_it_is(desk, monkeypatch):
    lead, stranger = desk.client("lead"), desk.browser()
    html = {"accept": "text/html"}
    for path in (*pages(desk.facts[A]).values(), "/style.css", "/static/page.js", "/static/mark.svg", "/openapi.json"):
        for answer in (
            lead.get(path),
            lead.get(path, headers=html),
            stranger.get(path),
            stranger.get(path, headers=html),
        ):
            assert_guarded(answer)
    for path in (
        "/nothing",
        "/static/nothing.js",
        f"/c/{A}",
        f"/c/{A}/a/x",
        f"/api/cases/{A}/queue?limit=x",
        "/static",
    ):
        for answer in (lead.get(path), lead.get(path, headers=html), lead.post(path), lead.put(path)):
            assert_guarded(answer)
    assert_guarded(lead.post(NOTES, content=b"{"))
    assert_guarded(lead.post("/login", data={"name": "x", "password": "y", "csrf": lead.csrf}))
    monkeypatch.setattr("counterlure.workbench.cases.Served.judged", lambda _: 1 / 0)
    lead._transport.raise_server_exceptions = False
    for accept in ("text/html", "application/json"):
        broken = lead.get(f"/c/{A}/", headers={"accept": accept})
        assert broken.status_code == 500
        assert "ZeroDivision" not in broken.text
        assert_guarded(broken)


def test_the_policy_allows_our_own_files_and_nothing_else():
    rules = dict(part.strip().split(" ", 1) for part in CSP.split(";"))
    assert "unsafe" not in CSP
    assert not any(word in CSP for word in ("*", "http:", "https:", "data:", "blob:"))
    assert rules["default-src"] == "'none'"
    assert {rules[name] for name in ("object-src", "base-uri", "frame-ancestors", "trusted-types")} == {"'none'"}
    assert {rules[name] for name in ("script-src", "style-src", "img-src", "connect-src", "form-action")} == {"'self'"}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_no_page_holds_a_script_or_a_style_of_its_own_or_anything_from_elsewhere(desk, lang):
    browsers = [desk.client(role) for role in ("lead", "viewer")] + [desk.browser()]
    seen = 0
    for browser in browsers:
        if browser is not browsers[-1]:
            assert browser.post("/lang", data={"lang": lang, "csrf": browser.csrf}).status_code == 303
        for path in (*pages(desk.facts[A]).values(), "/login", "/nothing", f"/c/{A}/a/0"):
            answer = browser.get(path, headers={"accept": "text/html", "accept-language": lang})
            if "text/html" not in answer.headers.get("content-type", ""):
                continue
            marks = Marks(answer.text)
            seen += 1
            assert marks.forbidden == [], path
            assert all(not one or one[0] in "/?#" for one in marks.addresses), (path, marks.addresses)
            assert not any(one.startswith("//") for one in marks.addresses), path
    assert seen > 25


@pytest.mark.parametrize(
    "path",
    ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "%2e%2e%2fapp.py", "..%5capp.py", "....//app.py", "./../app.py",
     "vendor/../../app.py", "%252e%252e/app.py", "/etc/passwd", "%2fetc%2fpasswd", "vendor/", "", "..%00/app.py"],
)  # fmt: skip
def test_files_outside_the_folder_of_static_ones_cannot_be_reached(reading, path):
    answer = reading.browser().get(f"/static/{path}")
    assert answer.status_code in (404, 405)
    assert "workbench" not in answer.text.replace("counterlure workbench", "")


# The cookie


def test_the_cookie_is_for_this_server_alone_and_no_script_can_read_it(desk):
    cookie = desk.browser().post("/login", data={"name": "lead-a", "password": PASSWORD}).headers["set-cookie"]
    assert cookie.startswith("counterlure=")
    assert {"httponly", "samesite=strict", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
    assert "secure" not in cookie.lower()
    assert "domain" not in cookie.lower()


def test_over_tls_the_cookie_is_bound_to_the_host_and_never_sent_in_the_clear(desk):
    browser = desk.browser("https://127.0.0.1")
    answer = browser.post("/login", data={"name": "lead-a", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-counterlure=")
    assert {"secure", "httponly", "samesite=strict", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert browser.page(f"/c/{A}/")


def test_the_cookie_of_one_scheme_does_not_open_the_other(desk):
    lead = desk.client("lead")
    given = lead.cookies["counterlure"]
    secure = desk.browser("https://127.0.0.1")
    for name in ("counterlure", "__Host-counterlure"):
        other = desk.browser("http://127.0.0.1") if name.startswith("__") else secure
        assert other.get(f"/c/{A}/", headers={"cookie": f"{name}={given}"}).status_code == 401


@pytest.mark.parametrize("value", ["", "x", "é", "A" * 5_000, '"', "null"])
def test_an_invented_cookie_opens_nothing(reading, value):
    header = {"cookie": b"counterlure=" + value.encode("latin-1")}
    assert reading.browser().get(f"/c/{A}/", headers=header).status_code == 401


# Where one is sent


@pytest.mark.parametrize(
    "back",
    ["https://evil.example/", "//evil.example", "///evil.example", "////evil.example/x", "/\\evil.example", "\\\\evil",
     "/\t/evil.example", "/\n/evil.example", "http:evil.example", "javascript:alert(1)", "//[", "http://x//evil.example/",
     "/%2f/evil.example", "/\\/evil", " //evil.example", "/x\r\nset-cookie: a=b", "evil.example", "\x00//evil.example",
     "//127.0.0.1@evil.example/", "/\u2028/evil"],
)  # fmt: skip
def test_choosing_a_language_never_leads_elsewhere(reading, lead, back):
    answer = lead.post("/lang", data={"lang": "en", "csrf": lead.csrf, "back": back})
    assert answer.status_code == 303
    to = answer.headers["location"]
    assert to.startswith("/")
    assert to[1:2] not in ("/", "\\")
    assert not set(to) & set("\r\n\t\\\0")
    assert "set-cookie" not in answer.headers


def test_choosing_a_language_leads_back_to_where_one_was(lead):
    back = f"/c/{A}/?level=alert&text=a%20b"
    answer = lead.post("/lang", data={"lang": "en", "csrf": lead.csrf, "back": back})
    assert answer.headers["location"] == back


def test_an_unknown_language_is_not_taken(lead):
    for lang in ("de", "", "../en", "EN"):
        lead.post("/lang", data={"lang": lang, "csrf": lead.csrf})
        assert '<html lang="en">' in lead.page("/interface")


# The link


def test_the_link_opens_one_session_and_is_then_another(all_three):
    token = all_three.app.state.sessions.token
    first = all_three.browser().open_link(token)
    assert first.page(f"/c/{C}/")
    assert all_three.spent == ["told"]
    again = all_three.browser().get("/", params={"token": token})
    assert again.status_code == 401
    assert "set-cookie" not in again.headers
    assert all_three.app.state.sessions.token != token
    assert len(all_three.app.state.sessions.token) >= 43
    assert all_three.browser().open_link(all_three.app.state.sessions.token).page(f"/c/{C}/")


@pytest.mark.parametrize("token", ["x", "é", "\ud7ff", "%00", "A" * 43])
def test_a_wrong_link_opens_nothing_and_spends_nothing(desk, token):
    before = desk.app.state.sessions.token
    assert desk.browser().get("/", params={"token": token}).status_code == 401
    assert desk.app.state.sessions.token == before
    assert desk.spent == []


def test_the_link_opens_no_case_that_has_members(all_three):
    local = all_three.local()
    assert local.get(f"/c/{C}/").status_code == 200
    assert [local.get(f"/c/{case}/").status_code for case in (A, B)] == [404, 404]


def test_two_browsers_that_bring_the_same_link_at_once_are_not_both_let_in(desk):
    sessions = desk.app.state.sessions
    token, results, gate = sessions.token, [], threading.Barrier(8)

    def bring():
        gate.wait()
        results.append(sessions.spend(token))

    threads = [threading.Thread(target=bring) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 7 + [True]


# Sessions


def test_a_session_ends_when_nobody_worked_for_a_while_and_after_a_day_of_work(desk):
    lead = desk.client("lead")
    desk.seconds.now += IDLE_SECONDS
    assert lead.get(f"/c/{A}/").status_code == 200
    desk.seconds.now += IDLE_SECONDS + 1
    assert lead.get(f"/c/{A}/").status_code == 401
    worker = desk.client("lead")
    began = desk.seconds.now
    while desk.seconds.now + IDLE_SECONDS < began + ABSOLUTE_SECONDS:
        desk.seconds.now += IDLE_SECONDS
        assert worker.get(f"/c/{A}/").status_code == 200
    desk.seconds.now = began + ABSOLUTE_SECONDS + 1
    assert worker.get(f"/c/{A}/").status_code == 401


def test_signing_in_makes_a_new_session_and_ends_the_old_one(desk):
    lead = desk.client("lead")
    old, csrf = lead.cookies["counterlure"], lead.csrf
    lead.post("/login", data={"name": "viewer-a", "password": PASSWORD, "csrf": csrf})
    assert lead.cookies["counterlure"] != old
    assert lead._bring_token().csrf != csrf
    assert desk.browser().get(f"/c/{A}/", headers={"cookie": f"counterlure={old}"}).status_code == 401


def test_a_cookie_that_was_there_before_signing_in_does_not_become_the_session(desk):
    planted = {"cookie": "counterlure=chosen-by-somebody"}
    browser = desk.browser()
    browser.post("/login", data={"name": "lead-a", "password": PASSWORD}, headers=planted)
    assert browser.cookies["counterlure"] != "chosen-by-somebody"
    assert desk.browser().get(f"/c/{A}/", headers=planted).status_code == 401


def test_signing_out_ends_the_session_everywhere(desk):
    lead = desk.client("lead")
    held = lead.cookies["counterlure"]
    answer = lead.post("/logout", data={"csrf": lead.csrf})
    assert answer.headers["location"] == "/login"
    assert "counterlure" not in lead.cookies
    assert desk.browser().get(f"/c/{A}/", headers={"cookie": f"counterlure={held}"}).status_code == 401


# Passwords


def test_signing_in_slows_down_after_failures_alike_for_names_that_nobody_has(desk, monkeypatch):
    monkeypatch.setattr("counterlure.case.members._fits", lambda sealed, password: password == PASSWORD)
    told = {}
    for name in ("lead-a", "nobody", "<script>", "x" * 400_000, ""):
        stranger = desk.browser()
        answers = [stranger.post("/login", data={"name": name, "password": "wrong"}) for _ in range(FREE_ATTEMPTS + 2)]
        told[name] = [(a.status_code, a.headers.get("retry-after"), a.text) for a in answers]
    assert [status for status, _, _ in told["lead-a"]] == [401] * FREE_ATTEMPTS + [429] * 2
    assert all(one == told["lead-a"] for one in told.values())
    assert desk.browser().post("/login", data={"name": "LEAD-A ", "password": PASSWORD}).status_code == 429
    desk.seconds.now += int(told["lead-a"][-1][1])
    assert desk.browser().post("/login", data={"name": "lead-a", "password": PASSWORD}).status_code == 303
    assert desk.browser().post("/login", data={"name": "lead-a", "password": "wrong"}).status_code == 401


def test_many_tries_at_once_are_counted_one_after_another(desk, monkeypatch):
    checked = []
    monkeypatch.setattr("counterlure.case.members.check", lambda *_: checked.append(1))
    results = []

    def attempt():
        results.append(desk.browser().post("/login", data={"name": "lead-a", "password": "wrong"}).status_code)

    threads = [threading.Thread(target=attempt) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [401] * FREE_ATTEMPTS + [429] * (20 - FREE_ATTEMPTS)
    assert len(checked) == FREE_ATTEMPTS


def test_the_wait_doubles_has_an_end_and_is_forgotten_once_the_password_was_right():
    clock = Seconds()
    attempts = Attempts(clock)
    waits = []
    for _ in range(20):
        attempts.failed("ana")
        waits.append(attempts.wait("ana"))
        assert attempts.wait("ben") == 0
    assert waits[: FREE_ATTEMPTS - 1] == [0] * (FREE_ATTEMPTS - 1)
    assert waits[FREE_ATTEMPTS - 1 : FREE_ATTEMPTS + 3] == [2, 4, 8, 16]
    assert max(waits) == waits[-1] == 300
    attempts.right("ana")
    assert attempts.wait("ana") == 0


def test_only_so_many_names_are_remembered():
    clock = Seconds()
    attempts = Attempts(clock)
    for number in range(NAMES_REMEMBERED + 50):
        clock.now += 1
        attempts.failed(f"name-{number}")
    assert len(attempts._failed) == NAMES_REMEMBERED
    assert "name-0" not in attempts._failed
