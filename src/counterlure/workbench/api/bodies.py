"""What is sent to the interface: every field bounded, unknown fields refused."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from counterlure.text import clean_text

SAYS_SOMETHING = 3


def _saying(text: str) -> str:
    """A text that says something once what cannot be seen of it is gone."""
    if len("".join(clean_text(text).split())) < SAYS_SOMETHING:
        raise ValueError(f"say it in {SAYS_SOMETHING} letters at least")
    return text


AccountNumber = Annotated[int, Field(ge=1, le=2**53)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=4_000)]
Purpose = Annotated[str, StringConstraints(min_length=SAYS_SOMETHING, max_length=200), AfterValidator(_saying)]
Fact = Annotated[str, StringConstraints(max_length=200)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=40)]
VerdictWord = Literal["confirmed", "likely", "unclear", "benign", "insufficient"]


class Body(BaseModel):
    """What is common to all."""

    model_config = ConfigDict(extra="forbid")


class Decision(Body):
    """A verdict on one account, or on all of a group at once."""

    accounts: Annotated[list[AccountNumber], Field(min_length=1, max_length=1_000)]
    verdict: VerdictWord


class Remark(Body):
    """A note."""

    text: Words


class Label(Body):
    """A tag, put on or taken off."""

    tag: Tag
    present: bool = True


class Reveal(Body):
    """A name asked for, and why."""

    purpose: Purpose


class Event(Body):
    """A contact that no file tells of; at: UTC epoch seconds, or none where nobody knows."""

    target: Annotated[str, StringConstraints(pattern=r"^T-[0-9]{4,12}$")]
    kind: Literal["call", "meeting", "trip", "mail", "other"]
    at: Annotated[int, Field(ge=0, le=4_102_444_800)] | None = None
    incoming: bool = True
    text: Words


class Facts(Body):
    """Where a target works and what they do, for the exposure table; empty where not known."""

    organisation: Fact = ""
    department: Fact = ""
    role: Fact = ""


class NewLetter(Body):
    """A letter to draft."""

    target: Annotated[str, StringConstraints(pattern=r"^T-[0-9]{4,12}$")]
    lang: Literal["en", "fr"] | None = None


class LetterText(Body):
    """A letter's text after it was edited; base: the version that was edited."""

    body: Annotated[str, StringConstraints(min_length=1, max_length=40_000)]
    base: Annotated[int, Field(ge=1, le=2**31)]


class Approval(Body):
    """Which text is approved: the SHA-256 of what was read."""

    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class HandedOver(Body):
    """How a letter reached its reader."""

    how: Annotated[str, StringConstraints(min_length=1, max_length=200)]
