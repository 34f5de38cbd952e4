"""Is the case whole? Checks the database, the audit chain, the references and what retention asks for."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from counterlure.case import audit, retention
from counterlure.case.database import errors, explain
from counterlure.case.store import Case


@dataclass(frozen=True)
class Check:
    """One check: what was looked at, whether it holds, and what to do when it does not."""

    name: str
    ok: bool
    detail: str


def examine(case: Case, known_head: str | None = None) -> list[Check]:
    """Every check, in a fixed order.

    known_head : an audit head printed in an earlier report, to find a chain that was cut or rewritten.
    """
    looks: dict[str, Callable[[], Check]] = {
        "database": lambda: _database(case),
        "references": lambda: _references(case),
        "audit chain": lambda: _chain(case, known_head),
        "once each": lambda: _once_each(case),
        "permissions": lambda: _permissions(case),
        "purpose": lambda: _purpose(case),
        "retention": lambda: _due(case),
    }
    return [_looked(name, look) for name, look in looks.items()]


def _looked(name: str, look: Callable[[], Check]) -> Check:
    """What cannot be looked at does not hold."""
    try:
        return look()
    except errors() as error:
        return Check(name, False, f"cannot be checked: {explain(error)}")


def _database(case: Case) -> Check:
    result = [str(row[0]) for row in case.db.execute("PRAGMA integrity_check(5)")]
    ok = result == ["ok"]
    return Check("database", ok, "whole" if ok else "; ".join(result) + "; restore the case from a copy")


def _references(case: Case) -> Check:
    broken = case.db.execute("PRAGMA foreign_key_check").fetchmany(5)
    detail = "every row's source, account and thread exist"
    if broken:
        detail = (
            f"{len(broken)} or more rows point nowhere, first in table {broken[0][0]}; restore the case from a copy"
        )
    return Check("references", not broken, detail)


def _once_each(case: Case) -> Check:
    """What the writer sees to without an index: an address names one account, a thread stands once."""
    twice = [
        str(key)
        for table in ("account_key", "conversation")
        for (key,) in case.db.execute(f"SELECT key FROM {table} GROUP BY key HAVING count(*) > 1 LIMIT 5")
    ]
    remedy = f"twice: {', '.join(twice)}; restore the case from a copy"
    return Check(
        "once each", not twice, remedy if twice else "every address names one account, every thread is one row"
    )


def _chain(case: Case, known_head: str | None) -> Check:
    fault = audit.verify(case.db, known_head)
    return Check("audit chain", fault is None, fault or f"whole; head {audit.head(case.db)}")


def _permissions(case: Case) -> Check:
    open_to_others = [str(path) for path in _private_paths(case) if stat.S_IMODE(path.lstat().st_mode) & 0o077]
    ok = not open_to_others
    remedy = f"others can reach {', '.join(open_to_others[:5])}: run chmod -R go= {case.path}"
    return Check("permissions", ok, "only you can reach it" if ok else remedy)


def _private_paths(case: Case) -> Iterator[Path]:
    """The directory, the database with its log, and the report; of a link, what it points to."""
    beside = [case.file.with_name(case.file.name + ending) for ending in ("-wal", "-shm")]
    report = case.path / "report"
    for path in (case.path, case.file, *beside, report, *sorted(report.rglob("*"))):
        if path.exists():
            yield path.resolve()


def _purpose(case: Case) -> Check:
    purpose = case.meta.get("purpose")
    return Check(
        "purpose",
        purpose is not None,
        purpose or "not declared: why these messages are read must be on record",
    )


def _due(case: Case) -> Check:
    waiting = retention.due(case)
    detail = (
        f"{len(waiting)} deliveries are past their time: run purge --due" if waiting else "nothing is past its time"
    )
    return Check("retention", not waiting, detail)
