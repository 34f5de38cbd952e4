"""What every detector receives and returns."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import resources

import numpy as np
import numpy.typing as npt

from counterlure.case.read import CaseReader, Columns
from counterlure.data_files import parse_yaml
from counterlure.model import Finding, Group, Progress, target_id

TALK = np.dtype(
    [
        ("account", "i8"), ("target", "i8"), ("messages_in", "i8"), ("words_in", "i8"), ("messages_out", "i8"),
        ("undated", "i8"), ("attachments", "i8"), ("filtered", "?"), ("language", "S3"),
    ]
)  # fmt: skip
"""How much one account and one target (its number) wrote to each other in one thread.

undated, attachments : messages of the account without readable date, and with a file.
filtered : whether any message of the thread came from a spam or archive folder.
language : ISO 639-1 code where the account wrote in a language without rules, else empty.
"""
Talks = npt.NDArray[np.void]
"""Rows of `TALK`."""


@dataclass
class Detected:
    """All that detectors saw in a case.

    talks : who wrote how much to whom, in pieces.
    ties : pairs of accounts, the lower id first, that wrote the same text.
    """

    findings: list[Finding] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    talks: list[Talks] = field(default_factory=list)
    ties: list[tuple[int, int]] = field(default_factory=list)

    def add(self, other: Detected) -> None:
        """Takes over what another detector saw."""
        self.findings += other.findings
        self.progress += other.progress
        self.groups += other.groups
        self.talks += other.talks
        self.ties += other.ties


@functools.cache
def allowed_columns() -> Columns:
    """The allowlist of `columns.yml`."""
    text = resources.files(__package__).joinpath("columns.yml").read_text(encoding="utf-8")
    return {table: frozenset(columns) for table, columns in parse_yaml(text).items()}


def source_names(case: CaseReader) -> dict[int, str]:
    """Source id -> the file's name as people know it."""
    return {int(i): str(name) for i, name in case.rows("SELECT id, name FROM source")}


def target_accounts(case: CaseReader) -> dict[int, str]:
    """Account id of every target's own account -> the target's pseudonym."""
    return {int(a): target_id(int(t)) for t, a in case.rows("SELECT id, account FROM target WHERE account IS NOT NULL")}


def merged(parts: Iterable[Detected]) -> Detected:
    """Several results as one, in order."""
    whole = Detected()
    for part in parts:
        whole.add(part)
    return whole
