"""People at work: servers to work on, windows that notice every fault, and what hands do on a keyboard."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.workbench.browser.material import PASSWORD

WATCH = """
document.addEventListener("securitypolicyviolation", (event) => console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`));
"""
FOCUSED = """() => {
  const at = document.activeElement;
  const shown = at.matches(".chip input") ? at.nextElementSibling : at;
  const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
  return {
    tag: at.tagName.toLowerCase(), id: at.id, name: at.getAttribute("name"), text: (at.innerText || "").slice(0, 60),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 0,
    body: at === document.body,
  };
}"""


class Server:
    """`counterlure serve` as its own process."""

    def __init__(self, *cases: Path) -> None:
        self.cases = cases
        self.lines: list[str] = []
        self._port = 0

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Starts it, again on the port it had before."""
        arguments = [sys.executable, "-m", "counterlure", "serve", *map(str, self.cases), "--port", str(self._port)]
        self._process = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True)
        self._read()
        self.address = re.match(r"open (http://127\.0\.0\.1:\d+)/", self.lines[-1])[1]
        self._port = int(self.address.rpartition(":")[2])

    @property
    def link(self) -> str:
        """The newest link that was printed."""
        return self.lines[-1].split()[1]

    def next_line(self) -> str:
        """Waits for one more line."""
        self._read()
        return self.lines[-1]

    def kill(self) -> None:
        """Ends it without any warning."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._process.stderr.close()

    def stop(self) -> None:
        """Ends it as Ctrl+C would."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.communicate(timeout=30)
        elif not self._process.stderr.closed:
            self._process.stderr.close()

    def _read(self) -> None:
        line = self._process.stderr.readline()
        assert line.startswith("open "), line + (self._process.stderr.read() if not line else "")
        self.lines.append(line.strip())


class Desk:
    """All windows of one test, and what went wrong in them."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._contexts: list[Any] = []
        self.faults: list[str] = []
        self._expected: list[str] = []

    def window(self, **options: Any) -> Any:
        """A page in a browser context of its own."""
        context = self._browser.new_context(
            **{"viewport": {"width": 1400, "height": 900}, "locale": "en-GB", "reduced_motion": "reduce"} | options
        )
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.faults.append(f"error {error.error}"))
        context.on("request", lambda request: self._asked(request.url))
        self._contexts.append(context)
        return context.new_page()

    def person(self, server: Server, name: str, **options: Any) -> Any:
        """A page of somebody who has signed in."""
        page = self.window(**options)
        page.goto(f"{server.address}/login")
        page.fill("[name=name]", name)
        page.fill("[name=password]", PASSWORD)
        page.click("button.main")
        page.wait_for_url(re.compile(r"/(c/.*)?$"))
        return page

    def visitor(self, server: Server, **options: Any) -> Any:
        """A page that came by the link."""
        page = self.window(**options)
        page.goto(server.link)
        server.next_line()
        page.wait_for_selector(".rows .row")
        return page

    @contextmanager
    def expecting(self, *patterns: str) -> Iterator[None]:
        """What the console may say meanwhile."""
        self._expected += patterns
        yield
        for pattern in patterns:
            self._expected.remove(pattern)

    def close(self) -> None:
        """Closes every window."""
        for context in self._contexts:
            context.close()

    def _said(self, message: Any) -> None:
        expected = [*self._expected, "GL Driver Message"]  # software graphics are slow, and say so
        if message.type in ("error", "warning") and not any(re.search(one, message.text) for one in expected):
            self.faults.append(f"{message.type} {message.text}")

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.faults.append(f"asked for {url}")


def case_address(page: Any, server: Server, name: str) -> str:
    """Where a case begins, as the list of cases links to it."""
    page.goto(f"{server.address}/")
    return server.address + page.get_by_role("link", name=name, exact=True).get_attribute("href")


def tab_to(page: Any, selector: str, most: int = 80) -> None:
    """Presses Tab until the element has the focus; wherever the focus is on the way, it can be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if not at["body"]:
            assert at["ring"] and at["inside"], at
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by Tab")


def type_in(page: Any, selector: str, text: str) -> None:
    """Reaches a field by Tab and types."""
    if not page.evaluate("selector => document.activeElement.matches(selector)", selector):
        tab_to(page, selector)
    page.keyboard.type(text)


def dossier_ready(page: Any) -> None:
    """Waits until a dossier answers to keys."""
    page.wait_for_selector("#who")
    page.wait_for_load_state()


def all_saved(page: Any) -> None:
    """Waits until the queue shows no verdict that is still on its way."""
    page.wait_for_selector(".verdict:has-text('…')", state="detached", timeout=60_000)
