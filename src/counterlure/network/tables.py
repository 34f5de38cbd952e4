"""Tables of a platform, from Parquet or CSV to numbers: contacts(account, target, at?, text?), accounts(account,
created_at?, employer?, industry?), targets(target, organisation?, sector?).

Ids are texts and compared as they stand; whole numbers are taken as their digits. A contact without account or target
is left out; one with an unreadable time is kept without it. Of several rows for one account or target the first counts,
and those that no contact names are not looked at. What is left out is listed: at most 20 rows per reason, then a total.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from counterlure.engine.csv_files import EXAMPLES
from counterlure.engine.duckdb_engine import DuckEngine
from counterlure.engine.files import Holds, Source, open_source, reading
from counterlure.engine.sql import Engine
from counterlure.engine.times import UNREADABLE
from counterlure.model import Skipped
from counterlure.network.model import ABSENT, Accounts, Contacts, Tables, Targets
from counterlure.network.steps import edges

CONTACT = {"account": Holds.TEXT, "target": Holds.TEXT, "at": Holds.TIME, "text": Holds.TEXT}
ACCOUNT = {"account": Holds.TEXT, "created_at": Holds.TIME, "employer": Holds.TEXT, "industry": Holds.TEXT}
TARGET = {"target": Holds.TEXT, "organisation": Holds.TEXT, "sector": Holds.TEXT}
_KEPT = "account <> '' AND target <> ''"

Column = NDArray[Any]


def read_tables(engine: Engine, contacts: Path, accounts: Path | None = None, targets: Path | None = None) -> Tables:
    """Reads once per engine; leaves table `edge(account, target, first_at)` in it, and `contact_text(account, target,
    text)` where contacts have a column `text`. From then on the engine's reader opens no file.

    Raises
    ------
    InputError and its kinds, as `open_source` does; CounterlureError where the tables do not fit the engine's memory.
    """
    reader = engine.reader
    skipped: list[Skipped] = []
    found, has_text = _contacts(reader, contacts, skipped)
    account = _side(reader, accounts, "account", ACCOUNT, skipped)
    target = _side(reader, targets, "target", TARGET, skipped)
    engine.take("edge")
    if has_text:
        engine.take("contact_text")
    reader.seal()
    return Tables(found, Accounts(**account), Targets(**target), tuple(skipped))


def _contacts(reader: DuckEngine, path: Path, skipped: list[Skipped]) -> tuple[Contacts, bool]:
    source = open_source(reader, "contact_read", path, CONTACT, ("account", "target"))
    skipped += source.skipped
    with reading(path):
        lacking = _number_both(reader)
        reader.database.execute(
            'CREATE VIEW contact_row AS SELECT a.code AS account, t.code AS target, c."at" AS first_at, c.text AS text'
            " FROM contact_read AS c JOIN account_code AS a ON a.key = c.account"
            " JOIN target_code AS t ON t.key = c.target"
        )
        edges(reader, "contact_row")
        if has_text := "text" in source.columns:
            reader.step("contact_text", "SELECT account, target, text FROM contact_row WHERE text <> ''")
        skipped += _faults(reader, source, lacking, "at")
    reader.database.execute("DROP VIEW contact_row")
    source.close(reader)
    columns = reader.arrays("SELECT account, target, first_at FROM edge ORDER BY account, target")
    return Contacts(**columns), has_text


def _number_both(reader: DuckEngine) -> list[str]:
    """Numbers accounts and targets of the contacts that have both; which of the two some contact lacks."""
    ids = ("account", "target")
    for name in ids:
        _number(reader, f"{name}_code", f"SELECT {name} AS key FROM contact_read")
    lacking = [
        name
        for name in ids
        if reader.arrays(f"SELECT count(*) AS n FROM {name}_code WHERE coalesce(key, '') = ''")["n"][0]
    ]
    for name in ids if lacking else ():
        _number(reader, f"{name}_code", f"SELECT {name} AS key FROM contact_read WHERE {_KEPT}")
    return lacking


def _number(reader: DuckEngine, name: str, keys: str) -> None:
    """Makes `name(key, code)`: the distinct keys, numbered from 0 in their order."""
    order = "(row_number() OVER (ORDER BY key) - 1)::INTEGER"
    reader.step(name, f"SELECT key, {order} AS code FROM (SELECT DISTINCT key FROM ({keys}))")


def _faults(reader: DuckEngine, source: Source, ids: Sequence[str], time: str | None) -> list[Skipped]:
    """The rows of a source that have no id, and those whose time cannot be read."""
    wrong = {f"no {name}: left out": f"coalesce({name}, '') = ''" for name in ids}
    if time is not None:
        wrong[f"{time} cannot be read: kept without it"] = f'"{time}" = {UNREADABLE}'
    counts = [f"count(*) FILTER (WHERE {where})::BIGINT AS n{i}" for i, where in enumerate(wrong.values())]
    seen = reader.arrays(f"SELECT {', '.join(counts)} FROM {source.name}")
    found: list[Skipped] = []
    for i, (reason, where) in enumerate(wrong.items()):
        if count := int(seen[f"n{i}"][0]):
            found += _listed(reader, source, reason, f"SELECT file, row FROM {source.name} WHERE {where}", count)
    return found


def _listed(reader: DuckEngine, source: Source, reason: str, rows: str, count: int) -> list[Skipped]:
    first = reader.arrays(f"SELECT file, row FROM ({rows}) ORDER BY file, row LIMIT {EXAMPLES}")
    listed = [Skipped(f"{file}:{row}", reason) for file, row in zip(first["file"], first["row"].tolist(), strict=True)]
    return listed + ([Skipped(str(source.path), f"{reason}: {count} rows in all")] if count > EXAMPLES else [])


def _side(
    reader: DuckEngine, path: Path | None, key: str, wanted: dict[str, Holds], skipped: list[Skipped]
) -> dict[str, Column]:
    """The columns of accounts or targets, one entry per numbered key; words in the plural of their column."""
    facts = [name for name in wanted if name != key]
    if path is None:
        empty = ", ".join(
            f"{'-1::BIGINT' if wanted[name] is Holds.TIME else 'NULL::VARCHAR'} AS {name}" for name in facts
        )
        reader.step("side", f"SELECT 0 AS code, {empty} LIMIT 0")
    else:
        source = open_source(reader, f"{key}_read", path, wanted, (key,))
        skipped += source.skipped
        with reading(path):
            _first_rows(reader, source, key, facts, skipped)
        source.close(reader)
    return _coded(reader, key, {name: wanted[name] for name in facts})


def _first_rows(reader: DuckEngine, source: Source, key: str, facts: list[str], skipped: list[Skipped]) -> None:
    """Makes `side(code, facts)`, the first row of each numbered key."""
    time = next((name for name in facts if name == "created_at"), None)
    skipped += _faults(reader, source, (key,), time)
    reader.step(
        "side_rows",
        f"SELECT k.code AS code, s.file AS file, s.row AS row, {', '.join(f's.{name} AS {name}' for name in facts)},"
        f" row_number() OVER (PARTITION BY k.code ORDER BY s.file, s.row) AS place"
        f" FROM {source.name} AS s JOIN {key}_code AS k ON k.key = s.{key}",
    )
    later = "SELECT file, row FROM side_rows WHERE place > 1"
    count = int(reader.arrays(f"SELECT count(*) AS n FROM ({later})")["n"][0])
    if count:
        skipped += _listed(reader, source, f"a further row for one {key}: left out", later, count)
    reader.step("side", f"SELECT code, {', '.join(facts)} FROM side_rows WHERE place = 1")
    reader.drop("side_rows")


def _coded(reader: DuckEngine, key: str, facts: dict[str, Holds]) -> dict[str, Column]:
    columns, joins, words = ["k.key AS key"], [], {}
    for name, holds in facts.items():
        if holds is Holds.TIME:
            columns.append(f"greatest(coalesce(s.{name}, {ABSENT}), {ABSENT})::BIGINT AS {name}")
            continue
        _number(reader, f"{name}_code", f"SELECT {name} AS key FROM side WHERE {name} <> ''")
        columns.append(f"coalesce({name}_code.code, {ABSENT})::INTEGER AS {name}")
        joins.append(f"LEFT JOIN {name}_code ON {name}_code.key = s.{name}")
        words[_plural(name)] = reader.arrays(f"SELECT key FROM {name}_code ORDER BY code")["key"]
    found = reader.arrays(
        f"SELECT {', '.join(columns)} FROM {key}_code AS k LEFT JOIN side AS s ON s.code = k.code {' '.join(joins)}"
        f" ORDER BY k.code"
    )
    reader.drop("side", f"{key}_code", *(f"{name}_code" for name in facts))
    return found | words


def _plural(name: str) -> str:
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
