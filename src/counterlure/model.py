"""The nouns that travel between rooms, as immutable records.

Times are UTC epoch seconds (integers) inside the case and ISO 8601 in every document.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


def target_id(number: int) -> str:
    """The pseudonym of a target: T-0001."""
    return f"T-{number:04d}"


class Reading(StrEnum):
    """The five competing explanations of one contact (DESIGN section 5)."""

    ORDINARY = "ordinary"
    COMMERCIAL = "commercial"
    FRAUD = "fraud"
    INTRUSION = "intrusion"
    RECRUITMENT = "recruitment"


HOSTILE = (Reading.FRAUD, Reading.INTRUSION, Reading.RECRUITMENT)


class Stage(StrEnum):
    """Where an approach stands, in order; a conversation never moves back."""

    TARGETING = "targeting"
    APPROACH = "approach"
    RAPPORT = "rapport"
    PROBING = "probing"
    CHANNEL_SHIFT = "channel_shift"
    INDUCEMENT = "inducement"
    TASKING = "tasking"
    SENSITIVE_REQUEST = "sensitive_request"
    COMPROMISE = "compromise"
    COERCION = "coercion"

    @property
    def rank(self) -> int:
        """0 for targeting to 9 for coercion."""
        return STAGES.index(self)


STAGES = tuple(Stage)


class Tactic(StrEnum):
    """How an approach persuades; unordered."""

    URGENCY = "urgency"
    SCARCITY = "scarcity"
    AUTHORITY = "authority"
    RECIPROCITY = "reciprocity"
    COMMITMENT = "commitment"
    LIKING = "liking"
    SOCIAL_PROOF = "social_proof"
    SECRECY = "secrecy"


class Terminal(StrEnum):
    """How a conversation ended."""

    REFUSED = "target_refused"
    COMPLIED = "target_complied"
    VANISHED = "attacker_vanished"


class Family(StrEnum):
    """Evidence families; correlated findings inside one do not multiply."""

    PROFILE = "profile"
    CONVERSATION = "conversation"
    COORDINATION = "coordination"
    EMPLOYER = "employer"
    DISAPPEARANCE = "disappearance"


class Level(StrEnum):
    """What the person approached should make of an account."""

    ALERT = "alert"
    WATCH = "watch"
    CLEAR = "clear"
    INSUFFICIENT = "insufficient"


class Confidence(StrEnum):
    """How much evidence there is and how independent; apart from the likelihood."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class Evidence(msgspec.Struct, frozen=True):
    """Where to check a finding.

    source : "file:line" as the person who handed the file in knows it.
    quote : the words themselves, at most 300 characters; None where there are none.
    at : UTC epoch seconds of the row, or None.
    stage : the stage or tactic this quote shows, or None.
    target : id of the target in whose delivery the row stands, or None.
    """

    source: str
    quote: str | None = None
    at: int | None = None
    stage: str | None = None
    target: str | None = None


class Finding(msgspec.Struct, frozen=True):
    """What one detector saw on one account.

    account : id of the account in the case.
    detector : name of the function that saw it.
    family : the evidence family it belongs to.
    kind : the entry of `assess/likelihoods.yml` that weighs it.
    score : in [0, 1], higher is more suspicious; 0 for a sign of honest dealing.
    detail : one sentence for the analyst, in English, without outside text; `params` fills the French one.
    evidence : never empty.
    targets : ids of the targets concerned, ascending.
    """

    account: int
    detector: str
    family: Family
    kind: str
    score: float
    detail: str
    evidence: tuple[Evidence, ...]
    targets: tuple[str, ...] = ()
    params: dict[str, str | int | float] = {}


class StageStep(msgspec.Struct, frozen=True):
    """The first time an account showed a stage to one target."""

    stage: Stage
    at: int | None
    evidence: Evidence


class Progress(msgspec.Struct, frozen=True):
    """How far one account went with one target.

    steps : first occurrence of each stage, in order of time; the highest is the state.
    terminal : how it ended with this target, or None while open.
    language : ISO 639-1 code of what the account wrote, where whoever made this knows it; None otherwise.
    messages_in, messages_out : messages of the account, and of this target; those of others in the thread do not count.
    first_at, last_at : of the whole thread.
    """

    account: int
    target: str
    conversation: int
    steps: tuple[StageStep, ...]
    terminal: Terminal | None = None
    language: str | None = None
    messages_in: int = 0
    messages_out: int = 0
    first_at: int | None = None
    last_at: int | None = None


class Noted(msgspec.Struct, frozen=True):
    """One message of a conversation with what it shows, for people who read along.

    source : "file:line"; mine : written by the account in question; target : who wrote it where one of them did,
    neither where another outsider did; shows : (tag, start, end), a stage, tactic or answer and where in the text.
    """

    thread: int
    at: int | None
    source: str
    mine: bool
    target: str | None
    text: str
    shows: tuple[tuple[str, int, int], ...]


class Group(msgspec.Struct, frozen=True):
    """Accounts that act together, with what shows it."""

    id: str
    accounts: tuple[int, ...]
    targets: tuple[str, ...]
    p_value: float | None
    detail: str
    evidence: tuple[Evidence, ...] = ()
    params: dict[str, str | int | float] = {}


