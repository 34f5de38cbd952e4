"""Who speaks to whom in messages.csv, understood once per batch for each way of saying it."""

from __future__ import annotations

from collections.abc import Iterable

from counterlure.case.addresses import folded
from counterlure.ingest.chunk import Chunk
from counterlure.ingest.people import People, single_key
from counterlure.text import clean_text

Parties = tuple[str, ...]
"""The cells that say who speaks to whom: conversation, from, sender address, to, recipient addresses, direction."""
Person = tuple[list[str], str | None, str | None]
"""Keys, name and address."""


class Threads:
    """Enters conversations and the people in them into a batch.

    names : (conversation, sender name) -> sender address, for layouts that name recipients without address.
    modern : whether the file has conversation ids.
    """

    def __init__(self, people: People, names: dict[tuple[str, str], str], *, modern: bool) -> None:
        self._people = people
        self._names = names
        self._modern = modern
        self._chunk = Chunk("", "", "", None)
        self._seats: dict[Parties, tuple[int, int]] = {}
        self._accounts: dict[tuple[str, str], int | None] = {}

    def seats(self, chunk: Chunk, parties: Iterable[Parties], titles: Iterable[str]) -> list[tuple[int, int]]:
        """The positions of the conversation and of the sender of each row in the batch."""
        if chunk is not self._chunk:
            self._chunk, self._seats, self._accounts = chunk, {}, {}
        known = self._seats.get
        return [known(who) or self._enter(who, title) for who, title in zip(parties, titles, strict=True)]

    def _enter(self, who: Parties, title: str) -> tuple[int, int]:
        key, present = self._pair(who) or self._understand(who)
        clean_title = (clean_text(title).strip() or None) if title else None
        seat = self._seats[who] = self._chunk.conversation(key, clean_title, present), present[0]
        return seat

    def _pair(self, who: Parties) -> tuple[str, list[int]] | None:
        """What nearly every row is: in a conversation with an id, one address writes to another one."""
        conversation, sender, url, to, to_url, _ = who
        key = clean_text(conversation).strip() if self._modern else ""
        first = self._addressed(sender, url) if key else None
        second = None if first is None else self._addressed(to, to_url)
        return None if first is None or second is None else (key, [first, second])

    def _addressed(self, name: str, url: str) -> int | None:
        """The position of the account that one address names; None where the cell holds anything else."""
        try:
            return self._accounts[name, url]
        except KeyError:
            key = single_key(url)
            at = None
            if key is not None:
                keys = self._people.owner_keys if key in self._people.owner_keys else [key]
                at = self._chunk.account(keys, clean_text(name).strip() or None, url)
            self._accounts[name, url] = at
            return at

    def _understand(self, who: Parties) -> tuple[str, list[int]]:
        """The key of the conversation and the positions of who takes part, the sender first."""
        raw_conversation, raw_sender, url, raw_to, raw_urls, direction = who
        people = self._people
        given = clean_text(raw_conversation).strip() if self._modern else ""
        sender, to = clean_text(raw_sender).strip(), clean_text(raw_to).strip()
        key = given or "pair:" + "|".join(sorted((folded(sender), folded(to))))
        if not self._modern and direction.strip().upper() == "OUTGOING" and people.owner_keys:
            keys = people.owner_keys
        else:
            keys = people.keys(sender, url, given)
        persons: list[Person] = [(keys, sender or None, clean_text(url).strip() or None)]
        recipients = people.group(to, clean_text(raw_urls)) or _by_name(people, self._names, raw_conversation, to)
        for name, address in recipients:
            persons.append((people.keys(name, address, given), name or None, address or None))
        if not recipients and people.owner_keys:
            persons.append((people.owner_keys, people.owner_name, None))
        return key, [self._chunk.account(*person) for person in persons]


def _by_name(people: People, names: dict[tuple[str, str], str], conversation: str, to: str) -> list[tuple[str, str]]:
    """(name, address) of recipients without address: those who wrote in the same conversation, and the owner.

    Where none of them is known the list stands as one name, since names hold commas too ("Jane Doe, PhD").
    """
    whole = [(to, names.get((conversation, to), ""))] if to else []
    if not whole or whole[0][1] or people.is_owner(to):
        return whole
    pieces = [(piece.strip(), names.get((conversation, piece.strip()), "")) for piece in to.split(",")]
    return [(name, url) for name, url in pieces if url or people.is_owner(name)] or whole
