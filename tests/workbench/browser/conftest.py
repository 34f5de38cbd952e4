"""A real browser on a real server: one of each for a worker, and a fault wherever a page complains or reaches out."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.workbench.browser import material
from tests.workbench.browser.desk import Desk, Server

CHROMIUM = Path(os.environ.get("COUNTERLURE_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser():
    """Chromium; without it the tests are skipped, or fail where `COUNTERLURE_BROWSER` is "required"."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        _lacking(f"Playwright is not installed ({error})")
    if not CHROMIUM.is_file():
        _lacking(f"{CHROMIUM} is not there; install chromium, or name it in COUNTERLURE_CHROMIUM")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield started
        started.close()


def _lacking(reason):
    if os.environ.get("COUNTERLURE_BROWSER") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def cases(browser, tmp_path_factory, worker_id):
    """The folder that holds both cases as they were built; nobody changes them there."""
    base = tmp_path_factory.getbasetemp()
    return material.shared(base if worker_id == "master" else base.parent)


@pytest.fixture(scope="session")
def served(cases, tmp_path_factory):
    """A server on a copy of both cases, for every test that leaves it standing."""
    folder = tmp_path_factory.mktemp("served")
    for name in ("small", "large"):
        shutil.copytree(cases / name, folder / name)
    with Server(folder / "small", folder / "large") as server:
        yield server


@pytest.fixture
def copy(cases, tmp_path):
    """Makes a case of the test's own; without members where it is to be opened by the link."""

    def copied(name, members=False):
        case = shutil.copytree(cases / name, tmp_path / name)
        if not members:
            material.remove_members(case)
        return case

    return copied


@pytest.fixture
def desk(browser):
    """Opens windows, each a person of its own; at the end nothing may have gone wrong in any of them."""
    opened = Desk(browser)
    yield opened
    opened.close()
    assert opened.faults == []
