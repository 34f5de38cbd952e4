"""E-mails kept as files: notifications of the platform, and mails from anybody else.

A notification tells when somebody wrote or invited, and what that account claimed to be; whether it really came from
the platform is read off Authentication-Results. One that claims the platform and fails is kept under the address that
sent it and never under the profile it shows, for anybody can forge a mail that shows an honest person's profile.
Nothing is fetched, no attachment is opened.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime

from counterlure.case.addresses import local_name_key, mail_key
from counterlure.case.rows import AccountRow, Batch, ContactRow, Owner, Skip
from counterlure.errors import RowError
from counterlure.ingest.context import Context
from counterlure.ingest.dates import shown
from counterlure.ingest.limits import MIB
from counterlure.ingest.mail_origin import addresses, authentication, is_platform, sender_address
from counterlure.ingest.mail_parts import MESSAGE_BYTES, Mail, decoded_header, parse_mail
from counterlure.ingest.mail_split import FROM_LINE, split_mail
from counterlure.ingest.mail_words import Claim, claim, note_text, own_text
from counterlure.ingest.member import Member

BATCH_CHARS = 16 * MIB
RECIPIENTS = 10
WARNINGS = 50
LATEST = 4_102_444_800  # 2100-01-01


@dataclass(frozen=True)
class Letter:
    """One mail as far as a contact needs it; the mailbox's owner may not be known yet."""

    line: int
    sender: str
    sender_name: str
    recipients: list[str]
    delivered: list[str]
    at: int | None
    zone_known: bool
    authentication: str
    text: str
    claim: Claim | None
    bounce: str | None


@dataclass
class Pile:
    """Letters read since the last batch, what could not be read, and what to say about it."""

    letters: list[Letter] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unlisted: int = 0
    impersonal: int = 0
    chars: int = 0

    def warn(self, line: int, text: str) -> None:
        """Notes something about a message; at most fifty are listed."""
        if len(self.warnings) < WARNINGS:
            self.warnings.append(f"line {line}: {text}")
        else:
            self.unlisted += 1

    def full(self, limit: int) -> bool:
        """Whether the pile should become a batch."""
        return len(self.letters) + len(self.skipped) >= limit or self.chars >= BATCH_CHARS


def accepts(name: str, head: bytes) -> bool:
    """Whether this is a saved mail or a mailbox: by its ending, or by a first "From " line with a time."""
    lower = name.casefold()
    first, newline, _ = head.partition(b"\n")
    return lower.endswith((".eml", ".mbox", ".mbx")) or (
        "." not in lower and FROM_LINE.fullmatch(first + newline) is not None
    )


