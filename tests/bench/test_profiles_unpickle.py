"""A pickled table is read without running anything: what pandas writes is understood, everything else is refused."""

from __future__ import annotations

import base64
import contextlib
import math
import os
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from counterlure.bench.profiles.frame import frame
from counterlure.bench.profiles.unpickle import ALLOWED, Held, Limits, load
from counterlure.errors import FormatError, InputError, LimitError
from tests.bench.linkedin_standin import COLUMNS, pickled, rows

FIXTURES = {
    name: base64.b64decode(text)
    for name, text in yaml.safe_load(Path(__file__).with_name("linkedin_frames.yml").read_text("utf-8")).items()
}
WHOLE = {
    "Intro": ["{'Full Name': 'Ada Ahl'}", "", "é"],
    "Photo": [7, "No", None],
    "Score": [0.5, None, 1.0],
    "Experiences": [{"0": {"Role": "Fitter"}}, {}, {}],
    "Number of Skills": [2, 0, 1],
    "Label": [0, 10, 11],
}
RAN: list[str] = []


def ran(*given: object) -> str:
    """What a hostile pickle would like to have called."""
    RAN.append(repr(given))
    return "ran"


def table(data: bytes) -> dict[str, list[object]]:
    """The columns of a pickled table, with None for a number that is none."""
    found = frame(load(data, "x.pcl"), "x.pcl")
    return {
        name: [None if isinstance(cell, float) and math.isnan(cell) else cell for cell in column]
        for name, column in found.columns.items()
    }


@pytest.fixture(autouse=True)
def _nothing_runs(monkeypatch):
    RAN.clear()
    monkeypatch.setattr(os, "system", ran)
    yield
    assert RAN == []


@pytest.mark.parametrize("name", FIXTURES)
def test_tables_that_pandas_wrote_are_read_without_pandas(name):
    kept = slice(1, None) if name.endswith("rows") else slice(None)
    assert table(FIXTURES[name]) == {column: cells[kept] for column, cells in WHOLE.items()}


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_the_stand_in_is_read_in_every_protocol(protocol):
    given_rows = rows(3, counts={0: 3, 1: 2, 10: 2})
    found = table(pickled(given_rows, protocol))
    assert found == {name: [row[name] for row in given_rows] for name in COLUMNS}


def test_reading_makes_no_object_of_pandas_or_numpy():
    held = load(FIXTURES["pandas 2.2, numpy 2, protocol 5, whole"], "x.pcl")
    assert type(held) is ALLOWED["pandas.core.frame", "DataFrame"]
    assert all(issubclass(empty, Held) and "__reduce__" not in vars(empty) for empty in ALLOWED.values())


class Call:
    """Pickles as a call."""

    def __init__(self, made, *given):
        self.made, self.given = made, given

    def __reduce__(self):
        return self.made, self.given


HOSTILE = {
    "a shell": Call(os.system, "touch ran"),
    "an evaluation": Call(eval, "ran()"),
    "an attribute": Call(getattr, "x", "upper"),
    "an import": Call(__import__, "os"),
    "a function of ours": Call(ran, 1),
    "a file of numpy": Call(np.load, "x.npy"),
    "a pickle within": Call(pickle.loads, pickle.dumps(1)),
    "a class of ours": FormatError("x", "y"),
    "a path": Path("x"),
}


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("name", HOSTILE)
def test_every_other_name_is_refused(name, protocol):
    for thing in (HOSTILE[name], [HOSTILE[name]], {"_mgr": HOSTILE[name]}):
        with pytest.raises(FormatError, match="which no table needs"):
            load(pickle.dumps(thing, protocol), "x.pcl")


def test_a_hostile_cell_in_an_honest_table_is_refused():
    given_rows = rows(3, counts={0: 3})
    given_rows[1]["About"] = HOSTILE["a shell"]
    with pytest.raises(FormatError, match=r"'(posix|nt)\.system'|test_profiles_unpickle\.ran"):
        load(pickled(given_rows), "x.pcl")


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("builtins", "slice.__class__"),
        ("builtins.slice", "__class__"),
        ("pandas.core.frame", "DataFrame.to_pickle"),
        ("numpy.ndarray", "tofile"),
        ("pandas", "read_pickle"),
        ("copyreg", "_reconstructor"),
        ("numpy.core.multiarray", "_reconstruct.__self__"),
    ],
)
def test_allowed_names_lead_to_no_other(module, name):
    for data in (
        b"\x80\x04" + text(module) + text(name) + b"\x93.",
        b"\x80\x02c" + f"{module}\n{name}\n.".encode(),
    ):
        with pytest.raises(FormatError, match="which no table needs"):
            load(data, "x.pcl")


def text(value: str) -> bytes:
    """The instruction that pushes a short text."""
    return b"\x8c" + bytes([len(value)]) + value.encode()


