"""Spark: the same steps, in a session that runs already or in a local one of its own.

Rows cross as Parquet in a private folder, written and read by DuckDB on this side, so that neither pandas nor pyarrow
is needed. The folder lies where Python puts temporary files; workers on other machines must see it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from counterlure.engine.duckdb_engine import DuckEngine
from counterlure.engine.quoting import literal, plain
from counterlure.engine.sql import MEMORY, THREADS, checked
from counterlure.errors import MissingExtra

ROWS_AT_ONCE = 2_000_000_000
"""Spark spreads and spills by itself; a part more costs a shuffle more."""


class SparkEngine:
    """Tables as temporary views; the result of a step is checkpointed, so that it is computed once.

    memory, threads : of a session started here; one that runs already keeps its own.
    """

    def __init__(self, *, memory: str = MEMORY, threads: int = THREADS) -> None:
        self.name = "spark"
        self.rows_at_once = ROWS_AT_ONCE
        sessions = _sessions()
        self._exchange = DuckEngine(memory=memory, threads=threads, ordered=True)
        self._reader = DuckEngine(memory=memory, threads=threads)
        self._folder = Path(self._exchange.folder.name) / "exchange"
        self._folder.mkdir()
        self._exchange.seal(self._folder)
        running = sessions.getActiveSession()
        self._own = running is None
        try:
            session = _local(sessions, memory, threads, self._folder) if running is None else running
        except MissingExtra:
            self._own = False
            self.close()
            raise
        self._spark = session.newSession()
        for setting, value in _SETTINGS.items():
            self._spark.conf.set(setting, value)
        self._numbers = count()

    @property
    def reader(self) -> DuckEngine:
        """A DuckDB beside Spark."""
        return self._reader

    def put(self, name: str, columns: Mapping[str, NDArray[Any]]) -> None:
        """As `Engine.put`."""
        self._exchange.put("crossing", columns)
        self._cross(self._exchange, "crossing", name)
        self._exchange.drop("crossing")

    def take(self, name: str) -> None:
        """As `Engine.take`; to be called before the reader is sealed."""
        self._cross(self._reader, name, name)
        self._reader.drop(name)

    def step(self, name: str, sql: str) -> None:
        """As `Engine.step`."""
        self._spark.sql(in_spark(sql)).localCheckpoint().createOrReplaceTempView(checked(name))

    def arrays(self, sql: str) -> dict[str, NDArray[Any]]:
        """As `Engine.arrays`."""
        folder = self._folder / f"result{next(self._numbers)}"
        self._spark.sql(in_spark(sql)).write.parquet(folder.as_uri())
        try:
            return self._exchange.arrays(f"SELECT * FROM read_parquet({literal(str(folder / '*.parquet'))})")
        finally:
            shutil.rmtree(folder)

    def drop(self, *names: str) -> None:
        """As `Engine.drop`."""
        for name in names:
            self._spark.catalog.dropTempView(checked(name))

    def close(self) -> None:
        """As `Engine.close`; a session that ran before runs on."""
        if self._own:
            _stop(self._spark)
        self._reader.close()
        self._exchange.close()

    def _cross(self, source: DuckEngine, table: str, name: str) -> None:
        file = self._folder / f"table{next(self._numbers)}.parquet"
        source.database.execute(f"COPY {checked(table)} TO {literal(str(file))} (FORMAT parquet, COMPRESSION zstd)")
        self._spark.read.parquet(file.as_uri()).createOrReplaceTempView(checked(name))


_LOG = """rootLogger.level = error
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %p %c: %m%n
"""
_SETTINGS = {"spark.sql.ansi.enabled": "true", "spark.sql.session.timeZone": "UTC"}


@cache
def in_spark(sql: str) -> str:
    """A SELECT in DuckDB's dialect as Spark writes it."""
    import sqlglot

    return sqlglot.transpile(sql, read="duckdb", write="spark")[0]


def _sessions() -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtra("the engine spark needs PySpark: install counterlure[spark]") from error
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise MissingExtra("the engine spark needs Java: install a Java 17 or newer and put it on PATH or in JAVA_HOME")
    return SparkSession


def _local(sessions: Any, memory: str, threads: int, folder: Path) -> Any:
    from pyspark.errors import PySparkRuntimeError

    log = folder / "log4j2.properties"
    log.write_text(_LOG, encoding="utf-8")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")  # else it looks its host name up and complains
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={log.as_uri()}",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": memory.lower().removesuffix("b"),
        "spark.local.dir": str(folder),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.shuffle.partitions": str(2 * threads),
        "spark.sql.warehouse.dir": (folder / "warehouse").as_uri(),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = sessions.builder.master(f"local[{threads}]").appName("counterlure")
    for setting, value in settings.items():
        builder = builder.config(setting, value)
    try:
        return builder.getOrCreate()
    except PySparkRuntimeError as error:
        raise MissingExtra(f"Spark does not start, which needs Java 17 or newer: {plain(str(error))}") from error


def _stop(spark: Any) -> None:
    """Stops Spark and the Java process behind it, which would otherwise stay until this process ends."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    spark.stop()
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait()
        SparkContext._gateway = SparkContext._jvm = None
