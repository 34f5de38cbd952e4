"""The contacts of a case as tables: accounts that wrote to colleagues, and whom they reached, by pseudonym.

What is read keeps to columns that detectors may read; accounts are named by their address keys, as `explain` takes
them, never by a displayed name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterlure.case import view
from counterlure.case.read import CaseReader
from counterlure.case.store import Case
from counterlure.engine.sql import Engine
from counterlure.model import target_id
from counterlure.network.model import ABSENT, Accounts, Contacts, Tables, Targets

COLUMNS = {
    "message": frozenset({"conversation", "sent_at", "sender", "text"}),
    "conversation_delivery": frozenset({"conversation", "target"}),
    "contact": frozenset({"account", "target", "incoming", "at", "text"}),
    "account": frozenset({"id", "employer"}),
    "target": frozenset({"id", "account"}),
}
# A colleague's own account is no stranger, in whoever's delivery it stands.
_REACHED = """
WITH reached(account, target, at, text) AS (
    SELECT m.sender, d.target, m.sent_at, m.text
    FROM message AS m JOIN conversation_delivery AS d ON d.conversation = m.conversation
    UNION ALL SELECT account, target, at, text FROM contact WHERE incoming
), stranger AS (
    SELECT * FROM reached WHERE account NOT IN (SELECT account FROM target WHERE account IS NOT NULL)
)
"""
_EDGES = f"{_REACHED} SELECT account, target, min(at) FROM stranger GROUP BY account, target"
_TEXTS = f"{_REACHED} SELECT DISTINCT account, target, text FROM stranger WHERE text <> ''"
_EMPLOYERS = "SELECT id, employer FROM account"


def case_tables(case: Case, engine: Engine) -> Tables:
    """Each account that is no colleague's with each colleague it wrote to, called or invited, first time counted.

    Leaves tables `edge(account, target, first_at)` and `contact_text(account, target, text)` in the engine. A case
    tells no industry, no creation date and no sector.
    """
    with CaseReader(case.file, COLUMNS) as reader:
        edges, texts = list(reader.rows(_EDGES)), list(reader.rows(_TEXTS))
        ids = sorted({account for account, *_ in edges})
        employers = {i: employer for i, employer in reader.rows(_EMPLOYERS) if employer}
    keys = _keys(case, ids)
    order = sorted(ids, key=lambda i: (keys[i], i))
    code = {account: place for place, account in enumerate(order)}
    people = sorted({target for _, target, _ in edges}, key=target_id)
    person = {target: place for place, target in enumerate(people)}
    rows = sorted((code[a], person[t], ABSENT if at is None else max(at, ABSENT)) for a, t, at in edges)
    contacts = _contacts(rows)
    engine.put("edge", {"account": contacts.account, "target": contacts.target, "first_at": contacts.first_at})
    said = sorted((code[a], person[t], text) for a, t, text in texts)
    engine.put("contact_text", {
        "account": _ints([a for a, *_ in said]), "target": _ints([t for _, t, _ in said]),
        "text": _words([text for *_, text in said]),
    })  # fmt: skip
    return Tables(
        contacts,
        _accounts([keys[i] for i in order], [employers.get(i) for i in order]),
        _targets([target_id(i) for i in people]),
    )


def _keys(case: Case, ids: Sequence[int]) -> dict[int, str]:
    """What opens each account and no other; a key made from a name would show the name."""
    found = view.accounts(case, ids)
    return {i: f"account:{i}" if found[i].key.startswith("name:") else found[i].key for i in ids}


def _contacts(rows: Sequence[tuple[int, int, int]]) -> Contacts:
    account, target, at = ([row[i] for row in rows] for i in range(3))
    return Contacts(_ints(account), _ints(target), np.array(at, dtype=np.int64))


def _accounts(keys: Sequence[str], claimed: Sequence[str | None]) -> Accounts:
    employers = sorted({employer for employer in claimed if employer})
    code = {employer: place for place, employer in enumerate(employers)}
    untold = np.full(len(keys), ABSENT, dtype=np.int32)
    return Accounts(
        key=_words(keys), created_at=untold.astype(np.int64),
        employer=_ints([code[employer] if employer else ABSENT for employer in claimed]), industry=untold,
        employers=_words(employers), industries=_words([]),
    )  # fmt: skip


def _targets(keys: Sequence[str]) -> Targets:
    untold = np.full(len(keys), ABSENT, dtype=np.int32)
    return Targets(_words(keys), untold, untold, _words([]), _words([]))


def _ints(values: Sequence[int]) -> NDArray[np.int32]:
    return np.array(values, dtype=np.int32)


def _words(values: Sequence[Any]) -> NDArray[np.object_]:
    return np.array(values, dtype=object)