FRAME = b"cpandas.core.frame\nDataFrame\n"
INSTRUCTIONS = {
    "INST": b"\x80\x02(S'x'\nios\nsystem\n.",
    "OBJ": b"\x80\x02(cos\nsystem\nS'x'\no.",
    "PERSID": b"\x80\x02Psomewhere\n.",
    "BINPERSID": b"\x80\x02" + FRAME + b"Q.",
    "EXT1": b"\x80\x02\x82\x01.",
    "NEWOBJ_EX": b"\x80\x04" + FRAME + b")}\x92.",
    "NEXT_BUFFER": b"\x80\x05\x97.",
    "FROZENSET": b"\x80\x04(\x91.",
    "EMPTY_SET": b"\x80\x04\x8f.",
    "LONG4": b"\x80\x02\x8b\x01\x00\x00\x00\x01.",
    "STRING": b"\x80\x02S'x'\n.",
}


@pytest.mark.parametrize("name", INSTRUCTIONS)
def test_instructions_that_no_table_needs_are_refused_by_name(name):
    with pytest.raises(FormatError, match=r"instruction \w+ at byte \d+, which no table needs"):
        load(INSTRUCTIONS[name], "x.pcl")


@pytest.mark.parametrize(
    "data",
    [
        FRAME + b"}b.",  # the state of a class
        FRAME + b"K\x01b.",
        b"]}b.",  # the state of a list
        b"](K\x01K\x02u.",  # entries of a list
        b"}]K\x01s.",  # a list as a key
        b"K\x01)R.",  # a call of a number
        FRAME + b")RK\x01R.",  # a call of what was made
        FRAME + b")R)R.",
        b"K\x01K\x02\x81.",
        b"h\x07.",  # a value never kept
        b"0.",
        b"]",
        b"",
    ],
)
def test_forged_pickles_end_in_one_error(data):
    with pytest.raises(FormatError):
        load(b"\x80\x02" + data, "x.pcl")


@pytest.mark.parametrize("data", [b"", b"\x80", b"PK\x03\x04", b"(lp0\n.", b"\x80\x02]q\x01.", b"\x80\x04K\x01."])
def test_what_holds_no_table_is_refused(data):
    with pytest.raises(FormatError):
        load(data, "x.pcl")


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"\x80\x02]r\xff\xff\xff\x7f.", LimitError),  # the memo would be grown to gigabytes
        (b"\x80\x02}K\x01" + b"\x85" * 500_000 + b"Ns.", LimitError),  # a key nested too deep to be hashed
        (b"\x80\x02)" + b"".join(b"q%c(h%c\x85\x85t" % (i, i) for i in range(100)) + b".", LimitError),  # by memo
        (b"\x80\x05\x96" + struct.pack("<Q", 2**40) + b"x.", FormatError),  # a terabyte of bytes is announced
        (b"\x80\x04\x8d" + struct.pack("<Q", 2**62) + b"x.", FormatError),
        (b"\x80\x04\x95" + struct.pack("<Q", 2**40) + b"].", FormatError),
        (b"\x80\x02" + b"]" * 50_000 + b"a" * 49_999 + b".", FormatError),  # deep, but no table
    ],
)
def test_a_small_file_claims_no_large_memory(data, fault):
    with pytest.raises(fault):
        load(data, "x.pcl")


def test_a_file_beyond_the_limits_is_refused():
    data = FIXTURES["pandas 1.5, numpy 1, protocol 3, whole"]
    for limits in (Limits(bytes=len(data) - 1), Limits(steps=100), Limits(memo=20), Limits(depth=1)):
        with pytest.raises(LimitError):
            load(data, "x.pcl", limits)
    assert load(data, "x.pcl", Limits(bytes=len(data), steps=1_000, memo=200, depth=5))


def held(module: str, name: str, *arguments: object, state: object = None) -> Held:
    """What a pickle would have made."""
    made = ALLOWED[module, name](*arguments)
    made.state = state
    return made


def dtype(code: str, order: str = "<") -> Held:
    """A numpy type as it is kept."""
    return held("numpy", "dtype", code, False, True, state=(3, order, None, None, None, -1, -1, 0))


def array(shape: object, kind: Held, data: object, *, fortran: bool = False) -> Held:
    """A numpy array as it is kept."""
    return held("numpy.core.multiarray", "_reconstruct", None, (0,), b"b", state=(1, shape, kind, fortran, data))


def frame_of(*blocks: object, names: object = ("a", "b"), count: int = 2) -> Held:
    """A table of two rows made of (values, places)."""
    axis = array((len(names),), dtype("O8", "|"), list(names))
    index = ("pandas.core.indexes.base", "_new_Index")
    axes = [
        held(*index, None, {"data": axis, "name": None}),
        held(*index, None, {"start": 0, "stop": count, "step": 1, "name": None}),
    ]
    made = tuple(held("pandas._libs.internals", "_unpickle_block", *block, 2) for block in blocks)
    manager = held("pandas.core.internals.managers", "BlockManager", made, axes)
    return held("pandas.core.frame", "DataFrame", state={"_mgr": manager})


