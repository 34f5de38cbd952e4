"""A case becomes tables: strangers and colleagues, by address keys and pseudonyms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.factories import DAY, NOW, new_case, talk

from counterlure.case.read import CaseReader
from counterlure.detect import allowed_columns
from counterlure.engine.sql import open_engine
from counterlure.errors import ForbiddenColumn
from counterlure.network.from_case import COLUMNS, case_tables
from counterlure.network.model import ABSENT, Tables


def read(case) -> tuple[Tables, dict, dict]:
    engine = open_engine()
    try:
        tables = case_tables(case, engine)
        edge = engine.arrays("SELECT account, target, first_at FROM edge ORDER BY account, target")
        text = engine.arrays("SELECT account, target, text FROM contact_text ORDER BY account, target, text")
    finally:
        engine.close()
    return tables, edge, text


def pairs(tables: Tables) -> dict[tuple[str, str], int]:
    contacts = tables.contacts
    return {
        (str(tables.accounts.key[a]), str(tables.targets.key[t])): int(at)
        for a, t, at in zip(contacts.account, contacts.target, contacts.first_at, strict=True)
    }


def test_each_stranger_and_colleague_is_a_pair_with_its_first_time(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        talk(case, "zoe", "ann", ("in", "hello"), ("out", "hi"), ("in", "again"), start=NOW)
        talk(case, "zoe", "bob", ("in", "hello"), start=NOW + 5 * DAY)
        talk(case, "bea", "bob", ("in", "good day"), start=NOW + DAY)
        tables, edge, text = read(case)
    assert pairs(tables) == {
        ("in:bea", "T-0002"): NOW + DAY, ("in:zoe", "T-0001"): NOW, ("in:zoe", "T-0002"): NOW + 5 * DAY,
    }  # fmt: skip
    for column, values in (("account", tables.contacts.account), ("target", tables.contacts.target)):
        assert edge[column].tolist() == values.tolist()
    assert text["text"].tolist() == ["good day", "again", "hello", "hello"]
    assert (tables.accounts.created_at == ABSENT).all()


def test_a_colleague_who_answers_or_writes_to_a_colleague_is_no_account(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        talk(case, "zoe", "ann", ("in", "hello"), ("out", "hi"))
        talk(case, "ann", "bob", ("in", "lunch?"))
        tables, _, _ = read(case)
    assert tables.accounts.key.tolist() == ["in:zoe"]


def test_an_account_known_by_name_only_is_named_by_its_number(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        talk(case, "name:zoe doe", "ann", ("in", "hello"))
        tables, _, _ = read(case)
    (key,) = tables.accounts.key.tolist()
    assert key.startswith("account:") and "zoe" not in key


def test_keys_ascend_and_contacts_are_sorted_as_the_model_promises(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        for account in ("dan", "ada", "cyd", "bob"):
            for target in ("pia", "ola"):
                talk(case, account, target, ("in", f"hello {target}"), start=NOW + ord(account[0]))
        tables, _, _ = read(case)
    assert tables.accounts.key.tolist() == sorted(tables.accounts.key.tolist())
    assert tables.targets.key.tolist() == sorted(tables.targets.key.tolist())
    order = np.lexsort((tables.contacts.target, tables.contacts.account))
    assert order.tolist() == list(range(8))


def test_an_empty_case_is_empty_tables(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        tables, edge, text = read(case)
    assert tables.contacts.account.size == tables.accounts.key.size == tables.targets.key.size == 0
    assert edge["account"].size == text["text"].size == 0


def test_only_columns_that_detectors_may_read_are_read(tmp_path: Path) -> None:
    allowed = allowed_columns()
    assert all(columns <= allowed[table] for table, columns in COLUMNS.items())
    with (
        new_case(tmp_path) as case,
        CaseReader(case.file, COLUMNS) as reader,
        pytest.raises(ForbiddenColumn, match="name"),
    ):
        list(reader.rows("SELECT name FROM account"))
