"""The workbench in a real browser on a case of 50,000 accounts: how soon it can be read, how soon a key is answered.

    python bench/workbench.py --accounts 50000

Data are synthetic (`simulate/volume.py`). The browser is Debian's Chromium without a screen and without a graphics
processor, on the same cores as the server, and, for the keys, as a `counterlure scan` that reads further archives into
the same case all the while.
  paint  : from asking for the page until its first rows are painted; the server has just started, the profile is new
  key    : from a press of j, k or 1 to 5 until the page has painted the answer
  stands : from a press of 1 to 5 until the server has said that the verdict is in the case
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from counterlure.simulate.volume import write_volume
from measure import COUNTERLURE

SEED = 11
MESSAGES = 5_000
MESSAGES_PER_ACCOUNT = 3.3
BROWSER = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WATCH = """
(() => {
  const seen = { rows: null, keys: [], stands: [] };
  window.__seen = seen;
  const painted = (deed) => requestAnimationFrame(() => setTimeout(deed));
  const ready = () => {
    if (document.querySelector(".rows .row .level")) painted(() => { seen.rows = performance.now(); });
    else requestAnimationFrame(ready);
  };
  requestAnimationFrame(ready);
  addEventListener("keydown", (event) => painted(() => seen.keys.push(performance.now() - event.timeStamp)), true);
  const ask = window.fetch;
  window.fetch = async (...given) => {
    const began = performance.now();
    const answer = await ask(...given);
    if (String(given[0]).endsWith("/verdicts") && answer.ok) seen.stands.push(performance.now() - began);
    return answer;
  };
})();
"""


def main() -> None:
    """Builds the case, measures, prints."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--accounts", type=int, default=50_000)
    arguments.add_argument("--paints", type=int, default=7)
    arguments.add_argument("--presses", type=int, default=300)
    arguments.add_argument("--chromium", default=shutil.which("chromium"))
    given = arguments.parse_args()
    if not given.chromium:
        arguments.error("no chromium on this machine; name one with --chromium")
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), given)


def measure(folder: Path, given: argparse.Namespace) -> None:
    """Everything, in one folder."""
    archives = round(given.accounts * MESSAGES_PER_ACCOUNT / MESSAGES)
    write_volume(folder / "data", archives=archives, messages=MESSAGES, seed=SEED)
    write_volume(folder / "more", archives=12, messages=MESSAGES, seed=SEED + 1)
    case = folder / "case"
    scan(folder / "data", case)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.chromium, args=BROWSER)
        paints = [paint(browser, case) for _ in range(given.paints)]
        print(f"listed accounts            {paints[0][1]:,}")
        print(f"first useful paint         median {_ms(statistics.median(p for p, _ in paints))},"
              f" worst of {len(paints)} {_ms(max(p for p, _ in paints))} (aim 1,500 ms)")  # fmt: skip
        quiet = keys(browser, case, given.presses, None)
        busy = keys(browser, case, given.presses, folder / "more")
        for name, (pressed, stands) in (("alone", quiet), ("during ingest", busy)):
            print(f"key answered, {name:13} p95 {_ms(_p95(pressed))}, median {_ms(statistics.median(pressed))},"
                  f" {len(pressed)} presses (aim 100 ms)")  # fmt: skip
            print(f"verdict stands, {name:11} p95 {_ms(_p95(stands))}, median {_ms(statistics.median(stands))},"
                  f" worst {_ms(max(stands))}, {len(stands)} verdicts")  # fmt: skip
        browser.close()


def scan(data: Path, case: Path) -> None:
    """Reads and judges, quietly."""
    subprocess.run(
        [*COUNTERLURE, "scan", str(data), "--case", str(case), "--purpose", "benchmark", "--quiet"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


@contextmanager
def served(case: Path) -> Iterator[str]:
    """A server of the case, by the link it prints."""
    process = subprocess.Popen(
        [*COUNTERLURE, "serve", str(case), "--port", "0"], stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert process.stderr is not None
    try:
        yield process.stderr.readline().split()[1]
    finally:
        process.terminate()
        process.wait(30)


def paint(browser: Browser, case: Path) -> tuple[float, int]:
    """(milliseconds until the first rows are painted, rows listed), of a server that has answered nothing yet."""
    with served(case) as link:
        page = opened(browser, link)
        took = page.evaluate("window.__seen.rows")
        rows = int(page.get_attribute("#grid", "aria-rowcount") or 0) - 1
        page.context.close()
    return float(took), rows


def keys(browser: Browser, case: Path, presses: int, more: Path | None) -> tuple[list[float], list[float]]:
    """(milliseconds until keys were answered, until verdicts stood), with an ingest of `more` going on if given."""
    with served(case) as link:
        page = opened(browser, link)
        reading = [*COUNTERLURE, "scan", str(more), "--case", str(case), "--quiet"]
        process = subprocess.Popen(reading, stdout=subprocess.DEVNULL) if more else None
        for place in range(presses):
            if process and process.poll() is not None:
                print(f"  (the ingest ended after {place} presses)")
                break
            page.keyboard.press(("j", "j", "1", "k", "3", "j", "5")[place % 7])
            time.sleep(0.03)
        page.wait_for_timeout(2_000)
        told = page.evaluate("window.__seen")
        page.context.close()
        if process:
            process.wait()
    return told["keys"], told["stands"]


def opened(browser: Browser, link: str) -> Page:
    """The queue, signed in, its rows painted."""
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    page.add_init_script(WATCH)
    page.goto(link)
    page.wait_for_selector(".rows .row .level")
    page.wait_for_timeout(300)
    return page


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def _ms(value: float) -> str:
    return f"{value:,.0f} ms"


if __name__ == "__main__":
    main()
