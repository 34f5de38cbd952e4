"""Reads the YAML tables of this room and refuses what they must not say, naming file and entry."""

from __future__ import annotations

from collections.abc import Hashable
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from counterlure.errors import RuleError

MAX_BYTES = 1 << 18
T = TypeVar("T")


class _Loader(yaml.SafeLoader):
    """Safe loading in which a key may stand only once; plain YAML keeps the last one silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key_node.value!r} stands twice", key_node.start_mark
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "aliases are not read", None)
        return super().compose_node(parent, index)


def own_text(name: str) -> str:
    """The text of a table that ships beside this file."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def user_text(path: Path) -> str:
    """The text of a table the operator wrote.

    Raises
    ------
    RuleError : the file cannot be read, is no UTF-8 or is larger than 256 KiB.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise RuleError(f"{path}: larger than {MAX_BYTES} bytes; this is no table of ours")
        return data.decode("utf-8")
    except OSError as error:
        raise RuleError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise RuleError(f"{path}: not UTF-8 at byte {error.start}") from error


def mapping(text: str, file: str) -> dict[str, Any]:
    """The top-level mapping of a table.

    Raises
    ------
    RuleError : not YAML, nested too deep, a key stands twice, or not a mapping with text keys.
    """
    try:
        # _Loader derives from SafeLoader: plain values only.
        content = yaml.load(text, Loader=_Loader)  # noqa: S506
    except (yaml.YAMLError, RecursionError, TypeError, ValueError) as error:
        raise RuleError(f"{file}: not readable as YAML: {' '.join(str(error).split())}") from error
    return as_mapping(content, file, "top level")


def as_mapping(value: object, file: str, entry: str) -> dict[str, Any]:
    """`value` if it is a mapping with text keys; RuleError naming `entry` otherwise."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise RuleError(f"{file}: {entry}: must be a mapping with names as keys")
    return value


def typed(value: object, kind: type[T], file: str, entry: str) -> T:
    """`value` as `kind`; RuleError naming `entry` where the fields do not fit."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise RuleError(f"{file}: {entry}: {error}") from error


def within(number: float, low: float, high: float, file: str, entry: str) -> None:
    """RuleError naming `entry` unless low <= number <= high; not-a-number never passes."""
    if not low <= number <= high:
        raise RuleError(f"{file}: {entry}: {number} is not between {low:g} and {high:g}")