def read(member: Member, context: Context) -> Iterator[Batch]:
    """Batches of kind "mail", one contact per mail received and one per recipient of a mail sent."""
    digest = member.digest()
    pile = Pile()
    sent = False
    for line, data in split_mail(member):
        add(pile, line, data, context)
        if pile.full(context.limits.batch_rows // RECIPIENTS):
            yield batch(member.source, digest, pile, context)
            pile, sent = Pile(), True
    if pile.letters or pile.skipped or pile.warnings or pile.impersonal or not sent:
        yield batch(member.source, digest, pile, context)


def add(pile: Pile, line: int, data: bytes | None, context: Context) -> None:
    """Reads one message onto the pile."""
    if data is None:
        pile.skipped.append(Skip(line, f"the message is larger than {MESSAGE_BYTES // MIB} MiB; save it without files"))
        return
    try:
        mail = parse_mail(data)
        letter = read_letter(mail, line, context)
    except RowError as error:
        pile.skipped.append(Skip(line, error.reason))
        return
    if mail.attachments:
        named = ", ".join(mail.attachments[:5])
        more = f" and {len(mail.attachments) - 5} more" if len(mail.attachments) > 5 else ""
        pile.warn(line, f"attachments were not opened: {named}{more}")
    if mail.cut:
        pile.warn(line, "a text part was longer than 4 MiB and was cut")
    if letter.claim and letter.authentication == "fail":
        pile.warn(line, "claims to come from the platform and fails authentication; kept under its sender's address")
    elif letter.claim and letter.claim.key is None and letter.claim.name is None:
        pile.impersonal += 1
        return
    pile.letters.append(letter)
    pile.chars += len(letter.text)


def read_letter(mail: Mail, line: int, context: Context) -> Letter:
    """One mail as a letter; raises RowError where its sender or date line cannot be read."""
    senders = mail.all("from")
    if len(senders) != 1:
        raise RowError(f"the message has {len(senders)} From lines; who sent it cannot be told")
    sender = sender_address(senders[0])
    if sender is None:
        raise RowError(
            f"From holds {shown(decoded_header(senders[0]))}, not one mail address; who sent it cannot be told"
        )
    at, zone_known = sent_at(mail.first("date"))
    subject = decoded_header(mail.first("subject"))
    name = decoded_header(re.sub(r"<[^<>]*>", "", senders[0])).strip(' "')
    told = claim(mail, name, subject, owner_keys(context)) if is_platform(sender) else None
    words = note_text(mail) if told else own_text(mail)
    text = words if subject in words else f"{subject}\n{words}"
    return Letter(
        line=line,
        sender=sender,
        sender_name=name,
        recipients=addresses(mail.all("to") + mail.all("cc")),
        delivered=addresses(mail.all("delivered-to") + mail.all("x-original-to")),
        at=at,
        zone_known=zone_known,
        authentication=authentication(mail, sender),
        text=text.strip()[: context.limits.field_chars],
        claim=told,
        bounce=sender_address(mail.first("return-path")),
    )


def sent_at(value: str) -> tuple[int | None, bool]:
    """The Date line as UTC epoch seconds and whether it names a zone; None where there is no Date line.

    Raises RowError where there is one that is no date, or one before 1970 or after 2100.
    """
    if not value:
        return None, True
    try:
        moment = parsedate_to_datetime(value)
        zoned = moment.tzinfo is not None
        seconds = int((moment if zoned else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, TypeError, IndexError, OverflowError):
        seconds, zoned = -1, False
    if not 0 <= seconds < LATEST:
        raise RowError(f"Date holds {shown(decoded_header(value))}, not a date from 1970 to 2099")
    return seconds, zoned


def owner_keys(context: Context) -> frozenset[str]:
    """The keys of the owner as far as known."""
    return frozenset(context.owner_hint.keys if context.owner_hint else ())


def batch(source: str, digest: str, pile: Pile, context: Context) -> Batch:
    """The pile as rows; now that it is whole, it can show whose mailbox it is."""
    keys = owner_keys(context)
    owner = None
    if not any(key.startswith("mail:") for key in keys) and (found := mailbox_owner(pile.letters)) is not None:
        owner = known_owner(context.owner_hint, found)
        keys = keys | {found}
    result = Batch(source, "mail", digest, owner=owner, skipped=pile.skipped, warnings=pile.warnings)
    if pile.unlisted:
        result.warnings.append(f"{pile.unlisted} more warnings of these kinds")
    if pile.letters and not any(key.startswith("mail:") for key in keys):
        result.warnings.append("whose mailbox this is cannot be told, so every mail counts as received; name the owner")
    if pile.impersonal:
        result.warnings.append(f"{pile.impersonal} notifications that name no person were left out")
    local = min(keys) if keys else digest
    numbers: dict[str, int] = {}
    for letter in pile.letters:
        sent = mail_key(letter.sender) in keys and letter.claim is None
        for account in recipients(letter, keys) if sent else [sender(letter, local)]:
            number = numbers.setdefault(account.keys[0], len(numbers))
            if number == len(result.accounts):
                result.accounts.append(account)
            result.contacts.append(contact(letter, number, incoming=not sent))
    return result


def known_owner(hint: Owner | None, address: str) -> Owner | None:
    """The owner with the mail address added; None where the hint has a name alone, to which no address is tied."""
    if hint is None:
        return Owner([address])
    return Owner([*hint.keys, address], hint.name, hint.organisation, hint.role) if hint.keys else None


def mailbox_owner(letters: list[Letter]) -> str | None:
    """The one address to which everything was delivered, or which takes part in every letter; None in doubt."""
    delivered = {address for letter in letters for address in letter.delivered}
    if len(delivered) == 1:
        return mail_key(delivered.pop())
    counts = Counter(address for letter in letters for address in {letter.sender, *letter.recipients})
    everywhere = [address for address, count in counts.items() if count == len(letters) and not is_platform(address)]
    if len(letters) == 1:
        everywhere = letters[0].recipients
    return mail_key(everywhere[0]) if len(everywhere) == 1 else None


def sender(letter: Letter, local: str) -> AccountRow:
    """The account behind a letter received."""
    told = letter.claim
    if told is None or letter.authentication == "fail":
        address = letter.bounce if told and letter.bounce else letter.sender
        return AccountRow([mail_key(address) or local_name_key(local, address)], letter.sender_name or None)
    key = told.key or local_name_key(local, told.name or "")
    return AccountRow([key], told.name, told.url, told.headline)


def recipients(letter: Letter, keys: frozenset[str]) -> Iterator[AccountRow]:
    """The accounts to which the owner wrote, the owner aside, at most ten."""
    found = (key for address in letter.recipients if (key := mail_key(address)) is not None and key not in keys)
    for _, key in zip(range(RECIPIENTS), found, strict=False):
        yield AccountRow([key])


def contact(letter: Letter, account: int, *, incoming: bool) -> ContactRow:
    """One letter as a contact with one account."""
    return ContactRow(
        "mail",
        account,
        incoming,
        letter.at,
        letter.line,
        text=letter.text or None,
        authentication=letter.authentication if incoming else None,
        zone_known=letter.zone_known,
    )
