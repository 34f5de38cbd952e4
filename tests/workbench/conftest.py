"""Small served cases: built once, copied for each test that writes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from counterlure.workbench.app import workbench
from counterlure.workbench.cases import Cases
from tests.factories import Clock
from tests.workbench.served import ROLES, Browser, Facts, add_members, build, sealed

A, B, C = "aaaa0001", "bbbb0002", "cccc0003"


class Seconds:
    """The clock of the sessions, which tests move."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """A running application with its cases: A and B have members in every role, C has none.

    facts : by case id. path : of each case. Names are "viewer-a" to "auditor-b"; "both" views A and leads B.
    """

    def __init__(self, folder: Path, facts: dict[str, Facts], cases: tuple[str, ...]) -> None:
        self.facts, self.folder = facts, folder
        self.seconds = Seconds()
        self.cases = Cases([folder / case for case in cases], Clock())
        self.spent: list[str] = []
        self.app = workbench(self.cases, clock=self.seconds, spent=lambda: self.spent.append("told"))

    def path(self, case: str) -> Path:
        return self.folder / case

    def browser(self, base: str = "http://127.0.0.1") -> Browser:
        return Browser(self.app, base)

    def client(self, role: str, case: str = A) -> Browser:
        """Signed in by the form as a member of that role."""
        return self.browser().sign_in(f"{role}-{case[0]}")

    def local(self) -> Browser:
        """Signed in by the link."""
        return self.browser().open_link(self.app.state.sessions.token)


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> tuple[Path, dict[str, Facts]]:
    """The three cases as they were built; nobody changes them here."""
    folder = tmp_path_factory.mktemp("workbench")
    people = {
        A: {f"{role}-a": role for role in ROLES} | {"both": "viewer"},
        B: {f"{role}-b": role for role in ROLES} | {"both": "lead"},
        C: {"local": "lead"},
    }
    facts = {case: build(folder / case, case, people[case], more=case == B) for case in (A, B, C)}
    for case in (A, B):
        add_members(folder / case, people[case])
    return folder, facts


@pytest.fixture(scope="module", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Passwords that are kept are cheap to try here, and those of nobody as well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("counterlure.case.members._dummy", lambda: sealed("nobody has this password"))
        yield


@pytest.fixture(scope="session")
def make_desk(built) -> Callable[..., AbstractContextManager[Desk]]:
    """`with make_desk(folder, *cases)` serves copies of the cases below a folder."""

    @contextmanager
    def make(folder: Path, *cases: str) -> Iterator[Desk]:
        for case in cases:
            shutil.copytree(built[0] / case, folder / case)
        desk = Desk(folder, built[1], cases)
        yield desk
        desk.cases.close()

    return make


@pytest.fixture
def desk(make_desk, tmp_path) -> Iterator[Desk]:
    """Case A, for one test alone."""
    with make_desk(tmp_path, A) as desk:
        yield desk


@pytest.fixture
def all_three(make_desk, tmp_path) -> Iterator[Desk]:
    """All three cases, for one test alone."""
    with make_desk(tmp_path, A, B, C) as desk:
        yield desk


@pytest.fixture
def quiet(monkeypatch) -> list[str]:
    """Judging again is only asked for; who asked, in the order they did."""
    asked: list[str] = []
    monkeypatch.setattr("counterlure.workbench.again.Again.ask", lambda again: asked.append(again._path.name))
    return asked


@pytest.fixture(scope="session")
def reading(make_desk, tmp_path_factory) -> Iterator[Desk]:
    """All three cases for tests that change nothing."""
    with make_desk(tmp_path_factory.mktemp("reading"), A, B, C) as desk:
        yield desk
