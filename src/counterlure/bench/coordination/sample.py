"""What the benchmark passes round: a graph with its truth, an answer about its accounts, and both as files."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterlure.network.model import Accounts, Contacts, Floats, Ints, Tables, Targets

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sample:
    """Contacts and what is true of the accounts, each array of shape (accounts,).

    hostile : the account belongs to an operation, or carries the graph's label; None where the graph has no labels.
    known : the label counts; None where all do. team : number of the honest team, `ABSENT` outside; None without teams.
    """

    name: str
    title: str
    tables: Tables
    hostile: Bools | None
    known: Bools | None = None
    team: Ints | None = None

    @property
    def size(self) -> tuple[int, int, int]:
        """Numbers of accounts, targets and contacts."""
        return self.tables.accounts.key.size, self.tables.targets.key.size, self.tables.contacts.account.size


class Answer(NamedTuple):
    """What a method says of the accounts, each array of shape (accounts,); None where it does not say.

    ranking : higher is more suspicious. flagged : reported. group : number of the reported group, `ABSENT` in none.
    """

    ranking: Floats | None = None
    flagged: Bools | None = None
    group: Ints | None = None


class Graph(NamedTuple):
    """What a peer is given: each account with each target once, sorted by account, then target, and the sizes."""

    contacts: Contacts
    accounts: int
    targets: int


def save_tables(tables: Tables, file: Path) -> None:
    """The three tables as one NumPy archive; what was skipped on reading is left out."""
    arrays: dict[str, NDArray[Any]] = {}
    for name in ("contacts", "accounts", "targets"):
        table = getattr(tables, name)
        for field in fields(table):
            values = getattr(table, field.name)
            arrays[f"{name}.{field.name}"] = values.astype(str) if values.dtype == object else values
    np.savez(file, **arrays)  # type: ignore[arg-type]


def load_tables(file: Path) -> Tables:
    """What `save_tables` wrote."""
    with np.load(file, allow_pickle=False) as arrays:
        return Tables(_table(Contacts, arrays), _table(Accounts, arrays), _table(Targets, arrays))


def load_graph(file: Path) -> Graph:
    """The contacts of what `save_tables` wrote, without reading any key or word."""
    with np.load(file, allow_pickle=False) as arrays:
        accounts, targets = arrays["accounts.created_at"].size, arrays["targets.sector"].size
        return Graph(_table(Contacts, arrays), accounts, targets)


def _table(kind: Any, arrays: Any) -> Any:
    values = {field.name: arrays[f"{kind.__name__.lower()}.{field.name}"] for field in fields(kind)}
    return kind(**{name: v.astype(object) if v.dtype.kind == "U" else v for name, v in values.items()})


def save_answer(answer: Answer, file: Path) -> None:
    """An answer as a NumPy archive of the arrays that it has."""
    np.savez(file, **{name: values for name, values in answer._asdict().items() if values is not None})


def load_answer(file: Path) -> Answer:
    """What `save_answer` wrote."""
    with np.load(file, allow_pickle=False) as arrays:
        return Answer(**{name: arrays[name] for name in arrays.files})
