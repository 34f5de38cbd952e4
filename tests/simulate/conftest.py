"""One simulated organisation for all tests of this room, and a reader of its archives that shares no code with ingest."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterlure.simulate import Truth, write_organisation
from counterlure.simulate.truth import Delivery


@pytest.fixture(scope="session")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    into = tmp_path_factory.mktemp("organisation")
    return into, write_organisation(into, seed=1)


def members(into: Path, delivery: Delivery) -> dict[str, bytes]:
    """Every file of a delivery by its last name."""
    found: dict[str, bytes] = {}
    for relative in delivery.paths:
        path = into / relative
        if path.is_dir():
            found |= {child.name: child.read_bytes() for child in path.iterdir()}
            continue
        with zipfile.ZipFile(path) as archive:
            found |= {name.split("/")[-1]: archive.read(name) for name in archive.namelist()}
    return found


def messages(into: Path, delivery: Delivery) -> Iterator[dict[str, str]]:
    """The rows of messages.csv with upper-case column names, whatever its layout."""
    content = next(v for k, v in members(into, delivery).items() if k.lower() == "messages.csv")
    resaved = delivery.form == "resaved"
    text = content.decode("cp1252" if resaved else "utf-8")
    for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if resaved else ","):
        yield {key.upper(): value for key, value in row.items()}
