"""How much there was to judge each account on, gathered from the case for the assessment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from counterlure.assess import AccountStats
from counterlure.case.store import Case
from counterlure.detect import TALK, Detected, Talks
from counterlure.model import target_id

_CONTACTS = """
SELECT account, target, text, at IS NULL FROM contact
WHERE incoming AND account NOT IN (SELECT account FROM target WHERE account IS NOT NULL)
"""
COUNTS = ("messages_in", "words_in", "messages_out", "undated", "attachments", "filtered")
Numbers = npt.NDArray[np.int64]


class Gathered:
    """The stats of every account that reached a target by message or contact, or of which anything was found.

    Kept as columns: a large case has hundreds of thousands of accounts, nearly all of which are only counted.
    """

    def __init__(self, case: Case, detected: Detected) -> None:
        talks = np.concatenate([*detected.talks, _contacts(case)])
        found = np.array([finding.account for finding in detected.findings], dtype=np.int64)
        self.accounts: Numbers = np.unique(np.concatenate([talks["account"], found]))
        """Ids, ascending."""
        place = np.searchsorted(self.accounts, talks["account"])
        self._counts = np.zeros((len(self.accounts), len(COUNTS)), dtype=np.int64)
        for i, name in enumerate(COUNTS):
            np.add.at(self._counts[:, i], place, talks[name])
        self._name_only = self._among(case, "SELECT id FROM account WHERE local AND NOT removed")
        self._has_profile = self._among(case, "SELECT account FROM profile")
        reached = np.unique(_numbered(talks["target"], talks["account"]), return_index=True)[1]
        self._reacher, self._reached = talks["account"][reached], talks["target"][reached]
        self._languages: dict[int, tuple[str, ...]] = {}
        for account, language in sorted(set(talks[["account", "language"]][talks["language"] != b""].tolist())):
            self._languages[account] = (*self._languages.get(account, ()), language.decode())

    def of(self, accounts: Iterable[int]) -> dict[int, AccountStats]:
        """The stats of the given accounts, by id."""
        wanted = np.array(sorted(accounts), dtype=np.int64)
        return {account: self._one(i) for account, i in zip(wanted.tolist(), self._places(wanted), strict=True)}

    def alike(self, accounts: Numbers) -> Iterator[tuple[AccountStats, int]]:
        """The given accounts by sort: the stats of one of each, and how many there are.

        Those of a sort have equally many words, and share every other trait that a judgement depends on where nothing
        was found: whether there is any of what is counted, what is known of the account, and its languages.
        """
        places = self._places(accounts)
        told: dict[tuple[str, ...], int] = {}
        spoken = [told.setdefault(self._languages.get(account, ()), len(told)) for account in accounts.tolist()]
        counts = self._counts[places]
        words = COUNTS.index("words_in")
        traits = [column if i == words else column > 0 for i, column in enumerate(counts.T)]
        sorts = _numbered(*traits, self._name_only[places], self._has_profile[places], np.array(spoken, dtype=np.int64))
        _, first, many = np.unique(sorts, return_index=True, return_counts=True)
        for i, count in zip(places[first], many.tolist(), strict=True):
            yield self._one(i), count

    def _places(self, accounts: Numbers) -> npt.NDArray[np.intp]:
        return np.searchsorted(self.accounts, accounts)

    def _among(self, case: Case, sql: str) -> npt.NDArray[np.bool_]:
        return np.isin(self.accounts, np.array([row[0] for row in case.db.execute(sql)], dtype=np.int64))

    def _one(self, i: np.intp) -> AccountStats:
        account = int(self.accounts[i])
        inward, words, outward, undated, attachments, filtered = self._counts[i].tolist()
        first, last = np.searchsorted(self._reacher, [account, account + 1])
        return AccountStats(
            account=account, messages_in=inward, messages_out=outward, words=words, has_text=words > 0,
            targets=tuple(target_id(number) for number in self._reached[first:last].tolist()),
            undated=undated, attachments=attachments, spam_seen=filtered > 0, name_only=bool(self._name_only[i]),
            has_profile=bool(self._has_profile[i]), languages=self._languages.get(account, ()),
        )  # fmt: skip


def _numbered(*columns: npt.NDArray[Any]) -> Numbers:
    """One number for each combination of values that are not negative, in the order of the last column first."""
    number = np.zeros(len(columns[0]), dtype=np.int64)
    for column in reversed(columns):
        number = number * (int(column.max(initial=0)) + 1) + column
    return number


def _contacts(case: Case) -> Talks:
    """The contacts of each account, as talks without messages."""
    rows = [
        (account, target, 0, len((text or "").split()), 0, undated, 0, False, b"")
        for account, target, text, undated in case.db.execute(_CONTACTS)
    ]
    return np.array(rows, dtype=TALK)
