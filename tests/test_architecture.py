"""The shape that ARCHITECTURE.md describes, held by the source itself: no module is imported here, only parsed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = "counterlure"
SOURCE = Path(__file__).resolve().parent.parent / "src"
LINES_MAX = 400

# A room may import only rooms on lower lines; rooms on one line do not know each other.
LINES = (
    ("__main__",),
    ("cli",),
    ("bench", "workbench"),
    ("pipeline", "account_stats", "simulate"),
    ("report",),
    ("assess",),
    ("detect", "ingest"),
    ("network",),
    ("case",),
    ("engine", "register"),
    ("alike", "portrait"),
    ("model", "errors", "text", "language", "data_files"),
    ("",),  # the package itself: its version
)
RANK = {room: rank for rank, rooms in enumerate(LINES) for room in rooms}
# pipeline.py is the page on which the flow is told; counting what there was to judge is a part of it.
SIDEWAYS = {("pipeline", "account_stats")}
NETWORK = {
    "aiohttp", "asyncio", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib", "socket",
    "socketserver", "ssl", "telnetlib", "urllib.request", "urllib3", "webbrowser", "websockets", "xmlrpc",
}  # fmt: skip


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package by its dotted name."""
    found = {}
    for file in sorted((SOURCE / PACKAGE).rglob("*.py")):
        parts = file.relative_to(SOURCE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(file.read_text(encoding="utf-8"), str(file))
    return found


def is_package(name: str) -> bool:
    """Whether a module is the `__init__` of a folder."""
    return SOURCE.joinpath(*name.split("."), "__init__.py").is_file()


def imports(name: str) -> Iterator[tuple[str, int]]:
    """(dotted name, line) of everything a module imports, inside functions too, relative imports resolved."""
    for node in ast.walk(modules()[name]):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                here = name.split(".") if is_package(name) else name.split(".")[:-1]
                above = here[: len(here) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                known = inner in modules() or "." not in base
                yield (inner if known else base), node.lineno
        elif isinstance(node, ast.Constant) and node.value in modules():
            yield node.value, node.lineno  # a name handed to import_module


def own(name: str) -> bool:
    """Whether a dotted name lies in the package."""
    return name == PACKAGE or name.startswith(f"{PACKAGE}.")


def room(name: str) -> str:
    """The room a module of the package stands in; "" for the package itself and its constants."""
    part = name.split(".")[1] if "." in name else ""
    return part if part in RANK or f"{PACKAGE}.{part}" in modules() else ""


def edges() -> Iterator[tuple[str, str, int]]:
    """(importing module, imported module, line) inside the package."""
    for name in modules():
        yield from ((name, target, line) for target, line in imports(name) if own(target))


def below(name: str, prefix: str) -> bool:
    """Whether a module is `prefix` or lies in it."""
    return name == prefix or name.startswith(f"{prefix}.")


def test_every_room_has_its_place_in_the_order() -> None:
    assert {room(name) for name in modules()} <= RANK.keys()


def test_imports_point_down() -> None:
    wrong = []
    for name, target, line in edges():
        here, there = room(name), room(target)
        if here != there and (here, there) not in SIDEWAYS and RANK[here] >= RANK[there]:
            wrong.append(f"{name}:{line} imports {target}: {here} must not know {there}")
    assert wrong == []


def test_ingest_and_detect_do_not_know_each_other() -> None:
    pairs = {(room(name), room(target)) for name, target, _ in edges()}
    assert not pairs & {("ingest", "detect"), ("detect", "ingest")}


def test_conversation_and_coordination_do_not_know_each_other() -> None:
    one, other = f"{PACKAGE}.detect.conversation", f"{PACKAGE}.detect.coordination"
    wrong = [
        f"{name}:{line} imports {target}"
        for name, target, line in edges()
        if (below(name, one) and below(target, other)) or (below(name, other) and below(target, one))
    ]
    assert wrong == []


def test_no_module_can_reach_a_network() -> None:
    wrong = [
        f"{name}:{line} imports {target}"
        for name in modules()
        for target, line in imports(name)
        if target in NETWORK or target.split(".")[0] in NETWORK or ".".join(target.split(".")[:2]) in NETWORK
    ]
    assert wrong == []


def test_only_the_listed_detectors_find() -> None:
    listed = modules()[f"{PACKAGE}.detect"]
    table = next(
        node.value
        for node in listed.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "DETECTORS"
    )
    assert isinstance(table, ast.Dict)
    named = {value.value.id for value in table.values if isinstance(value, ast.Attribute)}  # type: ignore[attr-defined]
    local = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in listed.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    finders = {
        name
        for name, tree in modules().items()
        if below(name, f"{PACKAGE}.detect")
        and any(isinstance(node, ast.FunctionDef) and node.name == "find" for node in tree.body)
    }
    assert {local[name] for name in named} == finders


@pytest.mark.parametrize(
    "file", sorted((SOURCE / PACKAGE).rglob("*.py")), ids=lambda f: f.relative_to(SOURCE).as_posix()
)
def test_no_module_is_longer_than_400_lines(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LINES_MAX


def public(tree: ast.AST, path: str) -> Iterator[tuple[str, ast.AST]]:
    """Public functions, classes and their public methods; what stands inside a function is private."""
    for node in getattr(tree, "body", []):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield f"{path}.{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node, f"{path}.{node.name}")


@pytest.mark.parametrize("name", sorted(modules()))
def test_everything_public_says_what_it_is(name: str) -> None:
    tree = modules()[name]
    silent = [path for path, node in [(name, tree), *public(tree, name)] if not ast.get_docstring(node)]
    assert silent == []
