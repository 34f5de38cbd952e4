"""The steps that grow with the number of contacts, run where the contacts are; each is a file in `steps/`.

They name their input tables as parameters, so one text serves contacts and every other layer of evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

import numpy as np

from counterlure.engine.sql import Engine, checked
from counterlure.network.model import Floats, Ints

CAP = 50
"""Values that more accounts hold join nobody; docs/scale.md says what recall that costs and how many pairs it saves."""
SHARED_MIN = 2
SURPRISE_MIN = 1.5


@dataclass(frozen=True, slots=True)
class Pairs:
    """Accounts that share values, each pair once with one < other, sorted by one, then other.

    shared : values in common, of those that 2 to `cap` accounts hold. surprise : -log10 of the Chernoff bound of the
    probability of so many under the null, 0 where it is no more than expected.
    """

    one: Ints
    other: Ints
    shared: Ints
    surprise: Floats


def edges(engine: Engine, rows: str, into: str = "edge") -> None:
    """Makes `into(account, target, first_at)`, each pair once, of `rows(account, target, first_at)`."""
    _step(engine, "edges", into, rows=rows)


def pairs(
    engine: Engine,
    cap: int = CAP,
    shared_min: int = SHARED_MIN,
    surprise_min: float = SURPRISE_MIN,
    *,
    table: str = "edge",
    value: str = "target",
) -> Pairs:
    """Pairs of accounts that share more values of a layer than their volumes explain.

    table : holds (account, `value`), both INTEGER, each pair once; `edge` for contacts, or a layer put by its
    owner. cap : accounts that may hold one value, at least 2. shared_min : at least 1. surprise_min : in powers of ten.

    References
    ----------
    A configuration model conditioned on what each account holds (Saracco et al. 2017, validated projections), with the
    Chernoff bound in place of the Poisson tail: no library function, so both engines agree.
    """
    if cap < 2 or shared_min < 1:
        raise ValueError(f"cap {cap} must be at least 2, shared_min {shared_min} at least 1")
    _step(engine, "degrees", "degrees", held=table, value=value, cap=cap)
    _step(engine, "capping", "capped", held=table, value=value, degrees="degrees", cap=cap)
    _step(engine, "volumes", "volumes", capped="capped")
    _step(engine, "chance", "chance", degrees="degrees")
    expected = int(engine.arrays("SELECT pairs FROM chance")["pairs"][0])
    parts = max(1, -(-expected // engine.rows_at_once))
    found = [_part(engine, part, parts, shared_min, surprise_min) for part in range(parts)]
    engine.drop("degrees", "capped", "volumes", "chance", "pair", "scored")
    return _sorted(found)


def _part(engine: Engine, part: int, parts: int, shared_min: int, surprise_min: float) -> Pairs:
    _step(engine, "pairs", "pair", capped="capped", part=part, parts=parts, shared_min=shared_min)
    _step(engine, "scoring", "scored", pairs="pair", volumes="volumes", chance="chance", surprise_min=surprise_min)
    found = engine.arrays("SELECT one::INTEGER AS one, other::INTEGER AS other, shared, surprise FROM scored")
    return Pairs(found["one"], found["other"], found["shared"].astype(np.int32), found["surprise"])


def _sorted(parts: list[Pairs]) -> Pairs:
    one, other, shared = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("one", "other", "shared")
    )
    surprise = np.concatenate([part.surprise for part in parts])
    order = np.lexsort((other, one))
    return Pairs(one[order], other[order], shared[order], surprise[order])


def components(engine: Engine, table: str, into: str = "component") -> dict[str, Ints]:
    """Connected components of `table(one, other)`: makes `into(node, label)` and hands it out, sorted by node.

    label : the smallest node of the component. Nodes without a link are not in it.

    References
    ----------
    FastSV (Zhang, Azad and Hu 2020): labels hook under smaller ones and climb; a chain of 10,000 in a dozen rounds.
    """
    _step(engine, "links", "links", pairs=table)
    _step(engine, "labels", into, links="links")
    before, now = -1, _total(engine, into)
    while before != now:
        _step(engine, "above", "above", labels=into)
        _step(engine, "hook", into, links="links", above="above")
        before, now = now, _total(engine, into)
    engine.drop("links", "above")
    return engine.arrays(f"SELECT node::INTEGER AS node, label::INTEGER AS label FROM {checked(into)} ORDER BY node")


def _total(engine: Engine, labels: str) -> int:
    """A sum that falls in every round that changes a label."""
    return int(engine.arrays(f"SELECT coalesce(sum(label), 0)::BIGINT AS total FROM {checked(labels)}")["total"][0])


def _step(engine: Engine, step: str, into: str, **words: str | float) -> None:
    engine.step(into, text(step, **words))


def text(step: str, **words: str | float) -> str:
    """The SQL of a step in DuckDB's dialect: `steps/<step>.sql` with its parameters, names and numbers, filled in."""
    return _template(step).substitute(
        {name: checked(word) if isinstance(word, str) else str(word) for name, word in words.items()}
    )


@cache
def _template(step: str) -> Template:
    return Template((files("counterlure.network") / "steps" / f"{step}.sql").read_text(encoding="utf-8"))
