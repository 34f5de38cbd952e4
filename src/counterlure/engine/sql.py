"""What an engine offers to those above: named steps in SQL, arrays in, arrays out.

Steps are written in DuckDB's dialect and translated for Spark. What both must compute alike keeps to integers where it
can (times are epoch seconds), casts counts to BIGINT, rounds a number before it is held against a threshold, and sorts
before it is read; docs/scale.md has the list of what differs between the two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from numpy.typing import NDArray

from counterlure.errors import CounterlureError

if TYPE_CHECKING:
    from counterlure.engine.duckdb_engine import DuckEngine

ENGINES = ("duckdb", "spark")
MEMORY = "3GB"
THREADS = 2
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class Engine(Protocol):
    """Tables by name, made step by step."""

    @property
    def name(self) -> str:
        """`duckdb` or `spark`."""

    @property
    def reader(self) -> DuckEngine:
        """The DuckDB that reads files for this engine; `take` moves a table of it to where the steps run."""

    @property
    def rows_at_once(self) -> int:
        """How many rows a step should group at a time; a larger grouping is better done in parts."""

    def put(self, name: str, columns: Mapping[str, NDArray[Any]]) -> None:
        """Makes table `name` of arrays of one length: whole numbers, floats, truth values, or texts as objects."""

    def step(self, name: str, sql: str) -> None:
        """Makes or replaces table `name`: the result of a SELECT in DuckDB's dialect, computed now and kept."""

    def arrays(self, sql: str) -> dict[str, NDArray[Any]]:
        """The result of a SELECT as columns, in its order. A NULL among texts is None; among numbers it is an error."""

    def take(self, name: str) -> None:
        """Table `name` of `reader` is one of this engine from here on."""

    def drop(self, *names: str) -> None:
        """Forgets tables; a name that there is none of is no error."""

    def close(self) -> None:
        """Gives memory and files back; nothing else may be called afterwards."""


def open_engine(name: str = "duckdb", *, memory: str = MEMORY, threads: int = THREADS) -> Engine:
    """An engine; call `close` when done.

    memory : bound, as DuckDB and Spark write it ("3GB"), of the tables, not of the arrays handed out. threads : at most
    so many at once. Spark joins a session that runs already and then keeps that session's bounds.

    Raises
    ------
    CounterlureError for another name; MissingExtra where Spark or Java is absent.
    """
    if name == "duckdb":
        from counterlure.engine.duckdb_engine import DuckEngine

        return DuckEngine(memory=memory, threads=threads)
    if name == "spark":
        from counterlure.engine.spark_engine import SparkEngine

        return SparkEngine(memory=memory, threads=threads)
    raise CounterlureError(f"no engine named {name!r}; choose one of {', '.join(ENGINES)}")


def checked(name: str) -> str:
    """A name that may stand in SQL as it is: lower case, digits, underscores. ValueError for any other."""
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"{name!r} cannot name a table or column")
    return name
