"""Evidence besides contacts: which accounts hold which values, one file per kind of evidence."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from counterlure.network.layers import burst, created, employer, target_mix, text
from counterlure.network.model import Layer, Tables

if TYPE_CHECKING:
    from counterlure.engine.sql import Engine

NAMES = ("created", "employer", "burst", "target_mix", "text")
"""Every layer besides contacts, in the order in which `all_layers` gives them."""


def all_layers(
    tables: Tables, engine: Engine | None = None, *, sensitive: Collection[int] | None = None
) -> list[Layer]:
    """The layers that the input tells, in the order of `NAMES`.

    engine : holds `contact_text`; without it messages are not compared. sensitive : codes of sensitive sectors; None
    for those that `sensitive_sectors.yml` names.
    """
    with ThreadPoolExecutor(2) as cores:
        found = [
            cores.submit(created.layer, tables),
            cores.submit(employer.layer, tables),
            cores.submit(burst.layer, tables),
            cores.submit(target_mix.layer, tables, sensitive=sensitive),
        ]
        told = None if engine is None else text.layer(tables, engine)
        return [layer for layer in (*(one.result() for one in found), told) if layer is not None]


def contacts_layer(tables: Tables) -> Layer:
    """Contacts as a layer: each account holds the targets that it contacted."""
    contacts, targets = tables.contacts, tables.targets
    return Layer(
        "contacts",
        contacts.account.astype(np.int32, copy=False),
        contacts.target.astype(np.int32, copy=False),
        targets.key.size,
        targets.key,
    )
