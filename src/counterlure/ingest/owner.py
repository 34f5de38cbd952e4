"""Whose archive this is. The archive never says so outright: Profile.csv has a name but no address.

The owner is who sends the OUTGOING and receives the INCOMING invitations, and who stands in more conversations than
anybody else. An owner given by the user wins.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from counterlure.case.addresses import folded, local_name_key, mail_key, profile_key
from counterlure.case.rows import Owner
from counterlure.errors import InputError
from counterlure.ingest import invitations, messages
from counterlure.ingest.limits import Limits
from counterlure.ingest.member import Member
from counterlure.ingest.people import People, address_key
from counterlure.ingest.profile_files import owner_name, owner_work
from counterlure.ingest.table import open_table
from counterlure.text import clean_text

INVITATION_ROWS = 5_000
MESSAGE_ROWS = 1_500
_SURE_CONVERSATIONS = 3


@dataclass
class _Signs:
    """What the files say about the owner, gathered before any row is kept."""

    name: str | None = None
    organisation: str | None = None
    role: str | None = None
    invited: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    conversations: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    named: set[tuple[str, str]] = field(default_factory=set)
    threads: set[str] = field(default_factory=set)

    def of_name(self, name: str) -> list[str]:
        """The keys of everybody shown under this name."""
        sought = folded(name)
        return sorted({key for shown, key in self.named if folded(clean_text(shown)) == sought})


def owner_given(text: str) -> Owner:
    """The owner a user names: a profile address or the part behind /in/ of one, an e-mail address, or a name.

    `InputError` where nothing is left of it.
    """
    plain = " ".join(clean_text(text).split())
    key = profile_key(plain) or mail_key(plain)
    slug = plain.removeprefix("in/")
    if key is None and " " not in slug and "/" not in slug:
        key = profile_key(f"linkedin.com/in/{slug}")
    if not plain or (key is None and "/" in plain):
        raise InputError("owner", "give the address of the LinkedIn profile whose archive this is, or the name")
    return Owner([key]) if key else Owner([], plain)


def infer_owner(
    files: Sequence[tuple[str, Member]], limits: Limits, digest: str, given: Owner | None
) -> tuple[Owner | None, list[str]]:
    """The owner as the files tell, completed by what was given, and warnings.

    files : the tables of the archive, each with the name it is known by (`names.stem`).
    Without any address the owner has a name key that means something in this delivery only, made from its digest.
    None where the files do not even tell a name.
    """
    signs = _Signs()
    for kind in ("profile", "positions", "invitations", "messages"):
        for known_as, member in files:
            if known_as == kind:
                _read(kind, member, limits, signs)
    given = given or Owner([])
    name = given.name or signs.name or _most(signs.names)
    keys, warnings = _settle(given, signs, name)
    if not keys and name is None:
        return None, warnings
    keys = keys or [local_name_key(digest[:16], name or "")]
    return Owner(keys, name, given.organisation or signs.organisation, given.role or signs.role), warnings


def _settle(given: Owner, signs: _Signs, name: str | None) -> tuple[list[str], list[str]]:
    """The keys, and a warning where the user and the files disagree; the user wins."""
    if given.name and not given.keys:
        same_name = signs.of_name(given.name)
        if len(same_name) == 1:
            return same_name, []
    found = _keys(signs, name)
    if not given.keys:
        return found, []
    if found and not set(found) & set(given.keys):
        return given.keys, [f"the owner given, {given.keys[0]}, is not who the file suggests, {found[0]}"]
    return [*given.keys, *(key for key in found if key not in given.keys)], []


def _read(kind: str, member: Member, limits: Limits, signs: _Signs) -> None:
    try:
        if kind == "profile":
            signs.name = signs.name or owner_name(member, limits)
        elif kind == "positions":
            signs.organisation, signs.role = owner_work(member, limits)
        elif kind == "invitations":
            _invited(member, limits, signs)
        else:
            _wrote(member, limits, signs)
    except InputError:
        # The reading proper names the reason; here the file only has nothing to say.
        return


def _invited(member: Member, limits: Limits, signs: _Signs) -> None:
    with open_table(member, invitations.LAYOUT, limits) as table:
        pick = itemgetter(*table.columns(*invitations.COLUMNS))
        for count, (_, row) in enumerate(table.rows()):
            if count >= INVITATION_ROWS:
                break
            sender, receiver, _, _, direction, *urls = pick(row)
            incoming = invitations.incoming_of(direction)
            if incoming is None:
                continue
            key = address_key((urls[1] or urls[3]) if incoming else (urls[0] or urls[2]))
            if key:
                signs.invited[key] += 1
            name = clean_text(receiver if incoming else sender).strip()
            if name:
                signs.names[name] += 1


def _wrote(member: Member, limits: Limits, signs: _Signs) -> None:
    people = People(None, "")
    with open_table(member, messages.LAYOUT, limits) as table:
        left = MESSAGE_ROWS
        for _, rows in table.blocks():
            conversations, senders, urls, to, to_urls, directions = table.pick(rows[:left], *messages.PARTIES)
            left -= len(conversations)
            for sender, receiver, direction in zip(senders, to, directions, strict=True) if any(directions) else ():
                incoming = invitations.incoming_of(direction)
                if incoming is not None:
                    signs.names[clean_text(receiver if incoming else sender).strip()] += 1
            signs.threads.update(conversations)
            for conversation, sender, url, receiver, addresses in set(
                zip(conversations, senders, urls, to, to_urls, strict=True)
            ):
                for name, address in ((sender, url), *people.group(receiver, addresses)):
                    if key := address_key(address):
                        signs.conversations[key].add(conversation)
                        signs.named.add((name, key))
            if left == 0:
                break


def _keys(signs: _Signs, name: str | None) -> list[str]:
    invited = [key for key, _ in sorted(signs.invited.items(), key=lambda item: (-item[1], item[0]))[:1]]
    if any(key in signs.conversations for key in invited):
        return invited
    present = _most_present(signs)
    if present is None and name is not None:
        same_name = signs.of_name(name)
        present = same_name[0] if len(same_name) == 1 else None
    if present is None or (invited and invited[0].startswith("in:") and not _sure(signs, present)):
        return invited
    # A URN from the invitations and an address from the messages are two names of one account.
    return sorted({*invited, present}, key=lambda key: (not key.startswith("in:"), key not in invited, key))


def _most_present(signs: _Signs) -> str | None:
    """Who stands in two or more conversations, in more than half of all and in more than anybody else."""
    ranked = sorted(signs.conversations.items(), key=lambda item: (-len(item[1]), item[0]))
    if not ranked:
        return None
    first = len(ranked[0][1])
    second = len(ranked[1][1]) if len(ranked) > 1 else 0
    return ranked[0][0] if first >= 2 and first > second and 2 * first > len(signs.threads) else None


def _sure(signs: _Signs, key: str) -> bool:
    return len(signs.conversations[key]) >= _SURE_CONVERSATIONS


def _most(names: Counter[str]) -> str | None:
    ranked = sorted(names.items(), key=lambda item: (-item[1], item[0]))
    return next((name for name, _ in ranked if name), None)
