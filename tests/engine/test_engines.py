"""Both engines do the same: what goes in comes out, and every step gives equal results. One Spark for the module."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from counterlure.engine.duckdb_engine import DuckEngine
from counterlure.engine.spark_engine import in_spark
from counterlure.engine.sql import Engine, open_engine
from counterlure.errors import CounterlureError, MissingExtra
from counterlure.network import steps
from counterlure.network.tables import read_tables

CONTACTS = 1_000_000
Rows = dict[str, NDArray[Any]]

WITHOUT_SPARK = (
    "PySpark is not installed (make test installs it from requirements-tests.lock)"
    if find_spec("pyspark") is None
    else "Java is not installed: Spark needs Java 17 or newer"
    if shutil.which("java") is None
    else ""
)
needs_spark = pytest.mark.skipif(bool(WITHOUT_SPARK), reason=WITHOUT_SPARK or "Spark is here")


@pytest.fixture(scope="module")
def spark() -> Iterator[Engine]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")  # short runs pay for compiling more than they gain
        with closing(open_engine("spark", memory="2GB")) as engine:
            yield engine


@pytest.fixture
def duckdb() -> Iterator[Engine]:
    with closing(open_engine("duckdb")) as engine:
        yield engine


def world(seed: int, contacts: int, accounts: int, targets: int) -> Rows:
    """Contacts with degrees of a power law, some twice, some without a time, and ten accounts that share a list."""
    rng = np.random.default_rng(seed)
    account = (accounts * rng.random(contacts) ** 2).astype(np.int32)
    target = (targets * rng.random(contacts) ** 3).astype(np.int32)
    members, listed = np.meshgrid(np.arange(10), np.arange(8))
    account = np.concatenate([account, accounts + members.ravel()]).astype(np.int32)
    target = np.concatenate([target, targets + listed.ravel()]).astype(np.int32)
    first_at = rng.integers(-1, 1_700_000_000, account.size)
    return {"account": account, "target": target, "first_at": first_at}


def every_step(engine: Engine, rows: Rows) -> dict[str, NDArray[Any]]:
    """What each step makes of the rows, as columns named after it; the layer is one value in seven, folded."""
    found = pairs_and_clusters(engine, rows)
    engine.put("layer", {"account": rows["account"][::7], "value": rows["target"][::7] % 97})
    engine.step("layer_once", "SELECT DISTINCT account, value FROM layer")
    layer = steps.pairs(engine, 20, 1, 0.0, table="layer_once", value="value")
    return found | {f"layer {name}": getattr(layer, name) for name in layer.__slots__}


def pairs_and_clusters(engine: Engine, rows: Rows) -> dict[str, NDArray[Any]]:
    """Contacts to pairs to components, as `find` uses them."""
    engine.put("contact_row", rows)
    steps.edges(engine, "contact_row")
    edge = engine.arrays("SELECT account, target, first_at FROM edge ORDER BY account, target")
    pairs = steps.pairs(engine, 20)
    engine.put("pair", {"one": pairs.one, "other": pairs.other})
    return (
        {f"edge {name}": column for name, column in edge.items()}
        | {f"pairs {name}": getattr(pairs, name) for name in pairs.__slots__}
        | {f"component {name}": column for name, column in steps.components(engine, "pair").items()}
    )


def assert_equal(one: dict[str, NDArray[Any]], other: dict[str, NDArray[Any]]) -> None:
    assert one.keys() == other.keys()
    for name, column in one.items():
        assert column.dtype == other[name].dtype, name
        np.testing.assert_array_equal(column, other[name], name)


@needs_spark
def test_every_step_gives_the_same_on_both_engines(duckdb: Engine, spark: Engine) -> None:
    for seed, contacts in ((1, 0), (2, 2_000)):
        rows = world(seed, contacts, 500, 1_000)
        found = every_step(duckdb, rows)
        assert_equal(found, every_step(spark, rows))
    assert (found["component label"] == 500).sum() >= 10, "the ten that share a list"


@needs_spark
def test_a_million_contacts_give_the_same_on_both_engines(duckdb: Engine, spark: Engine) -> None:
    rows = world(3, CONTACTS, 60_000, 300_000)
    found = pairs_and_clusters(duckdb, rows)
    assert_equal(found, pairs_and_clusters(spark, rows))
    assert found["edge account"].size > 0.8 * CONTACTS
    assert found["pairs one"].size > 1_000


@needs_spark
def test_spark_keeps_values_and_order_and_refuses_what_arrays_cannot_hold(spark: Engine) -> None:
    values_come_back(spark)


def test_duckdb_keeps_values_and_order_and_refuses_what_arrays_cannot_hold(duckdb: Engine) -> None:
    values_come_back(duckdb)


def values_come_back(engine: Engine) -> None:
    put: Rows = {
        "n": np.array([3, 1, 2], np.int32),
        "big": np.array([2**40, -1, 0]),
        "x": np.array([0.1, -2.5, 1e300]),
        "yes": np.array([True, False, True]),
        "word": np.array(["à\x00b", None, "'\"\\;--"], dtype=object),
    }
    engine.put("thing", put)
    found = engine.arrays("SELECT * FROM thing ORDER BY n DESC")
    order = [0, 2, 1]
    for name, column in put.items():
        assert found[name].dtype == column.dtype
        assert found[name].tolist() == column[order].tolist()
    engine.step("thing", "SELECT n + 1 AS n FROM thing")
    assert engine.arrays("SELECT n::BIGINT AS n FROM thing ORDER BY n")["n"].tolist() == [2, 3, 4]
    assert engine.arrays("SELECT n FROM thing WHERE n > 9")["n"].shape == (0,)
    with pytest.raises(ValueError, match="NULL"):
        engine.arrays("SELECT CASE WHEN n > 2 THEN n END AS n FROM thing")
    with pytest.raises(ValueError, match="cast it"):
        engine.arrays("SELECT CAST(n AS DECIMAL(9, 2)) AS n FROM thing")
    with pytest.raises(ValueError, match="cannot name"):
        engine.step("thing; DROP TABLE thing", "SELECT 1 AS n")
    engine.drop("thing", "never_there")


@needs_spark
def test_tables_read_for_spark_are_those_read_for_duckdb(duckdb: Engine, spark: Engine, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text("account,target,at,text\nb,x,2026-01-02,hello\na,x,2026-01-01,\nb,x,2026-01-01,again\n", "utf-8")
    for engine in (duckdb, spark):
        tables = read_tables(engine, file)
        edge = engine.arrays("SELECT account, target, first_at FROM edge ORDER BY account")
        assert edge["first_at"].tolist() == tables.contacts.first_at.tolist() == [1767225600, 1767225600]
        text = engine.arrays("SELECT account, text FROM contact_text ORDER BY text")
        assert text["text"].tolist() == ["again", "hello"]


def test_a_sealed_engine_opens_no_file_and_keeps_its_settings(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", "utf-8")
    with closing(open_engine("duckdb")) as engine:
        engine.reader.seal()
        for sql in (
            f"SELECT * FROM read_csv('{secret}')",
            f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
            "SET enable_external_access = true",
            "SET memory_limit = '100GB'",
            "INSTALL httpfs",
        ):
            with pytest.raises(engine.reader.errors.Error):
                engine.reader.database.execute(sql)
        engine.put("still", {"n": np.arange(3)})
    assert list(tmp_path.iterdir()) == [secret]


def test_what_exceeds_the_memory_goes_to_a_private_folder_that_is_removed() -> None:
    engine = open_engine("duckdb", memory="60MB")
    folder = Path(engine.reader.folder.name)
    engine.step("big", "SELECT range AS n, hash(range)::VARCHAR AS word FROM range(2000000)")
    assert engine.arrays("SELECT count(DISTINCT word) AS n FROM big")["n"][0] == 2_000_000
    assert any((folder / "spill").iterdir())
    assert folder.stat().st_mode & 0o077 == 0
    engine.close()
    assert not folder.exists()


def test_columns_of_unequal_length_or_strange_types_are_refused() -> None:
    with closing(open_engine()) as engine:
        with pytest.raises(ValueError, match="differ in length"):
            engine.put("t", {"a": np.arange(2), "b": np.arange(3)})
        with pytest.raises(ValueError, match="uint64"):
            engine.put("t", {"a": np.arange(2, dtype=np.uint64)})


def test_an_unknown_engine_is_named_with_the_known_ones() -> None:
    with pytest.raises(CounterlureError, match="duckdb, spark"):
        open_engine("polars")


@pytest.mark.skipif(find_spec("pyspark") is None, reason="PySpark is not installed")
def test_without_java_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(MissingExtra, match="Java 17"):
        open_engine("spark")


def test_without_pyspark_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    with pytest.raises(MissingExtra, match=r"counterlure\[spark\]"):
        open_engine("spark")


def test_integers_stay_integers_in_translation() -> None:
    assert in_spark("SELECT a::BIGINT AS at FROM t") == "SELECT CAST(a AS BIGINT) AS at FROM t"


def test_an_interrupt_from_the_keyboard_is_one_and_another_fault_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(DuckEngine()) as engine:
        for said, raised in (("Query interrupted", KeyboardInterrupt), ("something else", RuntimeError)):

            class Stopped:
                def execute(self, _sql: str, said: str = said) -> None:
                    raise RuntimeError(said)

                def close(self) -> None:
                    pass

            monkeypatch.setattr(engine, "database", Stopped())
            with pytest.raises(raised):
                engine.step("t", "SELECT 1 AS one")
