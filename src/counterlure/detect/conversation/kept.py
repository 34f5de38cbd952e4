"""What was compiled from our own data files, kept where Python keeps its compiled code.

As with Python's own, whoever may write there may change the program anyway, and what is kept is used only while all it
was made from is the same. A place that cannot be written costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

Form = TypeVar("Form", bound=msgspec.Struct)
_DIGEST_BYTES = 32


def kept(name: str, form: type[Form], made_from: Iterable[bytes], make: Callable[[], Form]) -> Form:
    """What `make` gives, or what it gave before from the same bytes.

    made_from : everything the result depends on, the code included.
    """
    file = Path(importlib.util.cache_from_source(__file__)).with_name(f"{name}.msgpack")
    origin = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in made_from)).digest()
    with suppress(OSError, msgspec.MsgspecError):
        stored = file.read_bytes()
        if stored[:_DIGEST_BYTES] == _seal(origin, stored[_DIGEST_BYTES:]):
            return msgspec.msgpack.decode(stored[_DIGEST_BYTES:], type=form)
    made = make()
    if not sys.dont_write_bytecode:
        content = msgspec.msgpack.encode(made)
        _write(file, _seal(origin, content) + content)
    return made


def _seal(origin: bytes, content: bytes) -> bytes:
    return hashlib.sha256(origin + content).digest()


def _write(file: Path, content: bytes) -> None:
    """Aside, then renamed: another process reads it whole or not at all."""
    aside = file.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(content)
            aside.replace(file)
        finally:
            aside.unlink(missing_ok=True)
