"""A register as an index in DuckDB: names as they are compared, their words, and for which countries it is complete.

Tables: entry(id, name, normal, country), word(word, entry), rare(word, entries), near(variant, word), place(word),
complete(country). `near` holds each word with one letter left out, so that a slip of one letter is found by equality
(symmetric deletes; Garbe 2012).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from counterlure.errors import FormatError, InputError
from counterlure.register.formats import Layout, layout
from counterlure.register.normal import normal_name

SUFFIX = ".register"
EVERYWHERE = "*"
"""Country of a register whose user vouches for it: whoever is absent is absent where he should be."""
MEMORY_LIMIT, THREADS = "2GB", "2"
BATCH = 100_000
_LONG = 5
"""Letters from which on a word may be written with a slip."""


class Index:
    """An index that is open; `close` it."""

    def __init__(self, database: Any, source: str) -> None:
        self.database = database
        self.source = source
        self.complete = frozenset(str(row[0]) for row in database.execute("SELECT country FROM complete").fetchall())

    def close(self) -> None:
        """Lets go of the file."""
        self.database.close()


def open_register(path: Path) -> Index:
    """A built index, or a register file indexed in memory, which is taken as complete wherever it is asked.

    Raises
    ------
    InputError where there is no such file; FormatError where it is neither an index nor a register.
    """
    import duckdb

    if not path.is_file():
        raise InputError(
            str(path), "no such register file; give the path of a CSV or Parquet file, or of a built index"
        )
    if path.suffix != SUFFIX:
        return _built(duckdb.connect(config=_settings()), [path], (EVERYWHERE,))
    try:
        database = duckdb.connect(str(path), read_only=True, config=_settings())
        return Index(database, str(path))
    except duckdb.Error as error:
        raise FormatError(str(path), f"no register index: {str(error).splitlines()[0]}; build it again") from error


def check_register(path: Path) -> None:
    """Raises what `open_register` would, without reading names."""
    import duckdb

    if path.suffix == SUFFIX or not path.is_file():
        open_register(path).close()
        return
    database = duckdb.connect(config=_settings())
    try:
        _layout(database, path)
    except duckdb.Error as error:
        raise FormatError(str(path), f"cannot be read as a register: {str(error).splitlines()[0]}") from error
    finally:
        database.close()


def build(files: Sequence[Path], into: Path, complete: Sequence[str] = ()) -> tuple[int, frozenset[str]]:
    """Builds an index of several register files aside, and renames it; (names in it, countries it is complete for).

    complete : ISO codes of countries for which the user vouches, besides those for which a layout is complete.

    Raises
    ------
    InputError and FormatError as `open_register` does.
    """
    import duckdb

    if into.suffix != SUFFIX:
        raise FormatError(str(into), f"an index is a file ending in {SUFFIX}")
    draft = into.with_name(f".{into.name}.new")
    draft.unlink(missing_ok=True)
    try:
        index = _built(duckdb.connect(str(draft), config=_settings()), files, tuple(complete))
        count = int(index.database.execute("SELECT count(*) FROM entry").fetchone()[0])
        countries = index.complete
        index.close()
        draft.replace(into)
        return count, countries
    finally:
        draft.unlink(missing_ok=True)


def _settings() -> dict[str, Any]:
    return {"memory_limit": MEMORY_LIMIT, "threads": THREADS, "autoinstall_known_extensions": "false"}


def _built(database: Any, files: Sequence[Path], complete: tuple[str, ...]) -> Index:
    import duckdb

    database.execute("SET enable_progress_bar = false")
    database.execute("CREATE TABLE entry (id INTEGER, name VARCHAR, normal VARCHAR, country VARCHAR)")
    database.execute("CREATE TABLE complete (country VARCHAR)")
    database.execute("CREATE TABLE place_name (name VARCHAR)")
    countries, first = set(complete), 0
    for file in files:
        try:
            known, first = _load(database, file, first)
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise FormatError(str(file), f"cannot be read as a register: {reason}") from error
        countries.update(known.complete)
    database.executemany("INSERT INTO complete VALUES (?)", [(country,) for country in sorted(countries)] or [("",)])
    _words(database)
    return Index(database, ", ".join(map(str, files)))


def _load(database: Any, file: Path, first: int) -> tuple[Layout, int]:
    if not file.is_file():
        raise InputError(str(file), "no such register file; give the path of a CSV or Parquet file")
    relation, known = _relation(file), _layout(database, file)
    country = _quoted(known.country) if known.country else f"'{known.fixed_country or ''}'"
    read = database.cursor()
    for column in known.names:
        rows = read.execute(
            f"SELECT {_quoted(column)}, {country} FROM {relation} WHERE {_quoted(column)} <> ''", [str(file)]
        )
        while part := rows.fetchmany(BATCH):
            _insert(database, first, part)
            first += len(part)
    if known.place:
        place = _quoted(known.place)
        database.execute(
            f"INSERT INTO place_name SELECT DISTINCT {place} FROM {relation} WHERE {place} <> ''", [str(file)]
        )
    return known, first


def _layout(database: Any, file: Path) -> Layout:
    columns = database.execute(f"DESCRIBE SELECT * FROM {_relation(file)}", [str(file)]).fetchall()
    return layout(str(file), [str(row[0]) for row in columns])


def _insert(database: Any, first: int, part: list[tuple[Any, ...]]) -> None:
    import numpy as np

    names = [str(name) for name, _ in part]
    columns = {
        "id": np.arange(first, first + len(part), dtype=np.int32),
        "name": np.array(names, dtype=object),
        "normal": np.array([normal_name(name) for name in names], dtype=object),
        "country": np.array([str(country or "") for _, country in part], dtype=object),
    }
    database.register("part", columns)
    database.execute("INSERT INTO entry SELECT id, name::VARCHAR, normal::VARCHAR, upper(country::VARCHAR) FROM part")
    database.unregister("part")


def _relation(file: Path) -> str:
    suffix = file.suffix.lower()
    if suffix == ".parquet":
        return "read_parquet(?)"
    if suffix in (".csv", ".tsv", ".txt"):
        return "read_csv(?, all_varchar = true, header = true)"
    raise FormatError(str(file), f"a register is a .csv or .parquet file, or an index ending in {SUFFIX}")


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _words(database: Any) -> None:
    """The tables by which names are found; those of places from the towns of the register."""
    database.execute(
        "CREATE TABLE word AS SELECT DISTINCT unnest(string_split(normal, ' ')) AS word, id AS entry FROM entry"
    )
    database.execute("CREATE TABLE rare AS SELECT word, count(*)::INTEGER AS entries FROM word GROUP BY word")
    database.execute(
        "CREATE TABLE near AS SELECT substr(word, 1, pos - 1) || substr(word, pos + 1) AS variant, word FROM ("
        " SELECT word, unnest(range(1, length(word) + 1)) AS pos FROM rare"
        f" WHERE length(word) >= {_LONG} AND entries <= 5000)"
    )
    places = [str(row[0]) for row in database.execute("SELECT name FROM place_name").fetchall()]
    known = sorted({word for place in places for word in normal_name(place).split()})
    database.execute("CREATE TABLE place (word VARCHAR)")
    for start in range(0, len(known), BATCH):
        database.register("part", {"word": _objects(known[start : start + BATCH])})
        database.execute("INSERT INTO place SELECT word::VARCHAR FROM part")
        database.unregister("part")
    database.execute("DROP TABLE place_name")


def _objects(texts: Sequence[str]) -> Any:
    import numpy as np

    return np.array(texts, dtype=object)


def batches(names: Sequence[str], size: int = BATCH) -> Iterator[Sequence[str]]:
    """Names in parts of bounded size."""
    for start in range(0, len(names), size):
        yield names[start : start + size]
