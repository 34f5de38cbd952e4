"""A world as the files that a platform would hand over, and the truth beside them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from counterlure.errors import InputError
from counterlure.network.model import ABSENT
from counterlure.simulate.forms import start_empty
from counterlure.simulate.worlds.world import World

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FILES = ("contacts.parquet", "accounts.parquet", "targets.parquet", "truth.parquet")

# What kind a contact is says nothing: it follows from the seconds of its moment.
_CONTACTS = """
    SELECT a.key AS account, t.key AS target, make_timestamp(c.at * 1000000) AS at,
        CASE WHEN c.at % 60 < 36 THEN 'invitation' WHEN c.at % 60 < 54 THEN 'message' ELSE 'inmail' END AS kind
    FROM contact c JOIN account a ON a.number = c.account JOIN target t ON t.number = c.target
    ORDER BY c.at, c.account, c.target
"""
_ACCOUNTS = """
    SELECT a.key AS account, make_timestamp(a.created_at * 1000000) AS created_at,
        e.word AS employer, i.word AS industry
    FROM account a LEFT JOIN employer e ON e.code = a.employer LEFT JOIN industry i ON i.code = a.industry
    ORDER BY a.number
"""
_TARGETS = """
    SELECT t.key AS target, o.word AS organisation, s.word AS sector
    FROM target t LEFT JOIN organisation o ON o.code = t.organisation LEFT JOIN sector s ON s.code = t.sector
    ORDER BY t.number
"""
_TRUTH = f"""
    SELECT a.key AS account, nullif(a.operation, {ABSENT}) AS operation, nullif(a.team, {ABSENT}) AS team,
        k.word::VARCHAR AS team_kind
    FROM account a LEFT JOIN team_kind k ON k.code = a.team
    ORDER BY a.number
"""


def write_world(world: World, folder: Path) -> None:
    """Write the files below `folder`; same world, same bytes. `InputError` where the folder holds something or
    cannot be written.

    contacts.parquet (account, target, at: UTC, kind), by moment; accounts.parquet (account, created_at, employer,
    industry), targets.parquet (target, organisation, sector) and truth.parquet (account, operation, team, team_kind),
    by key. NULL stands for what is untold, in the truth for no operation and no team.
    """
    import duckdb

    start_empty(folder)
    whole = False
    try:
        with TemporaryDirectory(dir=folder) as spill:
            _write(world, folder, spill)
        whole = True
    except duckdb.Error as error:
        raise InputError(str(folder), f"no world can be written there; free space or name another ({error})") from error
    finally:
        for name in FILES if not whole else ():
            (folder / name).unlink(missing_ok=True)


def _write(world: World, folder: Path, spill: str) -> None:
    import duckdb

    # One thread and no order left open: the bytes follow from the world alone.
    with duckdb.connect(config={"threads": 1, "memory_limit": "3GB", "temp_directory": spill}) as db:
        _load(db, world)
        for name, query in zip(FILES, (_CONTACTS, _ACCOUNTS, _TARGETS, _TRUTH), strict=True):
            path = str(folder / name).replace("'", "''")
            db.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)")


def _load(db: DuckDBPyConnection, world: World) -> None:
    tables, truth = world.tables, world.truth
    contacts, accounts, targets = tables.contacts, tables.accounts, tables.targets
    columns: dict[str, Mapping[str, NDArray[Any]]] = {
        "contact": {"account": contacts.account, "target": contacts.target, "at": contacts.first_at},
        "account": {
            "number": np.arange(accounts.key.size), "key": accounts.key, "created_at": accounts.created_at,
            "employer": accounts.employer, "industry": accounts.industry,
            "operation": truth.operation, "team": truth.team,
        },
        "target": {
            "number": np.arange(targets.key.size), "key": targets.key,
            "organisation": targets.organisation, "sector": targets.sector,
        },
        "team_kind": _words(np.array(truth.team_kinds, dtype=object)),
        "employer": _words(accounts.employers),
        "industry": _words(accounts.industries),
        "organisation": _words(targets.organisations),
        "sector": _words(targets.sectors),
    }  # fmt: skip
    for name, values in columns.items():
        db.register(f"{name}_columns", values)
        db.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_columns")
        db.unregister(f"{name}_columns")


def _words(words: NDArray[np.object_]) -> Mapping[str, NDArray[Any]]:
    return {"code": np.arange(words.size), "word": words}
