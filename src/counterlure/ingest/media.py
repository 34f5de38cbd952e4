"""Which pictures and pages of a delivery may be captures, told by their names before one of them is opened.

A LinkedIn archive brings pictures and pages of its own (uploads, articles), and a browser that saves a page keeps the
pictures of everybody on it in a folder beside it. None of them shows an account to be judged, and none is opened.
"""

from __future__ import annotations

import re

from counterlure.ingest.member import Member
from counterlure.model import Skipped

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif")
PAGES = (".html", ".htm", ".mhtml", ".mht")
CAPTURES = (".pdf", ".json", ".jsonld", ".txt", *PAGES)
PICTURES_MOST = 500

_OF_ARCHIVES = re.compile(r"articles|rich[ _-]?media", re.IGNORECASE)
_OF_BROWSERS = re.compile(r".*[_-](?:files|fichiers|dateien)", re.IGNORECASE)

Candidate = tuple[str, Member]


def is_picture(path: str) -> bool:
    """Whether a file is named like a picture of a kind that is read."""
    return path.casefold().endswith(PICTURES)


def brought_along(path: str) -> bool:
    """Whether a picture or page lies below a folder in which an archive keeps uploads or articles."""
    return _lies_below(path, _OF_ARCHIVES)


def without_media(candidates: list[Candidate]) -> tuple[list[Candidate], list[Skipped], list[Skipped]]:
    """The files of one delivery without what it only brought along; what is left out for its number, and by its folder.

    candidates : path inside the delivery and member of each file. A picture stays where a capture lies in the same
    folder, or where pictures are all there is; at most 500 stay.
    """
    # The first part of a source is what was given by name, and that was meant.
    inside = {member.source: member.source.partition("/")[2] for _, member in candidates}
    own = [(p, m) for p, m in candidates if not _lies_below(inside[m.source], _OF_ARCHIVES)]
    parts = {m.source for _, m in own if _lies_below(inside[m.source], _OF_BROWSERS)}
    own = [(p, m) for p, m in own if m.source not in parts]
    beside = {_folder(path) for path, _ in own if path.casefold().endswith(CAPTURES)}
    alone = all(is_picture(path) for path, _ in own)
    pictures = sorted(path for path, _ in own if is_picture(path) and (alone or _folder(path) in beside))
    read, beyond = set(pictures[:PICTURES_MOST]), pictures[PICTURES_MOST:]
    reason = (
        f"{len(beyond):,} pictures beyond {PICTURES_MOST}, from here on, are not read; hand them in as another folder"
    )
    skipped = [Skipped(member.source, reason) for path, member in own if path in beyond[:1]]
    why = "named like the folder a browser keeps beside a saved page; rename it if its pictures and pages are captures"
    passed = [Skipped(folder, why) for folder in sorted({_folder(source) for source in parts})]
    return [(path, member) for path, member in own if not is_picture(path) or path in read], skipped, passed


def _lies_below(path: str, folder: re.Pattern[str]) -> bool:
    folders = path.replace("\\", "/").split("/")[:-1]
    return path.casefold().endswith((*PICTURES, *PAGES)) and any(map(folder.fullmatch, folders))


def _folder(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[0]
