"""The invented people and firms, and what they write to each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from counterlure.simulate.names import fold, in_slug

REMOVED_NAME = "LinkedIn Member"


@dataclass(frozen=True, slots=True)
class Firm:
    """An employer: one invented word and a suffix of its trade."""

    word: str
    suffix: str

    @property
    def name(self) -> str:
        """As people write it."""
        return f"{self.word} {self.suffix}"

    @property
    def host(self) -> str:
        """Its host name, in the reserved domain `.example`."""
        return f"{fold(self.word)}.example"


@dataclass(frozen=True, slots=True)
class Person:
    """An account and what it displays.

    member : the number by which the platform knows it; unique.
    tail : what the platform appends to the address, "" for none; starts with a digit.
    """

    given: str
    family: str
    firm: Firm
    title: str
    language: str
    member: int
    tail: str = ""

    @property
    def name(self) -> str:
        """As displayed."""
        return f"{self.given} {self.family}"

    @property
    def url(self) -> str:
        """The profile address."""
        slug = f"{in_slug(self.given)}-{in_slug(self.family)}"
        return f"https://www.linkedin.com/in/{slug}{'-' if self.tail else ''}{self.tail}"

    @property
    def mail(self) -> str:
        """The work address."""
        return f"{fold(self.given)}.{fold(self.family)}@{self.firm.host}"


@dataclass(frozen=True, slots=True)
class Sent:
    """One message as sent; `at` in UTC epoch seconds. A draft is seen by its writer only."""

    sender: Person
    at: int
    text: str
    subject: str = ""
    attachment: bool = False
    draft: bool = False


@dataclass(slots=True)
class Thread:
    """A conversation; `folder` is where the colleagues who did not start it keep it."""

    id: str
    people: tuple[Person, ...]
    lines: list[Sent]
    title: str = ""
    folder: str = "INBOX"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A connection request; `note` is "" where none was written."""

    sender: Person
    recipient: Person
    at: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A connection of one colleague."""

    person: Person
    at: int


@dataclass(slots=True)
class Desk:
    """Everything one colleague's archive will show."""

    owner: Person
    exported_at: int
    threads: list[Thread] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
