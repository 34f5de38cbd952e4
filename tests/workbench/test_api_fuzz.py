"""The interface against what nobody thought of: requests made from its own description, and hostile words."""

from __future__ import annotations

import json
import re
import warnings
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterlure.case import doctor
from counterlure.case.store import Case
from counterlure.report.outside import SHOWN_AS_MARK
from tests.factories import Clock
from tests.workbench.conftest import A
from tests.workbench.served import HOME, contents, restore
from tests.workbench.test_guard import Marks

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed (extra browser)")
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

HIDDEN = re.compile(SHOWN_AS_MARK.pattern.replace("\u00ad", ""))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
MODES = list(schemathesis.GenerationMode)
EXAMPLES = 9
ANSWERED: Counter[tuple[object, int]] = Counter()
fuzzing = settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def described(app, facts):
    """The interface's description, in which what a path names is mostly there."""
    document = json.loads(json.dumps(app.openapi()))
    there = {
        "case": {"type": "string", "enum": [facts.case]},
        "account": {"type": "integer", "enum": [facts.account, facts.account - 1, 2**53]},
        "event": {"type": "integer", "enum": [facts.event, 7]},
        "letter": {"type": "integer", "enum": [facts.draft, facts.approved, 9]},
        "target": {"type": "string", "enum": ["T-0001", "T-0002", "T-9999"]},
    }
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    parameter["schema"] = there[parameter["name"]]
    return document


OPERATIONS = [
    ("GET", "queue"), ("POST", "verdicts"), ("POST", "undo"), ("GET", "accounts/{account}"),
    ("POST", "accounts/{account}/notes"), ("POST", "accounts/{account}/tags"), ("POST", "accounts/{account}/reveal"),
    ("POST", "accounts/{account}/events"), ("DELETE", "accounts/{account}/events/{event}"),
    ("POST", "targets/{target}/reveal"), ("PUT", "targets/{target}/facts"), ("GET", "judging"), ("POST", "judging"),
    ("GET", "graph"), ("GET", "letters"), ("POST", "letters"), ("GET", "letters/{letter}"), ("PUT", "letters/{letter}"),
    ("POST", "letters/{letter}/approval"), ("POST", "letters/{letter}/handover"), ("POST", "letters/{letter}/withdrawal"),
]  # fmt: skip


@pytest.fixture(scope="module")
def fuzzed(make_desk, tmp_path_factory):
    """(a lead's browser, the operations by method and path); judging again is only asked for."""
    with (
        pytest.MonkeyPatch.context() as patch,
        make_desk(tmp_path_factory.mktemp("fuzzed"), A) as desk,
    ):
        patch.setattr("counterlure.workbench.again.Again.ask", lambda _: None)
        schema = schemathesis.openapi.from_dict(described(desk.app, desk.facts[A]))
        operations = {(one.ok().method.upper(), one.ok().path): one.ok() for one in schema.get_all_operations()}
        yield desk, desk.client("lead"), operations


def test_the_list_of_operations_is_the_whole_interface(fuzzed):
    assert {(method, f"/api/cases/{{case}}/{path}") for method, path in OPERATIONS} == set(fuzzed[2])
    assert 300 <= len(OPERATIONS) * len(MODES) * EXAMPLES <= 500


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
def test_no_request_breaks_the_interface_and_every_answer_is_as_described(fuzzed, method, path, mode):
    _, lead, operations = fuzzed
    operation = operations[method, f"/api/cases/{{case}}/{path}"]

    @fuzzing
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case):
        sent = case.as_transport_kwargs(base_url=HOME)
        answer = send(lead, sent)
        ANSWERED[mode, answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    ask()


def test_the_requests_met_what_is_there_and_what_is_not(fuzzed):
    asked = sum(ANSWERED.values())
    if asked < 300:
        pytest.skip("the requests were made by another process")
    # A share, since two processes may have divided the requests between them.
    assert ANSWERED[schemathesis.GenerationMode.POSITIVE, 200] > 0.148 * asked  # 50 of all 337
    assert ANSWERED[schemathesis.GenerationMode.NEGATIVE, 422] > 20
    assert {404, 409} <= {status for _, status in ANSWERED}
    assert 401 not in {status for _, status in ANSWERED}
    with Case.open(fuzzed[0].path(A), clock=Clock()) as case:
        assert [check for check in doctor.examine(case) if not check.ok] == []


def send(browser, sent):
    """One request as schemathesis would send it, by our browser; what HTTP cannot carry is left out."""
    headers = {
        name: value for name, value in (sent.get("headers") or {}).items() if value.isascii() and value.isprintable()
    }
    extra = {"json": sent["json"]} if "json" in sent else {"content": sent["data"]} if sent.get("data") else {}
    return browser.request(sent["method"], sent["url"], params=sent.get("params"), headers=headers, **extra)


# Hostile words

NASTY = (
    "<script>window.ran=1</script><img src=x onerror=window.ran=1>", "\"'><svg/onload=alert(1)>", "</textarea></script>",
    "]]></style>", "{{ 7*7 }} {% raw %} ${7*7} {0} %s %(x)s", "'; DROP TABLE note; --", "' OR 1=1 --", "\u202eevil\u2066x",
    "\x00nul\x1b[31m\x07", "\x85\u2028\u2029", "line\r\nSet-Cookie: a=b", "\ufeff\u200b\u00ad", "=cmd|' /C calc'!A0",
    "a" + "\u0301" * 300, "W" * 100_000, "\ud800", "\udfff\ud83d", "\U000e0041\U000e0042", "\uffff\ufffe", "../../etc/passwd",
    "[x](javascript:alert(1)) ![x](http://evil.example/b.png) <http://evil.example>", "# heading\n> quote\n- item", "&lt;b&gt;",
)  # fmt: skip
words = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=60), st.text(alphabet=st.characters(categories=("Cs", "Cc", "Cf", "Co")), max_size=9),
    st.lists(st.sampled_from(NASTY[:13]), max_size=4).map("".join),
)  # fmt: skip
FIELDS = {
    "notes": ("POST", "accounts/{account}/notes", lambda text: {"text": text}),
    "tags": ("POST", "accounts/{account}/tags", lambda text: {"tag": text}),
    "reveal": ("POST", "accounts/{account}/reveal", lambda text: {"purpose": text}),
    "events": ("POST", "accounts/{account}/events", lambda text: {"target": "T-0001", "kind": "call", "text": text}),
    "facts": ("PUT", "targets/T-0001/facts", lambda text: {"organisation": text, "department": text, "role": text}),
    "letter": ("PUT", "letters/{draft}", lambda text: {"body": text, "base": 1}),
    "handover": ("POST", "letters/{approved}/handover", lambda text: {"how": text}),
}
CALM = "# C\n## b\n### c\n- i\n3. t\n> q\n#### d"
SHOWN = ("/c/{case}/a/{account}", "/c/{case}/exposure", "/c/{case}/letters/{draft}", "/c/{case}/letters/{approved}",
         "/c/{case}/", "/c/{case}/audit", "/c/{case}/letters")  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
