"""One batch while it is filled: accounts and conversations get their position the first time they are named."""

from __future__ import annotations

from counterlure.case.rows import (
    AccountRow,
    Batch,
    ContactRow,
    ConversationRow,
    MessageRow,
    Owner,
    Skip,
)


class Chunk:
    """The rows of one file between two batches."""

    def __init__(self, source: str, kind: str, digest: str, owner: Owner | None) -> None:
        self._heading = (source, kind, digest, owner)
        self.messages: list[MessageRow] = []
        self.contacts: list[ContactRow] = []
        self._accounts: list[AccountRow] = []
        self._account_at: dict[str, int] = {}
        self._conversations: list[tuple[str, str | None, dict[int, None]]] = []
        self._conversation_at: dict[str, int] = {}

    def account(self, keys: list[str], name: str | None, url: str | None) -> int:
        """The position of the account with this strongest key; the first name and address seen are kept."""
        at = self._account_at.get(keys[0])
        if at is None:
            at = self._account_at[keys[0]] = len(self._accounts)
            self._accounts.append(AccountRow(keys, name, url))
        else:
            row = self._accounts[at]
            if row.name is None:
                row.name = name
            if row.url is None:
                row.url = url
        return at

    def conversation(self, key: str, title: str | None, participants: list[int]) -> int:
        """The position of the conversation, which these accounts take part in."""
        at = self._conversation_at.get(key)
        if at is None:
            at = self._conversation_at[key] = len(self._conversations)
            self._conversations.append((key, title, dict.fromkeys(participants)))
            return at
        known_as, known_title, present = self._conversations[at]
        present.update(dict.fromkeys(participants))
        if title and not known_title:
            self._conversations[at] = (known_as, title, present)
        return at

    def batch(self, skipped: list[Skip], warnings: list[str]) -> Batch:
        """Everything collected, as the batch that travels."""
        source, kind, digest, owner = self._heading
        return Batch(
            source,
            kind,
            digest,
            owner,
            accounts=self._accounts,
            conversations=[ConversationRow(key, title, list(who)) for key, title, who in self._conversations],
            messages=self.messages,
            contacts=self.contacts,
            skipped=skipped,
            warnings=warnings,
        )
