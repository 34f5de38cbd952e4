"""File names of LinkedIn archives: what is read, what is passed over, and what is never opened.

Case, blanks, underscores, a member id ("Comments_252701747.csv") and a browser's copy number (" (1)") do not matter.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from counterlure.ingest.media import brought_along

TABLES = (".csv", ".tsv", ".xlsx")
PROFILE = frozenset({"profile", "positions", "education"})
CORE = PROFILE | {"messages", "invitations", "connections"}

_COPY = re.compile(r"(?:\s*\([0-9]{1,3}\))+$")
_MEMBER_ID = re.compile(r"_[0-9]{3,}$")
_BLANKS = re.compile(r"[\s_-]+")

# Other people's address books, and what the platform knows of the owner beyond this purpose.
_NEVER = frozenset(
    {
        "adtargeting",
        "contacts",
        "importedcontacts",
        "inferencesaboutyou",
        "logins",
        "phonenumbers",
        "registration",
        "searchqueries",
        "securitychallenges",
        "whatsappphonenumbers",
    }
)
# The schema of messages.csv, but a chat with the platform's own assistants.
_LOOK_ALIKE = re.compile(r"(?:guide|coach|learning.*)messages")
_HARMLESS = re.compile(
    "accountstatushistory|adsclicked|adsengage.*|articles|causesyoucareabout|certifications|comments|companyfollows"
    "|courses|creator.*|emailaddresses|endorsement(?:given|received)info|events|groups|hashtagfollows|honors"
    "|identityverification.*|instantreposts|job.*|lans?adsengagement|languages|learning|memberfollows|online"
    "jobpostings|organizations|patents|privateidentityasset|profilesummary|projects|providers|publications|reactions"
    "|receipts.*|recommendations(?:given|received)|richmedia|saved.*|services.*|shares|skills|subscription.*"
    "|testscores|trusteddevices|verifications|volunteering|votes"
)
_ALWAYS_HARMLESS = re.compile(r"\.ds_store|thumbs\.db|desktop\.ini|\._.*|\.gitkeep|.*\.(?:heic|mp4|mov|m4a|mp3|css|js)")


class Verdict(Enum):
    """What a file name alone decides."""

    ASK = "ask the readers"
    NEVER = "never opened"
    LOOK_ALIKE = "the schema of messages, but no messages between people"
    HARMLESS = "known and of no use here"


def base_name(path: str) -> str:
    """The last component of a path with forward or backward slashes, NFC."""
    return unicodedata.normalize("NFC", path.replace("\\", "/").rsplit("/", 1)[-1])


def stem(name: str) -> str:
    """The name by which a file is known: "Complete/Messages (1).csv" gives "messages"."""
    plain = base_name(name).casefold()
    first, dot, suffix = plain.rpartition(".")
    plain = first if dot and len(suffix) <= 5 else plain
    return _BLANKS.sub("", _MEMBER_ID.sub("", _COPY.sub("", plain)))


def is_table(name: str) -> bool:
    """Whether the name ends like a table: .csv, .tsv, .xlsx."""
    return base_name(name).casefold().endswith(TABLES)


def is_core(name: str) -> bool:
    """Whether a folder that holds this file is an unpacked archive."""
    return is_table(name) and stem(name) in CORE


def judge(name: str) -> Verdict:
    """What the name alone decides, before a byte is read."""
    known = stem(name)
    if known in _NEVER:
        return Verdict.NEVER
    if _ALWAYS_HARMLESS.fullmatch(base_name(name).casefold()) or brought_along(name):
        return Verdict.HARMLESS
    if not is_table(name):
        return Verdict.ASK
    if _LOOK_ALIKE.fullmatch(known):
        return Verdict.LOOK_ALIKE
    return Verdict.HARMLESS if _HARMLESS.fullmatch(known) else Verdict.ASK
