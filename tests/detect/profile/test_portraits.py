"""One picture on two accounts; protected people and placeholders are left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from counterlure.case.rows import AccountRow, Batch, Owner, PortraitRow, ProfileRow
from counterlure.case.write import DeliveryWriter
from counterlure.detect import Detected, allowed_columns
from counterlure.detect.profile import portraits
from counterlure.model import Finding
from counterlure.portrait.eyes import LEFT, RIGHT
from tests.factories import NOW, Delivery, new_case

VIEWS = 4


def numbers(seed: int) -> bytes:
    return np.random.default_rng(seed).bytes(32 * VIEWS)


def seen(folder: Path, shown: list[tuple[str, bytes, tuple[float, ...] | None]], owner: str = "olga") -> list[Finding]:
    """What is found where each account shows a portrait handed in beside its capture."""
    with new_case(folder) as case:
        writer = DeliveryWriter(case)
        writer.write(Delivery("o", "o", Owner([f"in:{owner}"], "Olga"), [
            Batch("o.zip/Profile.csv", "profile", "0" * 64, Owner([f"in:{owner}"], "Olga"), accounts=[AccountRow([f"in:{owner}"])])
        ]))  # fmt: skip
        for number, (account, hashes, where) in enumerate(shown):
            capture = Batch(
                f"{number}/a.json", "capture", f"{number:064d}", accounts=[AccountRow([f"in:{account}"])],
                profiles=[ProfileRow(0, NOW, None, None, 1, [], picture="a")],
            )  # fmt: skip
            portrait = Batch(
                f"{number}/a.jpg", "portrait", f"{number:064x}", portraits=[PortraitRow("a", hashes, 0, where)]
            )  # type: ignore[arg-type]
            writer.write(Delivery(str(number), str(number), None, [capture, portrait]))
        with case.reader(allowed_columns()) as reader:
            return portraits.find(reader, Detected()).findings


def test_two_accounts_with_one_picture_are_told_and_a_third_is_not(tmp_path):
    found = seen(tmp_path, [("a", numbers(1), None), ("b", numbers(1), None), ("c", numbers(2), None)])
    assert [(f.kind, f.score) for f in found] == [("portrait_reused", 1.0)] * 2
    assert {e.source for f in found for e in f.evidence} == {"0/a.jpg:0", "1/a.jpg:0"}


def test_the_same_account_may_show_its_picture_twice(tmp_path):
    assert seen(tmp_path, [("a", numbers(1), None), ("a", numbers(1), None)]) == []


def test_a_protected_person_is_the_original_and_never_judged(tmp_path):
    (found,) = seen(tmp_path, [("olga", numbers(1), None), ("b", numbers(1), None)])
    assert found.params["target"] == 1


@pytest.mark.parametrize(("accounts", "told"), [(4, 4), (5, 0), (9, 0)])
def test_what_many_show_is_a_placeholder(tmp_path, accounts, told):
    found = seen(tmp_path, [(f"a{n}", numbers(1), None) for n in range(accounts)])
    assert len(found) == told


def test_aligned_eyes_are_weak_and_one_other_portrait_takes_them_back(tmp_path):
    where = (*LEFT, *RIGHT)
    (found,) = seen(tmp_path / "1", [("a", numbers(1), where)])
    assert (found.kind, found.score) == ("aligned_eyes", 0.5)
    assert seen(tmp_path / "2", [("a", numbers(1), where), ("a", numbers(2), None)]) == []
    assert seen(tmp_path / "3", [("a", numbers(1), (0.3, 0.4, 0.6, 0.4)), ("olga", numbers(3), where)]) == []


def test_nothing_is_found_where_nothing_is_shown(tmp_path):
    assert seen(tmp_path, []) == []
