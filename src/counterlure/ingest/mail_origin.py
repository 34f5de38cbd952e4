"""Who really sent an e-mail: the address in From, and what the receiving server found out about it.

Only the topmost Authentication-Results line counts, for the receiving server writes above what it was given; where
that server writes none, a forged one cannot be told from a real one.
"""

from __future__ import annotations

import re

from counterlure.case.addresses import mail_key
from counterlure.ingest.mail_parts import Mail

PLATFORM_DOMAIN = "linkedin.com"
NOTIFIERS = frozenset(
    {
        "invitations",
        "messages-noreply",
        "messaging-digest-noreply",
        "hit-reply",
        "inmail-hit-reply",
        "notifications-noreply",
        "updates-noreply",
        "jobs-noreply",
        "jobalerts-noreply",
        "security-noreply",
    }
)

ADDRESS = re.compile(r"[^\s@<>,;:\"()\\]{1,64}@[A-Za-z0-9.-]{1,253}")
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"')
ANGLES = re.compile(r"<([^<>]*)>")
METHOD = re.compile(r"\s*(dmarc|dkim)\s*=\s*([a-z]+)", re.IGNORECASE)
PROPERTY = re.compile(r"\bheader\.(d|i|from)\s*=\s*@?([^\s;]+)", re.IGNORECASE)


def sender_address(value: str) -> str | None:
    """The one address in a From value, in lower case; None where there is none or more than one.

    The standard library reads `a@bank.example)b@evil.example` as the first address (CVE-2023-27043); here it is none.
    """
    plain = QUOTED.sub(" ", without_comments(value)).strip()
    if "<" in plain or ">" in plain:
        angled = ANGLES.findall(plain)
        outside = ANGLES.sub(" ", plain)
        if len(angled) != 1 or set("<>;") & set(outside) or {"@", ","} <= set(outside):
            return None
        plain = angled[0].strip()
    return plain.lower() if ADDRESS.fullmatch(plain) and mail_key(plain) else None


def addresses(values: list[str]) -> list[str]:
    """Every address in recipient values, in lower case, in order, each once."""
    found: dict[str, None] = {}
    for value in values:
        for match in ADDRESS.finditer(QUOTED.sub(" ", without_comments(value))):
            found.setdefault(match.group().lower())
    return list(found)


def is_platform(address: str) -> bool:
    """Whether an address is one from which the platform notifies its members."""
    local, _, domain = address.rpartition("@")
    return within(domain, PLATFORM_DOMAIN) and (local in NOTIFIERS or local.endswith("noreply"))


def authentication(mail: Mail, sender: str) -> str:
    """ "pass" where DMARC, or DKIM for the sender's own domain, passed; "fail" where neither did; else "absent".

    A server that only could not look a key up (temperror, permerror) has found nothing: "absent".
    """
    stated = mail.first("authentication-results")
    domain = sender.rpartition("@")[2]
    aligned = PLATFORM_DOMAIN if within(domain, PLATFORM_DOMAIN) else domain
    failed = False
    for part in QUOTED.sub(unquoted, without_comments(stated)).split(";")[1:]:
        method = METHOD.match(part)
        if not method:
            continue
        result = method[2].lower()
        signed = {name.lower(): host.rpartition("@")[2].lower() for name, host in PROPERTY.findall(part)}
        domains = [signed[name] for name in ("d", "i") if name in signed]
        if method[1].lower() == "dmarc":
            domains = [signed.get("from", domain)]
        if result == "pass" and domains and all(within(host, aligned) for host in domains):
            return "pass"
        failed = failed or result not in {"temperror", "permerror"}
    return "fail" if failed else "absent"


def within(host: str, domain: str) -> bool:
    """Whether a host is the domain or lies below it."""
    host = host.rstrip(".").lower()
    return host == domain or host.endswith("." + domain)


def unquoted(match: re.Match[str]) -> str:
    """A quoted text without its quotes and without what could part results."""
    return re.sub(r'[";=\\]', "", match.group())


def without_comments(value: str) -> str:
    """The value with comments in round brackets, nested ones too, taken out; quoted texts keep their brackets.

    A bracket that is never closed hides the rest, as it does for a mail server.
    """
    kept: list[str] = []
    depth = 0
    quoted = False
    letters = iter(value)
    for letter in letters:
        if letter == "\\":
            escaped = letter + next(letters, "")
            kept.append("" if depth else escaped)
        elif letter == '"' and depth == 0:
            quoted = not quoted
            kept.append(letter)
        elif letter == "(" and not quoted:
            depth += 1
        elif letter == ")" and depth and not quoted:
            depth -= 1
            kept.append(" ")
        elif depth == 0:
            kept.append(letter)
    return "".join(kept)
