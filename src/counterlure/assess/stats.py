"""How much there was to judge one account on, counted over the whole case."""

from __future__ import annotations

import msgspec


class AccountStats(msgspec.Struct, frozen=True):
    """Counts and gaps for one account that is not itself a target.

    account : id of the account in the case.
    messages_in : messages from the account to targets; drafts do not count.
    messages_out : messages from targets to the account; drafts do not count.
    words : words the account wrote, in messages and in notes that came with contacts.
    has_text : whether any of that text is readable.
    targets : ids of the targets in contact with it, in any order.
    undated : rows of the account without a readable date.
    attachments : messages of the account that came with a file.
    spam_seen : whether the deliveries that show it hold a spam or archived folder.
    name_only : whether it is known by its displayed name alone.
    has_profile : whether a capture of its profile was handed in.
    languages : ISO 639-1 codes of what it wrote, as far as told; those of its progress are added.
    """

    account: int
    messages_in: int
    messages_out: int
    words: int
    has_text: bool
    targets: tuple[str, ...] = ()
    undated: int = 0
    attachments: int = 0
    spam_seen: bool = True
    name_only: bool = False
    has_profile: bool = False
    languages: tuple[str, ...] = ()
