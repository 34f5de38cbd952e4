"""Who is who: one account under every address it was seen with, and the targets whose deliveries these are."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from counterlure.case.database import insert
from counterlure.case.merge import merge_accounts
from counterlure.case.rows import AccountRow, Owner

LOCAL_PREFIXES = ("name:", "removed:", "owner:")


class People:
    """The address book of a case, held in memory while deliveries are written.

    New accounts and merges wait until `flush`, so that thousands go in with one statement.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.reload()

    def reload(self) -> None:
        """The address book as the database holds it; forgets what an undone transaction had taught."""
        self._ids: dict[str, int] = dict(self._db.execute("SELECT key, account FROM account_key"))
        self._last = int(
            self._db.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'account'").fetchone()[0]
        )
        self._accounts: list[tuple[int, str | None, str | None, str | None, str | None, int, int]] = []
        self._keys: list[tuple[str, int]] = []
        self._merges: list[tuple[int, int]] = []
        self._same: dict[int, int] = {}  # an account that is gone -> the one it turned out to be
        self._same_targets: dict[int, int] = {}

    def accounts(self, rows: Sequence[AccountRow]) -> list[int]:
        """The accounts' ids, all written: new ones where no address is known, one merged where several were."""
        ids = [self._account(row) for row in rows]
        self.flush()
        return [self._current(i) for i in ids] if self._same else ids

    def flush(self) -> None:
        """Writes the accounts, addresses and merges that wait."""
        insert(self._db, "INSERT INTO account", self._accounts)
        insert(self._db, "INSERT INTO account_key", self._keys)
        self._accounts, self._keys = [], []
        if self._merges:
            self._same_targets |= merge_accounts(self._db, self._merges)
            self._merges = []

    def describe(self, account: int, row: AccountRow) -> None:
        """Fills in what was not known about an account; what is known is never overwritten."""
        self._db.execute(
            "UPDATE account SET name = coalesce(name, ?), url = coalesce(url, ?), headline = coalesce(headline, ?),"
            " employer = coalesce(employer, ?) WHERE id = ?",
            (row.name, row.url, row.headline, row.employer, account),
        )

    def target(self, owner: Owner | None, delivery_digest: str) -> int:
        """The protected person a delivery belongs to; an unknown owner is a target of its own."""
        if owner and owner.keys:
            keys = owner.keys
        elif owner and owner.name:
            keys = [f"owner:{owner.name.casefold()}"]
        else:
            keys = [f"owner:delivery {delivery_digest[:16]}"]
        about = owner or Owner([])
        facts = (about.name, about.organisation, about.role, about.department)
        account = self.accounts([AccountRow(keys=list(keys), name=about.name)])[0]
        row = self._db.execute("SELECT id FROM target WHERE account = ?", (account,)).fetchone()
        if row is None:
            sql = (
                "INSERT INTO target(account, name, organisation, role, department) VALUES (?, ?, ?, ?, ?) RETURNING id"
            )
            return int(self._db.execute(sql, (account, *facts)).fetchone()[0])
        self._db.execute(
            "UPDATE target SET name = coalesce(name, ?), organisation = coalesce(organisation, ?),"
            " role = coalesce(role, ?), department = coalesce(department, ?) WHERE id = ?",
            (*facts, row[0]),
        )
        return int(row[0])

    def current_target(self, target: int) -> int:
        """The target itself, or the one into which a merge folded it."""
        while target in self._same_targets:
            target = self._same_targets[target]
        return target

    def _account(self, row: AccountRow) -> int:
        """The id, which a merge may have outdated."""
        keys = row.keys
        if len(keys) == 1:
            known = self._ids.get(keys[0])
            return known if known is not None else self._new(row, keys)
        keys = list(dict.fromkeys(keys))
        found = sorted({self._current(i) for key in keys if (i := self._ids.get(key)) is not None})
        if not found:
            return self._new(row, keys)
        for other in found[1:]:
            self._same[other] = found[0]
            self._merges.append((found[0], other))
        for key in keys:
            if key not in self._ids:
                self._ids[key] = found[0]
                self._keys.append((key, found[0]))
        return found[0]

    def _new(self, row: AccountRow, keys: list[str]) -> int:
        self._last += 1
        account = self._last
        local = keys[0].startswith(LOCAL_PREFIXES)
        removed = local and keys[0].startswith("removed:")
        self._accounts.append((account, row.name, row.url, row.headline, row.employer, int(local), int(removed)))
        for key in keys:
            self._ids[key] = account
            self._keys.append((key, account))
        return account

    def _current(self, account: int) -> int:
        found = account
        while found in self._same:
            found = self._same[found]
        if found != account:
            self._same[account] = found
        return found
