"""What is true of a simulated organisation: who is hostile, who is not, who reached whom and how far."""

from __future__ import annotations

from pathlib import Path

import msgspec

from counterlure.errors import InputError
from counterlure.model import Reading, Stage, Terminal
from counterlure.simulate.names import NameBook


class Colleague(msgspec.Struct, frozen=True):
    """A protected person; `account` is the profile address as archives write it."""

    account: str
    name: str
    role: str
    language: str
    member: int


class Persona(msgspec.Struct, frozen=True):
    """A hostile account; `removed_at` is when the platform closed it, UTC epoch seconds."""

    account: str
    name: str
    title: str
    employer: str
    removed_at: int | None


class Reach(msgspec.Struct, frozen=True):
    """One stranger and one colleague: the scene played and the part of it that was written.

    scene : id of the scene, or "chatter" for composed small talk.
    stage : highest stage shown by the lines written; None for honest strangers.
    shown : how the colleague's archive names the account: "url", "name" (layouts without addresses) or "removed".
    messages_in, messages_out : rows from the stranger and from the colleague.
    """

    account: str
    target: str
    conversation: str
    scene: str
    kind: str
    hostile: bool
    reading: Reading
    language: str
    first_at: int
    last_at: int
    messages_in: int
    messages_out: int
    shown: str
    stage: Stage | None = None
    ends: Terminal | None = None


class Delivery(msgspec.Struct, frozen=True):
    """What one colleague handed in; `paths` are relative to the simulation's folder."""

    target: str
    paths: tuple[str, ...]
    vintage: str
    form: str
    exported_at: int
    messages: int


class Truth(msgspec.Struct, frozen=True):
    """Everything known of one simulation.

    personas : the accounts of the operation; lone : hostile accounts that act alone.
    honest : profile addresses of the other strangers, by kind.
    messages : rows in all messages.csv together; conversations : distinct threads behind them.
    names : every name part in use, for `renaming`.
    """

    seed: int
    until: str
    organisation: str
    colleagues: tuple[Colleague, ...]
    personas: tuple[Persona, ...]
    lone: tuple[Persona, ...]
    honest: dict[str, tuple[str, ...]]
    reached: tuple[Reach, ...]
    deliveries: tuple[Delivery, ...]
    messages: int
    conversations: int
    names: NameBook

    @property
    def hostile_accounts(self) -> frozenset[str]:
        """Profile addresses of every hostile account, inside the operation or alone."""
        return frozenset(persona.account for persona in (*self.personas, *self.lone))


def write_truth(truth: Truth, path: Path) -> None:
    """Write it as indented JSON."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(truth), indent=1) + b"\n")


def read_truth(path: Path) -> Truth:
    """The truth of an earlier simulation; `InputError` where the file is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Truth)
    except (OSError, msgspec.MsgspecError) as fault:
        raise InputError(str(path), f"no truth of a simulation: {fault}") from fault
