"""Who stands behind the names and addresses of a LinkedIn file."""

from __future__ import annotations

import re
from functools import lru_cache

from counterlure.case.addresses import folded, local_name_key, profile_key, removed_key
from counterlure.case.rows import Owner
from counterlure.text import clean_text

_URLS = re.compile(r"https?://[^\s,;|]+|(?:[a-z]{2,3}\.)?linkedin\.com/[^\s,;|]+", re.IGNORECASE)
_CACHE, _SHORT_CHARS = 4_096, 300
# How the platform calls an account that is gone. English in every archive seen; the rest is its wording on the site.
_REMOVED = frozenset(
    {
        "linkedin member",
        "linkedin user",
        "linkedin-mitglied",
        "membre de linkedin",
        "membre linkedin",
        "utilisateur linkedin",
        "miembro de linkedin",
        "usuario de linkedin",
        "membro do linkedin",
        "usuário do linkedin",
        "utente linkedin",
        "membro di linkedin",
        "领英会员",
        "领英用户",
    }
)


def address_key(cell: str) -> str | None:
    """`profile_key` of what the cell holds; remembered, since the same few people stand in row after row."""
    return _short_key(cell) if len(cell) <= _SHORT_CHARS else profile_key(clean_text(cell))


@lru_cache(_CACHE)
def _short_key(cell: str) -> str | None:
    return profile_key(clean_text(cell)) if cell else None


def single_key(cell: str) -> str | None:
    """The key where the cell is the address of one account and nothing else; None for anything else."""
    return address_key(cell) if _URLS.fullmatch(cell) and clean_text(cell) == cell else None


class People:
    """Turns names and addresses into account keys, for the files of one delivery.

    anchor : what makes a name-only key local: the owner's strongest key, or the digest of the file.
    """

    def __init__(self, owner: Owner | None, digest: str) -> None:
        self.owner_keys = list(owner.keys) if owner else []
        self.owner_name = owner.name if owner else None
        self.anchor = self.owner_keys[0] if self.owner_keys else digest[:16]
        self._owner_folded = folded(self.owner_name) if self.owner_name else None

    def keys(self, name: str, url: str, conversation: str) -> list[str]:
        """The keys of one person, strongest first; all of the owner's for the owner.

        An account without address is known by name inside this owner's deliveries; a removed one only inside its
        conversation.
        """
        key = address_key(url)
        if key is not None:
            return self.owner_keys if key in self.owner_keys else [key]
        if self.is_owner(name):
            return self.owner_keys or [local_name_key(self.anchor, name)]
        if conversation and (not folded(name) or folded(name) in _REMOVED) and not url.strip():
            return [removed_key(conversation)]
        return [local_name_key(self.anchor, name if folded(name) else url)]

    def is_owner(self, name: str) -> bool:
        """Whether a bare name is the owner's."""
        return self._owner_folded is not None and folded(name) == self._owner_folded

    def group(self, names: str, urls: str) -> list[tuple[str, str]]:
        """(name, address) of each recipient, cut by the shape of addresses; none where no address stands.

        A name goes with an address only where both lists have the same length.
        """
        if single_key(urls) is not None:
            return [(names, urls)]
        addresses = _URLS.findall(urls)
        if len(addresses) <= 1:
            return [(names, address) for address in addresses]
        pieces = [piece.strip() for piece in names.split(",")]
        matched = pieces if len(pieces) == len(addresses) else [""] * len(addresses)
        return list(zip(matched, addresses, strict=True))
