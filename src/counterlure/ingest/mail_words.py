"""What the words of an e-mail say: its own text without what it quotes, and whom a notification speaks of.

The templates of notifications change; what is not found is left out, never guessed.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import pairwise

from counterlure.case.addresses import profile_key
from counterlure.ingest.mail_parts import Mail
from counterlure.text import clean_text, html_to_text, looks_like_html

NOTE_CHARS = 4_000
NAME = r"(?P<name>[^\n:]{2,100}?)"

QUOTE_HEAD = re.compile(
    r"(?:on\b.{1,200}\bwrote|le\b.{1,200}\ba écrit|am\b.{1,200}\bschrieb.{0,100}|el\b.{1,200}\bescribió)\s*:",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"-{2,}\s*(?:original message|message d'origine|ursprüngliche nachricht|forwarded message)\s*-{2,}|_{20,}",
    re.IGNORECASE,
)
FOOTER = re.compile(
    r"(?:this (?:e-?mail|message) was (?:intended|sent)|you are receiving|unsubscribe|cet e-mail est destiné"
    r"|vous recevez|se désabonner|se désinscrire|diese e-mail ist|sie erhalten|abmelden|© ?20\d\d|-{10,})",
    re.IGNORECASE,
)
SUBJECTS = [
    re.compile(NAME + pattern, re.IGNORECASE)
    for pattern in (
        r" (?:wants|would like) to connect\b.*",
        r" (?:just )?(?:messaged|sent) you\b.*",
        r"['’]s (?:invitation|message|inmail)\b.*",
        r" (?:souhaite|aimerait) (?:se connecter|rejoindre|vous ajouter)\b.*",
        r" (?:vient de vous envoyer|vous a envoyé)\b.*",
        r" möchte sich (?:mit ihnen )?vernetzen\b.*",
        r" hat ihnen (?:gerade )?(?:eine|geschrieben)\b.*",
    )
]
VIA = re.compile(r"(?P<name>.{2,100}?)\s*(?:\(?\b(?:via|par|über) linkedin\)?|\(linkedin\))", re.IGNORECASE)
PROFILE = re.compile(r"https?://(?:[a-z-]{2,8}\.)?linkedin\.com/(?:comm/)?in/[^\s\"'<>?#&/)]{1,250}", re.IGNORECASE)


@dataclass(frozen=True)
class Claim:
    """Whom a notification speaks of: name and headline as shown, profile address, its key; None where not said."""

    name: str | None = None
    headline: str | None = None
    url: str | None = None
    key: str | None = None


def own_text(mail: Mail) -> str:
    """What the sender wrote: the plain part, else the markup as text, without quoted earlier mails."""
    kept: list[str] = []
    lines = body_text(mail).split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        words = line.strip()
        if words.startswith(("-", "_")) and ORIGINAL.fullmatch(words):
            break
        if words.endswith(":") and QUOTE_HEAD.fullmatch(words):
            break
        if following.rstrip().endswith(":") and QUOTE_HEAD.fullmatch(f"{words} {following.strip()}"):
            break
        if not words.startswith(">"):
            kept.append(line.rstrip())
    return "\n".join(kept).strip()


def note_text(mail: Mail) -> str:
    """The words of a notification above its legal footer, without lines that are only links."""
    kept: list[str] = []
    for line in body_text(mail).split("\n"):
        words = line.strip()
        if FOOTER.match(words):
            break
        if words and not words.lower().startswith(("http://", "https://")):
            kept.append(words)
    return "\n".join(kept)[:NOTE_CHARS]


def body_text(mail: Mail) -> str:
    """The readable text of a mail, cleaned; markup that somebody declared plain is still markup."""
    plain = clean_text(mail.plain)
    if plain.strip():
        return html_to_text(plain) if looks_like_html(plain) else plain
    return html_to_text(mail.html)


def claim(mail: Mail, sender_name: str, subject: str, not_these: frozenset[str]) -> Claim:
    """Whom a notification speaks of.

    The profile is told only where exactly one is linked, `not_these` (the owner's own) aside: a digest and its
    "people you may know" link many.
    """
    name = claimed_name(sender_name, subject)
    found: dict[str, str] = {}
    for match in PROFILE.finditer(html.unescape(f"{mail.plain}\n{mail.html}")):
        url = re.sub(r"/comm/", "/", match.group(), count=1, flags=re.IGNORECASE)
        key = profile_key(url)
        if key is not None and key not in not_these and key != "in:me":
            found.setdefault(key, url)
    headline = claimed_headline(note_text(mail), name)
    if len(found) != 1:
        return Claim(name, headline)
    key, url = found.popitem()
    return Claim(name, headline, url, key)


def claimed_name(sender_name: str, subject: str) -> str | None:
    """The name before "via LinkedIn" in the sender's display name, else the one a known subject begins with."""
    if via := VIA.fullmatch(sender_name):
        return via["name"].strip() or None
    for pattern in SUBJECTS:
        if (found := pattern.fullmatch(subject)) and "linkedin" not in found["name"].casefold():
            return found["name"].strip()
    return None


def claimed_headline(note: str, name: str | None) -> str | None:
    """The line under the line that holds the name alone."""
    lines = note.split("\n")
    for line, following in pairwise(lines):
        if name is not None and line.casefold() == name.casefold() and len(following) <= 220:
            return following
    return None
