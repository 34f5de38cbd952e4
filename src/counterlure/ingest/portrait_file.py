"""A portrait handed in as a picture: read as hashes and the place of the eyes, and not kept.

JPEG, PNG, WebP and the first frame of a GIF, told by their first bytes and not by their ending alone; never SVG, which
is a document that can ask for others. A picture belongs to the captures of its delivery that bear its name:
jane.json and jane.jpg. Who is on it is not looked for: two pictures are compared as pictures.
"""

from __future__ import annotations

from collections.abc import Iterator

from counterlure.case.rows import Batch, PortraitRow
from counterlure.errors import LimitError
from counterlure.ingest.captured import picture_stem
from counterlure.ingest.context import Context
from counterlure.ingest.limits import MIB
from counterlure.ingest.media import is_picture
from counterlure.ingest.member import Member

PICTURE_BYTES = 20 * MIB
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")


def accepts(name: str, head: bytes) -> bool:
    """Whether name and first bytes are those of a picture that is read."""
    return is_picture(name) and (head.startswith(_STARTS) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"))


def read(member: Member, context: Context) -> Iterator[Batch]:  # noqa: ARG001 - the signature of every reader
    """One Batch of kind "portrait".

    Raises LimitError beyond 20 MiB or 40 megapixels, FormatError where the picture is damaged, MissingExtra without
    the packages that read pictures.
    """
    if member.size > PICTURE_BYTES:
        raise too_large(member.source)
    with member.open() as stream:
        data = stream.read(PICTURE_BYTES + 1)
    if len(data) > PICTURE_BYTES:
        raise too_large(member.source)
    # Loaded here since few deliveries hold a picture.
    from counterlure.portrait import decode, eyes, views

    grey = decode.open_picture(data, member.source).grey
    portrait = PortraitRow(picture_stem(member.name), views.hashes(grey), 0, eyes.find(grey))
    yield Batch(member.source, "portrait", member.digest(), portraits=[portrait])


def too_large(source: str) -> LimitError:
    """The error for a picture beyond `PICTURE_BYTES`."""
    return LimitError(source, f"a picture is larger than {PICTURE_BYTES // MIB} MiB; hand in a smaller copy")