class Assessment(msgspec.Struct, frozen=True):
    """The judgement on one account: likelihood, and beside it confidence.

    reading : the most likely of the five readings.
    posterior : probability of each reading at the stated prior.
    likelihood : probability that the approach is hostile (fraud, intrusion or recruitment), at the stated prior.
    interval : the same at the low and high prior with discounted and full evidence; low <= likelihood <= high.
    stage : highest stage reached with any target.
    missing : what was not available and would matter; ids of `report` wordings.
    would_change : what observation would lower or raise the level; ids of `report` wordings.
    """

    account: int
    level: Level
    reading: Reading
    posterior: dict[Reading, float]
    likelihood: float
    interval: tuple[float, float]
    confidence: Confidence
    stage: Stage | None
    targets: tuple[str, ...]
    group: str | None
    findings: tuple[Finding, ...]
    missing: tuple[str, ...] = ()
    would_change: tuple[str, ...] = ()


class Exposure(msgspec.Struct, frozen=True):
    """Who was reached, how deep: one target and the accounts at watch or alert that reached it."""

    target: str
    organisation: str | None
    role: str | None
    stage: Stage | None
    accounts: tuple[int, ...]
    groups: tuple[str, ...]


class Skipped(msgspec.Struct, frozen=True):
    """Input that was not read: where, and why."""

    source: str
    reason: str


class AccountInfo(msgspec.Struct, frozen=True):
    """What people may read about an account; no detector sees it."""

    id: int
    key: str
    name: str | None
    url: str | None
    headline: str | None = None
    employer: str | None = None


class TargetInfo(msgspec.Struct, frozen=True):
    """A protected person. `id` is the pseudonym "T-0001"; `name` is shown only where the reader asks for it."""

    id: str
    name: str | None
    organisation: str | None
    role: str | None
    language: str | None = None
    department: str | None = None


class CareerEntry(msgspec.Struct, frozen=True):
    """One role or degree as a profile displays it, for people who read; no detector sees it.

    kind : "work" or "education". started, ended : "YYYY" or "YYYY-MM" as far as known. source : "file:line".
    """

    kind: str
    organisation: str | None
    title: str | None
    started: str | None
    ended: str | None
    source: str


class Displayed(msgspec.Struct, frozen=True):
    """The newest capture of an account that shows a career.

    captured_at : UTC epoch seconds, or None. captures : how many of the account there are. entries : newest first.
    """

    captured_at: int | None
    captures: int
    entries: tuple[CareerEntry, ...]


class AuthenticitySign(msgspec.Struct, frozen=True):
    """One group of correlated signs, told by its strongest.

    kind : of the finding. group : of `assess/authenticity.yml`. weight : log10 ratio inauthentic against authentic,
    negative where it speaks for an honest profile. honest_per_cent : honest profiles that show the sign too.
    also : kinds of the group that were seen besides and do not count, by name.
    """

    kind: str
    group: str
    weight: float
    honest_per_cent: float
    also: tuple[str, ...] = ()


class Authenticity(msgspec.Struct, frozen=True):
    """Whether a profile is what it says; never whether its contact is hostile.

    ratio : log10 of inauthentic against authentic, all groups together, capped. band : "strong", "some", "none" or
    "unknown" where nothing could be checked. share : probability of an invented profile at the stated prior, with the
    low and the high band. unchecked : ids of what could not be checked, in the order of the table.
    """

    account: int
    ratio: float
    band: str
    share: tuple[float, float, float]  # low, middle, high
    signs: tuple[AuthenticitySign, ...]
    unchecked: tuple[str, ...]


class Prior(msgspec.Struct, frozen=True):
    """Share of accounts of each hostile reading among strangers who write, with its low and high band and origin."""

    mid: dict[Reading, float]
    low: dict[Reading, float]
    high: dict[Reading, float]
    origin: str


class CaseInfo(msgspec.Struct, frozen=True):
    """The case as its reports name it."""

    name: str
    id: str
    purpose: str | None
    created_at: int
    audit_head: str
    counts: dict[str, int]  # rows by table: delivery, account, conversation, message, contact, target


class Judgement(msgspec.Struct, frozen=True):
    """Everything one scoring of a case found; what reports, letters and documents are written from.

    accounts : info for every account named in assessments or groups.
    progress : one entry per (account, target) at watch or alert, or with any stage beyond rapport.
    assessments : alert and watch first, by descending likelihood, then address; the rest by address.
    unlisted : by level, accounts of which nothing was found and that were too many to list.
    displayed : by account at alert or watch, where a profile with a career was captured.
    authenticity : by account of `assessments`, where a profile was captured.
    """

    case: CaseInfo
    generated_at: int
    version: str
    prior: Prior
    accounts: dict[int, AccountInfo]
    targets: dict[str, TargetInfo]
    assessments: tuple[Assessment, ...]
    progress: tuple[Progress, ...]
    groups: tuple[Group, ...]
    exposure: tuple[Exposure, ...]
    skipped: tuple[Skipped, ...]
    warnings: tuple[Skipped, ...] = ()
    unlisted: dict[Level, int] = {}
    displayed: dict[int, Displayed] = {}
    authenticity: dict[int, Authenticity] = {}

    @property
    def levels(self) -> dict[Level, int]:
        """How many accounts reached each level, those not listed included."""
        tally = dict.fromkeys(Level, 0) | self.unlisted
        for assessment in self.assessments:
            tally[assessment.level] += 1
        return tally
