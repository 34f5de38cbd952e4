"""Cases written as short YAML: captures of careers and pages, put into a case and read by the detectors of careers.

A role is "organisation | title | begin | end | identifier", a study "begin | end"; "now" stands for a role that lasts and
nothing for what is not shown.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from counterlure.case.rows import AccountRow, Batch, Owner, PageRow, PositionRow, ProfileRow
from counterlure.case.store import Case
from counterlure.case.write import DeliveryWriter
from counterlure.detect import Detected, allowed_columns
from counterlure.detect.profile import career, counters, held_roles, history, identifiers
from counterlure.model import Finding
from tests.factories import Delivery, new_case

FINDERS = {
    "career": career.find, "counters": counters.find, "held_roles": held_roles.find,
    "identifiers": identifiers.find, "history": history.find,
}  # fmt: skip
Spec = Mapping[str, Any]


def examples() -> dict[str, Spec]:
    """Every case of the YAML files beside this one, by its name."""
    found: dict[str, Spec] = {}
    for file in sorted(Path(__file__).parent.glob("*.yml")):
        for spec in yaml.safe_load(file.read_text(encoding="utf-8")):
            assert spec["name"] not in found, spec["name"]
            found[spec["name"]] = {**spec, "detector": file.stem}
    return found


def seconds(day: str | None) -> int | None:
    """The middle of a month "2026-03", or a day "2026-03-05", as UTC epoch seconds."""
    if day is None:
        return None
    year, month, *rest = (int(part) for part in day.split("-"))
    return calendar.timegm(datetime(year, month, rest[0] if rest else 15, tzinfo=UTC).timetuple())


def write(spec: Spec, case: Case, order: int = 1) -> None:
    """Hands everything in; targets' own captures each as their delivery. order -1: from the last to the first."""
    writer, targets = DeliveryWriter(case), spec.get("targets", [])
    for key in targets[::order]:
        writer.write(_delivery(f"{key}.zip", spec, [key], Owner([_key(key)]), order))
    others = [capture["account"] for capture in spec["captures"] if capture["account"] not in targets]
    writer.write(_delivery("captures.zip", spec, list(dict.fromkeys(others)), None, order))


def found(spec: Spec, folder: Path, order: int = 1, only: str | None = None) -> dict[str, list[Finding]]:
    """Findings of all detectors, or of one, by account key; detectors in their order."""
    with new_case(folder) as case:
        write(spec, case, order)
        keys = {number: key for key, number in case.db.execute("SELECT key, account FROM account_key")}
        with case.reader(allowed_columns()) as reader:
            seen = [
                finding
                for name, find in FINDERS.items()
                if only in (None, name)
                for finding in find(reader, Detected()).findings
            ]
    by_account: dict[str, list[Finding]] = {}
    for finding in seen:
        by_account.setdefault(keys[finding.account].removeprefix("in:"), []).append(finding)
    return by_account


def plain(findings: Mapping[str, Sequence[Finding]]) -> dict[str, list[tuple[Any, ...]]]:
    """What findings say, without ids and without words of the profile."""
    return {
        account: sorted(
            (f.detector, f.kind, f.score, f.detail, tuple(sorted(e.source for e in f.evidence)), tuple(sorted(f.params.items())))
            for f in own
        )
        for account, own in sorted(findings.items())
    }  # fmt: skip


def _key(account: str) -> str:
    return account if ":" in account else f"in:{account}"


def _delivery(name: str, spec: Spec, accounts: list[str], owner: Owner | None, order: int) -> Delivery:
    rows, line = [], 1
    for capture in spec["captures"]:
        line += 100
        if capture["account"] in accounts:
            rows.append(_profile(capture, accounts.index(capture["account"]), line, order))
    pages = [] if owner else [_page(page, 50_000 + n) for n, page in enumerate(spec.get("pages", []))]
    batch = Batch(
        f"{name}/profiles.json", "capture", "0", accounts=[AccountRow([_key(a)]) for a in accounts],
        profiles=rows[::order], pages=pages[::order],
    )  # fmt: skip
    return Delivery(name, name, owner, [batch])


def _profile(capture: Spec, account: int, line: int, order: int) -> ProfileRow:
    entries = [_role(text, line + n) for n, text in enumerate(capture.get("roles", []), 1)]
    entries += [_study(text, line + 50 + n) for n, text in enumerate(capture.get("studies", []), 1)]
    return ProfileRow(
        account, seconds(capture.get("at")), None, None, line, entries[::order], capture.get("connections"),
        capture.get("followers"), capture.get("recommendations"),
    )  # fmt: skip


def _role(text: str, line: int) -> PositionRow:
    parts = [*(part.strip() or None for part in text.split("|")), None, None, None]
    organisation, title, began, ended, identifier = parts[:5]
    return PositionRow("work", organisation, title, began, None if ended == "now" else ended, line, None, identifier)


def _study(text: str, line: int) -> PositionRow:
    began, ended = ([*(p.strip() or None for p in text.split("|")), None])[:2]
    return PositionRow("education", "School", "Degree", began, ended, line)


def _page(page: Spec, line: int) -> PageRow:
    return PageRow(
        page["organisation"], line, seconds(page.get("at")), page.get("identifier"), page.get("followers"),
        page.get("staff"),
    )  # fmt: skip