BOTH = held("builtins", "slice", 0, 2, 1)
OBJECTS = dtype("O8", "|")


def test_numbers_of_either_order_and_byte_order_are_read():
    for order in "<>":
        plain = np.array([[1, 2], [3, 4]], f"{order}i4")
        for fortran in (False, True):
            values = array((2, 2), dtype("i4", order), plain.tobytes("F" if fortran else "C"), fortran=fortran)
            assert frame(frame_of((values, BOTH)), "x").columns == {"a": [1, 2], "b": [3, 4]}


def test_a_step_beyond_the_last_column_is_what_pandas_writes():
    cells = array((1, 2), OBJECTS, ["x", "y"])
    parts = ((cells, held("builtins", "slice", at, at + 2, 2)) for at in (0, 1))
    assert frame(frame_of(*parts), "x").columns == {"a": ["x", "y"], "b": ["x", "y"]}


SELF = held("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked")
SELF.state = (None, SELF)
INNER = pickle.dumps(Call(ran, 1))
FORGED = {
    "no manager": held("pandas.core.frame", "DataFrame", state={"_mgr": None}),
    "no state": held("pandas.core.frame", "DataFrame"),
    "another thing": held("numpy", "ndarray"),
    "a manager without layout": held(
        "pandas.core.frame",
        "DataFrame",
        state={"_data": held("pandas.core.internals.managers", "BlockManager", state=())},
    ),
    "an object that is a pickle": frame_of((array((2, 2), OBJECTS, INNER), BOTH)),
    "a scalar that is a pickle": frame_of(
        (array((2, 2), OBJECTS, [held("numpy.core.multiarray", "scalar", OBJECTS, INNER), 2, 3, 4]), BOTH)
    ),
    "a block in a cell": frame_of((array((2, 2), OBJECTS, [BOTH, 2, 3, 4]), BOTH)),
    "records": frame_of((array((2, 2), dtype("V8"), b"x" * 32), BOTH)),
    "too few bytes": frame_of((array((2, 2), dtype("i8"), b"x"), BOTH)),
    "too few objects": frame_of((array((2, 2), OBJECTS, [1, 2, 3]), BOTH)),
    "too many rows": frame_of((array((2, 3), OBJECTS, [1] * 6), BOTH)),
    "an array without end": frame_of((array((2**40, 2), OBJECTS, []), BOTH)),
    "columns without end": frame_of((array((2**40, 0), OBJECTS, []), BOTH), count=0),
    "rows without end": frame_of((array((2, 2), OBJECTS, [1] * 4), BOTH), count=2**60),
    "places without end": frame_of((array((2, 2), OBJECTS, [1] * 4), held("builtins", "slice", 0, 2**60, 1))),
    "a place twice": frame_of((array((2, 2), OBJECTS, [1] * 4), BOTH), (array((1, 2), OBJECTS, [1, 2]), BOTH)),
    "a place outside": frame_of((array((2, 2), OBJECTS, [1] * 4), held("builtins", "slice", 5, 7, 1))),
    "a column without block": frame_of((array((1, 2), OBJECTS, [1, 2]), held("builtins", "slice", 0, 1, 1))),
    "two columns of a name": frame_of((array((2, 2), OBJECTS, [1] * 4), BOTH), names=("a", "a")),
    "a column without name": frame_of((array((2, 2), OBJECTS, [1] * 4), BOTH), names=("a", {})),
    "a negative shape": frame_of((array((-2, 2), OBJECTS, []), BOTH)),
    "a shape of texts": frame_of((array(("2", "2"), OBJECTS, []), BOTH)),
    "strings of themselves": frame_of((SELF, BOTH)),
    "bytes in another code": frame_of((array((2, 2), dtype("i1"), held("_codecs", "encode", "abcd", "rot13")), BOTH)),
    "bytes beyond bytes": frame_of((array((2, 2), dtype("i1"), held("_codecs", "encode", "ab€d", "latin1")), BOTH)),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_not_as_pandas_writes_it_is_refused_and_named(name):
    with pytest.raises(FormatError, match=r"no table as pandas 1\.2 to 3\.1 write it"):
        frame(FORGED[name], "x.pcl")


def test_an_escape_in_a_damaged_name_is_damage_and_no_warning():
    with pytest.raises(FormatError):
        load(b"cbuilt\\dins\nset\n.", "x.pcl")


@given(st.sampled_from(sorted(FIXTURES)), st.data())
def test_a_damaged_file_is_a_table_or_one_error(name, data):
    raw = bytearray(FIXTURES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(InputError):
        frame(load(bytes(raw), "x.pcl"), "x.pcl")
