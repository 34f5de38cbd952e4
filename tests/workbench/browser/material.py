"""The cases that the browser is shown, all of them invented: a small organisation with a hostile account, and a large one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from counterlure.case import members
from counterlure.case.store import Case
from counterlure.simulate.layouts import PROFILE_HEADERS, MessageLine, Vintage, messages_csv, table
from counterlure.simulate.organisation import write_organisation

PASSWORD = "correct horse battery"
MEMBERS = {"vic": "viewer", "ana": "analyst", "leo": "lead", "odo": "auditor"}
START = 1_772_000_000
LONG = 10_000
QUIET = 3_000
ASKS = "We would pay you 500 euros in cash for a confidential report. Please do not tell your employer about it."
LATER = "The simplest is to take leave and tell nobody. Let us go on by WhatsApp, it is more discreet."
HELLO = "Thank you for the kind words about your stand at the fair last week; it was a pleasure to meet you there. {}"

ZALGO = "Z" + "a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308" * 12
HOSTILE_NAME = "<script>window.ran=1</script>\u202eeman{{7*7}}"
HOSTILE_HEADLINE = '"><img src=x onerror=window.ran=1> {% raw %} ${window.ran=1} javascript:window.ran=1 ' + ZALGO
APPROACH = (
    "Dear colleague, thank you for accepting. Our advisory firm holds a closed seminar in the spring and would be"
    " honoured to hear you; we pay flight, hotel and a fee of 900 euros in cash for your talk.",
    "The simplest is to take leave and tell nobody, that saves paperwork. Let us go on by WhatsApp, it is more discreet.",
    "To prepare, our experts want the part of the space imagery programme that is not published yet, and a few words on"
    " its weak points. For the internal version we can pay 3,000 euros.",
)
HOSTILE_TEXTS = (
    *APPROACH,
    APPROACH[1] + " <img src=x onerror='window.ran=1'><svg/onload=window.ran=1> <a href=\"javascript:window.ran=1\">",
    APPROACH[2] + " {{ 7*7 }} {% raw %} ${7*7} </textarea></script><script>window.ran=1</script>",
    "\u202e\u2066 " + ZALGO + " " + APPROACH[2],
    "W" * 10_000,
    "https://media.example.com/" + "a" * 2_000,
)
ARABIC_NAME = "نادية سليمان"
ARABIC = "شكرا على كلماتك الطيبة حول الجناح في المعرض الأسبوع الماضي"


def command(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs counterlure as a user would; fails with what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "counterlure", *map(str, arguments)],
        capture_output=True, text=True, check=False, env=os.environ | environment,
    )  # fmt: skip
    assert done.returncode in (0, 3), done.stderr
    return done


def build(folder: Path) -> None:
    """Writes and judges both cases below `folder`; the members of each are `MEMBERS`."""
    write_organisation(folder / "org", seed=1, colleagues=8)
    _hostile(folder / "hostile")
    _scan(
        folder / "small", *sorted((folder / "org/deliveries").iterdir()), folder / "org/reported_contacts.csv",
        folder / "hostile", "--register", folder / "org/register.csv",
    )  # fmt: skip
    _more(folder / "more")
    _long(folder / "long")
    _quiet(folder / "quiet.csv")
    _scan(folder / "large", folder / "long", folder / "quiet.csv")
    for name in ("ana", "leo"):
        command(
            "users", "add", name, "--case", folder / "small", "--role", MEMBERS[name], COUNTERLURE_PASSWORD=PASSWORD
        )
    _add_members(folder / "small", "vic", "odo")
    _add_members(folder / "large", *MEMBERS)


def shared(base: Path) -> Path:
    """The cases, built by the first process that comes and awaited by the others."""
    folder = base / "workbench"
    done = folder / "done"
    try:
        folder.mkdir()
    except FileExistsError:
        until = time.monotonic() + 120
        while not done.exists():
            assert time.monotonic() < until, "the cases of the browser tests were not built"
            time.sleep(0.1)
        return folder
    build(folder)
    done.touch()
    return folder


def _scan(case: Path, *arguments: object) -> None:
    command("scan", *arguments, "--case", case, "--purpose", "browser tests")


def _add_members(path: Path, *names: str) -> None:
    with Case.open(path) as case:
        for name in names:
            members.add(case, name, MEMBERS[name], PASSWORD)


def _hostile(folder: Path) -> None:
    """An archive whose sender shows and writes what should never run, and the profile that was kept of them."""
    url = "https://www.linkedin.com/in/hostile-one"
    lines = [(url, HOSTILE_NAME, text, n) for n, text in enumerate(HOSTILE_TEXTS)]
    _archive(folder / "Basic_LinkedInDataExport_03-01-2026", "Ann Example", "ann-example", lines)
    basics = {
        "name": HOSTILE_NAME, "label": HOSTILE_HEADLINE, "summary": HOSTILE_TEXTS[-2],
        "profiles": [{"network": "LinkedIn", "url": url}],
    }  # fmt: skip
    work = [{"name": HOSTILE_HEADLINE, "position": HOSTILE_NAME, "startDate": "2020-01"}]
    profile = {"basics": basics, "work": work, "meta": {"lastModified": "2026-03-01T00:00:00Z"}}
    (folder / "captures").mkdir()
    (folder / "captures/01.resume.json").write_text(json.dumps(profile), encoding="utf-8")


def _long(folder: Path) -> None:
    """One thread of `LONG` messages, and one in a script that runs from right to left."""
    long = "https://www.linkedin.com/in/long-one"
    telling = {3: ASKS, LONG - 5: LATER}
    lines = [(long, "Long One", telling.get(n) or HELLO.format(n), n) for n in range(LONG)]
    arabic = "https://www.linkedin.com/in/right-to-left"
    lines += [(arabic, ARABIC_NAME, f"{ARABIC} {n}", n) for n in range(3)] + [(arabic, ARABIC_NAME, ASKS, 4)]
    _archive(folder / "Basic_LinkedInDataExport_03-02-2026", "Bea Example", "bea-example", lines)


def _more(folder: Path) -> None:
    """A small archive that is read in later."""
    lines = [(f"https://www.linkedin.com/in/more-{n}", f"More {n}", HELLO.format(n), n) for n in range(300)]
    _archive(folder / "Basic_LinkedInDataExport_03-03-2026", "Cas Example", "cas-example", lines)


def _archive(folder: Path, owner: str, slug: str, lines: list[tuple[str, str, str, int]]) -> None:
    given, family = owner.split()
    folder.mkdir(parents=True)
    header = PROFILE_HEADERS[Vintage.Y2026]
    profile = {"First Name": given, "Last Name": family, "Headline": "Engineer, Example Works"}
    (folder / "Profile.csv").write_text(table(header, [[profile.get(name, "") for name in header]]), encoding="utf-8")
    made = [
        MessageLine(
            conversation=url, title="", sender=name, sender_url=url, to=(owner,),
            to_urls=(f"https://www.linkedin.com/in/{slug}",), at=START + n * 60, subject="", content=text,
            folder="INBOX", outgoing=False,
        )
        for url, name, text, n in reversed(lines)
    ]  # fmt: skip
    (folder / "messages.csv").write_text(messages_csv(Vintage.Y2026, made), encoding="utf-8")


def _quiet(file: Path) -> None:
    """`QUIET` accounts of which nothing is to be said."""
    rows = [
        (f"https://www.linkedin.com/in/quiet-{n}", f"https://www.linkedin.com/in/colleague-{n % 40}",
         "2026-02-03T10:00:00Z", "mail", "in", HELLO.format(n), "")
        for n in range(QUIET)
    ]  # fmt: skip
    file.write_text(table(["account", "target", "at", "kind", "direction", "text", "employer"], rows), encoding="utf-8")


def remove_members(path: Path) -> None:
    """Leaves a case that is opened by the link."""
    with Case.open(path) as case:
        for member in members.members(case.db):
            members.remove(case, member.name)
