"""The texts that accounts display, each with what is needed to cite and to excuse it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from counterlure.case.read import CaseReader
from counterlure.detect.base import source_names
from counterlure.model import Evidence
from counterlure.register.normal import normal_name
from counterlure.text import quote

SUMMARY, ROLE = "summary", "role"

_CAREERS = """
SELECT p.account, c.profile, c.line, c.organisation, c.identifier FROM career AS c JOIN profile AS p ON p.id = c.profile
WHERE c.kind = 'work' AND (c.organisation IS NOT NULL OR c.identifier IS NOT NULL)
"""


class Text(NamedTuple):
    """A summary or role description of one capture.

    account, kind, words : who shows it, `SUMMARY` or `ROLE`, and as it stands.
    at : when it was captured, UTC epoch seconds; None: nobody knows.
    source : "file:line". deliveries : in what it was handed in.
    houses : organisations that the account's career names: of a role its own, of a summary all of them.
    """

    account: int
    kind: str
    words: str
    at: int | None
    source: str
    deliveries: frozenset[int]
    houses: frozenset[str]

    @property
    def age(self) -> tuple[bool, int, str]:
        """Sorts the earliest capture first and those without date last."""
        return self.at is None, self.at or 0, self.source

    def cited(self, start: int | None = None, end: int = 0) -> Evidence:
        """Where to check it; where `start` is given, with the words from there to `end` and what stands around them."""
        words = None if start is None else quote(self.words, start, end)
        return Evidence(self.source, words, self.at, None, None)

    def also(self, other: Text) -> Text:
        """The same text with what another capture of it adds."""
        return self._replace(houses=self.houses | other.houses, deliveries=self.deliveries | other.deliveries)


class Accounts(NamedTuple):
    """targets : accounts of protected people. local : accounts known only inside one delivery."""

    targets: frozenset[int]
    local: frozenset[int]

    def may_be_one(self, one: Text, other: Text) -> bool:
        """Whether two accounts may be the same person, handed in twice and once without an address."""
        return not one.deliveries & other.deliveries and not self.local.isdisjoint((one.account, other.account))


def read(case: CaseReader, rows: Iterable[tuple[int, int, int, int, str, str]]) -> list[Text]:
    """All texts of a case, by account, kind and age; what order the rows stand in plays no part.

    Reads profile, source and career. rows : of `CaseReader.profile_texts`.
    """
    names, deliveries = source_names(case), dict(case.rows("SELECT id, delivery FROM source"))
    captured = dict(case.rows("SELECT id, captured_at FROM profile"))
    shown = list(rows)
    roles, careers = _houses(case) if shown else ({}, {})
    texts = [
        Text(
            account, kind, words, captured[profile], f"{names[source]}:{line}", frozenset({deliveries[source]}),
            frozenset(roles.get((profile, line), ()) if kind == ROLE else careers.get(account, ())),
        )
        for profile, account, source, line, kind, words in shown
    ]  # fmt: skip
    return sorted(texts, key=lambda text: (text.account, text.kind, text.age, text.words))


def accounts(case: CaseReader) -> Accounts:
    """Reads target and account(local)."""
    targets = (int(account) for (account,) in case.rows("SELECT account FROM target WHERE account IS NOT NULL"))
    local = (int(account) for (account,) in case.rows("SELECT id FROM account WHERE local"))
    return Accounts(frozenset(targets), frozenset(local))


def _houses(case: CaseReader) -> tuple[dict[tuple[int, int], set[str]], dict[int, set[str]]]:
    """Organisations by (profile, line) and by account, by name without legal form and by identifier."""
    roles: dict[tuple[int, int], set[str]] = defaultdict(set)
    careers: dict[int, set[str]] = defaultdict(set)
    for account, profile, line, organisation, identifier in case.rows(_CAREERS):
        named = {f"name:{normal_name(organisation)}"} if organisation else set()
        named |= {identifier} if identifier else set()
        roles[profile, line] |= named
        careers[account] |= named
    return roles, careers
