"""A pickled table read without running anything that it names.

A pickle is a program. Here each name that a pickled pandas table needs stands for an empty class of ours, which keeps
what it is given and does nothing; every other name is refused, and so is every instruction that such a table has no
use for. numpy and pandas are not asked either: `frame.py` puts the columns together from what was kept.
"""

from __future__ import annotations

import io
import pickle
import pickletools
import warnings
from typing import Any, ClassVar, NamedTuple

from counterlure.errors import FormatError, LimitError


class Limits(NamedTuple):
    """What a pickle may hold at most.

    bytes : of the file. steps : instructions. memo : values kept for later use. depth : tuples in each other; as a key,
    one that is nested by the ten thousand would overrun the stack of the interpreter.
    """

    bytes: int = 64 * 2**20
    steps: int = 8_000_000
    memo: int = 4_000_000
    depth: int = 50


LIMITS = Limits()


class Held:
    """Something that a pickle names: what it was made with (`given`), the state it was set to, and nothing else."""

    __slots__ = ("given", "state")
    kind: ClassVar[str] = ""
    given: tuple[Any, ...]
    state: Any

    def __new__(cls, *given: Any) -> Held:
        """Keeps the arguments."""
        made = super().__new__(cls)
        made.given = given
        made.state = None
        return made

    def __setstate__(self, state: Any) -> None:
        """Keeps the state."""
        self.state = state


_NAMES = {
    "array": ("numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct"),
    "buffer": ("numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer"),
    "scalar": ("numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar"),
    "dtype": ("numpy.dtype",),
    "array type": ("numpy.ndarray",),
    "slice": ("builtins.slice", "__builtin__.slice"),
    "bytes": ("_codecs.encode",),  # how protocol 2 spells bytes
    "frame": ("pandas.core.frame.DataFrame", "pandas.DataFrame"),
    "manager": ("pandas.core.internals.managers.BlockManager",),
    "block": ("pandas._libs.internals._unpickle_block",),
    "index": ("pandas.core.indexes.base._new_Index",),
    "index type": (
        "pandas.core.indexes.base.Index", "pandas.core.indexes.numeric.Int64Index", "pandas.Index",
        "pandas.core.indexes.range.RangeIndex", "pandas.RangeIndex",
    ),
    "strings": ("pandas._libs.arrays.__pyx_unpickle_NDArrayBacked",),
    "strings type": (
        "pandas.arrays.StringArray", "pandas.StringDtype",
        "pandas.core.arrays.string_.StringArray", "pandas.core.arrays.string_.StringDtype",
    ),
}  # fmt: skip
"""Every name that a table may use, by what it stands for: pandas 1.2 to 3.1 with numpy 1 and 2."""


def _empty(kind: str) -> type[Held]:
    return type("Held", (Held,), {"__slots__": (), "kind": kind, "__doc__": Held.__doc__})


ALLOWED: dict[tuple[str, str], type[Held]] = {
    (name.rpartition(".")[0], name.rpartition(".")[2]): empty
    for kind, names in _NAMES.items()
    for empty in [_empty(kind)]
    for name in names
}
"""(module, name) as the pickle spells it -> the empty class that stands in its place."""

_STEPS = frozenset(
    "PROTO FRAME STOP MARK NONE NEWTRUE NEWFALSE BININT BININT1 BININT2 LONG1 BINFLOAT BINUNICODE SHORT_BINUNICODE"
    " BINUNICODE8 SHORT_BINBYTES BINBYTES BINBYTES8 BYTEARRAY8 EMPTY_DICT SETITEM SETITEMS EMPTY_LIST APPEND APPENDS"
    " EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3 GLOBAL STACK_GLOBAL REDUCE NEWOBJ BUILD BINGET LONG_BINGET BINPUT"
    " LONG_BINPUT MEMOIZE".split()
)
"""Instructions of protocols 2 to 5 that tables are written with; persistent names, extensions and the rest are out."""
_PUT, _GET = frozenset({"BINPUT", "LONG_BINPUT"}), frozenset({"BINGET", "LONG_BINGET"})
_TO_MARK = frozenset({"TUPLE", "APPENDS", "SETITEMS"})
_TAKES = {
    "TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3, "APPEND": 1, "SETITEM": 2, "BUILD": 1, "REDUCE": 2, "NEWOBJ": 2,
    "STACK_GLOBAL": 2,
}  # fmt: skip
"""How many values an instruction takes off the stack."""
_CHANGES = frozenset({"APPEND", "APPENDS", "SETITEM", "SETITEMS", "BUILD"})
"""Instructions that put nothing onto it."""
_FAULTS = (
    pickle.UnpicklingError, ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, TypeError, ValueError,
)  # fmt: skip


