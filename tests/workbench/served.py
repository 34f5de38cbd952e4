"""Two small cases that differ in what is in them, people in every role, and browsers that sign in as they do."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import warnings
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import NamedTuple

from argon2 import PasswordHasher

from counterlure import pipeline
from counterlure.case import events, letters, review
from counterlure.case.rows import AccountRow, Batch, ConversationRow, Owner
from counterlure.case.store import DATABASE, Case
from counterlure.case.write import DeliveryWriter
from counterlure.report.letters import letter_body
from tests.factories import DAY, NOW, Clock, Delivery

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for a successor of httpx that nothing else needs
    from starlette.testclient import TestClient

PASSWORD = "correct horse battery"
ROLES = ("viewer", "analyst", "lead", "auditor")
MAKER = "maker"
"""Who wrote the letters that stand in every case; nobody signs in by that name."""
HOME = "http://127.0.0.1"

APPROACH = (
    "Dear {target}, thank you for accepting. Our advisory firm holds a closed seminar in the spring and would be"
    " honoured to hear you; we pay flight, hotel and a fee of 900 euros in cash for your talk. Yours, {account}",
    "The simplest is to take leave and tell nobody, that saves paperwork. Let us go on by WhatsApp, it is more discreet."
    " {others} did so as well.",
    "To prepare, our experts want the part of the space imagery programme that is not published yet, and a few words on"
    " its weak points. For the internal version we can pay 3,000 euros.",
)
ANSWER = "Good evening {first}, thank you. I am away next week, {target}"
FRIENDLY = "Lovely to meet you at the fair last week, {target}. Best wishes, {account}"
ACCOUNTS = {"robin-vale": "Robin Vale", "noa-lindqvist": "Noa Lindqvist", "sam-okafor": "Sam Okafor"}
TARGETS = {"camille-aubert": "Camille Aubert", "dana-field": "Dana Field"}
MORE_ACCOUNTS = {f"more-{i}": f"Yuki Marsh{i}" for i in range(4)}
MORE_TARGETS = {f"staff-{i}": f"Iris Tanner{i}" for i in range(4)}


class Facts(NamedTuple):
    """Numbers of a case that the tests name: an account, a target, a source row, an event and a letter of each state."""

    case: str
    account: int
    target: str
    at: str
    event: int
    draft: int
    approved: int
    digest: str


def build(path: Path, case_id: str, people: Iterable[str], more: bool) -> Facts:
    """A judged case without members; `more` adds accounts, targets, letters and events under higher numbers.

    people : who already wrote a note there, which they can take back.
    """
    accounts = ACCOUNTS | (MORE_ACCOUNTS if more else {})
    targets = TARGETS | (MORE_TARGETS if more else {})
    with Case.create(path, purpose="tests", clock=Clock(), salt=b"s" * 16, case_id=case_id, retention_days=30) as case:
        for number, (target, name) in enumerate(targets.items()):
            _deliver(case, f"{case_id}-{number}.zip", target, name, accounts)
        judgement = pipeline.judge(case, workers=1)
        alert = max(a.account for a in judgement.assessments if a.level == "alert")
        target = max(judgement.targets)
        entered = [
            events.enter(case, MAKER, alert, int(target[2:]), "call", NOW + i, incoming=True, text=f"Call number {i}")
            for i in range(5 if more else 2)
        ]
        written = [_letter(case, judgement, target) for _ in range(6 if more else 2)]
        letters.approve(case, "second", written[-1], letters.get(case.db, written[-1]).digest)
        for name in (MAKER, *people):
            review.annotate(case, name, alert, "Was at the fair.")
        pipeline.judge(case, workers=1)
        return Facts(
            case_id, alert, target, f"{case_id}-{len(targets) - 1}.zip/messages.csv:2", entered[-1], written[-2],
            written[-1], letters.get(case.db, written[-2]).digest,
        )  # fmt: skip


def _deliver(case: Case, archive: str, target: str, name: str, accounts: dict[str, str]) -> None:
    """One person's messages: two accounts approach, the others are friendly; everybody signs with their name."""
    people = [AccountRow([f"in:{target}"], name)]
    threads, rows, line = [], [], 2
    for slug, account in accounts.items():
        people.append(AccountRow([f"in:{slug}"], account, f"https://www.linkedin.com/in/{slug}"))
        threads.append(ConversationRow(f"{slug}-{target}", None, [0, len(people) - 1]))
        others = " and ".join(one for one in TARGETS.values() if one != name) or name
        hostile = slug != "sam-okafor"
        said = [(1, text) for text in APPROACH] if hostile else [(1, FRIENDLY)]
        said.insert(1, (0, ANSWER))
        for day, (incoming, text) in enumerate(said):
            words = text.format(target=name, account=account, first=account.split()[0], others=others)
            sender = len(people) - 1 if incoming else 0
            rows.append((len(threads) - 1, NOW + day * DAY, sender, line, 0, words, None))
            line += 1
    batch = Batch(f"{archive}/messages.csv", "messages", "0", accounts=people, conversations=threads, messages=rows)
    DeliveryWriter(case).write(Delivery(archive, archive, Owner([f"in:{target}"], name, "Works"), [batch]))


