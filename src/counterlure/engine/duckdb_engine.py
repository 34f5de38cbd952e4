"""DuckDB in memory: bounded, and after `seal` without any way to files, to extensions or to its own settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterlure.engine.sql import MEMORY, THREADS, checked
from counterlure.errors import CounterlureError

_TYPES = {"int8": "TINYINT", "int16": "SMALLINT", "int32": "INTEGER", "int64": "BIGINT",
          "float32": "FLOAT", "float64": "DOUBLE", "bool": "BOOLEAN", "object": "VARCHAR"}  # fmt: skip
ROWS_AT_ONCE = 25_000_000
"""About 1.5 GB of groups, none of which repeats."""
_READ = frozenset(_TYPES.values())


INTERRUPTED = "Query interrupted"
"""All that DuckDB says of an interrupt from the keyboard."""


class DuckEngine:
    """Tables in memory. What does not fit goes to a private folder that `close` removes; it is not encrypted there.

    memory, threads : its bounds. ordered : whether rows keep the order in which they came, which costs memory.
    """

    def __init__(self, *, memory: str = MEMORY, threads: int = THREADS, ordered: bool = False) -> None:
        import duckdb

        self.name = "duckdb"
        self.rows_at_once = ROWS_AT_ONCE
        self.folder = TemporaryDirectory(prefix="counterlure-")
        self._memory = memory
        self.errors = duckdb
        self.database = duckdb.connect(
            config={
                "memory_limit": memory,
                "threads": str(threads),
                "temp_directory": str(Path(self.folder.name) / "spill"),
                "preserve_insertion_order": str(ordered).lower(),
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            }
        )
        self.database.execute("SET TimeZone = 'UTC'")
        self.database.execute("SET enable_progress_bar = false")

    @property
    def reader(self) -> DuckEngine:
        """Itself."""
        return self

    def put(self, name: str, columns: Mapping[str, NDArray[Any]]) -> None:
        """As `Engine.put`."""
        arrays = {checked(column): _storable(column, values) for column, values in columns.items()}
        if len({values.shape for values in arrays.values()}) != 1:
            raise ValueError(f"the columns of {name} differ in length")
        typed = ", ".join(f'"{column}"::{_TYPES[str(values.dtype)]} AS "{column}"' for column, values in arrays.items())
        self.database.register("arrays_put", arrays)
        try:
            self.step(name, f"SELECT {typed} FROM arrays_put")
        finally:
            self.database.unregister("arrays_put")

    def step(self, name: str, sql: str) -> None:
        """As `Engine.step`."""
        self._run(f'CREATE OR REPLACE TABLE "{checked(name)}" AS {sql}')

    def arrays(self, sql: str) -> dict[str, NDArray[Any]]:
        """As `Engine.arrays`."""
        found = self._run(sql)
        for column, kind, *_ in found.description:
            if str(kind) not in _READ:
                raise ValueError(f"column {column} is {kind}; cast it to one of {', '.join(sorted(_READ))}")
        return {column: _filled(column, values) for column, values in found.fetchnumpy().items()}

    def take(self, name: str) -> None:
        """Nothing is to be moved."""

    def drop(self, *names: str) -> None:
        """As `Engine.drop`."""
        for name in names:
            self._run(f'DROP TABLE IF EXISTS "{checked(name)}"')

    def seal(self, *folders: Path) -> None:
        """From here on no file outside `folders`, no extension and no change of settings."""
        for folder in folders:
            self.database.execute("SET allowed_directories = [?]", [str(folder)])
        self.database.execute("SET enable_external_access = false")
        self.database.execute("SET lock_configuration = true")

    def close(self) -> None:
        """As `Engine.close`."""
        self.database.close()
        self.folder.cleanup()

    def _run(self, sql: str) -> Any:
        try:
            return self.database.execute(sql)
        except RuntimeError as error:
            if str(error) == INTERRUPTED:
                raise KeyboardInterrupt from error
            raise
        except self.errors.OutOfMemoryException as error:
            raise CounterlureError(
                f"the tables do not fit {self._memory} of memory and the room on disk for what exceeds it; give more of"
                f" either, or fewer contacts: {str(error).splitlines()[0]}"
            ) from error


def _storable(column: str, values: NDArray[Any]) -> NDArray[Any]:
    if values.dtype.kind == "U":
        return values.astype(object)
    if str(values.dtype) not in _TYPES:
        raise ValueError(f"column {column} holds {values.dtype}; an engine keeps {', '.join(_TYPES)}")
    return np.ascontiguousarray(values)


def _filled(column: str, values: NDArray[Any]) -> NDArray[Any]:
    if not isinstance(values, np.ma.MaskedArray):
        return values
    if not np.ma.is_masked(values):
        return np.asarray(values.data)
    if values.dtype != np.dtype(object):
        raise ValueError(f"column {column} holds NULL; say in SQL what stands for it")
    texts = np.asarray(values.data)
    texts[np.ma.getmaskarray(values)] = None
    return texts