def test_hostile_words_are_kept_and_shown_escaped_or_refused(desk, built, quiet, field):
    method, path, body = FIELDS[field]
    facts, lead = desk.facts[A], desk.client("lead")
    pages_read = [one.format(**facts._asdict()) for one in SHOWN]
    where = f"/api/cases/{A}/{path.format(**facts._asdict())}"
    calm = {one: marks(lead, one) for one in pages_read}
    assert lead.request(method, where, json=body(CALM)).status_code == 200
    calm = {one: own | marks(lead, one) for one, own in calm.items()}
    taken = []

    @settings(max_examples=20, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(words)
    def send_words(text):
        restore(built[0] / A, desk.path(A))
        before = contents(desk.path(A))
        sent = json.dumps(body(text)).encode()  # in which a lone surrogate is an escape
        answer = lead.request(method, where, content=sent, headers={"content-type": "application/json"})
        if answer.status_code >= 400:
            assert answer.status_code in (409, 422), answer.text
            assert contents(desk.path(A)) == before
            return
        taken.append(text)
        for address, own in calm.items():
            assert marks(lead, address) <= own, (address, text)

    send_words()
    assert taken


def marks(browser, address):
    """The elements, attributes and addresses that a page is made of, without what it says; hidden signs by themselves."""
    text = browser.page(address)
    assert not HIDDEN.search(text), address
    found = Parts(text)
    assert found.forbidden == []
    return found.parts


class Parts(Marks):
    """Names of elements with those of their attributes, those that lists repeat once."""

    def __init__(self, text):
        self.parts = set()
        super().__init__(text)

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        self.parts.add((tag, *sorted(name for name, _ in attrs)))


@pytest.mark.parametrize("text", NASTY)
def test_searching_and_paging_with_hostile_words_breaks_nothing(reading, text):
    lead = reading.client("lead")
    plain = text.encode("utf-8", "replace").decode()[:2_000]
    for path, name in (("queue", "text"), ("queue", "sort"), ("queue", "offset"), ("graph", "unfolded")):
        assert lead.get(f"/api/cases/{A}/{path}", params={name: plain}).status_code in (200, 422)
    for path, name in ((f"/c/{A}/source", "at"), (f"/c/{A}/", "text"), (f"/c/{A}/audit", "before"), ("/", "token")):
        answer = lead.get(path, params={name: plain}, headers={"accept": "text/html"})
        assert answer.status_code in (200, 401, 404, 422)
        assert Marks(answer.text).forbidden == []


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"text": 1}', b'{"text": "a", "text": "b", "x": 1}', b"\xff\xfe", b"[" * 100_000,
     b'{"text": ' + b"1" * 5_000 + b"}", b'{"text": NaN}', b'{"text": "' + b"a" * 900_000 + b'"}'],
)  # fmt: skip
def test_a_body_that_is_no_note_is_refused(desk, content):
    lead, before = desk.client("lead"), contents(desk.path(A))
    where = f"/api/cases/{A}/accounts/{desk.facts[A].account}/notes"
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "a/b;c"):
        answer = lead.post(where, content=content, headers={"content-type": kind})
        assert answer.status_code in (400, 422), (kind, answer.status_code)
        assert len(answer.content) < 2_000
    assert contents(desk.path(A)) == before