def load(data: bytes, source: str, limits: Limits = LIMITS) -> Held:
    """The one thing that a pickle holds, made of empty classes, lists, dicts, texts, numbers and bytes.

    Raises
    ------
    LimitError : the file is larger or denser than `limits`.
    FormatError : it names something that no table needs, uses an instruction that none needs, or is damaged.
    """
    if len(data) > limits.bytes:
        raise LimitError(source, f"{len(data):,} bytes, and at most {limits.bytes:,} are read; is it the right file?")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of escapes in a damaged name, which is told as damage
        _scan(data, source, limits)
    try:
        found = _Reader(io.BytesIO(data), source).load()
    except _FAULTS as fault:
        raise FormatError(source, f"a damaged or forged pickle ({type(fault).__name__}); take the file anew") from fault
    if not isinstance(found, Held):
        raise FormatError(source, f"holds a {type(found).__name__} where a table is due; is it the right file?")
    return found


def _scan(data: bytes, source: str, limits: Limits) -> None:
    """Goes through the instructions before any is followed."""
    depths = _Depths()
    try:
        for count, (step, argument, at) in enumerate(pickletools.genops(data), 1):
            if step.name not in _STEPS:
                raise FormatError(source, f"instruction {step.name} at byte {at}, which no table needs: not read")
            place = argument if step.name in _PUT and isinstance(argument, int) else 0
            if count > limits.steps or place > limits.memo or depths.after(step.name, argument) > limits.depth:
                raise LimitError(source, f"denser than any table at byte {at} ({step.name}): not read")
    except (ValueError, IndexError, KeyError) as fault:
        raise FormatError(source, f"no pickle of protocol 2 to 5, or cut off ({fault}); take the file anew") from fault


class _Depths:
    """How many tuples are nested in each value on the stack; anything but a tuple counts as none."""

    def __init__(self) -> None:
        self._stack: list[int] = []
        self._marks: list[int] = []
        self._memo: dict[int, int] = {}

    def after(self, name: str, argument: Any) -> int:
        """The depth of what an instruction leaves on top; IndexError, KeyError where it takes what is not there."""
        stack = self._stack
        if name in _PUT or name == "MEMOIZE":
            self._memo[len(self._memo) if name == "MEMOIZE" else argument] = stack[-1]
        elif name in _GET:
            stack.append(self._memo[argument])
        elif name == "MARK":
            self._marks.append(len(stack))
        elif name in _TAKES or name in _TO_MARK:
            taken = self._taken(name)
            if name not in _CHANGES:
                stack.append(1 + max(taken, default=0) if name.startswith("TUPLE") else 0)
        elif name not in ("PROTO", "FRAME", "STOP"):
            stack.append(0)
        return stack[-1] if stack else 0

    def _taken(self, name: str) -> list[int]:
        begin = self._marks.pop() if name in _TO_MARK else len(self._stack) - _TAKES[name]
        if begin < 0:
            raise IndexError("too few values")
        taken = self._stack[begin:]
        del self._stack[begin:]
        return taken


class _Reader(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, source: str) -> None:
        super().__init__(file)
        self._source = source

    def find_class(self, module: str, name: str) -> type[Held]:
        """The empty class in the place of an allowed name."""
        found = ALLOWED.get((module, name))
        if found is None:
            shown = f"{module}.{name}"[:120]
            raise FormatError(self._source, f"names {shown!r}, which no table needs: nothing of it was run, not read")
        return found

    def persistent_load(self, _pid: Any) -> Any:
        """Refused: a table needs nothing from outside."""
        raise FormatError(self._source, "refers to something outside the file: not read")
