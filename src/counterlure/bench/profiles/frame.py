"""The columns of a pickled table, put together from what `unpickle.load` kept.

A pandas table keeps columns of one type together as a block; each block says which columns it holds. pandas 1.3 and
later write a manager made of blocks, earlier ones a manager whose state has them under "0.14.1". Which it is shows in
the structure, and what is neither is refused by name.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Never

import numpy as np

from counterlure.bench.profiles.unpickle import Held
from counterlure.errors import FormatError

CELLS_MAX = 2_000_000
NUMBERS = frozenset({"i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8", "b1"})
_OLD = "0.14.1"
_STATE, _STRINGS = 5, 2  # entries in the state of an array; of an array of strings


class Frame(NamedTuple):
    """A table: columns by name, in the order of the file, each with `rows` cells as Python values."""

    columns: dict[str, list[Any]]
    rows: int


def frame(held: Held, source: str) -> Frame:
    """The table that a pickle holds; `FormatError` names what is not as pandas writes it."""
    return _Builder(source).frame(held)


class _Builder:
    def __init__(self, source: str) -> None:
        self._source = source

    def frame(self, held: Held) -> Frame:
        state = self._dict(self._kind(held, "frame").state, "the state of the table")
        manager = self._kind(state.get("_mgr", state.get("_data")), "manager")
        axes, blocks = self._parts(manager)
        if len(axes) != 2:
            self._refuse(f"a table with {len(axes)} axes")
        names, rows = list(self._labels(axes[0])), len(self._labels(axes[1]))
        if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
            self._refuse("columns without names, or two of one name")
        columns: dict[int, list[Any]] = {}
        for values, places in blocks:
            self._place(columns, self._rows_of(values, rows), self._places(places), len(names))
        if len(columns) < len(names):
            self._refuse(f"column {names[min(set(range(len(names))) - columns.keys())]!r} without a block")
        return Frame({name: columns[i] for i, name in enumerate(names)}, rows)

    def _parts(self, manager: Held) -> tuple[list[Any], list[tuple[Any, Any]]]:
        """(axes, values and places of each block), from either layout."""
        if manager.given:
            if len(manager.given) != 2:
                self._refuse(f"a manager made with {len(manager.given)} things")
            blocks = [self._kind(block, "block").given for block in self._list(manager.given[0], "the blocks")]
            if any(len(given) < 2 for given in blocks):
                self._refuse("a block without values or places")
            return self._list(manager.given[1], "the axes"), [given[:2] for given in blocks]
        state = manager.state
        whole = state[-1] if isinstance(state, tuple) and state else None
        old = self._dict(self._dict(whole, "the state of the manager").get(_OLD), f'layout "{_OLD}"')
        dicts = [self._dict(block, "a block") for block in self._list(old.get("blocks"), "the blocks")]
        return self._list(old.get("axes"), "the axes"), [(own.get("values"), own.get("mgr_locs")) for own in dicts]

    def _place(self, columns: dict[int, list[Any]], block: list[list[Any]], places: list[int], width: int) -> None:
        if len(block) != len(places):
            self._refuse(f"a block of {len(block)} columns for {len(places)} places")
        for place, column in zip(places, block, strict=True):
            if place in columns or not 0 <= place < width:
                self._refuse(f"a block for place {place} of {width}, or for one that is taken")
            columns[place] = column

    def _rows_of(self, values: Any, rows: int) -> list[list[Any]]:
        """The columns of one block."""
        flat, shape = self._array(values)
        count = 1 if len(shape) == 1 else shape[0]
        if shape[-1] != rows or len(shape) > 2:
            self._refuse(f"a block of {shape[-1]:,} rows in a table of {rows:,}")
        return [flat[i * rows : (i + 1) * rows] for i in range(count)]

    def _array(self, held: Any) -> tuple[list[Any], tuple[int, ...]]:
        """(values in the order of rows, shape) of an array of objects, numbers or strings."""
        if isinstance(held, Held) and held.kind == "strings":
            if not isinstance(held.state, tuple) or len(held.state) < _STRINGS:
                self._refuse("an array of strings without values")
            held = held.state[1]
        kind = held.kind if isinstance(held, Held) else type(held).__name__
        if kind == "buffer" and len(held.given) == 4:
            data, dtype, shape, order = held.given
            return self._numbers(data, dtype, self._shape(shape), fortran=order == "F")
        if kind != "array" or not isinstance(held.state, tuple) or len(held.state) != _STATE:
            self._refuse(f"{kind!r} where an array is due")
        _, given, dtype, fortran, data = held.state
        shape = self._shape(given)
        if not isinstance(data, list):
            return self._numbers(data, dtype, shape, fortran=fortran is True)
        if self._type(dtype)[0] != "O" or len(data) != _size(shape):
            self._refuse(f"an array of {len(data):,} objects where {_size(shape):,} are due")
        # Objects are written in the order of rows whatever the order in memory.
        return [self._cell(value) for value in data], shape

    def _numbers(self, data: Any, dtype: Any, shape: tuple[int, ...], *, fortran: bool) -> tuple[list[Any], Any]:
        code, order = self._type(dtype)
        raw = self._bytes(data)
        if code not in NUMBERS:
            self._refuse(f"an array of type {code[:20]!r}, which is neither numbers nor objects")
        plain = np.dtype(f"{'>' if order == '>' else '<'}{code}")
        if len(raw) != _size(shape) * plain.itemsize:
            self._refuse(f"{len(raw):,} bytes for {_size(shape):,} numbers of type {code}")
        values = np.frombuffer(raw, plain).reshape(shape, order="F" if fortran else "C")
        return values.ravel(order="C").tolist(), shape

    def _cell(self, value: Any) -> Any:
        """A cell as it is; a numpy number as a Python one."""
        if not isinstance(value, Held):
            return value
        if value.kind != "scalar" or len(value.given) != 2:
            self._refuse(f"{value.kind!r} in a cell")
        return self._numbers(value.given[1], value.given[0], (1,), fortran=False)[0][0]

    def _labels(self, held: Any) -> list[Any] | range:
        """The labels of an axis."""
        given = self._kind(held, "index").given
        content = self._dict(given[1] if len(given) > 1 else None, "an index")
        if "data" in content:
            return self._array(content["data"])[0]
        return self._range(*(content.get(key) for key in ("start", "stop", "step")))

    def _places(self, held: Any) -> list[int]:
        """Which columns a block holds: a slice, or an array of numbers."""
        if isinstance(held, Held) and held.kind == "slice" and len(held.given) == 3:
            return list(self._range(*held.given))
        return [int(place) for place in self._array(held)[0] if isinstance(place, int)]

    def _range(self, *ends: Any) -> range:
        if not all(isinstance(end, int) for end in ends) or not ends[2]:
            self._refuse("a range without ends")
        found = range(*ends)
        if max(map(abs, ends)) > CELLS_MAX:
            self._refuse(f"a range of {len(found):,} numbers")
        return found

    def _type(self, held: Any) -> tuple[str, str]:
        """(code without byte order, such as "O" or "i8"; byte order) of a numpy type."""
        dtype = self._kind(held, "dtype")
        code = dtype.given[0] if dtype.given else None
        order = dtype.state[1] if isinstance(dtype.state, tuple) and len(dtype.state) > 1 else "|"
        if not isinstance(code, str) or not isinstance(order, str):
            self._refuse("an array whose type has no name")
        return ("O", "|") if code in ("O", "O8", "O4") else (code.lstrip("<>|="), order)

    def _shape(self, given: Any) -> tuple[int, ...]:
        if not isinstance(given, tuple) or not given or not all(isinstance(n, int) for n in given):
            self._refuse("an array without a shape")
        if not all(0 <= n <= CELLS_MAX for n in given) or _size(given) > CELLS_MAX:
            self._refuse(f"an array of more than {CELLS_MAX:,} cells")
        return given

    def _bytes(self, held: Any) -> bytes:
        if isinstance(held, bytes | bytearray):
            return bytes(held)
        given = self._kind(held, "bytes").given
        if len(given) != 2 or not isinstance(given[0], str) or given[1] != "latin1":
            self._refuse("bytes that are not spelled in Latin-1")
        try:
            return given[0].encode("latin-1")
        except UnicodeEncodeError:
            self._refuse("bytes that are not spelled in Latin-1")

    def _kind(self, held: Any, kind: str) -> Held:
        if not isinstance(held, Held) or held.kind != kind:
            self._refuse(f"{held.kind if isinstance(held, Held) else type(held).__name__!r} where a {kind} is due")
        return held

    def _dict(self, value: Any, what: str) -> dict[Any, Any]:
        if not isinstance(value, dict):
            self._refuse(f"{type(value).__name__!r} as {what}")
        return value

    def _list(self, value: Any, what: str) -> list[Any]:
        if not isinstance(value, list | tuple):
            self._refuse(f"{type(value).__name__!r} as {what}")
        return list(value)

    def _refuse(self, what: str) -> Never:
        raise FormatError(self._source, f"{what}: no table as pandas 1.2 to 3.1 write it, so it is not read")


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for n in shape:
        size *= n
    return size
