"""Looks names up in a company register given as CSV or Parquet, of any size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from counterlure.errors import FormatError, InputError

MEMORY_LIMIT = "512MB"
NAME_COLUMNS = ("name", "legal_name", "denomination", "denominationUniteLegale", "Entity.LegalName", "organisation")
BATCH = 50_000


def names_present(register: Path, wanted: set[str], normal: Callable[[str], str]) -> frozenset[str]:
    """Those of the wanted names that the register holds, both sides compared as `normal` writes them.

    Raises
    ------
    InputError where the file is absent; FormatError where it is neither CSV nor Parquet or has no name column.
    """
    if not register.is_file():
        raise InputError(str(register), "no such register file; give the path of a CSV or Parquet file")
    import duckdb

    db = duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "threads": "2"})
    reader = _reader(register)
    try:
        columns = [str(row[0]) for row in db.execute(f"DESCRIBE SELECT * FROM {reader}", [str(register)]).fetchall()]
        column = next((c for c in NAME_COLUMNS if c in columns), None)
        if column is None:
            raise FormatError(str(register), f"no name column: one of {', '.join(NAME_COLUMNS)} is needed")
        found: set[str] = set()
        rows = db.execute(f'SELECT "{column}" FROM {reader}', [str(register)])
        while part := rows.fetchmany(BATCH):
            found.update(wanted.intersection(normal(str(name)) for (name,) in part if name))
        return frozenset(found)
    except duckdb.Error as error:
        raise FormatError(str(register), f"cannot be read as a register: {str(error).splitlines()[0]}") from error
    finally:
        db.close()


def _reader(register: Path) -> str:
    suffix = register.suffix.lower()
    if suffix == ".parquet":
        return "read_parquet(?)"
    if suffix in (".csv", ".tsv", ".txt"):
        return "read_csv(?, all_varchar = true, header = true)"
    raise FormatError(str(register), "a register is a .csv or .parquet file")
