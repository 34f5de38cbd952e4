"""What a detector may read of a case.

The connection is read-only and its authorizer (SQLite's own, asked when a statement is prepared) lets only the
columns of an allowlist through. A name, a headline, a place cannot reach a detector even by mistake.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from counterlure.case.database import connect, errors
from counterlure.errors import ForbiddenColumn

Columns = Mapping[str, frozenset[str]]
_ALLOWED_ACTIONS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})

_MADE = ("career", "founding")


class CaseReader:
    """A read-only view of a case that knows only the allowed columns."""

    def __init__(self, file: Path, columns: Columns) -> None:
        self.file = file
        self.columns = columns
        self._db = connect(file, read_only=True)
        self._names = connect(file, read_only=True)
        self._db.set_authorizer(_authorizer(columns))
        self._made = False

    def rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        """Rows of one query.

        Raises
        ------
        ForbiddenColumn where it touches a column no detector may read, or does anything but read.
        """
        if not self._made and any(table in sql for table in _MADE):
            self._make()
        try:
            yield from self._db.execute(sql, parameters)
        except errors() as error:
            if "prohibited" in str(error) or "not authorized" in str(error):
                raise ForbiddenColumn(f"{error}: a detector may read only the columns of detect/columns.yml") from error
            raise

    def _make(self) -> None:
        """Careers without calendar, as tables of this connection: under its authorizer a view could be imitated."""
        script = resources.files(__package__).joinpath("career.sql").read_text(encoding="utf-8")
        self._db.set_authorizer(None)
        self._db.executescript(script)
        self._db.set_authorizer(_authorizer(self.columns))
        self._made = True

    def names_in(self, conversation: int) -> list[str]:
        """Names and claimed employers of the people in a thread, in order to *ignore* them in its text.

        They can only take evidence away: a word inside a name never counts.
        """
        sql = (
            "SELECT a.name, a.employer, t.name, t.organisation"
            " FROM participant AS p JOIN account AS a ON a.id = p.account"
            " LEFT JOIN target AS t ON t.account = a.id WHERE p.conversation = ?"
        )
        return sorted({name for row in self._names.execute(sql, (conversation,)) for name in row if name})

    def profile_texts(self) -> Iterator[tuple[int, int, int, int, str, str]]:
        """(profile, account, source, line, "summary" or "role", words) of all profiles, to be compared with each other.

        What they say is nobody's business: only that two accounts say the same.
        """
        sql = (
            "SELECT id, account, source, line, 'summary', summary FROM profile WHERE summary IS NOT NULL"
            " UNION ALL SELECT p.id, p.account, p.source, w.line, 'role', w.description FROM position AS w"
            " JOIN profile AS p ON p.id = w.profile WHERE w.kind = 'work' AND w.description IS NOT NULL"
            " ORDER BY 1, 5 DESC, 4, 6"
        )
        yield from self._names.execute(sql)

    def close(self) -> None:
        """Closes both connections."""
        self._db.close()
        self._names.close()

    def __enter__(self) -> CaseReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _authorizer(columns: Columns) -> Any:
    def allow(action: int, table: str | None, column: str | None, _db: str | None, _trigger: str | None) -> int:
        if action in _ALLOWED_ACTIONS:
            return sqlite3.SQLITE_OK
        if action != sqlite3.SQLITE_READ or table is None:
            return sqlite3.SQLITE_DENY
        # An empty column name is a bare count(*): it reads nothing of a row.
        allowed = column in columns.get(table, ()) or (not column and table in columns)
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    return allow
