"""Which organisation an address stands for, in one spelling; no address is ever opened.

"company:<slug or number>" for a page on LinkedIn, "site:<host>" for a website of its own. An address on a host where
many organisations have pages says nothing about whose it is, and gives nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from counterlure.case.addresses import folded
from counterlure.text import clean_text

_ADDRESS_CHARS = 2_048
_HOST_CHARS = 253
_SLUG_CHARS = 200

_LINKEDIN = re.compile(r"(?:.*\.)?(?:linkedin\.(?:com|cn)|lnkd\.in)")
_PAGE = re.compile(r"/+(?:mwlite/+|m/+)?(?:company|school|showcase|organization)/+([^/?#]+)", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:(?:https?:)?//(?:[^/?#\s]*@)?)?([^/?#:@\s\\]+)(?::\d{1,5})?(/[^\s]*|[?#][^\s]*)?", re.IGNORECASE
)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_UNFIT = re.compile(r"[\s/\\?#<>\"\x00-\x1f\x7f-\x9f]")

# Pages of many organisations under one host; a subdomain of a site builder is an organisation's own and is kept.
_SHARED = frozenset(
    "about.me academia.edu angel.co apple.com behance.net bloomberg.com crunchbase.com dnb.com facebook.com fb.com "
    "flickr.com github.com gitlab.com glassdoor.com goo.gl google.com indeed.com instagram.com linktr.ee medium.com "
    "orcid.org pinterest.com researchgate.net scholar.google.com sites.google.com slideshare.net t.me telegram.me "
    "threads.net tiktok.com twitter.com vk.com weibo.com whatsapp.com wikidata.org wikipedia.org x.com xing.com "
    "youtu.be youtube.com zoominfo.com".split()
)
# The page that the platform shows in place of one that is gone.
_GONE = frozenset({"unavailable", "null", "undefined"})


def organisation_identifier(address: str | None) -> str | None:
    """The identifier behind a web address, None where it names no single organisation."""
    found = _ADDRESS.fullmatch(address.strip()) if address and len(address) <= _ADDRESS_CHARS else None
    host = _host(found.group(1)) if found else None
    if found is None or host is None:
        return None
    if _LINKEDIN.fullmatch(host):
        page = _PAGE.match(found.group(2) or "")
        return _company(page.group(1)) if page else None
    shared = any(host == known or host.endswith(f".{known}") for known in _SHARED)
    return None if shared else f"site:{host}"


def first_identifier(addresses: Iterable[str | None]) -> str | None:
    """Of several addresses of one organisation, its page on LinkedIn, else the first website."""
    found = [known for address in addresses if (known := organisation_identifier(address))]
    return next((known for known in found if known.startswith("company:")), found[0] if found else None)


def _host(written: str) -> str | None:
    """The host in lower case and ASCII without "www."; None where it is no name of a host."""
    plain = clean_text(written).casefold().rstrip(".").removeprefix("www.")
    if not plain or len(plain) > _HOST_CHARS:
        return None
    try:
        host = plain if plain.isascii() else plain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = host.split(".")
    sound = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    return host if sound and not labels[-1].isdigit() else None


def _company(part: str) -> str | None:
    try:
        slug = folded(clean_text(unquote(part, errors="strict")))
    except UnicodeDecodeError:
        return None
    if slug.isascii() and slug.isdigit():
        slug = slug.lstrip("0")
    fit = 0 < len(slug) <= _SLUG_CHARS and not _UNFIT.search(slug) and slug not in _GONE
    return f"company:{slug}" if fit else None
