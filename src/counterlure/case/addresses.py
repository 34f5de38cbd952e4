"""Addresses of accounts in one canonical spelling, so that the same account is one account in every file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import unquote

from counterlure.text import clean_text

_HOST = re.compile(
    r"(?:https?:)?(?://)?(?:[a-z0-9-]+\.){0,3}linkedin\.(?:com|cn)(?::443|:80)?/+([^?#]*)(?:\?([^#]*))?", re.IGNORECASE
)
_PLAIN = re.compile(r"https://www\.linkedin\.com/in/([a-z0-9-]{1,200})")
_OPAQUE = re.compile(r"(?:AC[ow]A|AEMA)[A-Za-z0-9_-]+")
_URN_MEMBER = re.compile(r"urn:li:member:([0-9]{1,19})", re.IGNORECASE)
_URN_PROFILE = re.compile(
    r"urn:li:(?:fsd_profile|fs_profile|fs_miniprofile|fs_salesprofile):\(?((?:AC[ow]A|AEMA)[A-Za-z0-9_-]+).*",
    re.IGNORECASE,
)
_VIEW_ID = re.compile(r"(?:^|&)id=(?:([0-9]{1,19})|((?:AC[ow]A|AEMA)[A-Za-z0-9_-]+))(?:&|$)")
_MAIL = re.compile(r"[^\s@<>,;:\"]{1,64}@[^\s@<>,;:\"/]{1,253}")
_UNFIT = re.compile(r"[\s/\\?#<>\"\x00-\x1f\x7f-\x9f]")
_SLUG_CHARS = 200


def profile_key(url: str) -> str | None:
    """The key of the LinkedIn account behind a profile address or URN, or None where it names no member clearly.

    "in:<slug>" with the slug decoded, NFC and case-folded; "in:<id>" with its case kept for opaque ids (ACoA, ACwA,
    AEMA); "member:<number>". Scheme, country host, query, language suffix and trailing slash do not matter.
    Understood: /in/, old /pub/ with three-character parts, /profile/view?id=, /sales/lead/, /sales/people/,
    /talent/profile/, urn:li:member, urn:li:fsd_profile and its older names. A host that only contains "linkedin.com"
    is another host.
    """
    if plain := _PLAIN.fullmatch(url):
        return f"in:{plain.group(1)}"  # what most rows hold; the same answer as below, sooner
    text = url.strip()
    if text[:4].lower() == "urn:":
        return _urn_key(text)
    found = _HOST.fullmatch(text.partition("#")[0])
    if found is None:
        return None
    parts = [part for part in found.group(1).split("/") if part]
    if parts and parts[0].lower() in ("incareer", "mwlite", "m"):
        parts = parts[1:]
    shape = _SHAPES.get(parts[0].lower()) if len(parts) > 1 else None
    return shape(parts[1:], found.group(2) or "") if shape else None


def mail_key(address: str) -> str | None:
    """ "mail:<address>" in lower case and NFC, or None where it is no e-mail address."""
    text = unicodedata.normalize("NFC", address.strip().removeprefix("mailto:").strip("<>"))
    return f"mail:{text.casefold()}" if _MAIL.fullmatch(text) and not _UNFIT.search(text) else None


def local_name_key(delivery_owner: str, name: str) -> str:
    """A key for somebody known by display name only; it means something inside this owner's deliveries alone.

    delivery_owner : the owner's strongest key, or the digest of the delivery where the owner is unknown.
    """
    return f"name:{delivery_owner.removeprefix('name:')}/{folded(name)}"


def removed_key(conversation: str) -> str:
    """A key for the account that the platform removed from this conversation."""
    return f"removed:{conversation}"


def is_local(key: str) -> bool:
    """Whether the key means something inside one delivery only."""
    return key.startswith(("name:", "removed:"))


def folded(name: str) -> str:
    """A name for comparison: NFC, case-folded, runs of white space as one space."""
    return unicodedata.normalize("NFC", " ".join(unicodedata.normalize("NFC", name).casefold().split()))


def _urn_key(urn: str) -> str | None:
    if member := _URN_MEMBER.fullmatch(urn):
        return f"member:{int(member.group(1))}"
    if profile := _URN_PROFILE.fullmatch(urn):
        return f"in:{profile.group(1)}"
    return None


def _slug_key(part: str) -> str | None:
    if _OPAQUE.fullmatch(part):
        return f"in:{part}"
    try:
        slug = folded(clean_text(unquote(part, errors="strict") if "%" in part else part))
    except UnicodeDecodeError:
        return None
    return f"in:{slug}" if 0 < len(slug) <= _SLUG_CHARS and not _UNFIT.search(slug) else None


def _in(parts: list[str], _query: str) -> str | None:
    return _slug_key(parts[0])


def _pub(parts: list[str], _query: str) -> str | None:
    # /pub/jane-doe/12/345/678 lives on as /in/jane-doe-67834512; shorter parts were padded in ways we cannot know.
    if len(parts) >= 4 and len(parts[2]) == len(parts[3]) == 3:
        return _slug_key(f"{parts[0]}-{parts[3]}{parts[2]}{parts[1]}")
    return None


def _view(parts: list[str], query: str) -> str | None:
    found = _VIEW_ID.search(query)
    if found is None or parts[0].lower() != "view":
        return None
    if found.group(1):
        return f"member:{int(found.group(1))}"
    return f"in:{found.group(2)}"


def _search_result(parts: list[str], _query: str) -> str | None:
    if len(parts) < 2 or parts[0].lower() not in ("lead", "people", "profile"):
        return None
    head = unquote(parts[1]).split(",", 1)[0]
    return f"in:{head}" if _OPAQUE.fullmatch(head) else None


_SHAPES: dict[str, Callable[[list[str], str], str | None]] = {
    "in": _in,
    "pub": _pub,
    "profile": _view,
    "sales": _search_result,
    "talent": _search_result,
    "recruiter": _search_result,
}