def _letter(case: Case, judgement: object, target: str) -> int:
    body, lang = letter_body(judgement, target)
    return letters.draft(case, MAKER, int(target[2:]), lang, body)


def add_members(path: Path, people: dict[str, str]) -> None:
    """Members by name, all with `PASSWORD`, which is kept so that it can be tried quickly."""
    rows = [(name, role, sealed(PASSWORD), NOW) for name, role in people.items()]
    with Case.open(path, clock=Clock()) as case:
        case.db.executemany("INSERT INTO member VALUES (?, ?, ?, ?)", rows)


@cache
def sealed(password: str) -> str:
    """A password as it is kept, with the least work that argon2 allows."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


class Watch:
    """Notices every commit to a case, and can tell what is in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = sqlite3.connect(f"{(path / DATABASE).absolute().as_uri()}?mode=ro", uri=True)

    def commits(self) -> int:
        """Another number after each commit of anybody."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def contents(self) -> str:
        """A digest of every row of every table, audit among them."""
        return contents(self._path)

    def close(self) -> None:
        self._db.close()


class Browser(TestClient):
    """One browser; follows no redirect by itself."""

    def __init__(self, app: object, base: str = HOME) -> None:
        super().__init__(app, base_url=base, follow_redirects=False)
        self.headers["user-agent"] = "tests"

    def sign_in(self, name: str, password: str = PASSWORD) -> Browser:
        """Signs in by the form and takes the session's token over from a page, as the scripts do."""
        answer = self.post("/login", data={"name": name, "password": password})
        assert answer.status_code == 303, answer.text
        return self._bring_token()

    def open_link(self, token: str) -> Browser:
        """Signs in by the link."""
        answer = self.get("/", params={"token": token})
        assert answer.status_code == 303, answer.text
        return self._bring_token()

    @property
    def csrf(self) -> str:
        """The session's token."""
        return self.headers["x-counterlure-csrf"]

    def _bring_token(self) -> Browser:
        page = self.get("/interface", headers={"accept": "text/html"}).text
        self.headers["x-counterlure-csrf"] = re.search('<meta name="csrf" content="([^"]+)"', page)[1]
        return self

    def page(self, path: str) -> str:
        """The text of a page that must be there."""
        answer = self.get(path, headers={"accept": "text/html"})
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
        return answer.text


def pages(facts: Facts) -> dict[str, str]:
    """The address of every page of a case, by what it shows."""
    base = f"/c/{facts.case}"
    return {
        "queue": f"{base}/", "groups": f"{base}/groups", "exposure": f"{base}/exposure", "letters": f"{base}/letters",
        "letter": f"{base}/letters/{facts.draft}", "approved": f"{base}/letters/{facts.approved}",
        "dossier": f"{base}/a/{facts.account}", "source": f"{base}/source?at={facts.at}", "audit": f"{base}/audit",
        "cases": "/", "interface": "/interface",
    }  # fmt: skip


def contents(path: Path, table: str | None = None) -> str:
    """A digest of everything in a case, or of one table."""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(f"{(path / DATABASE).absolute().as_uri()}?mode=ro", uri=True)) as db:
        for name in [table] if table else tables(db):
            digest.update(name.encode())
            for row in db.execute(f"SELECT * FROM {name} ORDER BY 1, 2"):
                digest.update(repr(row).encode())
    return digest.hexdigest()


def tables(db: sqlite3.Connection) -> Iterator[str]:
    """Every table, audit among them."""
    yield from [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]


def rows_of(path: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    """What a question to a case brings."""
    with closing(sqlite3.connect(f"{(path / DATABASE).absolute().as_uri()}?mode=ro", uri=True)) as db:
        return db.execute(sql, values).fetchall()


def restore(saved: Path, path: Path) -> None:
    """Puts a case back as it was saved, below the feet of whoever has it open."""
    with closing(sqlite3.connect(saved / DATABASE)) as source, closing(sqlite3.connect(path / DATABASE)) as live:
        source.backup(live)
